package results

import (
	"path/filepath"
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
		{one.FiguresDir(), "run/figures"},
		{one.ReplayDir(1, toy), "run/replay/alternative-7.5-3"},
		{one.Manifest().CellFolder(1), "."},
		{sweep.ReplayDir(2, toy), "run/replay/cell-2-alternative-7.5-3"},
		{sweep.Manifest().CellFolder(2), "cell-2"},
		{FitFile("here"), "here/fit.json"},
		{FolderName("exp1d", "0123456789abcdef"), "exp1d-01234567"},
		{FolderName("exp1d", "0123"), "exp1d-0123"},
		{ShardName(0, 0), DefaultShard},
		{ShardName(1, 1), DefaultShard},
		{ShardName(3, 4), "toys-3-of-4.jsonl"},
	} {
		if filepath.ToSlash(c.got) != c.want {
			t.Errorf("%s, want %s", c.got, c.want)
		}
	}
}
