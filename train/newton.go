package train

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// The damping of Newton steps in the coefficients: what is added to the second derivatives,
// absolutely and relative to their mean, and the longest change of a coefficient.
const (
	newtonDamping         = 0.1
	newtonRelativeDamping = 1e-5
	newtonReach           = 2
)

// newton takes one Newton step in the coefficients, in which L_NP + lambda Σ a² is convex, within
// their bounds: those that lie at a bound which the step would cross are left out of it. The step
// is damped, shortened to newtonReach, and clipped. It returns what became non-finite.
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
	low, high := k.coefficients.low, k.coefficients.high
	m := len(k.a)
	var free []int
	g := make([]float64, m)
	var trace float64
	for i, a := range k.a {
		g[i] = gradient[i] + 2*k.penalty*a
		trace += hessian[i*m+i]
		if !(a <= low && g[i] > 0 || a >= high && g[i] < 0) {
			free = append(free, i)
		}
	}
	if len(free) == 0 {
		return nil
	}
	diagonal := 2*k.penalty + newtonDamping + newtonRelativeDamping*trace/float64(m)
	h := mat.NewSymDense(len(free), nil)
	right := mat.NewVecDense(len(free), nil)
	for p, i := range free {
		right.SetVec(p, -g[i])
		for q := p; q < len(free); q++ {
			h.SetSym(p, q, hessian[i*m+free[q]])
		}
		h.SetSym(p, p, h.At(p, p)+diagonal)
	}
	var factor mat.Cholesky
	var delta mat.VecDense
	if !factor.Factorize(h) {
		return nonFinite("curvature")
	}
	// A matrix of bad condition is no matter: the step is only a direction downhill.
	if err := factor.SolveVecTo(&delta, right); err != nil && !finite(delta.RawVector().Data...) {
		return nonFinite("curvature")
	}
	scale := min(1, newtonReach/max(mat.Norm(&delta, math.Inf(1)), math.SmallestNonzeroFloat64))
	for p, i := range free {
		k.a[i] += scale * delta.AtVec(p)
	}
	k.coefficients.clip()
	if !finite(k.a...) {
		return nonFinite("parameters")
	}
	return nil
}
