package sources

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// cases holds every source with every kind of signal that it takes, in both kinds of counting, and
// deficits, in extended counting only.
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

// held is the strength wanted, or the strongest that the source holds.
func held(a Alternative, wanted float64) float64 { return min(wanted, a.Strongest()) }

func TestEveryKindHasACase(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range cases() {
		seen[c.Source+" "+c.Signal.Kind] = true
	}
	for _, source := range Names {
		for _, kind := range kindsOf(source) {
			if !seen[source+" "+kind] {
				t.Errorf("no case of a %s signal on the %s source", kind, source)
			}
		}
	}
}

func TestColumnsAndExpected(t *testing.T) {
	for _, c := range []struct {
		source string
		dim    int
		want   []string
	}{
		{sourceExponential, 0, []string{"x"}},
		{sourceGaussian, 1, []string{"x"}},
		{sourceMixture, 0, []string{"x1", "x2"}},
		{sourceGaussian, 3, []string{"x1", "x2", "x3"}},
	} {
		s := mustNew(t, config(c.source, c.dim, Signal{Kind: kindGaussian, Loc: Vector{1},
			Scale: 1}, 12.5, countingExtended))
		if got := s.Columns(); !slices.Equal(got, c.want) || s.Dim() != len(c.want) {
			t.Errorf("%s in %d: columns %v, dimension %d; want %v", c.source, c.dim, got, s.Dim(),
				c.want)
		}
		if s.Expected() != 12.5 {
			t.Errorf("expected %v, want 12.5", s.Expected())
		}
	}
}

