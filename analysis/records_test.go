package analysis

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sparker/configs"
	"sparker/results"
)

// olderRun stores a run without checksums, as earlier versions did, and returns its folder.
func olderRun(t *testing.T) string {
	t.Helper()
	sweep, err := configs.LoadSweepBytes("older.yaml", []byte("name: older\n"+
		"data: {reference: 100, expected: 20}\ntoys: {null: 19, alternative: 2, signal: [5]}\n"+
		"sweep: {grid: {test.alpha: [0.05, 0.2]}}\n"), configs.Changes{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := sweep.YAML()
	if err != nil {
		t.Fatal(err)
	}
	digest, err := sweep.Digest()
	if err != nil {
		t.Fatal(err)
	}
	m := results.Manifest{Name: "older", Digest: digest, Config: string(text),
		Axes: []results.AxisRecord{{Name: "test.alpha", Labels: []string{"0.05", "0.2"}}}}
	for _, c := range sweep.Cells {
		text, err := c.Experiment.YAML()
		if err != nil {
			t.Fatal(err)
		}
		m.Cells = append(m.Cells, results.CellRecord{Config: string(text), NullKey: "n",
			Arms:           []results.ArmRecord{results.ArmRecord(c.Arms[0])},
			AlternativeKey: "a", Scales: []results.ScaleRecord{{Epoch: 1, Sigma: 1}}})
	}
	store, err := results.Create(filepath.Join(t.TempDir(), "run"), m, text)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 19 {
		err = errors.Join(err, store.AppendToy(results.Toy{Key: "n", Hypothesis: results.Null,
			Index: i, T: []float64{float64(i)}, Status: results.StatusOK}))
	}
	if err := errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
	unseal(t, store.ManifestFile(), ",\n  \"checksum\"", "\n}\n")
	unseal(t, filepath.Join(store.Dir(), "toys", "toys-0.jsonl"), `,"checksum"`, "}\n")
	return store.Dir()
}

// unseal cuts the checksums of a file off.
func unseal(t *testing.T, path, key, closing string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for rest := string(text); rest != ""; {
		body, after, _ := strings.Cut(rest, key)
		all.WriteString(body + closing)
		_, rest, _ = strings.Cut(after, "}\n")
	}
	if err := os.WriteFile(path, []byte(all.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// evaluate opens the run of a folder.
func evaluate(dir string) (*Evaluation, error) {
	store, err := results.Open(dir)
	if err != nil {
		return nil, err
	}
	return Open(store)
}

// A run of an earlier version is summarized, and its summary counts what has no checksum.
func TestOlderRun(t *testing.T) {
	t.Parallel()
	v, err := evaluate(olderRun(t))
	if err != nil {
		t.Fatal(err)
	}
	summary, err := v.Summary()
	if err != nil {
		t.Fatal(err)
	}
	const want = "the manifest and 19 of 19 toys"
	if !slices.ContainsFunc(summary.Warnings, func(w string) bool {
		return strings.Contains(w, "without a checksum") && strings.HasSuffix(w, want)
	}) {
		t.Errorf("warnings %q, want one that ends in %q", summary.Warnings, want)
	}
}

// A manifest without a checksum is held against its own digest: another size, cells that changed
// places, or a cell that is missing are not believed.
func TestManifestAgainstItsDigest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ old, with, part string }{
		{"alpha: 0.05", "alpha: 0.01", "digest"},
		{"  alpha: 0.2", "  alpha: 0.1", "cell 2 is not that of its config"},
		{`"label": "0.05"`, `"label": "0.2"`, "cell 1 is not that of its config"},
		{`"digest": "`, `"digest": "0`, "digest"},
	} {
		dir := olderRun(t)
		path := filepath.Join(dir, "manifest.json")
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), c.old) {
			t.Fatalf("there is no %q in\n%s", c.old, text)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), c.old, c.with, 1)),
			0o644); err != nil {
			t.Fatal(err)
		}
		_, err = evaluate(dir)
		var damage *results.DamageError
		if !errors.As(err, &damage) || damage.Path != path ||
			!strings.Contains(err.Error(), c.part) {
			t.Errorf("%q for %q: error %v, want one with %q", c.with, c.old, err, c.part)
		}
	}
}

// Parts of a run that other versions made are named in its summary.
func TestVersionsOfStretches(t *testing.T) {
	t.Parallel()
	m := results.Manifest{Versions: map[string]string{"go": "go1.26", "sparker": "v1"},
		Stretches: []results.Stretch{
			{Versions: map[string]string{"go": "go1.27", "sparker": "v1"}},
			{Versions: map[string]string{"go": "go1.27", "sparker": "v2"}}}}
	const want = "parts of the run were made by other versions, which may round differently (go " +
		"is go1.27, not go1.26; sparker is v2, not v1)"
	if got := runWarnings(m, results.Summary{}); !slices.Contains(got, want) {
		t.Errorf("warnings %q, want %q", got, want)
	}
	m.Stretches = nil
	if got := runWarnings(m, results.Summary{}); len(got) != 0 {
		t.Errorf("warnings %q of a run of one version", got)
	}
}
