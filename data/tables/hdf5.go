package tables

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/scigolib/hdf5"
)

// hdf5Hint follows the errors of a library that reads most HDF5 files, not all.
const hdf5Hint = "the file is damaged, or uses a part of the HDF5 format that cannot be read " +
	"here; h5repack, or numpy.savez of the array, may help"

// hdf5Table is an open dataset.
type hdf5Table struct {
	file    *hdf5.File
	set     *hdf5.Dataset
	info    ArrayInfo
	n, d    int
	size    int // bytes of a stored number
	chunked bool
	whole   bool // has to be read at once
}

// openHDF5 opens a dataset of an HDF5 file: the one of the key, or the only one.
func openHDF5(p place) (table openTable, err error) {
	err = guarded(func() error {
		file, sets, err := hdf5Sets(p)
		if err != nil {
			return err
		}
		t, err := newHDF5Table(file, sets, p)
		if err != nil {
			return errors.Join(err, file.Close())
		}
		table = t
		return nil
	})
	return table, err
}

// hdf5Set is a dataset and what the file says of it.
type hdf5Set struct {
	info   ArrayInfo
	set    *hdf5.Dataset
	layout string
	size   int // bytes of a number
	wrong  error
}

// checkHeaps sees to it that no heap of the file claims to be larger than the file. The library
// would allocate whatever a damaged heap asks for, and the end of all memory is not an error that
// could be caught. A heap has a signature of eight bytes, so numbers that look like one do not
// occur.
func (p place) checkHeaps() error {
	f, err := os.Open(p.path)
	if err != nil {
		return err
	}
	defer f.Close()
	const head = 16 // signature and size
	buffer := make([]byte, 1<<20)
	if _, err := f.ReadAt(buffer[:head], 0); err != nil ||
		!bytes.HasPrefix(buffer, []byte("\x89HDF\r\n\x1a\n")) {
		return nil // the library says what is wrong
	}
	// The superblock says how long a size is; only long ones can be too large.
	if lengths := map[byte]byte{0: buffer[14], 1: buffer[14], 2: buffer[10],
		3: buffer[10]}; lengths[buffer[8]] != 8 {
		return nil
	}
	for kept := 0; ; {
		read, err := io.ReadFull(f, buffer[kept:])
		part := buffer[:kept+read]
		for _, signature := range []string{"HEAP\x00\x00\x00\x00", "GCOL\x01\x00\x00\x00"} {
			for rest := part; ; {
				at := bytes.Index(rest, []byte(signature))
				if at < 0 || at+head > len(rest) {
					break
				}
				rest = rest[at+8:]
				if size := binary.LittleEndian.Uint64(rest); size > uint64(p.size) {
					return fmt.Errorf("the file is damaged: one of its heaps would take %d bytes",
						size)
				}
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
		kept = copy(buffer, part[len(part)-head+1:])
	}
}

// hdf5Sets lists the datasets of a file.
func hdf5Sets(p place) (*hdf5.File, []hdf5Set, error) {
	if err := p.checkHeaps(); err != nil {
		return nil, nil, err
	}
	file, err := hdf5.Open(p.path)
	if err != nil {
		return nil, nil, fmt.Errorf("%w (%s)", err, hdf5Hint)
	}
	var sets []hdf5Set
	file.Walk(func(path string, o hdf5.Object) {
		if set, ok := o.(*hdf5.Dataset); ok {
			sets = append(sets, newHDF5Set(path, set))
		}
	})
	return file, sets, nil
}

// hdf5Info is the form in which the library describes a dataset.
var hdf5Info = regexp.MustCompile(
	`^Dataset: (\S+) \(size=(\d+) bytes\), (scalar|null|\d+D array \[([0-9 x]*)\]), (\w+)`)

func newHDF5Set(path string, set *hdf5.Dataset) hdf5Set {
	s := hdf5Set{info: ArrayInfo{Name: path}, set: set}
	text, err := set.Info()
	if err != nil {
		s.wrong = err
		return s
	}
	parts := hdf5Info.FindStringSubmatch(text)
	if parts == nil {
		s.wrong = fmt.Errorf("it is described as %q", text)
		return s
	}
	s.info.Stored = hdf5Type(parts[1], parts[2])
	s.layout = parts[5]
	s.info.Shape = []int{}
	if s.size, err = strconv.Atoi(parts[2]); err != nil {
		s.wrong = err
	}
	for _, length := range strings.Fields(strings.ReplaceAll(parts[4], "x", " ")) {
		n, err := strconv.Atoi(length)
		if err != nil {
			s.wrong = err
		}
		s.info.Shape = append(s.info.Shape, n)
	}
	return s
}

// hdf5Type names a type by its class and size.
func hdf5Type(class, size string) string {
	switch class {
	case "float", "integer":
		return class + " of " + size + " bytes"
	case "class_8":
		return "enumeration"
	case "class_9":
		return "variable length"
	}
	return strings.Replace(class, "class_", "class ", 1)
}

// hdf5Find finds the dataset of a key, or the only one.
func hdf5Find(sets []hdf5Set, key string) (hdf5Set, error) {
	if len(sets) == 0 {
		return hdf5Set{}, errors.New("the file holds no datasets")
	}
	if key == "" && len(sets) == 1 {
		return sets[0], nil
	}
	var names []string
	for _, s := range sets {
		if key != "" && strings.Trim(s.info.Name, "/") == strings.Trim(key, "/") {
			return s, nil
		}
		names = append(names, s.info.Name+" "+s.info.describe())
	}
	if key == "" {
		return hdf5Set{}, fmt.Errorf("the file holds several datasets; say which, as in "+
			"FILE.h5:%s. They are %s", sets[0].info.Name, listed(names))
	}
	return hdf5Set{}, fmt.Errorf("the file holds no dataset %q; its datasets are %s", key,
		listed(names))
}

// newHDF5Table checks that the dataset is a table of numbers.
func newHDF5Table(file *hdf5.File, sets []hdf5Set, p place) (*hdf5Table, error) {
	s, err := hdf5Find(sets, p.key)
	if err != nil {
		return nil, err
	}
	name, shape := s.info.Name, s.info.Shape
	t := &hdf5Table{file: file, set: s.set, info: s.info, size: s.size, d: 1}
	switch {
	case s.wrong != nil:
		return nil, fmt.Errorf("dataset %s: %w (%s)", name, s.wrong, hdf5Hint)
	case !strings.HasPrefix(s.info.Stored, "float") && !strings.HasPrefix(s.info.Stored, "integer"),
		s.size < 1:
		return nil, fmt.Errorf("dataset %s is of type %s; want floating-point numbers or integers",
			name, s.info.Stored)
	case strings.HasPrefix(s.info.Stored, "float") && s.size != 4 && s.size != 8:
		return nil, fmt.Errorf("dataset %s is of type %s; want 4 or 8 bytes", name, s.info.Stored)
	case len(shape) != 1 && len(shape) != 2:
		return nil, fmt.Errorf("dataset %s has %d dimensions (shape %v); want 2, or 1 for a "+
			"single column", name, len(shape), shape)
	}
	t.n = shape[0]
	if len(shape) == 2 {
		t.d = shape[1]
	}
	if t.n < 1 || t.d < 1 {
		return nil, fmt.Errorf("dataset %s is empty (shape %v)", name, shape)
	}
	if err := checkColumns(t.d); err != nil {
		return nil, fmt.Errorf("dataset %s: %w", name, err)
	}
	held := p.size / int64(t.size)
	switch s.layout {
	case "contiguous", "compact":
		if int64(t.n) > held/int64(t.d) {
			return nil, fmt.Errorf("the file is truncated: dataset %s has %d x %d numbers, more "+
				"than the file's %d bytes hold", name, t.n, t.d, p.size)
		}
		t.whole = s.layout == "compact"
	case "chunked":
		t.chunked, t.whole = true, true
	default:
		return nil, fmt.Errorf("dataset %s has the layout %q (%s)", name, s.layout, hdf5Hint)
	}
	return t, nil
}

func (t *hdf5Table) shape() tableShape {
	s := tableShape{n: t.n, missing: "NaN"}
	for _, name := range tableNames(t.d) {
		s.columns = append(s.columns, field{name: name, stored: t.info.Stored,
			narrow: t.info.Stored == "float of 4 bytes"})
	}
	if t.whole {
		s.buffered = int64(float64(t.n) * float64(t.d) * float64(8+t.size))
	}
	return s
}

// rows reads a contiguous dataset in pieces, and others at once: a piece of a chunked one would be
// zeros where a chunk cannot be decoded.
func (t *hdf5Table) rows(pick []int, each func(row []float64) error) error {
	row := make([]float64, len(pick))
	give := func(values []float64, n int) error {
		if len(values) != n*t.d {
			return fmt.Errorf("dataset %s: %d numbers came in place of %d", t.info.Name,
				len(values), n*t.d)
		}
		for ; len(values) > 0; values = values[t.d:] {
			for k, j := range pick {
				row[k] = values[j]
			}
			if err := each(row); err != nil {
				return err
			}
		}
		return nil
	}
	per := t.n
	if !t.whole {
		per = max(1, (1<<22)/(t.d*t.size))
	}
	for first := 0; first < t.n; first += per {
		n := min(per, t.n-first)
		var values []float64
		if err := guarded(func() (err error) {
			values, err = t.read(first,
				n)
			return err
		}); err != nil {
			return fmt.Errorf("dataset %s: %w (%s)", t.info.Name, err, hdf5Hint)
		}
		if err := give(values, n); err != nil {
			return err
		}
	}
	return nil
}

// read gives some rows.
func (t *hdf5Table) read(first, n int) ([]float64, error) {
	if t.chunked {
		if err := t.complete(); err != nil {
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
		return nil, fmt.Errorf("the numbers came as %T", piece)
	}
	return values, nil
}

// complete sees to it that every chunk of the dataset is in the file: the library takes zeros for
// others.
func (t *hdf5Table) complete() error {
	chunks, err := t.set.ChunkIterator()
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
	seen := map[[2]uint64]bool{} // of one or two dimensions
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

// guarded turns a panic of a library that trusts its files into an error.
func guarded(call func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the file is damaged, or of a kind that cannot be read here: %v", p)
		}
	}()
	return call()
}
