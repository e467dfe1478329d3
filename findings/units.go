package findings

import (
	"fmt"
	"math"
	"slices"

	"sparker/data"
)

// units holds the means and standard deviations of the reference, and converts rows.
type units struct {
	mean, sd []float64 // d values; sd is 0 for a column that the distance leaves out
	// standardizer is that of the fit, or nil: the units of the fit are these standard deviations.
	standardizer *data.Standardizer
	// The row at hand (d values): z in the units of the fit, u in standard deviations.
	z, u []float64
}

// newUnits takes means and deviations from the standardizer, or from the reference of the pair if
// it is nil.
func newUnits(pair data.Pair, standardizer *data.Standardizer) (units, error) {
	d := pair.Reference.D
	n := units{standardizer: standardizer, u: make([]float64, d)}
	if standardizer != nil {
		n.sd = standardizer.Scale()
		if len(n.sd) != d {
			return n, fmt.Errorf("the fit has %d columns and the reference %d", len(n.sd), d)
		}
		n.mean, n.z = standardizer.Invert(make([]float64, d)), n.u
		return n, nil
	}
	n.measure(pair.Reference)
	if data.Uneven(pair.ReferenceWeights) {
		weighted, _ := data.NewStandardizer(data.Pair{Reference: pair.Reference,
			ReferenceWeights: pair.ReferenceWeights})
		n.sd, n.mean = weighted.Scale(), weighted.Invert(make([]float64, d))
	}
	for j := range n.sd {
		if n.sd[j] == 0 || !(n.sd[j] < math.Inf(1)) { // constant there, or out of range
			fallback, _ := data.NewStandardizer(pair)
			n.sd[j], n.mean[j] = fallback.Scale()[j], fallback.Invert(make([]float64, d))[j]
		}
	}
	return n, nil
}

// measure sets mean and sd to those of a reference by Welford's recurrence, row by row: sums of
// squares of columns far from 0 would cancel.
func (n *units) measure(reference data.Sample) {
	n.mean, n.sd = make([]float64, reference.D), make([]float64, reference.D)
	for i := range reference.N {
		share := 1 / float64(i+1)
		for j, v := range reference.Row(i) {
			step := v - n.mean[j]
			n.mean[j] += step * share
			n.sd[j] += step * (v - n.mean[j])
		}
	}
	for j := range n.sd {
		n.sd[j] = math.Sqrt(n.sd[j] / float64(reference.N))
	}
}

// convert sets z and u to a row in the data's own units.
func (n *units) convert(x []float64) {
	if n.standardizer != nil {
		n.standardizer.ApplyRow(n.u, x)
		return
	}
	n.z = x
	for j, sd := range n.sd {
		n.u[j] = 0
		if sd > 0 {
			n.u[j] = (x[j] - n.mean[j]) / sd
		}
	}
}

// original returns a point of the fit in the data's own units.
func (n *units) original(point []float64) []float64 {
	if n.standardizer != nil {
		return n.standardizer.Invert(point)
	}
	return slices.Clone(point)
}
