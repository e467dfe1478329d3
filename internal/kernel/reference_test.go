package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// problem is a model with parameters and rows, in the plain form that the reference takes.
type problem struct {
	config Config
	mu, a  []float64
	sigma  float64
	x      []float64
	n      int
	wR, wD []float64
}

// sum adds with compensation (Neumaier), and adds up absolute values beside it.
type sum struct{ value, carry, scale float64 }

func (s *sum) add(v, scale float64) {
	t := s.value + v
	if math.Abs(s.value) >= math.Abs(v) {
		s.carry += (s.value - t) + v
	} else {
		s.carry += (v - t) + s.value
	}
	s.value = t
	s.scale += scale
}

func (s sum) result() estimate { return estimate{s.value + s.carry, s.scale} }

// estimate is a number with its natural scale: the sum of the absolute values of its terms, each
// with what the rounding of f does to it.
type estimate struct{ value, scale float64 }

func (e estimate) check(t testing.TB, what string, got, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-e.value) <= tolerance*e.scale+1e-140) {
		t.Errorf("%s is %v, want %v: off by %.3g of the scale %v", what, got, e.value,
			math.Abs(got-e.value)/e.scale, e.scale)
	}
}

// answer is what a Workspace computes.
type answer struct {
	f       []estimate
	loss, t estimate
	a, mu   []estimate
	clamped int
}

// reference is the model and its losses as their formulas say, in float64 with compensated sums.
func (p problem) reference() answer {
	m, d := p.config.Kernels, p.config.Dim
	out := answer{f: make([]estimate, p.n), a: make([]estimate, m), mu: make([]estimate, m*d)}
	var loss, np sum
	da, dmu := make([]sum, m), make([]sum, m*d)
	l, k, gate := make([]float64, m), make([]float64, m), make([]float64, m)
	for n := range p.n {
		x := p.x[n*d : (n+1)*d]
		top := math.Inf(-1)
		for i := range m {
			var r2 sum
			for j, v := range x {
				t := v - p.mu[i*d+j]
				r2.add(t*t, 0)
			}
			l[i] = -r2.result().value / (2 * p.sigma * p.sigma)
			k[i] = math.Exp(l[i])
			top = max(top, l[i])
		}
		var z float64
		for i := range m {
			// where all are -Inf, k is 0 and the gate of no account
			gate[i] = math.Exp(l[i] - max(top, -math.MaxFloat64))
			z += gate[i]
		}
		var fSum sum
		for i := range m {
			gate[i] /= max(z, math.SmallestNonzeroFloat64)
			if !p.config.SoftMax {
				gate[i] = 1
			}
			fSum.add(p.a[i]*gate[i]*k[i], math.Abs(p.a[i]*gate[i]*k[i]))
		}
		fe := fSum.result()
		out.f[n] = fe
		f, spread := fe.value, fe.scale
		wR, wD := p.wR[n], p.wD[n]
		if f > MaxExponent && wR != 0 {
			out.clamped++
		}
		grow := math.Exp(min(f, 20))
		npR := wR * math.Expm1(min(f, 20))
		np.add(npR, math.Abs(npR)+wR*grow*spread)
		np.add(-wD*f, wD*spread)
		var g, gScale float64
		switch p.config.Loss {
		case NP:
			g, gScale = wR*grow-wD, wR*grow*(1+spread)+wD
			if f > 20 {
				g = -wD
			}
		case BCE:
			up, down := 1/(1+math.Exp(-f)), 1/(1+math.Exp(f))
			r := wR * (max(f, 0) + math.Log1p(math.Exp(-math.Abs(f))))
			e := wD * (max(-f, 0) + math.Log1p(math.Exp(-math.Abs(f))))
			loss.add(r, r+wR*up*spread)
			loss.add(e, e+wD*down*spread)
			g, gScale = wR*up-wD*down, (wR*up+wD*down)*(1+spread)
		case MSE:
			up, down := 1/(1+math.Exp(-f)), 1/(1+math.Exp(f))
			loss.add(wR*up*up, wR*up*up*(1+2*down*spread))
			loss.add(wD*down*down, wD*down*down*(1+2*up*spread))
			g, gScale = 2*up*down*(wR*up-wD*down), 2*up*down*(wR*up+wD*down)*(1+spread)
		}
		for i := range m {
			pk := gate[i] * k[i]
			da[i].add(g*pk, gScale*pk)
			factor, scale := g*gate[i]*(2*p.a[i]*k[i]-f),
				gScale*gate[i]*(2*math.Abs(p.a[i])*k[i]+spread)
			if !p.config.SoftMax {
				factor, scale = g*p.a[i]*k[i], gScale*math.Abs(p.a[i])*k[i]
			}
			if p.config.Frozen {
				continue
			}
			for j, v := range x {
				t := (v - p.mu[i*d+j]) / p.sigma / p.sigma
				if factor != 0 || scale != 0 {
					dmu[i*d+j].add(factor*t, scale*math.Abs(t))
				}
			}
		}
	}
	npEstimate := np.result()
	out.t = estimate{-2 * npEstimate.value, 2 * npEstimate.scale}
	out.loss = npEstimate
	if p.config.Loss != NP {
		out.loss = loss.result()
	}
	for i := range da {
		out.a[i] = da[i].result()
	}
	for i := range dmu {
		out.mu[i] = dmu[i].result()
	}
	return out
}

