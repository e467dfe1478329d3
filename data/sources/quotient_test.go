package sources

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// quotient is a generator's background b and signal s, and points to evaluate them at.
type quotient struct {
	points [][]float64
	b, s   func(x []float64) float64
}

func normalAt(x, mu, sd float64) float64 { return distuv.Normal{Mu: mu, Sigma: sd}.Prob(x) }

// isotropicAt is the density of an isotropic Gaussian.
func isotropicAt(x, mu []float64, sd float64) float64 {
	p := 1.0
	for j := range x {
		p *= normalAt(x[j], mu[j], sd)
	}
	return p
}

// boxAt is the density of a box.
func boxAt(x, low, high []float64) float64 {
	p := 1.0
	for j := range x {
		p *= distuv.Uniform{Min: low[j], Max: high[j]}.Prob(x[j])
	}
	return p
}

func exponentialQuotients() map[string]quotient {
	halfNormal := func(x, mu, sd float64) float64 {
		return normalAt(x, mu, sd) / distuv.Normal{Mu: mu, Sigma: sd}.Survival(0)
	}
	exponential := distuv.Exponential{Rate: 1}.Prob
	background := func(x []float64) float64 { return exponential(x[0]) }
	onLine := [][]float64{{0}, {0.01}, {0.3}, {0.5}, {1}, {1.7}, {2.99}, {3.2}, {6.3}, {6.4}, {12}}
	return map[string]quotient{
		"exponential tail": {onLine, background,
			func(x []float64) float64 { return halfNormal(x[0], 6.4, 0.16) }},
		"exponential edge": {onLine, background,
			func(x []float64) float64 { return halfNormal(x[0], 0.1, 0.3) }},
		"exponential bumps": {onLine, background,
			func(x []float64) float64 {
				return halfNormal(x[0], 1.6, 0.2)/6 + halfNormal(x[0], 0, 0.5)/2 +
					halfNormal(x[0], 4, 0.4)/3
			}},
		"exponential shape": {onLine, background,
			func(x []float64) float64 { return x[0] * x[0] * math.Exp(-x[0]) / 2 }},
		"exponential uniform": {onLine, background,
			func(x []float64) float64 { return boxAt(x, []float64{1}, []float64{3}) }},
		"exponential scale": {onLine, background,
			func(x []float64) float64 { return exponential(x[0]/1.3) / 1.3 }},
		"exponential shift": {onLine, background,
			func(x []float64) float64 { return exponential(x[0] - 0.5) }},
		"exponential hole": {onLine, background,
			func(x []float64) float64 { return -halfNormal(x[0], 1.6, 0.16) }},
		"exponential wide hole": {onLine, background,
			func(x []float64) float64 { return -halfNormal(x[0], 0.5, 0.8) }},
		"exponential hole and bumps": {onLine, background, func(x []float64) float64 {
			return halfNormal(x[0], 4, 0.4)/6 + halfNormal(x[0], 1.7, 0.2)/3 -
				halfNormal(x[0], 1.6, 0.3)/2
		}},
	}
}

func mixtureQuotients() map[string]quotient {
	corners := func(x, y float64) float64 {
		return (normalAt(x, -20, 1) + normalAt(x, 20, 1)) / 2 *
			(normalAt(y, -20, 1) + normalAt(y, 20, 1)) / 2
	}
	background := func(x []float64) float64 { return corners(x[0], x[1]) }
	inPlane := [][]float64{{-22, -22}, {-20.3, -21}, {-19, 20}, {19.2, 20.9}, {19.3, -20.2},
		{20.5, -17}}
	return map[string]quotient{
		"mixture gaussian": {inPlane, background,
			func(x []float64) float64 { return isotropicAt(x, []float64{-22, -22}, 0.5) }},
		"mixture bumps": {inPlane, background,
			func(x []float64) float64 {
				return isotropicAt(x, []float64{-21, -22}, 0.3)/4 +
					isotropicAt(x, []float64{19, 21}, 0.4)*3/4
			}},
		"mixture uniform": {inPlane, background,
			func(x []float64) float64 { return boxAt(x, []float64{18, -21}, []float64{20, -19}) }},
		"mixture scale": {inPlane, background,
			func(x []float64) float64 {
				return corners(x[0]/0.99, x[1]/0.99) / (0.99 * 0.99)
			}},
		"mixture shift": {inPlane, background,
			func(x []float64) float64 { return corners(x[0], x[1]+0.4) }},
		"mixture holes and bump": {inPlane, background, func(x []float64) float64 {
			return isotropicAt(x, []float64{19, -21}, 0.5)/4 -
				isotropicAt(x, []float64{-20, -20.5}, 0.9)/4 -
				isotropicAt(x, []float64{20, 20}, 0.8)/2
		}},
	}
}

