package results

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
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
	if n := len(t.Kernels); n > 0 && len(t.T)%n != 0 { // a scale may have more than one statistic
		return fmt.Errorf("it has the kernels of %d scales, but %d statistics", n, len(t.T))
	}
	return nil
}

func isHypothesis(h string) bool { return h == Null || h == Alternative || h == Observed }

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

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
	line, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("results: encoding %v: %w", t, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.manifest.owner(t); err != nil {
		return fmt.Errorf("results: refusing %v: %w", t, err)
	}
	if s.toys == nil {
		return fmt.Errorf("results: storing %v: %s is not open for appending", t, s.dir)
	}
	if s.failed == nil {
		_, s.failed = s.toys.Write(append(line, '\n'))
	}
	if s.failed != nil {
		return fmt.Errorf("results: storing %v: %w", t, s.failed)
	}
	return nil
}

// Toys returns the toys of all shards, sorted by cell, hypothesis (null first), signal strength and
// index. A toy that is stored twice is returned once. A torn line at the end of a file is left out.
//
// It is an error if two records of a toy differ in more than Seconds, if a line is not a toy, and
// if a toy belongs to no cell of the run.
func (s *Store) Toys() ([]Toy, error) {
	paths, err := s.list(toysFolder, shardEnding)
	if err != nil {
		return nil, err
	}
	all := newUnion(s.Manifest())
	for _, path := range paths {
		if err := all.read(path); err != nil {
			return nil, err
		}
	}
	return all.sorted(), nil
}

// parseToy decodes one line.
func parseToy(line []byte) (Toy, error) {
	var record struct {
		Toy
		T []*float64 `json:"t"` // a null must not be read as 0
	}
	if err := json.Unmarshal(line, &record); err != nil {
		return Toy{}, err
	}
	t := record.Toy
	t.T = make([]float64, len(record.T))
	for i, v := range record.T {
		if v == nil {
			return Toy{}, fmt.Errorf("t at scale %d is null", i)
		}
		t.T[i] = *v
	}
	return t, t.check()
}

// sameAs reports whether two records hold the same result. Their times may differ.
func (t Toy) sameAs(o Toy) bool {
	return t.ID() == o.ID() && t.Status == o.Status && t.Reason == o.Reason &&
		t.Events == o.Events && t.Injected == o.Injected &&
		t.ClampedEpochs == o.ClampedEpochs && slices.Equal(t.T, o.T) &&
		slices.EqualFunc(t.Kernels, o.Kernels, Kernels.sameAs)
}

func (k Kernels) sameAs(o Kernels) bool {
	return slices.Equal(k.Coefficients, o.Coefficients) &&
		slices.EqualFunc(k.Centroids, o.Centroids, slices.Equal)
}

// compareHypotheses puts the null first, and the observed sample last.
func compareHypotheses(a, b string) int {
	order := []string{Null, Alternative, Observed}
	return cmp.Compare(slices.Index(order, a), slices.Index(order, b))
}
