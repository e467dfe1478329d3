package baselines

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// logistic is a ridge regression with a logistic link.
type logistic struct {
	ridge  float64
	weight float64   // of a row of the reference; one of the data weighs 1
	b      []float64 // coefficients; the first is the constant's
	scaled []float64 // rows times the root of their curvature
}

// logit returns the linear predictor of a row of features.
func (l *logistic) logit(x []float64) float64 {
	var sum float64
	for j, v := range x {
		sum += l.b[j] * v
	}
	return sum
}

// fit minimizes the weighted negative log-likelihood with a ridge, for rows of p features, by
// Newton's method (iteratively reweighted least squares). A step that does not lower it is halved.
// The problem is strictly convex. The fit ends at a decrease below 1e-10 times the number of data
// rows, or after 50 steps, which far outliers can need. It returns false if features overflow.
func (l *logistic) fit(rows labeledRows, p int, ridge float64) bool {
	n := len(rows.isData)
	var positives float64
	for _, isData := range rows.isData {
		if isData {
			positives++
		}
	}
	l.ridge, l.weight = ridge, positives/(float64(n)-positives)
	l.b = resize(l.b, p)
	clear(l.b)
	l.scaled = resize(l.scaled, n*p)
	step := mat.NewVecDense(p, nil)
	previous := make([]float64, p)
	for current, steps := l.loss(rows), 0; steps < 50; steps++ {
		if !l.newton(rows, step) {
			return false
		}
		copy(previous, l.b)
		size, next := 1.0, current
		for ; size > 1e-6; size /= 2 {
			for j := range l.b {
				l.b[j] = previous[j] - size*step.AtVec(j)
			}
			if next = l.loss(rows); next < current {
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

// loss returns what is minimized.
func (l *logistic) loss(rows labeledRows) float64 {
	var sum float64
	p := len(l.b)
	for i, isData := range rows.isData {
		z := l.logit(rows.x[i*p : (i+1)*p])
		if isData {
			sum += softplus(-z)
		} else {
			sum += l.weight * softplus(z)
		}
	}
	for _, b := range l.b[1:] {
		sum += l.ridge / 2 * b * b
	}
	return sum
}

// newton sets step to the inverse of the second derivatives times the gradient. It returns false if
// the second derivatives are not positive definite.
func (l *logistic) newton(rows labeledRows, step *mat.VecDense) bool {
	p, n := len(l.b), len(rows.isData)
	gradient, hessian := mat.NewVecDense(p, nil), mat.NewSymDense(p, nil)
	g := gradient.RawVector().Data
	for i, isData := range rows.isData {
		x := rows.x[i*p : (i+1)*p]
		s := 1 / (1 + math.Exp(-l.logit(x)))
		residual, curvature := s-1, s*(1-s)
		if !isData {
			residual, curvature = l.weight*s, l.weight*curvature
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
		hessian.SetSym(j, j, hessian.At(j, j)+l.ridge)
		g[j] += l.ridge * l.b[j]
	}
	var factor mat.Cholesky
	if !factor.Factorize(hessian) {
		return false
	}
	_ = factor.SolveVecTo(step, gradient) // the caller halves an inaccurate step
	return true
}

// softplus returns ln(1 + e^z).
func softplus(z float64) float64 {
	if z > 0 {
		return z + math.Log1p(math.Exp(-z))
	}
	return math.Log1p(math.Exp(z))
}
