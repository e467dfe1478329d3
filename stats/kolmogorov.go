package stats

import (
	"math"
	"slices"
)

// KolmogorovSmirnov compares a sample with a continuous distribution function. It returns the
// largest distance between cdf and the sample's empirical distribution function, and the p-value of
// that distance: the asymptotic Kolmogorov law at (sqrt(n) + 0.12 + 0.11/sqrt(n)) · distance
// (Stephens, J. R. Stat. Soc. B 32, 1970), made for small p: for n >= 10 it is within 0.001 of the
// exact one up to p = 0.1, and within 0.02 above.
//
// The p-value is optimistic where cdf was fitted to x. An empty sample gives 0, 1. A sample or cdf
// that yields NaN fits nothing: 1, 0.
func KolmogorovSmirnov(x []float64, cdf func(float64) float64) (distance, p float64) {
	if len(x) == 0 {
		return 0, 1
	}
	sorted := slices.Clone(x)
	slices.Sort(sorted)
	n := float64(len(sorted))
	for i, v := range sorted {
		f := cdf(v)
		if math.IsNaN(v) || math.IsNaN(f) {
			return 1, 0
		}
		distance = max(distance, f-float64(i)/n, float64(i+1)/n-f)
	}
	root := math.Sqrt(n)
	return distance, kolmogorovSurvival((root + 0.12 + 0.11/root) * distance)
}

// kolmogorovSurvival returns P(K >= x) of the Kolmogorov distribution. Two series give the same
// function; each is used where a few of its terms reach full precision.
func kolmogorovSurvival(x float64) float64 {
	switch {
	case x <= 0:
		return 1
	case x < 1:
		// P(K < x) = sqrt(2π)/x Σ exp(-(2k-1)²π²/(8x²))
		var sum float64
		for k := 1.0; k <= 7; k += 2 {
			sum += math.Exp(-k * k * math.Pi * math.Pi / (8 * x * x))
		}
		return 1 - math.Sqrt(2*math.Pi)/x*sum
	default:
		// P(K >= x) = 2 Σ (-1)^(k-1) exp(-2k²x²)
		var sum float64
		sign := 1.0
		for k := 1.0; k <= 5; k++ {
			sum += sign * math.Exp(-2*k*k*x*x)
			sign = -sign
		}
		return 2 * sum
	}
}
