package findings

import (
	"fmt"
	"math"

	"sparker/data"
	"sparker/twosample"
)

// Weights returns the weight of each row of a sample in the place, which was found in the fit, as
// if there were no places before it: of a row, those leave the product of 1 minus its weights in
// them. The sample has the columns of the pair of the fit, in the data's own units. It returns an
// error if the fit is another one, and if a distance is not a finite number.
func (p Place) Weights(fit twosample.Fit, x data.Sample) ([]float64, error) {
	own := placeFit(fit).fit
	if p.Checkpoint < 1 || p.Checkpoint > len(own.Checkpoints) {
		return nil, fmt.Errorf("findings: place %d is at checkpoint %d; the fit has %d", p.Number,
			p.Checkpoint, len(own.Checkpoints))
	}
	c := own.Checkpoints[p.Checkpoint-1]
	if len(c.Centroids) != len(c.Coefficients)*x.D || len(c.Coefficients) <= p.Kernels[0] {
		return nil, fmt.Errorf("findings: place %d is not one of the fit and %d columns", p.Number,
			x.D)
	}
	if own.Standardizer != nil {
		x = own.Standardizer.Apply(x)
	}
	s := newCensus(c, x.D, true)
	weights := make([]float64, x.N)
	for i := range x.N {
		if err := s.look(x.Row(i)); err != nil {
			return nil, fmt.Errorf("findings: row %d %w", i, err)
		}
		weights[i] = math.Exp(s.logWeightOf(p.Kernels))
	}
	return weights, nil
}
