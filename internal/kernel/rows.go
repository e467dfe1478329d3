package kernel

import (
	"fmt"
	"math"
)

// The layout of rows. The generator of the assembly has the same numbers.
const (
	chunk        = 256 // rows of a chunk
	step         = 16  // rows that a pass takes at a time
	kernelColumn = 264 // between the kernels of a chunk's buffer
	lanes        = 8   // of an accumulator

	columnar = 8 // up to this dimension rows are held by columns
	line     = 8 // numbers in a line of the cache
)

// PackedRows is a sample of N rows in d dimensions, arranged for the passes. Once packed it may be
// read by any number of workspaces at once.
type PackedRows struct {
	x       []float64
	n, d    int
	stride  int // between rows; 0 where rows are held by columns
	block   int // rows taken together
	largest float64
	packs   int // the number of calls of Repack
}

// Pack arranges n rows x (n×d, row-major) for the passes. It copies x, and panics if len(x) is not
// n·d or if d is below 1.
func Pack(x []float64, n, d int) *PackedRows {
	if d < 1 {
		panic(fmt.Sprintf("kernel: rows in %d dimensions", d))
	}
	r := &PackedRows{d: d, block: chunk, stride: strideOf(d)}
	if r.stride > 0 {
		r.block = 32
		if r.stride > 512 {
			r.block = 16 // two blocks have to fit in the second cache
		}
	}
	r.Repack(x, n)
	return r
}

// strideOf is the distance between rows or centroids in d dimensions, or 0 if rows are held by
// columns. It is a multiple of a cache line, but not of 64 numbers, at which rows would compete for
// the same cache sets.
func strideOf(d int) int {
	if d <= columnar {
		return 0
	}
	s := (d + line - 1) / line * line
	if s%64 == 0 {
		s += line
	}
	return s
}

// Repack replaces the rows by n other rows x (n×d, row-major). It allocates only if it has never
// held as many rows before. It must not run while the rows are read. It panics if len(x) is not
// n·d.
func (r *PackedRows) Repack(x []float64, n int) {
	if n < 0 || len(x) != n*r.d {
		panic(fmt.Sprintf("kernel: %d values for %d rows in %d dimensions", len(x), n, r.d))
	}
	r.n = n
	r.packs++
	size := (n + r.block - 1) / r.block * r.block * max(r.stride, r.d)
	if size > cap(r.x) {
		r.x = reserve(size + size/16)
	}
	r.x = r.x[:size]
	clear(r.x)
	if r.stride > 0 {
		for i := range n {
			copy(r.x[i*r.stride:], x[i*r.d:(i+1)*r.d])
		}
	} else {
		for i := range n {
			base := i/chunk*chunk*r.d + i%chunk
			for j, v := range x[i*r.d : (i+1)*r.d] {
				r.x[base+j*chunk] = v
			}
		}
	}
	r.largest = largest(x)
}

// N returns the number of rows.
func (r *PackedRows) N() int { return r.n }

// Dim returns the number of columns.
func (r *PackedRows) Dim() int { return r.d }

// after is the block after the one at start, or that block itself if it is the last.
func (r *PackedRows) after(start int) []float64 {
	if next := (start + r.block) * r.stride; next < len(r.x) {
		return r.x[next:]
	}
	return r.x[start*r.stride:]
}

// largest returns the largest absolute value, or NaN if x holds one.
func largest(x []float64) float64 {
	var top float64
	for _, v := range x {
		if v = math.Abs(v); !(v <= top) {
			top = v
			if v != v {
				return v
			}
		}
	}
	return top
}
