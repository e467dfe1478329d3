package train

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sparker/data"
	"sparker/losses"
	"sparker/models"
)

// toy draws Exp(1) reference rows and data with a few signal rows at 6.4, repeated over d columns.
func toy(seed uint64, references, background, signal, d int) data.Pair {
	r := rand.New(rand.NewPCG(seed, 9))
	draw := func(n, signal int) data.Sample {
		s := data.Sample{N: n + signal, D: d}
		for range n * d {
			s.X = append(s.X, r.ExpFloat64())
		}
		for range signal * d {
			s.X = append(s.X, 6.4+0.16*r.NormFloat64())
		}
		return s
	}
	return data.Pair{Reference: draw(references, 0), Data: draw(background, signal),
		Weight: float64(background) / float64(references)}
}

type setup struct {
	model  models.Config
	loss   losses.Config
	config Config
	widths Widths
	dim    int
}

func small(engine string) setup {
	s := setup{model: models.Default(), loss: losses.Default(), config: Default(),
		widths: Widths{8, 0.05}, dim: 1}
	s.config.Epochs, s.config.Engine = 60, engine
	return s
}

// eachEngine runs a test on both engines.
func eachEngine(t *testing.T, test func(t *testing.T, engine string)) {
	for _, engine := range Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			test(t, engine)
		})
	}
}

// newFitter prepares fits of the ensemble. A change of the options may be nil.
func (s setup) newFitter(change func(*FitOptions)) (*Fitter, error) {
	model, err := models.NewEnsemble(s.model, s.dim)
	if err != nil {
		return nil, err
	}
	options, err := s.config.Options(model, s.widths)
	if err != nil {
		return nil, err
	}
	if change != nil {
		change(&options)
	}
	return NewFitter(model, s.loss, options)
}

