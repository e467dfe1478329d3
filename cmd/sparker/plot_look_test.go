package main

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
