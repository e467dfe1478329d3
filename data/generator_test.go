package data

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// cases holds every source with every kind of signal that it takes, in both kinds of counting.
func cases() map[string]Config {
	all := map[string]Config{}
	for _, counting := range countings {
		add := func(name, source string, dim int, s Signal) {
			all[name+", "+counting] = config(source, dim, s, 200, counting)
		}
		add("exponential tail", sourceExponential, 0, Signal{Kind: kindGaussian, Loc: Vector{6.4}, Scale: 0.16})
		add("exponential edge", sourceExponential, 1, Signal{Kind: kindGaussian, Loc: Vector{0.1}, Scale: 0.3})
		add("exponential bumps", sourceExponential, 0, Signal{Kind: kindBumps, Bumps: []Bump{{Vector{1.6}, 0.2, 1}, {Vector{0}, 0.5, 3}, {Vector{4}, 0.4, 2}}})
		add("exponential shape", sourceExponential, 0, Signal{Kind: kindShape})
		add("exponential uniform", sourceExponential, 0, Signal{Kind: kindUniform, Low: Vector{1}, High: Vector{3}})
		add("exponential scale", sourceExponential, 0, Signal{Kind: kindScale, Factor: 1.3})
		add("exponential shift", sourceExponential, 0, Signal{Kind: kindShift, By: Vector{0.5}})
		add("mixture gaussian", sourceMixture, 0, Signal{Kind: kindGaussian, Loc: Vector{-22, -22}, Scale: 0.5})
		add("mixture bumps", sourceMixture, 2, Signal{Kind: kindBumps, Bumps: []Bump{{Vector{-21, -22}, 0.3, 0.2}, {Vector{19, 21}, 0.4, 0.6}}})
		add("mixture uniform", sourceMixture, 0, Signal{Kind: kindUniform, Low: Vector{18, -21}, High: Vector{20, -19}})
		add("mixture scale", sourceMixture, 0, Signal{Kind: kindScale, Factor: 0.99})
		add("mixture shift", sourceMixture, 0, Signal{Kind: kindShift, By: Vector{0, -0.4}})
		add("gaussian cluster", sourceGaussian, 4, Signal{Kind: kindGaussian, Loc: Vector{1, -0.5}, Scale: 0.6})
		add("gaussian bumps", sourceGaussian, 3, Signal{Kind: kindBumps, Bumps: []Bump{{Vector{1, 0, 1}, 0.5, 1}, {Vector{-1}, 0.6, 1}}})
		add("gaussian uniform", sourceGaussian, 2, Signal{Kind: kindUniform, Low: Vector{-1, 0}, High: Vector{0.5, 2}})
		add("gaussian scale", sourceGaussian, 3, Signal{Kind: kindScale, Factor: 1.15})
		add("gaussian narrowed", sourceGaussian, 3, Signal{Kind: kindScale, Factor: 0.8})
		add("gaussian shift", sourceGaussian, 5, Signal{Kind: kindShift, By: Vector{0.3, -0.4}})
	}
	return all
}

func TestEveryKindHasACase(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range cases() {
		seen[c.Source+" "+c.Signal.Kind] = true
	}
	for _, source := range sources {
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
		s := mustNew(t, config(c.source, c.dim, Signal{Kind: kindGaussian, Loc: Vector{1}, Scale: 1}, 12.5, countingExtended))
		if got := s.Columns(); !slices.Equal(got, c.want) || s.Dim() != len(c.want) {
			t.Errorf("%s in %d: columns %v, dimension %d; want %v", c.source, c.dim, got, s.Dim(), c.want)
		}
		if s.Expected() != 12.5 {
			t.Errorf("expected %v, want 12.5", s.Expected())
		}
	}
}

