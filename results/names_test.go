package results

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A run without axes has no folders for its cells.
func TestNamesInARunFolder(t *testing.T) {
	t.Parallel()
	toy := ToyID{Hypothesis: Alternative, Signal: 7.5, Index: 3}
	one := &Store{dir: "run"}
	sweep := &Store{dir: "run", manifest: Manifest{Axes: []AxisRecord{{Name: "loss.kind"}}}}
	for _, c := range []struct{ got, want string }{
		{one.ManifestFile(), "run/manifest.json"},
		{one.ReportFile(), "run/report.md"},
		{one.PageFile(), "run/report.html"},
		{one.ConfigFile(), "run/config.yaml"},
		{one.FiguresDir(), "run/figures"},
		{one.ReplayDir(1, toy), "run/replay/alternative-7.5-3"},
		{one.Manifest().CellFolder(1), "."},
		{sweep.ReplayDir(2, toy), "run/replay/cell-2-alternative-7.5-3"},
		{sweep.Manifest().CellFolder(2), "cell-2"},
		{FitFile("here"), "here/fit.json"},
		{Manifest{Name: "exp1d", Digest: "0123456789abcdef"}.FolderName(), "exp1d-01234567"},
		{Manifest{Name: "exp1d", Digest: "0123"}.FolderName(), "exp1d-0123"},
		{Shard{}.FileName(), "toys-0.jsonl"},
		{Shard{Number: 1, Count: 1}.FileName(), "toys-0.jsonl"},
		{Shard{Number: 3, Count: 4}.FileName(), "toys-3-of-4.jsonl"},
		{Shard{Number: 1, Count: 1, Host: "n1"}.FileName(), "toys-1-of-1-n1.jsonl"},
		{Shard{Number: 3, Count: 4, Host: "node-7.cluster"}.FileName(),
			"toys-3-of-4-node-7.cluster.jsonl"},
		{Shard{Number: 3, Count: 4, Host: "../a b/ü@"}.FileName(),
			"toys-3-of-4-..-a-b----.jsonl"},
		{Shard{Number: 3, Count: 4, Host: strings.Repeat("x", 300)}.FileName(),
			"toys-3-of-4-" + strings.Repeat("x", 64) + ".jsonl"},
	} {
		if filepath.ToSlash(c.got) != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
}

func TestIsRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := create(t, filepath.Join(dir, "run"))
	if !IsRun(s.dir) || IsRun(dir) || IsRun(filepath.Join(dir, "none")) {
		t.Errorf("IsRun: %v, %v", IsRun(s.dir), IsRun(dir))
	}
	for path, want := range map[string]bool{"figures": true, "report.html": true, "report.md": true,
		"replay": true, "toys": false, "summary.json": false, "fits": false, ".": false} {
		if got := IsDerived(path); got != want {
			t.Errorf("IsDerived(%q) = %v", path, got)
		}
	}
}

// The names of the files of parts tell their shards. Other names do not.
func TestShardNames(t *testing.T) {
	t.Parallel()
	for _, s := range []Shard{{1, 2, ""}, {2, 2, "node7"}, {17, 256, "a-b.c_d"}, {1, 1, "n-of-2"}} {
		if got, ok := parseShardName(s.FileName()); !ok || got != s {
			t.Errorf("%s is %+v, %v; want %+v", s.FileName(), got, ok, s)
		}
	}
	for _, name := range []string{"toys-0.jsonl", "toys-3-of-2.jsonl", "toys-0-of-2.jsonl",
		"toys-1-of-0.jsonl", "toys-1-of-2.json", "more-toys-1-of-2.jsonl", "toys-1-of-2x.jsonl",
		"toys-1-of-99999999999999999999.jsonl"} {
		if got, ok := parseShardName(name); ok {
			t.Errorf("%s is %+v", name, got)
		}
	}
}

func TestIsUnbegun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if !IsUnbegun(dir) || IsUnbegun(filepath.Join(dir, "none")) {
		t.Error("an empty folder is not unbegun, or one that does not exist is")
	}
	if err := os.WriteFile(filepath.Join(dir, temporaryPrefix+"1"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if !IsUnbegun(dir) {
		t.Error("a folder with a temporary file is not unbegun")
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if IsUnbegun(dir) || IsUnbegun(file) || IsUnbegun(create(t, filepath.Join(dir, "run")).dir) {
		t.Error("a file, a folder with files, or a run is unbegun")
	}
}
