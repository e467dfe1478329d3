package tables

import (
	"errors"
	"fmt"
	"strings"

	"github.com/scigolib/hdf5"
)

// hdf5Table is an open dataset that holds a table of numbers.
type hdf5Table struct {
	hdf5Set
	file    *hdf5.File
	n, d    int
	chunked bool
	whole   bool // has to be read at once
}

// newHDF5Table returns the table in a dataset of a file of size bytes. It returns an error if the
// dataset is not a table of numbers.
func newHDF5Table(s hdf5Set, size int64) (*hdf5Table, error) {
	if err := s.checkNumbers(); err != nil {
		return nil, err
	}
	name, shape := s.info.Name, s.info.Shape
	t := &hdf5Table{hdf5Set: s, n: shape[0], d: 1}
	if len(shape) == 2 {
		t.d = shape[1]
	}
	if t.n < 1 || t.d < 1 {
		return nil, fmt.Errorf("dataset %s is empty (shape %v)", name, shape)
	}
	if err := checkColumns(t.d); err != nil {
		return nil, fmt.Errorf("dataset %s: %w", name, err)
	}
	switch s.layout {
	case "contiguous", "compact":
		if held := size / int64(s.size); int64(t.n) > held/int64(t.d) {
			return nil, fmt.Errorf("the file is truncated: dataset %s has %d x %d numbers, more "+
				"than the file's %d bytes hold", name, t.n, t.d, size)
		}
		t.whole = s.layout == "compact"
	case "chunked":
		t.chunked, t.whole = true, true
	default:
		return nil, fmt.Errorf("dataset %s has the layout %q (%s)", name, s.layout, hdf5Hint)
	}
	return t, nil
}

// checkNumbers returns an error if the dataset does not hold numbers in one or two dimensions.
func (s hdf5Set) checkNumbers() error {
	name, shape, stored := s.info.Name, s.info.Shape, s.info.Stored
	float := strings.HasPrefix(stored, "float")
	switch {
	case s.wrong != nil:
		return s.wrap(s.wrong)
	case !float && !strings.HasPrefix(stored, "integer"), s.size < 1:
		return fmt.Errorf("dataset %s is of type %s; want floating-point numbers or integers",
			name, stored)
	case float && s.size != 4 && s.size != 8:
		return fmt.Errorf("dataset %s is of type %s; want 4 or 8 bytes", name, stored)
	case len(shape) != 1 && len(shape) != 2:
		return fmt.Errorf("dataset %s has %d dimensions (shape %v); want 2, or 1 for a single "+
			"column", name, len(shape), shape)
	}
	return nil
}

func (t *hdf5Table) schema() schema {
	s := schema{n: t.n}
	for _, name := range tableNames(t.d) {
		s.columns = append(s.columns, column{name: name, stored: t.info.Stored,
			narrow: t.info.Stored == "float of 4 bytes"})
	}
	if t.whole {
		s.buffered = int64(float64(t.n) * float64(t.d) * float64(8+t.size))
	}
	return s
}

// rows reads a contiguous dataset in pieces, and any other at once: in a piece of a chunked
// dataset, the library sets the numbers of a chunk that cannot be decoded to 0.
func (t *hdf5Table) rows(pick []int, each func(row []float64) error) error {
	per := t.n
	if !t.whole {
		per = max(1, (1<<22)/(t.d*t.size))
	}
	row := make([]float64, len(pick))
	for first := 0; first < t.n; first += per {
		n := min(per, t.n-first)
		var values []float64
		err := guarded(func() (err error) {
			values, err = t.read(first, n)
			return err
		})
		if err != nil {
			return t.wrap(err)
		}
		if len(values) != n*t.d {
			return fmt.Errorf("dataset %s: the library returned %d numbers instead of %d",
				t.info.Name, len(values), n*t.d)
		}
		for ; len(values) > 0; values = values[t.d:] {
			for k, j := range pick {
				row[k] = values[j]
			}
			if err := each(row); err != nil {
				return err
			}
		}
	}
	return nil
}

// read returns the numbers of n rows.
func (t *hdf5Table) read(first, n int) ([]float64, error) {
	if t.chunked {
		if err := t.checkChunks(); err != nil {
			return nil, err
		}
	}
	if t.whole {
		return t.set.Read()
	}
	start, count := []uint64{uint64(first)}, []uint64{uint64(n)}
	if len(t.info.Shape) == 2 {
		start, count = append(start, 0), append(count, uint64(t.d))
	}
	piece, err := t.set.ReadSlice(start, count)
	if err != nil {
		return nil, err
	}
	values, ok := piece.([]float64)
	if !ok {
		return nil, fmt.Errorf("the library returned the numbers as %T", piece)
	}
	return values, nil
}

// checkChunks returns an error if a chunk of the dataset is missing from the file. The library
// takes its numbers to be 0.
func (s hdf5Set) checkChunks() error {
	chunks, err := s.set.ChunkIterator()
	if err != nil {
		return err
	}
	dims, size := chunks.DatasetDims(), chunks.ChunkDims()
	want := 1
	for i := range dims {
		if size[i] == 0 {
			return errors.New("a chunk has no extent")
		}
		want *= int((dims[i]-1)/size[i] + 1)
	}
	seen := map[[2]uint64]bool{} // by one or two coordinates
	for chunks.Next() {
		at := chunks.ChunkCoords()
		for i := range at {
			if at[i] > (dims[i]-1)/size[i] {
				return fmt.Errorf("a chunk lies outside of the dataset, at %v", at)
			}
		}
		var place [2]uint64
		copy(place[:], at)
		seen[place] = true
	}
	if err := chunks.Err(); err != nil {
		return err
	}
	if len(seen) != want {
		return fmt.Errorf("%d of its %d chunks are missing", want-len(seen), want)
	}
	return nil
}

func (t *hdf5Table) remarks() []string { return nil }

func (t *hdf5Table) Close() error { return t.file.Close() }
