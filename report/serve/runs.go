package serve

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"

	"sparker/results"
)

// errNoRun says that a name is not that of a run.
var errNoRun = errors.New("serve: there is no such run")

// foundRun is a run folder with the name that it has in addresses.
type foundRun struct {
	Name   string
	folder string
}

// runs returns the runs of the site, in the order of its folders and of names.
func (s *Site) runs() []foundRun {
	var all []foundRun
	taken := map[string]int{}
	add := func(folder string) {
		name := filepath.Base(folder)
		taken[name]++
		if n := taken[name]; n > 1 { // of another folder
			name = fmt.Sprintf("%s (%d)", name, n)
		}
		all = append(all, foundRun{Name: name, folder: folder})
	}
	for _, folder := range s.folders {
		if results.IsRun(folder) {
			add(folder)
			continue
		}
		entries, err := os.ReadDir(folder)
		if err != nil {
			continue // it may be made later, or come back
		}
		for _, e := range entries {
			inner := filepath.Join(folder, e.Name())
			if e.IsDir() && results.IsRun(inner) { // not a link
				add(inner)
			}
		}
	}
	return all
}

// find returns the folder of a run by its name. Names are looked up and are not part of a path, so
// that none leads elsewhere.
func (s *Site) find(name string) (string, error) {
	for _, run := range s.runs() {
		if run.Name == name {
			return run.folder, nil
		}
	}
	return "", errNoRun
}

// mostFiles is the number of files of a run folder that are looked at.
const mostFiles = 50_000

// mark is a digest of the names, sizes and times of the files that a run is read from. It changes
// when a process adds toys. A folder that holds links is an error: they could lead out of it.
func mark(folder string) (string, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return "", fmt.Errorf("serve: %w", err)
	}
	defer root.Close()
	sum, files := sha256.New(), 0
	err = fs.WalkDir(root.FS(), ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // replaced meanwhile
			return nil
		case err != nil:
			return err
		case results.IsDerived(path):
			return skip(d)
		case d.Type()&fs.ModeSymlink != 0:
			return fmt.Errorf("serve: the run folder holds a link, %s", path)
		}
		if files++; files > mostFiles {
			return errors.New("serve: the run folder holds too many files")
		}
		return add(sum, path, d)
	})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", sum.Sum(nil)), nil
}

// skip leaves out a file or a whole folder.
func skip(d fs.DirEntry) error {
	if d.IsDir() {
		return fs.SkipDir
	}
	return nil
}

// add adds what identifies the content of a file to a digest.
func add(sum hash.Hash, path string, d fs.DirEntry) error {
	info, err := d.Info()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(sum, "%q %v\n", path, info.IsDir())
	if !info.IsDir() {
		fmt.Fprintln(sum, info.Size(), info.ModTime().UnixNano())
	}
	return nil
}
