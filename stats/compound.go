package stats

import (
	"errors"
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/dsp/fourier"
)

// component is a number of independent events, Poisson with mean count or exactly count, each with
// the value y[i] with probability weight[i]/Σweight.
type component struct {
	count  float64
	weight []float64
	fixed  bool
}

// hypothesis is a set of independent components. Its events are those of all components.
type hypothesis []component

const (
	// outside bounds the probability on either side of a grid's window, which the FFT wraps around.
	outside = 1e-16
	// minNodes and maxNodes bound the length of a grid, a power of two.
	minNodes = 1 << 17
	maxNodes = 1 << 20
	// maxInflation is the relative excess in variance at which a grid is fine enough.
	maxInflation = 4e-4
	// coarseNodes is the length of the grid on which windows are found.
	coarseNodes = 1 << 12
	// smallestFloor is the smallest probability of a tail that rounding errors leave meaningful.
	smallestFloor = 1e-13
)

// distribution is the distribution of a sum on the nodes first, first+1, ... of a grid.
type distribution struct {
	first int
	p     []float64
	// floor is the probability below which rounding errors dominate a tail.
	floor float64
}

// sumDistributions returns the distribution of Σ y over all events under each hypothesis, all on
// one grid. It returns none if the sum is always 0.
//
// Each event's y is put on a grid: its mass is divided between the two neighboring nodes so that
// the mean is preserved. The variance grows a little, and the grid is refined until that is
// negligible. The characteristic function of the sum is exp(count·(φ-1)) for a Poisson component
// and φ^count for a fixed one, with φ that of one event. The FFT computes modulo the length of the
// grid. The window of each hypothesis covers the sum except for a probability of 1e-16 on either
// side, so that no relevant probability is wrapped around.
func sumDistributions(y []float64, hypotheses ...hypothesis) ([]distribution, error) {
	lowest, highest, single := extent(y, hypotheses)
	size := max(-lowest, highest)
	if size*size == 0 {
		return nil, nil
	}
	if math.IsInf(size*size*float64(len(y)), 0) {
		return nil, errors.New("the log-ratios are too large")
	}

	low := make([]float64, len(hypotheses))
	width := size // at least, so that y/step stays within the grid
	for h, hyp := range hypotheses {
		var high float64
		low[h], high = window(y, hyp, lowest, highest)
		width = max(width, high-low[h])
	}

	step, nodes, masses := discretize(y, hypotheses, width, single)
	fft := fourier.NewFFT(nodes)
	laws := make([]distribution, len(hypotheses))
	for h, hyp := range hypotheses {
		laws[h] = convolve(hyp, masses[h], fft, int(math.Floor(low[h]/step))-1)
	}
	return laws, nil
}

// extent returns the range of y, 0 included, over the rows that carry weight. single is the one
// value of those rows that is not 0, or 0 if they have several.
func extent(y []float64, hypotheses []hypothesis) (lowest, highest, single float64) {
	carries := func(i int) bool {
		for _, hyp := range hypotheses {
			for _, c := range hyp {
				if c.weight[i] > 0 {
					return true
				}
			}
		}
		return false
	}
	for i, v := range y {
		if carries(i) {
			lowest, highest = min(lowest, v), max(highest, v)
		}
	}
	single = highest
	if -lowest > highest {
		single = lowest
	}
	tolerance := 1e-12 * math.Abs(single)
	for i, v := range y {
		if math.Abs(v) > tolerance && math.Abs(v-single) > tolerance && carries(i) {
			return lowest, highest, 0
		}
	}
	return lowest, highest, single
}

// window returns bounds that the sum exceeds on either side with a probability of at most outside.
// They are Chernoff bounds: P(T >= t) <= exp(K(θ) - θt) for every θ > 0, with K the cumulant
// generating function. K is computed with the masses of a coarse grid, which can only widen the
// window: exp(θy) is convex, so that dividing a mass between neighboring nodes raises its mean.
func window(y []float64, hyp hypothesis, lowest, highest float64) (low, high float64) {
	step := (highest - lowest) / (coarseNodes - 4)
	first := int(math.Floor(lowest / step))
	masses := make([][]float64, len(hyp))
	for c := range hyp {
		masses[c] = make([]float64, coarseNodes)
		spread(masses[c], y, hyp[c].weight, step)
	}
	cumulant := func(theta float64) float64 {
		var k float64
		for c, comp := range hyp {
			var u float64
			for i := range coarseNodes {
				if mass := masses[c][(first+i)&(coarseNodes-1)]; mass > 0 {
					u += mass * math.Expm1(theta*float64(first+i)*step)
				}
			}
			if comp.fixed {
				u = math.Log1p(u)
			}
			k += comp.count * u
		}
		return k
	}
	// Any θ gives a valid bound. The best θ of a ladder of factors of 2 is within a few percent of
	// the optimum. The bound has a single minimum in θ.
	bound := func(sign float64) float64 {
		at := func(theta float64) float64 {
			return (cumulant(sign*theta) -
				math.Log(outside)) / theta
		}
		theta := 1 / max(-lowest, highest)
		best := at(theta)
		for _, factor := range []float64{2, 0.5} {
			for range 64 {
				next := at(theta * factor)
				if !(next < best) {
					break
				}
				theta, best = theta*factor, next
			}
		}
		return best
	}
	return -bound(-1), bound(1)
}

