package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// What kernels reach is what its formula says, on every path, with and without a gate.
func TestReachAgainstFormula(t *testing.T) {
	for _, path := range allPaths() {
		t.Run(path.name(), func(t *testing.T) {
			r := rand.New(rand.NewPCG(31, 32))
			inside := 0
			for i := range 100 {
				p := random(r, 1+r.IntN(40), 1+r.IntN(8), 3+r.IntN(400))
				w, err := newWorkspace(p.config, path)
				if err != nil {
					t.Fatal(err)
				}
				parts := p.parts()
				weights := make([][]float64, len(parts))
				for part := range parts {
					for range parts[part].Rows.n * (i % 2) { // signed weights
						weights[part] = append(weights[part], r.NormFloat64())
					}
				}
				first := 0
				for part, sums := range w.Reach(parts, p.at(), weights) {
					rows := parts[part].Rows.n
					want := p.reach(first, rows, weights[part])
					first += rows
					for k, v := range want.Shares {
						if want.InSphere[k] != 0 {
							inside++
						}
						if math.Abs(sums.Shares[k]-v) > 1e-11*(float64(rows)+math.Abs(v)) ||
							math.Abs(sums.InSphere[k]-want.InSphere[k]) > 1e-11*float64(rows) {
							t.Fatalf("problem %d, part %d: %+v, want %+v", i, part, sums, want)
						}
					}
				}
			}
			if inside < 100 {
				t.Errorf("%d spheres have rows", inside)
			}
		})
	}
}

// reach is that of some rows, as the formula says.
func (p problem) reach(from, rows int, weights []float64) *ReachSums {
	s := NewReachSums(p.config.Kernels)
	for n := range rows {
		_, phi, _, _ := p.values(from + n)
		w := 1.0
		if weights != nil {
			w = weights[n]
		}
		d := p.config.Dim
		for i, v := range phi {
			// |x - mu| <= sigma
			if p.logKernel(from+n, p.mu[i*d:(i+1)*d]) >= -0.5 {
				s.InSphere[i] += w
			}
			s.Shares[i] += w * v
		}
	}
	return s
}

// A row at the distance sigma is in the sphere, and one a little farther is not.
func TestReachAtTheEdge(t *testing.T) {
	for _, path := range allPaths() {
		w, err := newWorkspace(Config{Dim: 1, Kernels: 1}, path)
		if err != nil {
			t.Fatal(err)
		}
		parts := []SamplePart{{Rows: Pack([]float64{0, 3, 3.000001, -3}, 4, 1), Data: 1}}
		at := Parameters{[]float64{0}, []float64{1}, 3}
		if s := w.Reach(parts, at, make([][]float64, 1)); s[0].InSphere[0] != 3 {
			t.Errorf("%s: %+v; want 3 rows in the sphere", path.name(), s[0])
		}
		at.Sigma = math.NaN()
		if s := w.Reach(parts, at, make([][]float64, 1)); s != nil {
			t.Errorf("%s: without a width %+v", path.name(), s)
		}
	}
}
