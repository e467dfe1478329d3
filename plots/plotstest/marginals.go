package plotstest

import (
	"fmt"
	"math"

	"sparker/findings"
)

// WithMarginals adds so many marginals to findings: bumps that the reweighted reference describes
// except for noise, and a column with labels as the second one.
func WithMarginals(f findings.Findings, columns int) findings.Findings {
	r := Source(21)
	for j := range columns {
		m := findings.Marginal{Bins: findings.Bins{Column: j, Name: fmt.Sprintf("column %d", j)},
			Distance: 0.3 / float64(j+1)}
		n := 20
		if j == 1 {
			n = 5
			m.Labels = []string{"muon", "electron", "tau", "photon", "jet"}
		} else {
			for i := range n + 1 {
				m.Edges = append(m.Edges, -3+6*float64(i)/float64(n))
			}
		}
		for i := range n {
			u := 6*(float64(i)+0.5)/float64(n) - 3
			expected := 120 * math.Exp(-u*u/2)
			model := expected + 40/float64(j+1)*math.Exp(-(u-1.5)*(u-1.5)/0.1)
			data := math.Round(max(0, model+math.Sqrt(model)*r.NormFloat64()))
			pull := func(from float64) float64 { return (data - from) / math.Sqrt(1.25*from+1e-9) }
			m.Data, m.Expected = append(m.Data, data), append(m.Expected, expected)
			m.Reweighted = append(m.Reweighted, model)
			m.ExpectedVariance = append(m.ExpectedVariance, 1.25*expected)
			m.ReweightedVariance = append(m.ReweightedVariance, 1.25*model)
			m.Pulls = append(m.Pulls, pull(expected))
			m.ReweightedPulls = append(m.ReweightedPulls, pull(model))
		}
		f.Marginals = append(f.Marginals, m)
	}
	return f
}
