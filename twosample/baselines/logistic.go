package baselines

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// logistic is a ridge regression with a logistic link.
type logistic struct {
	b      []float64 // coefficients; the first is the constant's
	scaled []float64 // rows times the root of their curvature
}

// logit is the linear predictor of a row of features.
func (l *logistic) logit(x []float64) float64 {
	var sum float64
	for j, v := range x {
		sum += l.b[j] * v
	}
	return sum
}

// fit minimizes the weighted negative log-likelihood with a ridge by Newton's method (iteratively
// reweighted least squares), in which a step that does not lower it is halved. The problem is
// strictly convex. It stops at a decrease below 1e-10 times the number of data rows, or after 50
// steps, which far outliers can need. It is false if features overflow.
func (l *logistic) fit(rows labeledRows, p int, ridge float64) bool {
	n := len(rows.isData)
	var positives float64
	for _, isData := range rows.isData {
		if isData {
			positives++
		}
	}
	weight := positives / (float64(n) - positives) // of a row of the reference
	l.b = resize(l.b, p)
	clear(l.b)
	l.scaled = resize(l.scaled, n*p)
	loss := func() float64 {
		var sum float64
		for i, isData := range rows.isData {
			z := l.logit(rows.x[i*p : (i+1)*p])
			if isData {
				sum += softplus(-z)
			} else {
				sum += weight * softplus(z)
			}
		}
		for _, b := range l.b[1:] {
			sum += ridge / 2 * b * b
		}
		return sum
	}
	hessian, gradient, step := mat.NewSymDense(p, nil), mat.NewVecDense(p, nil),
		mat.NewVecDense(p, nil)
	var factor mat.Cholesky
	previous := make([]float64, p)
	for current, steps := loss(), 0; steps < 50; steps++ {
		gradient.Zero()
		g := gradient.RawVector().Data
		for i, isData := range rows.isData {
			x := rows.x[i*p : (i+1)*p]
			s := 1 / (1 + math.Exp(-l.logit(x)))
			residual, curvature := s-1, s*(1-s)
			if !isData {
				residual, curvature = weight*s, weight*curvature
			}
			root := math.Sqrt(curvature)
			scaled := l.scaled[i*p : (i+1)*p]
			for j, v := range x {
				g[j] += residual * v
				scaled[j] = root * v
			}
		}
		hessian.SymOuterK(1, mat.NewDense(n, p, l.scaled).T())
		hessian.SetSym(0, 0, hessian.At(0, 0)+1e-9)
		for j := 1; j < p; j++ {
			hessian.SetSym(j, j, hessian.At(j, j)+ridge)
			g[j] += ridge * l.b[j]
		}
		if !factor.Factorize(hessian) {
			return false
		}
		_ = factor.SolveVecTo(step, gradient) // an inaccurate step is halved below
		copy(previous, l.b)
		size, next := 1.0, current
		for ; size > 1e-6; size /= 2 {
			for j := range l.b {
				l.b[j] = previous[j] - size*step.AtVec(j)
			}
			if next = loss(); next < current {
				break
			}
		}
		if !(next < current) {
			copy(l.b, previous)
			break
		}
		gain := current - next
		current = next
		if gain < 1e-10*positives {
			break
		}
	}
	return true
}

// softplus is ln(1 + e^z).
func softplus(z float64) float64 {
	if z > 0 {
		return z + math.Log1p(math.Exp(-z))
	}
	return math.Log1p(math.Exp(z))
}
