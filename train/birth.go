package train

import "math"

// birth relocates the kernel that the loss needs least, i* = argmin a_i² H_ii. The candidates are
// random data rows z, scored by the squared residual in units of its variance,
//
//	S(z) = (Σ_D k - Σ_R w e^f k)² / (1/2 + Σ_R w e^f k²),   k = exp(-|x-z|²/2 sigma²).
//
// The kernel moves to the best candidate if S exceeds a_i*² H_i*i*. Its coefficient and the
// optimizers' memory of it are then set to 0. Until the coefficient has grown again, the loss is
// higher by what the kernel contributed, about a_i*² H_i*i*/2.
//
// birth returns the index of the kernel, or -1 if none moved.
func (k *kernels) birth(sigma float64) (born int, err error) {
	_, _, hessian, err := k.probe.curvature(sigma)
	if err != nil {
		return -1, err
	}
	m, d := len(k.a), k.ensemble.Dim
	weakest, lowest := 0, math.Inf(1)
	for i, a := range k.a {
		if v := a * a * hessian[i*m+i]; v < lowest {
			weakest, lowest = i, v
		}
	}
	var points []float64
	for range k.options.Births.Candidates {
		points = append(points, k.sample.Row(k.stream.IntN(k.sample.N))...)
	}
	sums, err := k.probe.excess(sigma, points)
	if err != nil {
		return -1, err
	}
	best, place := lowest, -1
	for i := range k.options.Births.Candidates {
		observed, expected, square := sums[3*i], sums[3*i+1], sums[3*i+2]
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
