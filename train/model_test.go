package train

import (
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sparker/losses"
	"sparker/models"
)

// networkOptions clip the weights of a network, not its biases.
func networkOptions(epochs ...int) FitOptions {
	return FitOptions{Checkpoints: epochs, Parameters: []Parameter{
		{Name: models.HiddenBiases, Rate: 0.02}, {Name: models.HiddenWeights, Rate: 0.02, Clip: 5},
		{Name: models.OutputBias, Rate: 0.02}, {Name: models.OutputWeights, Rate: 0.02, Clip: 5},
	}}
}

func newFitter(t *testing.T, m models.Model, l losses.Config, o FitOptions) *Fitter {
	t.Helper()
	f, err := NewFitter(m, l, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// An ensemble of fixed width whose options are written out is the same fit as that of its config,
// to the bit. Its parameters may step in another order.
func TestWrittenOptions(t *testing.T) {
	for _, loss := range losses.Kinds {
		for _, softmax := range []bool{true, false} {
			s := small("composed")
			s.loss.Kind, s.loss.L2, s.model.SoftMax = loss, 0.01, softmax
			s.config.Width.Schedule, s.widths = "fixed", Widths{0.7, 0.7}
			s.config.Checkpoints = Checkpoints{Count: 3, Spacing: "epoch"}
			s.config.Clip, s.config.LearningRate.Centroids = 0.5, 0.02
			pair := toy(1, 400, 80, 5, 1)
			start := []float64{0.1, 0.5, 1, 3, 6.4}
			want := fit(t, s.fitter(t), pair, start)
			model, err := models.NewEnsemble(s.model, 1)
			if err != nil {
				t.Fatal(err)
			}
			f := newFitter(t, model, s.loss, FitOptions{
				Optimizer: "adam", Checkpoints: []int{20, 40, 60}, Engine: "composed",
				Sigma: func(int) float64 { return 0.7 },
				Parameters: []Parameter{{Name: models.Centroids, Rate: 0.02},
					{Name: models.Coefficients, Rate: 0.05, Clip: 0.5}},
			})
			got := fit(t, f, pair, start)
			same(t, loss, got, want)
			if !reflect.DeepEqual(f.Scales(), s.fitter(t).Scales()) {
				t.Errorf("scales %v, want %v", f.Scales(), s.fitter(t).Scales())
			}
		}
	}
}

// A network trains under every loss: t rises well above 0 on data with a signal, weights keep
// within the clip, biases need not, and the fit has the same bits whatever the fitter did before.
func TestNetwork(t *testing.T) {
	model := models.MLP{Hidden: 4, Dim: 1}
	pair, other := toy(1, 400, 80, 12, 1), toy(2, 500, 140, 0, 1)
	for _, loss := range losses.Kinds {
		f := newFitter(t, model, losses.Config{Kind: loss}, networkOptions(500, 1500))
		start := model.Start(rand.New(rand.NewPCG(1, 1)))
		kept := maps.Clone(start)
		got, err := f.Fit(pair, start, nil)
		if err != nil || got.Status != OK || len(got.Checkpoints) != 2 {
			t.Fatalf("%s: %+v, %v", loss, got, err)
		}
		if !reflect.DeepEqual(start, kept) {
			t.Errorf("%s: the fit changes its start", loss)
		}
		last := got.Checkpoints[1]
		if last.T < 20 {
			t.Errorf("%s: t = %v", loss, got.Checkpoints)
		}
		for _, name := range []string{models.HiddenWeights, models.OutputWeights} {
			if slices.Max(last.Parameters[name]) > 5 || slices.Min(last.Parameters[name]) < -5 {
				t.Errorf("%s: %s %v exceed the clip", loss, name, last.Parameters[name])
			}
		}
		if _, err := f.Fit(other, start, nil); err != nil {
			t.Fatal(err)
		}
		if again, err := f.Fit(pair, start, nil); err != nil || !reflect.DeepEqual(again, got) {
			t.Errorf("%s: after another pair %+v, fresh %+v (%v)", loss, again, got, err)
		}
		// half as many reference rows of twice the weight are another sample, so another t
		reduced := pair
		reduced.Reference.N, reduced.Reference.X = 200, pair.Reference.X[:200]
		reduced.Weight *= 2
		if again, err := f.Fit(reduced, start, nil); err != nil || again.Checkpoints[1].T == last.T {
			t.Errorf("%s: half of the reference gives %+v, %v", loss, again, err)
		}
	}
}

// A rate that is far too large is a status, and says when; a large f counts clamped epochs.
func TestNetworkStatus(t *testing.T) {
	model := models.MLP{Hidden: 2, Dim: 1}
	pair := toy(1, 50, 20, 0, 1)
	o := networkOptions(3)
	o.Optimizer = "gd"
	for i := range o.Parameters {
		o.Parameters[i].Rate, o.Parameters[i].Clip = 1e308, 0
	}
	got, err := newFitter(t, model, losses.Default(), o).Fit(pair,
		model.Start(rand.New(rand.NewPCG(1, 1))), nil)
	if err != nil || got.Status != NonFinite || !strings.Contains(got.Reason, "at epoch ") {
		t.Errorf("%+v, %v", got, err)
	}
	start := model.Start(rand.New(rand.NewPCG(1, 1)))
	start[models.OutputBias][0] = 30
	got, err = newFitter(t, model, losses.Default(), networkOptions(2)).Fit(pair, start, nil)
	if err != nil || got.ClampedEpochs != 2 {
		t.Errorf("f = 30: %+v, %v", got, err)
	}
}

func TestOptionsRefuse(t *testing.T) {
	model := models.MLP{Hidden: 2, Dim: 1}
	for _, c := range []struct {
		change func(*FitOptions, *losses.Config)
		want   string
	}{
		{func(o *FitOptions, _ *losses.Config) { o.Optimizer = "sgd" }, `optimizer "sgd"`},
		{func(o *FitOptions, _ *losses.Config) { o.Optimizer = "newton" },
			"optimizer newton needs an ensemble"},
		{func(o *FitOptions, _ *losses.Config) { o.Engine = "magic" }, `engine "magic"`},
		{func(o *FitOptions, _ *losses.Config) { o.Engine = "fused" }, "needs an ensemble"},
		{func(o *FitOptions, _ *losses.Config) { o.Lead = true }, "needs an ensemble"},
		{func(o *FitOptions, _ *losses.Config) { o.Births.Every = 2 }, "needs an ensemble"},
		{func(o *FitOptions, _ *losses.Config) { o.Parameters[1].Unit = "sigma" },
			"units of sigma needs an ensemble"},
		{func(o *FitOptions, _ *losses.Config) { o.Sigma = func(int) float64 { return 1 } },
			"an annealed width needs an ensemble"},
		{func(o *FitOptions, _ *losses.Config) { o.Checkpoints = nil }, "at least one epoch"},
		{func(o *FitOptions, _ *losses.Config) { o.Checkpoints = []int{0} }, "counted from 1"},
		{func(o *FitOptions, _ *losses.Config) { o.Checkpoints = []int{5, 5} }, "ascending"},
		{func(o *FitOptions, _ *losses.Config) { o.Parameters[2].Rate = -1 }, "rate -1"},
		{func(o *FitOptions, _ *losses.Config) { o.Parameters[2].Clip = math.NaN() }, "clip NaN"},
		{func(o *FitOptions, _ *losses.Config) { o.Parameters[0].Unit = "miles" }, `"miles"`},
		{func(o *FitOptions, _ *losses.Config) { o.Parameters = o.Parameters[1:] },
			"the model has the parameters"},
		{func(o *FitOptions, _ *losses.Config) {
			o.Parameters = append(o.Parameters, o.Parameters[0])
		}, "the model has the parameters"},
		{func(_ *FitOptions, l *losses.Config) { l.Kind = "hinge" }, "hinge"},
	} {
		o, l := networkOptions(5), losses.Default()
		c.change(&o, &l)
		if _, err := NewFitter(model, l, o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
	if _, err := NewFitter(models.MLP{}, losses.Default(), networkOptions(5)); err == nil {
		t.Error("a network without units is accepted")
	}
	f := newFitter(t, model, losses.Default(), networkOptions(5))
	start := model.Start(rand.New(rand.NewPCG(1, 1)))
	if _, err := f.Fit(toy(1, 50, 20, 0, 2), start, nil); err == nil {
		t.Error("two columns for a network of one")
	}
	start[models.HiddenBiases] = []float64{1}
	if _, err := f.Fit(toy(1, 50, 20, 0, 1), start, nil); err == nil ||
		!strings.Contains(err.Error(), `1 values for parameter "hidden biases"; the model has 2`) {
		t.Errorf("one bias for two units: %v", err)
	}
	start = model.Start(rand.New(rand.NewPCG(1, 1)))
	start["momentum"] = nil
	if _, err := f.Fit(toy(1, 50, 20, 0, 1), start, nil); err == nil ||
		!strings.Contains(err.Error(), "momentum") {
		t.Errorf("a start with an unknown parameter: %v", err)
	}
	if _, err := f.Trace(toy(1, 50, 20, 0, 1), model.Start(rand.New(rand.NewPCG(1, 1))),
		nil); err == nil || !strings.Contains(err.Error(), "a trace needs an ensemble") {
		t.Errorf("the trace of a network: %v", err)
	}
}
