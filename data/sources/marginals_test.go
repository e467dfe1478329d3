package sources

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// cdf is a distribution function.
type cdf func(x float64) float64

// marginals are the distribution functions of columns.
type marginals map[int]cdf

// hole is what is missing from the background.
type hole struct {
	share     float64 // of N_S
	marginals marginals
}

var (
	normalCDF      = cdf(distuv.UnitNormal.CDF)
	mixtureCDF     = cdf(func(x float64) float64 { return (normalCDF(x-20) + normalCDF(x+20)) / 2 })
	exponentialCDF = cdf(func(x float64) float64 { return -math.Expm1(-max(x, 0)) })
)

// gaussianCDF returns the distribution function of N(mu, sigma²).
func gaussianCDF(mu, sigma float64) cdf { return distuv.Normal{Mu: mu, Sigma: sigma}.CDF }

// truncatedCDF returns the distribution function of a Gaussian that is truncated at 0.
func truncatedCDF(loc, scale float64) cdf {
	below := normalCDF(-loc / scale)
	return func(x float64) float64 { return (normalCDF((x-loc)/scale) - below) / (1 - below) }
}

// signalMarginals returns the marginals of the signal events of the cases, for some columns.
func signalMarginals() map[string]marginals {
	normal, exponential, cut := normalCDF, exponentialCDF, truncatedCDF
	return map[string]marginals{
		"exponential tail": {0: cut(6.4, 0.16)},
		"exponential edge": {0: cut(0.1, 0.3)},
		"exponential bumps": {0: func(x float64) float64 {
			return cut(1.6, 0.2)(x)/6 + cut(0, 0.5)(x)/2 + cut(4, 0.4)(x)/3
		}},
		"exponential shape":   {0: distuv.Gamma{Alpha: 3, Beta: 1}.CDF},
		"exponential uniform": {0: distuv.Uniform{Min: 1, Max: 3}.CDF},
		"exponential scale":   {0: func(x float64) float64 { return exponential(x / 1.3) }},
		"exponential shift":   {0: func(x float64) float64 { return exponential(x - 0.5) }},
		"mixture gaussian":    {0: gaussianCDF(-22, 0.5), 1: gaussianCDF(-22, 0.5)},
		"mixture bumps": {
			0: func(x float64) float64 { return 0.25*normal((x+21)/0.3) + 0.75*normal((x-19)/0.4) },
			1: func(x float64) float64 { return 0.25*normal((x+22)/0.3) + 0.75*normal((x-21)/0.4) },
		},
		"mixture uniform": {0: distuv.Uniform{Min: 18, Max: 20}.CDF,
			1: distuv.Uniform{Min: -21, Max: -19}.CDF},
		"mixture scale": {0: func(x float64) float64 { return mixtureCDF(x / 0.99) },
			1: func(x float64) float64 { return mixtureCDF(x / 0.99) }},
		"mixture shift": {0: mixtureCDF,
			1: func(x float64) float64 { return mixtureCDF(x + 0.4) }},
		"gaussian cluster": {0: gaussianCDF(1, 0.6), 1: gaussianCDF(-0.5, 0.6),
			3: gaussianCDF(0, 0.6)},
		"gaussian bumps": {
			0: func(x float64) float64 { return normal((x-1)/0.5)/2 + normal((x+1)/0.6)/2 },
			2: func(x float64) float64 { return normal((x-1)/0.5)/2 + normal(x/0.6)/2 },
		},
		"gaussian uniform": {0: distuv.Uniform{Min: -1, Max: 0.5}.CDF,
			1: distuv.Uniform{Min: 0, Max: 2}.CDF},
		"clusters gaussian": {0: gaussianCDF(1, 0.6), 1: gaussianCDF(-0.5, 0.6),
			3: gaussianCDF(0, 0.6)},
		"clusters bumps": {
			0: func(x float64) float64 { return normal((x-1)/0.5)/2 + normal((x+1)/0.6)/2 },
			2: func(x float64) float64 { return normal((x-1)/0.5)/2 + normal(x/0.6)/2 },
		},
		"clusters uniform": {0: distuv.Uniform{Min: -1, Max: 0.5}.CDF,
			1: distuv.Uniform{Min: 0, Max: 2}.CDF},
		"gaussian scale":    {0: gaussianCDF(0, 1.15), 2: gaussianCDF(0, 1.15)},
		"gaussian narrowed": {1: gaussianCDF(0, 0.8)},
		"gaussian shift":    {0: gaussianCDF(0.3, 1), 1: gaussianCDF(-0.4, 1), 4: normal},

		"exponential hole":      {},
		"exponential wide hole": {},
		"exponential hole and bumps": {0: func(x float64) float64 {
			return cut(4, 0.4)(x)/3 + cut(1.7, 0.2)(x)*2/3
		}},
		"mixture holes and bump": {0: gaussianCDF(19, 0.5), 1: gaussianCDF(-21, 0.5)},
		"gaussian holes":         {},
	}
}

// holesOfCases returns what is missing from the background in the cases with a deficit.
func holesOfCases() map[string]hole {
	normal, cut := normalCDF, truncatedCDF
	return map[string]hole{
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
}

// The marginals of toys are compared with distribution functions that are written independently.
// There are about 100 Kolmogorov-Smirnov tests (see checkKS), so that a correct program fails with
// a probability of at most 1%. Fixed seed.
func TestDrawnMarginals(t *testing.T) {
	t.Parallel()
	signals, holes := signalMarginals(), holesOfCases()
	for name, want := range signals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := cases()[name+", extended"]
			c.Reference, c.Expected = 5000, 4000
			checkMarginals(t, c, want, holes[name])
		})
	}
	for name := range cases() {
		if name, extended := strings.CutSuffix(name, ", extended"); extended &&
			signals[name] == nil {
			t.Errorf("the marginals of %s are not tested", name)
		}
	}
}

// nullCDF returns the distribution function of a column of the background.
func nullCDF(c Config, column int) cdf {
	if c.Source != sourceClusters {
		return map[string]cdf{sourceExponential: exponentialCDF, sourceMixture: mixtureCDF,
			sourceGaussian: normalCDF}[c.Source]
	}
	members := clustersBackground(c.Dim).joint.(clusters).members
	return func(x float64) (p float64) {
		for _, m := range members {
			p += normalCDF(x-m.loc[column]) / float64(len(members))
		}
		return p
	}
}

// checkMarginals compares the reference, the background events and the signal events of a toy with
// their distributions.
func checkMarginals(t *testing.T, c Config, signals marginals, missing hole) {
	g := mustNew(t, c)
	signal := held(g, 3000)
	p := mustDraw(t, g, stream(1), signal)
	removed := missing.share * signal
	if added := signal - removed; math.Abs(float64(p.Injected)-added) > 4*math.Sqrt(added) {
		t.Fatalf("%d signal events, want Poisson(%v)", p.Injected, added)
	}
	last := p.Data.N - p.Injected
	for j := range p.Reference.D {
		null := nullCDF(c, j)
		checkKS(t, fmt.Sprintf("reference, column %d", j),
			column(p.Reference, j, 0, p.Reference.N), null)
		left := null
		if removed > 0 {
			part := removed / c.Expected
			left = func(x float64) float64 {
				return (null(x) - part*missing.marginals[j](x)) / (1 - part)
			}
		}
		checkKS(t, fmt.Sprintf("background, column %d", j), column(p.Data, j, 0, last), left)
	}
	for j, want := range signals {
		checkKS(t, fmt.Sprintf("signal, column %d", j), column(p.Data, j, last, p.Data.N), want)
	}
}
