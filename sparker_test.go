package sparker_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/mat"

	"sparker"
	"sparker/data"
	"sparker/twosample"
	"sparker/twosample/baselines"
)

// quick is a recipe of few epochs, for tests that look at everything but power.
func quick() *twosample.Recipe {
	r := twosample.Lead()
	r.Train.Epochs, r.Train.Checkpoints.Count = 30, 3
	return &r
}

func mustTest(t *testing.T, reference, data mat.Matrix, o sparker.Options) *sparker.Result {
	t.Helper()
	res, err := sparker.Test(t.Context(), reference, data, &o)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// The result depends neither on the number of workers nor on the kind of matrix.
func TestResultDoesNotDependOnWorkersOrStorage(t *testing.T) {
	t.Parallel()
	reference, data := events()
	one := mustTest(t, reference, data, sparker.Options{Recipe: quick(), Toys: 19, Workers: 1})
	dense := mat.DenseCopyOf(data)
	two := mustTest(t, mat.DenseCopyOf(reference), dense, sparker.Options{Recipe: quick(), Toys: 19,
		Workers: 3})
	if diff := cmp.Diff(one, two); diff != "" {
		t.Errorf("one worker and rows, three and a dense matrix:\n%s", diff)
	}
}

// Every registered method that needs no known background has a p-value on the grid, whose scales
// have p-values of their own.
func TestEveryMethod(t *testing.T) {
	t.Parallel()
	reference, data := events()
	reference, data = reference[:300], data[300:] // some methods take quadratic time
	for _, m := range twosample.Methods() {
		if m.Limit {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			o := sparker.Options{Method: m.Name, Recipe: quick(), Toys: 19}
			if m.Name == "network" {
				o.MethodOptions = shortNetwork()
			}
			res := mustTest(t, reference, data, o)
			if k := res.P * 20; math.Abs(k-math.Round(k)) > 1e-9 || k < 1 || k > 20 {
				t.Errorf("p = %v is not one of 1/20 ... 1", res.P)
			}
			if len(res.Null) != 19 || len(res.Scales) == 0 || len(res.Null[0]) != len(res.Scales) {
				t.Errorf("%d toys, %d scales", len(res.Null), len(res.Scales))
			}
			for _, s := range res.Scales {
				if !(s.P >= 1.0/20-1e-12 && s.P <= 1) || math.IsNaN(s.T) {
					t.Errorf("scale %+v", s)
				}
			}
			if fits := res.Findings != nil; fits != m.Fits || (len(res.Places) > 0) != m.Fits {
				t.Errorf("fits kernels: %v; findings: %v, %d places", m.Fits, fits, len(res.Places))
			}
		})
	}
}

func TestTestStops(t *testing.T) {
	t.Parallel()
	reference, data := events()
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	calls := 0
	_, err := sparker.Test(ctx, reference, data, &sparker.Options{Recipe: quick(), Toys: 1000,
		Progress: func(done, total int) {
			calls++
			if done != calls || total != 1000 {
				t.Errorf("call %d: %d of %d", calls, done, total)
			}
			if done == 5 {
				cancel(cause)
			}
		}})
	if !errors.Is(err, cause) {
		t.Errorf("error %v; want the cause", err)
	}
	if calls > 50 {
		t.Errorf("%d toys after the end", calls)
	}
	if _, err := sparker.Fit(ctx, reference, data, nil); !errors.Is(err, cause) {
		t.Errorf("Fit: error %v; want the cause", err)
	}
}

