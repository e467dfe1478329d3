package graph

import "math"

// SigmoidLayer returns s(x Wᵀ + b) (N×h) for rows x (N×d), weights W (h×d) and biases b (h), with
// s(z) = 1/(1 + e^-z): a layer of a neural network. It is differentiable by the weights and the
// biases, not by the rows.
func (b *Builder) SigmoidLayer(x, weights, biases Node) Node {
	if !b.want("SigmoidLayer", "x", x, -1, -1) ||
		!b.want("SigmoidLayer", "weights", weights, -1, x.Shape()[1]) ||
		!b.want("SigmoidLayer", "biases", biases, weights.Shape()[0]) {
		return Node{}
	}
	l := layer{rows: x.Shape()[0], inputs: x.Shape()[1], units: weights.Shape()[0]}
	return b.apply(spec{
		name: "SigmoidLayer", shape: []int{l.rows, l.units}, forward: l.forward,
		wrt: []bool{false, true, true},
		backward: func(in []Node, out, grad Node) []Node {
			inner := b.apply(spec{name: "SigmoidLayerGradient", shape: []int{l.rows, l.units},
				forward: l.inner}, out, grad)
			return []Node{{},
				b.apply(spec{name: "SigmoidLayerGradientWeights", shape: []int{l.units, l.inputs},
					forward: l.weights}, in[0], inner),
				b.apply(spec{name: "SigmoidLayerGradientBiases", shape: []int{l.units},
					forward: l.biases}, inner)}
		},
	}, x, weights, biases)
}

// layer is the size of a layer of a neural network.
type layer struct{ rows, inputs, units int }

// forward computes s(z) of rows, weights and biases.
func (l layer) forward(out []float64, in [][]float64) {
	d, h := l.inputs, l.units
	for n := range l.rows {
		row, result := in[0][n*d:(n+1)*d], out[n*h:(n+1)*h]
		for i := range result {
			z, w := in[2][i], in[1][i*d:(i+1)*d]
			for j, v := range row {
				z += w[j] * v
			}
			result[i] = 1 / (1 + math.Exp(-z)) // 0 if the exponential overflows
		}
	}
}

// inner computes dL/dz of s(z) and dL/ds.
func (layer) inner(out []float64, in [][]float64) {
	g := in[1]
	for i, s := range in[0] {
		out[i] = g[i] * s * (1 - s)
	}
}

// weights computes dL/dW of rows and dL/dz.
func (l layer) weights(out []float64, in [][]float64) {
	d, h := l.inputs, l.units
	clear(out)
	for n := range l.rows {
		row := in[0][n*d : (n+1)*d]
		for i, g := range in[1][n*h : (n+1)*h] {
			result := out[i*d : (i+1)*d]
			for j, v := range row {
				result[j] += g * v
			}
		}
	}
}

// biases computes dL/db of dL/dz.
func (l layer) biases(out []float64, in [][]float64) {
	clear(out)
	for n := range l.rows {
		for i, g := range in[0][n*l.units : (n+1)*l.units] {
			out[i] += g
		}
	}
}
