package baselines

import (
	"math"
	"testing"

	"sparker/data"
	"sparker/twosample"
	"sparker/twosample/toytest"
)

// By hand: two fixed bins and both overflows, w = 1/10. The limit of many rows of weight 0 is Baker
// and Cousins' formula.
func TestBinned(t *testing.T) {
	t.Parallel()
	cfg := BinnedConfig{Bins: "fixed", Count: 2, Low: 0, High: 2}
	sample := func(counts ...int) data.Sample {
		s := data.Sample{D: 1}
		for i, at := range []float64{-1, 0, 1, 2} { // an edge belongs to the bin above
			for range counts[i] {
				s.X, s.N = append(s.X, at), s.N+1
			}
		}
		return s
	}
	test := must(NewBinned(cfg, 1))
	pair := data.Pair{Reference: sample(0, 100, 50, 20), Data: sample(1, 5, 8, 0), Weight: 0.1}
	var want float64
	for _, c := range [][2]float64{{1, 0}, {5, 100}, {8, 50}, {0, 20}} {
		lambda := (c[0] + c[1]) / 11
		for _, term := range [][2]float64{{c[0], lambda}, {c[1], lambda * 10}} {
			want += 2 * (term[1] - term[0])
			if term[0] > 0 {
				want += 2 * term[0] * math.Log(term[0]/term[1])
			}
		}
	}
	closeTo(t, "extended", toytest.Statistics(t, test, pair, 1)[0], want, 1e-12)

	pair = data.Pair{Reference: sample(0, 1000000, 500000, 200000), Data: sample(0, 5, 8, 0),
		Weight: 1e-5}
	want = 0
	for _, c := range [][2]float64{{5, 10}, {8, 5}, {0, 2}} {
		want += 2 * (c[1] - c[0])
		if c[0] > 0 {
			want += 2 * c[0] * math.Log(c[0]/c[1])
		}
	}
	closeTo(t, "many rows", toytest.Statistics(t, test, pair, 1)[0], want, 1e-4)

	// In shape counting it is the G statistic of the table, whatever the weight.
	pair = data.Pair{Reference: sample(0, 100, 50, 20), Data: sample(1, 5, 8, 0), Weight: 77}
	want = 0
	for _, c := range [][2]float64{{1, 0}, {5, 100}, {8, 50}, {0, 20}} {
		for i, total := range []float64{14, 170} {
			if c[i] > 0 {
				want += 2 * c[i] * math.Log(c[i]/((c[0]+c[1])*total/184))
			}
		}
	}
	closeTo(t, "shape", toytest.Statistics(t, must(NewBinnedShape(cfg, 1)), pair, 1)[0], want,
		1e-12)
}

// Bins of equal probability hold equal parts of the reference, and a constant reference is one bin.
func TestBinnedQuantiles(t *testing.T) {
	t.Parallel()
	test := must(NewBinned(DefaultBinned(), 1))
	pair := normalPair(7, 300, 10, 1, 0)
	toytest.Statistics(t, test, pair, 1)
	for b, count := range test.counts[:30] {
		if count != 10 {
			t.Errorf("bin %d holds %v of 300 rows", b, count)
		}
	}
	// no data at all: 2 Σ r ln(1+w), the deviance of an empty observation from a reference of
	// finite size
	pair.Data = data.Sample{D: 1}
	closeTo(t, "no data", toytest.Statistics(t, test, pair, 1)[0], 2*300*math.Log1p(pair.Weight),
		1e-12)
	if o, err := must(NewBinnedShape(DefaultBinned(), 1)).Statistics(pair, nil); err != nil ||
		o.Status == twosample.OK {
		t.Errorf("no data in shape counting: %+v, %v", o, err)
	}
	pair.Weight = 0
	if _, err := test.Statistics(pair, nil); err == nil {
		t.Error("a weight of 0 in extended counting")
	}
}

// A value that is several quantiles has a bin of its own, so that values above it are seen.
func TestBinnedOfRepeatedValues(t *testing.T) {
	t.Parallel()
	test := must(NewBinnedShape(BinnedConfig{Bins: "quantile", Count: 5}, 1))
	many := data.Sample{N: 60, D: 1, X: make([]float64, 60)}
	some := data.Sample{N: 20, D: 1, X: make([]float64, 20)}
	for _, rare := range []float64{0, 2} { // 0: the reference is constant
		many.X[7] = rare
		pair := data.Pair{Reference: many, Data: some}
		for _, new := range []float64{-1, 5} {
			some.X[3] = 0
			same := must(test.Statistics(pair, nil)).T[0]
			some.X[3] = new
			if other := must(test.Statistics(pair, nil)).T[0]; !(other > same) {
				t.Errorf("a new value %v besides 0 and %v: t = %v, without it %v", new, rare,
					other, same)
			}
		}
	}
}
