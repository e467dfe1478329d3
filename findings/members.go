package findings

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"sparker/data"
	"sparker/internal/clean"
)

// members returns the entries of a list with the names that the pair has for their rows.
func (r *reader) members(list []ranked) []Member {
	members := make([]Member, len(list))
	for i, entry := range list {
		m := entry.Member
		m.Row = m.Index
		if r.pair.Index != nil {
			m.Row = r.pair.Index[m.Index]
		}
		if data.Uneven(r.pair.DataWeights) {
			m.RowWeight = &r.pair.DataWeights[m.Index]
		}
		for _, word := range []struct {
			to   *string
			from []string
		}{{&m.ID, r.pair.IDs}, {&m.Label, r.pair.Labels}, {&m.Text, r.pair.Texts},
			{&m.Image, r.pair.Images}} {
			if word.from != nil {
				*word.to = word.from[m.Index]
			}
		}
		members[i] = m
	}
	return members
}

// coordinatesUpTo is the number of columns up to which members.csv repeats the coordinates of the
// rows.
const coordinatesUpTo = 64

// WriteMembers writes members.csv: a line for every kernel (the most significant first) and every
// data row that is among its nearest or in its ball, by falling weight. The findings are those that
// Find returned for the pair.
//
// The columns are kernel, row, distance, in_ball, weight and contribution, with the meaning and
// units of [Member]. Then follow row_weight, if the rows of the data have different ones, id,
// label, text and image, if the pair has them, and the coordinates of the row, in the data's own
// units, if there are at most 64. Fields are quoted as in RFC 4180, and lines end with a line feed.
// A name that a spreadsheet would take for a formula begins with an apostrophe.
//
// It returns an error if w fails.
func WriteMembers(w io.Writer, pair data.Pair, f Findings) error {
	t := memberTable{pair: pair, coordinates: pair.Data.D <= coordinatesUpTo}
	out := csv.NewWriter(w)
	out.Write(clean.CSVLine(t.header(f.Columns))) // Error returns the first error
	for _, k := range f.Kernels {
		for _, list := range [][]Member{k.Nearest, k.Others} {
			for _, m := range list {
				out.Write(clean.CSVLine(t.line(k.Kernel, m)))
			}
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("findings: writing members: %w", err)
	}
	return nil
}

// memberTable makes the lines of members.csv.
type memberTable struct {
	pair        data.Pair
	coordinates bool
}

// words are the columns of names, of which a pair may have none.
func (t memberTable) words(m Member) []struct {
	name, word string
	absent     bool
} {
	return []struct {
		name, word string
		absent     bool
	}{
		{"row_weight", t.rowWeight(m), !data.Uneven(t.pair.DataWeights)},
		{"id", m.ID, t.pair.IDs == nil}, {"label", m.Label, t.pair.Labels == nil},
		{"text", m.Text, t.pair.Texts == nil}, {"image", m.Image, t.pair.Images == nil},
	}
}

// rowWeight returns the weight of a row as text; empty if it has none.
func (t memberTable) rowWeight(m Member) string {
	if m.RowWeight == nil {
		return ""
	}
	return number(*m.RowWeight)
}

func (t memberTable) header(columns []ColumnName) []string {
	header := []string{"kernel", "row", "distance", "in_ball", "weight", "contribution"}
	for _, w := range t.words(Member{}) {
		if !w.absent {
			header = append(header, w.name)
		}
	}
	if t.coordinates {
		for _, c := range columns {
			header = append(header, c.Name)
		}
	}
	return header
}

func (t memberTable) line(kernel int, m Member) []string {
	line := []string{strconv.Itoa(kernel), strconv.Itoa(m.Row), number(m.Distance),
		strconv.FormatBool(m.InBall), number(m.Weight), number(m.Contribution)}
	for _, w := range t.words(m) {
		if !w.absent {
			line = append(line, w.word)
		}
	}
	if t.coordinates {
		for _, v := range t.pair.Data.Row(m.Index) {
			line = append(line, number(v))
		}
	}
	return line
}

// number writes a number with as many digits as it takes to read the same number back.
func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
