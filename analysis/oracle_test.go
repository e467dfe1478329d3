package analysis

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"sparker/configs"
	"sparker/data/sources"
)

// The exact powers of the oracle for 2000 e^-x events and a signal N(6.4, 0.16): the compound
// Poisson distribution of the likelihood ratio, computed by quadrature and FFT in an independent
// program, which agreed with 2·10⁶ null and 2·10⁵ alternative toys within 0.001.
func TestOracleOfTheExponentialTail(t *testing.T) {
	t.Parallel()
	source, err := sources.New(configs.Defaults().Data)
	if err != nil {
		t.Fatal(err)
	}
	a, ok := source.(sources.Alternative)
	if !ok {
		t.Fatal("the exponential source does not know its densities")
	}
	for _, c := range []struct{ signal, at05, at00135, z float64 }{
		{2, .363, .060, 1.25},
		{5, .813, .417, 2.74},
		{8, .965, .782, 4.00},
		{10, .990, .909, 4.77},
		{13, .999, .981, 5.83},
	} {
		for _, size := range []struct{ alpha, power float64 }{{0.05, c.at05},
			{0.00135, c.at00135}} {
			got, err := oracleTest{c.signal, size.alpha, 1}.power(a)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(got.Power-size.power) > 0.002 {
				t.Errorf("N_S = %v, alpha = %v: power %.4f, want %.3f", c.signal, size.alpha,
					got.Power, size.power)
			}
			if math.Abs(got.MedianZ-c.z) > 0.02 {
				t.Errorf("N_S = %v: median Z %.3f, want %.2f", c.signal, got.MedianZ, c.z)
			}
		}
	}
}

// The oracle of a hole, N(1.6, 0.16) missing from 2000 e^-x events, against exact powers (the
// compound Poisson distribution on a lattice, by recursion in an independent program) and against
// toys whose likelihood ratio is written down here. The bound for the toys is 4 standard errors, of
// which the threshold's share is half the difference of the powers at the thresholds one standard
// deviation of the tail count above and below. Fixed seed.
func TestOracleOfAHole(t *testing.T) {
	t.Parallel()
	c := configs.Defaults().Data
	c.Signal = sources.Signal{Kind: "bumps", Bumps: []sources.Bump{
		{Loc: sources.Vector{1.6}, Scale: 0.16, Fraction: -1}}}
	source, err := sources.New(c)
	if err != nil {
		t.Fatal(err)
	}
	a := source.(sources.Alternative)
	const alpha = 0.05
	const toys, expected, signal = 5000, 2000.0, 20.0
	powers := map[float64]float64{}
	for _, c := range []struct{ signal, power, tolerance float64 }{{signal, 0.3816, 0.003},
		{40, 0.8749, 0.003}, {65, 0.9992, 0.0002}} {
		got, err := oracleTest{c.signal, alpha, 1}.power(a)
		if err != nil {
			t.Fatal(err)
		}
		powers[c.signal] = got.Power
		if math.Abs(got.Power-c.power) > c.tolerance {
			t.Errorf("N_S = %v: power %.5f, want %.4f", c.signal, got.Power, c.power)
		}
	}

	r := rand.New(rand.NewPCG(1, 2))
	hole := distuv.Normal{Mu: 1.6, Sigma: 0.16}
	missing := func(x float64) float64 { return signal * hole.Prob(x) / (expected * math.Exp(-x)) }
	statistics := func(thinned bool) []float64 {
		values := make([]float64, toys)
		for i := range values {
			for range int(distuv.Poisson{Lambda: expected, Src: r}.Rand()) {
				x := r.ExpFloat64()
				if x < 0.3 || x > 2.9 { // eight standard deviations from the hole
					continue
				}
				if m := missing(x); !thinned || r.Float64() >= m {
					values[i] += math.Log1p(-m)
				}
			}
		}
		slices.Sort(values)
		return values
	}
	null, alternative := statistics(false), statistics(true)
	powerAt := func(rank float64) float64 {
		below, _ := slices.BinarySearch(alternative, null[int(rank)])
		return 1 - float64(below)/toys
	}
	rank, tail := (1-alpha)*toys, math.Sqrt(alpha*(1-alpha)*toys)
	power := powerAt(rank)
	se := math.Hypot(math.Sqrt(power*(1-power)/toys), (powerAt(rank-tail)-powerAt(rank+tail))/2)
	t.Logf("powers %v; of %d toys at N_S = %v: %.4f with a standard error of %.4f", powers, toys,
		signal, power, se)
	if math.Abs(powers[signal]-power) > 4*se {
		t.Errorf("N_S = %v: power %.4f, that of %d toys is %.4f with a standard error of %.4f",
			signal, powers[signal], toys, power, se)
	}
}

// The oracle of a signal and a deficit together follows from those of each alone, at its share of
// the signal strength.
func TestOracleOfASignalAndAHole(t *testing.T) {
	t.Parallel()
	bump, hole := sources.Bump{Loc: sources.Vector{4}, Scale: 0.4, Fraction: 1},
		sources.Bump{Loc: sources.Vector{1.6}, Scale: 0.16, Fraction: -1}
	power := func(signal float64, bumps ...sources.Bump) float64 {
		c := configs.Defaults().Data
		c.Signal = sources.Signal{Kind: "bumps", Bumps: bumps}
		source, err := sources.New(c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := oracleTest{signal, 0.05, 1}.power(source.(sources.Alternative))
		if err != nil {
			t.Fatal(err)
		}
		return got.Power
	}
	both, added, missing := power(24, bump, hole), power(12, bump), power(12, hole)
	t.Logf("power %.4f of both, %.4f of the bump, %.4f of the hole", both, added, missing)
	// The likelihood ratio's normal approximation: shifts add in squares.
	shift := func(power float64) float64 {
		return distuv.UnitNormal.Quantile(power) + distuv.UnitNormal.Quantile(0.95)
	}
	want := distuv.UnitNormal.CDF(math.Hypot(shift(added), shift(missing)) -
		distuv.UnitNormal.Quantile(0.95))
	if math.Abs(both-want) > 0.02 {
		t.Errorf("power %.4f of both, want about %.4f", both, want)
	}
}
