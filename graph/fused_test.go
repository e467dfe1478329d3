package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"sparker/graph"
	"sparker/graph/graphtest"
)

// ensemble is one problem, built both ways.
type ensemble struct {
	fused, composed *graph.Program
	c               graph.FusedConfig
	x, wR, wD       []float64
	n               int
}

// newEnsemble builds the composed graph by hand, not through package models, which lies above this
// one.
func newEnsemble(t rapid.TB, c graph.FusedConfig, n int) ensemble {
	t.Helper()
	e := ensemble{c: c, n: n}
	build := func(b *graph.Builder) (mu, a, sigma graph.Node) {
		leaf := b.Parameter
		if c.Frozen {
			leaf = b.Input
		}
		return leaf("mu", c.Kernels, c.Dim), b.Parameter("a", c.Kernels), b.Scalar("sigma")
	}
	b := graph.NewBuilder()
	mu, a, sigma := build(b)
	nodes := b.Fused("sample", c, mu, a, sigma)
	var err error
	if e.fused, err = b.Compile(nodes.Loss,
		map[string]graph.Node{"t": nodes.Statistic}); err != nil {
		t.Fatal(err)
	}
	b = graph.NewBuilder()
	mu, a, sigma = build(b)
	wR, wD := b.Input("wR", n), b.Input("wD", n)
	l := b.LogKernel(b.SquaredDistance(b.Input("x", n, c.Dim), mu), sigma)
	phi := b.Exp(l)
	if c.SoftMax {
		phi = b.Product(b.SoftMaxRows(l), phi)
	}
	f := b.MatVec(phi, a)
	np := b.Sub(b.Dot(wR, b.ClampedExpm1(f)), b.Dot(wD, f))
	loss := np
	switch c.Loss {
	case graph.FusedBCE:
		loss = b.Add(b.Dot(wR, b.Softplus(f)), b.Dot(wD, b.Softplus(b.Times(-1, f))))
	case graph.FusedMSE:
		s, rest := b.Sigmoid(f), b.Sigmoid(b.Times(-1, f))
		loss = b.Add(b.Dot(wR, b.Product(s, s)), b.Dot(wD, b.Product(rest, rest)))
	}
	if e.composed, err = b.Compile(loss, map[string]graph.Node{"t": b.Times(-2, np), "f": f,
		"phi": phi}); err != nil {
		t.Fatal(err)
	}
	e.x, e.wR, e.wD = e.composed.Values("x"), e.composed.Values("wR"), e.composed.Values("wD")
	return e
}

func (e ensemble) set(mu, a []float64, sigma float64) {
	for _, p := range []*graph.Program{e.fused, e.composed} {
		copy(p.Values("mu"), mu)
		copy(p.Values("a"), a)
		p.SetScalar("sigma", sigma)
	}
	e.fused.SetSample("sample", graph.FusedPart{Rows: graph.PackRows(e.x, e.n, e.c.Dim),
		References: e.wR, Counts: e.wD})
}

// Over random shapes, widths from far too wide to far too narrow, far-away centroids, zero weights
// and all losses, the two ways agree: loss, statistic and every gradient to 1e-12 of the sum of the
// absolute values of the terms that they are sums of. Far from all centroids, where those are below
// 1e-140, the fused gate is not the SoftMax (see package kernel), and both are nothing.
func TestFusedEqualsComposed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := graph.FusedConfig{
			Dim:     rapid.OneOf(rapid.IntRange(1, 12), rapid.IntRange(1, 300)).Draw(t, "d"),
			Kernels: rapid.IntRange(1, 20).Draw(t, "M"),
			SoftMax: rapid.Bool().Draw(t, "softmax"),
			Loss: rapid.SampledFrom([]graph.FusedLoss{graph.FusedNP, graph.FusedBCE,
				graph.FusedMSE}).Draw(t, "loss"),
			Frozen: rapid.Bool().Draw(t, "frozen"),
		}
		n := rapid.IntRange(1, 600).Draw(t, "rows")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		e := newEnsemble(t, c, n)
		fill(r, e.x, 1)
		mu, a := make([]float64, c.Kernels*c.Dim), make([]float64, c.Kernels)
		fill(r, mu, 1)
		fill(r, a, 3)
		if rapid.Bool().Draw(t, "far") {
			for i := range c.Dim {
				mu[i] = 1e4
			}
		}
		sigma := math.Sqrt(float64(c.Dim)) * math.Pow(10,
			rapid.Float64Range(-3, 3).Draw(t, "log sigma"))
		for i := range n {
			switch r.IntN(4) {
			case 0:
				e.wD[i] = 1
			case 1: // a row without weight
			default:
				e.wR[i] = r.Float64()
			}
		}
		e.set(mu, a, sigma)
		compare(t, e, mu, a, sigma)
	})
}