// Marginals of what toys hold, against distribution functions written down independently. Two Kolmogorov-
// Smirnov tests per case at 1e-4 each (see checkKS): the family of about 35 fails with probability 0.4%. Fixed
// seed.
func TestDrawnMarginals(t *testing.T) {
	normal := distuv.UnitNormal.CDF
	twoSided := func(x float64) float64 { return (normal(x-20) + normal(x+20)) / 2 }
	exponential := func(x float64) float64 { return -math.Expm1(-max(x, 0)) }
	cut := func(loc, scale float64) func(float64) float64 { // a Gaussian cut off below 0
		below := normal(-loc / scale)
		return func(x float64) float64 { return (normal((x-loc)/scale) - below) / (1 - below) }
	}
	type marginals map[int]func(float64) float64
	nulls := map[string]func(float64) float64{sourceExponential: exponential, sourceMixture: twoSided, sourceGaussian: normal}
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
		"mixture gaussian":    {0: distuv.Normal{Mu: -22, Sigma: 0.5}.CDF, 1: distuv.Normal{Mu: -22, Sigma: 0.5}.CDF},
		"mixture bumps": {0: func(x float64) float64 {
			return 0.25*normal((x+21)/0.3) + 0.75*normal((x-19)/0.4)
		}, 1: func(x float64) float64 { return 0.25*normal((x+22)/0.3) + 0.75*normal((x-21)/0.4) }},
		"mixture uniform":  {0: distuv.Uniform{Min: 18, Max: 20}.CDF, 1: distuv.Uniform{Min: -21, Max: -19}.CDF},
		"mixture scale":    {0: func(x float64) float64 { return twoSided(x / 0.99) }, 1: func(x float64) float64 { return twoSided(x / 0.99) }},
		"mixture shift":    {0: twoSided, 1: func(x float64) float64 { return twoSided(x + 0.4) }},
		"gaussian cluster": {0: distuv.Normal{Mu: 1, Sigma: 0.6}.CDF, 1: distuv.Normal{Mu: -0.5, Sigma: 0.6}.CDF, 3: distuv.Normal{Mu: 0, Sigma: 0.6}.CDF},
		"gaussian bumps": {0: func(x float64) float64 { return normal((x-1)/0.5)/2 + normal((x+1)/0.6)/2 },
			2: func(x float64) float64 { return normal((x-1)/0.5)/2 + normal(x/0.6)/2 }},
		"gaussian uniform":  {0: distuv.Uniform{Min: -1, Max: 0.5}.CDF, 1: distuv.Uniform{Min: 0, Max: 2}.CDF},
		"gaussian scale":    {0: distuv.Normal{Mu: 0, Sigma: 1.15}.CDF, 2: distuv.Normal{Mu: 0, Sigma: 1.15}.CDF},
		"gaussian narrowed": {1: distuv.Normal{Mu: 0, Sigma: 0.8}.CDF},
		"gaussian shift":    {0: distuv.Normal{Mu: 0.3, Sigma: 1}.CDF, 1: distuv.Normal{Mu: -0.4, Sigma: 1}.CDF, 4: normal},
	}
	for name, want := range signals {
		t.Run(name, func(t *testing.T) {
			c := cases()[name+", extended"]
			c.Reference, c.Expected = 5000, 4000
			p := mustDraw(t, mustNew(t, c), stream(1), 3000)
			if p.Injected < 2500 {
				t.Fatalf("%d signal events at a strength of 3000", p.Injected)
			}
			last := p.Data.N - p.Injected
			for j := range p.Reference.D {
				checkKS(t, fmt.Sprintf("reference, column %d", j), column(p.Reference, j, 0, p.Reference.N), nulls[c.Source])
				checkKS(t, fmt.Sprintf("background, column %d", j), column(p.Data, j, 0, last), nulls[c.Source])
			}
			for j, cdf := range want {
				checkKS(t, fmt.Sprintf("signal, column %d", j), column(p.Data, j, last, p.Data.N), cdf)
			}
		})
	}
	if want := len(cases()) / 2; len(signals) != want {
		t.Errorf("%d of %d cases are tested", len(signals), want)
	}
}

// Coordinates of the mixture and of the Gaussian are independent: the correlation of n = 20,000 draws lies
// within 4/sqrt(n) (probability 6e-5), and the four components of the mixture are equally frequent (within 4
// standard deviations each). Fixed seed.
func TestBackgroundCoordinatesAreIndependent(t *testing.T) {
	const n = 20000
	for _, c := range []Config{cases()["mixture shift, extended"], cases()["gaussian cluster, extended"]} {
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
				t.Errorf("%s: quadrant %v holds %v of %d events, %.2f standard deviations from a quarter", c.Source, q, k, n, z)
			}
		}
	}
}

