package train

import "math"

// optimizer moves parameters against a gradient, in place. An optimizer belongs to one group of
// parameters of one fit.
type optimizer interface {
	step(params, gradient []float64, rate float64)
	// forget starts over with the parameters from one place up to another.
	forget(from, to int)
}

// group is a group of parameters of a fit, with its optimizer and the bounds that it is kept in.
type group struct {
	optimizer
	values    []float64
	low, high float64
}

// descend moves the parameters against a gradient, and clips them.
func (g *group) descend(gradient []float64, rate float64) {
	g.step(g.values, gradient, rate)
	g.clip()
}

// clip puts the parameters back within their bounds.
func (g *group) clip() {
	for i, v := range g.values {
		g.values[i] = min(max(v, g.low), g.high)
	}
}

func newOptimizer(kind string, size int) optimizer {
	if kind == "gd" {
		return descent{}
	}
	o := &adam{mean: make([]float64, size), square: make([]float64, size),
		decayed1: make([]float64, size), decayed2: make([]float64, size)}
	o.forget(0, size)
	return o
}

// descent is plain gradient descent.
type descent struct{}

func (descent) step(params, gradient []float64, rate float64) {
	for i, g := range gradient {
		params[i] -= rate * g
	}
}

func (descent) forget(int, int) {}

// adam is Adam (arXiv:1412.6980, algorithm 1) with beta 0.9 and 0.999 and eps 1e-8.
type adam struct {
	mean, square       []float64
	decayed1, decayed2 []float64 // beta^t, t counted for each parameter
}

func (o *adam) forget(from, to int) {
	clear(o.mean[from:to])
	clear(o.square[from:to])
	for i := from; i < to; i++ {
		o.decayed1[i], o.decayed2[i] = 1, 1
	}
}

func (o *adam) step(params, gradient []float64, rate float64) {
	const beta1, beta2, eps = 0.9, 0.999, 1e-8
	for i, g := range gradient {
		o.decayed1[i] *= beta1
		o.decayed2[i] *= beta2
		o.mean[i] = beta1*o.mean[i] + (1-beta1)*g
		o.square[i] = beta2*o.square[i] + (1-beta2)*g*g
		mean := o.mean[i] / (1 - o.decayed1[i])
		square := o.square[i] / (1 - o.decayed2[i])
		params[i] -= rate * mean / (math.Sqrt(square) + eps)
	}
}