func compare(t rapid.TB, e ensemble, mu, a []float64, sigma float64) {
	t.Helper()
	want, err := e.composed.Gradient()
	if err != nil {
		t.Fatal(err)
	}
	got, err := e.fused.Gradient()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []*graph.Program{e.fused, e.composed} {
		if err := p.Evaluate(); err != nil {
			t.Fatal(err)
		}
	}
	// the sums of absolute values
	f, phi := e.composed.Vector("f"), e.composed.Vector("phi")
	m, d := e.c.Kernels, e.c.Dim
	var lossScale, tScale float64
	aScale, muScale := make([]float64, m), make([]float64, m*d)
	for n, v := range f {
		np := e.wR[n]*math.Abs(math.Expm1(min(v, 20))) + e.wD[n]*math.Abs(v)
		tScale += 2 * np
		s := 1 / (1 + math.Exp(-v))
		var slope float64
		switch e.c.Loss {
		case graph.FusedNP:
			lossScale += np
			slope = e.wR[n]*math.Exp(min(v, 20)) + e.wD[n]
		case graph.FusedBCE:
			lossScale += e.wR[n]*math.Log1p(math.Exp(v)) + e.wD[n]*math.Log1p(math.Exp(-v))
			slope = e.wR[n]*s + e.wD[n]*(1-s)
		case graph.FusedMSE:
			lossScale += e.wR[n]*s*s + e.wD[n]*(1-s)*(1-s)
			slope = 2 * (e.wR[n]*s + e.wD[n]*(1-s)) * s * (1 - s)
		}
		p := shares(e, n, mu, sigma)
		for i := range m {
			aScale[i] += slope * phi[n*m+i]
			for j := range d {
				// |p (2 a k - f)| <= 2|a| p k + p |f|
				delta := math.Abs(e.x[n*d+j]-mu[i*d+j]) / (sigma * sigma)
				muScale[i*d+j] += slope * (2*math.Abs(a[i])*phi[n*m+i] + p[i]*math.Abs(v)) * delta
			}
		}
	}
	check := func(what string, got, want, scale float64) {
		t.Helper()
		if !(math.Abs(got-want) <= 1e-12*scale+1e-140) {
			t.Errorf("%+v, sigma %v: %s = %v fused, %v composed (scale %v)", e.c, sigma, what, got,
				want, scale)
		}
	}
	check("loss", got, want, lossScale)
	check("t", e.fused.Scalar("t"), e.composed.Scalar("t"), tScale)
	for i, v := range e.composed.GradientOf("a") {
		check(fmt.Sprintf("dL/da[%d]", i), e.fused.GradientOf("a")[i], v, aScale[i])
	}
	if !e.c.Frozen {
		for i, v := range e.composed.GradientOf("mu") {
			check(fmt.Sprintf("dL/dmu[%d]", i), e.fused.GradientOf("mu")[i], v, muScale[i])
		}
	}
}

// shares are p_i of row n, through which the other kernels' part of f acts on centroid i; 0 without
// a gate.
func shares(e ensemble, n int, mu []float64, sigma float64) []float64 {
	d := e.c.Dim
	p := make([]float64, e.c.Kernels)
	if !e.c.SoftMax {
		return p
	}
	top := math.Inf(-1)
	for i := range p {
		for j := range d {
			delta := e.x[n*d+j] - mu[i*d+j]
			p[i] -= delta * delta / (2 * sigma * sigma)
		}
		top = max(top, p[i])
	}
	var sum float64
	for i, v := range p {
		p[i] = math.Exp(v - top)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

func TestFusedGradient(t *testing.T) {
	for _, loss := range []graph.FusedLoss{graph.FusedNP, graph.FusedBCE, graph.FusedMSE} {
		for _, softmax := range []bool{true, false} {
			for _, shape := range [][2]int{{1, 1}, {1, 5}, {2, 3}, {9, 1}, {20, 6}} {
				c := graph.FusedConfig{Dim: shape[0], Kernels: shape[1], SoftMax: softmax,
					Loss: loss}
				e := newEnsemble(t, c, 50)
				r := rand.New(rand.NewPCG(1, 2))
				mu, a := make([]float64, c.Kernels*c.Dim), make([]float64, c.Kernels)
				fill(r, e.x, 1)
				fill(r, mu, 1)
				fill(r, a, 1)
				for i := range e.wR {
					e.wR[i], e.wD[i] = 0.2, float64(i%2)
				}
				e.set(mu, a, math.Sqrt(float64(c.Dim)))
				graphtest.CheckGradient(t, e.fused, "mu", 1e-7)
				graphtest.CheckGradient(t, e.fused, "a", 1e-7)
			}
		}
	}
}

// After the first run, an epoch allocates nothing at all.
func TestFusedAllocatesNothing(t *testing.T) {
	e := newEnsemble(t, graph.FusedConfig{Dim: 2, Kernels: 5, SoftMax: true, Loss: graph.FusedNP},
		1000)
	r := rand.New(rand.NewPCG(1, 2))
	fill(r, e.x, 1)
	for i := range e.wR {
		e.wR[i] = 0.1
	}
	e.set(make([]float64, 10), make([]float64, 5), 1)
	if n := testing.AllocsPerRun(100, func() {
		if _, err := e.fused.Gradient(); err != nil {
			t.Fatal(err)
		}
		e.fused.GradientOf("mu")
	}); n != 0 {
		t.Errorf("%v allocations an epoch", n)
	}
}
