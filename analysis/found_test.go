package analysis

import (
	"testing"

	"sparker/data/sources"
	"sparker/results"
)

// A bump is found by a positive kernel near it, at the scale of its own width. Several kernels find
// it once.
func TestHits(t *testing.T) {
	t.Parallel()
	bumps := []sources.Bump{{Loc: []float64{10}, Scale: 0.5, Fraction: 1},
		{Loc: []float64{-10, 0}, Scale: 2, Fraction: 3}}
	scales := []results.ScaleRecord{{Epoch: 1, Sigma: 20}, {Epoch: 2, Sigma: 2},
		{Epoch: 3, Sigma: 0.5}}
	far := results.Kernels{Centroids: [][]float64{{50, 0}, {50, 0}, {50, 0}},
		Coefficients: []float64{1, 1, 1}}
	for name, c := range map[string]struct {
		wide, narrow []float64 // first coordinates at sigma = 2 and 0.5
		sign         float64
		hit, beyond  int
	}{
		"none":           {[]float64{50, 50, 50}, []float64{50, 50, 50}, 1, 0, 0},
		"both":           {[]float64{-10, 0, 0}, []float64{10, 0, 0}, 1, 2, 0},
		"at the edge":    {[]float64{-10 - 5.6, 0, 0}, []float64{10 + 1.4, 0, 0}, 1, 2, 0},
		"beyond it":      {[]float64{-10 - 5.7, 0, 0}, []float64{10 + 1.5, 0, 0}, 1, 0, 0},
		"crowded":        {[]float64{50, 50, 50}, []float64{10, 10.1, 9.9}, 1, 1, 2},
		"at other scale": {[]float64{10, 0, 0}, []float64{-10, 50, 50}, 1, 0, 0},
		"deficit":        {[]float64{-10, 0, 0}, []float64{10, 0, 0}, -1, 0, 0},
	} {
		kernels := []results.Kernels{far, far, far}
		for i, x := range [][]float64{c.wide, c.narrow} {
			k := results.Kernels{}
			for _, v := range x {
				k.Centroids, k.Coefficients = append(k.Centroids, []float64{v, 0}),
					append(k.Coefficients, c.sign)
			}
			kernels[i+1] = k
		}
		if hit, beyond := hits(bumps, scales, kernels); hit != c.hit || beyond != c.beyond {
			t.Errorf("%s: %d found and %d crowded, want %d and %d", name, hit, beyond, c.hit,
				c.beyond)
		}
	}
}
