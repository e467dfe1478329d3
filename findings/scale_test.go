package findings

import (
	"testing"

	"sparker/data"
	"sparker/train"
	"sparker/twosample"
)

// Without null toys, the scale of the largest t is read.
func TestFindChoosesTheScale(t *testing.T) {
	t.Parallel()
	fit := made(3, []float64{1}, 0)
	for _, c := range []train.Checkpoint{{Scale: train.Scale{Epoch: 8, Sigma: 2}, T: 9},
		{Scale: train.Scale{Epoch: 9, Sigma: 1}, T: 8}} {
		c.Centroids, c.Coefficients = []float64{0}, []float64{1}
		fit.Checkpoints = append(fit.Checkpoints, c)
	}
	pair := data.Pair{Data: sampleOf(1, 0, 1), Reference: sampleOf(1, 0, 1, 2), Weight: 1}
	if f := find(t, pair, fit, FindOptions{}); f.Checkpoint != 2 || f.Sigma != 2 || f.T != 9 ||
		len(f.History) != 3 {
		t.Errorf("%+v", f)
	}
	fit.Checkpoints[0].T, fit.Checkpoints[1].T, fit.Checkpoints[2].T = -3, -1, -2
	if f := find(t, pair, fit, FindOptions{}); f.Checkpoint != 2 {
		t.Errorf("checkpoint %d", f.Checkpoint)
	}
	if f := find(t, pair, fit, FindOptions{Checkpoint: 3}); f.Sigma != 1 {
		t.Errorf("sigma %v", f.Sigma)
	}
}

// With null toys, the scale of the smallest p-value is read, and of several the one that is the
// most standard deviations above the mean. Scales of a second statistic have the same checkpoints.
func TestMostTelling(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		scales []ScaleEvidence
		want   int
	}{
		{"one", make([]ScaleEvidence, 1), 0},
		{"smallest p", []ScaleEvidence{{P: 0.5}, {P: 0.1}, {P: 0.2, T: 9}}, 1},
		{"equal p", []ScaleEvidence{{P: 0.1, T: 5, NullMean: 1, NullSD: 2},
			{P: 0.1, T: 4, NullMean: 1, NullSD: 1},
			{P: 0.1, T: 9, NullMean: 1, NullSD: 4}}, 1},
		{"equal toys", []ScaleEvidence{{P: 0.1, T: 5, NullMean: 1, NullSD: 2},
			{P: 0.1, T: 4, NullMean: 1}}, 1},
		{"nothing between them", []ScaleEvidence{{P: 1}, {P: 1}}, 0},
	} {
		if got := MostTelling(c.scales); got != c.want {
			t.Errorf("%s: scale %d, want %d", c.name, got, c.want)
		}
	}
	fit := made(3, []float64{1}, 0)
	fit.Checkpoints = append(fit.Checkpoints, fit.Checkpoints[0])
	pair := data.Pair{Data: sampleOf(1, 0, 1), Reference: sampleOf(1, 0, 1, 2), Weight: 1}
	second := []ScaleEvidence{{P: 0.5}, {P: 0.5}, {P: 0.5}, {P: 0.1}}
	if f := find(t, pair, fit, FindOptions{Scales: second}); f.Checkpoint != 2 {
		t.Errorf("checkpoint %d", f.Checkpoint)
	}
	if f := find(t, pair, fit, FindOptions{Scales: second, Checkpoint: 1}); f.Checkpoint != 1 {
		t.Errorf("checkpoint %d", f.Checkpoint)
	}
}

// FindExcess reads the scale of the most significant excess, and not that of a deficit or of the
// largest t.
func TestFindExcess(t *testing.T) {
	t.Parallel()
	pair := data.Pair{Data: sampleOf(1, 0, 0.1, 0.2, 0.3, 8), Weight: 0.1,
		Reference: sampleOf(1, -3, -2, -1, 0, 1, 2, 3, 20, 20, 20, 20, 20, 20, 20, 20, 20)}
	fit := made(9, []float64{1, -1}, 0.15, 20)
	for i, sigma := range []float64{0.2, 0.01} {
		c := fit.Checkpoints[0]
		c.Scale, c.T = train.Scale{Epoch: 8 + i, Sigma: sigma}, float64(-i)
		fit.Checkpoints = append(fit.Checkpoints, c)
	}
	read := func(fit twosample.Fit) Findings {
		f, err := FindExcess(pair, fit, FindOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	f := read(fit)
	if f.Checkpoint != 2 || f.Sigma != 0.2 {
		t.Errorf("checkpoint %d of sigma %v", f.Checkpoint, f.Sigma)
	}
	if list := f.Excesses(); len(list) != 1 || list[0].Kernel != 0 || !list[0].IsExcess() {
		t.Errorf("excesses %+v", list)
	}
	for i := range fit.Checkpoints {
		fit.Checkpoints[i].Coefficients = []float64{-1, -1}
	}
	if f := read(fit); f.Checkpoint != 1 || len(f.Excesses()) != 0 {
		t.Errorf("without an excess: checkpoint %d, excesses %+v", f.Checkpoint, f.Excesses())
	}
}
