package graph

import (
	"math"

	"sparker/internal/kernel"
)

// SquaredDistance returns |x_n - c_m|² (N×M) for rows x (N×d) and centers c (M×d). It sums squared
// differences, which do not cancel if the distances are small relative to the coordinates. It is
// differentiable by the centers.
func (b *Builder) SquaredDistance(x, centers Node) Node {
	if !b.want("SquaredDistance", "x", x, -1, -1) || !b.want("SquaredDistance", "centers", centers,
		-1, x.Shape()[1]) {
		return Node{}
	}
	rows, d, m := x.Shape()[0], x.Shape()[1], centers.Shape()[0]
	return b.apply(spec{
		name:  "SquaredDistance",
		shape: []int{rows, m},
		forward: func(out []float64, in [][]float64) {
			for n := range rows {
				row, result := in[0][n*d:(n+1)*d], out[n*m:(n+1)*m]
				for i := range result {
					center := in[1][i*d : (i+1)*d]
					var sum float64
					for j, v := range row {
						delta := v - center[j]
						sum += delta * delta
					}
					result[i] = sum
				}
			}
		},
		wrt: []bool{false, true},
		backward: func(in []Node, _, grad Node) []Node {
			return []Node{{}, b.apply(spec{
				name:  "SquaredDistanceGradient",
				shape: []int{m, d},
				forward: func(out []float64, in [][]float64) {
					clear(out)
					for n := range rows {
						row := in[0][n*d : (n+1)*d]
						for i, g := range in[2][n*m : (n+1)*m] {
							if g == 0 {
								continue
							}
							center, result := in[1][i*d:(i+1)*d], out[i*d:(i+1)*d]
							for j, v := range row {
								result[j] += 2 * g * (center[j] - v)
							}
						}
					}
				},
			}, in[0], in[1], grad)}
		},
	}, x, centers)
}

// LogKernel returns l = -r2/(2 sigma²) for squared distances r2 (N×M) and a width sigma (scalar):
// the logarithm of the Gaussian kernel exp(-|x-mu|²/(2 sigma²)) without a normalizing constant. It
// is differentiable by r2.
func (b *Builder) LogKernel(r2, sigma Node) Node {
	if !b.want("LogKernel", "r2", r2, -1, -1) || !b.want("LogKernel", "sigma", sigma) {
		return Node{}
	}
	scale := func(out []float64, in [][]float64) {
		c := -1 / (2 * in[1][0] * in[1][0])
		for i, v := range in[0] {
			out[i] = c * v
		}
	}
	return b.apply(spec{
		name: "LogKernel", shape: r2.Shape(), forward: scale,
		wrt: []bool{true, false},
		backward: func(in []Node, _, grad Node) []Node {
			return []Node{b.apply(spec{name: "LogKernelGradient", shape: r2.Shape(),
				forward: scale}, grad, in[1]), {}}
		},
	}, r2, sigma)
}

// SoftMaxRows returns p_nm = exp(l_nm)/Σ_j exp(l_nj) for every row of l (N×M). Each row is first
// shifted by its maximum, so that a row of p sums to 1 even if every exp(l) underflows. It is
// differentiable by l.
func (b *Builder) SoftMaxRows(l Node) Node {
	if !b.want("SoftMaxRows", "l", l, -1, -1) {
		return Node{}
	}
	m := l.Shape()[1]
	return b.apply(spec{
		name: "SoftMaxRows", shape: l.Shape(),
		forward: func(out []float64, in [][]float64) {
			for start := 0; start < len(out); start += m {
				row, p := in[0][start:start+m], out[start:start+m]
				top := row[0]
				for _, v := range row[1:] {
					top = max(top, v)
				}
				var sum float64
				for i, v := range row {
					p[i] = math.Exp(v - top)
					sum += p[i]
				}
				for i := range p {
					p[i] /= sum
				}
			}
		},
		wrt: []bool{true},
		backward: func(_ []Node, out, grad Node) []Node {
			return []Node{b.apply(spec{
				name: "SoftMaxRowsGradient", shape: l.Shape(),
				forward: func(out []float64, in [][]float64) {
					for start := 0; start < len(out); start += m {
						p, g := in[0][start:start+m], in[1][start:start+m]
						var mean float64
						for i := range p {
							mean += p[i] * g[i]
						}
						for i := range p {
							out[start+i] = p[i] * (g[i] - mean)
						}
					}
				},
			}, out, grad)}
		},
	}, l)
}

