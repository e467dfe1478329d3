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
	if t.Hypothesis == Null {
		return fmt.Sprintf("null toy %d", t.Index)
	}
	return fmt.Sprintf("%s toy %d at N_S = %v", t.Hypothesis, t.Index, t.Signal)
}

// check refuses a record that means nothing.
func (t Toy) check() error {
	switch {
	case t.Hypothesis != Null && t.Hypothesis != Alternative:
		return fmt.Errorf("hypothesis is %q; want %s or %s", t.Hypothesis, Null, Alternative)
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
	return nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// AppendToy adds one line to the shard, in a single write. It refuses a record with a number that is not
// finite, with statistics although the fit failed, with none although it did not, or with another number of
// them than the manifest has scales.
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
	if n := len(s.manifest.Scales); t.Status == StatusOK && n > 0 && len(t.T) != n {
		return fmt.Errorf("results: refusing %v: it has %d statistics, the run has %d scales", t, len(t.T), n)
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

// Toys reads every toy of every shard: null first, then by signal and index. A record that is there twice is
// returned once; two records of one toy that differ (in more than Seconds) are an error, and so is a line that
// is no toy, except a torn one at the end of a file, which is left out.
func (s *Store) Toys() ([]Toy, error) {
	paths, err := s.list(toysFolder, ".jsonl")
	if err != nil {
		return nil, err
	}
	type key struct {
		hypothesis string
		signal     float64
		index      int
	}
	type origin struct {
		at    int // in toys
		place string
	}
	seen := map[key]origin{}
	var toys []Toy
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("results: reading toys: %w", err)
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
				return nil, fmt.Errorf("results: %s: no toy: %w", place, err)
			}
			k := key{t.Hypothesis, t.Signal, t.Index}
			first, twice := seen[k]
			if !twice {
				seen[k] = origin{len(toys), place}
				toys = append(toys, t)
			} else if !toys[first.at].sameAs(t) {
				return nil, fmt.Errorf("results: %v is there twice with different numbers: %s and %s", t, first.place, place)
			}
		}
	}
	slices.SortFunc(toys, func(a, b Toy) int {
		return cmp.Or(compareHypotheses(a.Hypothesis, b.Hypothesis), cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Index, b.Index))
	})
	return toys, nil
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
	return t.Hypothesis == o.Hypothesis && t.Signal == o.Signal && t.Index == o.Index &&
		t.Status == o.Status && t.Reason == o.Reason && t.Events == o.Events && t.Injected == o.Injected &&
		t.ClampedEpochs == o.ClampedEpochs && slices.Equal(t.T, o.T)
}

// compareHypotheses puts the null first.
func compareHypotheses(a, b string) int {
	rank := func(h string) int {
		if h == Null {
			return 0
		}
		return 1
	}
	return cmp.Compare(rank(a), rank(b))
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
		err = fmt.Errorf("results: another process is writing to %s; wait for it, or stop it first", path)
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

// mendTail makes the file end with a newline: a last line that is a whole toy gets one, a torn line is cut off.
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