func TestWrongInput(t *testing.T) {
	t.Parallel()
	good := sparker.Rows{{1, 2}, {2, 1}, {3, 5}, {4, 4}, {7, 5}, {6, 6}}
	var shape *sparker.ShapeError
	var value *sparker.ValueError
	var option *sparker.OptionError
	var none sparker.Options
	for name, c := range map[string]struct {
		reference, data mat.Matrix
		options         sparker.Options
		as              any
		is              error
		words           string
	}{
		"nil":           {nil, good, none, nil, data.ErrTooFewRows, "reference is nil"},
		"no rows":       {good, sparker.Rows{}, none, nil, data.ErrTooFewRows, "no rows"},
		"no columns":    {sparker.Rows{{}, {}}, good, none, &shape, nil, "0 columns"},
		"ragged":        {good, sparker.Rows{{1, 2}, {3}}, none, &shape, nil, "row 1"},
		"other columns": {good, sparker.Rows{{1}, {3}}, none, &shape, nil, "1 columns"},
		"NaN": {good, sparker.Rows{{1, math.NaN()}}, none, &value, nil,
			"row 0, column 1 of the data"},
		"method":  {good, good, sparker.Options{Method: "t-test"}, &option, nil, "energy"},
		"toys":    {good, good, sparker.Options{Toys: -1}, &option, nil, "decision needs"},
		"maximum": {good, good, sparker.Options{MaxToys: 100001}, &option, nil, "1 to 100000"},
		"alpha":   {good, good, sparker.Options{Alpha: 1}, &option, nil, "between 0 and 1"},
		"time":    {good, good, sparker.Options{TimeLimit: -1}, &option, nil, "0 or more"},
		"time of a fixed number": {good, good, sparker.Options{TimeLimit: 1, Toys: 19}, &option,
			nil, "Toys = 0"},
		"workers": {good, good, sparker.Options{Workers: -2}, &option, nil, "processors"},
		"columns": {good, good, sparker.Options{Columns: []string{"x"}}, &option, nil, "2 columns"},
		"ids":     {good, good, sparker.Options{IDs: []string{"a"}}, &option, nil, "6 data rows"},
		"limit":   {good, good, sparker.Options{Method: "multiscan"}, nil, nil, "multiscan"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := sparker.Test(t.Context(), c.reference, c.data, &c.options)
			_, fitErr := sparker.Fit(t.Context(), c.reference, c.data, &c.options)
			if err == nil || fitErr == nil || err.Error() != fitErr.Error() {
				t.Fatalf("Test: %v; Fit: %v", err, fitErr)
			}
			switch {
			case c.as != nil && !errors.As(err, c.as), c.is != nil && !errors.Is(err, c.is):
				t.Errorf("error %T: %v", err, err)
			case !strings.Contains(err.Error(), c.words):
				t.Errorf("error %q does not mention %q", err, c.words)
			}
		})
	}
}

func TestFitNeedsKernels(t *testing.T) {
	t.Parallel()
	reference, data := events()
	var option *sparker.OptionError
	_, err := sparker.Fit(t.Context(), reference, data, &sparker.Options{Method: "energy"})
	if !errors.As(err, &option) || option.Field != "Method" {
		t.Errorf("error %v", err)
	}
}

// The observed fit of Test is the fit of Fit, and what Test counts follows from its kernels.
func TestFitIsThatOfTest(t *testing.T) {
	t.Parallel()
	reference, data := events()
	o := sparker.Options{Recipe: quick(), Toys: 19, Columns: []string{"mass"}}
	res := mustTest(t, reference, data, o)
	fit, err := sparker.Fit(t.Context(), reference, data, &o)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range fit.Scales {
		if s.T != res.Scales[i].T || s.Epoch != res.Scales[i].Epoch {
			t.Errorf("scale %d: %v after epoch %d, and %v after %d", i, s.T, s.Epoch,
				res.Scales[i].T, res.Scales[i].Epoch)
		}
	}
	if len(res.Places) == 0 {
		t.Error("no places")
	}
	for _, place := range res.Places {
		at := fit.Scales[place.Checkpoint-1]
		if !slices.ContainsFunc(place.Kernels, func(k int) bool {
			return slices.Equal(at.Kernels[k].Centroid, place.Centroid)
		}) {
			t.Errorf("the centroid %v is not one of the kernels %v", place.Centroid, place.Kernels)
		}
		want := 0.0
		for _, row := range data {
			want += share(at, fit.Unit[0], row[0], place.Kernels)
		}
		if math.Abs(place.Data-want) > 1e-9*want {
			t.Errorf("place %d holds %v rows, by the kernels %v", place.Number, place.Data, want)
		}
	}
	if len(fit.Trace) != o.Recipe.Train.Epochs {
		t.Errorf("%d epochs are recorded of %d", len(fit.Trace), o.Recipe.Train.Epochs)
	}
	if got := res.Findings.Columns[0].Name; got != "mass" {
		t.Errorf("the column is called %q", got)
	}
}

