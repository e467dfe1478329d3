package sources

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// With y = LogRatio, E_0[h e^y] N_0 = E_alt[h] N_alt for any function h. There are five functions
// for each of 41 cases, and each check fails with a probability of 6e-5 (see checkMean), so that a
// correct program fails with a probability of at most 1.3%. Fixed seed.
func TestLogRatioTurnsNullIntoAlternative(t *testing.T) {
	t.Parallel()
	const n = 40000
	functions := map[string]func(x []float64) float64{
		"1":       func([]float64) float64 { return 1 },
		"tanh x1": func(x []float64) float64 { return math.Tanh(x[0]) },
		"cos(sum x)": func(x []float64) float64 {
			sum := 0.0
			for _, v := range x {
				sum += v
			}
			return math.Cos(sum)
		},
		"x1 < 1": func(x []float64) float64 {
			if x[0] < 1 {
				return 1
			}
			return 0
		},
		"exp(-xd²)": func(x []float64) float64 { v := x[len(x)-1]; return math.Exp(-v * v) },
	}
	for name, c := range cases() {
		t.Run(name, func(t *testing.T) {
			g := mustNew(t, c)
			signal := held(g, 60)
			r, x := stream(3), make([]float64, g.Dim())
			null, alternative, _ := g.Counts(signal)
			differences := map[string][]float64{}
			for range n {
				g.Background(r, x)
				y := math.Exp(g.LogRatio(x, signal))
				for h, f := range functions {
					differences[h] = append(differences[h], f(x)*y*null)
				}
				g.Anomalous(r, x, signal)
				for h, f := range functions {
					differences[h][len(differences[h])-1] -= f(x) * alternative
				}
			}
			for h, d := range differences {
				checkMean(t, "N_0 E_0["+h+" e^y] - N_alt E_alt["+h+"]", d, 0)
			}
		})
	}
}

// LogRatio is correct where densities underflow: far from the origin, and in many dimensions.
func TestLogRatioFarOut(t *testing.T) {
	t.Parallel()
	at := func(d int, v float64) []float64 {
		x := make([]float64, d)
		for j := range x {
			x[j] = v
		}
		return x
	}
	check := func(name string, got, want float64) {
		t.Helper()
		if !(math.Abs(got-want) <= 1e-9*(1+math.Abs(want))) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	wide := func(kind Signal) Alternative {
		return mustNew(t, config(sourceGaussian, 1000, kind, 100, countingExtended))
	}

	// -d log f + |x|²/2 (1 - 1/f²), from which log(1 - pi + pi e^y) with pi = 1/2 is y - log 2.
	y := -1000*math.Log(2) + 1000*9.0/2*(1-0.25)
	check("scale 2 in 1000 dimensions", wide(Signal{Kind: kindScale, Factor: 2}).LogRatio(at(1000,
		3), 50), y-math.Ln2)
	// Replacement of all events by a narrower Gaussian, at a point typical of the null: the floor.
	check("scale 1/2 in 1000 dimensions", wide(Signal{Kind: kindScale,
		Factor: 0.5}).LogRatio(at(1000, 1), 100), -50)
	check("scale 1/2, half the events", wide(Signal{Kind: kindScale, Factor: 0.5}).LogRatio(at(1000,
		1), 50), -math.Ln2)
	// A cluster at (10, 0, ...) of scale 0.5, at its center: y = d log 2 + 50, and log(1/100) for
	// the strength.
	center := at(1000, 0)
	center[0] = 10
	check("cluster in 1000 dimensions", wide(Signal{Kind: kindGaussian, Loc: Vector{10},
		Scale: 0.5}).LogRatio(center, 1), 1000*math.Ln2+50-math.Log(100))
	check("cluster, far away", wide(Signal{Kind: kindGaussian, Loc: Vector{10},
		Scale: 0.5}).LogRatio(at(1000, 1e3), 1), 0)

	tail := mustNew(t, Default())
	check("tail, far away", tail.LogRatio([]float64{1e6}, 10), 0)
	check("outside the null's support", tail.LogRatio([]float64{-1}, 10), 0)

	shift := mustNew(t, config(sourceExponential, 0, Signal{Kind: kindShift, By: Vector{0.5}}, 100,
		countingExtended))
	check("shift, impossible under the alternative", shift.LogRatio([]float64{0.2}, 100), -50)
	check("shift, possible", shift.LogRatio([]float64{0.7}, 100), 0.5)
	check("shift of all but one", shift.LogRatio([]float64{0.2}, 99), math.Log(0.01))

	box := mustNew(t, config(sourceGaussian, 2, Signal{Kind: kindUniform, Low: Vector{0, 0},
		High: Vector{1, 1}}, 100, countingShape))
	check("outside the box, shape-only, all signal", box.LogRatio([]float64{2, 2}, 100), -50)

	mixture := mustNew(t, config(sourceMixture, 0, Signal{Kind: kindShift, By: Vector{1, 0}}, 100,
		countingExtended))
	// Beyond the right-hand component the quotient is that of two Gaussians: y = u - 1/2 with u =
	// x1 - 20.
	check("mixture shift, far away", mixture.LogRatio([]float64{220, 0}, 100), 199.5)
}

// LogRatio is finite for every finite point and every strength.
func TestLogRatioIsFinite(t *testing.T) {
	t.Parallel()
	all := cases()
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	rapid.Check(t, func(t *rapid.T) {
		c := all[rapid.SampledFrom(names).Draw(t, "case")]
		s, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		x := rapid.SliceOfN(rapid.Float64(), s.Dim(), s.Dim()).Draw(t, "x")
		signal := rapid.Float64Range(0, s.(Alternative).Strongest()).Draw(t, "signal")
		if y := s.(Alternative).LogRatio(x, signal); math.IsNaN(y) || math.IsInf(y, 0) || y < -50 {
			t.Fatalf("log-ratio %v at %v, signal %v", y, x, signal)
		}
	})
}

func BenchmarkLogRatio(b *testing.B) {
	g, x := mustNew(b, Default()), []float64{6.3}
	for b.Loop() {
		g.LogRatio(x, 10)
	}
}