// Marginals of what toys hold, against distribution functions written down independently. Two
// Kolmogorov- Smirnov tests per column at 1e-4 each (see checkKS): the family of about 100 fails
// with probability 1%. Fixed seed.
func TestDrawnMarginals(t *testing.T) {
	normal := distuv.UnitNormal.CDF
	twoSided := func(x float64) float64 { return (normal(x-20) + normal(x+20)) / 2 }
	exponential := func(x float64) float64 { return -math.Expm1(-max(x, 0)) }
	cut := func(loc, scale float64) func(float64) float64 { // a Gaussian cut off below 0
		below := normal(-loc / scale)
		return func(x float64) float64 { return (normal((x-loc)/scale) - below) / (1 - below) }
	}
	type marginals map[int]func(float64) float64
	nulls := map[string]func(float64) float64{sourceExponential: exponential,
		sourceMixture: twoSided, sourceGaussian: normal}
	signals := map[string]marginals{
		"exponential tail": {0: cut(6.4, 0.16)},
		"exponential edge": {0: cut(0.1, 0.3)},
		"exponential bumps": {0: func(x float64) float64 {
			return cut(1.6, 0.2)(x)/6 + cut(0, 0.5)(x)/2 + cut(4, 0.4)(x)/3
		}},
		"exponential shape":   {0: distuv.Gamma{Alpha: 3, Beta: 1}.CDF},
		"exponential uniform": {0: distuv.Uniform{Min: 1, Max: 3}.CDF},
		"exponential scale":   {0: func(x float64) float64 { return exponential(x / 1.3) }},
		"exponential shift":   {0: func(x float64) float64 { return exponential(x - 0.5) }},
		"mixture gaussian": {0: distuv.Normal{Mu: -22, Sigma: 0.5}.CDF,
			1: distuv.Normal{Mu: -22, Sigma: 0.5}.CDF},
		"mixture bumps": {0: func(x float64) float64 {
			return 0.25*normal((x+21)/0.3) + 0.75*normal((x-19)/0.4)
		}, 1: func(x float64) float64 { return 0.25*normal((x+22)/0.3) + 0.75*normal((x-21)/0.4) }},
		"mixture uniform": {0: distuv.Uniform{Min: 18, Max: 20}.CDF,
			1: distuv.Uniform{Min: -21, Max: -19}.CDF},
		"mixture scale": {0: func(x float64) float64 { return twoSided(x / 0.99) },
			1: func(x float64) float64 { return twoSided(x / 0.99) }},
		"mixture shift": {0: twoSided, 1: func(x float64) float64 { return twoSided(x + 0.4) }},
		"gaussian cluster": {0: distuv.Normal{Mu: 1, Sigma: 0.6}.CDF,
			1: distuv.Normal{Mu: -0.5, Sigma: 0.6}.CDF, 3: distuv.Normal{Mu: 0, Sigma: 0.6}.CDF},
		"gaussian bumps": {0: func(x float64) float64 {
			return normal((x-1)/0.5)/2 +
				normal((x+1)/0.6)/2
		},
			2: func(x float64) float64 { return normal((x-1)/0.5)/2 + normal(x/0.6)/2 }},
		"gaussian uniform": {0: distuv.Uniform{Min: -1, Max: 0.5}.CDF,
			1: distuv.Uniform{Min: 0, Max: 2}.CDF},
		"gaussian scale": {0: distuv.Normal{Mu: 0, Sigma: 1.15}.CDF,
			2: distuv.Normal{Mu: 0, Sigma: 1.15}.CDF},
		"gaussian narrowed": {1: distuv.Normal{Mu: 0, Sigma: 0.8}.CDF},
		"gaussian shift": {0: distuv.Normal{Mu: 0.3, Sigma: 1}.CDF,
			1: distuv.Normal{Mu: -0.4, Sigma: 1}.CDF, 4: normal},

		"exponential hole":      {},
		"exponential wide hole": {},
		"exponential hole and bumps": {0: func(x float64) float64 {
			return cut(4, 0.4)(x)/3 + cut(1.7, 0.2)(x)*2/3
		}},
		"mixture holes and bump": {0: distuv.Normal{Mu: 19, Sigma: 0.5}.CDF,
			1: distuv.Normal{Mu: -21, Sigma: 0.5}.CDF},
		"gaussian holes": {},
	}
	type hole struct {
		share     float64 // of N_S
		marginals marginals
	}
	holes := map[string]hole{
		"exponential hole":           {1, marginals{0: cut(1.6, 0.16)}},
		"exponential wide hole":      {1, marginals{0: cut(0.5, 0.8)}},
		"exponential hole and bumps": {0.5, marginals{0: cut(1.6, 0.3)}},
		"mixture holes and bump": {0.75, marginals{
			0: func(x float64) float64 { return normal((x+20)/0.9)/3 + normal((x-20)/0.8)*2/3 },
			1: func(x float64) float64 { return normal((x+20.5)/0.9)/3 + normal((x-20)/0.8)*2/3 },
		}},
		"gaussian holes": {1, marginals{
			0: func(x float64) float64 { return normal((x-0.3)/0.8)/2 + normal((x+0.5)/0.7)/2 },
			1: func(x float64) float64 { return normal(x/0.8)/2 + normal((x-0.3)/0.7)/2 },
			2: func(x float64) float64 { return normal((x+0.2)/0.8)/2 + normal(x/0.7)/2 },
		}},
	}
	for name, want := range signals {
		t.Run(name, func(t *testing.T) {
			c := cases()[name+", extended"]
			c.Reference, c.Expected = 5000, 4000
			g := mustNew(t, c)
			signal := held(g, 3000)
			p := mustDraw(t, g, stream(1), signal)
			missing := holes[name].share * signal
			if added := signal - missing; math.Abs(float64(p.Injected)-added) > 4*math.Sqrt(added) {
				t.Fatalf("%d signal events, want Poisson(%v)", p.Injected, added)
			}
			last := p.Data.N - p.Injected
			for j := range p.Reference.D {
				checkKS(t, fmt.Sprintf("reference, column %d", j),
					column(p.Reference, j, 0, p.Reference.N), nulls[c.Source])
				left := nulls[c.Source]
				if missing > 0 {
					part := missing / c.Expected
					left = func(x float64) float64 {
						return (nulls[c.Source](x) -
							part*holes[name].marginals[j](x)) / (1 - part)
					}
				}
				checkKS(t, fmt.Sprintf("background, column %d", j), column(p.Data, j, 0, last),
					left)
			}
			for j, cdf := range want {
				checkKS(t, fmt.Sprintf("signal, column %d", j), column(p.Data, j, last, p.Data.N),
					cdf)
			}
		})
	}
	for name := range cases() {
		if name, extended := strings.CutSuffix(name, ", extended"); extended &&
			signals[name] == nil {
			t.Errorf("the marginals of %s are not tested", name)
		}
	}
}

