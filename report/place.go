package report

import (
	"fmt"
	"math"
	"strings"

	"sparker/findings"
)

// The numbers of rows and columns that the page shows.
const (
	placeRows    = 8  // of a place or a kernel
	listedRows   = 50 // of the list of rows that stand out
	shownColumns = 5  // in which the rows of a place differ
)

// heldRows are the nearest rows of a place or, without places, of a kernel.
type heldRows struct {
	Heading string
	Nearest []findings.Member
}

// shown returns the rows that the page shows.
func (h heldRows) shown() []findings.Member { return h.Nearest[:min(placeRows, len(h.Nearest))] }

// heldRows returns the rows of all places, or of all kernels of a fit without places.
func (s Section) heldRows() (all []heldRows) {
	if s.Findings == nil {
		return nil
	}
	for _, p := range s.Findings.Places {
		all = append(all, heldRows{fmt.Sprintf("Rows of place %d", p.Number), p.Nearest})
	}
	if len(all) == 0 {
		for _, k := range s.Findings.Kernels {
			all = append(all, heldRows{fmt.Sprintf("Rows of kernel %d", k.Kernel), k.Nearest})
		}
	}
	return all
}

// card is a place as the page shows it.
type card struct {
	Title    string
	Sentence string
	Stands   bool // whether p_place is at most alpha
	Facts    []fact
	Charts   []histogram
	Features *grid // nil without columns
	Rows     *grid // nil without rows
}

// fact is a number with its name and what to know about it.
type fact struct{ Name, Value, Note string }

// cards returns the places of a cell.
func (s Section) cards() (all []card) {
	if s.Findings == nil || !s.answered() {
		return nil
	}
	held := s.heldRows()
	for i, p := range s.Findings.Places {
		c := card{Title: fmt.Sprintf("Place %d: %s", p.Number, p.Kind),
			Sentence: typeset(p.String()),
			Stands:   p.P != nil && *p.P <= s.Summary.Alpha, Facts: placeFacts(p)}
		for _, column := range p.Columns {
			c.Charts = append(c.Charts, s.placeChart(column))
		}
		c.Features = s.featureGrid(fmt.Sprintf("Columns of place %d, the largest "+
			"difference of the means first", p.Number), p.Bulk)
		c.Rows = memberGrid(held[i], s.Images)
		all = append(all, c)
	}
	return all
}

// answered reports whether the test of the observed sample has a p-value. Without one, nothing is
// said about places, as everywhere.
func (s Section) answered() bool {
	return s.Summary.Observed == nil || s.Summary.Observed.P != nil
}

// placeFacts returns the numbers of a place.
func placeFacts(p findings.Place) []fact {
	facts := []fact{{"p_place", "–", "without null toys"}}
	if p.P != nil {
		facts[0] = fact{"p_place", fmt.Sprintf("%.3g", *p.P), "after the search"}
	}
	sign := 1.0 // a deficit counts the missing rows, as the sentence does
	if !p.IsExcess() {
		sign = -1
	}
	tenths := func(x float64) string {
		return signed(fmt.Sprintf("%.1f", math.Round(10*sign*x)/10+0)) // not -0.0
	}
	size := fact{p.Kind, tenths(p.Excess), "rows"}
	if i := p.Interval; i != nil {
		low, high := i.Low, i.High
		if !p.IsExcess() {
			low, high = high, low
		}
		size.Note = fmt.Sprintf("rows, %.0f%% interval %s to %s", 100*i.Level,
			optional(low, tenths), optional(high, tenths))
	}
	return append(facts, size,
		fact{"data", fmt.Sprintf("%.1f", p.Data), fmt.Sprintf("%.1f expected", p.Expected)},
		fact{"local Z", signed(fmt.Sprintf("%.1f", p.Z)), "without the search"},
		fact{"sigma", fmt.Sprintf("%.3g", p.Sigma),
			fmt.Sprintf("found at %d of the scales", len(p.Persists))})
}

// featureGrid compares the means of the rows of a place with the reference. It is nil without
// columns.
func (s Section) featureGrid(caption string, features []findings.Feature) *grid {
	if len(features) == 0 {
		return nil
	}
	g := grid{Caption: caption,
		Columns: append(words("column"), numbers("mean here", "mean of the reference",
			"difference in sd")...)}
	for _, f := range features[:min(shownColumns, len(features))] {
		mean, all := number(f.Mean), number(f.ReferenceMean)
		if f.Indicator {
			mean, all = share(f.Mean), share(f.ReferenceMean)
		}
		g.Rows = append(g.Rows, gridRow{Cells: cells(s.columnCell(f), mean, all,
			signed(fmt.Sprintf("%+.1f", f.Bulk)))})
	}
	return &g
}

