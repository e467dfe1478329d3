package sparker

import (
	"sparker/results"
	"sparker/signatures"
	"sparker/twosample"
)

// signatures returns the failure signatures that the null toys show.
func (p *problem) signatures(end nullEnd) []results.Signature {
	e := signatures.Evidence{Alpha: p.options.Alpha}
	if end.design == nil {
		e.NullToys = len(end.toys)
	}
	last := -1 // the last scale of t, which an annealed fit has
	for i, scale := range p.prepared.Scales {
		if isAnnealed(scale) {
			last = i
		}
	}
	if last >= 0 {
		e.Annealing = &signatures.Annealing{Config: p.options.Recipe.Train,
			Widths: p.prepared.Widths, Distances: p.distances}
	}
	for i, toy := range end.toys {
		if toy.Failed {
			continue
		}
		if last >= 0 {
			e.End = append(e.End, toy.T[last])
		}
		if h := end.health[i]; h != nil {
			e.Health = append(e.Health, *signatures.Record(h))
		}
	}
	return signatures.Find(e)
}

// isAnnealed reports whether a scale is one of t of the annealed fit of the test itself.
func isAnnealed(s twosample.StatisticScale) bool {
	return s.Member == "" && s.Statistic == "" && s.Epoch > 0
}
