package analysis

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"sparker/configs"
	"sparker/data/sources"
	"sparker/results"
)

// farSignal is an alternative whose log-ratios exceed what an exponential can hold.
type farSignal struct {
	name   string
	change func(*sources.Config)
	signal float64
	// power is the exact power at the size 0.05, or 0 if toys alone show it.
	power float64
}

// decided is the power of a test that rejects every sample with an anomaly, and as often as allowed
// without one.
func decided(signal float64) float64 { return 1 - 0.95*math.Exp(-signal) }

func farSignals() []farSignal {
	gaussian := func(loc ...float64) sources.Signal {
		return sources.Signal{Kind: "gaussian", Loc: loc, Scale: 0.16}
	}
	return []farSignal{
		{"64 dimensions, five times as wide", func(c *sources.Config) {
			c.Source, c.Dim = "gaussian", 64
			c.Signal = sources.Signal{Kind: "scale", Factor: 5}
		}, 2, replacedPower(60, 2)},
		{"mixture, far away", func(c *sources.Config) {
			c.Source, c.Signal = "mixture", gaussian(60, 60)
		}, 1, decided(1)},
		{"exponential, far away", func(c *sources.Config) { c.Signal = gaussian(720) }, 2,
			decided(2)},
		{"exponential, certain", func(c *sources.Config) { c.Signal = gaussian(720) }, 40, 1},
		{"exponential, wide", func(c *sources.Config) {
			c.Signal = sources.Signal{Kind: "gaussian", Loc: sources.Vector{6.4}, Scale: 200}
		}, 2, 0},
		{"one of two bumps is far", func(c *sources.Config) {
			c.Signal = sources.Signal{Kind: "bumps", Bumps: []sources.Bump{
				{Loc: sources.Vector{4}, Scale: 0.2, Fraction: 3},
				{Loc: sources.Vector{900}, Scale: 0.2, Fraction: 1}}}
		}, 4, 0},
		{"a hole and a far bump", func(c *sources.Config) {
			c.Signal = sources.Signal{Kind: "bumps", Bumps: []sources.Bump{
				{Loc: sources.Vector{1}, Scale: 0.5, Fraction: -9},
				{Loc: sources.Vector{900}, Scale: 0.2, Fraction: 1}}}
		}, 6, 0},
		{"a box far away", func(c *sources.Config) {
			c.Source, c.Dim = "gaussian", 2
			c.Signal = sources.Signal{Kind: "uniform", Low: sources.Vector{1e50, 1e50},
				High: sources.Vector{2e50, 2e50}}
		}, 1.5, decided(1.5)},
		{"a shift at the limit of coordinates", func(c *sources.Config) {
			c.Source, c.Dim = "gaussian", 3
			c.Signal = sources.Signal{Kind: "shift", By: sources.Vector{1e99, 0, 0}}
		}, 2, replacedPower(60, 2)},
		{"a fixed number of events", func(c *sources.Config) {
			c.Counting, c.Signal = "shape", gaussian(720)
		}, 2, 1 - 0.95*math.Pow(1-2./60, 60)},
		{"next to nothing, far away", func(c *sources.Config) { c.Signal = gaussian(720) }, 1e-100,
			0.05},
		{"next to nothing", func(c *sources.Config) { c.Signal = gaussian(6.4) }, 1e-9, 0.05},
	}
}

// replacedPower is the power if decisive events replace background events: without one, fewer
// events are more like the alternative.
func replacedPower(expected, signal float64) float64 {
	null, rest := distuv.Poisson{Lambda: expected}, distuv.Poisson{Lambda: expected - signal}
	most := -1.0
	for null.CDF(most+1) <= 0.05 {
		most++
	}
	return 1 - math.Exp(-signal)*(1-rest.CDF(most))
}

func (f farSignal) source(t *testing.T) sources.Alternative {
	t.Helper()
	c := configs.Defaults().Data
	c.Expected, c.Reference = 60, 1
	f.change(&c)
	source, err := sources.New(c)
	if err != nil {
		t.Fatalf("%s: %v", f.name, err)
	}
	return source.(sources.Alternative)
}

