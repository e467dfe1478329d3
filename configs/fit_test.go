package configs

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFitDefaults(t *testing.T) {
	t.Parallel()
	e := Defaults()
	want := FitConfig{Seed: 1,
		Data:  FitDataConfig{Standardize: "reference", Counting: "shape"},
		Model: e.Model, Loss: e.Loss, Train: e.Train}
	got, err := LoadFit(nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFitOverrides(t *testing.T) {
	t.Parallel()
	f, err := LoadFit([]string{"data.standardize=none", "loss.kind=mse",
		"train.width={start: 4, end: 0.2}", "model.softmax=false", "data.counting=extended",
		"data.expected=250", "seed=3"})
	if err != nil {
		t.Fatal(err)
	}
	if f.Data.Standardize != "none" || f.Loss.Kind != "mse" || f.Train.Width.Start != 4 ||
		f.Train.Width.End != 0.2 || f.Model.SoftMax || f.Seed != 3 || f.Data.Expected != 250 {
		t.Errorf("got %+v", f)
	}
	if f.Train.Width.Schedule != Defaults().Train.Width.Schedule {
		t.Errorf("schedule %q is not the default", f.Train.Width.Schedule)
	}
}

func TestWrongFitOverrides(t *testing.T) {
	t.Parallel()
	_, err := LoadFit([]string{"toys.null=5", "data.reference=4", "data.expected=4",
		"data.standarize=none", "data.standardize=columns", "model.kernels=0", "kind=mse"})
	compareProblems(t, err, `command line: toys.null: belongs to an experiment and has no effect on
    a single fit
command line: data.reference: belongs to an experiment and has no effect on a single fit
command line: data.standarize: unknown key, did you mean "data.standardize"? allowed here:
    standardize, counting, expected
command line: kind: unknown key, did you mean "model.kind"? allowed here: seed, data, model, loss,
    train, preset
command line: data.standardize: is "columns"; ...
command line: data.expected: applies to data.counting=extended only
command line: model.kernels: ...`)
}

func TestFitCounting(t *testing.T) {
	t.Parallel()
	_, err := LoadFit([]string{"data.counting=extended"})
	compareProblems(t, err, `command line: data.expected: is 0; extended counting needs the
    expected number of events, a finite number above 0 (not set)`)
	_, err = LoadFit([]string{"data.counting=rate"})
	compareProblems(t, err, `command line: data.counting: is "rate"; ...`)
}
