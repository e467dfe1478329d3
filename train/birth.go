package train

import "math"

// birth moves the kernel that the loss would miss least, with i* = argmin a_i² H_ii, to the one of
// some random data rows where the residual is largest in units of its fluctuation,
//
//	S(z) = (Σ_D k - Σ_R w e^f k)² / (1/2 + Σ_R w e^f k²),   k = exp(-|x-z|²/2 sigma²),
//
// if that is more than a_i*² H_i*i*; its coefficient and what the optimizers remember of it become
// 0. It returns the kernel, or -1. The loss rises by what the kernel was worth, about a_i*²
// H_i*i*/2, until the coefficient has grown again.
func (k *kernels) birth(sigma float64) (born int, err error) {
	_, _, hessian, err := k.probe.curvature(sigma)
	if err != nil {
		return -1, err
	}
	m, d := len(k.a), k.ensemble.Dim
	weakest, worth := 0, math.Inf(1)
	for i, a := range k.a {
		if v := a * a * hessian[i*m+i]; v < worth {
			weakest, worth = i, v
		}
	}
	var points []float64
	for range k.options.Births.Candidates {
		points = append(points, k.sample.Row(k.stream.IntN(k.sample.N))...)
	}
	seen, err := k.probe.excess(sigma, points)
	if err != nil {
		return -1, err
	}
	best, place := worth, -1
	for i := range k.options.Births.Candidates {
		observed, expected, square := seen[3*i], seen[3*i+1], seen[3*i+2]
		if v := (observed - expected) * (observed - expected) / (0.5 + square); v > best {
			best, place = v, i
		}
	}
	if place < 0 {
		return -1, nil
	}
	copy(k.mu[weakest*d:(weakest+1)*d], points[place*d:(place+1)*d])
	k.a[weakest] = 0
	k.centroids.forget(weakest*d, (weakest+1)*d)
	k.coefficients.forget(weakest, weakest+1)
	return weakest, nil
}