// Product returns the elementwise product of two nodes of one shape. It is differentiable by both.
func (b *Builder) Product(x, y Node) Node {
	if b.err != nil || !b.want("Product", "y", y, x.Shape()...) {
		return Node{}
	}
	multiply := func(out []float64, in [][]float64) {
		y := in[1]
		for i, v := range in[0] {
			out[i] = v * y[i]
		}
	}
	return b.apply(spec{
		name: "Product", shape: x.Shape(), forward: multiply,
		wrt: []bool{true, true},
		backward: func(in []Node, _, grad Node) []Node {
			gradient := spec{name: "ProductGradient", shape: x.Shape(), forward: multiply}
			return []Node{b.apply(gradient, grad, in[1]), b.apply(gradient, grad, in[0])}
		},
	}, x, y)
}

// MatVec returns the product (N) of a matrix (N×M) and a vector (M). It is differentiable by both.
func (b *Builder) MatVec(matrix, vector Node) Node {
	if !b.want("MatVec", "matrix", matrix, -1, -1) || !b.want("MatVec", "vector", vector,
		matrix.Shape()[1]) {
		return Node{}
	}
	rows, m := matrix.Shape()[0], matrix.Shape()[1]
	return b.apply(spec{
		name: "MatVec", shape: []int{rows},
		forward: func(out []float64, in [][]float64) {
			for n := range out {
				var sum float64
				for i, v := range in[0][n*m : (n+1)*m] {
					sum += v * in[1][i]
				}
				out[n] = sum
			}
		},
		wrt: []bool{true, true},
		backward: func(in []Node, _, grad Node) []Node {
			outer := b.apply(spec{
				name: "MatVecGradientMatrix", shape: []int{rows, m},
				forward: func(out []float64, in [][]float64) {
					for n, g := range in[1] {
						for i, v := range in[0] {
							out[n*m+i] = g * v
						}
					}
				},
			}, in[1], grad)
			transposed := b.apply(spec{
				name: "MatVecGradientVector", shape: []int{m},
				forward: func(out []float64, in [][]float64) {
					clear(out)
					for n, g := range in[1] {
						for i, v := range in[0][n*m : (n+1)*m] {
							out[i] += g * v
						}
					}
				},
			}, in[0], grad)
			return []Node{outer, transposed}
		},
	}, matrix, vector)
}

// Shift returns v_n + c_1 for a vector v and a vector c of length 1. (Parameters are not scalars.)
// It is differentiable by both.
func (b *Builder) Shift(v, c Node) Node {
	if !b.want("Shift", "v", v, -1) || !b.want("Shift", "c", c, 1) {
		return Node{}
	}
	return b.apply(spec{
		name: "Shift", shape: v.Shape(),
		forward: func(out []float64, in [][]float64) {
			c := in[1][0]
			for n, v := range in[0] {
				out[n] = v + c
			}
		},
		wrt: []bool{true, true},
		backward: func(_ []Node, _, grad Node) []Node {
			return []Node{b.Times(1, grad), b.apply(spec{
				name: "ShiftGradient", shape: []int{1},
				forward: func(out []float64, in [][]float64) {
					out[0] = 0
					for _, g := range in[0] {
						out[0] += g
					}
				},
			}, grad)}
		},
	}, v, c)
}

// Dot returns Σ_n w_n v_n for two vectors of one length. It is differentiable by v, not by the
// weights w.
func (b *Builder) Dot(w, v Node) Node {
	if !b.want("Dot", "w", w, -1) || !b.want("Dot", "v", v, w.Shape()[0]) {
		return Node{}
	}
	return b.apply(spec{
		name: "Dot",
		forward: func(out []float64, in [][]float64) {
			var sum float64
			for i, w := range in[0] {
				sum += w * in[1][i]
			}
			out[0] = sum
		},
		wrt: []bool{false, true},
		backward: func(in []Node, _, grad Node) []Node {
			return []Node{{}, b.apply(spec{
				name: "DotGradient", shape: w.Shape(),
				forward: func(out []float64, in [][]float64) {
					g := in[1][0]
					for i, w := range in[0] {
						out[i] = g * w
					}
				},
			}, in[0], grad)}
		},
	}, w, v)
}

