package findings

import (
	"fmt"
	"math"

	"sparker/data"
	"sparker/twosample"
)

// ExcessPurity returns, for each scale of FindExtremes, the share of the injected rows of the pair
// in the weighted data rows of the most significant excess; 0 where there is none. The fit is one
// that has extremes.
func ExcessPurity(pair data.Pair, fit twosample.Fit) ([]float64, error) {
	r, err := newReader(pair, *placeFit(fit).fit, FindOptions{})
	if err != nil {
		return nil, fmt.Errorf("findings: %w", err)
	}
	f := &placeFinder{reader: r}
	var kernels [][]int
	for _, s := range placeScales(r.fit, pair.Weight) {
		best := &candidate{}
		for _, c := range s.candidates {
			if c.soft.Z > best.soft.Z {
				best = c
			}
		}
		kernels = append(kernels, best.kernels)
		f.censuses = append(f.censuses, newCensus(s.Checkpoint, r.dim, true))
	}
	purity, all := make([]float64, len(kernels)), make([]float64, len(kernels))
	err = f.eachRow("data", pair.Data, func(row int) {
		for i, k := range kernels {
			if len(k) == 0 {
				continue
			}
			weight := math.Exp(f.censuses[i].logWeightOf(k))
			all[i] += weight
			if row >= pair.Data.N-pair.Injected {
				purity[i] += weight
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("findings: %w", err)
	}
	for i, sum := range all {
		if sum > 0 {
			purity[i] /= sum
		}
	}
	return purity, nil
}
