package report

import (
	"fmt"
	"math"
	"slices"

	"sparker/results"
)

// addCurves adds the histories of the fit that the trace has, and returns their names.
func (k *packer) addCurves() []string {
	t := k.trace
	n := len(t.Epoch)
	var names []string
	add := func(name string, values []float64) {
		if len(values) != n {
			return
		}
		names = append(names, name)
		for _, i := range k.entries {
			k.floats = append(k.floats, float32(values[i]))
		}
	}
	anyNonzero := func(values []float64) bool {
		return slices.ContainsFunc(values, func(v float64) bool { return v != 0 })
	}
	add("sigma", t.Sigma)
	add("loss", t.Loss)
	if anyNonzero(t.Penalty) {
		add("penalty", t.Penalty)
	}
	add("t", t.T)
	if anyNonzero(t.GateEntropy) {
		add("entropy", t.GateEntropy)
	}
	if anyNonzero(t.MinDistance) {
		add("distance", t.MinDistance)
	}
	if len(t.DataForce) == n && len(t.ReferenceForce) == n {
		pull, push, net := totalForces(t)
		add("pull", pull)
		add("push", push)
		add("net", net)
	}
	return names
}

// totalForces returns the norms of the forces of the data, of the reference, and of their sum, each
// summed over the kernels.
func totalForces(t *results.Trace) (pull, push, net []float64) {
	for i, data := range t.DataForce {
		var p, q, s float64
		for m, d := range data {
			r := t.ReferenceForce[i][m]
			sum := make([]float64, len(d))
			for c := range d {
				sum[c] = d[c] + r[c]
			}
			p, q, s = p+length(d), q+length(r), s+length(sum)
		}
		pull, push, net = append(pull, p), append(push, q), append(net, s)
	}
	return pull, push, net
}

// length returns the Euclidean norm of a vector.
func length(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum = math.Hypot(sum, v)
	}
	return sum
}

// addGrids adds the histories of the kernels that the trace has, and returns their ranges.
func (k *packer) addGrids() (grids []playedGrid) {
	t := k.trace
	n := len(t.Epoch)
	norms := func(forces [][][]float64) [][]float64 {
		all := make([][]float64, len(forces))
		for i, at := range forces {
			for _, force := range at {
				all[i] = append(all[i], length(force))
			}
		}
		return all
	}
	for _, g := range []struct {
		playedGrid
		values [][]float64
	}{
		{playedGrid{Name: "coefficient"}, t.Coefficients},
		{playedGrid{Name: "pull", Log: true}, norms(t.DataForce)},
		{playedGrid{Name: "push", Log: true}, norms(t.ReferenceForce)},
		{playedGrid{Name: "dataInSphere", Levels: countLevels}, t.DataInSphere},
		{playedGrid{Name: "referenceInSphere", Levels: countLevels}, t.ReferenceInSphere},
	} {
		if len(g.values) == n {
			grids = append(grids, k.addGrid(g.playedGrid, g.values))
		}
	}
	return grids
}

// addGrid adds the history of one number of each kernel, and returns its range.
func (k *packer) addGrid(g playedGrid, values [][]float64) playedGrid {
	g.Low, g.High = math.Inf(1), math.Inf(-1)
	for _, at := range values {
		g.Low, g.High = min(g.Low, slices.Min(at)), max(g.High, slices.Max(at))
	}
	if g.Log { // six decades, as the figures have
		g.High = max(g.High, 1e-300)
		g.Low = max(g.Low, g.High*1e-6)
	}
	if g.Low == g.High {
		g.High = g.Low + max(math.Abs(g.Low), 1e-300)
	}
	for m := range values[0] {
		k.addLevels(g, func(i int) float64 { return values[i][m] })
	}
	return g
}

// leftColumns says which columns can be chosen.
func leftColumns(shown, all int) string {
	return fmt.Sprintf("%d of the %d columns can be chosen: those in which the kernels end "+
		"furthest from the mean of the reference.", shown, all)
}
