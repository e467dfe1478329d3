package data

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"codeberg.org/sbinet/npyio"
)

// ReadNPY reads a sample from a NumPy .npy file: a two-dimensional array of N rows and D columns, or a
// one-dimensional one of N values, which becomes N rows of one column. The numbers may be integers (of 1 to
// 8 bytes, signed or not; above 2^53 they are rounded) or floating-point numbers of 4 or 8 bytes, of either
// byte order, in C or Fortran order. Everything else is an error that names the file: other types and
// ranks, an empty array, a file that is too short or too long for its header, and NaN or infinite values, whose
// row and column it names.
func ReadNPY(path string) (Sample, error) {
	f, err := os.Open(path)
	if err != nil {
		return Sample{}, fmt.Errorf("data: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Sample{}, fmt.Errorf("data: %w", err)
	}
	if !info.Mode().IsRegular() {
		return Sample{}, fmt.Errorf("data: reading %s: not a regular file", path)
	}
	s, err := readArray(f, info.Size())
	if err != nil {
		return Sample{}, fmt.Errorf("data: reading %s: %w", path, err)
	}
	return s, nil
}

// dtype is a type of number that an array may hold.
type dtype struct {
	size int
	read func(*npyio.Reader) ([]float64, error)
}

// dtypes are keyed by NumPy's name without the byte order.
var dtypes = map[string]dtype{
	"f4": {4, widen[float32]}, "f8": {8, widen[float64]},
	"i1": {1, widen[int8]}, "i2": {2, widen[int16]}, "i4": {4, widen[int32]}, "i8": {8, widen[int64]},
	"u1": {1, widen[uint8]}, "u2": {2, widen[uint16]}, "u4": {4, widen[uint32]}, "u8": {8, widen[uint64]},
}

func widen[T float32 | float64 | int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64](r *npyio.Reader) ([]float64, error) {
	var values []T
	if err := r.Read(&values); err != nil {
		return nil, err
	}
	if already, ok := any(values).([]float64); ok {
		return already, nil
	}
	x := make([]float64, len(values))
	for i, v := range values {
		x[i] = float64(v)
	}
	return x, nil
}

// readArray reads the .npy file of size bytes that r holds.
func readArray(r io.Reader, size int64) (Sample, error) {
	br := bufio.NewReaderSize(r, 1<<16)
	start, err := headerSize(br)
	if err != nil {
		return Sample{}, err
	}
	if start > size {
		return Sample{}, errors.New("the file is truncated within its header")
	}
	var array *npyio.Reader
	if err := guarded(func() (err error) { array, err = npyio.NewReader(br); return err }); err != nil {
		return Sample{}, fmt.Errorf("the header is not valid: %w", err)
	}
	name := strings.Trim(array.Header.Descr.Type, "'")
	t, ok := dtypes[strings.TrimLeft(name, "<>|=")]
	if !ok {
		return Sample{}, fmt.Errorf("the array is of type %s; want numbers: float32, float64 or integers (in NumPy: a.astype('f8'))", name)
	}
	shape := array.Header.Descr.Shape
	n, d := 0, 1
	switch len(shape) {
	case 1:
		n = shape[0]
	case 2:
		n, d = shape[0], shape[1]
	default:
		return Sample{}, fmt.Errorf("the array has %d dimensions (shape %v); want 2, or 1 for a single column", len(shape), shape)
	}
	if n < 1 || d < 1 {
		return Sample{}, fmt.Errorf("the array is empty (shape %v)", shape)
	}
	held := (size - start) / int64(t.size)
	if int64(n) > held/int64(d) {
		return Sample{}, fmt.Errorf("the file is truncated: its header promises %d x %d numbers, of which it holds %d", n, d, held)
	}
	if extra := size - start - int64(n)*int64(d)*int64(t.size); extra > 0 {
		return Sample{}, fmt.Errorf("the file holds %d bytes more than the %d x %d array of its header", extra, n, d)
	}
	var x []float64
	if err := guarded(func() (err error) { x, err = t.read(array); return err }); err != nil {
		return Sample{}, err
	}
	if array.Header.Descr.Fortran {
		x = rowMajor(x, n, d)
	}
	if err := checkFinite(x, d); err != nil {
		return Sample{}, err
	}
	return Sample{X: x, N: n, D: d}, nil
}

// headerSize is the number of bytes before the array's numbers, as the preamble declares it. Nothing is
// consumed. The library would allocate whatever a damaged preamble asks for, and does not notice the end of
// a file in the right place: hence this, and the count of the bytes that follow.
func headerSize(br *bufio.Reader) (int64, error) {
	const preamble = 12
	head, err := br.Peek(preamble)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	if !bytes.HasPrefix(head, npyio.Magic[:]) {
		return 0, errors.New("this is not a .npy file")
	}
	if len(head) < preamble {
		return 0, errors.New("the file is truncated within its header")
	}
	switch major := head[6]; major {
	case 1:
		return 10 + int64(binary.LittleEndian.Uint16(head[8:])), nil
	case 2:
		return 12 + int64(binary.LittleEndian.Uint32(head[8:])), nil
	default:
		return 0, fmt.Errorf("the file is of .npy format version %d; want 1 or 2", major)
	}
}

// guarded turns a panic of the .npy library, which trusts headers, into an error.
func guarded(call func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	return call()
}

// rowMajor copies an array of n rows and d columns from column-major (Fortran) order.
func rowMajor(columns []float64, n, d int) []float64 {
	x := make([]float64, len(columns))
	for j := range d {
		for i := range n {
			x[i*d+j] = columns[j*n+i]
		}
	}
	return x
}
