package train

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"sparker/data"
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
// is damped, shortened to newtonReach, and clipped. It names what became non-finite.
func (s *state) newton(sigma float64) (broken string, err error) {
	loss, gradient, hessian, err := s.engine.curvature(sigma)
	if err != nil {
		return "", err
	}
	if !finite(loss) {
		return "loss", nil
	}
	if !finite(gradient...) || !finite(hessian...) {
		return "gradient", nil
	}
	low, high := s.bounds()
	m := len(s.a)
	var free []int
	g := make([]float64, m)
	var trace float64
	for i, a := range s.a {
		g[i] = gradient[i] + 2*s.penalty*a
		trace += hessian[i*m+i]
		if !(a <= low && g[i] > 0 || a >= high && g[i] < 0) {
			free = append(free, i)
		}
	}
	if len(free) == 0 {
		return "", nil
	}
	diagonal := 2*s.penalty + newtonDamping + newtonRelativeDamping*trace/float64(m)
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
		return "curvature", nil
	}
	// A matrix of bad condition is no matter: the step is only a direction downhill.
	if err := factor.SolveVecTo(&delta, right); err != nil && !finite(delta.RawVector().Data...) {
		return "curvature", nil
	}
	scale := min(1, newtonReach/max(mat.Norm(&delta, math.Inf(1)), math.SmallestNonzeroFloat64))
	for p, i := range free {
		s.a[i] += scale * delta.AtVec(p)
	}
	s.stepA.clip()
	if !finite(s.a...) {
		return "parameters", nil
	}
	return "", nil
}

// bounds are those of every coefficient.
func (f *Fitter) bounds() (low, high float64) {
	if f.positive {
		return 0, f.config.Clip
	}
	return -f.config.Clip, f.config.Clip
}

// birth moves the kernel that the loss would miss least, with i* = argmin a_i² H_ii, to the one of
// some random data rows where the residual is largest in units of its fluctuation,
//
//	S(z) = (Σ_D k - Σ_R w e^f k)² / (1/2 + Σ_R w e^f k²),   k = exp(-|x-z|²/2 sigma²),
//
// if that is more than a_i*² H_i*i*; its coefficient and what the optimizers remember of it become
// 0. It returns the kernel, or -1. The loss rises by what the kernel was worth, about a_i*²
// H_i*i*/2, until the coefficient has grown again.
func (s *state) birth(sigma float64, sample data.Sample, r *rand.Rand) (born int, err error) {
	_, _, hessian, err := s.engine.curvature(sigma)
	if err != nil {
		return -1, err
	}
	m, d := len(s.a), s.model.Dim
	weakest, worth := 0, math.Inf(1)
	for i, a := range s.a {
		if v := a * a * hessian[i*m+i]; v < worth {
			weakest, worth = i, v
		}
	}
	var points []float64
	for range s.config.Births.Candidates {
		points = append(points, sample.Row(r.IntN(sample.N))...)
	}
	seen, err := s.engine.excess(sigma, points)
	if err != nil {
		return -1, err
	}
	best, place := worth, -1
	for i := range s.config.Births.Candidates {
		observed, expected, square := seen[3*i], seen[3*i+1], seen[3*i+2]
		if v := (observed - expected) * (observed - expected) / (0.5 + square); v > best {
			best, place = v, i
		}
	}
	if place < 0 {
		return -1, nil
	}
	copy(s.mu[weakest*d:(weakest+1)*d], points[place*d:(place+1)*d])
	s.a[weakest] = 0
	s.stepMu.forget(weakest*d, (weakest+1)*d)
	s.stepA.forget(weakest, weakest+1)
	return weakest, nil
}

// The Newton iteration of the lead statistic: its longest step, what is added to the curvature, the
// most steps, and the predicted gain in t below which it ends.
const (
	leadReach   = 1
	leadDamping = 0.01
	leadSteps   = 10
	leadGain    = 1e-9
)

// lead is the best single kernel at its present place,
//
//	lead = max_i max_alpha 2 [ alpha Σ_D k_i - Σ_R w (e^(alpha k_i) - 1) ],
//
// with alpha within the bounds of a coefficient, and the kernel's index. It is 0 or more, since
// alpha may be 0. The maximum is found by a damped Newton iteration from 0, in which the expression
// is concave.
func (s *state) lead(sigma float64) (lead float64, kernel int, err error) {
	m := len(s.a)
	low, high := s.bounds()
	alpha, best := make([]float64, m), make([]float64, m)
	values, slopes, curvatures := make([]float64, m), make([]float64, m), make([]float64, m)
	for range leadSteps + 1 {
		if err := s.engine.singles(sigma, alpha, values, slopes, curvatures); err != nil {
			return 0, 0, err
		}
		moving := false
		for i := range m {
			best[i] = max(best[i], -2*values[i])
			delta := min(max(-slopes[i]/(curvatures[i]+leadDamping), -leadReach), leadReach)
			next := min(max(alpha[i]+delta, low), high)
			moving = moving || math.Abs(slopes[i]*(next-alpha[i])) > leadGain
			alpha[i] = next
		}
		if !moving {
			break
		}
	}
	kernel = slices.Index(best, slices.Max(best))
	return best[kernel], kernel, nil
}

// scaled is the gradient of the centroids and their rate in the unit that the config names. In
// units of sigma, both the gradient and the step are those of mu/sigma.
func (s *state) scaled(gradient []float64, sigma float64) (g []float64, rate float64) {
	rate = s.config.LearningRate.Centroids
	if s.config.LearningRate.Unit != "sigma" {
		return gradient, rate
	}
	for i, v := range gradient {
		s.units[i] = sigma * v
	}
	return s.units, rate * sigma
}

// due says whether kernels may be born in an epoch.
func (f *Fitter) due(epoch int) bool {
	return f.config.Births.Every > 0 && epoch%f.config.Births.Every == 0
}

// newtonic says that the coefficients take Newton steps.
func (f *Fitter) newtonic() bool { return f.config.Optimizer == "newton" }
