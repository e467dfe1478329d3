//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// files are the contents of a run folder.
type files struct {
	// compared are the files that equal runs have equal, by their paths in the folder.
	compared map[string]string
	toys     int // different ones
	lines    int // of toys
	// temporary counts the files that were being written when a process was killed.
	temporary int
}

// temporaryPrefix begins the names of files that are being written.
const temporaryPrefix = ".sparker-tmp-"

// isCompared reports whether equal runs have equal files of a path: not those with times and with
// the names of folders.
func isCompared(path string) bool {
	switch folder := filepath.Dir(path); folder {
	case ".":
		return path == "summary.json" || path == "findings.json" || path == "config.yaml" ||
			strings.HasSuffix(path, ".csv") && path != "timings.csv"
	default:
		return folder == "fits" || folder == "figures"
	}
}

// filesOf reads a run folder.
func filesOf(dir string) (files, error) {
	f := files{compared: map[string]string{}}
	toys := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if strings.HasPrefix(d.Name(), temporaryPrefix) {
			f.temporary++
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if isCompared(name) {
			f.compared[name] = string(content)
		}
		if filepath.Dir(name) != "toys" {
			return nil
		}
		for line := range bytes.Lines(content) {
			if !isWhole(line) {
				continue
			}
			id, err := identify(line)
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			f.lines++
			toys[id] = true
		}
		return nil
	})
	f.toys = len(toys)
	return f, err
}

// isWhole reports whether a line has an end.
func isWhole(line []byte) bool { return bytes.HasSuffix(line, []byte("\n")) }

// identify returns what tells one toy from the others.
func identify(line []byte) (string, error) {
	var toy struct {
		Cell, Hypothesis string
		Signal           float64
		Index            int
	}
	err := json.Unmarshal(line, &toy)
	return fmt.Sprintf("%+v", toy), err
}

// compare compares the experiment with its unbroken twin.
func (l *life) compare() error {
	got, err := filesOf(l.folder(whole))
	if err != nil {
		return err
	}
	want := l.s.twins[l.twin]
	for _, name := range slices.Sorted(maps.Keys(want.compared)) {
		if text, there := got.compared[name]; !there || text != want.compared[name] {
			l.s.differ("%s of %s, %s (there: %t)", name, l.folder(whole), l.mode, there)
		}
	}
	for name := range got.compared {
		if _, there := want.compared[name]; !there {
			l.s.differ("%s of %s, which an unbroken run does not have", name, l.folder(whole))
		}
	}
	if got.toys != want.toys {
		l.s.differ("%s holds %d toys, not %d", l.folder(whole), got.toys, want.toys)
	}
	if got.temporary > 0 && !l.stopped {
		l.s.differ("%s holds %d temporary files, and no process was stopped", l.folder(whole),
			got.temporary)
	}
	l.s.tally.faults["temporary files left by killed processes"] += got.temporary
	return nil
}

// A lineSet is the whole lines of toys that were seen, by file.
type lineSet map[string]map[string]bool

// toysFiles returns the toys files of folders.
func toysFiles(folders []string) ([]string, error) {
	var all []string
	for _, folder := range folders {
		paths, err := filepath.Glob(filepath.Join(folder, "toys", "*.jsonl"))
		if err != nil {
			return nil, err
		}
		all = append(all, paths...)
	}
	return all, nil
}

// see adds the lines that are in the folders now.
func (s lineSet) see(folders []string) error {
	paths, err := toysFiles(folders)
	if err != nil {
		return err
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if s[path] == nil {
			s[path] = map[string]bool{}
		}
		for line := range bytes.Lines(content) {
			if isWhole(line) {
				s[path][string(line)] = true
			}
		}
	}
	return nil
}

// find looks for all lines. It returns the number of those that are there, and those that are not.
func (s lineSet) find() (found int, missing []string, err error) {
	for path, lines := range s {
		content, err := os.ReadFile(path)
		if err != nil {
			return 0, nil, err
		}
		there := map[string]bool{}
		for line := range bytes.Lines(content) {
			there[string(line)] = true
		}
		for line := range lines {
			if there[line] {
				found++
			} else {
				missing = append(missing, path+": "+line)
			}
		}
	}
	return found, missing, nil
}
