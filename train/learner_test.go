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

func networkSettings(epochs ...int) LearnerSettings {
	weights, biases := Group{Rate: 0.02, Clip: 5}, Group{Rate: 0.02}
	return LearnerSettings{Optimizer: "adam", Epochs: epochs, Groups: map[string]Group{
		models.HiddenWeights: weights, models.HiddenBiases: biases, models.OutputWeights: weights,
		models.OutputBias: biases,
	}}
}

func learner(t *testing.T, m models.Model, l losses.Config, s LearnerSettings) *Learner {
	t.Helper()
	f, err := NewLearner(m, l, s)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// An ensemble of fixed width is the same fit for a learner as for the fitter's composed engine, to
// the bit.
func TestLearnerEqualsFitter(t *testing.T) {
	for _, loss := range losses.Kinds {
		for _, softmax := range []bool{true, false} {
			s := small("composed")
			s.loss.Kind, s.loss.L2, s.model.SoftMax = loss, 0.01, softmax
			s.config.Width.Schedule, s.widths = "fixed", Widths{0.7, 0.7}
			s.config.Checkpoints = Checkpoints{Count: 3, Spacing: "epoch"}
			s.config.Clip, s.config.LearningRate.Centroids = 0.5, 0.02
			pair := toy(1, 400, 80, 5, 1)
			start := []float64{0.1, 0.5, 1, 3, 6.4}
			want := fit(t, s.fitter(t), pair, start, false)
			model, err := models.NewEnsemble(s.model, 1)
			if err != nil {
				t.Fatal(err)
			}
			f := learner(t, model, s.loss, LearnerSettings{
				Optimizer: "adam", Epochs: []int{20, 40, 60},
				Scalars: map[string]float64{models.Sigma: 0.7},
				Groups: map[string]Group{models.Centroids: {Rate: 0.02},
					models.Coefficients: {Rate: 0.05, Clip: 0.5}},
			})
			got, err := f.Fit(pair, map[string][]float64{models.Centroids: start,
				models.Coefficients: make([]float64, 5)})
			if err != nil || got.Status != OK || len(got.Checkpoints) != 3 {
				t.Fatalf("%+v, %v", got, err)
			}
			for i, c := range got.Checkpoints {
				w := want.Checkpoints[i]
				if c.Epoch != w.Epoch || c.T != w.T || !slices.Equal(c.Parameters[models.Centroids],
					w.Centroids) || !slices.Equal(c.Parameters[models.Coefficients],
					w.Coefficients) {
					t.Errorf("%s, softmax %v: %+v, the fitter has %+v", loss, softmax, c, w)
				}
			}
		}
	}
}

// A network trains under every loss: t rises well above 0 on data with a signal, weights keep
// within the clip, biases need not, and the fit has the same bits whatever the learner did before.
func TestLearnerFitsANetwork(t *testing.T) {
	model := models.MLP{Hidden: 4, Dim: 1}
	pair, other := toy(1, 400, 80, 12, 1), toy(2, 500, 140, 0, 1)
	for _, loss := range losses.Kinds {
		s := networkSettings(500, 1500)
		f := learner(t, model, losses.Config{Kind: loss}, s)
		start := model.Start(rand.New(rand.NewPCG(1, 1)))
		kept := maps.Clone(start)
		got, err := f.Fit(pair, start)
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
		if _, err := f.Fit(other, start); err != nil {
			t.Fatal(err)
		}
		if again, err := f.Fit(pair, start); err != nil || !reflect.DeepEqual(again, got) {
			t.Errorf("%s: after another pair %+v, fresh %+v (%v)", loss, again, got, err)
		}
		// half as many reference rows of twice the weight are another sample, so another t
		reduced := pair
		reduced.Reference.N, reduced.Reference.X = 200, pair.Reference.X[:200]
		reduced.Weight *= 2
		if again, err := f.Fit(reduced, start); err != nil || again.Checkpoints[1].T == last.T {
			t.Errorf("%s: half of the reference gives %+v, %v", loss, again, err)
		}
	}
}

// A rate that is far too large is a status, and says when; a large f counts clamped epochs.
func TestLearnerOutcomes(t *testing.T) {
	model := models.MLP{Hidden: 2, Dim: 1}
	pair := toy(1, 50, 20, 0, 1)
	s := networkSettings(3)
	s.Optimizer = "gd"
	for name, g := range s.Groups {
		g.Rate, g.Clip = 1e308, 0
		s.Groups[name] = g
	}
	got, err := learner(t, model, losses.Default(), s).Fit(pair,
		model.Start(rand.New(rand.NewPCG(1, 1))))
	if err != nil || got.Status != NonFinite || !strings.Contains(got.Reason, "at epoch ") {
		t.Errorf("%+v, %v", got, err)
	}
	start := model.Start(rand.New(rand.NewPCG(1, 1)))
	start[models.OutputBias][0] = 30
	got, err = learner(t, model, losses.Default(), networkSettings(2)).Fit(pair, start)
	if err != nil || got.ClampedEpochs != 2 {
		t.Errorf("f = 30: %+v, %v", got, err)
	}
}

func TestLearnerRefuses(t *testing.T) {
	model := models.MLP{Hidden: 2, Dim: 1}
	for _, c := range []struct {
		change func(*LearnerSettings, *losses.Config)
		want   string
	}{
		{func(s *LearnerSettings, _ *losses.Config) { s.Optimizer = "newton" },
			`optimizer "newton"`},
		{func(s *LearnerSettings, _ *losses.Config) { s.Epochs = nil }, "without an epoch"},
		{func(s *LearnerSettings, _ *losses.Config) { s.Epochs = []int{0} }, "counted from 1"},
		{func(s *LearnerSettings, _ *losses.Config) { s.Epochs = []int{5, 5} }, "ascending"},
		{func(s *LearnerSettings, _ *losses.Config) {
			s.Groups[models.OutputBias] = Group{
				Rate: -1}
		}, "rate -1"},
		{func(s *LearnerSettings, _ *losses.Config) {
			s.Groups[models.OutputBias] = Group{Rate: 1, Clip: math.NaN()}
		}, "clip NaN"},
		{func(s *LearnerSettings, _ *losses.Config) { delete(s.Groups, models.OutputBias) },
			"the model has the parameters"},
		{func(_ *LearnerSettings, l *losses.Config) { l.Kind = "hinge" }, "hinge"},
	} {
		s, l := networkSettings(5), losses.Default()
		c.change(&s, &l)
		if _, err := NewLearner(model, l, s); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
	if _, err := NewLearner(models.MLP{}, losses.Default(), networkSettings(5)); err == nil {
		t.Error("a network without units is accepted")
	}
	f := learner(t, model, losses.Default(), networkSettings(5))
	start := model.Start(rand.New(rand.NewPCG(1, 1)))
	if _, err := f.Fit(toy(1, 50, 20, 0, 2), start); err == nil {
		t.Error("two columns for a network of one")
	}
	start[models.HiddenBiases] = []float64{1}
	if _, err := f.Fit(toy(1, 50, 20, 0, 1), start); err == nil ||
		!strings.Contains(
			err.Error(), `1 values to start parameter "hidden biases" from; it has 2`) {
		t.Errorf("one bias for two units: %v", err)
	}
}