// Signals far from the background, or much wider, have an oracle, and the right one: that of closed
// forms, and that of toys whose log-likelihood ratios are ranked, ties in a random order. The share
// of decisive events is drawn with a relative error of at most 0.004 (32,768 events or more), so
// that 5 standard errors of the power are 0.02 N_S q < 0.008, with q = exp(-N_S) that of none. The
// bound for the toys is 4 standard errors, of which the threshold's share is half the difference of
// the powers at the thresholds one standard deviation of the tail count above and below.
func TestOracleOfFarSignals(t *testing.T) {
	if testing.Short() {
		t.Skip("ranks toys of several signals")
	}
	t.Parallel()
	for _, f := range farSignals() {
		a := f.source(t)
		got, err := oracleTest{f.signal, 0.05, 1}.power(a)
		if err != nil {
			t.Errorf("%s: %v", f.name, err)
			continue
		}
		if f.power > 0 && math.Abs(got.Power-f.power) > min(0.008, 1-f.power+1e-12) {
			t.Errorf("%s: power %.6f, want %.6f", f.name, got.Power, f.power)
		}
		power, se := rankedPower(t, f, a)
		t.Logf("%s: %.4f, of toys %.4f with a standard error of %.4f", f.name, got.Power, power, se)
		if math.Abs(got.Power-power) > 4*se+0.002 {
			t.Errorf("%s: power %.4f, of toys %.4f with a standard error of %.4f", f.name,
				got.Power, power, se)
		}
		if f.signal > 1 && f.power > 0.7 && !got.MedianZBound {
			t.Errorf("%s: median Z %v is not a bound", f.name, got.MedianZ)
		}
	}
}

// rankedPower is the power of the likelihood ratio at the size 0.05 in toys, with its error.
func rankedPower(t *testing.T, f farSignal, a sources.Alternative) (power, se float64) {
	t.Helper()
	const toys = 2000
	type rank struct{ ratio, tie float64 }
	r := rand.New(rand.NewPCG(3, 4))
	ranks := func(signal float64) []rank {
		list := make([]rank, toys)
		for i := range list {
			pair, err := a.Draw(r, signal)
			if err != nil {
				t.Fatalf("%s: %v", f.name, err)
			}
			for row := range pair.Data.N {
				list[i].ratio += a.LogRatio(pair.Data.Row(row), f.signal)
			}
			list[i].tie = r.Float64()
		}
		slices.SortFunc(list, func(x, y rank) int {
			return cmp.Or(cmp.Compare(x.ratio, y.ratio), cmp.Compare(x.tie, y.tie))
		})
		return list
	}
	null, alternative := ranks(0), ranks(f.signal)
	powerAt := func(at float64) float64 {
		below, _ := slices.BinarySearchFunc(alternative, null[int(at)], func(x, y rank) int {
			return cmp.Or(cmp.Compare(x.ratio, y.ratio), cmp.Compare(x.tie, y.tie))
		})
		return 1 - float64(below)/toys
	}
	at, tail := 0.95*toys, math.Sqrt(0.05*0.95*toys)
	power = powerAt(at)
	return power, math.Hypot(math.Sqrt(power*(1-power)/toys), (powerAt(at-tail)-powerAt(at+tail))/2)
}

// A size that the oracle does not know takes the oracle away, and nothing else: the experiment is
// warned before its first toy, and its summary has everything else.
func TestOracleThatCannotBeComputed(t *testing.T) {
	t.Parallel()
	e := configs.Defaults()
	e.Data.Signal = sources.Signal{Kind: "gaussian", Loc: sources.Vector{720}, Scale: 0.16}
	e.Toys.Signal = []float64{0, 5}
	if got, err := CheckOracles(e); err != nil || len(got) != 0 {
		t.Errorf("warnings %q (%v), want none", got, err)
	}
	e.Test.Alpha = 1e-12
	got, err := CheckOracles(e)
	if err != nil || len(got) != 2 || !strings.Contains(got[1], "no oracle at N_S = 5") ||
		!strings.Contains(got[1], "1e-12") {
		t.Errorf("warnings %q (%v), want one for each strength", got, err)
	}
	c := cellResultWithSize(t, 1e-12)
	for _, point := range c.Points {
		if point.Oracle != nil || point.OracleZ != nil || point.Toys == 0 {
			t.Errorf("point %+v: want toys and no oracle", point)
		}
	}
	if !slices.ContainsFunc(c.Warnings,
		func(w string) bool { return strings.Contains(w, "there is no oracle at N_S = 5") }) {
		t.Errorf("the summary does not say so: %q", c.Warnings)
	}
}

// cellResultWithSize summarizes a few made-up toys at a size.
func cellResultWithSize(t *testing.T, alpha float64) results.CellSummary {
	t.Helper()
	e := configs.Defaults()
	e.Test.Alpha, e.Toys.Signal = alpha, []float64{5}
	own := cell{number: 1, experiment: e, record: results.CellRecord{NullKey: "n",
		AlternativeKey: "a", Scales: []results.ScaleRecord{{Epoch: 1, Sigma: 1}}}}
	for i := range 9 {
		own.toys = append(own.toys,
			&results.Toy{Key: "n", Hypothesis: results.Null, Index: i, T: []float64{float64(i)},
				Status: results.StatusOK},
			&results.Toy{Key: "a", Hypothesis: results.Alternative, Signal: 5, Index: i,
				T: []float64{float64(2 * i)}, Status: results.StatusOK})
	}
	c, err := newCellResult(own, "made-up", newOracles())
	if err != nil {
		t.Fatal(err)
	}
	return c.summary
}
