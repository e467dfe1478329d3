package baselines

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"sparker/data"
)

// radial is a kernel of the distance: exp(-rate |x-y|²), or exp(-rate Σ|x_j-y_j|) if laplace.
type radial struct {
	rate    float64
	laplace bool
}

// gaussians are the kernels exp(-|x-y|²/(2 (width·unit)²)).
func gaussians(into []radial, widths []float64, unit float64) []radial {
	into = into[:0]
	for _, w := range widths {
		into = append(into, radial{rate: 1 / (2 * w * unit * w * unit)})
	}
	return into
}

// kernelSums sums kernels over pairs of rows, with the memory of one row of the kernel matrix.
type kernelSums struct {
	kernels []radial
	// squares asks for the sums of the squared kernels too.
	squares bool

	euclid, city, value []float64
}

// add adds the sums of each kernel over all pairs of a row of a and one of b to sum, and those of
// its square to square. With within, b is a and every pair counts once.
func (s *kernelSums) add(a, b *rows, within bool, sum, square []float64) {
	for i := range a.n {
		first := 0
		if within {
			first = i + 1
		}
		s.row(a.at(i), b, first, func(k int, value []float64) {
			sum[k] += floats.Sum(value)
			if s.squares {
				square[k] += floats.Dot(value, value)
			}
		})
	}
}

// row gives visit the values of each kernel between x and the rows of b from the first on.
func (s *kernelSums) row(x []float64, b *rows, first int, visit func(k int, value []float64)) {
	n := b.n - first
	s.value = resize(s.value, n)
	haveEuclid, haveCity := false, false
	for k, kernel := range s.kernels {
		distance := &s.euclid
		if kernel.laplace {
			distance = &s.city
			if !haveCity {
				s.city = resize(s.city, n)
				cityDistances(s.city, x, b, first)
				haveCity = true
			}
		} else if !haveEuclid {
			s.euclid = resize(s.euclid, n)
			squaredDistances(s.euclid, x, b, first)
			haveEuclid = true
		}
		// Half the width of the kernel before is its fourth power, which costs less than an
		// exponential.
		if k > 0 && kernel.laplace == s.kernels[k-1].laplace &&
			kernel.rate == 4*s.kernels[k-1].rate {
			for j, v := range s.value {
				s.value[j] = v * v * v * v
			}
		} else {
			decay(s.value, *distance, kernel.rate)
		}
		visit(k, s.value)
	}
}

// decay fills into with exp(-rate v), v >= 0, within a relative 1e-15, in half the time of
// math.Exp: with k = round(64 rate v/ln 2) it is 2^(-k/64), from a table, times a short series
// around 1.
func decay(into, distances []float64, rate float64) {
	const (
		toInteger = 3 << 51         // added, it leaves the integer in the lowest bits
		step      = math.Ln2 / 64   // high + low
		high      = 0x1.62e42fefp-7 // 33 bits, so that k·high is exact
		low       = step - high
	)
	into = into[:len(distances)]
	for j, v := range distances {
		t := rate * v
		if !(t < 708) { // next to nothing, or no number
			into[j] = math.Exp(-t)
			continue
		}
		shifted := t*(1/step) + toInteger
		k := math.Float64bits(shifted) & (1<<32 - 1)
		whole := shifted - toInteger
		r := whole*high - t + whole*low
		series := r + r*r*(1./2+r*(1./6)+r*r*(1./24+r*(1./120))) // e^r - 1
		power := math.Float64frombits(powers[k%64] - k/64<<52)
		into[j] = power + power*series
	}
}

// powers are the bits of 2^(-i/64).
var powers = func() (table [64]uint64) {
	for i := range table {
		table[i] = math.Float64bits(math.Exp2(-float64(i) / 64))
	}
	return table
}()

// discrepancies are the unbiased estimates of MMD², one for each kernel.
func (s *kernelSums) discrepancies(x, y *rows) []float64 {
	xx, yy, xy, _ := s.blocks(x, y)
	t := make([]float64, len(s.kernels))
	for k := range t {
		t[k] = unbiased(xx[k], yy[k], xy[k], x.n, y.n)
	}
	return t
}

// blocks are the sums over the pairs within x, within y and between them, and those of the squares
// over all of these.
func (s *kernelSums) blocks(x, y *rows) (xx, yy, xy, square []float64) {
	n := len(s.kernels)
	sums := make([]float64, 4*n)
	xx, yy, xy, square = sums[:n], sums[n:2*n], sums[2*n:3*n], sums[3*n:]
	s.add(x, x, true, xx, square)
	s.add(y, y, true, yy, square)
	s.add(y, x, false, xy, square)
	return xx, yy, xy, square
}

// unbiased is MMD² from the sums over unordered pairs within and over all pairs between samples of
// n and m rows.
func unbiased(xx, yy, xy float64, n, m int) float64 {
	a, b := float64(n), float64(m)
	return 2*xx/(a*(a-1)) + 2*yy/(b*(b-1)) - 2*xy/(a*b)
}

// squaredDistances fills into with |x - b_j|² for the rows of b from the first on.
func squaredDistances(into, x []float64, b *rows, first int) {
	if len(x) == 1 {
		for j, v := range b.x[first:] {
			into[j] = (v - x[0]) * (v - x[0])
		}
		return
	}
	for j := range into {
		into[j] = data.SquaredDistance(x, b.at(first+j))
	}
}

// cityDistances fills into with Σ_k |x_k - b_jk| for the rows of b from the first on.
func cityDistances(into, x []float64, b *rows, first int) {
	for j := range into {
		row := b.at(first + j)[:len(x)]
		var sum float64
		for k, v := range x {
			sum += math.Abs(v - row[k])
		}
		into[j] = sum
	}
}