// LogRatio against the quotient of densities, written down with gonum's distributions where the numbers are
// harmless.
func TestLogRatioIsTheDensityQuotient(t *testing.T) {
	normal := func(x, mu, sd float64) float64 { return distuv.Normal{Mu: mu, Sigma: sd}.Prob(x) }
	halfNormal := func(x, mu, sd float64) float64 {
		return normal(x, mu, sd) / distuv.Normal{Mu: mu, Sigma: sd}.Survival(0)
	}
	exponential := distuv.Exponential{Rate: 1}.Prob
	corners := func(x, y float64) float64 {
		return (normal(x, -20, 1) + normal(x, 20, 1)) / 2 * (normal(y, -20, 1) + normal(y, 20, 1)) / 2
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
	inPlane := [][]float64{{-22, -22}, {-20.3, -21}, {-19, 20}, {19.2, 20.9}, {19.3, -20.2}, {20.5, -17}}
	inSpace := [][]float64{{0, 0, 0}, {1, -0.5, 0.2}, {0.4, 1.2, -2}, {-1, 0.1, 2.5}}
	for name, c := range map[string]struct {
		points [][]float64
		b, s   func(x []float64) float64
	}{
		"exponential tail": {onLine, func(x []float64) float64 { return exponential(x[0]) }, func(x []float64) float64 { return halfNormal(x[0], 6.4, 0.16) }},
		"exponential edge": {onLine, func(x []float64) float64 { return exponential(x[0]) }, func(x []float64) float64 { return halfNormal(x[0], 0.1, 0.3) }},
		"exponential bumps": {onLine, func(x []float64) float64 { return exponential(x[0]) }, func(x []float64) float64 {
			return halfNormal(x[0], 1.6, 0.2)/6 + halfNormal(x[0], 0, 0.5)/2 + halfNormal(x[0], 4, 0.4)/3
		}},
		"exponential shape":   {onLine, func(x []float64) float64 { return exponential(x[0]) }, func(x []float64) float64 { return x[0] * x[0] * math.Exp(-x[0]) / 2 }},
		"exponential uniform": {onLine, func(x []float64) float64 { return exponential(x[0]) }, func(x []float64) float64 { return inside(x, []float64{1}, []float64{3}) }},
		"exponential scale":   {onLine, func(x []float64) float64 { return exponential(x[0]) }, func(x []float64) float64 { return exponential(x[0]/1.3) / 1.3 }},
		"exponential shift":   {onLine, func(x []float64) float64 { return exponential(x[0]) }, func(x []float64) float64 { return exponential(x[0] - 0.5) }},
		"mixture gaussian":    {inPlane, func(x []float64) float64 { return corners(x[0], x[1]) }, func(x []float64) float64 { return isotropic(x, []float64{-22, -22}, 0.5) }},
		"mixture bumps": {inPlane, func(x []float64) float64 { return corners(x[0], x[1]) }, func(x []float64) float64 {
			return isotropic(x, []float64{-21, -22}, 0.3)/4 + isotropic(x, []float64{19, 21}, 0.4)*3/4
		}},
		"mixture uniform": {inPlane, func(x []float64) float64 { return corners(x[0], x[1]) }, func(x []float64) float64 { return inside(x, []float64{18, -21}, []float64{20, -19}) }},
		"mixture scale": {inPlane, func(x []float64) float64 { return corners(x[0], x[1]) }, func(x []float64) float64 {
			return corners(x[0]/0.99, x[1]/0.99) / (0.99 * 0.99)
		}},
		"mixture shift": {inPlane, func(x []float64) float64 { return corners(x[0], x[1]) }, func(x []float64) float64 { return corners(x[0], x[1]+0.4) }},
		"gaussian bumps": {inSpace, gauss, func(x []float64) float64 {
			return isotropic(x, []float64{1, 0, 1}, 0.5)/2 + isotropic(x, []float64{-1, 0, 0}, 0.6)/2
		}},
		"gaussian scale":    {inSpace, gauss, func(x []float64) float64 { return gauss(times(x, 1/1.15)) / math.Pow(1.15, 3) }},
		"gaussian narrowed": {inSpace, gauss, func(x []float64) float64 { return gauss(times(x, 1/0.8)) / math.Pow(0.8, 3) }},
		"gaussian uniform":  {[][]float64{{0, 1}, {-2, 1}, {0.5, 2}}, gauss, func(x []float64) float64 { return inside(x, []float64{-1, 0}, []float64{0.5, 2}) }},
		"gaussian cluster": {[][]float64{{1, -0.5, 0, 0}, {0, 0, 1, -1}, {-2, 1, 1, 0.5}}, gauss,
			func(x []float64) float64 { return isotropic(x, []float64{1, -0.5, 0, 0}, 0.6) }},
		"gaussian shift": {[][]float64{{0, 0, 0, 0, 0}, {1, -1, 0.3, 2, -0.5}}, gauss,
			func(x []float64) float64 { return isotropic(x, []float64{0.3, -0.4, 0, 0, 0}, 1) }},
	} {
		for _, signal := range []float64{0, 0.5, 10, 150} {
			for _, counting := range countings {
				config := cases()[name+", "+counting]
				g, pi := mustNew(t, config), signal/config.Expected
				for _, x := range c.points {
					keep := 1 - pi
					if counting == countingExtended && config.Signal.Kind != kindScale && config.Signal.Kind != kindShift {
						keep = 1
					}
					want := math.Log(keep + pi*c.s(x)/c.b(x))
					if got := g.LogRatio(x, signal); !(math.Abs(got-want) <= 1e-12*(1+math.Abs(want))) {
						t.Errorf("%s, %s, signal %v at %v: log-ratio %.15g, want %.15g", name, counting, signal, x, got, want)
					}
				}
			}
		}
	}
}

// The law of the likelihood ratio: E_0[h e^y] N_0 = E_alt[h] N_alt for any h, where y is LogRatio; h = 1 says
// that e^y integrates. Five functions per case, 36 cases, 4 standard errors each: a right answer fails with
// probability 1%. Fixed seed.
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
			const signal = 60
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
	check("scale 2 in 1000 dimensions", wide(Signal{Kind: kindScale, Factor: 2}).LogRatio(at(1000, 3), 50), y-math.Ln2)
	// Full replacement by a narrower Gaussian, typical of the null: the floor.
	check("scale 1/2 in 1000 dimensions", wide(Signal{Kind: kindScale, Factor: 0.5}).LogRatio(at(1000, 1), 100), -50)
	check("scale 1/2, half the events", wide(Signal{Kind: kindScale, Factor: 0.5}).LogRatio(at(1000, 1), 50), -math.Ln2)
	// A cluster at (10, 0, ...) of scale 0.5, at its centre: y = d log 2 + 50, and log(1/100) for the strength.
	centre := at(1000, 0)
	centre[0] = 10
	check("cluster in 1000 dimensions", wide(Signal{Kind: kindGaussian, Loc: Vector{10}, Scale: 0.5}).LogRatio(centre, 1), 1000*math.Ln2+50-math.Log(100))
	check("cluster, far away", wide(Signal{Kind: kindGaussian, Loc: Vector{10}, Scale: 0.5}).LogRatio(at(1000, 1e3), 1), 0)

	tail := mustNew(t, Default())
	check("tail, far away", tail.LogRatio([]float64{1e6}, 10), 0)
	check("outside the null's support", tail.LogRatio([]float64{-1}, 10), 0)

	shift := mustNew(t, config(sourceExponential, 0, Signal{Kind: kindShift, By: Vector{0.5}}, 100, countingExtended))
	check("shift, impossible under the alternative", shift.LogRatio([]float64{0.2}, 100), -50)
	check("shift, possible", shift.LogRatio([]float64{0.7}, 100), 0.5)
	check("shift of all but one", shift.LogRatio([]float64{0.2}, 99), math.Log(0.01))

	box := mustNew(t, config(sourceGaussian, 2, Signal{Kind: kindUniform, Low: Vector{0, 0}, High: Vector{1, 1}}, 100, countingShape))
	check("outside the box, shape-only, all signal", box.LogRatio([]float64{2, 2}, 100), -50)

	mixture := mustNew(t, config(sourceMixture, 0, Signal{Kind: kindShift, By: Vector{1, 0}}, 100, countingExtended))
	// Beyond the right-hand component the quotient is that of two Gaussians: y = u - 1/2 with u = x1 - 20.
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
		signal := rapid.Float64Range(0, c.Expected).Draw(t, "signal")
		if y := s.(Alternative).LogRatio(x, signal); math.IsNaN(y) || math.IsInf(y, 0) || y < -50 {
			t.Fatalf("log-ratio %v at %v, signal %v", y, x, signal)
		}
	})
}

