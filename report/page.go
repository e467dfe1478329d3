package report

import (
	"bytes"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"
	"time"

	"sparker/results"
)

// page is what the template is executed with.
type page struct {
	Style  template.CSS
	Script template.JS
	Policy string // the content security policy

	Contents
	Headline    string
	Basis       []string
	Facts       []fact
	Links       []link // to the parts of the page
	Tables      []grid // of all cells of a sweep
	Cells       []cell
	Comparisons []comparison
	Omitted     []string // figures that did not fit
	Started     string
	Versions    []fact
	Inputs      []fact
	Known       []knownOf // the warnings of several cells
}

// link leads to an element of the page.
type link struct{ ID, Text string }

// cell is a section of the page.
type cell struct {
	Section
	ID         string
	Single     bool // whether it is the only cell
	Open       bool // whether its contents are shown at first
	Head       string
	Warnings   []string
	Signatures []results.Signature
	Places     []card
	Further    []card  // places that do not stand out
	Held       []*grid // rows of kernels, without places
	List       *grid
	Points     *grid
	Groups     *grid
	Scales     *grid // nil if the page would be too long
	Kernels    *grid
	Marginals  []histogram
	Training   template.HTML
}

// heading is the title of a part of a cell, on a level of the outline.
type heading struct {
	Single   bool
	ID, Text string
}

// newHeading returns the title of a part of a cell.
func newHeading(c cell, part, text string) heading {
	return heading{c.Single, c.ID + "-" + part, text}
}

// longestScales is the number of statistics, over all cells, that the page has tables of.
const longestScales = 600

// newPage returns what the page shows.
func newPage(c Contents) (page, error) {
	c = c.withoutConstants()
	p := page{Started: c.Manifest.Started.UTC().Format(time.RFC1123)}
	scales, taken := 0, 0
	for _, s := range c.Sections {
		scales += len(s.Summary.Scales)
	}
	for i, s := range c.Sections {
		trained, err := trainingOf(s, trainingBytes/len(c.Sections))
		if err != nil {
			return page{}, err
		}
		taken += len(trained)
		p.Cells = append(p.Cells, cell{Training: trained, ID: cellID(s.Summary.Cell),
			Single: len(c.Sections) == 1, Open: i == 0, Scales: scaleGrid(s.Summary)})
		if scales > longestScales {
			p.Cells[i].Scales = nil
		}
	}
	p.Omitted = c.fitPictures(pageSize - taken)
	for i := range p.Cells {
		p.Cells[i].fill(c.Sections[i])
	}
	p.Contents = c
	if len(c.Answer) > 0 {
		p.Headline = typeset(c.Answer[0])
		for _, sentence := range c.Answer[1:] {
			p.Basis = append(p.Basis, typeset(sentence))
		}
	}
	if len(c.Sections) > 1 {
		p.Tables = cellGrids(c.Summary)
		p.Known = warningsOf(p.Cells)
		p.Summary.Warnings = slices.DeleteFunc(slices.Clone(p.Summary.Warnings),
			func(warning string) bool { return strings.HasSuffix(warning, seeCells) })
	}
	for i, compared := range c.Comparisons {
		if shown, ok := newComparison(i+1, compared); ok {
			p.Comparisons = append(p.Comparisons, shown)
		}
	}
	p.Facts, p.Links = c.facts(), p.links()
	p.Versions, p.Inputs = listed(c.Manifest.Versions), listed(c.Manifest.Inputs)
	return p, nil
}

// withoutConstants leaves out the arms of axes that have one arm, which titles need not repeat.
func (c Contents) withoutConstants() Contents {
	axes := c.Manifest.Axes
	c.Summary.Cells = slices.Clone(c.Summary.Cells)
	for i := range c.Summary.Cells {
		cell := &c.Summary.Cells[i]
		cell.Arms = results.Varied(cell.Arms, axes)
	}
	c.Sections = slices.Clone(c.Sections)
	for i := range c.Sections {
		s := &c.Sections[i].Summary
		s.Arms = results.Varied(s.Arms, axes)
	}
	c.Comparisons = slices.Clone(c.Comparisons)
	for i := range c.Comparisons {
		groups := slices.Clone(c.Comparisons[i].Groups)
		for k := range groups {
			groups[k].Common = results.Varied(groups[k].Common, axes)
		}
		c.Comparisons[i].Groups = groups
	}
	return c
}

