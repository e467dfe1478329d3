package results

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// A folder that cannot take a run is a FolderError; everything in it stays as it is.
func TestFolderError(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "thesis.tex")
	if err := os.WriteFile(file, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ dir, part string }{
		{dir, `holds other files, such as "thesis.tex"`},
		{file, "is not a folder"},
		{filepath.Join(file, "run"), "is not a folder"},
	} {
		_, err := Create(c.dir, testManifest(), nil)
		var folder *FolderError
		if !errors.As(err, &folder) || folder.Dir != c.dir {
			t.Errorf("%s: error %v; want a FolderError of that folder", c.dir, err)
		}
		wantError(t, err, c.dir, c.part)
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 1 {
		t.Errorf("the folder holds %v (%v)", names, err)
	}
}
