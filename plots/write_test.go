package plots

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "figures")
	f := sample(t, "log-ratio")
	for range 2 { // the second time in place of the first
		drawn, err := Write(Output{Dir: dir}, "a-figure", f)
		if err != nil {
			t.Fatal(err)
		}
		want := Drawn{Name: "a-figure",
			Title:   "Log-ratio: alternative toy 0 at N_S = 15 (13 injected)",
			Caption: []string{"Last checkpoint: epoch 400, σ = 0.07, t = 27.6."},
			Files: []string{filepath.Join(dir, "a-figure.png"),
				filepath.Join(dir, "a-figure.svg"), filepath.Join(dir, "a-figure.csv")}}
		if diff := cmp.Diff(want, drawn); diff != "" {
			t.Error(diff)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Fatalf("the folder holds %v (%v), want three files", entries, err)
	}
	png := func() ([]byte, error) { return f.PNG(Resolution) }
	for i, render := range []func() ([]byte, error){f.CSV, png, f.SVG} {
		want, err := render()
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(dir, entries[i].Name()))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s does not hold the figure (%v)", entries[i].Name(), err)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := sample(t, "log-ratio")
	for _, name := range []string{"", ".", "..", "a/b", "/a"} {
		_, err := Write(Output{Dir: dir}, name, f)
		refused(t, err, "not a name")
	}
	_, err := Write(Output{Dir: dir}, "zero", Figure{})
	refused(t, err, "empty figure")

	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = Write(Output{Dir: file}, "a", f)
	refused(t, err, file)

	// A folder instead of the file: the rename fails, and nothing is left behind.
	if err := os.MkdirAll(filepath.Join(dir, "taken.png"), 0o755); err != nil {
		t.Fatal(err)
	}
	_, err = Write(Output{Dir: dir}, "taken", f)
	refused(t, err, "taken.png")
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("the folder holds %v (%v), want file and taken.png", entries, err)
	}
}
