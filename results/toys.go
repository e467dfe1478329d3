package results

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
)

// check returns an error if a record means nothing.
func (t Toy) check() error {
	switch {
	case !isHypothesis(t.Hypothesis):
		return fmt.Errorf("hypothesis is %q, not %s, %s or %s", t.Hypothesis, Null, Alternative,
			Observed)
	case t.Index < 0:
		return fmt.Errorf("index is %d", t.Index)
	case !finite(t.Signal) || t.Signal < 0:
		return fmt.Errorf("signal is %v", t.Signal)
	case !finite(t.Seconds):
		return fmt.Errorf("seconds is %v", t.Seconds)
	case t.Status == "":
		return errors.New("status is missing")
	case (t.Status == StatusOK) != (len(t.T) > 0):
		return fmt.Errorf("status is %q, with %d statistics", t.Status, len(t.T))
	}
	for i, v := range t.T {
		if !finite(v) {
			return fmt.Errorf("t at scale %d is %v", i, v)
		}
	}
	if t.Places != nil {
		if err := t.Places.check(); err != nil {
			return err
		}
	}
	if n := len(t.Kernels); n > 0 && len(t.T)%n != 0 { // a scale may have more than one statistic
		return fmt.Errorf("it has the kernels of %d scales, but %d statistics", n, len(t.T))
	}
	return nil
}

func isHypothesis(h string) bool { return h == Null || h == Alternative || h == Observed }

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// check returns an error if the record is not one of numbers for every scale.
func (p PlaceRecord) check() error {
	all := slices.Concat(p.Excess, p.Deficit, p.Purity)
	n := len(p.Excess)
	if n == 0 || len(p.Deficit) != n || len(p.Purity) != 0 && len(p.Purity) != n ||
		slices.ContainsFunc(all, func(x float64) bool { return !finite(x) || x < 0 }) {
		return fmt.Errorf("places is %+v; want numbers of at least 0 for every scale", p)
	}
	return nil
}

// AppendToy adds one line to the shard, in a single write. It is an error, and nothing is written,
// if the toy belongs to no cell of the run, if it holds a number that is not finite, if its number
// of statistics is not that of the cell's scales, and if it has statistics although its test
// failed.
func (s *Store) AppendToy(t Toy) error {
	if t.T == nil {
		t.T = []float64{} // [] in the file, not null
	}
	if err := t.check(); err != nil {
		return fmt.Errorf("results: refusing %v: %w", t, err)
	}
	line, err := encodeToy(t)
	if err != nil {
		return fmt.Errorf("results: encoding %v: %w", t, err)
	}
	return s.appendLine(t, line)
}

// appendLine adds the line of a toy to the shard. The line has no newline.
func (s *Store) appendLine(t Toy, line []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.toys == nil {
		return fmt.Errorf("results: storing %v: %s is not open for appending", t, s.dir)
	}
	if _, err := s.owners.of(t); err != nil {
		return fmt.Errorf("results: refusing %v: %w", t, err)
	}
	if err := s.write(append(bytes.Clone(line), '\n')); err != nil {
		return fmt.Errorf("results: storing %v: %w", t, err)
	}
	return nil
}

// write adds text to the shard, in a single write. The store is open for appending, and locked.
func (s *Store) write(text []byte) error {
	if s.failed == nil {
		s.failed = s.lost()
	}
	if s.failed == nil {
		_, s.failed = s.toys.Write(text)
	}
	return s.failed
}

// Lost returns a [LostError] if the folder of a store that is open for appending is no longer where
// it was.
func (s *Store) Lost() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.toys == nil {
		return nil
	}
	return s.lost()
}

// lost compares the open shard with the file of its name.
func (s *Store) lost() error {
	open, err := s.toys.Stat()
	if err != nil {
		return fmt.Errorf("results: looking for the run folder: %w", err)
	}
	named, err := os.Lstat(s.shard)
	if err == nil {
		_, err = os.Lstat(filepath.Join(s.dir, manifestName))
	}
	// Other errors, such as those of a network that is down for a moment, say nothing of the
	// folder.
	if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(open, named) {
		return &LostError{s.dir}
	}
	return nil
}

// StoredToys are the toys of a run folder.
type StoredToys struct {
	// Toys are sorted by cell, hypothesis (null first), signal strength and index. They share
	// memory, and must not be changed.
	Toys []*Toy
	// Unchecked counts the toys whose lines have no checksum, so that damage to them may go
	// unnoticed. Earlier versions wrote them.
	Unchecked int
}

// Toys returns copies of the toys of [Store.StoredToys].
func (s *Store) Toys() ([]Toy, error) {
	all, err := s.StoredToys()
	if err != nil || len(all.Toys) == 0 {
		return nil, err
	}
	toys := make([]Toy, len(all.Toys))
	for i, t := range all.Toys {
		toys[i] = *t
	}
	return toys, nil
}

// StoredToys returns the toys of all shards. A toy that is stored twice is returned once. A torn
// line at the end of a file is left out.
//
// The error is a [DamageError] if a line is not a toy, does not fit its checksum, or has keys that
// a toy does not have, if a toy belongs to no cell of the run, and if two records of a toy differ
// in more than Seconds.
func (s *Store) StoredToys() (StoredToys, error) {
	all := newUnion(s.Manifest())
	all.holds = true
	if err := all.readStore(s); err != nil {
		return StoredToys{}, err
	}
	stored := StoredToys{Unchecked: all.unchecked}
	for _, at := range all.order() {
		stored.Toys = append(stored.Toys, all.held[at])
	}
	return stored, nil
}

// StoredIDs returns the names of the toys of all shards. Its errors are those of
// [Store.StoredToys]. It does not hold the toys.
func (s *Store) StoredIDs() (map[ToyID]bool, error) {
	all := newUnion(s.Manifest())
	if err := all.readStore(s); err != nil {
		return nil, err
	}
	ids := make(map[ToyID]bool, len(all.entries))
	for _, e := range all.entries {
		ids[all.id(e)] = true
	}
	return ids, nil
}

// encodeToy returns the line of a toy, without the newline.
func encodeToy(t Toy) ([]byte, error) {
	t.Checksum = ""
	line, err := json.Marshal(t)
	if err != nil {
		return nil, err
	}
	return sealLine(line), nil
}

// parseToy decodes one line. It reports whether the line has a checksum.
func parseToy(line []byte) (t Toy, checked bool, err error) {
	checked = bytes.Contains(line, []byte(lineSumKey))
	if checked {
		err = decodeKnown(line, &t)
	} else {
		err = decode(line, &t)
	}
	if err == nil {
		err = checkLine(line, t.Checksum)
	}
	if err == nil {
		err = t.check()
	}
	if err != nil {
		return Toy{}, false, err
	}
	checked, t.Checksum = t.Checksum != "", ""
	return t, checked, nil
}

// sameAs reports whether two records hold the same result. Their times may differ.
func (t Toy) sameAs(o Toy) bool {
	o.Seconds = t.Seconds
	return reflect.DeepEqual(t, o)
}

// compareHypotheses puts the null first, and the observed sample last.
func compareHypotheses(a, b string) int {
	order := []string{Null, Alternative, Observed}
	return cmp.Compare(slices.Index(order, a), slices.Index(order, b))
}
