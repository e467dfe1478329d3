package hdf5

import (
	"errors"
	"fmt"
	"io"
	"math"
)

// SetReader reads the elements of a dataset in pieces of whole rows. A row is what belongs to one
// index of the first dimension.
type SetReader struct {
	d        *Dataset
	rows     int // of the dataset
	rowBytes int
	per      int // rows of a piece
	next     int
	chunks   *chunkMap
	piece    []byte
}

// pieceBytes is about how many bytes of a contiguous dataset are read at once.
const pieceBytes = 1 << 22

// ReadRows returns a reader of a dataset of one or more dimensions.
func (d *Dataset) ReadRows() (*SetReader, error) {
	switch {
	case d.Err != nil:
		return nil, d.Err
	case len(d.Shape) == 0:
		return nil, errors.New("it has no dimensions")
	}
	for _, f := range d.filters {
		if err := f.check(); err != nil {
			return nil, err
		}
	}
	all, err := elements(d.Shape, d.Type.Size)
	if err != nil || all == 0 {
		return nil, errors.Join(err, errors.New("it is empty"))
	}
	r := &SetReader{d: d, rows: d.Shape[0], rowBytes: all / d.Shape[0]}
	r.per = min(r.rows, max(1, pieceBytes/r.rowBytes))
	switch d.layout.kind {
	case contiguous:
		if uint64(all) > d.f.size {
			return nil, fmt.Errorf("%w: it needs %d bytes, more than the file has", errDamaged, all)
		}
	case chunked:
		r.per = min(r.rows, d.layout.chunk[0])
		if r.chunks, err = d.chunks(); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// PieceBytes returns the number of bytes that a piece of the rows takes in memory while it is read,
// or 0 if the dataset is read in small pieces.
func (d *Dataset) PieceBytes() int64 {
	if d.layout.kind != chunked || len(d.Shape) == 0 || d.Err != nil {
		return 0
	}
	bytes := float64(d.Type.Size) * float64(min(d.Shape[0], d.layout.chunk[0]))
	chunk := float64(d.Type.Size)
	for i, n := range d.Shape[1:] {
		bytes *= float64(n)
		chunk *= float64(d.layout.chunk[i+1])
	}
	return int64(min(bytes+chunk*float64(d.layout.chunk[0]), math.MaxInt64/4))
}

// RowBytes returns the number of bytes of a row.
func (r *SetReader) RowBytes() int { return r.rowBytes }

// Next returns the bytes of the next rows, or io.EOF. They are valid until the next call.
func (r *SetReader) Next() ([]byte, error) {
	if r.next >= r.rows {
		return nil, io.EOF
	}
	n := min(r.per, r.rows-r.next)
	first := r.next
	r.next += n
	start, size := first*r.rowBytes, n*r.rowBytes
	switch r.d.layout.kind {
	case compact:
		return r.d.layout.data[start : start+size], nil
	case contiguous:
		return r.d.f.read(r.d.layout.address+uint64(start), uint64(size))
	}
	if err := r.readChunks(first/r.per, n); err != nil {
		return nil, err
	}
	return r.piece[:size], nil
}

// readChunks reads the n rows of the chunks whose first coordinate is band.
func (r *SetReader) readChunks(band, n int) error {
	m := r.chunks
	across := 1
	for _, g := range m.grid[1:] {
		across *= g
	}
	for i := range across {
		b, err := m.read(band*across + i)
		if err != nil {
			return err
		}
		if r.piece == nil { // not before the first chunk: what a header claims may not be there
			r.piece = make([]byte, r.per*r.rowBytes)
		}
		at := make([]int, len(m.grid)) // the first element of the chunk, in a piece
		for k, left := len(at)-1, i; k > 0; k-- {
			at[k] = left % m.grid[k] * r.d.layout.chunk[k]
			left /= m.grid[k]
		}
		shape := append([]int{n}, r.d.Shape[1:]...)
		place{chunk: r.d.layout.chunk, shape: shape, at: at, size: r.d.Type.Size}.copy(r.piece, b)
	}
	return nil
}

// place is where a chunk lies in an array.
type place struct {
	chunk, shape, at []int
	size             int // bytes of an element
}

// copy copies the elements of a chunk that lie inside of the array to it.
func (p place) copy(array, chunk []byte) {
	last := len(p.chunk) - 1
	inside := min(p.chunk[last], p.shape[last]-p.at[last]) * p.size
	run := p.chunk[last] * p.size
	index := make([]int, last) // within the chunk
	for from := 0; from+run <= len(chunk); from += run {
		to, within := 0, true
		for k, i := range index {
			within = within && p.at[k]+i < p.shape[k]
			to = (to + p.at[k] + i) * p.shape[k+1]
		}
		if within {
			to = (to + p.at[last]) * p.size
			copy(array[to:to+inside], chunk[from:])
		}
		for k := last - 1; k >= 0; k-- {
			if index[k]++; index[k] < p.chunk[k] {
				break
			}
			index[k] = 0
		}
	}
}
