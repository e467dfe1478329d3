package train

import "math"

// optimizer moves parameters against a gradient, in place. An optimizer belongs to one group of parameters
// of one fit.
type optimizer interface {
	step(params, gradient []float64)
}

func newOptimizer(kind string, rate float64, size int) optimizer {
	if kind == "gd" {
		return descent{rate}
	}
	return &adam{rate: rate, mean: make([]float64, size), square: make([]float64, size), decayed1: 1, decayed2: 1}
}

// descent is plain gradient descent.
type descent struct{ rate float64 }

func (o descent) step(params, gradient []float64) {
	for i, g := range gradient {
		params[i] -= o.rate * g
	}
}

// adam is Adam (arXiv:1412.6980, algorithm 1) with beta 0.9 and 0.999 and eps 1e-8.
type adam struct {
	rate               float64
	mean, square       []float64
	decayed1, decayed2 float64 // beta^t
}

func (o *adam) step(params, gradient []float64) {
	const beta1, beta2, eps = 0.9, 0.999, 1e-8
	o.decayed1 *= beta1
	o.decayed2 *= beta2
	for i, g := range gradient {
		o.mean[i] = beta1*o.mean[i] + (1-beta1)*g
		o.square[i] = beta2*o.square[i] + (1-beta2)*g*g
		mean := o.mean[i] / (1 - o.decayed1)
		square := o.square[i] / (1 - o.decayed2)
		params[i] -= o.rate * mean / (math.Sqrt(square) + eps)
	}
}
