package stats

import "math"

// OnOffCount is a count of events in a region: On events of the data, and Off rows of a reference,
// each of weight Weight, lie in it. Counts need not be integers.
//
// The expected numbers of events are Weight·b + e and b, with the excess e, below 0 for a deficit,
// and an unknown b.
type OnOffCount struct{ On, Off, Weight float64 }

// Z returns that of [OnOff].
func (c OnOffCount) Z() float64 {
	z, _ := OnOff(c.On, c.Off, c.Weight)
	return z
}

// Root returns the signed root of the likelihood ratio of an excess e,
//
//	sign(ê - e) √(2 log L(ê, b̂)/L(e, b̂(e))),   ê = On - Weight·Off,
//
// where b̂(e) is the b of the largest likelihood at e. It falls with e, is 0 at ê, and at e = 0 it
// is formula 17 of Li and Ma, ApJ 272 (1983) 317. If the counts are Poisson and not small, it is
// close to a standard normal at the true e.
//
// The derivative of log L by b vanishes where
//
//	(1+w) w b² + ((1+w) e - w (On + Off)) b - Off e = 0,
//
// of which b̂(e) is the larger solution: the smaller one has an expected number below 0.
func (c OnOffCount) Root(e float64) float64 {
	w := c.Weight
	square, linear := (1+w)*w, (1+w)*e-w*(c.On+c.Off)
	discriminant := math.Sqrt(max(0, linear*linear+4*square*c.Off*e))
	b := (discriminant - linear) / (2 * square)
	if linear > 0 { // the same without a difference of numbers that may be nearly equal
		b = 2 * c.Off * e / (discriminant + linear)
	}
	b = max(b, 0, -e/w)
	deviance := poissonDeviance(c.On, max(0, w*b+e)) + poissonDeviance(c.Off, b)
	root := math.Sqrt(max(0, deviance))
	if e > c.On-w*c.Off {
		return -root
	}
	return root
}

// poissonDeviance returns twice the logarithm of the likelihood ratio of the expectations n and mu
// for a count n.
func poissonDeviance(n, mu float64) float64 {
	if n == 0 {
		return 2 * mu
	}
	return 2 * (n*math.Log(n/mu) - n + mu)
}

// Excess returns the excess e at which Root has a value: an end of an interval of e. It returns NaN
// if the counts are not those of OnOff, or if the value is NaN or infinite.
func (c OnOffCount) Excess(root float64) float64 {
	if z := c.Z(); math.IsNaN(z) || math.IsNaN(root) || math.IsInf(root, 0) {
		return math.NaN()
	}
	best := c.On - c.Weight*c.Off
	step := 1 + math.Abs(best)
	low, high := best, best
	for c.Root(low) < root {
		low, step = low-step, 2*step
	}
	for c.Root(high) > root {
		high, step = high+step, 2*step
	}
	for {
		middle := low + (high-low)/2
		if middle <= low || middle >= high {
			return middle
		}
		if c.Root(middle) > root {
			low = middle
		} else {
			high = middle
		}
	}
}
