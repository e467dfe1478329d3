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
				got := w.Shares(parts, p.at())
				first := 0
				for part, sums := range got {
					rows := parts[part].Rows.n
					want := p.shares(first, first+rows)
					first += rows
					for list, pair := range [][2][]float64{{sums.Sums, want.Sums},
						{sums.Products, want.Products}, {sums.Overlaps, want.Overlaps}} {
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
func (p problem) shares(from, to int) *ShareSums {
	p.config.SoftMax = true
	m := p.config.Kernels
	s := NewShareSums(m)
	for n := from; n < to; n++ {
		_, phi, _, _ := p.values(n)
		for i := range m {
			s.Sums[i] += phi[i]
			for j := range i + 1 {
				s.Products[i*m+j] += phi[i] * phi[j]
				if j < i {
					s.Overlaps[i*m+j] += min(phi[i], phi[j])
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
		if s := w.Shares(parts, Parameters{[]float64{0}, []float64{1}, math.NaN()}); s != nil {
			t.Errorf("%s: %+v", path.name(), s)
		}
	}
}
