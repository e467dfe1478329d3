package experiments

import (
	"fmt"

	"sparker/data"
	"sparker/findings"
	"sparker/results"
	"sparker/twosample"
)

// leading summarizes a fit of a pair with injected rows by the kernel that is the most significant
// excess, at the scale at which it is most significant.
func leading(pair data.Pair, fit twosample.Fit) (*results.Leading, error) {
	pair.Labels = injectedLabels(pair)
	found, err := findings.FindExcess(pair, fit, findings.FindOptions{})
	if err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	l := &results.Leading{Sigma: found.Sigma, Classes: len(found.Classes)}
	for _, c := range found.Classes {
		if len(c.Kernels) > 0 {
			l.Found++
		}
	}
	excesses := found.Excesses()
	if len(excesses) == 0 {
		return l, nil
	}
	k := excesses[0]
	l.Z = k.Soft.Z
	if k.Truth != nil {
		l.Purity, l.NearestPurity, l.Efficiency = k.Truth.Purity, k.Truth.NearestPurity,
			k.Truth.SoftEfficiency
	}
	return l, nil
}

// injectedLabels returns the classes of the injected rows, which are the last ones of the data, and
// "" for the others.
func injectedLabels(pair data.Pair) []string {
	labels := make([]string, pair.Data.N)
	for i := pair.Data.N - pair.Injected; i < pair.Data.N; i++ {
		labels[i] = findings.InjectedLabel
		if pair.Labels != nil && pair.Labels[i] != "" {
			labels[i] = pair.Labels[i]
		}
	}
	return labels
}
