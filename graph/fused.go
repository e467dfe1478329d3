package graph

import (
	"sparker/internal/kernel"
)

// FusedLoss is a loss that the fused operation knows.
type FusedLoss = kernel.LossKind

// The losses of the fused operation.
const (
	FusedNP  = kernel.NP
	FusedBCE = kernel.BCE
	FusedMSE = kernel.MSE
)

// FusedConfig describes the ensemble and the loss of a fused operation.
type FusedConfig = kernel.Config

// Rows is a sample arranged for the fused operation. Once packed it can be read by any number of
// programs.
type Rows = kernel.PackedRows

// Part is a sample with the weights of its rows.
type Part = kernel.SamplePart

// PackRows arranges n rows x (n×d, row-major).
func PackRows(x []float64, n, d int) *Rows { return kernel.Pack(x, n, d) }

// FusedPath names the instructions that fused operations use: portable, avx2 or avx512. It is an
// error if the environment variable SPARKER_SIMD (off, avx2 or avx512) asks for what there is not.
func FusedPath() (string, error) { return kernel.Path() }

// sample is a named list of parts that fused operations read in place of an input node: its rows
// can be as many as they like, in every run anew.
type sample struct{ parts []Part }

// FusedNodes are the results of a fused operation.
type FusedNodes struct {
	Loss      Node // a scalar, differentiable by centers and coefficients
	Statistic Node // t = -2 L_NP, a scalar without a derivative
	// Clamped is the number of reference rows on which f exceeded MaxExponent in the last Gradient
	// run.
	Clamped func() int
	// Probe asks for more about the same sample.
	Probe *Probe
}

// Probe computes what a fit may want to know about a fused operation's sample beyond the loss and
// its gradients, all of it for the NP loss. It shares the operation's work space, so it must not be
// asked while its program runs; what it returns as slices is overwritten by the next question.
type Probe struct {
	workspace *kernel.Workspace
	sample    *sample
}

// Curvature returns L_NP at the given parameters, its gradient by the coefficients (M), and its
// second derivatives by them (M×M, row-major): Σ v phi_i phi_j with v = w e^f on the reference and
// phi = df/da.
func (p *Probe) Curvature(centers, coefficients []float64, sigma float64) (loss float64, gradient,
	hessian []float64) {
	loss, hessian = p.workspace.Curvature(p.sample.parts, centers, coefficients, sigma)
	return loss, p.workspace.Coefficients(), hessian
}

// Excess says what a kernel at each of some points (rows of d) would see beside the present model:
// Σ_D k, Σ_R v k and Σ_R v k², three numbers a point.
func (p *Probe) Excess(centers, coefficients []float64, sigma float64, points []float64) []float64 {
	return p.workspace.Excess(nil, p.sample.parts, centers, coefficients, sigma, points)
}

// Singles treats each kernel as if it were the only one, ungated: it sets values, slopes and
// curvatures (M each) to L_NP of its own coefficient, and to the first two derivatives by it.
func (p *Probe) Singles(centers, coefficients []float64, sigma float64, values, slopes,
	curvatures []float64) {
	p.workspace.Singles(p.sample.parts, centers, coefficients, sigma, values, slopes, curvatures)
}

// Fused adds the whole of an ensemble, its loss and all gradients as one operation: one sweep over
// the rows of the sample of the given name (see Program.SetSample) computes what the composed
// operations compute one after the other. centers is M×d, coefficients M, sigma a scalar.
//
// The operation's value is the vector (loss, dL/da, dL/dmu); the loss is its first entry, and the
// gradients are the others times that of the loss.
func (b *Builder) Fused(name string, c FusedConfig, centers, coefficients, sigma Node) FusedNodes {
	if !b.want("Fused", "centers", centers, c.Kernels, c.Dim) ||
		!b.want("Fused", "coefficients", coefficients, c.Kernels) ||
		!b.want("Fused", "sigma", sigma) {
		return FusedNodes{}
	}
	if _, taken := b.samples[name]; taken {
		b.fail("two samples are named %q", name)
		return FusedNodes{}
	}
	workspace, err := kernel.New(c)
	if err != nil {
		b.fail("Fused: %w", err)
		return FusedNodes{}
	}
	s := &sample{}
	b.samples[name] = s
	clamped := 0
	const head = 1
	size := head + c.Kernels
	if !c.Frozen {
		size += c.Kernels * c.Dim
	}
	all := b.apply(spec{
		name: "Fused", shape: []int{size},
		forward: func(out []float64, in [][]float64) {
			out[0] = workspace.Gradient(s.parts, in[0], in[1], in[2][0])
			clamped = workspace.Clamped()
			n := head + copy(out[head:], workspace.Coefficients())
			copy(out[n:], workspace.Centroids())
		},
		wrt: []bool{!c.Frozen, true, false},
		backward: func(_ []Node, out, grad Node) []Node {
			part := func(name string, from int, shape ...int) Node {
				return b.apply(spec{name: name, shape: shape,
					forward: func(part []float64, in [][]float64) {
						g := in[1][0]
						for i := range part {
							part[i] = g * in[0][from+i]
						}
					}}, out, grad)
			}
			grads := []Node{{}, part("FusedCoefficients", head, c.Kernels), {}}
			if !c.Frozen {
				grads[0] = part("FusedCenters", head+c.Kernels, c.Kernels, c.Dim)
			}
			return grads
		},
	}, centers, coefficients, sigma)
	loss := b.apply(spec{
		name:    "FusedLoss",
		forward: func(out []float64, in [][]float64) { out[0] = in[0][0] },
		wrt:     []bool{true},
		backward: func(_ []Node, _, grad Node) []Node {
			// The gradient by the vector is grad at its first entry; the others are no results to
			// differentiate.
			return []Node{b.apply(spec{
				name: "FusedLossGradient", shape: []int{size},
				forward: func(out []float64, in [][]float64) { out[0] = in[0][0] },
			}, grad)}
		},
	}, all)
	statistic := b.apply(spec{
		name: "FusedStatistic",
		forward: func(out []float64, in [][]float64) {
			out[0] = workspace.Statistic(s.parts, in[0], in[1], in[2][0])
		},
	}, centers, coefficients, sigma)
	return FusedNodes{Loss: loss, Statistic: statistic, Clamped: func() int { return clamped },
		Probe: &Probe{workspace, s}}
}
