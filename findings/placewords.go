package findings

import (
	"fmt"
	"math"
	"strings"

	"sparker/internal/clean"
)

// The columns and the rows that the sentence of a place names.
const (
	spokenColumns = 3
	spokenRows    = 4
)

// String says in one sentence how large a place is, where it is, how sure it is, and which rows it
// holds most of.
func (p Place) String() string {
	more := "an excess"
	if !p.IsExcess() {
		more = "a deficit"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %.1f rows%s: %.1f where %.1f are expected", more, math.Abs(p.Excess),
		p.Interval.words(p.IsExcess()), p.Data, p.Expected)
	if where := p.where(); where != "" {
		fmt.Fprintf(&b, ", near %s", where)
	}
	fmt.Fprintf(&b, " (sigma %.3g)", p.Sigma)
	if p.P != nil {
		fmt.Fprintf(&b, "; p_place = %.3g", *p.P)
	} else {
		fmt.Fprintf(&b, "; local Z = %.1f, not corrected for the search", p.Z)
	}
	if rows := p.rows(); rows != "" {
		fmt.Fprintf(&b, "; rows %s", rows)
	}
	return b.String()
}

// words returns the interval of the size of an excess or a deficit, in parentheses.
func (i *ExcessInterval) words(excess bool) string {
	if i == nil {
		return ""
	}
	low, high := i.Low, i.High
	if !excess {
		low, high = minus(high), minus(low)
	}
	switch {
	case low == nil && high == nil:
		return ""
	case low == nil:
		return fmt.Sprintf(" (at most %.1f)", tenths(*high))
	case high == nil:
		return fmt.Sprintf(" (at least %.1f)", tenths(*low))
	}
	return fmt.Sprintf(" (%.0f%% interval %.1f to %.1f)", 100*i.Level, tenths(*low), tenths(*high))
}

// tenths rounds to the nearest tenth, and never returns -0.
func tenths(x float64) float64 { return math.Round(10*x)/10 + 0 }

// minus returns the number of the other sign, or nil.
func minus(x *float64) *float64 {
	if x == nil {
		return nil
	}
	return new(0 - *x) // not -0
}

// where names the columns in which the rows of the place are farthest out, with their means there.
func (p Place) where() string {
	var words []string
	for _, f := range p.Bulk[:min(spokenColumns, len(p.Bulk))] {
		name := clean.Line(f.Name, nameLength)
		if f.Indicator {
			words = append(words, name+" "+f.shares())
		} else {
			words = append(words, fmt.Sprintf("%s = %.4g", name, f.Mean))
		}
	}
	return strings.Join(words, ", ")
}

// Difference says in which way the rows differ from the reference in the column: the shares of rows
// with a 1 in a column of 0 and 1, and the distance of the means otherwise.
func (f Feature) Difference() string {
	name := clean.Line(f.Name, nameLength)
	if f.Indicator {
		return name + " " + f.shares()
	}
	return fmt.Sprintf("%s %+.1f sd", name, f.Bulk)
}

// shares compares the shares of rows with a 1.
func (f Feature) shares() string {
	return fmt.Sprintf("%s (expected %s)", percent(f.Mean), percent(f.ReferenceMean))
}

// percent writes a share with two digits, or more if it is above 99%.
func percent(share float64) string {
	switch share = 100 * min(max(share, 0), 1); {
	case share > 0 && share < 0.1:
		return "<0.1%"
	case share < 10:
		return fmt.Sprintf("%.2g%%", share)
	}
	return fmt.Sprintf("%.0f%%", share)
}

// rows names the rows of the most weight.
func (p Place) rows() string {
	var words []string
	for _, m := range p.Nearest[:min(spokenRows, len(p.Nearest))] {
		words = append(words, m.Name())
	}
	if len(p.Nearest) > spokenRows {
		words = append(words, "...")
	}
	return strings.Join(words, ", ")
}

// Name returns the user's name of the row, or its number.
func (m Member) Name() string {
	if m.ID != "" {
		return clean.Line(m.ID, nameLength)
	}
	return fmt.Sprint(m.Row)
}
