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

	ball [2][]int      // rows in the ball of each kernel, of D and of R
	held [2][]rowSums  // of these rows
	sums [2][]shareSum // of all rows
}

// rowSums are sums of the weights of rows, relative to each other, and of their squares.
type rowSums struct{ weights, squares float64 }

// shareSum are sums over rows of weights w, which are 1 unless the pair has others.
type shareSum struct {
	weights float64 // Σ w phi
	sizes   float64 // Σ |w| phi
	first   float64 // Σ |w| phi²
	squares float64 // Σ w² phi²
}

// add adds a row of weight w with phi and its square, or takes away parts of them that are below 0.
func (s *shareSum) add(w, phi, square float64) {
	size := math.Abs(w)
	s.weights += w * phi
	s.sizes += size * phi
	s.first += size * square
	s.squares += w * w * square
}

// ratio is the mean weight of the rows by the weights of their squares, Σ w² phi²/Σ |w| phi². It
// is 1 if the rows have no weights, or if there are none. What underflows counts as none.
func (s shareSum) ratio() float64 {
	if s.first == 0 || s.squares == 0 {
		return 1
	}
	return s.squares / s.first
}

func newCensus(c train.Checkpoint, d int, gate bool) *census {
	m := len(c.Coefficients)
	s := &census{Checkpoint: c, dim: d, gate: gate, distance: make([]float64, m),
		logWeight: make([]float64, m)}
	for _, sample := range []int{inData, inReference} {
		s.ball[sample], s.held[sample] = make([]int, m), make([]rowSums, m)
		s.sums[sample] = make([]shareSum, m)
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

// count adds the row at hand, of a weight relative to the others, to the counts of a sample.
func (s *census) count(sample int, weight float64) {
	if s.inBall(s.nearest) {
		s.ball[sample][s.nearest]++
		held := &s.held[sample][s.nearest]
		held.weights += weight
		held.squares += weight * weight
	}
	for i := range s.distance {
		phi := s.weight(i)
		s.sums[sample][i].add(weight, phi, phi*phi)
	}
}

// far reports whether a kernel is far from all rows.
func (s *census) far(kernel int) bool { return s.weightSums(kernel).far() }

// ballCount returns the count of the ball of a kernel, for reference rows of mean weight w.
func (s *census) ballCount(kernel int, w float64) BallCount {
	b := BallCount{Data: s.ball[inData][kernel], Reference: s.ball[inReference][kernel]}
	on, off := s.held[inData][kernel], s.held[inReference][kernel]
	b.Expected = w * off.weights
	b.Z, b.P = stats.OnOff(on.count(), off.count(), w*off.unit()/on.unit())
	return b
}

// unit is the effective weight of the rows, the one of which equal rows have sums of the same
// relative error. It is 1 without rows.
func (s rowSums) unit() float64 {
	if !(s.weights > 0) {
		return 1
	}
	return s.squares / s.weights
}

// count is the sum of the weights in units of the effective weight; 0 if it is not above 0.
func (s rowSums) count() float64 { return max(0, s.weights) / s.unit() }

// weightSums returns the sums of a kernel.
func (s *census) weightSums(kernel int) weightSums {
	return weightSums{s.sums[inData][kernel], s.sums[inReference][kernel]}
}

// softCount returns the weighted count of a kernel, for reference rows of mean weight w.
func (s *census) softCount(kernel int, w float64) SoftCount {
	return s.weightSums(kernel).softCount(w)
}

// weightSums are the sums of both samples.
type weightSums struct{ data, reference shareSum }

// far reports whether what has the weights is far from all rows.
func (s weightSums) far() bool { return s.data.sizes+s.reference.sizes < leastSum }

// onOff returns the counts in units of a common effective weight of phi, times that of the rows of
// each sample. It also returns the unit of the data. The rows must not be far.
func (s weightSums) onOff(w float64) (count stats.OnOffCount, unit float64) {
	unit = (s.data.first + s.reference.first) / (s.data.sizes + s.reference.sizes)
	data, reference := s.data.ratio(), s.reference.ratio()
	return stats.OnOffCount{On: max(0, s.data.weights) / (unit * data),
		Off:    max(0, s.reference.weights) / (unit * reference),
		Weight: w * reference / data}, unit * data
}

// softCount returns the weighted count, for reference rows of mean weight w.
func (s weightSums) softCount(w float64) SoftCount {
	d, r := s.data.weights, s.reference.weights
	c := SoftCount{Data: d, Expected: max(0, w*r), EffectiveData: effectiveRows(d, s.data.squares),
		EffectiveReference: effectiveRows(r, s.reference.squares)}
	if s.far() {
		return c
	}
	if s.reference.squares > 0 {
		// without weights this is w (1+w) Σ phi²
		variance := w * (s.data.ratio() + w*s.reference.ratio()) * s.reference.first
		score := (d - w*r) / math.Sqrt(variance)
		c.Score = &score
	}
	count, _ := s.onOff(w)
	c.Z = count.Z()
	return c
}

// inflation returns 1 + w Σ_R w² phi²/Σ_R |w| phi², the factor by which the weights of the
// reference inflate the variance of the statistic of a kernel.
func (s weightSums) inflation(w float64) float64 { return 1 + w*s.reference.ratio() }

// cancels reports whether negative weights, of at least a hundredth of the size of all, leave less
// than three standard deviations of the expectation.
func (s weightSums) cancels() bool {
	r := s.reference
	return r.sizes-r.weights >= 2*0.01*r.sizes && r.weights <= 3*math.Sqrt(r.squares)
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
