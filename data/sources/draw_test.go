package sources

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// The marginals of toys are compared with distribution functions that are written independently.
// There are about 100 Kolmogorov-Smirnov tests (see checkKS), so that a correct program fails with
// a probability of at most 1%. Fixed seed.
func TestDrawnMarginals(t *testing.T) {
	t.Parallel()
	normal := distuv.UnitNormal.CDF
	twoSided := func(x float64) float64 { return (normal(x-20) + normal(x+20)) / 2 }
	exponential := func(x float64) float64 { return -math.Expm1(-max(x, 0)) }
	cut := func(loc, scale float64) func(float64) float64 { // a Gaussian truncated at 0
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
		"gaussian bumps": {
			0: func(x float64) float64 { return normal((x-1)/0.5)/2 + normal((x+1)/0.6)/2 },
			2: func(x float64) float64 { return normal((x-1)/0.5)/2 + normal(x/0.6)/2 },
		},
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

// The coordinates of the mixture and of the Gaussian are independent. The correlation of n = 20,000
// draws and the frequencies of the four quadrants are within 4 standard deviations of their
// expectations. Each of the ten checks fails with a probability of 6e-5. Fixed seed.
func TestBackgroundCoordinatesAreIndependent(t *testing.T) {
	t.Parallel()
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

func TestDrawIsAFunctionOfItsStream(t *testing.T) {
	t.Parallel()
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

// If signal is added, toys of one stream have the same reference and the same background at every
// strength.
func TestStrengthsShareTheirBackground(t *testing.T) {
	t.Parallel()
	g := mustNew(t, Default())
	null, strong := mustDraw(t, g, stream(8), 0), mustDraw(t, g, stream(8), 50)
	if !slices.Equal(null.Reference.X, strong.Reference.X) ||
		!slices.Equal(null.Data.X, strong.Data.X[:strong.Data.N-strong.Injected]) {
		t.Error("the strengths 0 and 50 gave different backgrounds")
	}
}

func TestDrawRefusesImpossibleStrengths(t *testing.T) {
	t.Parallel()
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
			"does not fit into the 50 expected events"},
		{config(sourceExponential, 0, scale, 50, countingShape), 51,
			"does not fit into the 50 expected events"},
		{config(sourceExponential, 0, Default().Signal, 50, countingShape), 51,
			"does not fit into the 50 expected events"},
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
	// A deficit that exceeds the background elsewhere is found at the events that are drawn there.
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

// The data of a small toy may be empty.
func TestDrawWithoutEvents(t *testing.T) {
	t.Parallel()
	p := mustDraw(t, mustNew(t, config(sourceMixture, 0, Signal{Kind: kindScale, Factor: 2}, 1e-6,
		countingExtended)), stream(10), 0)
	if p.Data.N != 0 || len(p.Data.X) != 0 || p.Data.D != 2 || p.Reference.N != 100 {
		t.Errorf("data of %d rows in %d dimensions, reference of %d rows; want 0, 2, 100", p.Data.N,
			p.Data.D, p.Reference.N)
	}
}

// The paper-size toy: 20,000 reference and 2,000 data rows in one dimension.
func BenchmarkDraw(b *testing.B) {
	g, r := mustNew(b, Default()), stream(12)
	for b.Loop() {
		mustDraw(b, g, r, 10)
	}
}
