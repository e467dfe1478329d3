package results

import (
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// part is a run folder with some toys and fits.
func part(t *testing.T, name string, change func(*Manifest), toys []Toy, fits ...FitRecord) *Store {
	t.Helper()
	m := testManifest()
	if change != nil {
		change(&m)
	}
	s, err := Create(filepath.Join(t.TempDir(), name), m, []byte(m.Config))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range toys {
		if err := s.AppendToy(x); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range fits {
		if err := s.WriteFit(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}

// Parts merge into the toys and fits of the whole run, in any order and however often.
func TestMerge(t *testing.T) {
	t.Parallel()
	all := []Toy{toy(Null, 0, 0), toy(Null, 0, 1), toy(Alternative, 8, 0),
		{Key: "n2", Hypothesis: Null, T: []float64{1}, Status: StatusOK}}
	earlier := testManifest().Started.Add(-time.Hour)
	a := part(t, "a", func(m *Manifest) { m.Versions["fused"] = "avx2" }, []Toy{all[3], all[1]},
		fit(Null, 0, 1))
	b := part(t, "b", func(m *Manifest) { m.Started, m.Versions["fused"] = earlier, "avx512" },
		[]Toy{all[2], all[0], all[1]}, fit(Null, 0, 1), fit(Alternative, 8, 0))
	dir := filepath.Join(t.TempDir(), "merged")
	var want map[string]string
	for i, sources := range [][]*Store{{a, b}, {b, a}, {a}, {a, a, b}} {
		s, err := Merge(dir, sources)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Toys()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(all, got); diff != "" {
			t.Errorf("merge %d: toys (-want +got):\n%s", i, diff)
		}
		files := snapshot(t, dir)
		if want == nil {
			want = files
		}
		if diff := cmp.Diff(want, files); diff != "" {
			t.Errorf("merge %d changed the folder:\n%s", i, diff)
		}
		if fits, err := s.Fits(); err != nil || len(fits) != 2 {
			t.Errorf("merge %d: %d fits, %v", i, len(fits), err)
		}
		if v := s.Manifest().Versions["fused"]; v != "avx2, avx512" {
			t.Errorf("merge %d: instructions %q", i, v)
		}
		if !s.Manifest().Started.Equal(earlier) {
			t.Errorf("merge %d: started %v", i, s.Manifest().Started)
		}
	}
}

// Folders that contradict one another are refused by name, and nothing is written.
func TestMergeRefuses(t *testing.T) {
	t.Parallel()
	whole := part(t, "whole", nil, []Toy{toy(Null, 0, 0), toy(Alternative, 8, 3)}, fit(Null, 0, 0))
	other := toy(Alternative, 8, 3)
	other.T[0] = math.Nextafter(other.T[0], 0)
	changed := fit(Null, 0, 0)
	changed.Coefficients[0]++
	for name, c := range map[string]struct {
		store *Store
		parts []string
	}{
		"toy": {part(t, "toy", nil, []Toy{other}), []string{"alternative toy 3 at N_S = 8",
			"cell 1", "toys-0.jsonl:1"}},
		"fit": {part(t, "fit", nil, nil, changed), []string{"c-null-0-0.json"}},
		"digest": {part(t, "digest", func(m *Manifest) { m.Digest = "d2" }, nil),
			[]string{"different configs", "d1", "d2"}},
		"scales": {part(t, "scales", func(m *Manifest) { m.Cells[0].Scales[1].Sigma = 0.06 }, nil),
			[]string{"widths or scales"}},
		"inputs": {part(
			t, "inputs", func(m *Manifest) { m.Inputs = map[string]string{"mu0.npy": "ab"} }, nil),
			[]string{"input files"}},
	} {
		dir := filepath.Join(t.TempDir(), "merged")
		_, err := Merge(dir, []*Store{whole, c.store})
		wantError(t, err, c.parts...)
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s: a refused merge made the folder", name)
		}
		if _, err := Merge(whole.Dir(), []*Store{c.store}); err == nil {
			t.Errorf("%s: merged into the whole run", name)
		}
	}
	_, err := Merge(t.TempDir(), nil)
	wantError(t, err, "nothing to merge")
}
