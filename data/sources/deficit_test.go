package sources

import (
	"math"
	"slices"
	"testing"
)

// With a deficit, toys of one stream have the same reference, and the background of a stronger one
// is that of a weaker one, in its order, except for the missing events. Their number is binomial,
// and almost Poisson for 2,000 events. Each of the four checks allows 4 standard deviations and
// fails with a probability of 6e-5. Fixed seed.
func TestStrengthsShareTheirBackgroundWithADeficit(t *testing.T) {
	t.Parallel()
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

// Without a deficit, Strongest is N(R). With one, it is the strength at which the minimum of
// 1 - N_S Q g-(x)/n_0(x) is 0, which the test finds on a grid.
func TestStrongest(t *testing.T) {
	t.Parallel()
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

// The log-ratio of a deficit is precise both if almost nothing of the background is missing and if
// almost all of it is.
func TestLogRatioOfADeficit(t *testing.T) {
	t.Parallel()
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
		t.Errorf("at the bottom of the deepest possible hole: log-ratio %v, want from -50 to -20",
			got)
	}
}
