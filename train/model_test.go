package train

import (
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sparker/losses"
	"sparker/models"
)

// networkOptions returns options that clip the weights of a network, but not its biases.
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

// A network trains under every loss. On data with a signal t rises well above 0, weights stay
// within the clip, and the fit gives the same bits whatever its fitter fitted before.
func TestNetwork(t *testing.T) {
	t.Parallel()
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
		// half of the reference rows with twice the weight are another sample with another t
		reduced := pair
		reduced.Reference.N, reduced.Reference.X = 200, pair.Reference.X[:200]
		reduced.Weight *= 2
		again, err := f.Fit(reduced, start, nil)
		if err != nil || again.Checkpoints[1].T == last.T {
			t.Errorf("%s: half of the reference gives %+v, %v", loss, again, err)
		}
	}
}

// A rate that is far too large gives a status with the epoch. Epochs with a large f are counted as
// clamped.
func TestNetworkStatus(t *testing.T) {
	t.Parallel()
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
