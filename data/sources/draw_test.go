package sources

import (
	"math"
	"slices"
	"strings"
	"testing"
)

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
