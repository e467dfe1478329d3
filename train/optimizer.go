package train

import (
	"math"

	"sparker/models"
)

// optimizer moves parameters against a gradient, in place. An optimizer belongs to one parameter of
// one fit.
type optimizer interface {
	step(params, gradient []float64, rate float64)
	// forget clears what is remembered of the parameters in [from, to).
	forget(from, to int)
}

// newOptimizer returns the optimizer of a kind for a parameter of some size.
func newOptimizer(kind string, size int) optimizer {
	switch kind {
	case "gd":
		return descent{}
	case "none":
		return none{}
	}
	o := &adam{mean: make([]float64, size), square: make([]float64, size),
		decayed1: make([]float64, size), decayed2: make([]float64, size)}
	o.forget(0, size)
	return o
}

// group is a parameter of a fit with its optimizer and its bounds.
type group struct {
	optimizer
	name      string
	values    []float64
	rate      float64
	low, high float64
	scaled    []float64 // work space for a gradient in units of sigma; nil in units of the data
}

// newGroup returns a parameter with its storage. Coefficients that take Newton steps have no
// optimizer here.
func newGroup(p Parameter, optimizer string, values []float64) *group {
	if optimizer == "newton" && p.Name == models.Coefficients {
		optimizer = "none"
	}
	g := &group{optimizer: newOptimizer(optimizer, len(values)), name: p.Name, values: values,
		rate: p.Rate}
	g.low, g.high = p.bounds()
	if p.Unit == "sigma" {
		g.scaled = make([]float64, len(values))
	}
	return g
}

// descend moves the parameter against its gradient, and clips it. In units of sigma, both the
// gradient and the step are those of parameter/sigma.
func (g *group) descend(gradient []float64, sigma float64) {
	rate := g.rate
	if g.scaled != nil {
		for i, v := range gradient {
			g.scaled[i] = sigma * v
		}
		gradient = g.scaled
		rate *= sigma
	}
	g.step(g.values, gradient, rate)
	g.clip()
}

// clip moves every value to the nearest one within the bounds.
func (g *group) clip() {
	for i, v := range g.values {
		g.values[i] = min(max(v, g.low), g.high)
	}
}

// none leaves the parameters to another method.
type none struct{}

func (none) step(_, _ []float64, _ float64) {}

func (none) forget(int, int) {}

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
	decayed1, decayed2 []float64 // beta^t; t is counted for each parameter separately
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
