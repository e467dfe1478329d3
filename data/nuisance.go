package data

import (
	"fmt"
	"math"
)

// Nuisance is a parameter nu on which the density of the reference depends:
//
//	log n(x; nu)/n(x; 0) = nu delta(x) + nu²/2 delta2(x).
//
// The reference is drawn at nu = 0. An auxiliary measurement of nu gave Measured, with a Gaussian
// error Sigma. The contributions of several parameters add up.
type Nuisance struct {
	Name            string
	Sigma, Measured float64
	// Reference and Data are delta(x) at the rows of each sample. If both are nil, delta is 1: the
	// parameter multiplies the expected number of events by e^nu.
	Reference, Data []float64
	// ReferenceSecond and DataSecond are delta2(x), or nil if it is 0.
	ReferenceSecond, DataSecond []float64
}

// Norm reports whether the parameter changes the expected number of events alone.
func (n Nuisance) Norm() bool { return n.Reference == nil && n.Data == nil }

// LogTilt adds log n(x; nu)/n(x; 0) of the reference rows to a list with one number for each row.
func (n Nuisance) LogTilt(nu float64, list []float64) {
	for i := range list {
		list[i] += nu * n.slope(i)
	}
	for i, v := range n.ReferenceSecond {
		list[i] += nu * nu / 2 * v
	}
}

// slope returns delta at a row of the reference.
func (n Nuisance) slope(row int) float64 {
	if n.Norm() {
		return 1
	}
	return n.Reference[row]
}

// MaxTilt is the size at which log n(x; nu)/n(x; 0) is clamped in an exponential.
const MaxTilt = 30

// Tilts returns n(x; nu)/n(x; 0) of the reference rows of a pair at some values of its nuisance
// parameters, from e^-[MaxTilt] to e^[MaxTilt].
func (p Pair) Tilts(nu []float64) []float64 {
	tilts := make([]float64, p.Reference.N)
	for a, n := range p.Nuisances {
		n.LogTilt(nu[a], tilts)
	}
	for i, v := range tilts {
		tilts[i] = math.Exp(min(max(v, -MaxTilt), MaxTilt))
	}
	return tilts
}

// Tilted returns the pair with the reference weights that the density at some values of the
// nuisance parameters gives: a row with the weight w has the weight w n(x; nu)/n(x; 0). It has no
// nuisance parameters.
func (p Pair) Tilted(nu []float64) Pair {
	if len(p.Nuisances) == 0 {
		return p
	}
	weights := p.Tilts(nu)
	for i, v := range p.ReferenceWeights {
		weights[i] *= v
	}
	mean := sum(weights) / float64(len(weights))
	for i := range weights {
		weights[i] /= mean
	}
	p.Weight, p.ReferenceWeights, p.Nuisances = p.Weight*mean, weights, nil
	return p
}

// NuisanceError reports a nuisance parameter that cannot be used.
type NuisanceError struct {
	Name   string
	Reason string
}

func (e *NuisanceError) Error() string {
	return fmt.Sprintf("the nuisance parameter %q %s", e.Name, e.Reason)
}

// CheckNuisances returns a [*NuisanceError] unless the nuisance parameters have different names,
// finite errors above 0, finite measured values, and finite numbers for the rows of both samples.
func (p Pair) CheckNuisances() error {
	names := map[string]bool{}
	for _, n := range p.Nuisances {
		if names[n.Name] {
			return &NuisanceError{n.Name, "is there twice"}
		}
		names[n.Name] = true
		if !(n.Sigma > 0) || math.IsInf(n.Sigma, 0) {
			return &NuisanceError{n.Name, fmt.Sprintf("has the error %v; want a finite number "+
				"above 0", n.Sigma)}
		}
		if math.IsNaN(n.Measured) || math.IsInf(n.Measured, 0) {
			return &NuisanceError{n.Name, fmt.Sprintf("was measured as %v; want a finite number",
				n.Measured)}
		}
		if err := n.checkRows(p.Reference.N, p.Data.N); err != nil {
			return err
		}
	}
	return nil
}

// checkRows returns an error unless there are finite numbers for the rows of both samples.
func (n Nuisance) checkRows(reference, sample int) error {
	for _, list := range []struct {
		values   []float64
		rows     int
		required bool
		sample   string
	}{
		{n.Reference, reference, !n.Norm(), "reference"}, {n.Data, sample, !n.Norm(), "data"},
		{n.ReferenceSecond, reference, n.DataSecond != nil, "reference"},
		{n.DataSecond, sample, n.ReferenceSecond != nil, "data"},
	} {
		if list.values == nil && (!list.required || list.rows == 0) {
			continue
		}
		if len(list.values) != list.rows {
			return &NuisanceError{n.Name, fmt.Sprintf("has %d numbers for %d rows of the %s",
				len(list.values), list.rows, list.sample)}
		}
		for i, v := range list.values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return &NuisanceError{n.Name, fmt.Sprintf("is %v at row %d (counted from 0) of "+
					"the %s; want a finite number", v, i, list.sample)}
			}
		}
	}
	return nil
}
