package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The sums of shares are those of their formula on every path, with and without a gate in the
// model.
func TestSharesAgainstFormula(t *testing.T) {
	for _, path := range allPaths() {
		t.Run(path.name(), func(t *testing.T) {
			r := rand.New(rand.NewPCG(21, 22))
			held := 0
			for i := range 100 {
				p := random(r, 1+r.IntN(40), 1+r.IntN(8), 3+r.IntN(400))
				w, err := newWorkspace(p.config, path)
				if err != nil {
					t.Fatal(err)
				}
				parts := p.parts()
				weights, overlaps := make([][]float64, len(parts)), []int{}
				for part := range parts {
					overlaps = append(overlaps, part)
					if i%2 == 1 { // signed weights
						for range parts[part].Rows.n {
							weights[part] = append(weights[part], r.NormFloat64())
						}
					}
				}
				got := w.Shares(parts, p.at(), weights, overlaps)
				first := 0
				for part, sums := range got {
					rows := parts[part].Rows.n
					want := p.shares(first, first+rows, weights[part])
					first += rows
					for list, pair := range [][2][]float64{{sums.Sums, want.Sums},
						{sums.Products, want.Products}, {sums.Overlaps, want.Overlaps},
						{sums.Sizes, want.Sizes}, {sums.Squares, want.Squares}} {
						for k, v := range pair[1] {
							if v > 1e-6 {
								held++
							}
							if math.Abs(pair[0][k]-v) > 1e-11*(float64(rows)+v) {
								t.Fatalf("problem %d, part %d, list %d: number %d is %v, want %v",
									i, part, list, k, pair[0][k], v)
							}
						}
					}
				}
			}
			if held < 1000 {
				t.Errorf("%d sums are above 0", held)
			}
		})
	}
}

// shares are the sums over some rows, as the formula says.
func (p problem) shares(from, to int, weights []float64) *ShareSums {
	p.config.SoftMax = true
	m := p.config.Kernels
	s := NewShareSums(m, weighting(weights))
	for n := from; n < to; n++ {
		_, phi, _, _ := p.values(n)
		w := 1.0
		if weights != nil {
			w = weights[n-from]
		}
		for i := range m {
			s.Sums[i] += w * phi[i]
			if weights != nil {
				s.Sizes[i] += math.Abs(w) * phi[i]
			}
			for j := range i + 1 {
				s.Products[i*m+j] += math.Abs(w) * phi[i] * phi[j]
				if weights != nil {
					s.Squares[i*m+j] += w * w * phi[i] * phi[j]
				}
				if j < i {
					s.Overlaps[i*m+j] += math.Abs(w) * min(phi[i], phi[j])
				}
			}
		}
	}
	return s
}

// A width that kernels cannot have gives no sums.
func TestSharesOfNoWidth(t *testing.T) {
	for _, path := range allPaths() {
		w, err := newWorkspace(Config{Dim: 1, Kernels: 1}, path)
		if err != nil {
			t.Fatal(err)
		}
		parts := []SamplePart{{Rows: Pack([]float64{0, 1}, 2, 1), Data: 1}}
		at := Parameters{[]float64{0}, []float64{1}, math.NaN()}
		if s := w.Shares(parts, at, make([][]float64, 1), nil); s != nil {
			t.Errorf("%s: %+v", path.name(), s)
		}
	}
}
