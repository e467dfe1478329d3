package tables

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAddresses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := npy("'<f8'", "False", "(1,)", binary.LittleEndian, []float64{7})
	colon := filepath.Join(dir, "run:3.npy")
	for _, path := range []string{colon, filepath.Join(dir, "a.txt"), filepath.Join(dir, "run")} {
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folder := filepath.Join(dir, "folder.npy")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	// A path that exists takes precedence over a key.
	checkTable(t, mustRead(t, colon, ReadOptions{}), []string{"x1"}, []float64{7})
	for _, c := range []struct{ address, want string }{
		{filepath.Join(dir, "none.npy"), "no such file"},
		{filepath.Join(dir, "none.npz:key"), "no such file"},
		{folder, "is a folder"},
		{folder + ":x", "is a folder"},
		{filepath.Join(dir, "a.txt"), "does not name a format; known are .npy"},
		{colon + ":x", `holds a single array, so there is no "x"`},
		{colon + ":", "nothing follows the colon"},
		{"", "no such file"},
		{":", "no such file"},
		{os.DevNull, "not a regular file"},
	} {
		for what, read := range map[string]func() error{
			"table":   func() error { _, err := Read(c.address, ReadOptions{}); return err },
			"labels":  func() error { _, err := ReadLabels(c.address, Dialect{}); return err },
			"inspect": func() error { _, err := Inspect(c.address, ReadOptions{}); return err },
		} {
			err := read()
			if err == nil || !strings.Contains(err.Error(), c.want) ||
				!strings.Contains(err.Error(), c.address) {
				t.Errorf("%s of %q: error %v; want the address and %q", what, c.address, err,
					c.want)
			}
			if strings.Contains(c.want, "no such") && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s of %q: the error is not fs.ErrNotExist", what, c.address)
			}
		}
	}
}
