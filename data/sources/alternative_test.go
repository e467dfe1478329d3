package sources

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// LogRatio is compared with the quotient of densities from gonum's distributions, at points where
// they do not underflow.
func TestLogRatioIsTheDensityQuotient(t *testing.T) {
	t.Parallel()
	normal := func(x, mu, sd float64) float64 { return distuv.Normal{Mu: mu, Sigma: sd}.Prob(x) }
	halfNormal := func(x, mu, sd float64) float64 {
		return normal(x, mu, sd) / distuv.Normal{Mu: mu, Sigma: sd}.Survival(0)
	}
	exponential := distuv.Exponential{Rate: 1}.Prob
	corners := func(x, y float64) float64 {
		return (normal(x, -20, 1) + normal(x, 20, 1)) / 2 *
			(normal(y, -20, 1) + normal(y, 20, 1)) / 2
	}
	gauss := func(x []float64) float64 {
		p := 1.0
		for _, v := range x {
			p *= normal(v, 0, 1)
		}
		return p
	}
	isotropic := func(x, mu []float64, sd float64) float64 {
		p := 1.0
		for j := range x {
			p *= normal(x[j], mu[j], sd)
		}
		return p
	}
	inside := func(x, low, high []float64) float64 {
		p := 1.0
		for j := range x {
			p *= distuv.Uniform{Min: low[j], Max: high[j]}.Prob(x[j])
		}
		return p
	}
	times := func(x []float64, f float64) []float64 {
		y := slices.Clone(x)
		for j := range y {
			y[j] *= f
		}
		return y
	}
	onLine := [][]float64{{0}, {0.01}, {0.3}, {0.5}, {1}, {1.7}, {2.99}, {3.2}, {6.3}, {6.4}, {12}}
	inPlane := [][]float64{{-22, -22}, {-20.3, -21}, {-19, 20}, {19.2, 20.9}, {19.3, -20.2},
		{20.5, -17}}
	inSpace := [][]float64{{0, 0, 0}, {1, -0.5, 0.2}, {0.4, 1.2, -2}, {-1, 0.1, 2.5}}
	for name, c := range map[string]struct {
		points [][]float64
		b, s   func(x []float64) float64
	}{
		"exponential tail": {onLine, func(x []float64) float64 { return exponential(x[0]) },
			func(x []float64) float64 { return halfNormal(x[0], 6.4, 0.16) }},
		"exponential edge": {onLine, func(x []float64) float64 { return exponential(x[0]) },
			func(x []float64) float64 { return halfNormal(x[0], 0.1, 0.3) }},
		"exponential bumps": {onLine, func(x []float64) float64 { return exponential(x[0]) },
			func(x []float64) float64 {
				return halfNormal(x[0], 1.6, 0.2)/6 + halfNormal(x[0], 0, 0.5)/2 +
					halfNormal(x[0], 4, 0.4)/3
			}},
		"exponential shape": {onLine, func(x []float64) float64 { return exponential(x[0]) },
			func(x []float64) float64 { return x[0] * x[0] * math.Exp(-x[0]) / 2 }},
		"exponential uniform": {onLine, func(x []float64) float64 { return exponential(x[0]) },
			func(x []float64) float64 { return inside(x, []float64{1}, []float64{3}) }},
		"exponential scale": {onLine, func(x []float64) float64 { return exponential(x[0]) },
			func(x []float64) float64 { return exponential(x[0]/1.3) / 1.3 }},
		"exponential shift": {onLine, func(x []float64) float64 { return exponential(x[0]) },
			func(x []float64) float64 { return exponential(x[0] - 0.5) }},
		"mixture gaussian": {inPlane, func(x []float64) float64 { return corners(x[0], x[1]) },
			func(x []float64) float64 { return isotropic(x, []float64{-22, -22}, 0.5) }},
		"mixture bumps": {inPlane, func(x []float64) float64 { return corners(x[0], x[1]) },
			func(x []float64) float64 {
				return isotropic(x, []float64{-21, -22}, 0.3)/4 +
					isotropic(x, []float64{19, 21}, 0.4)*3/4
			}},
		"mixture uniform": {inPlane, func(x []float64) float64 { return corners(x[0], x[1]) },
			func(x []float64) float64 { return inside(x, []float64{18, -21}, []float64{20, -19}) }},
		"mixture scale": {inPlane, func(x []float64) float64 { return corners(x[0], x[1]) },
			func(x []float64) float64 {
				return corners(x[0]/0.99, x[1]/0.99) / (0.99 * 0.99)
			}},
		"mixture shift": {inPlane, func(x []float64) float64 { return corners(x[0], x[1]) },
			func(x []float64) float64 { return corners(x[0], x[1]+0.4) }},
		"gaussian bumps": {inSpace, gauss, func(x []float64) float64 {
			return isotropic(x, []float64{1, 0, 1}, 0.5)/2 +
				isotropic(x, []float64{-1, 0, 0}, 0.6)/2
		}},
		"gaussian scale": {inSpace, gauss, func(x []float64) float64 {
			return gauss(times(x, 1/1.15)) / math.Pow(1.15, 3)
		}},
		"gaussian narrowed": {inSpace, gauss, func(x []float64) float64 {
			return gauss(times(x, 1/0.8)) / math.Pow(0.8, 3)
		}},
		"gaussian uniform": {[][]float64{{0, 1}, {-2, 1}, {0.5, 2}}, gauss,
			func(x []float64) float64 { return inside(x, []float64{-1, 0}, []float64{0.5, 2}) }},
		"gaussian cluster": {[][]float64{{1, -0.5, 0, 0}, {0, 0, 1, -1}, {-2, 1, 1, 0.5}}, gauss,
			func(x []float64) float64 { return isotropic(x, []float64{1, -0.5, 0, 0}, 0.6) }},
		"gaussian shift": {[][]float64{{0, 0, 0, 0, 0}, {1, -1, 0.3, 2, -0.5}}, gauss,
			func(x []float64) float64 { return isotropic(x, []float64{0.3, -0.4, 0, 0, 0}, 1) }},
		"exponential hole": {onLine, func(x []float64) float64 { return exponential(x[0]) },
			func(x []float64) float64 { return -halfNormal(x[0], 1.6, 0.16) }},
		"exponential wide hole": {onLine, func(x []float64) float64 { return exponential(x[0]) },
			func(x []float64) float64 { return -halfNormal(x[0], 0.5, 0.8) }},
		"exponential hole and bumps": {onLine,
			func(x []float64) float64 { return exponential(x[0]) }, func(x []float64) float64 {
				return halfNormal(x[0], 4, 0.4)/6 + halfNormal(x[0], 1.7, 0.2)/3 -
					halfNormal(x[0], 1.6, 0.3)/2
			}},
		"mixture holes and bump": {inPlane, func(x []float64) float64 {
			return corners(x[0], x[1])
		}, func(x []float64) float64 {
			return isotropic(x, []float64{19, -21}, 0.5)/4 -
				isotropic(x, []float64{-20, -20.5}, 0.9)/4 - isotropic(x, []float64{20, 20}, 0.8)/2
		}},
		"gaussian holes": {inSpace, gauss, func(x []float64) float64 {
			return -isotropic(x, []float64{0.3, 0, -0.2}, 0.8)/2 -
				isotropic(x, []float64{-0.5, 0.3, 0}, 0.7)/2
		}},
	} {
		for _, wanted := range []float64{0, 0.5, 10, 150} {
			for _, counting := range Countings {
				config, exists := cases()[name+", "+counting]
				if !exists {
					continue
				}
				g := mustNew(t, config)
				signal := held(g, wanted)
				pi := signal / config.Expected
				for _, x := range c.points {
					keep := 1 - pi
					if counting == countingExtended && config.Signal.Kind != kindScale &&
						config.Signal.Kind != kindShift {
						keep = 1
					}
					want := math.Log(keep + pi*c.s(x)/c.b(x))
					if got := g.LogRatio(x,
						signal); !(math.Abs(got-want) <= 1e-12*(1+math.Abs(want))) {
						t.Errorf("%s, %s, signal %v at %v: log-ratio %.15g, want %.15g", name,
							counting, signal, x, got, want)
					}
				}
			}
		}
	}
}

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