// seeCells ends the warnings of a run that count those of its cells, which the page shows itself.
const seeCells = "see their warnings"

// knownOf is a warning of some cells of a run.
type knownOf struct {
	Text  string
	Cells string // the cells, or nothing if all of them
}

// warningsOf returns the warnings of several cells, each once. Of the signatures of one name, it
// has the first.
func warningsOf(cells []cell) (all []knownOf) {
	var order []string
	texts, owners := map[string]string{}, map[string][]string{}
	add := func(key, text string, number int) {
		if texts[key] == "" {
			order, texts[key] = append(order, key), text
		}
		owners[key] = append(owners[key], fmt.Sprint(number))
	}
	for _, c := range cells {
		for _, s := range c.Signatures {
			add("signature "+s.Name, s.String(), c.Summary.Cell)
		}
		for _, w := range c.Warnings {
			add(w, w, c.Summary.Cell)
		}
	}
	for _, key := range order {
		k := knownOf{Text: texts[key]}
		switch n := len(owners[key]); {
		case n == 1:
			k.Cells = "cell " + owners[key][0]
		case n < len(cells):
			k.Cells = "cells " + strings.Join(owners[key], ", ")
		}
		all = append(all, k)
	}
	return all
}

// trainingOf returns the part of the page that shows recorded fits. It is empty without fits.
func trainingOf(s Section, room int) (template.HTML, error) {
	t := newTraining(s, room)
	if len(t.Fits) == 0 {
		return "", nil
	}
	var b bytes.Buffer
	if err := pageTemplate.ExecuteTemplate(&b, "training", t); err != nil {
		return "", fmt.Errorf("report: the recorded fits: %w", err)
	}
	return template.HTML(b.String()), nil
}

// fill sets the parts of a cell.
func (c *cell) fill(s Section) {
	c.Section = s
	c.Head = line(s.Summary.Title())
	c.Signatures = s.Summary.Signatures
	c.Warnings = slices.DeleteFunc(slices.Clone(s.Warnings), func(warning string) bool {
		return c.Single && saysPartial(warning) || slices.ContainsFunc(c.Signatures,
			func(s results.Signature) bool { return s.String() == warning })
	})
	c.Points, c.Groups = pointGrid(s.Summary), groupGrid(s.Summary)
	c.Places, c.Further = standing(s.cards())
	if f := s.Findings; f != nil {
		c.Kernels = kernelGrid(*f)
		for _, m := range f.Marginals {
			c.Marginals = append(c.Marginals, s.marginalChart(m))
		}
		if len(c.Places)+len(c.Further) == 0 && s.answered() {
			for _, h := range s.heldRows() {
				if g := memberGrid(h, s.Images); g != nil {
					c.Held = append(c.Held, g)
				}
			}
		}
	}
	if s.Rows != nil {
		c.List = listGrid(*s.Rows, s.Images)
	}
}

// saysPartial reports whether a warning says that toys are missing, as the top of the page does.
func saysPartial(warning string) bool { return strings.HasPrefix(warning, "partial: ") }

// standing splits places into those that stand out and the others.
func standing(all []card) (places, further []card) {
	for _, c := range all {
		if c.Stands {
			places = append(places, c)
		} else {
			further = append(further, c)
		}
	}
	return places, further
}

// PlacesTitle is the heading of the places. Places that do not stand out are not a difference.
func (c cell) PlacesTitle() string {
	switch {
	case len(c.Places) > 0:
		return "Where the samples differ"
	case len(c.Further) > 0:
		return "No place stands out"
	}
	return "Rows of the kernels"
}

// First says in a sentence what the first place is if none stands out. It is empty otherwise.
func (c cell) First() string {
	if len(c.Places) > 0 || len(c.Further) == 0 {
		return ""
	}
	return "no place stands out; the first is " + c.Further[0].Sentence
}

