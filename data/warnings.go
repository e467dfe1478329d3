package data

import (
	"fmt"
	"slices"
	"strings"
)

// ConstantColumns returns a warning for each column that is constant in the reference of a pair,
// and in which the data differ. They are those of [NewStandardizer].
func ConstantColumns(pair Pair) []string {
	w := newConstants(pair)
	if pair.Reference.N == 0 || pair.Data.D != pair.Reference.D {
		return nil
	}
	for j, v := range pair.Reference.Row(0) {
		if differing(pair.Reference, j, v) > 0 {
			continue
		}
		if n := differing(pair.Data, j, v); n > 0 {
			w.add(j, v, n, pair.Data.N)
		}
	}
	return w.warnings()
}

// invisible is the ratio of two scales below which the square of the smaller one is lost in
// rounding next to that of the larger one.
const invisible = 1e-8

// OwnUnits returns the warnings of a test of a pair that leaves the columns in their own units:
// those of [ConstantColumns], and one that names the columns that vary so little, compared with
// others, that distances do not depend on them.
func OwnUnits(pair Pair) []string {
	warnings := ConstantColumns(pair)
	if pair.Reference.N == 0 || pair.Data.D != pair.Reference.D {
		return warnings
	}
	standardizer, _ := NewStandardizer(Pair{Reference: pair.Reference, Data: pair.Data,
		ReferenceWeights: pair.ReferenceWeights, DataWeights: pair.DataWeights})
	scale := standardizer.Scale()
	widest := slices.Max(scale)
	var names []string
	for j, sd := range scale {
		if sd > 0 && sd < invisible*widest {
			names = append(names, newConstants(pair).columns[j])
		}
	}
	if len(names) > 0 {
		warnings = append(warnings, fmt.Sprintf("distances do not depend on columns whose "+
			"standard deviation is less than %v of that of others, %.3g: %s; standardize the "+
			"columns", invisible, widest, listed(names)))
	}
	return warnings
}

// The share of the rows that are the bulk of a column, and the least range of the bulk in units of
// the standard deviation of all rows.
const (
	bulkShare = 0.98
	bulkRange = 1e-3
)

// FarRows returns a warning for each column of a sample whose standard deviation is that of a few
// far rows, such as a code for a missing value: the central 98% of the rows vary, but by less than
// a thousandth of it. In units of the standard deviation, differences among them are hardly seen.
// Nil names stand for those of [ColumnNames].
func FarRows(s Sample, names []string) (warnings []string) {
	if s.N == 0 {
		return nil
	}
	if names == nil {
		names = ColumnNames(s.D)
	}
	standardizer, _ := NewStandardizer(Pair{Reference: s})
	var values weightedColumn
	for j, sd := range standardizer.Scale() {
		values.reset()
		values.add(s, j, nil)
		column := values.values
		slices.Sort(column)
		cut := max(min(1, s.N/10), int(float64(s.N)*(1-bulkShare)/2))
		low, high := column[cut], column[s.N-1-cut]
		if bulk := high - low; !(bulk > 0 && bulk < bulkRange*sd) {
			continue
		}
		farthest := column[s.N-1]
		if -column[0] > farthest {
			farthest = column[0]
		}
		warnings = append(warnings, fmt.Sprintf("the scale of column %s is that of a few far "+
			"rows, such as %.4g: %v%% of the rows lie between %.4g and %.4g, and differences "+
			"there are hardly seen; leave the far rows out, or take logarithms", names[j],
			farthest, 100*bulkShare, low, high))
	}
	return warnings
}

// constants lists the columns that are constant in the reference.
type constants struct {
	columns []string // the names
	left    []string // the columns that are left out
	differ  []string // a warning for each column in which the data differ
	further []string // the names of those beyond the first mostNamed
}

// mostNamed is the number of columns that have a warning of their own.
const mostNamed = 5

// add enters column j, in which n of the rows of the data have another value than the reference.
func (c *constants) add(j int, value float64, n, rows int) {
	name := c.columns[j]
	switch {
	case n == 0:
		c.left = append(c.left, fmt.Sprintf("%s (%v)", name, value))
	case len(c.differ) < mostNamed:
		c.differ = append(c.differ, fmt.Sprintf("column %s is constant (%v) in the reference and "+
			"differs in %d of %d data rows", name, value, n, rows))
	default:
		c.further = append(c.further, name)
	}
}

// newConstants returns an empty list for the columns of a pair.
func newConstants(pair Pair) constants {
	if pair.Columns == nil {
		return constants{columns: ColumnNames(pair.Reference.D)}
	}
	return constants{columns: pair.Columns}
}

func (c *constants) warnings() []string {
	warnings := c.differ
	if n := len(c.further); n > 0 {
		warnings = append(warnings, fmt.Sprintf("%d further columns are constant in the reference "+
			"and differ in the data: %s", n, listed(c.further)))
	}
	if len(c.left) > 0 {
		warnings = append(warnings, "constant columns are left out of the distance: "+
			listed(c.left))
	}
	return warnings
}

// mostListed is the number of names in a list; a number stands for the others.
const mostListed = 20

// listed joins names.
func listed(names []string) string {
	if n := len(names) - mostListed; n > 0 {
		return fmt.Sprintf("%s, and %d more", strings.Join(names[:mostListed], ", "), n)
	}
	return strings.Join(names, ", ")
}
