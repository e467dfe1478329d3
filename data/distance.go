package data

import "math"

// Distance returns the Euclidean distance |a - b|. The lengths of a and b must be equal.
func Distance(a, b []float64) float64 {
	if len(a) == 1 {
		return math.Abs(a[0] - b[0])
	}
	return math.Sqrt(SquaredDistance(a, b))
}

// SquaredDistance returns |a - b|². The lengths of a and b must be equal.
func SquaredDistance(a, b []float64) float64 {
	// Four accumulators hide the latency of floating-point addition.
	var s0, s1, s2, s3 float64
	b = b[:len(a)]
	j := 0
	for ; j+4 <= len(a); j += 4 {
		d0, d1, d2, d3 := a[j]-b[j], a[j+1]-b[j+1], a[j+2]-b[j+2], a[j+3]-b[j+3]
		s0 += d0 * d0
		s1 += d1 * d1
		s2 += d2 * d2
		s3 += d3 * d3
	}
	for ; j < len(a); j++ {
		d := a[j] - b[j]
		s0 += d * d
	}
	return s0 + s1 + s2 + s3
}
