package baselines

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"

	"sparker/twosample"
)

// minimize finds the b at which the loss is smallest, by Newton steps from 0, and leaves f there.
func (t *Falkon) minimize(rank int, weight float64) (status twosample.Status, reason string) {
	n := len(t.rows)
	for _, v := range []*[]float64{&t.f, &t.slope, &t.curvature, &t.product} {
		*v = resized(*v, n)
	}
	for _, v := range []*[]float64{&t.b, &t.trial, &t.gradient, &t.step, &t.residue, &t.direction,
		&t.image, &t.z} {
		*v = resized(*v, rank)
	}
	ridge := t.settings.Lambda * float64(n)
	clear(t.b)
	loss := t.evaluate(t.b, weight, ridge)
	factor, ok := t.precondition(rank, ridge)
	if !ok {
		return twosample.NonFinite, "second derivatives"
	}
	exact := t.settings.Tolerance == 0
	decrement := math.Inf(1)
	for iteration := range t.settings.Iterations {
		t.direct(factor, ridge, iteration == 0)
		decrement = -dot(t.gradient, t.step)
		if math.IsNaN(decrement) || math.IsInf(decrement, 0) {
			return twosample.NonFinite, fmt.Sprintf("Newton step %d", iteration+1)
		}
		next := t.advance(loss, decrement, weight, ridge, exact)
		if math.IsNaN(next) || math.IsInf(next, 0) {
			return twosample.NonFinite, fmt.Sprintf("loss after Newton step %d", iteration+1)
		}
		loss = next
		if !exact && decrement <= t.settings.Tolerance {
			return twosample.OK, ""
		}
	}
	if exact {
		return twosample.OK, ""
	}
	return twosample.NotConverged, fmt.Sprintf("%d Newton steps leave a decrement of %.2g, above the "+
		"tolerance of %.2g",
		t.settings.Iterations, decrement, t.settings.Tolerance)
}

// evaluate sets f, the first two derivatives of every row's loss by it, and the gradient by b, and
// returns the summed loss with the ridge.
func (t *Falkon) evaluate(b []float64, weight, ridge float64) (loss float64) {
	rank := len(b)
	loss = ridge / 2 * dot(b, b)
	for j, v := range b {
		t.gradient[j] = ridge * v
	}
	t.blocks(rank, func(from, to int, block blas64.General) {
		f, slope := vector(t.f[from:to]), vector(t.slope[from:to])
		blas64.Gemv(blas.NoTrans, 1, block, vector(b), 0, f)
		for i := from; i < to; i++ {
			w, sign := 1., -1. // the data's loss is log(1 + e^-f)
			if t.rows[i].reference {
				w, sign = weight, 1
			}
			x := sign * t.f[i]
			e := math.Exp(-math.Abs(x))
			loss += w * (max(x, 0) + math.Log1p(e))
			s := e / (1 + e) // the sigmoid of -|x|
			t.curvature[i] = w * s / (1 + e)
			if x > 0 {
				s = 1 / (1 + e)
			}
			t.slope[i] = sign * w * s
		}
		blas64.Gemv(blas.Trans, 1, block, slope, 1, vector(t.gradient))
	})
	return loss
}

// precondition factorizes the second derivatives by b at the present f.
func (t *Falkon) precondition(rank int, ridge float64) (blas64.Triangular, bool) {
	t.hessian = resized(t.hessian, rank*rank)
	clear(t.hessian)
	t.scaled = resized(t.scaled, falkonBlock*rank)
	hessian := blas64.Symmetric{Uplo: blas.Upper, N: rank, Stride: rank, Data: t.hessian}
	t.blocks(rank, func(from, to int, block blas64.General) {
		scaled := blas64.General{Rows: to - from, Cols: rank, Stride: rank,
			Data: t.scaled[:(to-from)*rank]}
		for i := from; i < to; i++ {
			root := math.Sqrt(t.curvature[i])
			for j := range rank {
				at := (i-from)*rank + j
				scaled.Data[at] = root * block.Data[at]
			}
		}
		blas64.Syrk(blas.Trans, 1, scaled, 1, hessian)
	})
	for i := range rank {
		t.hessian[i*rank+i] += ridge
	}
	return lapack64.Potrf(hessian)
}

// The conjugate gradients of a Newton step end when the residue's norm, as the preconditioner
// measures it, has fallen by falkonForcing, or at the latest after falkonProducts.
const (
	falkonForcing  = 1e-3
	falkonProducts = 100
)

// direct sets step to the Newton step -H⁻¹ gradient. At f = 0, where the factor is that of H
// itself, it is exact.
func (t *Falkon) direct(factor blas64.Triangular, ridge float64, exact bool) {
	precondition := func(z, r []float64) {
		copy(z, r)
		lapack64.Potrs(factor, blas64.General{Rows: len(z), Cols: 1, Stride: 1, Data: z})
	}
	if exact {
		precondition(t.step, t.gradient)
		blas64.Scal(-1, vector(t.step))
		return
	}
	clear(t.step)
	for j, v := range t.gradient {
		t.residue[j] = -v
	}
	precondition(t.z, t.residue)
	copy(t.direction, t.z)
	square := dot(t.residue, t.z)
	for end := falkonForcing * falkonForcing * square; square > end; {
		for range falkonProducts {
			t.curve(ridge)
			alpha := square / dot(t.direction, t.image)
			blas64.Axpy(alpha, vector(t.direction), vector(t.step))
			blas64.Axpy(-alpha, vector(t.image), vector(t.residue))
			precondition(t.z, t.residue)
			next := dot(t.residue, t.z)
			if !(next > end) {
				return
			}
			beta := next / square
			for j, v := range t.z {
				t.direction[j] = v + beta*t.direction[j]
			}
			square = next
		}
		return
	}
}

// curve sets image to the second derivatives at the present f, times direction.
func (t *Falkon) curve(ridge float64) {
	for j, v := range t.direction {
		t.image[j] = ridge * v
	}
	t.blocks(len(t.direction), func(from, to int, block blas64.General) {
		product := vector(t.product[from:to])
		blas64.Gemv(blas.NoTrans, 1, block, vector(t.direction), 0, product)
		for i := from; i < to; i++ {
			t.product[i] *= t.curvature[i]
		}
		blas64.Gemv(blas.Trans, 1, block, product, 1, vector(t.image))
	})
}

// advance takes the step, halved as often as the loss asks for unless it is taken as it is, and
// returns the loss there.
func (t *Falkon) advance(loss, decrement, weight, ridge float64, asIs bool) float64 {
	const halvings, share = 30, 1e-4 // Armijo's rule
	rounding := 1e-12 * math.Abs(loss)
	size := 1.
	for range halvings {
		for j, v := range t.step {
			t.trial[j] = t.b[j] + size*v
		}
		next := t.evaluate(t.trial, weight, ridge)
		if asIs || next <= loss-share*size*decrement+rounding {
			copy(t.b, t.trial)
			return next
		}
		size /= 2
	}
	return math.NaN()
}

func vector(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }

func dot(x, y []float64) float64 { return blas64.Dot(vector(x), vector(y)) }

// resized is x with another length; its values are to be overwritten.
func resized(x []float64, n int) []float64 { return slices.Grow(x[:0], n)[:n] }