// at are the parameters of the problem.
func (p problem) at() Parameters { return Parameters{p.mu, p.a, p.sigma} }

// parts cuts the rows in two parts, with weights row by row.
func (p problem) parts() []SamplePart {
	cut, d := p.n/3, p.config.Dim
	return []SamplePart{
		{Rows: Pack(p.x[:cut*d], cut, d), References: p.wR[:cut], Counts: p.wD[:cut]},
		{Rows: Pack(p.x[cut*d:], p.n-cut, d), References: p.wR[cut:], Counts: p.wD[cut:]},
	}
}

// check compares every result of a path with the reference.
func (p problem) check(t testing.TB, path passes, tolerance float64) {
	t.Helper()
	want := p.reference()
	w, err := newWorkspace(p.config, path)
	if err != nil {
		t.Fatal(err)
	}
	parts := p.parts()
	want.loss.check(t, "loss", w.Gradient(parts, p.at()), tolerance)
	if got := w.Clamped(); got != want.clamped {
		t.Errorf("%d rows clamped, want %d", got, want.clamped)
	}
	for i, e := range want.a {
		e.check(t, fmt.Sprintf("dL/da[%d]", i), w.Coefficients()[i], tolerance)
	}
	if p.config.Frozen {
		if w.Centroids() != nil {
			t.Error("frozen centroids have a gradient")
		}
	} else {
		for i, e := range want.mu {
			e.check(t, fmt.Sprintf("dL/dmu[%d]", i), w.Centroids()[i], tolerance)
		}
	}
	want.loss.check(t, "loss alone", w.lossAlone(parts, p.at()), tolerance)
	want.t.check(t, "t", w.Statistic(parts, p.at()), tolerance)
	f := make([]float64, p.n)
	w.logRatio(f, Pack(p.x, p.n, p.config.Dim), p.at())
	for i, e := range want.f {
		e.check(t, fmt.Sprintf("f[%d]", i), f[i], tolerance)
	}
}

// random draws a problem: shapes, a scale of the coordinates, and a width from far too narrow to
// far too wide.
func random(r *rand.Rand, d, m, n int) problem {
	p := problem{
		config: Config{Dim: d, Kernels: m, SoftMax: r.IntN(3) > 0, Loss: LossKind(r.IntN(3)),
			Frozen: r.IntN(5) == 0},
		n: n, x: make([]float64, n*d), mu: make([]float64, m*d), a: make([]float64, m),
		wR: make([]float64, n), wD: make([]float64, n),
	}
	p.sigma = math.Sqrt(float64(d)) * math.Exp(r.NormFloat64()*2)
	shift := 0.0
	if r.IntN(4) == 0 {
		shift = 1e6 * r.NormFloat64()
	}
	for i := range p.x {
		p.x[i] = shift + r.NormFloat64()
	}
	for i := range p.mu {
		p.mu[i] = shift + r.NormFloat64()
	}
	reach := math.Exp(r.NormFloat64() * 1.5)
	for i := range p.a {
		p.a[i] = r.NormFloat64() * reach
	}
	if r.IntN(4) == 0 { // on a row
		copy(p.mu[:d], p.x[:min(d, len(p.x))])
	}
	if r.IntN(8) == 0 { // far away
		for j := range d {
			p.mu[j] += 1e4 * p.sigma
		}
	}
	w := r.Float64()
	for i := range p.wR {
		switch r.IntN(10) {
		case 0:
		case 1, 2:
			p.wD[i] = 1
		case 3:
			p.wR[i], p.wD[i] = r.Float64(), r.Float64()
		default:
			p.wR[i] = w
		}
	}
	return p
}

// allPaths are those that this processor runs.
func allPaths() []passes { return append(vectorPaths(), portable{}) }

const tolerance = 1e-12

func TestAgainstReference(t *testing.T) {
	for _, path := range allPaths() {
		t.Run(path.name(), func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			for i := range 600 {
				d := 1 + r.IntN(12)
				n := r.IntN(40)
				switch r.IntN(6) {
				case 0:
					d = 1 + r.IntN(300)
				case 1:
					n = r.IntN(600)
				case 2:
					d = 1 + r.IntN(2)
				}
				p := random(r, d, 1+r.IntN(20), n)
				p.check(t, path, tolerance)
				if t.Failed() {
					t.Fatalf("problem %d: %+v, n %d, sigma %v", i, p.config, n, p.sigma)
				}
			}
		})
	}
}
