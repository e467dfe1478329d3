package baselines

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// falkonBlock is the number of rows that are processed at a time. Some hundred features of them fit
// into a cache.
const falkonBlock = 256

// falkonRank is the squared distance of a kernel from the span of the others below which it is left
// out.
const falkonRank = 1e-12

// gaussian returns exp(-|x-y|²/(2 sigma²)), with scale = -1/(2 sigma²).
func gaussian(x, y []float64, scale float64) float64 {
	var sum float64
	for j, v := range x {
		delta := v - y[j]
		sum += delta * delta
	}
	return math.Exp(scale * sum)
}

// factorize computes the pivoted Cholesky factor of the centers' kernel matrix and returns its rank
// r, or 0 if the matrix is not finite. It fills pivots, and upper with the rows and columns of the
// transposed factor at the pivots.
func (t *Falkon) factorize(width float64) (rank int) {
	d := t.dim
	m := len(t.centers) / d
	scale := -1 / (2 * width * width)
	t.factor, t.pivots = t.factor[:0], t.pivots[:0]
	t.residual = resized(t.residual, m)
	for i := range t.residual {
		t.residual[i] = 1
	}
	for len(t.pivots) < m {
		pivot := 0
		for i, v := range t.residual {
			if v > t.residual[pivot] {
				pivot = i
			}
		}
		left := t.residual[pivot]
		if !(left > falkonRank) {
			break
		}
		k := len(t.pivots)
		t.factor = slices.Grow(t.factor, m)[:(k+1)*m]
		column := t.factor[k*m:]
		c := t.centers[pivot*d : (pivot+1)*d]
		for i := range column {
			column[i] = gaussian(t.centers[i*d:(i+1)*d], c, scale)
		}
		for j := range k {
			earlier := t.factor[j*m : (j+1)*m]
			blas64.Axpy(-earlier[pivot], blas64.Vector{N: m, Inc: 1, Data: earlier},
				blas64.Vector{N: m, Inc: 1, Data: column})
		}
		root := math.Sqrt(left)
		for i := range column {
			column[i] /= root
			t.residual[i] -= column[i] * column[i]
		}
		column[pivot] = root
		t.residual[pivot] = 0
		t.pivots = append(t.pivots, pivot)
		if math.IsNaN(blas64.Asum(blas64.Vector{N: m, Inc: 1, Data: column})) {
			return 0
		}
	}
	rank = len(t.pivots)
	t.upper = resized(t.upper, rank*rank)
	for i := range rank {
		for j := i; j < rank; j++ {
			t.upper[i*rank+j] = t.factor[i*m+t.pivots[j]]
		}
	}
	return rank
}

// featurize fills features. Those of a row are its kernels at the pivots times the inverse of
// upper.
func (t *Falkon) featurize(width float64, rank int) {
	d, n := t.dim, len(t.rows)
	scale := -1 / (2 * width * width)
	t.features = resized(t.features, n*rank)
	for i := range n {
		x, row := t.pooled[i*d:(i+1)*d], t.features[i*rank:(i+1)*rank]
		for j, pivot := range t.pivots {
			row[j] = gaussian(x, t.centers[pivot*d:(pivot+1)*d], scale)
		}
	}
	upper := blas64.Triangular{Uplo: blas.Upper, Diag: blas.NonUnit, N: rank, Stride: rank,
		Data: t.upper}
	t.blocks(rank, func(_, _ int, block blas64.General) {
		blas64.Trsm(blas.Right, blas.NoTrans, 1, upper, block)
	})
}

// blocks calls visit with the features of some rows (from, to) at a time.
func (t *Falkon) blocks(rank int, visit func(from, to int, block blas64.General)) {
	n := len(t.rows)
	for from := 0; from < n; from += falkonBlock {
		to := min(from+falkonBlock, n)
		visit(from, to, blas64.General{Rows: to - from, Cols: rank, Stride: rank,
			Data: t.features[from*rank : to*rank]})
	}
}
