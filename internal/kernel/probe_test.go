package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// values are the kernels, the gated kernels phi, f and the curvature v of one row, as the formulas
// say.
func (p problem) values(n int) (k, phi []float64, f, v float64) {
	m, d := p.config.Kernels, p.config.Dim
	k, phi = make([]float64, m), make([]float64, m)
	l := make([]float64, m)
	top := math.Inf(-1)
	for i := range m {
		l[i] = p.logKernel(n, p.mu[i*d:(i+1)*d])
		k[i] = math.Exp(l[i])
		top = max(top, l[i])
	}
	var z float64
	for _, v := range l {
		z += math.Exp(v - max(top, -math.MaxFloat64))
	}
	for i := range m {
		phi[i] = k[i]
		if p.config.SoftMax {
			phi[i] *= math.Exp(l[i]-max(top, -math.MaxFloat64)) / z
		}
		f += p.a[i] * phi[i]
	}
	if f <= MaxExponent {
		v = p.wR[n] * math.Exp(f)
	}
	return k, phi, f, v
}

func (p problem) logKernel(n int, mu []float64) float64 {
	d := p.config.Dim
	var r2 sum
	for j, v := range p.x[n*d : (n+1)*d] {
		r2.add((v-mu[j])*(v-mu[j]), 0)
	}
	return -r2.result().value / (2 * p.sigma * p.sigma)
}

// checkProbes compares Curvature, Excess and Singles of a path with their formulas.
func (p problem) checkProbes(t testing.TB, path passes, points []float64) {
	t.Helper()
	m, d := p.config.Kernels, p.config.Dim
	w, err := newWorkspace(p.config, path)
	if err != nil {
		t.Fatal(err)
	}
	parts := p.parts()
	hessian, excess := make([]sum, m*m), make([]sum, 3*len(points)/d)
	values, slopes, curvatures := make([]sum, m), make([]sum, m), make([]sum, m)
	var spread float64
	for _, c := range p.a {
		spread += math.Abs(c) // what rounding of f and of the exponents does to e^f
	}
	spread = min(spread, 2*MaxExponent)
	for n := range p.n {
		k, phi, _, v := p.values(n)
		for i := range m {
			for j := range m {
				hessian[i*m+j].add(v*phi[i]*phi[j], v*phi[i]*phi[j]*(3+spread))
			}
			y := p.a[i] * k[i]
			grow := math.Exp(min(y, MaxExponent))
			wR, wD := p.wR[n], p.wD[n]
			values[i].add(wR*math.Expm1(min(y, MaxExponent)), wR*grow*(1+spread))
			values[i].add(-wD*y, wD*math.Abs(y))
			g := wR * grow
			if y > MaxExponent {
				g = 0
			}
			slopes[i].add((g-wD)*k[i], (g+wD)*k[i]*(1+spread))
			curvatures[i].add(g*k[i]*k[i], g*k[i]*k[i]*(2+spread))
		}
		for i := range len(points) / d {
			k := math.Exp(p.logKernel(n, points[i*d:(i+1)*d]))
			excess[3*i].add(p.wD[n]*k, p.wD[n]*k)
			excess[3*i+1].add(v*k, v*k*(2+spread))
			excess[3*i+2].add(v*k*k, v*k*k*(3+spread))
		}
	}
	q := p
	q.config.Loss = NP
	want := q.reference()
	loss, h := w.Curvature(parts, p.at())
	want.loss.check(t, "loss", loss, tolerance)
	for i, e := range want.a {
		e.check(t, fmt.Sprintf("dL/da[%d]", i), w.Coefficients()[i], tolerance)
	}
	for i, s := range hessian {
		s.result().check(t, fmt.Sprintf("H[%d,%d]", i/m, i%m), h[i], tolerance)
	}
	got := w.Excess([]float64{7}, parts, p.at(), points)
	if got[0] != 7 || len(got) != 1+len(excess) {
		t.Fatalf("Excess appends to %v", got)
	}
	for i, s := range excess {
		s.result().check(t, fmt.Sprintf("excess %d", i), got[1+i], tolerance)
	}
	gotValues, gotSlopes, gotCurvatures := make([]float64, m), make([]float64, m),
		make([]float64, m)
	w.Singles(SingleLosses{gotValues, gotSlopes, gotCurvatures}, parts, p.at())
	for i := range m {
		values[i].result().check(t, fmt.Sprintf("value %d", i), gotValues[i], tolerance)
		slopes[i].result().check(t, fmt.Sprintf("slope %d", i), gotSlopes[i], tolerance)
		curvatures[i].result().check(t, fmt.Sprintf("curvature %d", i), gotCurvatures[i], tolerance)
	}
}