func (s setup) fitter(t *testing.T) *Fitter {
	t.Helper()
	f, err := s.newFitter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// startAt returns a start of the ensemble of a fitter at the given centroids.
func startAt(f *Fitter, centroids []float64) map[string][]float64 {
	return f.model.(models.Ensemble).Start(centroids)
}

// fit fits a pair, and fails the test unless the status is OK.
func fit(t *testing.T, f *Fitter, pair data.Pair, centroids []float64) FitResult {
	t.Helper()
	return succeeded(t)(f.Fit(pair, startAt(f, centroids), nil))
}

// traced is fit with a trace.
func traced(t *testing.T, f *Fitter, pair data.Pair, centroids []float64) FitResult {
	t.Helper()
	return succeeded(t)(f.Trace(pair, startAt(f, centroids), nil))
}

// succeeded fails the test unless the status of a fit is OK.
func succeeded(t *testing.T) func(FitResult, error) FitResult {
	t.Helper()
	return func(r FitResult, err error) FitResult {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if r.Status != OK {
			t.Fatalf("status %s: %s", r.Status, r.Reason)
		}
		return r
	}
}

// same checks that two fits are equal to the bit.
func same(t *testing.T, what string, a, b FitResult) {
	t.Helper()
	if !reflect.DeepEqual(a.Checkpoints, b.Checkpoints) ||
		!slices.Equal(a.Centroids, b.Centroids) || !slices.Equal(a.Coefficients, b.Coefficients) {
		t.Errorf("%s changes the fit:\n%v %v\n%v %v", what, a.Checkpoints, a.Centroids,
			b.Checkpoints, b.Centroids)
	}
}

// A fit gives the same bits whatever its fitter fitted before, and with or without a trace. A
// larger toy leaves a larger graph with more padding, and old parameters.
func TestFitDependsOnThePairAlone(t *testing.T) {
	t.Parallel()
	eachEngine(t, testFitDependsOnThePairAlone)
}

func testFitDependsOnThePairAlone(t *testing.T, engine string) {
	for _, softmax := range []bool{true, false} {
		s := small(engine)
		s.model.SoftMax = softmax
		pair, other := toy(1, 400, 80, 5, 1), toy(2, 400, 140, 0, 1)
		start, err := InitialCentroids("data", pair, 5, rand.New(rand.NewPCG(1, 1)))
		if err != nil {
			t.Fatal(err)
		}
		fresh := fit(t, s.fitter(t), pair, start)
		used := s.fitter(t)
		traced(t, used, other, start)
		same(t, "an earlier, larger toy", fit(t, used, pair, start), fresh)
		traced := traced(t, used, pair, start)
		same(t, "a trace", traced, fresh)
		if len(traced.Trace) != s.config.Epochs {
			t.Fatalf("%d records of %d epochs", len(traced.Trace), s.config.Epochs)
		}
		last := traced.Trace[len(traced.Trace)-1]
		if last.T != fresh.Checkpoints[len(fresh.Checkpoints)-1].T ||
			!slices.Equal(last.Centroids, fresh.Centroids) {
			t.Errorf("the trace ends at t = %v, the fit at %v", last.T, fresh.Checkpoints)
		}
	}
}

// The statistic of a checkpoint is that of the parameters after the step and the clip, at the width
// of the epoch: t = 2 (Σ_D f - Σ_R w (e^f - 1)), with f from a separate evaluation of the model.
func TestStatisticOfCheckpoint(t *testing.T) {
	t.Parallel()
	eachEngine(t, testStatisticOfCheckpoint)
}

func testStatisticOfCheckpoint(t *testing.T, engine string) {
	for _, loss := range losses.Kinds {
		s := small(engine)
		s.loss = losses.Config{Kind: loss, L2: 0.3}
		s.config.Clip = 0.7 // active
		f := s.fitter(t)
		pair := toy(3, 400, 80, 8, 1)
		start, err := InitialCentroids("kmeans", pair, 5, rand.New(rand.NewPCG(2, 1)))
		if err != nil {
			t.Fatal(err)
		}
		r := fit(t, f, pair, start)
		last := r.Checkpoints[len(r.Checkpoints)-1]
		var want float64
		onR, err := f.LogRatios(pair.Reference, last)
		if err != nil {
			t.Fatal(err)
		}
		onD, err := f.LogRatios(pair.Data, last)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range onD {
			want += 2 * v
		}
		for _, v := range onR {
			want -= 2 * pair.Weight * math.Expm1(v)
		}
		if math.Abs(last.T-want) > 1e-10*(1+math.Abs(want)) {
			t.Errorf("%s: t = %v, want %v", loss, last.T, want)
		}
		if top := slices.Max(r.Coefficients); top > 0.7 {
			t.Errorf("%s: coefficient %v above the clip", loss, top)
		}
	}
}

func TestPositiveCoefficients(t *testing.T) {
	t.Parallel()
	eachEngine(t, testPositiveCoefficients)
}

func testPositiveCoefficients(t *testing.T, engine string) {
	s := small(engine)
	pair := toy(4, 400, 80, 8, 1)
	pair.Weight *= 1.5 // fewer data than expected
	start, err := InitialCentroids("reference", pair, 5, rand.New(rand.NewPCG(2, 1)))
	if err != nil {
		t.Fatal(err)
	}
	signed := fit(t, s.fitter(t), pair, start)
	s.model.Coefficients = "positive"
	positive := fit(t, s.fitter(t), pair, start)
	if slices.Min(signed.Coefficients) >= 0 {
		t.Fatalf("the signed fit has no deficit: %v; the check below would be empty",
			signed.Coefficients)
	}
	if slices.Min(positive.Coefficients) < 0 {
		t.Errorf("coefficients %v below 0", positive.Coefficients)
	}
}

func TestFrozenCentroidsStay(t *testing.T) {
	t.Parallel()
	eachEngine(t, testFrozenCentroidsStay)
}

func testFrozenCentroidsStay(t *testing.T, engine string) {
	s := small(engine)
	s.model.Centroids = "frozen"
	start := []float64{0.1, 0.5, 1, 3, 6.4}
	r := traced(t, s.fitter(t), toy(5, 400, 80, 8, 1), start)
	if !slices.Equal(r.Centroids, start) {
		t.Errorf("centroids moved to %v", r.Centroids)
	}
	if r.Trace[10].DataForce != nil {
		t.Error("frozen centroids have forces")
	}
}

// With plain gradient descent, every centroid moves by the rate times the sum of the two forces.
func TestForcesMoveTheCentroids(t *testing.T) {
	t.Parallel()
	eachEngine(t, testForcesMoveTheCentroids)
}

func testForcesMoveTheCentroids(t *testing.T, engine string) {
	s := small(engine)
	s.config.Optimizer = "gd"
	s.config.LearningRate = LearningRate{Coefficients: 1e-3, Centroids: 1e-3, Unit: "data"}
	s.dim = 2
	pair := toy(6, 300, 60, 8, 2)
	start, err := InitialCentroids("pooled", pair, 5, rand.New(rand.NewPCG(2, 1)))
	if err != nil {
		t.Fatal(err)
	}
	r := traced(t, s.fitter(t), pair, start)
	at := start
	moved := 0.
	for _, e := range r.Trace {
		for i := range at {
			step := 1e-3 * (e.DataForce[i] + e.ReferenceForce[i])
			moved += math.Abs(step)
			if math.Abs(e.Centroids[i]-at[i]-step) > 1e-12*(1+math.Abs(at[i])) {
				t.Fatalf("epoch %d: coordinate %d moves by %v, the forces say %v", e.Epoch, i,
					e.Centroids[i]-at[i], step)
			}
		}
		at = e.Centroids
	}
	if moved == 0 {
		t.Fatal("nothing moved")
	}
	for _, e := range r.Trace[:1] {
		if e.Loss != 0 {
			t.Errorf("loss %v at coefficients 0, want 0", e.Loss)
		}
	}
	for _, e := range r.Trace {
		if e.GateEntropy < 0 || e.GateEntropy > math.Log(5)*(1+1e-12) {
			t.Errorf("gate entropy %v of five kernels", e.GateEntropy)
		}
	}
}

// The order of rows, the order of kernels and the origin of the space do not change a fit, except
// for rounding, which Adam amplifies a little.
func TestFitInvariances(t *testing.T) {
	t.Parallel()
	eachEngine(t, testFitInvariances)
}

func testFitInvariances(t *testing.T, engine string) {
	s := small(engine)
	s.widths = Widths{8, 0.3}
	pair := toy(7, 300, 60, 8, 1)
	start, err := InitialCentroids("data", pair, 5, rand.New(rand.NewPCG(2, 1)))
	if err != nil {
		t.Fatal(err)
	}
	f := s.fitter(t)
	r := fit(t, f, pair, start)
	check := func(what string, got FitResult) {
		t.Helper()
		for i, c := range got.Checkpoints {
			if want := r.Checkpoints[i].T; math.Abs(c.T-want) > 1e-7*(1+math.Abs(want)) {
				t.Errorf("%s: t = %v at epoch %d, want %v", what, c.T, c.Epoch, want)
			}
		}
	}
	shuffled := pair
	shuffled.Reference.X, shuffled.Data.X = slices.Clone(pair.Reference.X),
		slices.Clone(pair.Data.X)
	slices.Sort(shuffled.Reference.X)
	slices.Sort(shuffled.Data.X)
	check("rows in another order", fit(t, f, shuffled, start))
	reversed := slices.Clone(start)
	slices.Reverse(reversed)
	check("kernels in another order", fit(t, f, pair, reversed))
	moved, movedStart := shuffled, slices.Clone(start)
	moved.Reference.X, moved.Data.X = slices.Clone(pair.Reference.X), slices.Clone(pair.Data.X)
	for _, x := range [][]float64{moved.Reference.X, moved.Data.X, movedStart} {
		for i := range x {
			x[i] += 4
		}
	}
	check("a translation", fit(t, f, moved, movedStart))
	halves := pair
	halves.Reference = data.Sample{X: append(slices.Clone(pair.Reference.X), pair.Reference.X...),
		N: 2 * pair.Reference.N, D: 1}
	halves.Weight /= 2
	check("reference rows split in two", fit(t, f, halves, start))
}

// At fixed centroids and a fixed width, f is linear in the coefficients and the loss is convex, so
// Adam and gradient descent find the same optimum. There Σ_R w e^f phi = Σ_D phi, and therefore
// t = 2 Σ_R w (f e^f - e^f + 1) >= 0.
func TestConvexOptimum(t *testing.T) {
	t.Parallel()
	eachEngine(t, testConvexOptimum)
}

func testConvexOptimum(t *testing.T, engine string) {
	s := small(engine)
	s.model.Centroids, s.model.Kernels, s.model.SoftMax = "frozen", 3, false
	s.config.Width.Schedule, s.config.Epochs, s.config.Checkpoints.Count = "fixed", 3000, 1
	s.config.LearningRate.Coefficients = 0.005 // at 0.05 Adam still oscillates by 1e-5
	s.widths = Widths{0.6, 0.6}
	pair := toy(8, 600, 150, 0, 1)
	start := []float64{0.3, 1.2, 2.4}
	byAdam := fit(t, s.fitter(t), pair, start)
	s.config.Optimizer, s.config.LearningRate.Coefficients = "gd", 0.01
	f := s.fitter(t)
	byDescent := fit(t, f, pair, start)
	for i, a := range byDescent.Coefficients {
		if math.Abs(a-byAdam.Coefficients[i]) > 1e-6 {
			t.Errorf("coefficient %d: %v by descent, %v by Adam", i, a, byAdam.Coefficients[i])
		}
	}
	values, err := f.LogRatios(pair.Reference, byDescent.Checkpoints[0])
	if err != nil {
		t.Fatal(err)
	}
	var identity float64
	for _, v := range values {
		identity += 2 * pair.Weight * (v*math.Exp(v) - math.Expm1(v))
	}
	if got := byDescent.Checkpoints[0].T; math.Abs(got-identity) > 1e-8 || got < 0 {
		t.Errorf("t = %v at the optimum, the identity gives %v", got, identity)
	}
}

// Gradient descent diverges at a rate that is far too large. The result is a status with the epoch,
// not an error.
func TestNonFiniteFit(t *testing.T) {
	t.Parallel()
	eachEngine(t, testNonFiniteFit)
}

func testNonFiniteFit(t *testing.T, engine string) {
	s := small(engine)
	s.config.Optimizer = "gd"
	s.config.LearningRate = LearningRate{Coefficients: 1e3, Centroids: 1e308, Unit: "data"}
	f := s.fitter(t)
	r, err := f.Fit(toy(9, 300, 60, 8, 1), startAt(f, []float64{0.1, 0.5, 1, 3, 6.4}), nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Status != NonFinite || !strings.Contains(r.Reason, "at epoch") || r.Centroids != nil {
		t.Errorf("status %s, reason %q, centroids %v", r.Status, r.Reason, r.Centroids)
	}
}

// Five kernels at one place with the largest coefficients exceed the limit of the exponential on
// reference rows without the gate. Those epochs are counted. With the gate there are none.
func TestClampedEpochs(t *testing.T) {
	t.Parallel()
	eachEngine(t, testClampedEpochs)
}

func testClampedEpochs(t *testing.T, engine string) {
	s := small(engine)
	s.model.Centroids = "frozen"
	s.config.LearningRate.Coefficients = 5
	pair := toy(10, 300, 60, 60, 1)
	pair.Reference.X[0] = 6.4
	start := []float64{6.4, 6.4, 6.4, 6.4, 6.4}
	s.widths = Widths{0.2, 0.2}
	if r := fit(t, s.fitter(t), pair, start); r.ClampedEpochs != 0 {
		t.Errorf("%d clamped epochs with the gate", r.ClampedEpochs)
	}
	s.model.SoftMax = false
	if r := fit(t, s.fitter(t), pair, start); r.ClampedEpochs == 0 ||
		r.ClampedEpochs == s.config.Epochs {
		t.Errorf("%d of %d epochs clamped without the gate", r.ClampedEpochs, s.config.Epochs)
	}
}

func TestFitRefuses(t *testing.T) {
	t.Parallel()
	eachEngine(t, testFitRefuses)
}

func testFitRefuses(t *testing.T, engine string) {
	pair, start := toy(11, 100, 30, 0, 1), make([]float64, 5)
	for _, c := range []struct {
		name   string
		change func(s *setup, p *data.Pair, start *[]float64)
		want   string
	}{
		{"widths the wrong way", func(s *setup, _ *data.Pair,
			_ *[]float64) {
			s.widths = Widths{0.1, 1}
		}, "would grow"},
		{"width 0", func(s *setup, _ *data.Pair, _ *[]float64) { s.widths = Widths{1, 0} },
			"above 0"},
		{"epochs", func(s *setup, _ *data.Pair, _ *[]float64) { s.config.Epochs = 0 },
			"epochs is 0"},
		{"loss", func(s *setup, _ *data.Pair, _ *[]float64) { s.loss.Kind = "hinge" },
			`kind is "hinge"`},
		{"model", func(s *setup, _ *data.Pair, _ *[]float64) { s.model.Kernels = 0 },
			"kernels is 0"},
		{"columns", func(s *setup, _ *data.Pair, _ *[]float64) { s.dim, s.model.Kernels = 5, 1 },
			"the model has 5"},
		{"centroids", func(_ *setup, _ *data.Pair, start *[]float64) { *start = (*start)[:4] },
			`4 values for parameter "centroids"; the model has 5`},
		{"weight", func(_ *setup, p *data.Pair, _ *[]float64) { p.Weight = math.NaN() },
			"weight NaN"},
		{"no data", func(_ *setup, p *data.Pair, _ *[]float64) { p.Data = data.Sample{D: 1} },
			"the data 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, p, from := small(engine), pair, start
			c.change(&s, &p, &from)
			f, err := s.newFitter(nil)
			if err == nil {
				_, err = f.Fit(p, startAt(f, from), nil)
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}
