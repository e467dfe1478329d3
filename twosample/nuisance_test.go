package twosample_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"sparker/data/sources"
	"sparker/internal/rng"
	"sparker/twosample"
)

// smirnov returns the p-value of the two-sample Kolmogorov-Smirnov test, from its limit for many
// rows.
func smirnov(x, y []float64) float64 {
	x, y = slices.Sorted(slices.Values(x)), slices.Sorted(slices.Values(y))
	d := stat.KolmogorovSmirnov(x, nil, y, nil)
	n := float64(len(x)) * float64(len(y)) / float64(len(x)+len(y))
	var p float64
	for k := 1.; k < 100; k++ {
		p += 2 * math.Pow(-1, k-1) * math.Exp(-2*k*k*n*d*d)
	}
	return min(max(p, 0), 1)
}

// The distribution of t = tau - Delta does not depend on the true values of the nuisance
// parameters, as arXiv:2111.13633 demands, and that of tau does. 150 toys at -1, 0 and +1 sigma are
// compared at three scales of t and of lead: 12 tests at 1e-4, a false-failure rate of at most
// 1.2e-3 with other seeds.
func TestNuisancesInvariance(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("fits 450 toys")
	}
	const toys = 150
	columns := map[float64][][]float64{}
	tau := map[float64][]float64{}
	for _, at := range []float64{-1, 0, 1} {
		c := sources.Default()
		c.Reference, c.Expected = 4000, 1000
		c.Nuisances = []sources.NuisanceConfig{{Name: "scale", Kind: "scale", Sigma: 0.1, At: at},
			{Name: "rate", Kind: "norm", Sigma: 0.1, At: at}}
		source, err := sources.New(c)
		if err != nil {
			t.Fatal(err)
		}
		s := settings(1)
		s.Train.Epochs, s.Train.Checkpoints.Count, s.Loss.L2 = 60, 3, 0.5
		s.Statistics = twosample.Statistics
		test := newTest(t, s)
		columns[at] = make([][]float64, 6)
		for i := range uint64(toys) {
			pair, err := sources.DrawAlternative(source, rng.New(uint64(at+2), "data", i), 0)
			if err != nil {
				t.Fatal(err)
			}
			fit, err := test.Fit(pair, rng.New(uint64(at+2), "fit", i))
			if err != nil {
				t.Fatal(err)
			}
			for k, v := range fit.Outcome().T {
				columns[at][k] = append(columns[at][k], v)
			}
			tau[at] = append(tau[at], fit.Checkpoints[0].T+fit.Null.Delta)
		}
	}
	for _, at := range []float64{-1, 1} {
		for k := range columns[at] {
			if p := smirnov(columns[at][k], columns[0][k]); p < 1e-4 {
				t.Errorf("statistic %d at %+g sigma differs from that at 0: p = %.2g; means %.3g "+
					"and %.3g", k, at, p, stat.Mean(columns[at][k], nil),
					stat.Mean(columns[0][k], nil))
			}
		}
		if p := smirnov(tau[at], tau[0]); p > 1e-6 {
			t.Errorf("tau at %+g sigma is like that at 0: p = %.2g", at, p)
		}
	}
}

// Methods refuse nuisance parameters by name, except those that profile them.
func TestNuisancesRefused(t *testing.T) {
	t.Parallel()
	for _, m := range twosample.Methods() {
		s := settings(1)
		s.Nuisances = 1
		var refused *twosample.SetupError
		err := m.Check(s)
		if is := errors.As(err, &refused) && refused.Part == twosample.PartNuisances &&
			refused.Method == m.Name; is == m.Nuisances {
			t.Errorf("%s: %v", m.Name, err)
		}
	}
	m, err := twosample.Lookup(twosample.DefaultMethod)
	if err != nil {
		t.Fatal(err)
	}
	s := settings(1)
	s.Nuisances, s.Loss.Kind = 1, "bce"
	if err := m.Check(s); err == nil {
		t.Error("the loss bce is accepted")
	}
}
