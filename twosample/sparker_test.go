package twosample_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"sparker/data"
	"sparker/data/sources"
	"sparker/internal/rng"
	"sparker/losses"
	"sparker/models"
	"sparker/stats"
	"sparker/train"
	"sparker/twosample"
	"sparker/twosample/toytest"
)

func settings(dim int) twosample.Setup {
	s := twosample.Setup{
		Model: models.Default(), Loss: losses.Default(), Train: train.Default(), Dim: dim,
	}
	s.Train.Epochs, s.Train.Checkpoints.Count = 40, 4
	s.Train.Width.Start, s.Train.Width.End = 8, 0.2
	return s
}

func newTest(t *testing.T, s twosample.Setup) *twosample.SparKer {
	t.Helper()
	test, err := twosample.NewSparKer(s)
	if err != nil {
		t.Fatal(err)
	}
	return test
}

var _ twosample.Test = (*twosample.SparKer)(nil)

func TestStatistics(t *testing.T) {
	t.Parallel()
	test := newTest(t, settings(1))
	if test.Name() != "SparKer" || len(test.Scales()) != 4 || test.Scales()[3].Epoch != 40 {
		t.Errorf("%s has scales %v", test.Name(), test.Scales())
	}
	pair := toytest.Draw(t, toytest.Exponential(t, 100, 400), rng.New(1, "test"), 20)
	one, err := test.Statistics(pair, rng.New(2, "test"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := test.Statistics(pair, rng.New(2, "test"))
	if err != nil {
		t.Fatal(err)
	}
	other, err := test.Statistics(pair, rng.New(3, "test"))
	if err != nil {
		t.Fatal(err)
	}
	if one.Status != twosample.OK || len(one.T) != 4 || !slices.Equal(one.T, again.T) {
		t.Errorf("%+v, then %+v", one, again)
	}
	if slices.Equal(one.T, other.T) {
		t.Errorf("another stream starts the centroids on the same rows: %v", other.T)
	}
}

// Standardizing makes the test blind to the units: columns multiplied by powers of two give the
// same bits, and the centroids come back in the new units.
func TestStandardize(t *testing.T) {
	t.Parallel()
	s := settings(1)
	s.Standardize = true
	test := newTest(t, s)
	pair := toytest.Draw(t, toytest.Exponential(t, 100, 400), rng.New(1, "test"), 20)
	scaled := pair
	scaled.Reference.X, scaled.Data.X = slices.Clone(pair.Reference.X), slices.Clone(pair.Data.X)
	for _, x := range [][]float64{scaled.Reference.X, scaled.Data.X} {
		for i := range x {
			x[i] *= 1024
		}
	}
	a, err := test.Fit(pair, rng.New(2, "test"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := test.Fit(scaled, rng.New(2, "test"))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a.Checkpoints, b.Checkpoints) {
		t.Errorf("t = %v, in other units %v", a.Checkpoints, b.Checkpoints)
	}
	if x, y := a.Standardizer.Invert(a.Centroids[:1])[0],
		b.Standardizer.Invert(b.Centroids[:1])[0]; y != 1024*x {
		t.Errorf("centroid at %v, in other units at %v", x, y)
	}
}

// Given initial centroids are in the data's own units. The fit starts there, whatever the stream.
func TestGivenInitialCentroids(t *testing.T) {
	t.Parallel()
	s := settings(1)
	s.Standardize = true
	s.Model.Centroids = "frozen"
	s.InitialCentroids = []float64{0.5, 1, 2, 3, 6.4}
	test := newTest(t, s)
	fit, err := test.Fit(toytest.Draw(t, toytest.Exponential(t, 100, 400), rng.New(1, "test"), 0),
		rng.New(5, "test"))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range s.InitialCentroids {
		if got := fit.Standardizer.Invert(fit.Centroids[i : i+1])[0]; got-want > 1e-14*want ||
			want-got > 1e-14*want {
			t.Errorf("centroid %d at %v, want %v", i, got, want)
		}
	}
	s.InitialCentroids = []float64{1, 2}
	if _, err := twosample.NewSparKer(s); err == nil || !strings.Contains(err.Error(),
		"2 values for the initial centroids of 5 kernels") {
		t.Errorf("two centroids for five kernels: %v", err)
	}
}

// Data without rows are a status, not an error: a Poisson draw can give them.
func TestTooFewRows(t *testing.T) {
	t.Parallel()
	test := newTest(t, settings(1))
	pair := toytest.Draw(t, toytest.Exponential(t, 100, 400), rng.New(1, "test"), 0)
	pair.Data = data.Sample{X: []float64{}, D: 1}
	o, err := test.Statistics(pair, rng.New(1, "test"))
	if err != nil || o.Status != twosample.TooFewRows || len(o.T) != 0 {
		t.Errorf("no rows: %+v, %v", o, err)
	}
}

// A pair with places for fewer kernels is the fit of a test with fewer kernels, with a warning. It
// leaves no trace in later fits, and can be traced and evaluated.
func TestFewerDistinctRowsThanKernels(t *testing.T) {
	t.Parallel()
	s := settings(1)
	s.Statistics = twosample.Statistics
	s.Train.Births = train.Births{Every: 10, Candidates: 4}
	full := toytest.Draw(t, toytest.Exponential(t, 100, 400), rng.New(1, "test"), 0)
	few := full
	few.Data = data.Sample{X: []float64{0.5, 2, 0.5, 2, 2, 2}, N: 6, D: 1}
	few.Weight = 6. / 400
	for _, s.Model.Init = range []string{"data", "kmeans"} {
		test := newTest(t, s)
		before := toytest.Statistics(t, test, full, 1)
		fit, err := test.Trace(few, rng.New(1, "test"))
		if err != nil || fit.Status != train.OK || len(fit.Coefficients) != 2 ||
			!slices.Equal(fit.Warnings,
				[]string{"the data have 2 distinct rows: 2 of the 5 kernels are fitted"}) {
			t.Fatalf("%s: %+v, %v", s.Model.Init, fit, err)
		}
		two := s
		two.Model.Kernels = 2
		want := toytest.Statistics(t, newTest(t, two), few, 1)
		if got := fit.Outcome().T; !slices.Equal(got, want) {
			t.Errorf("%s: %v, with two kernels from the outset %v", s.Model.Init, got, want)
		}
		if f, err := test.LogRatios(few.Data, fit.Checkpoints[0]); err != nil || len(f) != 6 {
			t.Errorf("%s: log-ratios %v, %v", s.Model.Init, f, err)
		}
		if after := toytest.Statistics(t, test, full, 1); !slices.Equal(after, before) {
			t.Errorf("%s: %v, after a smaller fit %v", s.Model.Init, before, after)
		}
	}
	few.Data = data.Sample{X: []float64{2, 2, 2}, N: 3, D: 1}
	o, err := newTest(t, s).Statistics(few, rng.New(1, "test"))
	if err != nil || o.Status != twosample.OK || !slices.Equal(o.Warnings,
		[]string{"the data have 1 distinct row: 1 of the 5 kernels are fitted"}) {
		t.Errorf("one distinct row: %+v, %v", o, err)
	}
}

func TestColumnsMustFit(t *testing.T) {
	t.Parallel()
	test := newTest(t, settings(2))
	if _, err := test.Statistics(toytest.Draw(t, toytest.Exponential(t, 100, 400),
		rng.New(1, "test"), 0),
		rng.New(1, "test")); err == nil {
		t.Error("a pair of one column is accepted by a test of two")
	}
}

// nullStatistics are the statistics of n null toys.
func nullStatistics(t *testing.T, s twosample.Setup, from sources.Source, purpose string,
	n int) [][]float64 {
	t.Helper()
	return toytest.EveryToy(t, n, func() twosample.Test { return newTest(t, s) },
		toytest.NullToys(t, from, toytest.Streams{Pairs: purpose, Test: purpose + " start"}))
}

// With the centroids and the width frozen, f is linear in M coefficients, and Wilks' theorem holds:
// the null t of extended counting follows chi-square with M degrees of freedom, widened by 1 + w
// for a finite reference. The seed is fixed; a true null hypothesis would fail this for one seed in
// a hundred.
func TestFrozenNullIsChiSquare(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("fits 500 toys")
	}
	s := settings(1)
	s.Model.Kernels, s.Model.Centroids = 3, "frozen"
	s.InitialCentroids = []float64{0.3, 1.2, 2.6}
	s.Train.Epochs, s.Train.Checkpoints.Count, s.Train.Width.Schedule = 250, 1, "fixed"
	s.Train.Width.Start, s.Train.Width.End = 0.6, 0.6
	for _, softmax := range []bool{true, false} {
		s.Model.SoftMax = softmax
		const expected, reference = 200, 800
		var stretched []float64
		for _, row := range nullStatistics(t, s, toytest.Exponential(t, expected, reference),
			"frozen", 500) {
			stretched = append(stretched, row[0]/(1+float64(expected)/reference))
		}
		chi2 := distuv.ChiSquared{K: 3}
		distance, p := stats.KolmogorovSmirnov(stretched, chi2.CDF)
		if p < 0.01 {
			t.Errorf("softmax %v: Kolmogorov-Smirnov distance %.3f from chi-square(3), p = %.2g",
				softmax, distance, p)
		}
		// the check can fail: a degree of freedom more or less is far off
		for _, k := range []float64{2, 4} {
			if _, p := stats.KolmogorovSmirnov(stretched, distuv.ChiSquared{K: k}.CDF); p > 1e-6 {
				t.Errorf("softmax %v: chi-square(%v) fits as well, p = %.2g", softmax, k, p)
			}
		}
	}
}

// Joint-rank p-values of fresh null toys are uniform: Kolmogorov-Smirnov and chi-square on ten
// bins, and the type-I error at 0.05 within three standard errors, counting those of the
// calibration. The seed is fixed; true uniformity would fail this for about two seeds in a hundred.
func TestNullPValuesAreUniform(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("fits 2,500 toys")
	}
	s := settings(1)
	from := toytest.Exponential(t, 60, 240)
	const calibration, fresh = 2000, 500
	p := toytest.PValues(t, nullStatistics(t, s, from, "calibration", calibration),
		nullStatistics(t, s, from, "fresh", fresh))
	toytest.Uniform(t, p)
	// 0.0475/500 + 0.0475/2000: binomial, and the calibration's own noise
	if size := toytest.Rejected(p, 0.05); size < 0.05-0.033 || size > 0.05+0.033 {
		t.Errorf("type-I error %.3f at 0.05", size)
	}
}