// share returns Σ p_i k_i of some kernels at x, in one dimension.
func share(at sparker.FitScale, unit, x float64, kernels []int) float64 {
	var numerator, gate float64
	for i, k := range at.Kernels {
		u := (x - k.Centroid[0]) / unit / at.Sigma
		e := math.Exp(-u * u / 2)
		gate += e
		if slices.Contains(kernels, i) {
			numerator += e * e
		}
	}
	return numerator / max(gate, math.SmallestNonzeroFloat64)
}

// The log-ratio is f(x) = Σ a_i p_i(x) k_i(x), worked out here from the kernels alone.
func TestLogRatioIsTheFormula(t *testing.T) {
	t.Parallel()
	reference, data := events()
	fit, err := sparker.Fit(t.Context(), reference, data, &sparker.Options{Recipe: quick()})
	if err != nil {
		t.Fatal(err)
	}
	points := sparker.Rows{{0.1}, {1}, {2.5}, {4}, {30}}
	for scale, at := range fit.Scales {
		got, err := fit.LogRatioAt(scale, points)
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range points {
			var numerator, gate float64
			for _, k := range at.Kernels {
				u := (x[0] - k.Centroid[0]) / fit.Unit[0] / at.Sigma
				e := math.Exp(-u * u / 2)
				numerator += k.Coefficient * e * e // p_i k_i = k_i²/Σ k
				gate += e
			}
			want := 0.0
			if gate > 0 {
				want = numerator / gate
			}
			if math.Abs(got[i]-want) > 1e-9*(1+math.Abs(want)) {
				t.Errorf("scale %d, x = %v: f = %v, want %v", scale, x[0], got[i], want)
			}
		}
	}
	if _, err := fit.LogRatioAt(3, points); err == nil {
		t.Error("a scale that is not there: no error")
	}
	var shape *sparker.ShapeError
	if _, err := fit.LogRatio(sparker.Rows{{1, 2}}); !errors.As(err, &shape) {
		t.Errorf("points of two columns: %v", err)
	}
}

// A test whose statistics cannot be computed for the data has no p-value.
func TestNoNumberWithoutAFit(t *testing.T) {
	t.Parallel()
	reference, observed := sparker.Rows{}, sparker.Rows{}
	for i := range 200 {
		reference = append(reference, []float64{float64(i % 7)})
		observed = append(observed, []float64{float64(i % 7)})
	}
	observed[3][0] = 1e200 // too rare for the quantiles that widths come from
	far := sparker.Options{Recipe: quick(), KeepUnits: true, Toys: 5}
	var failed *sparker.FailedError
	_, err := sparker.Test(t.Context(), reference, observed, &far)
	if !errors.As(err, &failed) || failed.Status != twosample.NonFinite ||
		!strings.Contains(failed.Reason, "1e+200 in size") {
		t.Errorf("a value whose square overflows, in its own units: %v", err)
	}
	res := mustTest(t, reference, observed, sparker.Options{Recipe: quick(), Toys: 5})
	if !(res.P > 0) {
		t.Errorf("standardized: p = %v", res.P)
	}
	var outside *data.RangeError
	for _, unit := range []float64{1e-300, 1e300} {
		tiny := sparker.Rows{{0}, {unit}, {2 * unit}, {5 * unit}, {3 * unit}, {unit}}
		if _, err := sparker.Test(t.Context(), tiny, tiny, &far); !errors.As(err, &outside) ||
			outside.Low != unit || errors.Is(err, data.ErrTooFewRows) {
			t.Errorf("values of %v in their own units: %v", unit, err)
		}
		plain := sparker.Rows{{0}, {1}, {2}, {5}, {3}, {1}}
		o := sparker.Options{Recipe: quick(), Toys: 5}
		if got, want := mustTest(t, tiny, tiny, o), mustTest(t, plain, plain, o); math.Abs(
			got.P-want.P) > 1e-12 {
			t.Errorf("values of %v: p = %v, want %v", unit, got.P, want.P)
		}
	}
	same := sparker.Rows{{4}, {4}, {4}}
	if _, err := sparker.Test(t.Context(), same, same, nil); !errors.Is(err, data.ErrTooFewRows) {
		t.Errorf("nothing varies: %v", err)
	}
}

// shortNetwork is the network with few epochs.
func shortNetwork() twosample.MethodOptions {
	c := baselines.DefaultNetwork()
	c.Epochs = 50
	return twosample.MethodOptions{"network": c}
}