func gaussianQuotients() map[string]quotient {
	gauss := func(x []float64) float64 { return isotropicAt(x, make([]float64, len(x)), 1) }
	times := func(x []float64, f float64) []float64 {
		y := slices.Clone(x)
		for j := range y {
			y[j] *= f
		}
		return y
	}
	inSpace := [][]float64{{0, 0, 0}, {1, -0.5, 0.2}, {0.4, 1.2, -2}, {-1, 0.1, 2.5}}
	return map[string]quotient{
		"gaussian bumps": {inSpace, gauss, func(x []float64) float64 {
			return isotropicAt(x, []float64{1, 0, 1}, 0.5)/2 +
				isotropicAt(x, []float64{-1, 0, 0}, 0.6)/2
		}},
		"gaussian scale": {inSpace, gauss, func(x []float64) float64 {
			return gauss(times(x, 1/1.15)) / math.Pow(1.15, 3)
		}},
		"gaussian narrowed": {inSpace, gauss, func(x []float64) float64 {
			return gauss(times(x, 1/0.8)) / math.Pow(0.8, 3)
		}},
		"gaussian uniform": {[][]float64{{0, 1}, {-2, 1}, {0.5, 2}}, gauss,
			func(x []float64) float64 { return boxAt(x, []float64{-1, 0}, []float64{0.5, 2}) }},
		"gaussian cluster": {[][]float64{{1, -0.5, 0, 0}, {0, 0, 1, -1}, {-2, 1, 1, 0.5}}, gauss,
			func(x []float64) float64 { return isotropicAt(x, []float64{1, -0.5, 0, 0}, 0.6) }},
		"gaussian shift": {[][]float64{{0, 0, 0, 0, 0}, {1, -1, 0.3, 2, -0.5}}, gauss,
			func(x []float64) float64 { return isotropicAt(x, []float64{0.3, -0.4, 0, 0, 0}, 1) }},
		"gaussian holes": {inSpace, gauss, func(x []float64) float64 {
			return -isotropicAt(x, []float64{0.3, 0, -0.2}, 0.8)/2 -
				isotropicAt(x, []float64{-0.5, 0.3, 0}, 0.7)/2
		}},
	}
}

// LogRatio is compared with the quotient of densities from gonum's distributions, at points where
// they do not underflow.
func TestLogRatioIsTheDensityQuotient(t *testing.T) {
	t.Parallel()
	for _, quotients := range []map[string]quotient{exponentialQuotients(), mixtureQuotients(),
		gaussianQuotients()} {
		for name, q := range quotients {
			for _, counting := range Countings {
				if c, exists := cases()[name+", "+counting]; exists {
					t.Run(name+", "+counting, func(t *testing.T) { q.check(t, c) })
				}
			}
		}
	}
}

// check compares the log-ratio of a generator with the quotient.
func (q quotient) check(t *testing.T, c Config) {
	g := mustNew(t, c)
	for _, wanted := range []float64{0, 0.5, 10, 150} {
		signal := held(g, wanted)
		pi := signal / c.Expected
		keep := 1 - pi
		if c.Counting == countingExtended && c.Signal.Kind != kindScale &&
			c.Signal.Kind != kindShift {
			keep = 1
		}
		for _, x := range q.points {
			want := math.Log(keep + pi*q.s(x)/q.b(x))
			if got := g.LogRatio(x, signal); !(math.Abs(got-want) <= 1e-12*(1+math.Abs(want))) {
				t.Errorf("signal %v at %v: log-ratio %.15g, want %.15g", signal, x, got, want)
			}
		}
	}
}
