package findings

import (
	"math"
	"math/rand/v2"
	"testing"

	"sparker/data"
	"sparker/internal/rng"
)

// At places that are chosen without the data, on null pairs, neither kind of local significance is
// exceeded more often than it says, by either sign. Counts are Poisson with means nd and nr, or
// fixed at these. There are 2,000 toys for each of 8 nulls. The bound is exceeded with a chance of
// 1e-4 in each of 32 checks, 32 × 1e-4 in all.
func TestLocalSignificancesOnNulls(t *testing.T) {
	if testing.Short() {
		t.Skip("draws 16,000 toys")
	}
	t.Parallel()
	const toys = 2000
	for _, c := range []struct {
		d      int
		sigma  float64
		nd, nr int
	}{{1, 0.5, 40, 400}, {2, 0.1, 40, 400}, {2, 0.5, 200, 600}, {5, 1, 100, 1000}} {
		for _, fixed := range []bool{false, true} {
			r := rng.New(3, "nulls", uint64(c.d), uint64(c.nd))
			var ball, soft [2]int // excesses and deficits
			for range toys {
				nd, nr := c.nd, c.nr
				if !fixed {
					nd, nr = poisson(r, c.nd), poisson(r, c.nr)
				}
				pair := data.Pair{Data: normal(r, nd, c.d), Reference: normal(r, nr, c.d),
					Weight: float64(c.nd) / float64(c.nr)}
				k := find(t, pair, made(c.sigma, []float64{1}, make([]float64, c.d)...),
					FindOptions{Nearest: 1}).Kernels[0]
				for i, sign := range []float64{1, -1} {
					if sign*k.Ball.Z >= 1.6449 {
						ball[i]++
					}
					if sign*k.Soft.Z >= 1.6449 {
						soft[i]++
					}
				}
			}
			t.Logf("d = %d, sigma = %v, N_D = %d, N_R = %d, fixed %v: %d toys, beyond 5%%: "+
				"excesses and deficits in balls %v, soft %v", c.d, c.sigma, c.nd, c.nr, fixed, toys,
				ball, soft)
			most := 0.05*toys + 3.72*math.Sqrt(0.05*0.95*toys)
			for i := range 2 {
				if float64(ball[i]) > most || float64(soft[i]) > most {
					t.Errorf("%+v, fixed %v: beyond 5%% in %d toys: ball %v, soft %v", c, fixed,
						toys, ball, soft)
				}
			}
		}
	}
}

// poisson counts arrivals at rate one.
func poisson(r *rand.Rand, mean int) (n int) {
	for at := r.ExpFloat64(); at < float64(mean); at += r.ExpFloat64() {
		n++
	}
	return n
}
