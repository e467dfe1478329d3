package findings

import "fmt"

// Bins are those of a column. A column of few different values has one bin for each of them, and a
// category, whose values have a column each, one bin for each value.
type Bins struct {
	Column int    `json:"column"` // of the pair, counted from 0; the first one of a category
	Name   string `json:"name"`   // of the column, or of the category
	// Edges are the ends of n bins, n+1 rising numbers in the data's own units. They are empty for
	// a column with labels. The first and the last bin also hold the rows beyond them.
	Edges []float64 `json:"edges,omitempty"`
	// Labels name n bins of one value each; empty for a column with edges.
	Labels []string `json:"labels,omitempty"`
}

// count returns the number of bins.
func (b Bins) count() int {
	if len(b.Labels) > 0 {
		return len(b.Labels)
	}
	return max(len(b.Edges)-1, 0)
}

// Marginal compares the samples in one column. Each list has a number for each bin.
//
// The reweighted reference is the model's idea of the data: reference rows of the weight w e^f, at
// the scale that was read. The fit has f from the same data, so that their pulls against it are
// smaller than those of independent data would be. They show what f does not describe; they do not
// test it.
type Marginal struct {
	Bins
	// Distance is the largest difference of the cumulative shares of both samples over the bins, or
	// half of the sum of the differences of the shares for a category.
	Distance float64   `json:"distance"`
	Data     []float64 `json:"data"`     // sums of the weights of data rows
	Expected []float64 `json:"expected"` // w·Σ_R of the weights of reference rows
	// Reweighted is w·Σ_R e^f, with the weights of reference rows.
	Reweighted []float64 `json:"reweighted"`
	// ExpectedVariance and ReweightedVariance are the variances of Data - Expected and of
	// Data - Reweighted, if these are the expectations of the data: that of the data, by Poisson,
	// and that of the sum over the reference.
	ExpectedVariance   []float64 `json:"expected_variance"`
	ReweightedVariance []float64 `json:"reweighted_variance"`
	// Pulls are (Data - Expected)/√ExpectedVariance, and ReweightedPulls the same of the reweighted
	// reference.
	Pulls           []float64 `json:"pulls"`
	ReweightedPulls []float64 `json:"reweighted_pulls"`
}

// PlaceColumn compares the data rows of a place with all of the reference in one column. Each list
// has a number for each bin.
type PlaceColumn struct {
	Bins
	// Distance is that of [Marginal], of the rows of the place and the reference.
	Distance float64   `json:"distance"`
	Data     []float64 `json:"data"` // sums of the weights of data rows in the place
	// Reference is that of all reference rows, scaled to the total of Data.
	Reference []float64 `json:"reference"`
}

// checkShape returns an error if lists that belong together differ in length.
func (f Findings) checkShape() error {
	for _, m := range f.Marginals {
		if err := m.check(m.Data, m.Expected, m.Reweighted, m.ExpectedVariance,
			m.ReweightedVariance, m.Pulls, m.ReweightedPulls); err != nil {
			return err
		}
	}
	for _, p := range f.Places {
		for _, c := range p.Columns {
			if err := c.check(c.Data, c.Reference); err != nil {
				return err
			}
		}
	}
	return nil
}

// check returns an error unless each list has a number for each of the bins.
func (b Bins) check(lists ...[]float64) error {
	if len(b.Edges) > 0 && len(b.Labels) > 0 {
		return fmt.Errorf("the bins of %q have edges and labels", b.Name)
	}
	for _, list := range lists {
		if len(list) != b.count() {
			return fmt.Errorf("%d numbers for the %d bins of %q", len(list), b.count(), b.Name)
		}
	}
	return nil
}
