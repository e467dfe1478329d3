package findings

import (
	"fmt"
	"math"

	"sparker/data"
	"sparker/stats"
	"sparker/train"
)

// The two samples of a pair in the counts.
const (
	inData = iota
	inReference
)

const (
	// leastWeight is the phi below which a row has no part in sums: squares of less underflow.
	leastWeight = 1e-100
	// leastSum is the Σ_D phi + Σ_R phi below which a kernel is far from all rows.
	leastSum = 1e-3
	// farthest is a distance, in units of sigma, whose square is a number.
	farthest = 1e150
)

// A census counts the rows at one checkpoint.
type census struct {
	train.Checkpoint
	dim  int
	gate bool // phi has the factor p, the share of the kernel among all
	// The row at hand: its distance to each centroid in units of sigma, log phi, and the nearest
	// centroid.
	distance, logWeight []float64
	nearest             int

	ball        [2][]int     // rows in the ball of each kernel, of D and of R
	sum, square [2][]float64 // Σ phi, Σ phi²
}

func newCensus(c train.Checkpoint, d int, gate bool) *census {
	m := len(c.Coefficients)
	s := &census{Checkpoint: c, dim: d, gate: gate, distance: make([]float64, m),
		logWeight: make([]float64, m)}
	for _, sample := range []int{inData, inReference} {
		s.ball[sample], s.sum[sample], s.square[sample] = make([]int, m), make([]float64, m),
			make([]float64, m)
	}
	return s
}

// centroid returns that of a kernel (d values), in the units of the fit.
func (s *census) centroid(kernel int) []float64 {
	return s.Centroids[kernel*s.dim : (kernel+1)*s.dim]
}

// look works out the distances and weights of a row, z in the units of the fit.
func (s *census) look(z []float64) error {
	s.nearest = 0
	for i := range s.distance {
		r := data.Distance(z, s.centroid(i)) / s.Sigma
		if math.IsNaN(r) || r > farthest {
			return fmt.Errorf(
				"is %v sigma away from kernel %d at epoch %d; distances must be finite", r, i,
				s.Epoch)
		}
		s.distance[i], s.logWeight[i] = r, -r*r/2
		if r < s.distance[s.nearest] {
			s.nearest = i
		}
	}
	if !s.gate {
		return nil
	}
	// log p_i = l_i - max l - log Σ exp(l_j - max l) is finite at any distance.
	largest, total := s.logWeight[s.nearest], 0.0
	for _, l := range s.logWeight {
		total += math.Exp(l - largest)
	}
	norm := largest + math.Log(total)
	for i, l := range s.logWeight {
		s.logWeight[i] = l + (l - norm)
	}
	return nil
}

// weight is phi of a kernel at the row at hand, or 0 if it is too small to count.
func (s *census) weight(kernel int) float64 {
	phi := math.Exp(s.logWeight[kernel])
	if phi < leastWeight {
		return 0
	}
	return phi
}

// inBall reports whether the row at hand is in the ball of a kernel.
func (s *census) inBall(kernel int) bool { return kernel == s.nearest && s.distance[kernel] <= 1 }

// count adds the row at hand to the counts of a sample.
func (s *census) count(sample int) {
	if s.inBall(s.nearest) {
		s.ball[sample][s.nearest]++
	}
	for i := range s.distance {
		phi := s.weight(i)
		s.sum[sample][i] += phi
		s.square[sample][i] += phi * phi
	}
}

// far reports whether a kernel is far from all rows.
func (s *census) far(kernel int) bool {
	return s.sum[inData][kernel]+s.sum[inReference][kernel] < leastSum
}

// ballCount returns the count of the ball of a kernel, for reference rows of weight w.
func (s *census) ballCount(kernel int, w float64) BallCount {
	b := BallCount{Data: s.ball[inData][kernel], Reference: s.ball[inReference][kernel]}
	b.Expected = w * float64(b.Reference)
	b.Z, b.P = stats.OnOff(float64(b.Data), float64(b.Reference), w)
	return b
}

// softCount returns the weighted count of a kernel, for reference rows of weight w.
func (s *census) softCount(kernel int, w float64) SoftCount {
	return weightSums{data: s.sum[inData][kernel], reference: s.sum[inReference][kernel],
		dataSquares: s.square[inData][kernel], referenceSquares: s.square[inReference][kernel],
	}.softCount(w)
}

// weightSums are sums of the weights of the rows of both samples, and of their squares.
type weightSums struct{ data, dataSquares, reference, referenceSquares float64 }

// far reports whether what has the weights is far from all rows.
func (s weightSums) far() bool { return s.data+s.reference < leastSum }

// onOff returns the counts in units of the common effective weight, and that weight. The rows must
// not be far.
func (s weightSums) onOff(w float64) (count stats.OnOffCount, unit float64) {
	unit = (s.dataSquares + s.referenceSquares) / (s.data + s.reference)
	return stats.OnOffCount{On: s.data / unit, Off: s.reference / unit, Weight: w}, unit
}

// softCount returns the weighted count, for reference rows of weight w.
func (s weightSums) softCount(w float64) SoftCount {
	d, r := s.data, s.reference
	c := SoftCount{Data: d, Expected: w * r, EffectiveData: effectiveRows(d, s.dataSquares),
		EffectiveReference: effectiveRows(r, s.referenceSquares)}
	if s.far() {
		return c
	}
	if s.referenceSquares > 0 {
		score := (d - w*r) / math.Sqrt(w*(1+w)*s.referenceSquares)
		c.Score = &score
	}
	count, _ := s.onOff(w)
	c.Z = count.Z()
	return c
}

// effectiveRows returns the effective number of rows of a sum of weights and a sum of their
// squares; 0 for none.
func effectiveRows(sum, square float64) float64 {
	if square == 0 {
		return 0
	}
	return sum * sum / square
}

// counts returns those of all kernels.
func (s *census) counts(w float64) ScaleCounts {
	counts := ScaleCounts{Epoch: s.Epoch, Sigma: s.Sigma, T: s.T}
	for i, a := range s.Coefficients {
		ball, soft := s.ballCount(i, w), s.softCount(i, w)
		counts.Kernels = append(counts.Kernels, KernelCounts{
			Coefficient: a, Data: ball.Data, Expected: ball.Expected, Z: ball.Z,
			SoftData: soft.Data, SoftExpected: soft.Expected, SoftZ: soft.Z,
		})
	}
	return counts
}
