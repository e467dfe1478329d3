package results

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// began is when the stretches of the tests begin.
var began = time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC)

// again opens a run for appending, as a process with other versions does.
func again(t *testing.T, dir string, shard Shard, versions map[string]string) ([]VersionChange,
	Manifest) {
	t.Helper()
	s, err := CreateShard(dir, testManifest(), nil, shard)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	changes, err := s.BeginStretch(versions, began)
	if err != nil {
		t.Fatal(err)
	}
	return changes, s.Manifest()
}

// A process with other versions than those of the last toys of its shard begins a stretch. One with
// the same leaves the manifest as it is.
func TestBeginStretch(t *testing.T) {
	t.Parallel()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	for i := range 3 {
		if err := s.AppendToy(toy(Null, 0, i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	first, newer := testManifest().Versions, map[string]string{"go": "go1.27", "fused": "avx2"}
	before := snapshot(t, s.Dir())
	if changes, m := again(t, s.Dir(), Shard{}, first); len(changes) != 0 || m.Stretches != nil {
		t.Errorf("the same versions: changes %v, stretches %v", changes, m.Stretches)
	}
	if diff := cmp.Diff(before, snapshot(t, s.Dir())); diff != "" {
		t.Errorf("the same versions changed the folder:\n%s", diff)
	}

	changes, m := again(t, s.Dir(), Shard{}, newer)
	want := []VersionChange{{"fused", "unknown", "avx2"}, {"go", "go1.26", "go1.27"}}
	if diff := cmp.Diff(want, changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if text := changes[1].String(); text != "go is go1.27, not go1.26" {
		t.Errorf("a change in words: %s", text)
	}
	stretch := Stretch{"toys-0.jsonl", 3, newer, began}
	if diff := cmp.Diff([]Stretch{stretch}, m.Stretches); diff != "" {
		t.Errorf("stretches (-want +got):\n%s", diff)
	}
	if changes, m := again(t, s.Dir(), Shard{}, newer); len(changes) != 0 || len(m.Stretches) != 1 {
		t.Errorf("the newer versions again: changes %v, stretches %v", changes, m.Stretches)
	}
	// Another shard begins with the versions of the manifest, and going back is a stretch, too.
	other := Shard{Number: 2, Count: 2}
	if changes, _ := again(t, s.Dir(), other, first); len(changes) != 0 {
		t.Errorf("another shard: changes %v", changes)
	}
	changes, m = again(t, s.Dir(), Shard{}, first)
	if len(changes) != 2 || len(m.Stretches) != 2 || changes[1].Now != "go1.26" {
		t.Errorf("the first versions again: changes %v, stretches %v", changes, m.Stretches)
	}
	wantChanges := []VersionChange{{"go", "go1.26", "go1.27"}}
	if diff := cmp.Diff(wantChanges, m.VersionChanges()); diff != "" {
		t.Errorf("changes of the run (-want +got):\n%s", diff)
	}
	reader, err := Open(s.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, reader.Manifest()); diff != "" {
		t.Errorf("the manifest on disk (-want +got):\n%s", diff)
	}
}

// Processes that share a run do not undo what the others wrote into its manifest.
func TestManifestIsReadAgain(t *testing.T) {
	t.Parallel()
	first := create(t, filepath.Join(t.TempDir(), "run"))
	second, err := CreateShard(first.Dir(), testManifest(), nil, Shard{Number: 2, Count: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if err := first.AddInstructions("avx2"); err != nil {
		t.Fatal(err)
	}
	if err := second.AddInstructions("avx512"); err != nil {
		t.Fatal(err)
	}
	if err := first.SetFinished(began); err != nil {
		t.Fatal(err)
	}
	if got := first.Manifest().Versions["fused"]; got != "avx2, avx512" {
		t.Errorf("instructions %q", got)
	}
}

// The parts of a merged run keep their versions, however often and in which order they are merged.
func TestMergeVersions(t *testing.T) {
	t.Parallel()
	a := part(t, "a", nil, []Toy{toy(Null, 0, 0)})
	b := part(t, "b", func(m *Manifest) { m.Versions["go"], m.Started = "go1.27", began },
		[]Toy{toy(Null, 0, 1)})
	if _, err := b.BeginStretch(map[string]string{"go": "go1.28"}, began); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "merged")
	for _, sources := range [][]*Store{{a, b}, {b, a}, {b}} {
		s, err := Merge(dir, sources)
		if err != nil {
			t.Fatal(err)
		}
		want := []Stretch{{"", 0, map[string]string{"go": "go1.27"}, began},
			{"toys-0.jsonl", 1, map[string]string{"go": "go1.28"}, began}}
		if diff := cmp.Diff(want, s.Manifest().Stretches); diff != "" {
			t.Errorf("stretches (-want +got):\n%s", diff)
		}
	}
}
