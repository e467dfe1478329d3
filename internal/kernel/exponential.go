package kernel

import "math"

// Exp replaces every number of a list by its exponential, on the path that [Path] names. Numbers
// more than 700 below the largest one become 0, or at most e^-700 times its exponential. It returns
// an error if the path is missing.
func Exp(x []float64) error {
	p, err := chosen()
	if err != nil || len(x) == 0 {
		return err
	}
	exponentiate(p, x)
	return nil
}

// exponentiate computes e^x = e^top 2^-((top - x) log2 e), with the largest number as top.
func exponentiate(p passes, x []float64) {
	top := math.Inf(-1)
	for _, v := range x {
		if v > top {
			top = v
		}
	}
	scale := math.Exp(top)
	for i, v := range x {
		x[i] = top - v
	}
	whole := len(x) / step * step
	if whole > 0 {
		p.exponentials(x[:whole], whole, math.Log2E)
	}
	var rest [step]float64
	copy(rest[:], x[whole:])
	p.exponentials(rest[:], step, math.Log2E)
	copy(x[whole:], rest[:])
	for i := range x {
		x[i] *= scale
	}
}
