package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"sparker/losses"
	"sparker/models"
)

// Recipes without a meaning are refused.
func TestRecipesRefuse(t *testing.T) {
	t.Parallel()
	for i, change := range []func(*setup){
		func(s *setup) { s.config.Optimizer, s.loss.Kind = "newton", "bce" },
		func(s *setup) { s.config.Births.Every, s.loss.Kind = 5, "mse" },
		func(s *setup) { s.config.Births.Every, s.model.Centroids = 5, "frozen" },
		func(s *setup) { s.config.Births.Every = -1 },
		func(s *setup) { s.config.Births.Candidates = 0 },
		func(s *setup) { s.config.LearningRate.Unit = "metres" },
	} {
		s := small("fused")
		change(&s)
		if _, err := s.newFitter(nil); err == nil {
			t.Errorf("recipe %d is taken: %s", i, fmt.Sprint(s.config))
		}
	}
}

// Options that are written out for an ensemble of fixed width give the same fit as those of its
// config, to the bit, although the parameters step in another order.
func TestWrittenOptions(t *testing.T) {
	t.Parallel()
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

func TestOptionsRefuse(t *testing.T) {
	t.Parallel()
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
}

// A start or a pair that does not suit the model is refused, as is the trace of a network.
func TestFitRefusesStart(t *testing.T) {
	t.Parallel()
	model := models.MLP{Hidden: 2, Dim: 1}
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
	s := small("fused")
	s.config.Births.Every = 5
	ensemble := s.fitter(t)
	if _, err := ensemble.Fit(toy(1, 50, 20, 0, 1), startAt(ensemble, make([]float64, 5)),
		nil); err == nil || !strings.Contains(err.Error(), "need a random stream") {
		t.Errorf("births without a stream: %v", err)
	}
}
