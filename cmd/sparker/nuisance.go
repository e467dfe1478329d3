package main

import (
	"fmt"

	"sparker/results"
)

// nuisances says how the nuisance parameters were fitted to the observed sample: a sentence for
// each, and one for Delta. It is empty without any.
func (c testedCell) nuisances() (lines []string) {
	o := c.summary.Observed
	if o.Nuisances == nil || o.Status != results.StatusOK {
		return nil
	}
	n := o.Nuisances
	last := len(n.Fit) - 1
	for a, name := range n.Names {
		lines = append(lines, fmt.Sprintf("nuisance %s: measured as %.3g; %.3g ± %.2g with f = 0, "+
			"%.3g ± %.2g with the last f", name, n.Measured[a], n.Null[a], n.NullErrors[a],
			n.Fit[last][a], n.FitErrors[last][a]))
	}
	return append(lines, fmt.Sprintf("t = tau - Delta, with Delta = %.2f; the data of null toys "+
		"are drawn at the values with f = 0", n.Delta))
}
