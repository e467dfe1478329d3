package plots

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"sparker/results"
)

// wideSpan is the ratio of two values of a member's statistic from which its axis is logarithmic.
const wideSpan = 100

// An abscissa is the axis of a statistic: linear, or logarithmic with densities per decade.
type abscissa struct{ log bool }

// newAbscissa chooses the axis of a statistic. Those of the method are linear.
func newAbscissa(s results.ScaleStats, values ...[]float64) abscissa {
	all := slices.Concat(values...)
	low, high := slices.Min(all), slices.Max(all)
	return abscissa{s.Member != "" && low >= smallest && high > wideSpan*low}
}

// of returns the places of values on the axis.
func (a abscissa) of(values []float64) []float64 {
	if !a.log {
		return values
	}
	places := make([]float64, len(values))
	for i, v := range values {
		places[i] = math.Log10(v)
	}
	return places
}

// back returns the values at places of the axis.
func (a abscissa) back(places []float64) []float64 {
	if !a.log {
		return places
	}
	values := make([]float64, len(places))
	for i, p := range places {
		values[i] = math.Pow(10, p)
	}
	return values
}

// axis returns the axis over places, with about the wanted number of labels if it is linear.
func (a abscissa) axis(places extent, want int) axis {
	if a.log {
		return logarithmic("", extent{math.Pow(10, places.low), math.Pow(10, places.high)})
	}
	return linear("", places, want)
}

// chiSquareDensity samples the density over places of the axis. It is clamped at the limit, because
// it grows without bound at 0 for fewer than two degrees of freedom.
func (a abscissa) chiSquareDensity(dof float64, e extent, limit float64) (x, y []float64) {
	const steps = 240
	chi := distuv.ChiSquared{K: dof}
	for i := range steps + 1 {
		t, unit := e.low+(e.high-e.low)*float64(i)/steps, 1.0
		if a.log {
			t = math.Pow(10, t)
			unit = t * math.Ln10
		}
		if t <= 0 {
			continue
		}
		density := unit * chi.Prob(t)
		if math.IsNaN(density) {
			continue
		}
		x, y = append(x, t), append(y, min(density, limit))
	}
	return x, y
}
