package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// At an excess of 0 the root is formula 17 of Li and Ma.
func TestOnOffRootIsLiMa(t *testing.T) {
	for _, c := range []OnOffCount{{10, 20, 0.1}, {3, 40, 0.2}, {100, 1000, 0.05}, {7, 3, 1.5}} {
		n, m, alpha := c.On, c.Off, c.Weight
		want := math.Sqrt(2 * (n*math.Log((1+alpha)/alpha*n/(n+m)) +
			m*math.Log((1+alpha)*m/(n+m))))
		if n < alpha*m {
			want = -want
		}
		if got := c.Root(0); math.Abs(got-want) > 1e-9 {
			t.Errorf("%+v: root %v, want %v", c, got, want)
		}
	}
}

// The root is the square root of the largest likelihood ratio, as a search of b finds it.
func TestOnOffRootProfiles(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		c := OnOffCount{float64(r.IntN(30)), float64(r.IntN(60)), math.Exp(r.NormFloat64())}
		e := 10 * r.NormFloat64()
		least := math.Inf(1)
		from := max(0, -e/c.Weight)
		for i := range 20001 {
			b := from + 200*float64(i)/20000
			least = min(least, poissonDeviance(c.On, c.Weight*b+e)+poissonDeviance(c.Off, b))
		}
		if got := c.Root(e) * c.Root(e); got > least+1e-9 || got < least-1e-2*(1+least) {
			t.Fatalf("%+v at e = %v: square %v, by a search %v", c, e, got, least)
		}
	}
}

// Excess is the inverse of Root, which falls.
func TestOnOffExcessInvertsRoot(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		c := OnOffCount{20 * r.Float64(), 60 * r.Float64(), math.Exp(r.NormFloat64())}
		if r.IntN(4) == 0 {
			c.Off = 0
		}
		if r.IntN(6) == 0 {
			c.On = 0
		}
		last := math.Inf(1)
		for _, root := range []float64{-4, -1.645, 0, 1.645, 6} {
			e := c.Excess(root)
			if back := c.Root(e); math.Abs(back-root) > 1e-6 || !(e < last) {
				t.Fatalf("%+v: the excess of the root %v is %v, whose root is %v", c, root, e, back)
			}
			last = e
		}
	}
	for _, bad := range []OnOffCount{{-1, 2, 1}, {1, 2, 0}, {1, math.NaN(), 1}} {
		if e := bad.Excess(1); !math.IsNaN(e) {
			t.Errorf("%+v: %v", bad, e)
		}
	}
	if e := (OnOffCount{5, 5, 1}).Excess(math.Inf(1)); !math.IsNaN(e) {
		t.Errorf("an infinite root: %v", e)
	}
}

// An interval between the roots of ±1.645 holds the true excess in 90% of draws. The test fails by
// chance at a rate of 1e-5 if the coverage is between 0.88 and 0.92: over 4,000 draws the standard
// error is 0.005, and 4.4 of them are allowed.
func TestOnOffExcessCovers(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, truth := range []struct{ b, e, w float64 }{{100, 8, 0.1}, {300, 0, 0.1}, {50, 30, 0.5}} {
		const n = 4000
		covered := 0
		for range n {
			c := OnOffCount{poisson(r, truth.w*truth.b+truth.e), poisson(r, truth.b), truth.w}
			if root := c.Root(truth.e); math.Abs(root) <= 1.645 {
				covered++
			}
		}
		if share := float64(covered) / n; math.Abs(share-0.9) > 0.02+4.4*0.005 {
			t.Errorf("%+v: coverage %v", truth, share)
		}
	}
}

func poisson(r *rand.Rand, mean float64) float64 {
	return distuv.Poisson{Lambda: mean, Src: r}.Rand()
}