// share returns a share of rows as a percentage.
func share(x float64) string {
	switch percent := 100 * min(max(x, 0), 1); {
	case percent > 0 && percent < 0.1:
		return "< 0.1%"
	case percent < 10:
		return fmt.Sprintf("%.2g%%", percent)
	default:
		return fmt.Sprintf("%.0f%%", percent)
	}
}

// memberGrid returns the table of rows. It is nil without rows. Columns that are empty are left
// out.
func memberGrid(h heldRows, images map[string]Picture) *grid {
	if len(h.Nearest) == 0 {
		return nil
	}
	g := grid{Caption: h.Heading, Columns: append(words("row"), numbers("weight",
		"distance in sigma")...)}
	var all []rowWords
	for _, m := range h.shown() {
		g.Rows = append(g.Rows, gridRow{Cells: cells(fmt.Sprint(m.Row),
			fmt.Sprintf("%.2f", m.Weight), fmt.Sprintf("%.2f", m.Distance))})
		all = append(all, rowWords{m.ID, m.Label, m.Text, m.Image})
	}
	g.addWords(all, images)
	return &g
}

// listGrid returns the table of the rows that stand out.
func listGrid(l findings.RowList, images map[string]Picture) *grid {
	if len(l.Rows) == 0 {
		return nil
	}
	g := grid{Caption: "Rows that stand out", Sortable: true,
		Columns: append(words("row"), numbers("score", "p", "q")...)}
	if len(l.Rows) > listedRows {
		g.Caption += fmt.Sprintf(": the first %d of %d", listedRows, len(l.Rows))
	}
	var all []rowWords
	for _, r := range l.Rows[:min(listedRows, len(l.Rows))] {
		g.Rows = append(g.Rows, gridRow{Cells: cells(fmt.Sprint(r.Row), number(r.Score),
			number(r.P), number(r.Q))})
		all = append(all, rowWords{r.ID, r.Label, r.Text, r.Image})
	}
	g.addWords(all, images)
	return &g
}

// rowWords are what the user gave for a row.
type rowWords struct{ id, label, text, image string }

// addWords adds columns for the words of the rows, except for those that are empty.
func (g *grid) addWords(rows []rowWords, images map[string]Picture) {
	for _, kind := range []struct {
		name string
		cell func(rowWords) gridCell
	}{
		{"id", func(w rowWords) gridCell { return gridCell{Text: line(w.id)} }},
		{"label", func(w rowWords) gridCell { return gridCell{Text: line(w.label)} }},
		{"text", func(w rowWords) gridCell { return gridCell{Text: longLine(w.text)} }},
		{"image", func(w rowWords) gridCell { return imageCell(w.image, images) }},
	} {
		empty := true
		for _, w := range rows {
			c := kind.cell(w)
			empty = empty && c.Text == "" && c.Image == nil
		}
		if empty {
			continue
		}
		g.Columns = append(g.Columns, gridColumn{Name: kind.name})
		for i, w := range rows {
			g.Rows[i].Cells = append(g.Rows[i].Cells, kind.cell(w))
		}
	}
}

// imageCell returns the picture of a row. The address of one that the page does not have is a text:
// the page loads nothing. Of a file, the text has the name, and not the folder of the author.
func imageCell(name string, images map[string]Picture) gridCell {
	if p, ok := images[name]; ok && name != "" {
		return gridCell{Image: &p}
	}
	if name != "" && !strings.Contains(name, "://") {
		name = "not shown: " + name[strings.LastIndexAny(name, `/\`)+1:]
	}
	return gridCell{Text: longLine(name)}
}

// kernelGrid returns the table of the kernels of a fit.
func kernelGrid(f findings.Findings) *grid {
	if len(f.Kernels) == 0 {
		return nil
	}
	g := grid{Caption: fmt.Sprintf("Kernels at sigma = %.3g", f.Sigma), Sortable: true,
		Columns: append(numbers("kernel", "coefficient", "data", "expected", "local Z"),
			words("where it differs")...)}
	for _, k := range f.Kernels {
		where := ""
		for i, column := range k.Bulk[:min(3, len(k.Bulk))] {
			if i > 0 {
				where += ", "
			}
			where += column.Difference()
		}
		g.Rows = append(g.Rows, gridRow{Cells: cells(fmt.Sprint(k.Kernel), number(k.Coefficient),
			fmt.Sprintf("%.1f", k.Soft.Data), fmt.Sprintf("%.1f", k.Soft.Expected),
			signed(fmt.Sprintf("%.1f", math.Round(10*k.Soft.Z)/10+0)), where)})
	}
	return &g
}
