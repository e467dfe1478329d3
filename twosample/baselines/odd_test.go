package baselines

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"sparker/data"
	"sparker/internal/rng"
	"sparker/twosample"
)

// oddSamples fills samples with odd values.
type oddSamples struct {
	dim int
	r   *rand.Rand
}

func newOddSamples(dim int) oddSamples { return oddSamples{dim, rand.New(rand.NewPCG(1, 2))} }

func (o oddSamples) fill(n int, value func(i, j int) float64) data.Sample {
	s := data.Sample{N: n, D: o.dim}
	for i := range n {
		for j := range o.dim {
			s.X = append(s.X, value(i, j))
		}
	}
	return s
}

func (o oddSamples) normal(int, int) float64 { return o.r.NormFloat64() }

// finite checks that no statistic is NaN or infinite.
func finite(t *testing.T, name string, statistics []float64) {
	t.Helper()
	for _, v := range statistics {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Errorf("%s: statistic %v", name, v)
		}
	}
}

// Ties, constant columns and far rows give finite statistics.
func TestOddSamples(t *testing.T) {
	t.Parallel()
	eachTrial(t, func(t *testing.T, c trial, dim int) {
		test, odd := c.test(t, dim), newOddSamples(dim)
		fill, normal := odd.fill, odd.normal
		same := func(int, int) float64 { return 3 }
		grid := func(i, _ int) float64 { return float64(i % 3) }
		half := func(_, j int) float64 { return float64(j) * odd.r.NormFloat64() }
		far := func(int, int) float64 { return 1e12 + odd.r.NormFloat64() }
		equal := func(i, _ int) float64 { return float64(i) }
		for name, pair := range map[string]data.Pair{
			"duplicates":           {Reference: fill(90, grid), Data: fill(30, grid)},
			"a constant column":    {Reference: fill(90, half), Data: fill(30, half)},
			"one value":            {Reference: fill(90, same), Data: fill(30, same)},
			"a constant reference": {Reference: fill(90, same), Data: fill(30, normal)},
			"constant data":        {Reference: fill(90, normal), Data: fill(30, same)},
			"far data":             {Reference: fill(90, normal), Data: fill(30, far)},
			"equal columns":        {Reference: fill(90, equal), Data: fill(30, equal)},
		} {
			pair.Weight = 1. / 3
			o, err := test.Statistics(pair, rng.New(1, "test"))
			if refused := err != nil || o.Status != twosample.OK; refused && !c.method.Limit {
				t.Errorf("%s: %+v, %v", name, o, err)
			}
			finite(t, name, o.T)
		}
	})
}

// Values at the ends of the range of numbers give finite statistics or a status.
func TestExtremeValues(t *testing.T) {
	t.Parallel()
	eachTrial(t, func(t *testing.T, c trial, dim int) {
		test, odd := c.test(t, dim), newOddSamples(dim)
		for name, scale := range map[string]float64{"huge": 1e300,
			"at the end": math.MaxFloat64 / 4, "tiny": 1e-300, "denormal": 5e-324} {
			pair := data.Pair{Weight: 1. / 3}
			pair.Reference = odd.fill(90, func(i, j int) float64 {
				return scale * math.Round(3*odd.r.Float64())
			})
			pair.Data = odd.fill(30, func(i, j int) float64 {
				return -scale * math.Round(3*odd.r.Float64())
			})
			o, err := test.Statistics(pair, rng.New(1, "test"))
			if err != nil && !c.method.Limit || err == nil && o.Status != twosample.OK &&
				o.Status != twosample.NonFinite {
				t.Errorf("%s: %+v, %v", name, o, err)
			}
			finite(t, name, o.T)
		}
	})
}

// Samples of few rows give a status with a reason, or statistics.
func TestFewRows(t *testing.T) {
	t.Parallel()
	eachTrial(t, func(t *testing.T, c trial, dim int) {
		test, odd := c.test(t, dim), newOddSamples(dim)
		fill, normal := odd.fill, odd.normal
		few := data.Pair{Reference: fill(0, normal), Data: fill(0, normal), Weight: 1}
		if o, err := test.Statistics(few, rng.New(1, "test")); err != nil && !c.isLenient() ||
			err == nil && !c.method.Limit && (o.Status != twosample.TooFewRows ||
				o.Reason == "" || len(o.T) != 0) {
			t.Errorf("no rows: %+v, %v", o, err)
		}
		for rows := range 4 {
			few.Reference, few.Data = fill(90, normal), fill(rows, normal)
			o, err := test.Statistics(few, rng.New(1, "test"))
			if err != nil && !c.method.Limit || err == nil && o.Status != twosample.OK &&
				(o.Status != twosample.TooFewRows || len(o.T) != 0) {
				t.Errorf("%d rows of data: %+v, %v", rows, o, err)
			}
		}
	})
}

// NaN and samples of other columns are refused.
func TestImpossibleSamples(t *testing.T) {
	t.Parallel()
	eachTrial(t, func(t *testing.T, c trial, dim int) {
		test, odd := c.test(t, dim), newOddSamples(dim)
		bad := data.Pair{Reference: odd.fill(90, odd.normal), Data: odd.fill(30, odd.normal),
			Weight: 1}
		bad.Data.X[3] = math.NaN()
		switch o, err := test.Statistics(bad, rng.New(1, "test")); {
		case err == nil && o.Status == twosample.OK:
			t.Errorf("NaN in the data: %+v", o)
		case !c.isLenient() && (err == nil || !strings.Contains(err.Error(), "is NaN")):
			t.Errorf("NaN in the data: %v", err)
		}
		bad.Data = data.Sample{X: make([]float64, 30*(dim+1)), N: 30, D: dim + 1}
		want := "columns in the data"
		if c.isLenient() {
			want = " columns"
		}
		if _, err := test.Statistics(bad, rng.New(1, "test")); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("a column too many: %v", err)
		}
	})
}
