package train

import (
	"math"
	"slices"
	"testing"
)

// The joint fit of kernels and nuisance parameters takes negative weights: tau is at a minimum over
// nu of the loss by the formula, in which rows of negative weight are linear in f, and both engines
// agree.
func TestNuisancesWithSignedWeights(t *testing.T) {
	t.Parallel()
	pair := tilted(4, 0.05, 0.03)
	pair = withWeights(t, pair, signed)
	pair.DataWeights = nil
	statistics := map[string][]float64{}
	for _, engine := range Engines {
		s := small(engine)
		s.config.Epochs, s.config.Checkpoints.Count = 20, 4
		s.widths, s.model.SoftMax = Widths{4, 0.5}, false
		f := s.fitter(t)
		result := fit(t, f, pair, rowsOf(pair.Data, s.model.Kernels))
		for _, c := range result.Checkpoints {
			statistics[engine] = append(statistics[engine], c.T)
			logRatio := func(x float64) (f float64) {
				for i, a := range c.Coefficients {
					d := (x - c.Centroids[i]) / c.Sigma
					f += a * math.Exp(-d*d/2)
				}
				return f
			}
			direct := func(nu []float64) float64 {
				signedLoss := directLoss(pair, logRatio, nu)
				for i, x := range pair.Reference.X { // e^f becomes 1+f
					if w := pair.Weight * pair.ReferenceWeights[i]; w < 0 {
						r := math.Exp(nu[0]*(x-1) - nu[0]*nu[0]/2*x + nu[1])
						f := logRatio(x)
						signedLoss += w * r * (1 + f - math.Exp(f))
					}
				}
				return signedLoss
			}
			best := direct(c.Nuisances.Values)
			agree(t, engine, []float64{c.T}, []float64{-2*best - result.Null.Delta}, 1e-9)
			for a := range pair.Nuisances {
				for _, step := range []float64{-1e-3, 1e-3} {
					nu := slices.Clone(c.Nuisances.Values)
					nu[a] += step
					if direct(nu) < best {
						t.Errorf("%s: the loss falls if nu[%d] changes by %v", engine, a, step)
					}
				}
			}
		}
	}
	agree(t, "engines", statistics["fused"], statistics["composed"], 1e-8)
}
