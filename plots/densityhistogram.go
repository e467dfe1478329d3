package plots

import (
	"math"
	"slices"
)

// bulk is the range of the values without their farthest tails: without 0.5% on each side, and
// without what is more than eight interquartile ranges from the middle half.
func bulk(values []float64) extent {
	if len(values) == 0 {
		return empty()
	}
	v := slices.Clone(values)
	slices.Sort(v)
	quantile := func(q float64) float64 { return v[int(math.Round(q*float64(len(v)-1)))] }
	e := extent{quantile(0.005), quantile(0.995)}
	if reach := 8 * (quantile(0.75) - quantile(0.25)); reach > 0 {
		e = extent{max(e.low, quantile(0.25)-reach), min(e.high, quantile(0.75)+reach)}
	}
	return e
}

// A densityHistogram is a density in bins of one width. It is normalized to all values, those
// beyond its range included.
type densityHistogram struct {
	extent
	density []float64
	beyond  int
}

// newDensityHistogram fills about the square root of the number of values into bins over e.
func newDensityHistogram(values []float64, e extent) densityHistogram {
	h := densityHistogram{extent: e}
	if len(values) == 0 {
		return h
	}
	if e.high-e.low <= max(1e-9*max(math.Abs(e.low), math.Abs(e.high)), smallest) {
		h.extent = e.padded(0)
	}
	inside := 0
	for _, v := range values {
		if v >= e.low && v <= e.high {
			inside++
		}
	}
	h.beyond = len(values) - inside
	bins := min(max(int(math.Round(math.Sqrt(float64(inside)))), 5), 24)
	h.density = make([]float64, bins)
	width := (h.high - h.low) / float64(bins)
	for _, v := range values {
		if v >= e.low && v <= e.high {
			h.density[min(int((v-h.low)/width), bins-1)] += 1 / (width * float64(len(values)))
		}
	}
	return h
}

// outline is the histogram's shape, from the axis up and back to it.
func (h densityHistogram) outline() (x, y []float64) {
	width := (h.high - h.low) / float64(len(h.density))
	x, y = append(x, h.low), append(y, 0)
	for i, d := range h.density {
		x, y = append(x, h.low+float64(i)*width, h.low+float64(i+1)*width), append(y, d, d)
	}
	return append(x, x[len(x)-1]), append(y, 0)
}
