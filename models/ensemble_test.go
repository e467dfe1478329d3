package models_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"sparker/graph"
	"sparker/losses"
	"sparker/models"
)

// state holds rows, parameters and a width at which an ensemble is evaluated.
type state struct {
	x, mu, a []float64
	sigma    float64
}

// values are the NP loss, f of every row and the gradients.
type values struct {
	loss   float64
	f      []float64
	mu, a  []float64
	frozen bool
}

const rows = 30

func at(t *testing.T, e models.Ensemble, s state) values {
	t.Helper()
	b := graph.NewBuilder()
	x := b.Input("x", rows, e.Dim)
	wR, wD := b.Input("wR", rows), b.Input("wD", rows)
	nodes := e.Build(b, x)
	p, err := b.Compile(losses.NP{}.Build(b, nodes.LogRatio, wR, wD),
		map[string]graph.Node{"f": nodes.LogRatio})
	if err != nil {
		t.Fatal(err)
	}
	copy(p.Values("x"), s.x)
	copy(p.Values(models.Centroids), s.mu)
	copy(p.Values(models.Coefficients), s.a)
	p.SetScalar(models.Sigma, s.sigma)
	for i := range rows {
		if i < 20 {
			p.Values("wR")[i] = 0.5
		} else {
			p.Values("wD")[i] = 1
		}
	}
	loss, err := p.Gradient()
	if err != nil {
		t.Fatal(err)
	}
	v := values{loss: loss, frozen: e.Frozen, a: append([]float64(nil),
		p.GradientOf(models.Coefficients)...)}
	if !e.Frozen {
		v.mu = append([]float64(nil), p.GradientOf(models.Centroids)...)
	}
	if err := p.Evaluate(); err != nil {
		t.Fatal(err)
	}
	v.f = append([]float64(nil), p.Vector("f")...)
	return v
}

func random(e models.Ensemble, seed uint64) state {
	r := rand.New(rand.NewPCG(seed, 0))
	s := state{x: make([]float64, rows*e.Dim), mu: make([]float64, e.Kernels*e.Dim),
		a: make([]float64, e.Kernels), sigma: 0.9}
	for _, v := range [][]float64{s.x, s.mu, s.a} {
		for i := range v {
			v[i] = r.NormFloat64()
		}
	}
	return s
}

func near(t *testing.T, what string, got, want []float64) {
	t.Helper()
	scale := 0.
	for _, v := range want {
		scale = max(scale, math.Abs(v))
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= 1e-12*scale) {
			t.Errorf("%s[%d] = %v, want %v", what, i, got[i], want[i])
		}
	}
}

// transform maps every point of an array of d-vectors.
func transform(x []float64, d int, f func(p []float64) []float64) []float64 {
	var y []float64
	for i := 0; i < len(x); i += d {
		y = append(y, f(x[i:i+d])...)
	}
	return y
}

// The order of the kernels and of the rows does not change f and its gradients.
func TestInvarianceUnderPermutations(t *testing.T) {
	t.Parallel()
	for _, softmax := range []bool{true, false} {
		e := models.Ensemble{Kernels: 4, Dim: 2, SoftMax: softmax}
		s := random(e, 1)
		v := at(t, e, s)

		reversed := s
		reversed.mu, reversed.a = nil, nil
		for i := e.Kernels - 1; i >= 0; i-- {
			reversed.mu = append(reversed.mu, s.mu[2*i:2*i+2]...)
			reversed.a = append(reversed.a, s.a[i])
		}
		r := at(t, e, reversed)
		near(t, "f with kernels reversed", r.f, v.f)
		for i := range e.Kernels {
			near(t, "dL/dmu with kernels reversed", r.mu[2*(e.Kernels-1-i):][:2], v.mu[2*i:][:2])
		}

		swapped := s
		swapped.x = append([]float64(nil), s.x...)
		copy(swapped.x[:2], s.x[2:4]) // rows 0 and 1 are both reference rows
		copy(swapped.x[2:4], s.x[:2])
		r = at(t, e, swapped)
		near(t, "loss with rows exchanged", []float64{r.loss}, []float64{v.loss})
		near(t, "dL/da with rows exchanged", r.a, v.a)
	}
}

// Translations and rotations of the space do not change f, nor does scaling it together with sigma.
// A rotation also rotates the gradient by the centroids.
func TestInvarianceUnderMotions(t *testing.T) {
	t.Parallel()
	for _, softmax := range []bool{true, false} {
		e := models.Ensemble{Kernels: 4, Dim: 2, SoftMax: softmax}
		s := random(e, 1)
		v := at(t, e, s)

		for name, f := range map[string]func(p []float64) []float64{
			"translation": func(p []float64) []float64 {
				return []float64{p[0] + 0.5, p[1] - 0.25}
			},
			"rotation": func(p []float64) []float64 {
				return []float64{0.6*p[0] - 0.8*p[1], 0.8*p[0] + 0.6*p[1]}
			},
		} {
			moved := s
			moved.x, moved.mu = transform(s.x, 2, f), transform(s.mu, 2, f)
			r := at(t, e, moved)
			near(t, "f after a "+name, r.f, v.f)
			near(t, "dL/da after a "+name, r.a, v.a)
			gradient := v.mu
			if name == "rotation" {
				gradient = transform(v.mu, 2, f)
			}
			near(t, "dL/dmu after a "+name, r.mu, gradient)
		}

		scaled := s
		times8 := func(p []float64) []float64 { return []float64{8 * p[0], 8 * p[1]} }
		scaled.x, scaled.mu, scaled.sigma = transform(s.x, 2, times8), transform(s.mu, 2, times8),
			8*s.sigma
		r := at(t, e, scaled)
		for i := range v.f {
			if r.f[i] != v.f[i] {
				t.Errorf("softmax %v: f[%d] = %v with everything times 8, want %v to the bit",
					softmax, i, r.f[i], v.f[i])
			}
		}
	}
}

func TestFrozenCentroidsHaveNoGradient(t *testing.T) {
	t.Parallel()
	e := models.Ensemble{Kernels: 3, Dim: 2, SoftMax: true}
	s := random(e, 2)
	trained := at(t, e, s)
	e.Frozen = true
	frozen := at(t, e, s)
	if frozen.loss != trained.loss || len(frozen.mu) != 0 {
		t.Errorf("loss %v frozen, %v trained", frozen.loss, trained.loss)
	}
	near(t, "dL/da with frozen centroids", frozen.a, trained.a)
}

// The bound of an ensemble counts positive coefficients only: the largest with competition, their
// sum without.
func TestEnsembleBound(t *testing.T) {
	t.Parallel()
	a := map[string][]float64{models.Coefficients: {2, -1, 3}}
	values := func(name string) []float64 { return a[name] }
	for softmax, want := range map[bool]float64{true: 3, false: 5} {
		if got := (models.Ensemble{Kernels: 3, Dim: 1,
			SoftMax: softmax}).Bound(values); got != want {
			t.Errorf("softmax %v: bound %v, want %v", softmax, got, want)
		}
	}
}