// Coordinates of the mixture and of the Gaussian are independent: the correlation of n = 20,000
// draws lies within 4/sqrt(n) (probability 6e-5), and the four components of the mixture are
// equally frequent (within 4 standard deviations each). Fixed seed.
func TestBackgroundCoordinatesAreIndependent(t *testing.T) {
	const n = 20000
	for _, c := range []Config{cases()["mixture shift, extended"],
		cases()["gaussian cluster, extended"]} {
		s, err := mustNew(t, c).DrawReference(stream(2), n)
		if err != nil {
			t.Fatal(err)
		}
		sum, quadrants := 0.0, map[[2]bool]float64{}
		for i := range n {
			x := s.Row(i)
			sum += x[0] * x[1]
			quadrants[[2]bool{x[0] > 0, x[1] > 0}]++
		}
		scale := 1.0
		if c.Source == sourceMixture {
			scale = 401 // E x² = 20² + 1
		}
		if z := sum / scale / math.Sqrt(n); math.Abs(z) > 4 {
			t.Errorf("%s: correlation %.2f standard deviations from 0", c.Source, z)
		}
		for q, k := range quadrants {
			if z := (k - n/4) / math.Sqrt(n*3./16); math.Abs(z) > 4 {
				t.Errorf("%s: quadrant %v holds %v of %d events, %.2f standard deviations from "+
					"a quarter", c.Source, q, k, n, z)
			}
		}
	}
}

