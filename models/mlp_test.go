package models_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"sparker/graph"
	"sparker/graph/graphtest"
	"sparker/losses"
	"sparker/models"
)

var (
	_ models.Model = models.MLP{}
	_ models.Model = models.Ensemble{}
)

// newProgram returns the graph of a network under a loss, at random rows and parameters.
func newProgram(t *testing.T, m models.MLP, loss losses.Loss) *graph.Program {
	t.Helper()
	b := graph.NewBuilder()
	x := b.Input("x", rows, m.Dim)
	wR, wD := b.Input("wR", rows), b.Input("wD", rows)
	nodes := m.Build(b, x)
	p, err := b.Compile(loss.Build(b, nodes.LogRatio, wR, wD),
		map[string]graph.Node{"f": nodes.LogRatio})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 5))
	for _, name := range append([]string{"x"}, p.Parameters()...) {
		for i := range p.Values(name) {
			p.Values(name)[i] = r.NormFloat64()
		}
	}
	for i := range rows {
		if i < 20 {
			p.Values("wR")[i] = 0.5
		} else {
			p.Values("wD")[i] = 1
		}
	}
	return p
}

// The gradients of every loss by all parameters of a network agree with central differences.
func TestMLPGradients(t *testing.T) {
	t.Parallel()
	for _, m := range []models.MLP{{Hidden: 4, Dim: 1}, {Hidden: 1, Dim: 1}, {Hidden: 3, Dim: 5}} {
		for _, loss := range []losses.Loss{losses.NP{}, losses.BCE{}, losses.MSE{}} {
			p := newProgram(t, m, loss)
			if n := len(p.Parameters()); n != 4 {
				t.Fatalf("%d parameters", n)
			}
			for _, name := range p.Parameters() {
				t.Run(fmt.Sprintf("%+v %T %s", m, loss, name),
					func(t *testing.T) { graphtest.CheckGradient(t, p, name, 1e-7) })
			}
		}
	}
}

func TestMLP(t *testing.T) {
	t.Parallel()
	m, err := models.NewMLP(2, 3)
	if err != nil {
		t.Fatal(err)
	}
	p := newProgram(t, m, losses.NP{})
	if err := p.Evaluate(); err != nil {
		t.Fatal(err)
	}
	w, biases, v := p.Values(models.HiddenWeights), p.Values(models.HiddenBiases),
		p.Values(models.OutputWeights)
	for n, got := range p.Vector("f") {
		x := p.Values("x")[2*n:]
		want := p.Values(models.OutputBias)[0]
		for i := range v {
			want += v[i] / (1 + math.Exp(-w[2*i]*x[0]-w[2*i+1]*x[1]-biases[i]))
		}
		if math.Abs(got-want) > 1e-14 {
			t.Errorf("f = %v, want %v", got, want)
		}
		if bound := m.Bound(p.Values); got > bound {
			t.Errorf("f = %v, above its bound %v", got, bound)
		}
	}
	if (models.MLP{Hidden: 4, Dim: 1}).Parameters() != 13 || m.Parameters() != 13 ||
		m.Columns() != 2 {
		t.Errorf("1-4-1 and 2-3-1 have %d and %d parameters, want 13",
			models.MLP{Hidden: 4, Dim: 1}.Parameters(), m.Parameters())
	}
	for _, c := range [][2]int{{0, 1}, {1, 0}} {
		if _, err := models.NewMLP(c[0], c[1]); err == nil {
			t.Errorf("a network of %d inputs and %d units", c[0], c[1])
		}
	}
}

// A start has all parameters, with weights within Glorot's limits and biases 0. It depends on the
// stream alone.
func TestMLPStart(t *testing.T) {
	t.Parallel()
	m := models.MLP{Hidden: 50, Dim: 2}
	start := m.Start(rand.New(rand.NewPCG(1, 1)))
	for name, want := range map[string]struct {
		n     int
		limit float64
	}{
		models.HiddenWeights: {100, math.Sqrt(6. / 52)}, models.HiddenBiases: {50, 0},
		models.OutputWeights: {50, math.Sqrt(6. / 51)}, models.OutputBias: {1, 0},
	} {
		low, high := slices.Min(start[name]), slices.Max(start[name])
		if len(start[name]) != want.n || low < -want.limit || high > want.limit || want.limit > 0 &&
			high-low < want.limit {
			t.Errorf("%s: %d values from %v to %v, want %d within %v", name, len(start[name]), low,
				high, want.n, want.limit)
		}
		if again := m.Start(rand.New(rand.NewPCG(1, 1))); !slices.Equal(again[name], start[name]) {
			t.Errorf("%s: the same stream gives another start", name)
		}
	}
}
