package train

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Newton steps in the coefficients are damped: these numbers are added to the diagonal of the
// second derivatives, absolutely and relative to their mean. No coefficient changes by more than
// newtonReach in one step.
const (
	newtonDamping         = 0.1
	newtonRelativeDamping = 1e-5
	newtonReach           = 2
)

// newton takes one damped Newton step in the coefficients, in which L_NP + lambda Σ a² is convex.
// Coefficients at a bound that the step would cross stay there, and the others are clipped after
// the step.
func (k *kernels) newton(sigma float64) error {
	loss, gradient, hessian, err := k.probe.curvature(sigma)
	if err != nil {
		return err
	}
	if !finite(loss) {
		return nonFinite("loss")
	}
	if !finite(gradient...) || !finite(hessian...) {
		return nonFinite("gradient")
	}
	if err := k.newtonStep(gradient, mat.NewSymDense(len(k.a), hessian)); err != nil {
		return err
	}
	k.coefficients.clip()
	if !finite(k.a...) {
		return nonFinite("parameters")
	}
	return nil
}

// newtonStep moves the free coefficients, given the first and second derivatives of L_NP.
func (k *kernels) newtonStep(gradient []float64, hessian *mat.SymDense) error {
	m := len(k.a)
	var free []int
	g := make([]float64, m)
	for i, a := range k.a {
		g[i] = gradient[i] + 2*k.penalty*a
		if !(a <= k.coefficients.low && g[i] > 0 || a >= k.coefficients.high && g[i] < 0) {
			free = append(free, i)
		}
	}
	if len(free) == 0 {
		return nil
	}
	diagonal := 2*k.penalty + newtonDamping + newtonRelativeDamping*mat.Trace(hessian)/float64(m)
	h := mat.NewSymDense(len(free), nil)
	right := mat.NewVecDense(len(free), nil)
	for p, i := range free {
		right.SetVec(p, -g[i])
		for q := p; q < len(free); q++ {
			h.SetSym(p, q, hessian.At(i, free[q]))
		}
		h.SetSym(p, p, h.At(p, p)+diagonal)
	}
	var factor mat.Cholesky
	if !factor.Factorize(h) {
		return nonFinite("curvature")
	}
	// An ill-conditioned matrix is harmless: the step only needs to point downhill.
	var delta mat.VecDense
	if err := factor.SolveVecTo(&delta, right); err != nil && !finite(delta.RawVector().Data...) {
		return nonFinite("curvature")
	}
	scale := min(1, newtonReach/max(mat.Norm(&delta, math.Inf(1)), math.SmallestNonzeroFloat64))
	for p, i := range free {
		k.a[i] += scale * delta.AtVec(p)
	}
	return nil
}