// LogRatio against the quotient of densities, written down with gonum's distributions where the
// numbers are harmless.
func TestLogRatioIsTheDensityQuotient(t *testing.T) {
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
			return gauss(times(x,
				1/1.15)) / math.Pow(1.15, 3)
		}},
		"gaussian narrowed": {inSpace, gauss, func(x []float64) float64 {
			return gauss(times(x,
				1/0.8)) / math.Pow(0.8, 3)
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
			return corners(x[0],
				x[1])
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

// The law of the likelihood ratio: E_0[h e^y] N_0 = E_alt[h] N_alt for any h, where y is LogRatio;
// h = 1 says that e^y integrates. Five functions per case, 41 cases, 4 standard errors each: a
// right answer fails with probability 1%. Fixed seed.
func TestLogRatioTurnsNullIntoAlternative(t *testing.T) {
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

// LogRatio stays finite, and right, where densities underflow: far out, and in many dimensions.
func TestLogRatioFarOut(t *testing.T) {
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
	// Full replacement by a narrower Gaussian, typical of the null: the floor.
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
	check("mixture shift far out", mixture.LogRatio([]float64{220, 0}, 100), 199.5)
}

// LogRatio is finite for every finite point and every strength.
func TestLogRatioIsFinite(t *testing.T) {
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

// Means and variances of the counts over 4,000 toys, within 4 standard errors (probability 6e-5
// each). Fixed seed.
func TestCounts(t *testing.T) {
	const toys, expected, signal = 4000, 40.0, 15.0
	added := Signal{Kind: kindGaussian, Loc: Vector{6.4}, Scale: 0.16}
	replacing := Signal{Kind: kindScale, Factor: 1.5}
	hole := Signal{Kind: kindBumps, Bumps: []Bump{{Vector{0.5}, 0.8, -2}}}
	both := Signal{Kind: kindBumps, Bumps: []Bump{{Vector{0.5}, 0.8, -2}, {Vector{6.4}, 0.16, 1}}}
	for _, c := range []struct {
		name                                    string
		signal                                  Signal
		counting                                string
		null, alternative                       float64
		fixed                                   bool
		weight                                  float64
		data, dataVariance                      float64
		injected, injectedVar                   float64
		background, backgroundVar, nullVariance float64
	}{
		{"added, extended", added, countingExtended, 40, 55, false, 0.4, 55, 55, 15, 15, 40, 40,
			40},
		{"replacing, extended", replacing, countingExtended, 40, 40, false, 0.4, 40, 40, 15, 15, 25,
			25, 40},
		{"added, shape", added, countingShape, 40, 40, true, 0.4, 40, 0, 15, 40 * 0.375 * 0.625, 25,
			40 * 0.375 * 0.625, 0},
		{"replacing, shape", replacing, countingShape, 40, 40, true, 0.4, 40, 0, 15,
			40 * 0.375 * 0.625, 25, 40 * 0.375 * 0.625, 0},
		{"missing", hole, countingExtended, 40, 25, false, 0.4, 25, 25, 0, 0, 25, 25, 40},
		{"missing and added", both, countingExtended, 40, 35, false, 0.4, 35, 35, 5, 5, 30, 30, 40},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := mustNew(t, config(sourceExponential, 0, c.signal, expected, c.counting))
			null, alternative, fixed := g.Counts(signal)
			if null != c.null || math.Abs(alternative-c.alternative) > 1e-12 || fixed != c.fixed {
				t.Errorf("Counts: %v, %v, %v; want %v, %v, %v", null, alternative, fixed, c.null,
					c.alternative, c.fixed)
			}
			r := stream(4)
			var total, injected, background, nulls []float64
			for range toys {
				p := mustDraw(t, g, r, signal)
				if p.Weight != c.weight || p.Reference.N != 100 || len(p.Data.X) != p.Data.N ||
					p.Injected > p.Data.N {
					t.Fatalf("weight %v, reference of %d, data of %d (%d numbers) with %d injected",
						p.Weight, p.Reference.N, p.Data.N, len(p.Data.X), p.Injected)
				}
				total = append(total, float64(p.Data.N))
				injected = append(injected, float64(p.Injected))
				background = append(background, float64(p.Data.N-p.Injected))
				q := mustDraw(t, g, r, 0)
				if q.Injected != 0 {
					t.Fatalf("%d injected events in a null toy", q.Injected)
				}
				nulls = append(nulls, float64(q.Data.N))
			}
			checkMean(t, "N_D", total, c.data)
			checkVariance(t, "variance of N_D", total, c.data, c.dataVariance)
			checkMean(t, "injected", injected, c.injected)
			checkVariance(t, "variance of injected", injected, c.injected, c.injectedVar)
			checkMean(t, "background", background, c.background)
			checkVariance(t, "variance of background", background, c.background, c.backgroundVar)
			checkMean(t, "null N_D", nulls, c.null)
			checkVariance(t, "variance of null N_D", nulls, c.null, c.nullVariance)
		})
	}
}

// The library's Poisson and binomial draws against their probabilities, in each branch of its
// samplers (small and large means): chi-square over the cells with at least 20 expected counts of
// 20,000 draws, the rest pooled; 8 tests at 1e-4 each. Fixed seed.
func TestCountDrawsFollowTheirDistribution(t *testing.T) {
	const n = 10000
	check := func(name string, draw func() int, probability func(float64) float64) {
		counts := map[int]int{}
		for range n {
			counts[draw()]++
		}
		chi2, cells := 0.0, 0
		rest, restExpected := float64(n), float64(n)
		for k := range 4000 {
			e := n * probability(float64(k))
			if e < 20 {
				continue
			}
			o := float64(counts[k])
			chi2 += (o - e) * (o - e) / e
			rest, restExpected, cells = rest-o, restExpected-e, cells+1
		}
		if restExpected > 1 {
			chi2 += (rest - restExpected) * (rest - restExpected) / restExpected
			cells++
		}
		if p := (distuv.ChiSquared{K: float64(cells - 1)}).Survival(chi2); cells < 2 || p < 1e-4 {
			t.Errorf("%s: chi-square %.1f in %d cells, p = %.2g", name, chi2, cells, p)
		}
	}
	r := stream(5)
	for _, mean := range []float64{0.3, 5, 15, 2000} {
		check(fmt.Sprintf("Poisson(%v)", mean), func() int { return poisson(r, mean) },
			distuv.Poisson{Lambda: mean}.Prob)
	}
	for _, c := range []struct{ expected, signal float64 }{{20, 5}, {2000, 0.4}, {2000, 8},
		{2000, 1700}} {
		cfg := config(sourceExponential, 0, Signal{Kind: kindShape}, c.expected, countingShape)
		cfg.Reference = 1
		g := mustNew(t, cfg)
		check(fmt.Sprintf("Binomial(%v, %v)", c.expected, c.signal/c.expected),
			func() int { return mustDraw(t, g, r, c.signal).Injected },
			distuv.Binomial{N: c.expected, P: c.signal / c.expected}.Prob)
	}
}

func TestDrawIsAFunctionOfItsStream(t *testing.T) {
	for name, c := range cases() {
		g := mustNew(t, c)
		signal := held(g, 20)
		first, again, other := mustDraw(t, g, stream(6), signal),
			mustDraw(t, mustNew(t, c), stream(6), signal), mustDraw(t, g, stream(7), signal)
		if !slices.Equal(first.Data.X, again.Data.X) ||
			!slices.Equal(first.Reference.X, again.Reference.X) ||
			first.Injected != again.Injected {
			t.Errorf("%s: one stream gave two toys", name)
		}
		if first.Reference.X[0] == other.Reference.X[0] || first.Data.X[0] == other.Data.X[0] ||
			first.Reference.X[0] == first.Data.X[0] {
			t.Errorf("%s: two streams, or the two samples of one toy, start with the same number",
				name)
		}
	}
}

// Where signal is added, toys of one stream share reference and background at every strength.
func TestStrengthsShareTheirBackground(t *testing.T) {
	g := mustNew(t, Default())
	null, strong := mustDraw(t, g, stream(8), 0), mustDraw(t, g, stream(8), 50)
	if !slices.Equal(null.Reference.X, strong.Reference.X) ||
		!slices.Equal(null.Data.X, strong.Data.X[:strong.Data.N-strong.Injected]) {
		t.Error("the strengths 0 and 50 gave different backgrounds")
	}
}

// With a deficit, toys of one stream share the reference, and the background of a stronger one is
// that of a weaker one, in its order, but for the missing events. Their number is binomial with, at
// 2,000 events, almost the Poisson's variance; the bound is 4 standard deviations. Fixed seed.
func TestStrengthsShareTheirBackgroundBesideADeficit(t *testing.T) {
	c := Default()
	c.Signal = Signal{Kind: kindBumps, Bumps: []Bump{{Vector{1.6}, 0.16, -1}, {Vector{4}, 0.3, 1}}}
	g := mustNew(t, c)
	null := mustDraw(t, g, stream(8), 0)
	weaker := null.Data.X
	if plain := mustDraw(t, mustNew(t, Default()), stream(8), 0); !slices.Equal(plain.Data.X,
		weaker) {
		t.Error("the null toys of a signal with a deficit and of one without differ")
	}
	for _, signal := range []float64{2, 60, 200, 300} {
		p := mustDraw(t, g, stream(8), signal)
		if !slices.Equal(p.Reference.X, null.Reference.X) {
			t.Errorf("the strengths 0 and %v gave different references", signal)
		}
		background := p.Data.X[:p.Data.N-p.Injected]
		found := 0
		for _, x := range weaker {
			if found < len(background) && background[found] == x {
				found++
			}
		}
		if found < len(background) {
			t.Errorf("N_S = %v: %d of %d background events are those of a weaker toy", signal,
				found, len(background))
		}
		if missing, want := float64(null.Data.N-len(background)),
			signal/2; math.Abs(missing-want) > 4*math.Sqrt(want) {
			t.Errorf("N_S = %v: %v events are missing, want about %v", signal, missing, want)
		}
		weaker = background
	}
}

// Strongest is N(R) without a deficit; with one, it is where the smallest of 1 - N_S Q g-(x)/n_0(x)
// reaches 0, found here on a fine grid.
func TestStrongest(t *testing.T) {
	for name, c := range cases() {
		g := mustNew(t, c)
		if !slices.ContainsFunc(c.Signal.Bumps, func(b Bump) bool { return b.Fraction < 0 }) &&
			g.Strongest() != c.Expected {
			t.Errorf("%s: strongest signal %v, want %v", name, g.Strongest(), c.Expected)
		}
	}
	for _, c := range []struct {
		source    string
		low, high float64
		bumps     []Bump
	}{
		{sourceExponential, 0, 10, []Bump{{Vector{1.6}, 0.16, -1}}},
		{sourceExponential, 0, 10, []Bump{{Vector{0}, 1.5, -1}, {Vector{6.4}, 0.16, 0.1}}},
		{sourceExponential, 0, 10, []Bump{{Vector{1.6}, 0.16, -1}, {Vector{1.8}, 0.16, -1},
			{Vector{1}, 0.5, -0.3}}},
		{sourceGaussian, -9, 9, []Bump{{Vector{1}, 0.5, -1}}},
		{sourceGaussian, -9, 9, []Bump{{Vector{1}, 0.5, -1}, {Vector{-0.5}, 0.8, -2},
			{Vector{2}, 0.5, 1}}},
	} {
		g := newGenerator(config(c.source, 1, Signal{Kind: kindBumps, Bumps: c.bumps}, 2000,
			countingExtended))
		deepest := 0.0
		for x := c.low; x <= c.high; x += 1e-4 {
			deepest = max(deepest, g.missing([]float64{x}, 1))
		}
		if want := 1 / deepest; !(math.Abs(g.Strongest()/want-1) < 1e-6) {
			t.Errorf("%s, bumps %v: strongest signal %.9g, want %.9g", c.source, c.bumps,
				g.Strongest(), want)
		}
		if _, err := g.Draw(stream(13), g.Strongest()); err != nil {
			t.Errorf("%s, bumps %v: at the strongest signal: %v", c.source, c.bumps, err)
		}
	}
	slight := mustNew(t, config(sourceExponential, 0, Signal{Kind: kindBumps,
		Bumps: []Bump{{Vector{0.5}, 0.8, -1}, {Vector{4}, 0.5, 9}}}, 2000, countingExtended))
	if slight.Strongest() != 2000 {
		t.Errorf("strongest signal %v with a slight deficit, want N(R) = 2000", slight.Strongest())
	}
}

// A deficit that leaves almost nothing of the background is as precise as one that takes almost
// nothing.
func TestLogRatioOfADeficitIsPrecise(t *testing.T) {
	g := newGenerator(config(sourceExponential, 0, Signal{Kind: kindBumps,
		Bumps: []Bump{{Vector{1.6}, 0.16, -1}}}, 2000, countingExtended))
	bottom := []float64{1.6 + 0.16*0.16}
	for _, c := range []struct{ signal, want float64 }{
		{1e-30 * g.most, -1e-30}, {1e-9 * g.most, -1e-9 - 0.5e-18}, {0.5 * g.most, -math.Ln2},
		{(1 - 1e-6) * g.most, math.Log(1e-6)},
	} {
		if got := g.LogRatio(bottom, c.signal); !(math.Abs(got/c.want-1) < 1e-9) {
			t.Errorf("N_S = %v: log-ratio %v, want %v", c.signal, got, c.want)
		}
	}
	if got := g.LogRatio(bottom, g.most*(1+1e-12)); got < -50 || got > -20 {
		t.Errorf("at the bottom of the deepest hole: log-ratio %v, want from -50 to -20", got)
	}
}

func TestDrawRefusesImpossibleStrengths(t *testing.T) {
	scale := Signal{Kind: kindScale, Factor: 2}
	for _, c := range []struct {
		config Config
		signal float64
		want   string
	}{
		{Default(), -1, "must be at least 0"},
		{Default(), math.NaN(), "a signal of NaN"},
		{Default(), math.Inf(1), "at most 1e+09 values"},
		{Default(), 1e12, "at most 1e+09 values"},
		{config(sourceExponential, 0, scale, 50, countingExtended), 50.1,
			"does not fit into the 50 expected ones"},
		{config(sourceExponential, 0, scale, 50, countingShape), 51,
			"does not fit into the 50 expected ones"},
		{config(sourceExponential, 0, Default().Signal, 50, countingShape), 51,
			"does not fit into the 50 expected ones"},
		{config(sourceExponential, 0, Signal{Kind: kindBumps,
			Bumps: []Bump{{Vector{1.6}, 0.16, -1}}}, 2000, countingExtended), 160,
			"exceeds the background; at most 159.9 fit"},
		{config(sourceExponential, 0, Signal{Kind: kindBumps,
			Bumps: []Bump{{Vector{6.4}, 0.16, -1}, {Vector{1}, 0.5, 3}}}, 2000, countingExtended),
			6, "exceeds the background; at most 5.2"},
	} {
		if _, err := mustNew(t, c.config).Draw(stream(9), c.signal); err == nil ||
			!strings.HasPrefix(err.Error(), "data: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("signal %v: error %v, want one with %q", c.signal, err, c.want)
		}
	}
	// A place that was not looked at is found by the events drawn there.
	g := newGenerator(config(sourceExponential, 0, Signal{Kind: kindBumps,
		Bumps: []Bump{{Vector{1.6}, 0.16, -1}}}, 2000, countingExtended))
	g.most = math.Inf(1)
	if _, err := g.Draw(stream(9), 200); err == nil || !strings.HasPrefix(err.Error(), "data: ") ||
		!strings.Contains(err.Error(), "exceeds the background at [1.") {
		t.Errorf("a deficit that exceeds the background at an event: error %v", err)
	}
	// The whole sample may be replaced.
	for _, counting := range Countings {
		p := mustDraw(t, mustNew(t, config(sourceExponential, 0, scale, 50, counting)), stream(9),
			50)
		if p.Injected != p.Data.N || p.Injected == 0 {
			t.Errorf("%s: %d of %d events injected, want all", counting, p.Injected, p.Data.N)
		}
	}
	if _, err := mustNew(t, Default()).DrawReference(stream(9), -1); err == nil {
		t.Error("a reference of -1 rows was drawn")
	}
	if _, err := mustNew(t, Default()).DrawReference(stream(9), math.MaxInt); err == nil {
		t.Error("a reference of MaxInt rows was drawn")
	}
}

// A small toy may hold no event at all.
func TestDrawWithoutEvents(t *testing.T) {
	p := mustDraw(t, mustNew(t, config(sourceMixture, 0, Signal{Kind: kindScale, Factor: 2}, 1e-6,
		countingExtended)), stream(10), 0)
	if p.Data.N != 0 || len(p.Data.X) != 0 || p.Data.D != 2 || p.Reference.N != 100 {
		t.Errorf("data of %d rows in %d dimensions, reference of %d rows; want 0, 2, 100", p.Data.N,
			p.Data.D, p.Reference.N)
	}
}

// With the true log-ratio as test statistic (the expected excess, which is the same in all toys,
// left out), toys reach the power of the likelihood ratio at size 0.05. The powers to reach are
// those of the exact distribution for 2,000 expected events (compound Poisson by FFT, agreeing with
// 2e6 toys to 0.001); that of the scale signal comes from 1e6 toys in which the sum over the events
// is one gamma draw. 2,500 toys per hypothesis; the bound is 4 standard errors, of which the
// threshold's share is half the difference of the powers at the thresholds one standard deviation
// of the tail count above and below. Fixed seed.
func TestOraclePowerOfToys(t *testing.T) {
	if testing.Short() {
		t.Skip("30 million events")
	}
	const toys, alpha = 2500, 0.05
	for _, c := range []struct {
		name   string
		source string
		s      Signal
		signal float64
		power  float64
	}{
		{"tail", sourceExponential, Signal{Kind: kindGaussian, Loc: Vector{6.4}, Scale: 0.16}, 2,
			0.363},
		{"tail", sourceExponential, Signal{Kind: kindGaussian, Loc: Vector{6.4}, Scale: 0.16}, 5,
			0.813},
		{"bulk", sourceExponential, Signal{Kind: kindGaussian, Loc: Vector{1.6}, Scale: 0.16}, 35,
			0.724},
		{"wide", sourceExponential, Signal{Kind: kindGaussian, Loc: Vector{4}, Scale: 0.64}, 13,
			0.425},
		{"mixture, narrow bump", sourceMixture, Signal{Kind: kindGaussian, Loc: Vector{-22, -22},
			Scale: 0.1}, 3, 0.858},
		{"mixture, bump", sourceMixture, Signal{Kind: kindGaussian, Loc: Vector{-22, -22},
			Scale: 0.5}, 5, 0.728},
		{"scale 1.05", sourceExponential, Signal{Kind: kindScale, Factor: 1.05}, 2000, 0.706},
	} {
		cfg := config(c.source, 0, c.s, 2000, countingExtended)
		cfg.Reference = 1
		g, r := mustNew(t, cfg), stream(11)
		statistics := func(signal float64) []float64 {
			values := make([]float64, toys)
			for i := range values {
				p := mustDraw(t, g, r, signal)
				for k := range p.Data.N {
					values[i] += g.LogRatio(p.Data.Row(k), c.signal)
				}
			}
			slices.Sort(values)
			return values
		}
		null, alternative := statistics(0), statistics(c.signal)
		// the share of alternative toys at or above a null toy
		powerAt := func(rank float64) float64 {
			below, _ := slices.BinarySearch(alternative, null[int(rank)])
			return 1 - float64(below)/toys
		}
		rank, tail := (1-alpha)*toys, math.Sqrt(alpha*(1-alpha)*toys)
		power := powerAt(rank)
		se := math.Hypot(math.Sqrt(c.power*(1-c.power)/toys),
			(powerAt(rank-tail)-powerAt(rank+tail))/2)
		t.Logf("%s, N_S = %v: power %.3f, exact %.3f, se %.3f", c.name, c.signal, power, c.power,
			se)
		if math.Abs(power-c.power) > 4*se {
			t.Errorf("%s, N_S = %v: power %.3f of %d toys, want %.3f within 4 standard "+
				"errors of %.3f", c.name, c.signal, power, toys, c.power, se)
		}
	}
}

// The paper-size toy: 20,000 reference and 2,000 data rows in one dimension.
func BenchmarkDraw(b *testing.B) {
	g, r := mustNew(b, Default()), stream(12)
	for b.Loop() {
		mustDraw(b, g, r, 10)
	}
}

func BenchmarkLogRatio(b *testing.B) {
	g, x := mustNew(b, Default()), []float64{6.3}
	for b.Loop() {
		g.LogRatio(x, 10)
	}
}
