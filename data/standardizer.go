package data

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"
)

// Standardizer shifts and scales every column by the mean and the standard deviation that it has in
// a reference, so that columns of different units weigh the same in a distance. Columns that are
// constant in the reference are left out of the distance: both samples get 0 there.
type Standardizer struct {
	mean []float64
	sd   []float64 // 0 where the column is left out
}

// NewStandardizer takes means and standard deviations (over N_R, not N_R - 1) from the reference
// alone. The warnings name the columns that are left out: constant ones, and ones so large that
// their standard deviation is not a finite number.
func NewStandardizer(reference Sample) (Standardizer, []string) {
	s := Standardizer{mean: make([]float64, reference.D), sd: make([]float64, reference.D)}
	var warnings, constant []string
	if reference.N == 0 {
		return s, []string{"the reference has no rows: every column is left out of the distance"}
	}
	column := make([]float64, reference.N)
	for j := range reference.D {
		for i := range column {
			column[i] = reference.X[i*reference.D+j]
		}
		low, high := slices.Min(column), slices.Max(column)
		if low == high {
			s.mean[j] = low
			constant = append(constant, fmt.Sprintf("%d (%v)", j, low))
			continue
		}
		mean, sd := stat.PopMeanStdDev(column, nil)
		if math.IsNaN(sd) || math.IsInf(sd, 0) || sd == 0 {
			warnings = append(warnings, fmt.Sprintf("column %d (counted from 0) runs from %v to "+
				"%v in the reference, and its standard deviation is out of reach of "+
				"floating-point numbers: it is left out of the distance", j, low, high))
			continue
		}
		s.mean[j], s.sd[j] = mean, sd
	}
	if len(constant) > 0 {
		warnings = append(warnings, fmt.Sprintf("columns that have one value in every row of "+
			"the reference are left out of the distance, and data that differ there are not "+
			"noticed: %s (counted from 0)",
			strings.Join(constant, ", ")))
	}
	return s, warnings
}

// Apply is the sample in units of the reference's standard deviations, in memory of its own. The
// sample must have as many columns as the reference.
func (s Standardizer) Apply(sample Sample) Sample {
	x := make([]float64, len(sample.X))
	for i := range sample.N {
		from, to := sample.Row(i), x[i*sample.D:(i+1)*sample.D]
		for j, sd := range s.sd {
			if sd > 0 {
				to[j] = (from[j] - s.mean[j]) / sd
			}
		}
	}
	return Sample{X: x, N: sample.N, D: sample.D}
}

// Scale is the length of one standard deviation of each column, in the units that the reference
// came in; 0 where the column is left out.
func (s Standardizer) Scale() []float64 { return slices.Clone(s.sd) }

// Invert brings one point (as many coordinates as the reference has columns) back to the units that
// the reference came in. Where a column is left out, that is the reference's constant.
func (s Standardizer) Invert(point []float64) []float64 {
	x := make([]float64, len(s.mean))
	for j := range x {
		x[j] = s.mean[j] + s.sd[j]*point[j]
	}
	return x
}
