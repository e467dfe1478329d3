package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// The one-dimensional benchmark: 2000 background events of density exp(-x), and a signal N(6.4,
// 0.16).
const (
	tailBackground = 2000.0
	tailLoc        = 6.4
	tailScale      = 0.16
)

// tailRatio returns the ratio of the signal density to the background density.
func tailRatio(x float64) float64 {
	z := (x - tailLoc) / tailScale
	return math.Exp(x-z*z/2) / (tailScale * math.Sqrt(2*math.Pi))
}

// tailGrid is the benchmark with signal expected events, on n midpoints of [0, 40].
func tailGrid(signal float64, n int) OracleInput {
	o := OracleInput{NullCount: tailBackground, AltCount: tailBackground + signal}
	for i := range n {
		x := 40 * (float64(i) + 0.5) / float64(n)
		b, ratio := math.Exp(-x), tailRatio(x)
		o.Y = append(o.Y, math.Log1p(signal/tailBackground*ratio))
		o.NullWeight = append(o.NullWeight, b)
		o.AltWeight = append(o.AltWeight, b*(1+signal/tailBackground*ratio))
	}
	return o
}

// oracle fails the test on an error.
func oracle(t *testing.T, o OracleInput, alpha float64) OracleResult {
	t.Helper()
	got, err := OraclePower(o, alpha)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Reference values from an independent compound-Poisson computation, which a simulation with 2e6
// null and 2e5 alternative toys confirms to 0.001; powers to 0.002, the median Z to 0.02.
func TestOracleTail(t *testing.T) {
	alphas := []float64{0.05, 0.01, 0.00135, 2.87e-7}
	for _, c := range []struct {
		signal  float64
		power   []float64
		medianZ float64
	}{
		{2, []float64{0.363, 0.170, 0.060, 0.0004}, 1.25},
		{5, []float64{0.813, 0.632, 0.417, 0.032}, 2.74},
		{8, []float64{0.965, 0.902, 0.782, 0.218}, 4.00},
		{10, []float64{0.990, 0.967, 0.909, 0.430}, 4.77},
		{13, []float64{0.999, 0.995, 0.981, 0.729}, 5.83},
		{15, []float64{1.000, 0.999, 0.994, 0.860}, 6.49},
		{20, []float64{1, 1, 1.000, 0.983}, math.Inf(1)},
		{25, []float64{1, 1, 1, 0.999}, math.Inf(1)},
	} {
		o := tailGrid(c.signal, 20000)
		for i, alpha := range alphas {
			got := oracle(t, o, alpha)
			if math.Abs(got.Power-c.power[i]) > 0.002 {
				t.Errorf("N_S = %v, alpha = %v: power %.4f, want %.4f", c.signal, alpha, got.Power,
					c.power[i])
			}
			if math.IsInf(c.medianZ, 1) {
				if !got.MedianZBound || got.MedianZ < 7.3 || got.MedianZ > 7.5 {
					t.Errorf("N_S = %v: median Z %v (bound: %v), want a bound near 7.35", c.signal,
						got.MedianZ, got.MedianZBound)
				}
			} else if math.Abs(got.MedianZ-c.medianZ) > 0.02 || got.MedianZBound {
				t.Errorf("N_S = %v: median Z %.4f (bound: %v), want %.2f", c.signal, got.MedianZ,
					got.MedianZBound, c.medianZ)
			}
		}
	}
}

// Exactly N_S of exactly 2000 events are signal: two fixed components. Reference values:
// simulation, testdata/oracle_fixed.py; they are known to better than 0.001.
func TestOracleExactlyInjected(t *testing.T) {
	for _, c := range []struct {
		signal       float64
		at05, at0100 float64
	}{{2, 0.3216, 0.1031}, {5, 0.9646, 0.7471}, {8, 1.0000, 0.9987}} {
		var y, background, signal []float64
		share := c.signal / tailBackground
		for i := range 20000 {
			x := 40 * (float64(i) + 0.5) / 20000
			y = append(y, math.Log1p(share*(tailRatio(x)-1)))
			background = append(background, math.Exp(-x))
			signal = append(signal, math.Exp(-x)*tailRatio(x))
		}
		y = shifted(y, background)
		null := hypothesis{{tailBackground, background, true}}
		alternative := hypothesis{{tailBackground - c.signal, background, true},
			{c.signal, signal, true}}
		for alpha, want := range map[float64]float64{0.05: c.at05, 0.01: c.at0100} {
			got, err := mixedPower{y, null, alternative, 1}.at(alpha)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(got.Power-want) > 0.002 {
				t.Errorf("N_S = %v, alpha = %v: power %.4f, want %.4f", c.signal, alpha, got.Power,
					want)
			}
		}
	}
}

// gaussians is N(0, 1) against N(shift/√n, 1) with exactly n events on a grid. T is Gaussian, and
// its means are shift standard deviations apart.
func gaussians(n, shift float64) OracleInput {
	o := OracleInput{NullCount: n, AltCount: n, Fixed: true}
	delta := shift / math.Sqrt(n)
	for i := range 4000 {
		x := -10 + 20*(float64(i)+0.5)/4000
		o.Y = append(o.Y, delta*(x-delta/2))
		o.NullWeight = append(o.NullWeight, math.Exp(-x*x/2))
		o.AltWeight = append(o.AltWeight, math.Exp(-(x-delta)*(x-delta)/2))
	}
	return o
}

// power = Φ(shift - z_alpha), and the median Z is the shift.
func TestOracleGaussians(t *testing.T) {
	for _, n := range []float64{10, 1000, 100000} {
		for _, shift := range []float64{0.3, 2, 6} {
			for _, alpha := range []float64{0.05, 0.00135} {
				got := oracle(t, gaussians(n, shift), alpha)
				want := distuv.UnitNormal.CDF(shift - Z(alpha))
				if math.Abs(got.Power-want) > 3e-4 {
					t.Errorf("n = %v, shift %v, alpha %v: power %.5f, want %.5f", n, shift, alpha,
						got.Power, want)
				}
				if math.Abs(got.MedianZ-shift) > 2e-3 || got.MedianZBound {
					t.Errorf("n = %v: median Z %.5f (bound: %v), want %v", n, got.MedianZ,
						got.MedianZBound, shift)
				}
			}
		}
	}
}

// The numerical floor is above the error: a Z that is not flagged is right to 0.02, however many
// events.
func TestOracleFloor(t *testing.T) {
	for _, n := range []float64{1000, 1e6} {
		if testing.Short() && n > 1000 {
			t.Skip("the longest grid takes some seconds")
		}
		flagged := 0
		for _, shift := range []float64{5, 6, 7, 8} {
			got := oracle(t, gaussians(n, shift), 0.05)
			if got.MedianZBound {
				flagged++
				if got.MedianZ > shift {
					t.Errorf("n = %v: the bound %.4f is above the true Z, %v", n, got.MedianZ,
						shift)
				}
			} else if math.Abs(got.MedianZ-shift) > 0.02 {
				t.Errorf("n = %v: median Z %.4f, want %v", n, got.MedianZ, shift)
			}
		}
		if flagged == 0 || flagged > 2 {
			t.Errorf("n = %v: %d of 4 are bounds", n, flagged)
		}
	}
}

// Exp(1) against Exp(1+d): the sum of n events is Gamma distributed, far from Gaussian for n = 5. T
// increases with it, or decreases with it for d < 0.
func TestOracleGamma(t *testing.T) {
	const n, alpha = 5, 0.01
	for _, d := range []float64{-0.6, 0.5, 2} {
		o := OracleInput{NullCount: n, AltCount: n, Fixed: true}
		for i := range 40000 {
			x := 120 * (float64(i) + 0.5) / 40000
			o.Y = append(o.Y, x*d/(1+d)-math.Log(1+d))
			o.NullWeight = append(o.NullWeight, math.Exp(-x))
			o.AltWeight = append(o.AltWeight, math.Exp(-x/(1+d)))
		}
		sum := distuv.Gamma{Alpha: n, Beta: 1}
		var power, p float64
		if median := sum.Quantile(0.5) * (1 + d); d > 0 {
			power = sum.Survival(sum.Quantile(1-alpha) / (1 + d))
			p = sum.Survival(median)
		} else {
			power = sum.CDF(sum.Quantile(alpha) / (1 + d))
			p = sum.CDF(median)
		}
		got := oracle(t, o, alpha)
		if math.Abs(got.Power-power) > 3e-4 || math.Abs(got.MedianZ-Z(p)) > 2e-3 {
			t.Errorf("d = %v: power %.5f, median Z %.4f, want %.5f, %.4f", d, got.Power,
				got.MedianZ, power, Z(p))
		}
	}
}

// Only the rate differs: T is a multiple of a Poisson count, and the test without randomization has
// a size below alpha. Its single values survive the grid, so the power is that of the count, to
// rounding.
func TestOracleRateOnly(t *testing.T) {
	for _, c := range []struct{ null, alternative float64 }{{2000, 2100}, {2000, 1900}, {3, 10},
		{0.01, 3}, {50, 51}} {
		y := math.Log(c.alternative / c.null)
		o := OracleInput{
			Y: []float64{y, y, y}, NullWeight: []float64{1, 1, 1},
			AltWeight: []float64{0.2, 0.5, 0.3},
			NullCount: c.null, AltCount: c.alternative,
		}
		// tail is the probability of a count at least as extreme as k.
		tail := func(mean, k float64) float64 {
			if y > 0 {
				return distuv.Poisson{Lambda: mean}.Survival(k - 1)
			}
			return distuv.Poisson{Lambda: mean}.CDF(k)
		}
		direction := math.Copysign(1, y)
		critical := math.Round(c.null)
		for tail(c.null, critical) > 0.05 {
			critical += direction
		}
		want := tail(c.alternative, critical)
		got := oracle(t, o, 0.05)
		if math.Abs(got.Power-want) > 1e-9 {
			t.Errorf("%v against %v events: power %.10f, want %.10f", c.null, c.alternative,
				got.Power, want)
		}
		// The median of T: that of the count, from the side on which T is low.
		median := math.Round(c.alternative) - 20*direction
		for 1-tail(c.alternative, median+direction) < 0.5 {
			median += direction
		}
		if want := max(0, Z(tail(c.null, median))); math.Abs(got.MedianZ-want) > 1e-6 {
			t.Errorf("%v against %v events: median Z %.7f, want %.7f", c.null, c.alternative,
				got.MedianZ, want)
		}
	}
}

// No event in the signal region is a single value of T with probability 0.99 under the null. The
// test does not reject there in part: it rejects where there is an event, with size 0.00995 and not
// 0.05.
func TestOracleAtom(t *testing.T) {
	const background, signal = 0.01, 3.0
	o := OracleInput{
		Y:          []float64{0, math.Log((background + signal) / background)},
		NullWeight: []float64{1000, background}, AltWeight: []float64{1000, background + signal},
		NullCount: 1000 + background, AltCount: 1000 + background + signal,
	}
	want := -math.Expm1(-(background + signal))
	if got := oracle(t, o, 0.05); math.Abs(got.Power-want) > 1e-9 {
		t.Errorf("power %v, want %v", got.Power, want)
	}
	if got := oracle(t, o, 0.009); got.Power > 0.9 {
		t.Errorf("at a size below the probability of one event the power is %v", got.Power)
	}
}

// Hypotheses that do not differ: every test of size alpha has power alpha.
func TestOracleNoSignal(t *testing.T) {
	for name, o := range map[string]OracleInput{
		"poisson": tailGrid(0, 1000),
		"fixed": {Y: []float64{-0.1, -0.1}, NullWeight: []float64{1, 2}, AltWeight: []float64{1, 2},
			NullCount: 10, AltCount: 10, Fixed: true},
	} {
		if got := oracle(t, o, 0.05); got != (OracleResult{Power: 0.05}) {
			t.Errorf("%s: %+v, want power 0.05 and nothing else", name, got)
		}
	}
}

// The result does not depend on the order of rows, the scale of the weights, rows without weight,
// or a row that is split into two.
func TestOracleInvariance(t *testing.T) {
	o := tailGrid(5, 4000)
	want := oracle(t, o, 0.05)
	changed := o
	changed.Y = slices.Concat(o.Y, o.Y[1000:1001], []float64{1e6, -1e6})
	changed.NullWeight = slices.Concat(o.NullWeight, o.NullWeight[1000:1001], []float64{0, 0})
	changed.AltWeight = slices.Concat(o.AltWeight, o.AltWeight[1000:1001], []float64{0, 0})
	for _, w := range [][]float64{changed.NullWeight, changed.AltWeight} {
		w[1000] /= 4
		w[len(w)-3] *= 0.75
		for i := range w {
			w[i] *= 1e3
		}
		slices.Reverse(w)
	}
	slices.Reverse(changed.Y)
	got := oracle(t, changed, 0.05)
	if math.Abs(got.Power-want.Power) > 1e-9 || math.Abs(got.MedianZ-want.MedianZ) > 1e-6 {
		t.Errorf("%+v became %+v", want, got)
	}
}

// The power grows with alpha and with the signal, and is never below alpha where T is continuous.
func TestOracleMonotone(t *testing.T) {
	previous := make([]float64, 3)
	for _, signal := range []float64{0.5, 2, 6} {
		last := 0.0
		for i, alpha := range []float64{0.001, 0.05, 0.3} {
			power := oracle(t, tailGrid(signal, 4000), alpha).Power
			if power < alpha || power < last || power < previous[i] {
				t.Errorf("N_S = %v, alpha = %v: power %v, after %v and %v", signal, alpha, power,
					last, previous[i])
			}
			last, previous[i] = power, power
		}
	}
}

// A random sample with importance weights instead of a grid: half of it from the background,
// half from the signal. Over 40 seeds the powers scatter around the exact one, 0.8127 at N_S = 5,
// with a standard deviation of 0.0006; four of them are allowed.
func TestOracleSample(t *testing.T) {
	const signal, n = 5.0, 50000
	r := rand.New(rand.NewPCG(3, 5))
	o := OracleInput{NullCount: tailBackground, AltCount: tailBackground + signal}
	for i := range n {
		x := r.ExpFloat64()
		if i%2 == 0 {
			x = tailLoc + tailScale*r.NormFloat64()
		}
		ratio := tailRatio(x)
		o.Y = append(o.Y, math.Log1p(signal/tailBackground*ratio))
		o.NullWeight = append(o.NullWeight, 2/(1+ratio))
		o.AltWeight = append(o.AltWeight, 2/(1+ratio)*(1+signal/tailBackground*ratio))
	}
	if got := oracle(t, o, 0.05); math.Abs(got.Power-0.8127) > 4*0.0006 {
		t.Errorf("power %.4f, want 0.8127", got.Power)
	}
}

func TestOracleErrors(t *testing.T) {
	for name, change := range map[string]func(o *OracleInput) float64{
		"empty": func(o *OracleInput) float64 {
			*o = OracleInput{NullCount: 1,
				AltCount: 1}
			return 0.05
		},
		"lengths": func(
			o *OracleInput) float64 {
			o.NullWeight = o.NullWeight[1:]
			return 0.05
		},
		"alternative length": func(o *OracleInput) float64 { o.AltWeight = nil; return 0.05 },
		"NaN log-ratio":      func(o *OracleInput) float64 { o.Y[3] = math.NaN(); return 0.05 },
		"infinite log-ratio": func(o *OracleInput) float64 { o.Y[3] = math.Inf(-1); return 0.05 },
		"huge log-ratio":     func(o *OracleInput) float64 { o.Y[3] = -1e200; return 0.05 },
		"negative weight":    func(o *OracleInput) float64 { o.AltWeight[3] = -1; return 0.05 },
		"NaN weight": func(
			o *OracleInput) float64 {
			o.NullWeight[3] = math.NaN()
			return 0.05
		},
		"infinite weight": func(
			o *OracleInput) float64 {
			o.NullWeight[3] = math.Inf(1)
			return 0.05
		},
		"no weight": func(o *OracleInput) float64 { clear(o.AltWeight); return 0.05 },
		"no events": func(o *OracleInput) float64 { o.NullCount = 0; return 0.05 },
		"too many events": func(
			o *OracleInput) float64 {
			o.AltCount = math.Inf(1)
			return 0.05
		},
		"two fixed counts": func(o *OracleInput) float64 { o.Fixed = true; return 0.05 },
		"half a fixed event": func(o *OracleInput) float64 {
			o.Fixed, o.NullCount,
				o.AltCount = true, 1.5, 1.5
			return 0.05
		},
		"alpha 0":   func(*OracleInput) float64 { return 0 },
		"alpha 1":   func(*OracleInput) float64 { return 1 },
		"alpha NaN": func(*OracleInput) float64 { return math.NaN() },
	} {
		o := tailGrid(5, 100)
		alpha := change(&o)
		if got, err := OraclePower(o, alpha); err == nil {
			t.Errorf("%s: no error but %+v", name, got)
		}
	}
}

func BenchmarkOraclePower(b *testing.B) {
	for name, o := range map[string]OracleInput{
		"tail20000rows":   tailGrid(10, 20000),
		"tail1e6rows":     tailGrid(10, 1000000),
		"gauss1e6events":  gaussians(1e6, 2),
		"gauss2000events": gaussians(2000, 2),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := OraclePower(o, 0.05); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
