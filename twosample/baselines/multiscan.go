package baselines

import (
	"math"

	"sparker/train"
	"sparker/twosample"
)

func init() {
	twosample.Register(twosample.Method{
		Name:  "multiscan",
		Title: "multiscan",
		About: "Likelihood ratios of Gaussian signals of unknown place and width: the limit " +
			"for tests that know neither.",
		Cost:    "that of scan for each width",
		Source:  "this project; compare Kulldorff, Commun. Stat. 26 (1997)",
		Limit:   true,
		Rate:    true,
		Weights: true,
		Relevant: func(s twosample.Setup) twosample.Setup {
			return twosample.Setup{Train: train.Config{Width: s.Train.Width,
				Checkpoints: s.Train.Checkpoints}}
		},
		Prepare: func(s twosample.Setup) (twosample.Prepared, error) {
			p, err := prepareScan("multiscan", s, multiscanWidths(s))
			p.Widths = s.Widths()
			return p, err
		},
	})
}

// multiscanWidths returns as many widths as an annealing has checkpoints, in geometric progression
// between its ends. The first end is left out.
func multiscanWidths(s twosample.Setup) []float64 {
	var widths []float64
	ends, m := s.Widths(), s.Train.Checkpoints.Count
	for j := range m {
		share := float64(j+1) / float64(m)
		widths = append(widths, ends.Start*math.Pow(ends.End/ends.Start, share))
	}
	return widths
}