// Means and variances of the counts over 4,000 toys, within 4 standard errors (probability 6e-5 each). Fixed
// seed.
func TestCounts(t *testing.T) {
	const toys, expected, signal = 4000, 40.0, 15.0
	added := Signal{Kind: kindGaussian, Loc: Vector{6.4}, Scale: 0.16}
	replacing := Signal{Kind: kindScale, Factor: 1.5}
	for _, c := range []struct {
		name                                    string
		signal                                  Signal
		counting                                string
		null, alternative                       float64
		fixed                                   bool
		weight                                  float64
		data, dataVariance, injectedVar         float64
		background, backgroundVar, nullVariance float64
	}{
		{"added, extended", added, countingExtended, 40, 55, false, 0.4, 55, 55, 15, 40, 40, 40},
		{"replacing, extended", replacing, countingExtended, 40, 40, false, 0.4, 40, 40, 15, 25, 25, 40},
		{"added, shape", added, countingShape, 40, 40, true, 0.4, 40, 0, 40 * 0.375 * 0.625, 25, 40 * 0.375 * 0.625, 0},
		{"replacing, shape", replacing, countingShape, 40, 40, true, 0.4, 40, 0, 40 * 0.375 * 0.625, 25, 40 * 0.375 * 0.625, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := mustNew(t, config(sourceExponential, 0, c.signal, expected, c.counting))
			null, alternative, fixed := g.Counts(signal)
			if null != c.null || alternative != c.alternative || fixed != c.fixed {
				t.Errorf("Counts: %v, %v, %v; want %v, %v, %v", null, alternative, fixed, c.null, c.alternative, c.fixed)
			}
			r := stream(4)
			var total, injected, background, nulls []float64
			for range toys {
				p := mustDraw(t, g, r, signal)
				if p.Weight != c.weight || p.Reference.N != 100 || len(p.Data.X) != p.Data.N || p.Injected > p.Data.N {
					t.Fatalf("weight %v, reference of %d, data of %d (%d numbers) with %d injected", p.Weight, p.Reference.N, p.Data.N, len(p.Data.X), p.Injected)
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
			checkMean(t, "injected", injected, signal)
			checkVariance(t, "variance of injected", injected, signal, c.injectedVar)
			checkMean(t, "background", background, c.background)
			checkVariance(t, "variance of background", background, c.background, c.backgroundVar)
			checkMean(t, "null N_D", nulls, c.null)
			checkVariance(t, "variance of null N_D", nulls, c.null, c.nullVariance)
		})
	}
}

// The library's Poisson and binomial draws against their probabilities, in each branch of its samplers (small
// and large means): chi-square over the cells with at least 20 expected counts of 20,000 draws, the rest
// pooled; 8 tests at 1e-4 each. Fixed seed.
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
		check(fmt.Sprintf("Poisson(%v)", mean), func() int { return poisson(r, mean) }, distuv.Poisson{Lambda: mean}.Prob)
	}
	for _, c := range []struct{ expected, signal float64 }{{20, 5}, {2000, 0.4}, {2000, 8}, {2000, 1700}} {
		cfg := config(sourceExponential, 0, Signal{Kind: kindShape}, c.expected, countingShape)
		cfg.Reference = 1
		g := mustNew(t, cfg)
		check(fmt.Sprintf("Binomial(%v, %v)", c.expected, c.signal/c.expected),
			func() int { return mustDraw(t, g, r, c.signal).Injected }, distuv.Binomial{N: c.expected, P: c.signal / c.expected}.Prob)
	}
}

