package hdf5_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"sparker/internal/hdf5"
)

// readAll reads everything that a file holds: the bytes of each dataset that can be read, by path.
func readAll(content []byte) (map[string][]byte, error) {
	f, err := hdf5.Open(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	tree, err := f.Tree()
	if err != nil {
		return nil, err
	}
	for _, g := range tree.Groups {
		for _, a := range g.Attributes {
			a.Texts()
			a.Number()
		}
	}
	all := map[string][]byte{}
	var failed error
	for _, d := range tree.Datasets {
		if d.Err == nil && len(d.Shape) == 0 {
			continue // a single value
		}
		raw, err := readSet(f, d)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		all[d.Path] = raw
	}
	return all, failed
}

// readSet reads the elements of a dataset, at most the first megabytes.
func readSet(f *hdf5.File, d hdf5.Dataset) ([]byte, error) {
	rows, err := d.ReadRows()
	if err != nil {
		return nil, err
	}
	var all []byte
	word, number := f.Word(d.Type), d.Type.Number()
	for len(all) < 4<<20 {
		raw, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		all = append(all, raw...)
		if word != nil {
			if _, err := word(raw); err != nil {
				return nil, err
			}
		}
		if number != nil {
			number(raw)
		}
	}
	return all, nil
}

var goldens = []string{"h5py-earliest.h5", "h5py-latest.h5", "h5py-filters.h5", "pandas-fixed.h5",
	"pandas-table.h5", "pytables.h5"}

func mustGolden(t testing.TB, name string) []byte {
	t.Helper()
	content, err := golden(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// Every byte of the metadata of a file of the latest version has a checksum: a changed byte is an
// error, or changes the elements of datasets in their places, or nothing.
func TestChangedBytes(t *testing.T) {
	t.Parallel()
	content := mustGolden(t, "h5py-latest.h5")
	want, err := readAll(content)
	if err != nil {
		t.Fatal(err)
	}
	step := 41
	if testing.Short() {
		step = 97
	}
	refused := 0
	for at := 0; at < len(content); at += step {
		content[at] ^= 0x21
		got, err := readAll(content)
		content[at] ^= 0x21
		if err != nil {
			refused++
			continue
		}
		changed := 0
		for path, raw := range want {
			if path == "/chunks/lzf" {
				continue // a compressed chunk without a checksum
			}
			if len(got[path]) != len(raw) {
				t.Fatalf("byte %d: %s has %d bytes instead of %d", at, path, len(got[path]),
					len(raw))
			}
			for i := range raw {
				if raw[i] != got[path][i] {
					changed++
				}
			}
		}
		if changed > 2 { // a dataset, and a soft link to it
			t.Errorf("byte %d: %d bytes of elements changed", at, changed)
		}
	}
	if refused < len(content)/step/10 {
		t.Errorf("%d of %d changes were refused", refused, len(content)/step)
	}
}

// A file that is cut, or longer than it was, is refused; a user block may precede it.
func TestSizes(t *testing.T) {
	t.Parallel()
	for _, name := range goldens {
		content := mustGolden(t, name)
		for _, length := range []int{len(content) - 1, len(content) - 25, len(content) / 2, 100} {
			if _, err := readAll(content[:length]); err == nil {
				t.Errorf("%s: %d of %d bytes are read", name, length, len(content))
			}
		}
		var size *hdf5.SizeError
		_, err := readAll(append(slices.Clone(content), 0))
		if !errors.As(err, &size) || !hdf5.IsDamage(err) {
			t.Errorf("%s: a byte more is read: %v", name, err)
		}
	}
	if _, err := readAll(nil); err == nil || !strings.Contains(err.Error(), "not an HDF5 file") {
		t.Error(err)
	}
}

// The files of the tests of the HDF5 library, which come with a module that the tests of the
// project use: none makes the reader panic, run for long or take much memory.
func TestFilesOfTheLibrary(t *testing.T) {
	if testing.Short() {
		t.Skip("reads some hundreds of files")
	}
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}",
		"github.com/scigolib/hdf5").Output()
	if err != nil {
		t.Skipf("the folder of the module is not known: %v", err)
	}
	root := filepath.Join(strings.TrimSpace(string(dir)), "testdata")
	files, read := 0, 0
	err = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(name) != ".h5" {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		files++
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		sets, _ := readAll(content) // many are damaged on purpose
		runtime.ReadMemStats(&after)
		read += len(sets)
		taken := after.TotalAlloc - before.TotalAlloc
		if elapsed := time.Since(start); elapsed > 10*time.Second || taken > 1<<30 {
			t.Errorf("%s takes %v and %d bytes", filepath.Base(name), elapsed, taken)
		}
		return nil
	})
	if err != nil {
		t.Skipf("the module came without its test files: %v", err)
	}
	if files > 0 && read < files {
		t.Errorf("%d datasets of %d files were read", read, files)
	}
}

func FuzzFile(f *testing.F) {
	for _, name := range goldens {
		f.Add(mustGolden(f, name))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		sets, _ := readAll(content)
		for path, raw := range sets {
			if len(raw) == 0 {
				t.Errorf("%s is empty", path)
			}
		}
	})
}
