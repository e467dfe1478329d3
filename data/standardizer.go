package data

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"
)

// Standardizer shifts and scales each column by the mean and the standard deviation that the column
// has in a reference, so that columns in different units contribute equally to a distance. A column
// that is constant in the reference does not contribute: Apply sets it to 0.
type Standardizer struct {
	mean []float64
	sd   []float64 // 0 if the column is left out
}

// NewStandardizer returns the standardizer of a reference. Means and standard deviations (with the
// divisor N_R, not N_R - 1) are those of the reference alone. The warnings name the columns that
// are left out: those that are constant, and those whose standard deviation overflows or
// underflows.
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
				"%v in the reference, and its standard deviation overflows or underflows: it is "+
				"left out of the distance", j, low, high))
			continue
		}
		s.mean[j], s.sd[j] = mean, sd
	}
	if len(constant) > 0 {
		warnings = append(warnings, fmt.Sprintf("columns that are constant in the reference "+
			"are left out of the distance, and differences of the data there are not noticed: "+
			"%s (counted from 0)", strings.Join(constant, ", ")))
	}
	return s, warnings
}

// Apply returns a standardized copy of a sample: each column minus the mean of the reference, in
// units of its standard deviation there. Columns that are left out are 0. The sample must have as
// many columns as the reference.
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

// Scale returns the standard deviation of each column, in the units of the reference, or 0 for a
// column that is left out.
func (s Standardizer) Scale() []float64 { return slices.Clone(s.sd) }

// Invert returns a standardized point in the units of the reference. A point has one coordinate for
// each column. Where a column is left out, the result is the constant of the reference, or 0 if its
// standard deviation overflows or underflows.
func (s Standardizer) Invert(point []float64) []float64 {
	x := make([]float64, len(s.mean))
	for j := range x {
		x[j] = s.mean[j] + s.sd[j]*point[j]
	}
	return x
}