// Sum returns the sum of all values of x. It is differentiable by x.
func (b *Builder) Sum(x Node) Node {
	if b.err != nil {
		return Node{}
	}
	return b.apply(spec{
		name: "Sum",
		forward: func(out []float64, in [][]float64) {
			var sum float64
			for _, v := range in[0] {
				sum += v
			}
			out[0] = sum
		},
		wrt: []bool{true},
		backward: func(_ []Node, _, grad Node) []Node {
			return []Node{b.apply(spec{
				name: "SumGradient", shape: x.Shape(),
				forward: func(out []float64, in [][]float64) {
					for i := range out {
						out[i] = in[0][0]
					}
				},
			}, grad)}
		},
	}, x)
}

// function is a function of one variable with its derivative, in terms of x and the value y at x.
type function struct {
	name       string
	value      func(x float64) float64
	derivative func(x, y float64) float64
}

func (b *Builder) elementwise(fn function, x Node) Node {
	if b.err != nil {
		return Node{}
	}
	return b.apply(spec{
		name: fn.name, shape: x.Shape(),
		forward: func(out []float64, in [][]float64) {
			for i, v := range in[0] {
				out[i] = fn.value(v)
			}
		},
		wrt: []bool{true},
		backward: func(in []Node, out, grad Node) []Node {
			return []Node{b.apply(spec{
				name: fn.name + "Gradient", shape: x.Shape(),
				forward: func(out []float64, in [][]float64) {
					y, g := in[1], in[2]
					for i, v := range in[0] {
						out[i] = g[i] * fn.derivative(v, y[i])
					}
				},
			}, in[0], out, grad)}
		},
	}, x)
}

// Exp returns e^x, elementwise.
func (b *Builder) Exp(x Node) Node {
	return b.elementwise(function{"Exp", math.Exp, func(_, y float64) float64 { return y }}, x)
}

// MaxExponent is the value at which ClampedExpm1 and the fused NP loss clamp their argument.
const MaxExponent = kernel.MaxExponent

// ClampedExpm1 returns e^min(x, MaxExponent) - 1, elementwise. It is accurate near 0, and its
// derivative is 0 above MaxExponent.
func (b *Builder) ClampedExpm1(x Node) Node {
	return b.elementwise(function{
		"ClampedExpm1",
		func(x float64) float64 { return math.Expm1(min(x, MaxExponent)) },
		func(x, _ float64) float64 {
			if x > MaxExponent {
				return 0
			}
			return math.Exp(x) // not y + 1, which cancels far below 0
		},
	}, x)
}

// Softplus returns log(1 + e^x), elementwise. It is accurate for large |x|.
func (b *Builder) Softplus(x Node) Node {
	return b.elementwise(function{
		"Softplus",
		func(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) },
		func(x, _ float64) float64 { return logistic(x) },
	}, x)
}

// Sigmoid returns 1/(1 + e^-x), elementwise. It is accurate for large |x|.
func (b *Builder) Sigmoid(x Node) Node {
	return b.elementwise(function{
		"Sigmoid",
		logistic,
		func(x, y float64) float64 { return y * logistic(-x) },
	}, x)
}

func logistic(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}

// Times returns c·x for a constant c, elementwise.
func (b *Builder) Times(c float64, x Node) Node {
	return b.elementwise(function{
		"Times",
		func(x float64) float64 { return c * x },
		func(_, _ float64) float64 { return c },
	}, x)
}

// Add returns the sum of two scalars.
func (b *Builder) Add(x, y Node) Node { return b.combine("Add", 1, x, y) }

// Sub returns the difference of two scalars.
func (b *Builder) Sub(x, y Node) Node { return b.combine("Sub", -1, x, y) }

// combine returns x + sign·y.
func (b *Builder) combine(name string, sign float64, x, y Node) Node {
	if !b.want(name, "x", x) || !b.want(name, "y", y) {
		return Node{}
	}
	return b.apply(spec{
		name:    name,
		forward: func(out []float64, in [][]float64) { out[0] = in[0][0] + sign*in[1][0] },
		wrt:     []bool{true, true},
		backward: func(_ []Node, _, grad Node) []Node {
			return []Node{b.Times(1, grad), b.Times(sign, grad)}
		},
	}, x, y)
}
