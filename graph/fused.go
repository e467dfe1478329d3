package graph

import (
	"sparker/internal/kernel"
)

// FusedLoss is a loss of the fused operation.
type FusedLoss = kernel.LossKind

// The losses of the fused operation; see package losses.
const (
	FusedNP  = kernel.NP
	FusedBCE = kernel.BCE
	FusedMSE = kernel.MSE
)

// FusedConfig describes the ensemble and the loss of a fused operation.
type FusedConfig = kernel.Config

// FusedRows is a sample packed for the fused operation. Several programs may read it at once.
type FusedRows = kernel.PackedRows

// FusedPart is a sample with the weights of its rows.
type FusedPart = kernel.SamplePart

// FusedParameters are the parameters of an ensemble, for a [Probe].
type FusedParameters = kernel.Parameters

// FusedSingles are the losses of single kernels, for a [Probe].
type FusedSingles = kernel.SingleLosses

// FusedShares are the sums of a [Probe] over the rows of a part, of the shares that M kernels have
// in them.
type FusedShares = kernel.ShareSums

// FusedReach are the sums of a [Probe] over the rows of a part, of what M kernels reach.
type FusedReach = kernel.ReachSums

// NewFusedReach returns sums over no rows, for a number of kernels.
func NewFusedReach(kernels int) *FusedReach { return kernel.NewReachSums(kernels) }

// NewFusedShares returns sums over no rows, of the shares of a number of kernels. The rows have
// the weights of a list, or count once if it is nil.
func NewFusedShares(kernels int, weights []float64) *FusedShares {
	if weights == nil {
		return kernel.NewShareSums(kernels, kernel.CountOnce)
	}
	return kernel.NewShareSums(kernels, kernel.Weighted)
}

// FusedPoint is a coefficient vector, with the loss of a [Probe] there.
type FusedPoint = kernel.LossPoint

// PackRows packs a copy of n rows x (n×d, row-major). It panics if len(x) is not n·d or if d is
// below 1.
func PackRows(x []float64, n, d int) *FusedRows { return kernel.Pack(x, n, d) }

// FusedPath returns the name of the instructions that fused operations use: portable, avx2 or
// avx512. It returns an error if the environment variable SPARKER_SIMD selects instructions that
// this processor does not support, or has a value other than off, avx2 and avx512.
func FusedPath() (string, error) { return kernel.Path() }

// sample is a named list of parts, which a fused operation reads instead of an input node. Every
// run may have another number of rows.
type sample struct{ parts []FusedPart }

// FusedNodes are the results of a fused operation.
type FusedNodes struct {
	Loss      Node // a scalar, differentiable by centers and coefficients
	Statistic Node // t = -2 L_NP, a scalar without a derivative
	// Clamped returns the number of reference rows on which f exceeded MaxExponent in the last run
	// of the gradient.
	Clamped func() int
	// Probe computes more about the same sample.
	Probe *Probe
}

// Probe computes quantities of the NP loss on a fused operation's sample beyond the loss and its
// gradients. It shares the storage of the operation: do not call it while the program runs. The
// next call overwrites the slices that a call returned.
type Probe struct {
	workspace *kernel.Workspace
	sample    *sample
	features  *kernel.Features // nil before the first Hold
}

// Curvature returns L_NP, its gradient by the coefficients (M), and its second derivatives by them
// (M×M, row-major),
//
//	H_ij = Σ_R w e^f phi_i phi_j,   phi_i = df/da_i.
func (p *Probe) Curvature(at FusedParameters) (loss float64, gradient, hessian []float64) {
	loss, hessian = p.workspace.Curvature(p.sample.parts, at)
	return loss, p.workspace.Coefficients(), hessian
}

// Excess returns three sums for a kernel k of coefficient 0 at each of some points (rows of d),
// added to the present model: Σ_D k, Σ_R w e^f k and Σ_R w e^f k².
func (p *Probe) Excess(at FusedParameters, points []float64) []float64 {
	return p.workspace.Excess(nil, p.sample.parts, at, points)
}

// Singles sets dst to L_NP of each kernel as if it were the only one, ungated, with its own
// coefficient, and to the first two derivatives by that coefficient.
func (p *Probe) Singles(dst FusedSingles, at FusedParameters) {
	p.workspace.Singles(dst, p.sample.parts, at)
}

// Shares returns the sums of shares over the rows of each part of the sample, or nil if a centroid
// or the width is not a number that kernels can have. The weights of the rows in the sums are given
// for each part; nil stands for rows that count once. The parts whose index is in overlaps have
// these.
func (p *Probe) Shares(at FusedParameters, weights [][]float64, overlaps ...int) []*FusedShares {
	return p.workspace.Shares(p.sample.parts, at, weights, overlaps)
}

