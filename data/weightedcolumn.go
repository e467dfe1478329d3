package data

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// weightedColumn is a column of one sample or of both, with the weights of its rows.
type weightedColumn struct {
	values  []float64
	weights []float64 // nil stands for equal ones
}

func (c *weightedColumn) reset() { c.values, c.weights = c.values[:0], nil }

// add appends column j of a sample. Rows of weight 0 are left out.
func (c *weightedColumn) add(s Sample, j int, weights []float64) {
	before := len(c.values)
	uneven := Uneven(weights)
	if uneven && c.weights == nil {
		c.weights = ones(before)
	}
	for i := range s.N {
		if !uneven {
			c.values = append(c.values, s.X[i*s.D+j])
		} else if weights[i] != 0 {
			c.values, c.weights = append(c.values, s.X[i*s.D+j]), append(c.weights, weights[i])
		}
	}
	if c.weights != nil && len(c.weights) < len(c.values) {
		c.weights = append(c.weights, ones(len(c.values)-len(c.weights))...)
	}
}

func ones(n int) []float64 { return slices.Repeat([]float64{1}, n) }

// varies reports whether not all values are equal.
func (c *weightedColumn) varies() bool {
	return slices.ContainsFunc(c.values, func(v float64) bool { return v != c.values[0] })
}

// leastVariance is the share of the variance with absolute weights below which that with the
// weights is not used.
const leastVariance = 0.1

// moments returns the mean and the standard deviation, with the divisor N. canceled reports that
// they are those with the absolute values of the weights.
func (c *weightedColumn) moments() (mean, sd float64, canceled bool) {
	mean, sd = stat.PopMeanStdDev(c.values, c.weights)
	if c.weights == nil || slices.Min(c.weights) >= 0 {
		return mean, sd, false
	}
	sizes := make([]float64, len(c.weights))
	for i, w := range c.weights {
		sizes[i] = math.Abs(w)
	}
	sizeMean, sizeSD := stat.PopMeanStdDev(c.values, sizes)
	if sd*sd >= leastVariance*sizeSD*sizeSD { // false for the root of a negative variance, NaN
		return mean, sd, false
	}
	return sizeMean, sizeSD, true
}

// canceledWarning returns the warning for columns whose variance the weights cancel, if there are
// any.
func canceledWarning(pair Pair, columns []int) []string {
	if len(columns) == 0 {
		return nil
	}
	names := pair.Columns
	if names == nil {
		names = ColumnNames(pair.Reference.D)
	}
	var list []string
	for _, j := range columns {
		list = append(list, names[j])
	}
	return []string{fmt.Sprintf("negative weights nearly cancel the variance of %s in the "+
		"reference: the scale is that of the absolute weights", listed(list))}
}