// FurtherTitle counts the places that do not stand out.
func (c cell) FurtherTitle() string {
	n, more := len(c.Further), " more"
	if len(c.Places) == 0 {
		more = ""
	}
	if n == 1 {
		return fmt.Sprintf("1%s place, which does not stand out", more)
	}
	return fmt.Sprintf("%d%s places, none of which stands out", n, more)
}

// links returns the links to the parts of the page: those of the only cell, or the cells.
func (p page) links() (all []link) {
	add := func(there bool, id, text string) {
		if there {
			all = append(all, link{id, text})
		}
	}
	add(len(p.Known) > 0, "known", "What to know")
	add(len(p.Tables) > 0, "cells", "All cells")
	for _, c := range p.Comparisons {
		add(true, fmt.Sprintf("by-%d", c.Number), "By "+c.Title)
	}
	add(len(p.Drawings) > 0, "figures", "Figures")
	if len(p.Cells) == 1 {
		c := p.Cells[0]
		for _, part := range c.parts() {
			add(true, c.ID+"-"+part.ID, part.Text)
		}
	} else {
		add(len(p.Cells) > 0, "each-cell", "Each cell")
	}
	return append(all, link{"again", "Run it again"})
}

// parts returns the parts that a cell has.
func (c cell) parts() (all []link) {
	add := func(there bool, id, text string) {
		if there {
			all = append(all, link{id, text})
		}
	}
	add(len(c.Warnings)+len(c.Signatures) > 0, "warnings", "What to know")
	add(len(c.Places)+len(c.Further)+len(c.Held) > 0, "places", "Places")
	add(c.Rows != nil, "rows", "Rows")
	add(c.Points != nil, "power", "Power")
	add(len(c.Marginals) > 0, "columns", "Columns")
	add(c.Training != "", "training", "Training")
	add(len(c.Drawings) > 0, "figures", "Figures")
	add(c.Groups != nil || c.Scales != nil || c.Kernels != nil, "statistics", "Statistics")
	return all
}

// facts returns the numbers at the top of the page: those of the only cell.
func (c Contents) facts() []fact {
	if len(c.Sections) != 1 {
		return nil
	}
	s := c.Sections[0].Summary
	alpha := fact{"alpha", number(s.Alpha), fmt.Sprintf("attained %.4g ± %.2g", s.AlphaAttained,
		s.AlphaError)}
	if s.AlphaAttained == 0 {
		alpha.Note = fmt.Sprintf("cannot be attained with %s toys", count(s.Null.Toys))
	}
	null := fact{"null toys", count(s.Null.Toys), ""}
	if s.Null.Failed > 0 {
		null.Note = count(s.Null.Failed) + " failed"
	}
	if o := s.Observed; o != nil {
		facts := []fact{{"p", observedP(*o), shared(*o)},
			{"Z", observedZ(*o), "standard deviations"}, alpha, null,
			{"data", count(o.Events), "rows"}}
		if e := o.Extrapolated; e != nil && e.P != nil && e.Z != nil {
			facts = slices.Insert(facts, 2, fact{"p, extrapolated", fmt.Sprintf("%.2g", *e.P),
				fmt.Sprintf("Z = %.2f, if the tail goes on", *e.Z)})
		}
		if pools := c.Sections[0].Record.Pools; pools != nil {
			facts = append(facts, fact{"reference", count(pools.Reference), "rows"})
			if facts[3].Name == "null toys" && null.Note == "" {
				facts[3].Note = "by " + pools.Calibration
			}
		}
		return append(facts, fact{"columns", count(len(c.Sections[0].Record.Columns)), ""})
	}
	var facts []fact
	for _, p := range s.Points {
		name := "power at N_S = " + number(p.Signal)
		if p.Signal == 0 {
			name = "type-I error"
		}
		facts = append(facts, fact{name, powerOf(s, p), intervalOf(s, p, p.CI68)})
	}
	return append(facts, alpha, null)
}

// shared says how many rows are also in the reference, if that is a warning.
func shared(o results.ObservedSummary) string {
	if o.Shared == 0 {
		return ""
	}
	return fmt.Sprintf("%s of %s rows are also in the reference", count(o.Shared), count(o.Events))
}

// listed returns the entries of a map by rising keys.
func listed(m map[string]string) (all []fact) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		all = append(all, fact{Name: key, Value: m[key]})
	}
	return all
}