// Reach returns, for each part of the sample, how many rows are in the sphere of influence of each
// kernel, and the sums of df/da_i, or nil in the cases of Shares. The weights are those of Shares.
func (p *Probe) Reach(at FusedParameters, weights ...[]float64) []*FusedReach {
	return p.workspace.Reach(p.sample.parts, at, weights)
}

// Hold computes the features df/da_i of all rows at the centroids and the width of the parameters,
// for any number of [Probe.Losses] and [Probe.LossCurvature].
func (p *Probe) Hold(at FusedParameters) {
	if p.features == nil {
		p.features = p.workspace.NewFeatures()
	}
	p.features.Hold(p.sample.parts, at)
}

// Losses computes L_NP and its gradient by the coefficients at some points, in one pass over the
// features of the last [Probe.Hold].
func (p *Probe) Losses(points []*FusedPoint) { p.features.Losses(points) }

// Clamps reports whether f exceeds MaxExponent on a row of the reference, at a point that Losses
// has computed.
func (p *Probe) Clamps(point *FusedPoint) bool { return p.features.Clamps(point) }

// LossCurvature sets hessian (M×M, row-major) to the second derivatives of L_NP by the
// coefficients, at a. The sum over the reference takes about as many rows as asked, and is scaled
// to all of them.
func (p *Probe) LossCurvature(a []float64, rows int, hessian []float64) {
	p.features.Curvature(a, rows, hessian)
}

// DataProducts sets products (M×M, row-major) to Σ_D phi_i phi_j.
func (p *Probe) DataProducts(products []float64) { p.features.DataProducts(products) }

// Fused adds a whole ensemble, its loss and all gradients as one operation. One sweep over the rows
// of the sample of the given name (see [Program.SetSample]) computes what the composed operations
// compute one after another. centers is M×d, coefficients M, sigma a scalar.
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
	forward := func(out []float64, in [][]float64) {
		out[0] = workspace.Gradient(s.parts, fusedParameters(in))
		clamped = workspace.Clamped()
		n := fusedHead + copy(out[fusedHead:], workspace.Coefficients())
		copy(out[n:], workspace.Centroids())
	}
	all := b.fusedGradient(c, forward, []Node{centers, coefficients, sigma})
	statistic := b.apply(spec{
		name: "FusedStatistic",
		forward: func(out []float64, in [][]float64) {
			out[0] = workspace.Statistic(s.parts, fusedParameters(in))
		},
	}, centers, coefficients, sigma)
	return FusedNodes{Loss: b.fusedLoss(all), Statistic: statistic,
		Clamped: func() int { return clamped }, Probe: &Probe{workspace: workspace, sample: s}}
}

// fusedHead is the place of the gradients in the value of the fused operation.
const fusedHead = 1

// fusedParameters are the inputs of the fused operation.
func fusedParameters(in [][]float64) FusedParameters {
	return FusedParameters{Centroids: in[0], Coefficients: in[1], Sigma: in[2][0]}
}

// fusedGradient adds the operation whose value is the vector (loss, dL/da, dL/dmu). Its derivatives
// are the entries of that vector times the gradient of the loss.
func (b *Builder) fusedGradient(c FusedConfig, forward func(out []float64, in [][]float64),
	in []Node) Node {
	size := fusedHead + c.Kernels
	if !c.Frozen {
		size += c.Kernels * c.Dim
	}
	return b.apply(spec{
		name: "Fused", shape: []int{size}, forward: forward, wrt: []bool{!c.Frozen, true, false},
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
			grads := []Node{{}, part("FusedCoefficients", fusedHead, c.Kernels), {}}
			if !c.Frozen {
				grads[0] = part("FusedCenters", fusedHead+c.Kernels, c.Kernels, c.Dim)
			}
			return grads
		},
	}, in...)
}

// fusedLoss adds the first entry of the fused operation's value. Its gradient by the vector is that
// of the loss at the first entry; the other entries are not differentiated.
func (b *Builder) fusedLoss(all Node) Node {
	size := 0
	if shape := all.Shape(); len(shape) == 1 {
		size = shape[0]
	}
	return b.apply(spec{
		name:    "FusedLoss",
		forward: func(out []float64, in [][]float64) { out[0] = in[0][0] },
		wrt:     []bool{true},
		backward: func(_ []Node, _, grad Node) []Node {
			return []Node{b.apply(spec{
				name: "FusedLossGradient", shape: []int{size},
				forward: func(out []float64, in [][]float64) { out[0] = in[0][0] },
			}, grad)}
		},
	}, all)
}
