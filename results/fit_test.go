package results

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func fit(hypothesis string, signal float64, index int) FitRecord {
	return FitRecord{
		Schema: FitSchema, Statistics: []CheckpointRecord{{Epoch: 20, Sigma: 3, T: 7.4}},
		Centroids: [][]float64{{6.4}}, Coefficients: []float64{2},
		Status: StatusOK, Key: "c", Hypothesis: hypothesis, Signal: signal, Index: index,
		Injected: 8, Weight: 0.1,
		Trace: &Trace{Epoch: []int{1}, Sigma: []float64{3}, Loss: []float64{-2}},
	}
}

func TestFits(t *testing.T) {
	t.Parallel()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	want := []FitRecord{fit(Null, 0, 0), fit(Null, 0, 10), fit(Alternative, 2.5, 1),
		fit(Alternative, 10, 0)}
	for _, i := range []int{3, 1, 0, 2, 2} {
		if err := s.WriteFit(want[i]); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Fits()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fits (-want +got):\n%s", diff)
	}
	files := snapshot(t, filepath.Join(s.Dir(), "fits"))
	for _, name := range []string{"c-null-0-0.json", "c-null-0-10.json", "c-alternative-2.5-1.json",
		"c-alternative-10-0.json"} {
		if _, ok := files[name]; !ok {
			t.Errorf("no file fits/%s", name)
		}
	}
	if len(files) != 4 {
		t.Errorf("%d files in fits/, want 4", len(files))
	}
}

func TestWriteFitRefuses(t *testing.T) {
	t.Parallel()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	for _, f := range []FitRecord{fit("", 0, 0), fit("../null", 0, 0),
		fit(Alternative, math.Inf(1), 0),
		fit(Null, 0, -1)} {
		wantError(t, s.WriteFit(f), "names no toy")
	}
	bad := fit(Null, 0, 0)
	bad.Trace.Loss[0] = math.NaN()
	wantError(t, s.WriteFit(bad), "c-null-0-0.json", "NaN")
	if files := snapshot(t, filepath.Join(s.Dir(), "fits")); len(files) != 0 {
		t.Errorf("refused fits left files: %v", files)
	}
}

func TestFitsBroken(t *testing.T) {
	t.Parallel()
	for _, content := range []string{`{"schema": "sparker/fit/1", `, `{"schema": "sparker/fit/99"}`,
		`{"schema": "sparker/fit/1"} x`} {
		s := create(t, filepath.Join(t.TempDir(), "run"))
		path := filepath.Join(s.Dir(), "fits", "c-null-0-0.json")
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := s.Fits()
		wantError(t, err, path)
	}
}

// A damaged fit is named and left out; the others are read.
func TestFitsDamaged(t *testing.T) {
	t.Parallel()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	good, bad := fit(Null, 0, 0), fit(Null, 0, 1)
	for _, f := range []FitRecord{good, bad} {
		if err := s.WriteFit(f); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(s.Dir(), "fits", "c-null-0-1.json")
	whole := snapshot(t, s.Dir())["fits/c-null-0-1.json"]
	for _, c := range []struct{ old, with, part string }{
		{`"coefficients": [
    2
  ]`, `"coefficients": [
    2, 3
  ]`, "2 coefficients for 1 centroids"},
		{`"index": 1`, `"index": 2`, "the fit of another toy, c-null-0-2.json"},
		{`"status"`, `"stauts"`, "unknown key, stauts"},
		{`"loss": [
      -2
    ]`, `"loss": [
      -2, 1
    ]`, "2 entries for 1 epochs"},
		{`"min_distance"`, `"data_share": [[1, 2]], "reference_share": [[1]], "min_distance"`,
			"counts of 1 kernels for 2 kernels"},
		{`"min_distance"`, `"data_in_sphere": [[1], [1]], "min_distance"`,
			"2 entries for 1 epochs"},
		{whole[len(whole)/2:], "", "unexpected end"},
		{whole, "", "unexpected end"},
	} {
		if err := os.WriteFile(path, []byte(changed(t, whole, c.old, c.with)), 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := s.Fits()
		wantDamage(t, err, path, c.part)
		if diff := cmp.Diff([]FitRecord{good}, got); diff != "" {
			t.Errorf("the other fits (-want +got):\n%s", diff)
		}
		if s.HasFit(bad.ID()) || !s.HasFit(good.ID()) || s.HasFit(fit(Null, 0, 9).ID()) {
			t.Errorf("%s: the fit that is stored and whole is not told from the others", c.part)
		}
	}
	// A part of the run that has the fit whole mends the merged run.
	other := part(t, "other", nil, nil, bad)
	for _, sources := range [][]*Store{{s, other}, {other, s}} {
		merged, err := Merge(filepath.Join(t.TempDir(), "merged"), sources)
		if err != nil {
			t.Fatal(err)
		}
		if fits, err := merged.Fits(); err != nil || len(fits) != 2 {
			t.Errorf("%d fits (%v), want 2", len(fits), err)
		}
	}
}

// Fits are read while another one is being written.
func TestFitsSkipTemporary(t *testing.T) {
	t.Parallel()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	if err := os.WriteFile(filepath.Join(s.Dir(), "fits", temporaryPrefix+"1-0.json"), []byte("{"),
		0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Fits(); err != nil || len(got) != 0 {
		t.Errorf("fits: %v, %v; want none", got, err)
	}
}
