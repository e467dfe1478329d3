package train

import (
	"math"
	"math/rand/v2"
	"testing"

	"sparker/data"
)

// A trace counts the rows in the spheres of influence, and sums the features, as a loop over the
// rows does. The rows count by their weights, and the reference by that of the null hypothesis.
func TestReachOfTrace(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine string) {
		r := rand.New(rand.NewPCG(5, 6))
		signed := func(n int) []float64 {
			w := make([]float64, n)
			for i := range w {
				w[i] = 1 + r.NormFloat64()/2
			}
			w, err := data.RelativeWeights("sample", w, n)
			if err != nil {
				t.Fatal(err)
			}
			return w
		}
		plain, weighted := toy(3, 300, 40, 8, 2), toy(4, 300, 40, 8, 2)
		weighted.ReferenceWeights, weighted.DataWeights = signed(300), signed(weighted.Data.N)
		for _, c := range []struct {
			pair data.Pair
			gate bool
		}{{plain, true}, {plain, false}, {weighted, true}} {
			s := small(engine)
			s.dim, s.model.SoftMax, s.loss.L2 = 2, c.gate, 0.1
			fit := traced(t, s.fitter(t), c.pair, rowsOf(c.pair.Data, s.model.Kernels))
			checkReach(t, fit, c.pair, c.gate, nil)
		}
		pair := tilted(6, 0.3, 0)
		_, null, err := nullEstimate(pair)
		if err != nil {
			t.Fatal(err)
		}
		s := nuisanceSetup(engine)
		checkReach(t, s.fitNuisances(t, pair, true), pair, s.model.SoftMax, null.ratios)
	})
}

// checkReach checks some epochs of a trace. The ratios are those of nuisance parameters.
func checkReach(t *testing.T, fit FitResult, pair data.Pair, gate bool, ratios []float64) {
	t.Helper()
	held := 0.0
	for n := 0; n < len(fit.Trace); n += 1 + len(fit.Trace)/7 {
		e := fit.Trace[n]
		m := len(e.Coefficients)
		inside, shares := reached(e, pair.Data, pair.DataWeights, gate)
		weights := plainWeights(pair)
		for i, v := range ratios {
			weights[i] *= v
		}
		referenceInside, referenceShares := reached(e, pair.Reference, weights, gate)
		for i := range m {
			held += inside[i]
			for _, v := range [][2]float64{{e.DataInSphere[i], inside[i]},
				{e.DataShare[i], shares[i]}, {e.ReferenceInSphere[i], referenceInside[i]},
				{e.ReferenceShare[i], referenceShares[i]}} {
				if math.Abs(v[0]-v[1]) > 1e-9 {
					t.Errorf("epoch %d, kernel %d: %v; the rows say %v", e.Epoch, i, v[0], v[1])
				}
			}
		}
	}
	if held < 10 {
		t.Errorf("%v data rows in all spheres", held)
	}
}

// reached is what the kernels of an epoch reach of a sample, whose rows have weights of 1 if these
// are nil.
func reached(e Epoch, s data.Sample, weights []float64, gate bool) (inside, shares []float64) {
	m := len(e.Coefficients)
	inside, shares = make([]float64, m), make([]float64, m)
	for row := range s.N {
		w, total := 1.0, 0.0
		if weights != nil {
			w = weights[row]
		}
		k := make([]float64, m)
		for i := range m {
			z := data.Distance(s.Row(row), e.Centroids[i*s.D:(i+1)*s.D]) / e.Sigma
			k[i] = math.Exp(-z * z / 2)
			total += k[i]
			if z <= 1 {
				inside[i] += w
			}
		}
		for i, v := range k {
			if gate {
				v *= v / max(total, math.SmallestNonzeroFloat64)
			}
			shares[i] += w * v
		}
	}
	return inside, shares
}
