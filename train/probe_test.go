package train

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"sparker/data"
	"sparker/graph"
	"sparker/models"
)

// parameters are those of an ensemble at one width.
type parameters struct {
	mu, a []float64
	sigma float64
}

// inProgress is the fit of an ensemble with access to its graph.
type inProgress struct {
	*kernels
	program *graph.Program
}

// begun returns a fit in progress at given parameters. The stream draws the candidates of births.
func begun(t *testing.T, s setup, pair data.Pair, p parameters, r *rand.Rand) inProgress {
	t.Helper()
	f := s.fitter(t)
	at, err := f.begin(pair, startAt(f, p.mu), r)
	if err != nil {
		t.Fatal(err)
	}
	k := at.variant.(*kernels)
	copy(k.a, p.a)
	at.program.SetScalar(models.Sigma, p.sigma)
	return inProgress{k, at.program}
}

func rowsOf(s data.Sample, n int) []float64 { return slices.Clone(s.X[:n*s.D]) }

// Both engines give the same curvature, excess and single-kernel losses, except for rounding.
func TestProbesOfTheEnginesAgree(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 5))
	for range 40 {
		d, m := 1+r.IntN(4), 1+r.IntN(6)
		pair := toy(r.Uint64(), 100+r.IntN(200), 20+r.IntN(40), r.IntN(5), d)
		mu := rowsOf(pair.Data, m)
		a := make([]float64, m)
		for i := range a {
			a[i] = 3 * r.NormFloat64()
		}
		sigma := math.Exp(r.NormFloat64() * 1.5)
		points := rowsOf(pair.Reference, 3)
		answers := map[string][]float64{}
		for _, engine := range Engines {
			s := small(engine)
			s.dim, s.model.Kernels, s.model.SoftMax = d, m, sigma > 0.7
			at := begun(t, s, pair, parameters{mu, a, sigma}, nil)
			loss, gradient, hessian, err := at.probe.curvature(sigma)
			if err != nil {
				t.Fatal(err)
			}
			out := slices.Concat([]float64{loss}, gradient, hessian)
			excess, err := at.probe.excess(sigma, points)
			if err != nil {
				t.Fatal(err)
			}
			single := newSingles(m)
			if err := at.probe.singles(sigma, a, single); err != nil {
				t.Fatal(err)
			}
			answers[engine] = slices.Concat(out, excess, single.values, single.slopes,
				single.curvatures)
		}
		x, y := answers["fused"], answers["composed"]
		var scale float64
		for _, v := range y {
			scale = max(scale, math.Abs(v))
		}
		for i := range y {
			if math.Abs(x[i]-y[i]) > 1e-12*(scale+float64(pair.Data.N)) {
				t.Fatalf("d %d, M %d, sigma %v: number %d is %v fused and %v composed", d, m, sigma,
					i, x[i], y[i])
			}
		}
	}
}
