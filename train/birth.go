package train

import (
	"math"

	"sparker/data"
)

// birth relocates the kernel that the loss needs least, i* = argmin a_i² H_ii. The candidates are
// random data rows z, drawn by their weights and scored by the squared residual in units of its
// variance,
//
//	S(z) = (Σ_D k - Σ_R w e^f k)² / (1/2 + Σ_R w e^f k²),   k = exp(-|x-z|²/2 sigma²).
//
// The kernel moves to the best candidate if S exceeds a_i*² H_i*i*. Its coefficient and the
// optimizers' memory of it are then set to 0. Until the coefficient has grown again, the loss is
// higher by what the kernel contributed, about a_i*² H_i*i*/2.
//
// Data that are a few values over and over are different: see [places]. The candidates are then the
// values that no kernel holds.
//
// birth returns the index of the kernel, or -1 if none moved.
func (k *kernels) birth(sigma float64) (born int, err error) {
	weakest, lowest, err := k.weakest(sigma)
	if err != nil {
		return -1, err
	}
	d := k.ensemble.Dim
	points := k.candidates()
	if len(points) == 0 {
		return -1, nil
	}
	sums, err := k.probe.excess(sigma, points)
	if err != nil {
		return -1, err
	}
	best, place := lowest, -1
	for i := range len(points) / d {
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

// weakest returns the kernel that the loss needs least, and what it is worth.
func (k *kernels) weakest(sigma float64) (kernel int, worth float64, err error) {
	_, gradient, hessian, err := k.probe.curvature(sigma)
	if err != nil {
		return 0, 0, err
	}
	m := len(k.a)
	worth = math.Inf(1)
	for i, a := range k.a {
		v := a * a * hessian[i*m+i]
		if k.places != nil {
			v -= 2 * a * gradient[i]
		}
		if v < worth {
			kernel, worth = i, v
		}
	}
	return kernel, worth, nil
}

// candidates returns the points where a kernel may be born.
func (k *kernels) candidates() []float64 {
	if k.places != nil {
		return k.places.free(k.mu)
	}
	var points []float64
	for range k.options.Births.Candidates {
		points = append(points, k.sample.Row(k.draws.Index(k.stream))...)
	}
	return points
}

// places are the distinct rows of data that are a few values over and over, such as codes. Random
// rows would nearly always be places that a kernel holds. Where the reference has no rows, the
// residual never vanishes, and a² H is 0: the kernel there would be born again and again at its own
// place, with a coefficient of 0. So kernels are born only at places that no kernel holds, and what
// a kernel is worth includes the slope of the loss, a² H - 2 a dL/da.
type places [][]float64

// newPlaces returns the places of a sample, or nil if it has more than most distinct rows, or fewer
// than two rows for each of them.
func newPlaces(sample data.Sample, most int) places {
	rows := startRows{pair: data.Pair{Data: sample}, n: sample.N}
	distinct := rows.distinct(most + 1)
	if len(distinct) > most || 2*len(distinct) > sample.N {
		return nil
	}
	var p places
	for _, i := range distinct {
		p = append(p, rows.row(i))
	}
	return p
}

// free returns the places that no centroid holds, one after the other. A centroid holds the place
// nearest to it.
func (p places) free(centroids []float64) []float64 {
	d := len(p[0])
	held := make([]bool, len(p))
	for i := 0; i < len(centroids); i += d {
		nearest, least := 0, math.Inf(1)
		for k, place := range p {
			if d2 := data.SquaredDistance(centroids[i:i+d], place); d2 < least {
				nearest, least = k, d2
			}
		}
		held[nearest] = true
	}
	var points []float64
	for k, place := range p {
		if !held[k] {
			points = append(points, place...)
		}
	}
	return points
}