func TestDrawIsAFunctionOfItsStream(t *testing.T) {
	for name, c := range cases() {
		g := mustNew(t, c)
		first, again, other := mustDraw(t, g, stream(6), 20), mustDraw(t, mustNew(t, c), stream(6), 20), mustDraw(t, g, stream(7), 20)
		if !slices.Equal(first.Data.X, again.Data.X) || !slices.Equal(first.Reference.X, again.Reference.X) || first.Injected != again.Injected {
			t.Errorf("%s: one stream gave two toys", name)
		}
		if first.Reference.X[0] == other.Reference.X[0] || first.Data.X[0] == other.Data.X[0] || first.Reference.X[0] == first.Data.X[0] {
			t.Errorf("%s: two streams, or the two samples of one toy, start with the same number", name)
		}
	}
}

// Where signal is added, toys of one stream share reference and background at every strength.
func TestStrengthsShareTheirBackground(t *testing.T) {
	g := mustNew(t, Default())
	null, strong := mustDraw(t, g, stream(8), 0), mustDraw(t, g, stream(8), 50)
	if !slices.Equal(null.Reference.X, strong.Reference.X) || !slices.Equal(null.Data.X, strong.Data.X[:strong.Data.N-strong.Injected]) {
		t.Error("the strengths 0 and 50 gave different backgrounds")
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
		{config(sourceExponential, 0, scale, 50, countingExtended), 50.1, "does not fit into the 50 expected ones"},
		{config(sourceExponential, 0, scale, 50, countingShape), 51, "does not fit into the 50 expected ones"},
		{config(sourceExponential, 0, Default().Signal, 50, countingShape), 51, "does not fit into the 50 expected ones"},
	} {
		if _, err := mustNew(t, c.config).Draw(stream(9), c.signal); err == nil || !strings.HasPrefix(err.Error(), "data: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("signal %v: error %v, want one with %q", c.signal, err, c.want)
		}
	}
	// The whole sample may be replaced.
	for _, counting := range countings {
		p := mustDraw(t, mustNew(t, config(sourceExponential, 0, scale, 50, counting)), stream(9), 50)
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
	p := mustDraw(t, mustNew(t, config(sourceMixture, 0, Signal{Kind: kindScale, Factor: 2}, 1e-6, countingExtended)), stream(10), 0)
	if p.Data.N != 0 || len(p.Data.X) != 0 || p.Data.D != 2 || p.Reference.N != 100 {
		t.Errorf("data of %d rows in %d dimensions, reference of %d rows; want 0, 2, 100", p.Data.N, p.Data.D, p.Reference.N)
	}
}

// With the true log-ratio as test statistic (the expected excess, which is the same in all toys, left out),
// toys reach the power of the likelihood ratio at size 0.05. The powers to reach are those of the exact
// distribution for 2,000 expected events (compound Poisson by FFT, agreeing with 2e6 toys to 0.001); that of
// the scale signal comes from 1e6 toys in which the sum over the events is one gamma draw. 2,500 toys per
// hypothesis; the bound is 4 standard errors, of which the threshold's share is half the difference of the
// powers at the thresholds one standard deviation of the tail count above and below. Fixed seed.
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
		{"tail", sourceExponential, Signal{Kind: kindGaussian, Loc: Vector{6.4}, Scale: 0.16}, 2, 0.363},
		{"tail", sourceExponential, Signal{Kind: kindGaussian, Loc: Vector{6.4}, Scale: 0.16}, 5, 0.813},
		{"bulk", sourceExponential, Signal{Kind: kindGaussian, Loc: Vector{1.6}, Scale: 0.16}, 35, 0.724},
		{"wide", sourceExponential, Signal{Kind: kindGaussian, Loc: Vector{4}, Scale: 0.64}, 13, 0.425},
		{"mixture, narrow bump", sourceMixture, Signal{Kind: kindGaussian, Loc: Vector{-22, -22}, Scale: 0.1}, 3, 0.858},
		{"mixture, bump", sourceMixture, Signal{Kind: kindGaussian, Loc: Vector{-22, -22}, Scale: 0.5}, 5, 0.728},
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
		powerAt := func(rank float64) float64 { // the share of alternative toys at or above a null toy
			below, _ := slices.BinarySearch(alternative, null[int(rank)])
			return 1 - float64(below)/toys
		}
		rank, tail := (1-alpha)*toys, math.Sqrt(alpha*(1-alpha)*toys)
		power := powerAt(rank)
		se := math.Hypot(math.Sqrt(c.power*(1-c.power)/toys), (powerAt(rank-tail)-powerAt(rank+tail))/2)
		t.Logf("%s, N_S = %v: power %.3f, exact %.3f, se %.3f", c.name, c.signal, power, c.power, se)
		if math.Abs(power-c.power) > 4*se {
			t.Errorf("%s, N_S = %v: power %.3f of %d toys, want %.3f within 4 standard errors of %.3f", c.name, c.signal, power, toys, c.power, se)
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