// discretize chooses a grid whose length is at least width and puts the components' single-event
// distributions on it. If y takes only one value other than 0, that value is a node, so that the
// sum of a counting test keeps its discrete values.
func discretize(y []float64, hypotheses []hypothesis, width, single float64) (step float64,
	nodes int, masses [][][]float64) {
	for nodes = minNodes; ; {
		step = width / float64(nodes-4)
		if per := math.Floor(math.Abs(single) / step); per >= 1 {
			step = math.Abs(single) / per
		}
		inflation := 0.0
		masses = make([][][]float64, len(hypotheses))
		for h, hyp := range hypotheses {
			var variance, excess float64
			for _, c := range hyp {
				bins := make([]float64, nodes)
				one := spread(bins, y, c.weight, step)
				masses[h] = append(masses[h], bins)
				excess += c.count * one.excess
				variance += c.count * one.square
				if c.fixed {
					variance -= c.count * one.mean * one.mean
				}
			}
			if excess > 0 {
				inflation = max(inflation, excess/variance)
			}
		}
		if inflation <= maxInflation || nodes == maxNodes {
			return step, nodes, masses
		}
		// The inflation falls with the square of the step, or more slowly.
		for nodes *= 2; nodes < maxNodes && inflation > 4*maxInflation; nodes *= 2 {
			inflation /= 4
		}
	}
}

// moments are those of one event's y: E y, E y², and the variance that a grid adds.
type moments struct{ mean, square, excess float64 }

// spread puts weight, divided by its sum, on the nodes of a grid (in bins, a power of two of them,
// node j in bin j modulo their number), each row's divided linearly between the two nodes next to
// its y.
func spread(bins, y, weight []float64, step float64) moments {
	mask := len(bins) - 1
	var total float64
	var m moments
	for i, w := range weight {
		if w == 0 {
			continue
		}
		position := y[i] / step
		node := math.Floor(position)
		f := position - node
		bins[int(node)&mask] += w * (1 - f)
		bins[(int(node)+1)&mask] += w * f
		total += w
		m.mean += w * y[i]
		m.square += w * y[i] * y[i]
		m.excess += w * f * (1 - f)
	}
	for i := range bins {
		bins[i] /= total
	}
	return moments{m.mean / total, m.square / total, m.excess / total * step * step}
}

// convolve returns the distribution of the sum over all events of a hypothesis, whose window begins
// at node first. It overwrites masses.
func convolve(hyp hypothesis, masses [][]float64, fft *fourier.FFT, first int) distribution {
	nodes := fft.Len()
	exponent := make([]complex128, nodes/2+1)
	coefficients := make([]complex128, nodes/2+1)
	var noise float64
	for c, comp := range hyp {
		// Events on node 0 do not change the sum. Without them φ-1 is the transform of the others
		// less its value at frequency 0, which is precise even if nearly all events are on node 0.
		masses[c][0] = 0
		fft.Coefficients(coefficients, masses[c])
		others := coefficients[0]
		for k, v := range coefficients {
			u := v - others
			if comp.fixed {
				u = log1p(u)
			}
			exponent[k] += complex(comp.count*real(u), comp.count*imag(u))
		}
		var square float64
		for _, v := range masses[c] {
			square += v * v
		}
		noise += comp.count * math.Sqrt(square)
	}
	for k, e := range exponent {
		modulus := math.Exp(real(e)) / float64(nodes)
		if modulus == 0 {
			exponent[k] = 0
			continue
		}
		sin, cos := math.Sincos(imag(e))
		exponent[k] = complex(modulus*cos, modulus*sin)
	}
	wrapped := fft.Sequence(masses[0], exponent)
	p := make([]float64, nodes)
	for i := range p {
		p[i] = wrapped[(first+i)&(nodes-1)]
	}
	// The transform's rounding errors are of the order of 1e-16 of the root of the sum of squares;
	// the exponent multiplies them by the count.
	return distribution{first: first, p: p, floor: max(smallestFloor, 1e-15*noise)}
}

// log1p returns log(1+u), precise for small u as well; its real part is -Inf at u = -1.
func log1p(u complex128) complex128 {
	if re, im := real(u), imag(u); math.Abs(re)+math.Abs(im) < 0.5 {
		return complex(math.Log1p(2*re+re*re+im*im)/2, math.Atan2(im, 1+re))
	}
	return cmplx.Log(1 + u)
}

// atLeast returns the probability of the nodes from node on.
func (d distribution) atLeast(node int) float64 {
	var sum float64
	for i := len(d.p) - 1; i >= max(0, node-d.first); i-- {
		sum += d.p[i]
	}
	return min(1, max(0, sum))
}

// threshold returns the lowest node from which on the probability is at most alpha.
func (d distribution) threshold(alpha float64) int {
	i := len(d.p)
	for sum := 0.0; i > 0; i-- {
		if sum += d.p[i-1]; sum > alpha {
			break
		}
	}
	return d.first + i
}

// quantile returns the lowest node up to which the probability is at least q.
func (d distribution) quantile(q float64) int {
	i := 0
	for sum := d.p[0]; sum < q && i < len(d.p)-1; sum += d.p[i] {
		i++
	}
	return d.first + i
}
