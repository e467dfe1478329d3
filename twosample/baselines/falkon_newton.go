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
func (t *Falkon) minimize(rank int) ending {
	n := len(t.rows)
	for _, v := range []*[]float64{&t.f, &t.slope, &t.curvature, &t.product} {
		*v = resized(*v, n)
	}
	for _, v := range []*[]float64{&t.b, &t.trial, &t.gradient, &t.step, &t.residue, &t.direction,
		&t.image, &t.z} {
		*v = resized(*v, rank)
	}
	t.ridge = t.cfg.Lambda * float64(n)
	clear(t.b)
	t.loss = t.evaluate(t.b)
	factor, ok := t.precondition(rank)
	if !ok {
		return ending{twosample.NonFinite, "second derivatives"}
	}
	decrement := math.Inf(1)
	for iteration := range t.cfg.Iterations {
		if iteration == 0 {
			t.solve(factor, t.step, t.gradient)
			blas64.Scal(-1, vector(t.step))
		} else {
			t.conjugateGradients(factor)
		}
		decrement = -dot(t.gradient, t.step)
		if math.IsNaN(decrement) || math.IsInf(decrement, 0) {
			return ending{twosample.NonFinite, fmt.Sprintf("Newton step %d", iteration+1)}
		}
		t.advance(decrement)
		if math.IsNaN(t.loss) || math.IsInf(t.loss, 0) {
			return ending{twosample.NonFinite, fmt.Sprintf("loss after Newton step %d",
				iteration+1)}
		}
		if t.cfg.Tolerance > 0 && decrement <= t.cfg.Tolerance {
			return ending{status: twosample.OK}
		}
	}
	if t.cfg.Tolerance == 0 {
		return ending{status: twosample.OK}
	}
	return ending{twosample.NotConverged, fmt.Sprintf("%d Newton steps leave a decrement of %.2g, "+
		"above the tolerance of %.2g", t.cfg.Iterations, decrement, t.cfg.Tolerance)}
}

// evaluate sets f, the first two derivatives of every row's loss by f, and the gradient by b. It
// returns the summed loss with the ridge.
func (t *Falkon) evaluate(b []float64) (loss float64) {
	rank := len(b)
	loss = t.ridge / 2 * dot(b, b)
	for j, v := range b {
		t.gradient[j] = t.ridge * v
	}
	t.blocks(rank, func(from, to int, block blas64.General) {
		f, slope := vector(t.f[from:to]), vector(t.slope[from:to])
		blas64.Gemv(blas.NoTrans, 1, block, vector(b), 0, f)
		for i := from; i < to; i++ {
			w, sign := t.rows[i].weight, -1. // the data's loss is log(1 + e^-f)
			if t.rows[i].reference {
				sign = 1
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
func (t *Falkon) precondition(rank int) (blas64.Triangular, bool) {
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
		t.hessian[i*rank+i] += t.ridge
	}
	return lapack64.Potrf(hessian)
}

// solve sets z to the solution of factor z = r.
func (t *Falkon) solve(factor blas64.Triangular, z, r []float64) {
	copy(z, r)
	lapack64.Potrs(factor, blas64.General{Rows: len(z), Cols: 1, Stride: 1, Data: z})
}

// The conjugate gradients of a Newton step end when the norm of the residue, as the preconditioner
// measures it, has fallen by falkonForcing, or after falkonProducts.
const (
	falkonForcing  = 1e-3
	falkonProducts = 100
)

// conjugateGradients sets step to the Newton step -H⁻¹ gradient at the present f. The factor, of
// the second derivatives at f = 0, is the preconditioner.
func (t *Falkon) conjugateGradients(factor blas64.Triangular) {
	clear(t.step)
	for j, v := range t.gradient {
		t.residue[j] = -v
	}
	t.solve(factor, t.z, t.residue)
	copy(t.direction, t.z)
	square := dot(t.residue, t.z)
	end := falkonForcing * falkonForcing * square
	if !(square > end) {
		return
	}
	for range falkonProducts {
		t.curve()
		alpha := square / dot(t.direction, t.image)
		blas64.Axpy(alpha, vector(t.direction), vector(t.step))
		blas64.Axpy(-alpha, vector(t.image), vector(t.residue))
		t.solve(factor, t.z, t.residue)
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
}

// curve sets image to the second derivatives at the present f, times direction.
func (t *Falkon) curve() {
	for j, v := range t.direction {
		t.image[j] = t.ridge * v
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

// advance takes the step, halved until the loss falls enough (Armijo's rule); with a tolerance of 0
// it takes the step as it is. The loss is NaN if no halving helps.
func (t *Falkon) advance(decrement float64) {
	const halvings, share = 30, 1e-4
	rounding := 1e-12 * math.Abs(t.loss)
	size := 1.
	for range halvings {
		for j, v := range t.step {
			t.trial[j] = t.b[j] + size*v
		}
		next := t.evaluate(t.trial)
		if t.cfg.Tolerance == 0 || next <= t.loss-share*size*decrement+rounding {
			copy(t.b, t.trial)
			t.loss = next
			return
		}
		size /= 2
	}
	t.loss = math.NaN()
}

func vector(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }

func dot(x, y []float64) float64 { return blas64.Dot(vector(x), vector(y)) }

// resized returns x with another length. The caller overwrites its values.
func resized(x []float64, n int) []float64 { return slices.Grow(x[:0], n)[:n] }