func TestProbesAgainstFormulas(t *testing.T) {
	for _, path := range allPaths() {
		t.Run(path.name(), func(t *testing.T) {
			r := rand.New(rand.NewPCG(11, 12))
			for i := range 200 {
				d, n := 1+r.IntN(12), r.IntN(60)
				switch r.IntN(5) {
				case 0:
					d = 1 + r.IntN(300)
				case 1:
					n = r.IntN(700)
				}
				p := random(r, d, 1+r.IntN(12), n)
				for j := range p.a { // within the guards of a fit
					p.a[j] = min(max(p.a[j], -10), 10)
				}
				points := make([]float64, d*r.IntN(4))
				for j := range points {
					points[j] = p.mu[j%d] + r.NormFloat64()
				}
				p.checkProbes(t, path, points)
				if t.Failed() {
					t.Fatalf("problem %d: %+v, n %d, sigma %v", i, p.config, n, p.sigma)
				}
			}
		})
	}
}

// Where every kernel underflows, and where the width is none, probes give zeros and NaN as the
// gradient does.
func TestProbesFarAway(t *testing.T) {
	for _, path := range allPaths() {
		w, err := newWorkspace(Config{Dim: 1, Kernels: 2, SoftMax: true}, path)
		if err != nil {
			t.Fatal(err)
		}
		parts := []SamplePart{{Rows: Pack([]float64{0, 1}, 2, 1), Reference: 0.5},
			{Rows: Pack([]float64{0.5}, 1, 1), Data: 1}}
		mu, a := []float64{1e6, -1e6}, []float64{3, -3}
		_, h := w.Curvature(parts, Parameters{mu, a, 0.1})
		excess := w.Excess(nil, parts, Parameters{mu, a, 0.1}, []float64{1e6})
		for i, v := range append(excess, h...) {
			if v != 0 {
				t.Errorf("%s: number %d is %v far from all rows", path.name(), i, v)
			}
		}
		loss, h := w.Curvature(parts, Parameters{mu, a, 0})
		if !math.IsNaN(loss) || !math.IsNaN(h[0]) || !math.IsNaN(w.Coefficients()[0]) ||
			!math.IsNaN(w.Excess(nil, parts, Parameters{mu, a, 0}, []float64{0})[0]) {
			t.Errorf("%s: a width of 0 gives %v %v", path.name(), loss, h)
		}
		values := make([]float64, 2)
		w.Singles(SingleLosses{values, make([]float64, 2), make([]float64, 2)}, parts,
			Parameters{mu, a, math.Inf(1)})
		if !math.IsNaN(values[0]) {
			t.Errorf("%s: an infinite width gives %v", path.name(), values)
		}
	}
}

// Kernels that are kept from one question to the next are those of the same rows, centroids and
// width: whatever comes between, a workspace gives the bits of a fresh one.
func TestKeptKernels(t *testing.T) {
	for _, path := range allPaths() {
		r := rand.New(rand.NewPCG(21, 22))
		for range 40 {
			p := random(r, 1+r.IntN(20), 1+r.IntN(6), 1+r.IntN(700))
			p.config.Loss = NP
			used, err := newWorkspace(p.config, path)
			if err != nil {
				t.Fatal(err)
			}
			parts := p.parts()
			d := p.config.Dim
			for range 12 {
				switch r.IntN(6) {
				case 0:
					p.mu[r.IntN(len(p.mu))] += 0.1
				case 1:
					p.sigma *= 0.9
				case 2: // other rows in the same place
					rest := p.n - p.n/3
					for i := range p.x {
						p.x[i] += 0.01
					}
					parts[1].Rows.Repack(p.x[len(p.x)-rest*d:], rest)
				case 3:
					parts[0], parts[1] = parts[1], parts[0]
				case 4:
					p.a[0] += 0.5
				}
				fresh, err := newWorkspace(p.config, path)
				if err != nil {
					t.Fatal(err)
				}
				answers := func(w *Workspace, question int) []float64 {
					m := p.config.Kernels
					switch question {
					case 0:
						l, h := w.Curvature(parts, p.at())
						return append(append([]float64{l}, h...), w.Coefficients()...)
					case 1:
						l := w.Gradient(parts, p.at())
						return append(append([]float64{l}, w.Coefficients()...), w.Centroids()...)
					case 2:
						return w.Excess(nil, parts, p.at(), p.x[:min(3, p.n)*d])
					case 3:
						return []float64{w.Statistic(parts, p.at())}
					default:
						out := make([]float64, 3*m)
						w.Singles(SingleLosses{out[:m], out[m : 2*m], out[2*m:]}, parts, p.at())
						return out
					}
				}
				question := r.IntN(5)
				got, want := answers(used, question), answers(fresh, question)
				for i, v := range want {
					if math.Float64bits(got[i]) != math.Float64bits(v) {
						t.Fatalf("%s, question %d, number %d: %v, afresh %v", path.name(), question,
							i, got[i], v)
					}
				}
			}
		}
	}
}
