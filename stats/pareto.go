package stats

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// paretoTail is a generalized Pareto distribution of what exceeds a threshold,
//
//	P(T > t) = share (1 + shape (t-threshold)/scale)^(-1/shape),
//
// with exp(-(t-threshold)/scale) at shape 0.
type paretoTail struct {
	threshold, share float64
	shape, scale     float64
}

// survival returns P(T > t) for t above the threshold.
func (p paretoTail) survival(t float64) float64 { return p.share * p.excess(t-p.threshold) }

// excess returns the share of the exceedances that are x or more above the threshold.
func (p paretoTail) excess(x float64) float64 {
	if math.Abs(p.shape) < 1e-9 {
		return math.Exp(-x / p.scale)
	}
	return math.Exp(-math.Log1p(p.shape*x/p.scale) / p.shape)
}

// The limits of the shape of a fitted tail. A negative shape has an end, beyond which p would be 0;
// above 1 a mean does not exist.
var (
	exponentialShape = [2]float64{0, 0}
	heavyShapes      = [2]float64{0, 1}
)

// newTail fits the tail of sorted values above the threshold that leaves some number of them, with
// a shape between limits of at least 0. It reports false if the exceedances are all equal to the
// threshold.
func newTail(sorted []float64, exceedances int, shapes [2]float64) (p paretoTail, ok bool) {
	n := len(sorted)
	p.threshold = (sorted[n-exceedances] + sorted[n-exceedances-1]) / 2
	p.share = float64(exceedances) / float64(n)
	x := make([]float64, exceedances)
	for i := range x {
		x[i] = sorted[n-exceedances+i] - p.threshold
	}
	if !(x[len(x)-1] > 0) || math.IsInf(x[len(x)-1], 0) {
		return p, false
	}
	if shapes[0] == shapes[1] {
		p.scale = stat.Mean(x, nil)
		return p, p.scale > 0
	}
	p.shape = maximize(shapes[0], shapes[1], func(shape float64) float64 {
		return profileLikelihood(x, shape)
	})
	p.scale = paretoScale(x, p.shape)
	return p, p.scale > 0
}

// maximize returns the place of the maximum of a function with a single one, by golden sections.
func maximize(low, high float64, f func(float64) float64) float64 {
	const ratio = 0.6180339887498949
	a, b := high-ratio*(high-low), low+ratio*(high-low)
	fa, fb := f(a), f(b)
	for high-low > 1e-3 {
		if fa > fb {
			high, b, fb = b, a, fa
			a = high - ratio*(high-low)
			fa = f(a)
		} else {
			low, a, fa = a, b, fb
			b = low + ratio*(high-low)
			fb = f(b)
		}
	}
	return (low + high) / 2
}

// paretoScale returns the scale of largest likelihood for exceedances x, in rising order, and a
// shape of at least 0.
func paretoScale(x []float64, shape float64) float64 {
	n, largest := float64(len(x)), x[len(x)-1]
	low, high := math.Log(largest)-20, math.Log(largest)+5
	for range 40 {
		middle := (low + high) / 2
		scale, sum := math.Exp(middle), 0.0
		for _, v := range x {
			sum += v / (scale + shape*v)
		}
		if (1+shape)*sum > n {
			low = middle
		} else {
			high = middle
		}
	}
	return math.Exp(high)
}

// profileLikelihood returns the logarithm of the likelihood of a shape with its best scale.
func profileLikelihood(x []float64, shape float64) float64 {
	scale := paretoScale(x, shape)
	total := -float64(len(x)) * math.Log(scale)
	for _, v := range x {
		if math.Abs(shape) < 1e-9 {
			total -= v / scale
		} else {
			total -= (1 + 1/shape) * math.Log1p(shape*v/scale)
		}
	}
	return total
}

// The upper percentage points of the Anderson-Darling statistic of an exponential distribution
// whose scale is fitted, by their p-values (Stephens, in D'Agostino and Stephens, Goodness-of-Fit
// Techniques, 1986, table 4.14).
var (
	andersonPoints = []float64{0.736, 0.816, 0.916, 1.062, 1.321, 1.591, 1.959, 2.244, 2.534}
	andersonP      = []float64{0.25, 0.20, 0.15, 0.10, 0.05, 0.025, 0.01, 0.005, 0.0025}
)

// goodness returns the p-value of the Anderson-Darling statistic of an exponential tail that was
// fitted to the largest of sorted values. It lies in [0.0025, 0.25]: the ends stand for what is
// beyond the table.
func (p paretoTail) goodness(sorted []float64) float64 {
	n := int(math.Round(p.share * float64(len(sorted))))
	x := sorted[len(sorted)-n:]
	sum := 0.0
	for i := range x {
		above := p.excess(x[i] - p.threshold)
		mirrored := p.excess(x[n-1-i] - p.threshold)
		if above >= 1 || mirrored <= 0 {
			return andersonP[len(andersonP)-1]
		}
		sum += float64(2*i+1) * (math.Log1p(-above) + math.Log(mirrored))
	}
	statistic := (-float64(n) - sum/float64(n)) * (1 + 0.6/float64(n))
	logs := make([]float64, len(andersonP))
	for i, v := range andersonP {
		logs[i] = math.Log(v)
	}
	return math.Exp(interpolate(andersonPoints, logs, statistic))
}

// interpolate returns the linear interpolation of y at rising x. Beyond the ends it is constant.
func interpolate(x, y []float64, at float64) float64 {
	i, _ := slices.BinarySearch(x, at)
	switch {
	case i == 0:
		return y[0]
	case i == len(x):
		return y[len(y)-1]
	}
	return y[i-1] + (y[i]-y[i-1])*(at-x[i-1])/(x[i]-x[i-1])
}
