package results

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
)

// String names the toy, as in "null toy 3" or "alternative toy 3 at N_S = 10".
func (t Toy) String() string {
	switch t.Hypothesis {
	case Null:
		return fmt.Sprintf("null toy %d", t.Index)
	case Observed:
		return "the observed sample"
	}
	return fmt.Sprintf("%s toy %d at N_S = %v", t.Hypothesis, t.Index, t.Signal)
}

// check refuses a record that means nothing.
func (t Toy) check() error {
	switch {
	case !isHypothesis(t.Hypothesis):
		return fmt.Errorf("hypothesis is %q; want %s, %s or %s", t.Hypothesis, Null, Alternative,
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
		return fmt.Errorf("it has the kernels of %d scales and the statistics of %d", n, len(t.T))
	}
	return nil
}

func isHypothesis(h string) bool { return h == Null || h == Alternative || h == Observed }

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// owner is the number, from 0, of the first cell that a toy belongs to.
func (m Manifest) owner(t Toy) (int, error) {
	for i, c := range m.Cells {
		if t.Key != c.ToyKey(t.Signal) {
			continue
		}
		if n := len(c.Scales); t.Status == StatusOK && len(t.T) != n {
			return 0, fmt.Errorf("it has %d statistics, its cell has %d scales", len(t.T), n)
		}
		return i, nil
	}
	return 0, fmt.Errorf("it belongs to no cell of the run (%q)", t.Key)
}

// AppendToy adds one line to the shard, in a single write. It refuses a record with a number that
// is not finite, with statistics although the fit failed, with none although it did not, of no cell
// of the run, or with another number of statistics than its cell has scales.
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

// ToyID names a toy within a run: the digest of its fit (Toy.Cell), its hypothesis, its signal
// strength and its index.
type ToyID struct {
	Key, Hypothesis string
	Signal          float64
	Index           int
}

// ID returns the name of the toy within its run.
func (t Toy) ID() ToyID { return ToyID{t.Key, t.Hypothesis, t.Signal, t.Index} }

// Toys reads every toy of every shard: by cell, then null first, then by signal and index. A record
// that is there twice is returned once; two records of one toy that differ (in more than Seconds)
// are an error, and so is a line that is no toy or a toy of no cell, except a torn one at the end
// of a file, which is left out.
func (s *Store) Toys() ([]Toy, error) {
	paths, err := s.list(toysFolder, ".jsonl")
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

// union collects the toys of files.
type union struct {
	manifest Manifest
	toys     []Toy
	owners   []int // by toy: the number of its cell
	seen     map[ToyID]origin
}

// origin is where a toy was read first.
type origin struct {
	at    int // in toys
	place string
}

func newUnion(m Manifest) *union { return &union{manifest: m, seen: map[ToyID]origin{}} }

// read adds the toys of one file.
func (u *union) read(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("results: reading toys: %w", err)
	}
	for number := 1; len(content) > 0; number++ {
		line, rest, ended := bytes.Cut(content, []byte("\n"))
		content = rest
		place := fmt.Sprintf("%s:%d", path, number)
		t, err := parseToy(line)
		if err != nil && !ended {
			break // torn, or being written
		}
		if err != nil {
			return fmt.Errorf("results: %s: no toy: %w", place, err)
		}
		owner, err := u.manifest.owner(t)
		if err != nil {
			return fmt.Errorf("results: %s: %v: %w", place, t, err)
		}
		first, twice := u.seen[t.ID()]
		if !twice {
			u.seen[t.ID()] = origin{len(u.toys), place}
			u.toys, u.owners = append(u.toys, t), append(u.owners, owner)
		} else if !u.toys[first.at].sameAs(t) {
			return fmt.Errorf("results: %v of cell %d is there twice with different numbers: "+
				"%s and %s", t, owner+1, first.place, place)
		}
	}
	return nil
}

// sorted returns the toys in the order that Toys promises.
func (u *union) sorted() []Toy {
	order := make([]int, len(u.toys))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		a, b := u.toys[i], u.toys[j]
		return cmp.Or(cmp.Compare(u.owners[i], u.owners[j]),
			compareHypotheses(a.Hypothesis, b.Hypothesis),
			cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Index, b.Index))
	})
	toys := make([]Toy, len(order))
	for i, at := range order {
		toys[i] = u.toys[at]
	}
	return toys
}

// parseToy decodes one line.
func parseToy(line []byte) (Toy, error) {
	var record struct {
		Toy
		T []*float64 `json:"t"` // a null must not pass for 0
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

// sameAs says whether two records hold the same result; the time that it took does not matter.
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

// openShard opens a toys file for appending, takes its lock and mends its end.
func openShard(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return nil, fmt.Errorf("results: opening the toys: %w", err)
	}
	free, err := tryLock(f)
	switch {
	case err != nil:
		err = fmt.Errorf("results: locking %s: %w", path, err)
	case !free:
		err = fmt.Errorf("results: another process is writing to %s; wait for it, or stop it first",
			path)
	default:
		if err = mendTail(f); err != nil {
			err = fmt.Errorf("results: mending the end of %s: %w", path, err)
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// mendTail makes the file end with a newline: a last line that is a whole toy gets one, a torn line
// is cut off.
func mendTail(f *os.File) error {
	content, err := os.ReadFile(f.Name())
	if err != nil {
		return err
	}
	start := bytes.LastIndexByte(content, '\n') + 1
	if start == len(content) {
		return nil
	}
	if _, err := parseToy(content[start:]); err != nil {
		return f.Truncate(int64(start))
	}
	_, err = f.Write([]byte("\n"))
	return err
}
