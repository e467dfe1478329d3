package experiments

import (
	"slices"

	"sparker/results"
	"sparker/twosample"
)

// mostNumbers is about how many numbers a trace keeps.
const mostNumbers = 300_000

// trace returns the history of a fit, thinned to a size that can be stored. Epochs of checkpoints
// and births, and the last one, are kept. It is nil if the fit was not traced.
func (c *cell) trace(fit twosample.Fit) *results.Trace {
	if len(fit.Trace) == 0 {
		return nil
	}
	every := 1 + len(fit.Trace)*len(fit.Trace[0].Centroids)*3/mostNumbers
	trace := &results.Trace{}
	for i, r := range fit.Trace {
		if r.Born > 0 {
			trace.Born = append(trace.Born, results.Birth{Epoch: r.Epoch, Kernel: r.Born - 1})
		}
		checkpoint := slices.ContainsFunc(c.scales,
			func(s results.ScaleRecord) bool { return s.Member == "" && s.Epoch == r.Epoch })
		if i%every != 0 && !checkpoint && r.Born == 0 && i < len(fit.Trace)-1 {
			continue
		}
		trace.Epoch = append(trace.Epoch, r.Epoch)
		trace.Sigma = append(trace.Sigma, r.Sigma)
		trace.Loss = append(trace.Loss, r.Loss)
		trace.Penalty = append(trace.Penalty, r.Penalty)
		trace.T = append(trace.T, r.T)
		trace.Centroids = append(trace.Centroids, c.points(fit, r.Centroids))
		trace.Coefficients = append(trace.Coefficients, r.Coefficients)
		if r.DataForce != nil {
			trace.DataForce = append(trace.DataForce, split(r.DataForce, c.setup.Dim))
			trace.ReferenceForce = append(trace.ReferenceForce,
				split(r.ReferenceForce, c.setup.Dim))
		}
		trace.GateEntropy = append(trace.GateEntropy, r.GateEntropy)
		trace.MinDistance = append(trace.MinDistance, r.MinDistance)
		trace.DataInSphere = append(trace.DataInSphere, r.DataInSphere)
		trace.ReferenceInSphere = append(trace.ReferenceInSphere, r.ReferenceInSphere)
		trace.DataShare = append(trace.DataShare, r.DataShare)
		trace.ReferenceShare = append(trace.ReferenceShare, r.ReferenceShare)
	}
	return trace
}
