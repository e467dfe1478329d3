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

// owner returns the index of the first cell that a toy belongs to.
func (m Manifest) owner(t Toy) (int, error) {
	for i, c := range m.Cells {
		if t.Key != c.ToyKey(t.Signal) {
			continue
		}
		if n := len(c.Scales); t.Status == StatusOK && len(t.T) != n {
			return 0, fmt.Errorf("it has %d statistics, but its cell has %d scales", len(t.T), n)
		}
		return i, nil
	}
	return 0, fmt.Errorf("no cell of the run has its key %q", t.Key)
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
	return s.appendLine(storedToy{t, line})
}

// storedToy is a toy with its line in a file, without the newline.
type storedToy struct {
	Toy
	line []byte
}

// appendLine adds the line of a toy to the shard.
func (s *Store) appendLine(t storedToy) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.manifest.owner(t.Toy); err != nil {
		return fmt.Errorf("results: refusing %v: %w", t, err)
	}
	if s.toys == nil {
		return fmt.Errorf("results: storing %v: %s is not open for appending", t, s.dir)
	}
	if s.failed == nil {
		s.failed = s.lost()
	}
	if s.failed == nil {
		_, s.failed = s.toys.Write(append(bytes.Clone(t.line), '\n'))
	}
	if s.failed != nil {
		return fmt.Errorf("results: storing %v: %w", t, s.failed)
	}
	return nil
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
	// Toys are sorted by cell, hypothesis (null first), signal strength and index.
	Toys []Toy
	// Unchecked counts the toys whose lines have no checksum, so that damage to them may go
	// unnoticed. Earlier versions wrote them.
	Unchecked int
}

// Toys returns the toys of [Store.StoredToys].
func (s *Store) Toys() ([]Toy, error) {
	all, err := s.StoredToys()
	return all.Toys, err
}

// StoredToys returns the toys of all shards. A toy that is stored twice is returned once. A torn
// line at the end of a file is left out.
//
// The error is a [DamageError] if a line is not a toy, does not fit its checksum, or has keys that
// a toy does not have, if a toy belongs to no cell of the run, and if two records of a toy differ
// in more than Seconds.
func (s *Store) StoredToys() (StoredToys, error) {
	all := newUnion(s.Manifest())
	if err := all.readStore(s); err != nil {
		return StoredToys{}, err
	}
	stored := StoredToys{Unchecked: all.unchecked}
	for _, t := range all.sorted() {
		stored.Toys = append(stored.Toys, t.Toy)
	}
	return stored, nil
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
