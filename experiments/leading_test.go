package experiments

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"sparker/data"
	"sparker/train"
	"sparker/twosample"
)

// The leading kernel is the most significant excess at the scale at which it is most significant.
// Its truth is that of the injected rows, by their classes if the pair has labels.
func TestLeading(t *testing.T) {
	t.Parallel()
	pair := data.Pair{Data: data.Sample{X: []float64{0, 1, 2, 3, 9, 9.1, 9.2}, N: 7, D: 1},
		Reference: data.Sample{X: []float64{0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 9}, N: 13, D: 1},
		Weight:    1. / 3, Injected: 3}
	fit := twosample.Fit{SoftMax: true}
	fit.Status = train.OK
	for i, sigma := range []float64{50, 0.5, 0.01} {
		fit.Checkpoints = append(fit.Checkpoints, train.Checkpoint{
			Scale: train.Scale{Epoch: i + 1, Sigma: sigma}, Centroids: []float64{1, 9},
			Coefficients: []float64{-1, 2},
		})
	}
	l, err := leading(pair, fit)
	if err != nil {
		t.Fatal(err)
	}
	if l.Sigma != 0.5 || l.Z <= 0 || l.Classes != 1 || l.Purity < 0.99 || l.Efficiency < 0.9 {
		t.Errorf("%+v", l)
	}
	pair.Labels = []string{"known", "", "", "", "a", "", "b"}
	want := []string{"", "", "", "", "a", "injected", "b"}
	if got := injectedLabels(pair); !reflect.DeepEqual(got, want) {
		t.Errorf("labels %q, want %q", got, want)
	}
	if l, err = leading(pair, fit); err != nil || l.Classes != 3 {
		t.Errorf("%+v, %v", l, err)
	}
	for i := range fit.Checkpoints {
		fit.Checkpoints[i].Coefficients = []float64{-1, -2}
	}
	if l, err = leading(pair, fit); err != nil || l.Z != 0 || l.Sigma != 50 || l.Purity != 0 {
		t.Errorf("without an excess: %+v, %v", l, err)
	}
}

func TestAbsoluteImages(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	there := filepath.Join(dir, "a.png")
	if err := os.WriteFile(there, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	missing, err := filepath.Abs("nowhere.png")
	if err != nil {
		t.Fatal(err)
	}
	const url = "https://example.org/a.png"
	paths, warnings, err := absoluteImages([]string{there, "", url, "nowhere.png", dir})
	if want := []string{there, "", url, missing, dir}; err != nil ||
		!reflect.DeepEqual(paths, want) {
		t.Errorf("%q, %v; want %q", paths, err, want)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0], "2 of the 3 image files are missing, "+
		"such as nowhere.png") {
		t.Errorf("warnings %q", warnings)
	}
	if paths, warnings, err = absoluteImages(nil); paths != nil || warnings != nil || err != nil {
		t.Errorf("no images: %q, %q, %v", paths, warnings, err)
	}
}
