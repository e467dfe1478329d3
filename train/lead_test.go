package train

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The lead statistic is the largest of the kernels' maxima over their own coefficients, as brute
// force finds them, and at least 0.
func TestLead(t *testing.T) {
	t.Parallel()
	eachEngine(t, testLead)
}

func testLead(t *testing.T, engine string) {
	r := rand.New(rand.NewPCG(6, 6))
	for i := range 8 {
		s := small(engine)
		if i%2 == 1 {
			s.model.Coefficients = "positive"
		}
		pair := toy(uint64(20+i), 600, 60, 3*i, 1)
		mu := rowsOf(pair.Data, 5)
		mu[4] = 6.4
		sigma := math.Exp(2*r.Float64() - 2)
		at := begun(t, s, pair, parameters{mu, []float64{1, 2, 3, 4, 5}, sigma}, nil)
		lead, kernel, err := at.lead(sigma)
		if err != nil {
			t.Fatal(err)
		}
		low, high := at.coefficients.low, at.coefficients.high
		best, which := 0., 0
		single := newSingles(5)
		for step := range 4001 {
			alpha := low + (high-low)*float64(step)/4000
			if err := at.probe.singles(sigma, slices.Repeat([]float64{alpha}, 5),
				single); err != nil {
				t.Fatal(err)
			}
			for i, l := range single.values {
				if -2*l > best {
					best, which = -2*l, i
				}
			}
		}
		if lead < 0 || lead < best-1e-6 || lead > best+0.01 || best > 0.01 && kernel != which {
			t.Errorf("toy %d: lead %v of kernel %d, by brute force %v of %d", i, lead, kernel, best,
				which)
		}
		// An upper bound: 2 alpha Σ_D k at the largest alpha, without the loss of the reference.
		var n float64
		for _, x := range pair.Data.X {
			n += math.Exp(-(x - mu[kernel]) * (x - mu[kernel]) / (2 * sigma * sigma))
		}
		if lead > 2*high*n {
			t.Errorf("toy %d: lead %v exceeds 2·clip·Σ_D k = %v", i, lead, 2*high*n)
		}
	}
}
