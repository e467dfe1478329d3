package stats

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// exactTail is P(X >= k), X ~ Bin(n, a/(a+b)), in rational arithmetic.
func exactTail(k, n, a, b int64) *big.Rat {
	sum := new(big.Int)
	for j := k; j <= n; j++ {
		term := new(big.Int).Binomial(n, j)
		term.Mul(term, new(big.Int).Exp(big.NewInt(a), big.NewInt(j), nil))
		term.Mul(term, new(big.Int).Exp(big.NewInt(b), big.NewInt(n-j), nil))
		sum.Add(sum, term)
	}
	return new(big.Rat).SetFrac(sum, new(big.Int).Exp(big.NewInt(a+b), big.NewInt(n), nil))
}

// Against sums of whole numbers; w = a/b.
func TestOnOffIsExact(t *testing.T) {
	for _, c := range []struct{ on, off, a, b int64 }{
		{4, 5, 1, 5}, // the first column of table 1 of Cousins, Linnemann and Tucker: Z_Bi = 1.66
		{1, 0, 1, 10}, {7, 0, 1, 10}, {0, 3, 1, 10}, {0, 40, 1, 1}, {3, 3, 1, 1}, {1, 10, 1, 10},
		{17, 40, 1, 10},
		{490, 2327, 9, 100}, {150, 2327, 9, 100}, {60, 0, 1, 100}, {5, 1, 3, 1}, {5, 9, 3, 1},
	} {
		w := float64(c.a) / float64(c.b)
		z, p := OnOff(float64(c.on), float64(c.off), w)
		n, exact := c.on+c.off, new(big.Rat)
		excess := c.on*c.b > c.a*c.off
		if excess {
			exact = exactTail(c.on, n, c.a, c.b)
		} else {
			exact = exactTail(c.off, n, c.b, c.a)
		}
		want, _ := exact.Float64()
		if math.Abs(p/want-1) > 1e-11 {
			t.Errorf("%+v: p = %v, want %v", c, p, want)
		}
		wantZ := max(0, Z(want))
		if !excess {
			wantZ = -wantZ
		}
		if math.Abs(z-wantZ) > 1e-9 {
			t.Errorf("%+v: z = %v, want %v", c, z, wantZ)
		}
	}
	if z, _ := OnOff(4, 5, 0.2); math.Abs(z-1.66) > 0.005 {
		t.Errorf("z = %v; the paper's table has 1.66", z)
	}
}

// The logarithm takes over below 1e-280 without a step, and goes on where p is 0.
func TestOnOffInTheDeepTail(t *testing.T) {
	for _, c := range []struct{ on, off int64 }{{270, 0}, {290, 4}, {400, 3}, {900, 50}} {
		z, _ := OnOff(float64(c.on), float64(c.off), 0.1)
		exact := new(big.Float).SetRat(exactTail(c.on, c.on+c.off, 1, 10))
		mantissa := new(big.Float)
		exponent := exact.MantExp(mantissa)
		m, _ := mantissa.Float64()
		log := math.Log(m) + float64(exponent)*math.Ln2
		// The significance back to its tail, by more terms of the series than the code has.
		u := 1 / (z * z)
		back := -z*z/2 - math.Log(z) - 0.5*math.Log(2*math.Pi) +
			math.Log1p(-u+3*u*u-15*u*u*u+105*u*u*u*u)
		if math.Abs(back-log) > 1e-6 {
			t.Errorf("%+v: z = %v has tail e^%v, want e^%v", c, z, back, log)
		}
	}
	above, below := zOfLog(math.Log(deepTail)+1e-9), zOfLog(math.Log(deepTail)-1e-9)
	if math.Abs(above-below) > 1e-8 {
		t.Errorf("z = %v above and %v below the change of formula", above, below)
	}
	if z, p := OnOff(1e5, 0, 1e-3); math.IsInf(z, 0) || z < 1000 || p != 0 {
		t.Errorf("z = %v, p = %v", z, p)
	}
}

func liMa(on, off, w float64) float64 {
	return math.Sqrt(2 * (on*math.Log((1+w)/w*on/(on+off)) + off*math.Log((1+w)*off/(on+off))))
}

func TestOnOffGoesOverIntoLiMa(t *testing.T) {
	for _, w := range []float64{0.02, 0.1, 1} {
		for _, sigmas := range []float64{1, 3, 5} {
			off := 4e5
			on := w*off + sigmas*math.Sqrt(w*off*(1+w))
			z, _ := OnOff(math.Round(on), off, w)
			if want := liMa(math.Round(on), off, w); math.Abs(z-want) > 0.02 {
				t.Errorf("w = %v: z = %v, Li and Ma have %v", w, z, want)
			}
		}
	}
}

func TestOnOffProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		on := float64(rapid.IntRange(0, 2000).Draw(t, "on"))
		off := float64(rapid.IntRange(0, 2000).Draw(t, "off"))
		w := math.Pow(10, rapid.Float64Range(-3, 1).Draw(t, "log w"))
		z, p := OnOff(on, off, w)
		more, _ := OnOff(on+1, off, w)
		less, _ := OnOff(on, off+1, w)
		switch {
		case math.IsNaN(z) || math.IsInf(z, 0) || !(p >= 0 && p <= 1):
			t.Fatalf("z = %v, p = %v", z, p)
		case z > 0 && !(on > w*off) || z < 0 && !(on < w*off):
			t.Fatalf("z = %v for %v over %v", z, on, w*off)
		case more < z-1e-9 || less > z+1e-9:
			t.Fatalf("z = %v; with an event more %v, with a row of the reference more %v", z, more,
				less)
		}
		if turned, _ := OnOff(off, on, 1/w); math.Abs(turned+z) > 1e-6 {
			t.Fatalf("z = %v, with the samples exchanged %v", z, turned)
		}
	})
}

// On Poisson nulls large significances of either sign are no more frequent than they say. 20,000
// toys for each of 12 nulls, fixed seed; a false alarm has a chance of 24 × 1e-4.
func TestOnOffIsConservativeOnNulls(t *testing.T) {
	const toys = 20_000
	r := rand.New(rand.NewPCG(5, 5))
	for _, mean := range []float64{0.3, 3, 30, 300} { // of the data
		for _, w := range []float64{0.02, 0.2, 1} {
			data, reference := distuv.Poisson{Lambda: mean, Src: r},
				distuv.Poisson{Lambda: mean / w, Src: r}
			var excesses, deficits int
			for range toys {
				z, _ := OnOff(data.Rand(), reference.Rand(), w)
				if z >= 1.6449 {
					excesses++
				}
				if z <= -1.6449 {
					deficits++
				}
			}
			most := 0.05*toys + 3.72*math.Sqrt(0.05*0.95*toys)
			if float64(excesses) > most || float64(deficits) > most {
				t.Errorf("mean %v, w = %v: %d excesses and %d deficits beyond 5%% in %d", mean, w,
					excesses, deficits, toys)
			}
			if mean == 300 && (float64(excesses) < 0.8*0.05*toys ||
				float64(deficits) < 0.8*0.05*toys) {
				t.Errorf("mean %v, w = %v: only %d excesses and %d deficits beyond 5%% in %d", mean,
					w, excesses, deficits, toys)
			}
		}
	}
}

func TestOnOffAtTheEdges(t *testing.T) {
	if z, p := OnOff(0, 0, 0.1); z != 0 || p != 1 || math.Signbit(z) {
		t.Errorf("no rows: z = %v, p = %v", z, p)
	}
	for _, bad := range [][3]float64{{-1, 0, 1}, {0, -1, 1}, {1, 1, 0}, {1, 1, -1},
		{1, 1, math.NaN()}, {math.NaN(), 1, 1}, {math.Inf(1), 1, 1}, {1, 1, math.Inf(1)}} {
		if z, p := OnOff(bad[0], bad[1], bad[2]); !math.IsNaN(z) || !math.IsNaN(p) {
			t.Errorf("%v: z = %v, p = %v", bad, z, p)
		}
	}
}

func TestBinomialTail(t *testing.T) {
	for _, c := range []struct{ k, n, q, want float64 }{
		{0, 10, 0.3, 1}, {-2, 10, 0.3, 1}, {11, 10, 0.3, 0}, {10, 10, 0.3, math.Pow(0.3, 10)},
		{1, 10, 0.3, 1 - math.Pow(0.7, 10)},
		// I_q(a, 1) = q^a
		{2, 3, 0.5, 0.5}, {1, 2, 0, 0}, {1, 2, 1, 1}, {0.5, 0.5, 0.25, math.Pow(0.25, 0.5)},
	} {
		if got := BinomialTail(c.k, c.n, c.q); math.Abs(got-c.want) > 1e-14 {
			t.Errorf("%+v: %v", c, got)
		}
	}
	for _, bad := range [][3]float64{{1, -1, 0.5}, {1, 2, 1.5}, {1, 2, math.NaN()},
		{math.NaN(), 2, 0.5}, {1, math.Inf(1), 0.5}} {
		if got := BinomialTail(bad[0], bad[1], bad[2]); !math.IsNaN(got) {
			t.Errorf("%v: %v", bad, got)
		}
	}
}
