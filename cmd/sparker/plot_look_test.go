package main

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/results"
)

// plot makes figures for a paper: of a size, in the formats that are asked for, and without titles
// and captions, which go into a text file.
func TestPlotForAPaper(t *testing.T) {
	t.Parallel()
	dir := partialRun(t)
	got := strings.Fields(mustSucceed(t, "plot", dir, "--size", "column", "--format", "pdf,svg",
		"--bare").stdout)
	var want []string
	for _, name := range []string{"null-scales", "power"} {
		for _, ending := range []string{".csv", ".pdf", ".svg", ".txt"} {
			want = append(want, filepath.Join(dir, "figures", "column", name+ending))
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
	exist(t, "", got...)
	if document := readFile(t, filepath.Join(dir, "figures", "column", "power.pdf")); !bytes.
		HasPrefix([]byte(document), []byte("%PDF-")) {
		t.Error("power.pdf is not a PDF")
	}
	svg := readFile(t, filepath.Join(dir, "figures", "column", "power.svg"))
	texts := readFile(t, filepath.Join(dir, "figures", "column", "power.txt"))
	title, _, _ := strings.Cut(texts, "\n")
	if title == "" || strings.Contains(strings.ReplaceAll(svg, "\u00a0", " "), title) {
		t.Errorf("the title %q is missing, or in the figure", title)
	}
	holds(t, "the caption", texts, "toys")
	mustFail(t, "plot "+dir+" --size huge",
		`--size is "huge"; allowed: screen, column, page, slide`)
	mustFail(t, "plot "+dir+" --format png,eps", `--format has "eps"; allowed: png, svg, pdf`)
}

// plot animates the recorded fits of a run: a GIF and a folder of frames for each.
func TestPlotAnimates(t *testing.T) {
	t.Parallel()
	dir := copyOf(t, tinyRun).dir
	out := strings.Fields(mustSucceed(t, "plot", dir, "--animate").stdout)
	fits, err := filepath.Glob(filepath.Join(dir, "fits", "*.json"))
	if err != nil || len(fits) == 0 {
		t.Fatal(fits, err)
	}
	var images []string
	for _, path := range out {
		if filepath.Ext(path) == ".gif" {
			images = append(images, path)
		}
	}
	if len(images) != len(fits) {
		t.Errorf("%d animations of %d fits: %q", len(images), len(fits), out)
	}
	for _, path := range images {
		exist(t, "", path, filepath.Join(strings.TrimSuffix(path, ".gif"), "0001.svg"))
	}
	mustFail(t, "plot "+dir+" --columns a,b", "--columns needs --animate")
	mustFail(t, "plot "+dir+" --animate --columns a", "want two columns")
	mustFail(t, "plot "+partialRun(t)+" --animate", "no recorded fit to animate", "record.fits=1")
}

// The columns of an animation are those of the run.
func TestMotionPlaces(t *testing.T) {
	t.Parallel()
	columns := []results.Column{{Name: "x"}, {Name: "y"}, {Name: "z"}}
	m := motion{animate: true, columns: []string{"z", "x"}}
	if got, err := m.places(columns); err != nil || !slices.Equal(got, []int{2, 0}) {
		t.Errorf("places %v (%v)", got, err)
	}
	if got, err := m.places(columns[:1]); err != nil || got != nil {
		t.Errorf("of one column: %v (%v)", got, err)
	}
	m.columns[0] = "w"
	if _, err := m.places(columns); err == nil || !strings.Contains(err.Error(), "x, y, z") {
		t.Errorf("of an unknown column: %v", err)
	}
}

// Columns cannot be chosen in a run of one column.
func TestAnimateColumnsOfOneColumn(t *testing.T) {
	mustFail(t, "plot "+copyOf(t, tinyRun).dir+" --animate --columns a,b", "have one column")
}
