package sources

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"sparker/data"
)

// stream returns a random stream for one test.
func stream(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x5eed)) }

// mustNew returns the generator of a configuration.
func mustNew(t testing.TB, c Config) Alternative {
	t.Helper()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s.(Alternative)
}

// mustDraw draws a toy.
func mustDraw(t testing.TB, s Source, r *rand.Rand, signal float64) data.Pair {
	t.Helper()
	p, err := s.Draw(r, signal)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// config returns a configuration with a small reference.
func config(source string, dim int, signal Signal, expected float64, counting string) Config {
	return Config{Source: source, Dim: dim, Signal: signal, Reference: 100, Expected: expected,
		Counting: counting, Standardize: standardizeNone}
}

// column copies coordinate j of the rows from from to to, which is excluded.
func column(s data.Sample, j, from, to int) []float64 {
	var x []float64
	for i := from; i < to; i++ {
		x = append(x, s.Row(i)[j])
	}
	return x
}

// checkKS is a Kolmogorov-Smirnov test of x against a distribution function. It fails for draws
// from that distribution with a probability of 1e-4: asymptotically, sqrt(n) D exceeds 2.2253 with
// probability 2 exp(-2·2.2253²) = 1e-4.
func checkKS(t *testing.T, what string, x []float64, cdf func(float64) float64) {
	t.Helper()
	x = slices.Clone(x)
	slices.Sort(x)
	n, worst := float64(len(x)), 0.0
	for i, v := range x {
		p := cdf(v)
		worst = max(worst, p-float64(i)/n, float64(i+1)/n-p)
	}
	if !(math.Sqrt(n)*worst < 2.2253) {
		t.Errorf("%s: sqrt(n) D = %.3f over %d draws, above the bound 2.2253", what,
			math.Sqrt(n)*worst, len(x))
	}
}

// checkMean checks that the mean of x is within 4 standard errors of want. The check fails for
// draws of that mean with a probability of 6e-5.
func checkMean(t *testing.T, what string, x []float64, want float64) {
	t.Helper()
	n := float64(len(x))
	mean, square := 0.0, 0.0
	for _, v := range x {
		mean += v / n
	}
	for _, v := range x {
		square += (v - mean) * (v - mean) / (n - 1)
	}
	if se := math.Sqrt(square / n); !(math.Abs(mean-want) <= 4*se+1e-12*math.Abs(want)) {
		t.Errorf("%s: mean %.6g over %d draws, want %.6g within 4 standard errors of %.2g", what,
			mean, len(x), want, se)
	}
}

// checkVariance checks that the variance of x about a known mean is within 4 standard errors of
// want.
func checkVariance(t *testing.T, what string, x []float64, mean, want float64) {
	t.Helper()
	squares := make([]float64, len(x))
	for i, v := range x {
		squares[i] = (v - mean) * (v - mean)
	}
	checkMean(t, what, squares, want)
}

// cases returns every generator with every kind of signal that it can have, in both kinds of
// counting, and deficits in extended counting.
func cases() map[string]Config {
	all := map[string]Config{}
	for _, counting := range Countings {
		add := func(name, source string, dim int, s Signal) {
			all[name+", "+counting] = config(source, dim, s, 200, counting)
		}
		add("exponential tail", sourceExponential, 0, Signal{Kind: kindGaussian, Loc: Vector{6.4},
			Scale: 0.16})
		add("exponential edge", sourceExponential, 1, Signal{Kind: kindGaussian, Loc: Vector{0.1},
			Scale: 0.3})
		add("exponential bumps", sourceExponential, 0, Signal{Kind: kindBumps,
			Bumps: []Bump{{Vector{1.6}, 0.2, 1}, {Vector{0}, 0.5, 3}, {Vector{4}, 0.4, 2}}})
		add("exponential shape", sourceExponential, 0, Signal{Kind: kindShape})
		add("exponential uniform", sourceExponential, 0,
			Signal{Kind: kindUniform, Low: Vector{1}, High: Vector{3}})
		add("exponential scale", sourceExponential, 0, Signal{Kind: kindScale, Factor: 1.3})
		add("exponential shift", sourceExponential, 0, Signal{Kind: kindShift, By: Vector{0.5}})
		add("mixture gaussian", sourceMixture, 0, Signal{Kind: kindGaussian, Loc: Vector{-22, -22},
			Scale: 0.5})
		add("mixture bumps", sourceMixture, 2, Signal{Kind: kindBumps,
			Bumps: []Bump{{Vector{-21, -22}, 0.3, 0.2}, {Vector{19, 21}, 0.4, 0.6}}})
		add("mixture uniform", sourceMixture, 0, Signal{Kind: kindUniform, Low: Vector{18, -21},
			High: Vector{20, -19}})
		add("mixture scale", sourceMixture, 0, Signal{Kind: kindScale, Factor: 0.99})
		add("mixture shift", sourceMixture, 0, Signal{Kind: kindShift, By: Vector{0, -0.4}})
		add("gaussian cluster", sourceGaussian, 4, Signal{Kind: kindGaussian, Loc: Vector{1, -0.5},
			Scale: 0.6})
		add("gaussian bumps", sourceGaussian, 3, Signal{Kind: kindBumps,
			Bumps: []Bump{{Vector{1, 0, 1}, 0.5, 1}, {Vector{-1}, 0.6, 1}}})
		add("gaussian uniform", sourceGaussian, 2, Signal{Kind: kindUniform, Low: Vector{-1, 0},
			High: Vector{0.5, 2}})
		add("gaussian scale", sourceGaussian, 3, Signal{Kind: kindScale, Factor: 1.15})
		add("gaussian narrowed", sourceGaussian, 3, Signal{Kind: kindScale, Factor: 0.8})
		add("clusters gaussian", sourceClusters, 4, Signal{Kind: kindGaussian,
			Loc: Vector{1, -0.5}, Scale: 0.6})
		add("clusters bumps", sourceClusters, 3, Signal{Kind: kindBumps,
			Bumps: []Bump{{Vector{1, 0, 1}, 0.5, 1}, {Vector{-1}, 0.6, 1}}})
		add("clusters uniform", sourceClusters, 2, Signal{Kind: kindUniform, Low: Vector{-1, 0},
			High: Vector{0.5, 2}})
		add("gaussian shift", sourceGaussian, 5, Signal{Kind: kindShift, By: Vector{0.3, -0.4}})
	}
	deficit := func(name, source string, dim int, bumps ...Bump) {
		all[name+", extended"] = config(source, dim, Signal{Kind: kindBumps, Bumps: bumps}, 200,
			countingExtended)
	}
	deficit("exponential hole", sourceExponential, 0, Bump{Vector{1.6}, 0.16, -1})
	deficit("exponential wide hole", sourceExponential, 0, Bump{Vector{0.5}, 0.8, -2})
	deficit("exponential hole and bumps", sourceExponential, 0, Bump{Vector{4}, 0.4, 1},
		Bump{Vector{1.6}, 0.3, -3}, Bump{Vector{1.7}, 0.2, 2})
	deficit("mixture holes and bump", sourceMixture, 0, Bump{Vector{-20, -20.5}, 0.9, -1},
		Bump{Vector{20, 20}, 0.8, -2}, Bump{Vector{19, -21}, 0.5, 1})
	deficit("gaussian holes", sourceGaussian, 3, Bump{Vector{0.3, 0, -0.2}, 0.8, -1},
		Bump{Vector{-0.5, 0.3}, 0.7, -1})
	return all
}

// held returns the wanted strength, or the strongest one if that is smaller.
func held(a Alternative, wanted float64) float64 { return min(wanted, a.Strongest()) }

// null returns the set of a reference of one table.
func null(s FileSet) ReferenceSet { return ReferenceSet{FileSet: s} }
