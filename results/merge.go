package results

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
)

// Merge copies the toys and fits of several folders of one run into the folder dir, and opens it
// for reading. The folder is made if it is missing, and may already hold toys of the same run. The
// sources are left as they are. Merging again changes nothing.
//
// All folders must be of one config, with the same widths, scales and input files. It is an error
// if two folders hold a toy or a fit with different numbers. Nothing is written then.
func Merge(dir string, sources []*Store) (*Store, error) {
	if len(sources) == 0 {
		return nil, errors.New("results: nothing to merge")
	}
	first := sources[0]
	m := first.Manifest()
	for _, s := range sources[1:] {
		if err := sameRun(first, s); err != nil {
			return nil, err
		}
		if other := s.Manifest(); other.Started.Before(m.Started) {
			m.Started = other.Started
		}
	}
	m.Finished = nil
	from := sources
	if there, err := Open(dir); err == nil {
		if err := sameRun(first, there); err != nil {
			return nil, err
		}
		from = append([]*Store{there}, sources...)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	all, fits := newUnion(m), newFitUnion()
	for _, s := range from {
		if err := errors.Join(all.readStore(s), fits.readStore(s)); err != nil {
			return nil, err
		}
	}
	target, err := Create(dir, m, []byte(m.Config))
	if err != nil {
		return nil, err
	}
	err = target.fill(all, fits.content)
	if err == nil {
		err = target.addVersions(sources)
	}
	if err = errors.Join(err, target.Close()); err != nil {
		return nil, err
	}
	return target, nil
}

// fitUnion is the files of the fits of several stores, by their names.
type fitUnion struct {
	content map[string][]byte
	path    map[string]string // of the file that was read last
}

func newFitUnion() *fitUnion {
	return &fitUnion{content: map[string][]byte{}, path: map[string]string{}}
}

// readStore adds the fits of a store. It is an error if one is there with different content. A
// damaged fit gives way to one that is not.
func (u *fitUnion) readStore(s *Store) error {
	paths, err := s.list(fitsFolder, fitEnding)
	if err != nil {
		return err
	}
	for _, path := range paths {
		content, err := readRegular(path)
		if err != nil {
			return fmt.Errorf("results: %w", err)
		}
		name := filepath.Base(path)
		if before, twice := u.content[name]; twice && !bytes.Equal(before, content) {
			if _, err := parseFit(name, content); err != nil {
				continue
			}
			if _, err := parseFit(name, before); err == nil {
				return fmt.Errorf("results: two folders hold a fit with different numbers: %s and "+
					"%s", u.path[name], path)
			}
		}
		u.content[name], u.path[name] = content, path
	}
	return nil
}

// fill adds the lines of the toys that the store lacks, and writes the fits.
func (s *Store) fill(all *union, fits map[string][]byte) error {
	have, err := s.StoredIDs()
	if err != nil {
		return err
	}
	missing := slices.DeleteFunc(all.order(),
		func(at int32) bool { return have[all.id(all.entries[at])] })
	for len(missing) > 0 {
		n := all.batch(missing)
		if err := s.copyLines(all, missing[:n]); err != nil {
			return err
		}
		missing = missing[n:]
	}
	for name, content := range fits {
		if err := WriteFile(filepath.Join(s.dir, fitsFolder, name), content); err != nil {
			return fmt.Errorf("results: writing the fit %s: %w", name, err)
		}
	}
	return nil
}

// mergedAtOnce is the size of the lines that a merge holds in memory. Each of many files is opened
// once for so many.
const mergedAtOnce = 32 << 20

// batch returns how many of some entries, at least one, a merge takes at once.
func (u *union) batch(entries []int32) int {
	n, size := 0, 0
	for n < len(entries) && (n == 0 || size < mergedAtOnce) {
		size += int(u.entries[entries[n]].size) + 1
		n++
	}
	return n
}

// copyLines adds the lines of entries to the shard.
func (s *Store) copyLines(all *union, entries []int32) error {
	text, err := all.lines(entries)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.write(text); err != nil {
		return fmt.Errorf("results: storing toys: %w", err)
	}
	return nil
}

// lines returns the lines of entries, each with a newline.
func (u *union) lines(entries []int32) ([]byte, error) {
	spans := make([]span, len(entries))
	size := 0
	for i, at := range entries {
		spans[i] = span{at, size}
		size += int(u.entries[at].size) + 1
	}
	slices.SortFunc(spans, func(x, y span) int { // file by file
		a, b := &u.entries[x.entry], &u.entries[y.entry]
		return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.offset, b.offset))
	})
	text := make([]byte, size)
	for len(spans) > 0 {
		path := u.entries[spans[0].entry].path
		n := 1
		for n < len(spans) && u.entries[spans[n].entry].path == path {
			n++
		}
		if err := u.readSpans(text, spans[:n]); err != nil {
			return nil, err
		}
		spans = spans[n:]
	}
	return text, nil
}

// span is where the line of an entry belongs in a text.
type span struct {
	entry int32
	start int
}

// readSpans reads the lines of entries, which are all of one file, into a text.
func (u *union) readSpans(text []byte, spans []span) (err error) {
	f, err := openRegular(u.paths[u.entries[spans[0].entry].path], os.O_RDONLY)
	if err != nil {
		return fmt.Errorf("results: reading toys again: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for _, s := range spans {
		e := u.entries[s.entry]
		end := s.start + int(e.size)
		text[end] = '\n'
		if err := u.readLine(f, e, text[s.start:end]); err != nil {
			return err
		}
	}
	return nil
}

// sameRun returns an error if two folders are not of one run.
func sameRun(a, b *Store) error {
	x, y := a.Manifest(), b.Manifest()
	switch {
	case x.Digest != y.Digest:
		return &FolderError{
			b.dir, fmt.Errorf("is not a part of the run in %s: they have different "+
				"configs (digests %s and %s): leave one of them out", a.dir, y.Digest, x.Digest)}
	case !maps.Equal(x.Inputs, y.Inputs):
		return fmt.Errorf(
			"results: %s and %s were made with different content of their input files: leave one "+
				"of them out", a.dir, b.dir)
	case !reflect.DeepEqual(x.Cells, y.Cells):
		return fmt.Errorf("results: %s and %s have different widths or scales: they were made "+
			"by different versions (%s and %s): leave one of them out, and run its part again",
			a.dir, b.dir, x.Versions["sparker"], y.Versions["sparker"])
	}
	return nil
}
