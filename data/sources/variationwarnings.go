package sources

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"sparker/data"
)

const (
	// fewVariedRows is the number of rows below which those of a variation are called few.
	fewVariedRows = 100
	// weakVariation is the expected change of the log-likelihood by one sigma of a parameter, as a
	// mean square, below which the data say nothing about it: the error of its fit is then that of
	// the auxiliary measurement within a part in a thousand.
	weakVariation = 1e-3
	// sameVariation is the correlation of the effects of two parameters from which they are called
	// the same.
	sameVariation = 0.999
)

// warnOfFewVaried warns of a variation with few rows.
func (p *Pools) warnOfFewVaried(v VariationConfig, file string, rows int) {
	if rows < fewVariedRows {
		p.warn("%s has %d rows: the effect of the nuisance parameter %q that is learned from "+
			"fewer than %d is mostly noise", file, rows, v.Name, fewVariedRows)
	}
}

// warnOfEffects warns of nuisance parameters that do not change the density, and of two that change
// it alike, given the rows of the reference.
func (p *Pools) warnOfEffects(nominal pool) {
	var names []string
	var effects [][]float64
	for _, n := range p.effectsOn(nominal) {
		first := n.Reference
		if n.Norm() {
			first = slices.Repeat([]float64{1}, min(mostTiltRows, nominal.n()))
		}
		effect := max(n.Sigma*p.size(first), n.Sigma*n.Sigma/2*p.size(n.ReferenceSecond))
		if !n.Norm() && p.expected*effect*effect < weakVariation {
			p.warn("the nuisance parameter %q does not change the density: one sigma changes its "+
				"logarithm by %.2g (root mean square), which %.4g events cannot show", n.Name,
				effect, p.expected)
			continue
		}
		names, effects = append(names, n.Name), append(effects, first)
	}
	for i := range effects {
		for k := range i {
			x, y := effects[k], effects[i]
			r := p.product(x, y) / math.Sqrt(p.product(x, x)*p.product(y, y))
			if math.Abs(r) > sameVariation {
				p.warn("the nuisance parameters %q and %q have the same effect (correlation "+
					"%.4f): the data cannot tell them apart", names[k], names[i], r)
			}
		}
	}
}

// effectsOn returns the nuisance parameters with their effects on rows of a pool, evenly spaced and
// at most mostTiltRows.
func (p *Pools) effectsOn(from pool) []data.Nuisance {
	rows := make([]int, min(mostTiltRows, from.n()))
	for i := range rows {
		rows[i] = from.rows[i*from.n()/len(rows)]
	}
	all := *p
	all.varied.constant = [2][][]float64{}
	return all.nuisances(data.Pair{Reference: from.table.Sample(rows),
		Data: data.Sample{D: from.table.D()}}, variedRows{measured: p.varied.nu,
		reference: p.varied.deltas(from, rows), data: p.varied.deltas(from, nil)})
}

// size returns the root of the mean square of an effect.
func (p *Pools) size(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	return math.Sqrt(max(p.product(x, x), 0) / float64(len(x)))
}

// product returns the scalar product of two effects. In shape-only counting, their means do not
// count: they change the number of events alone.
func (p *Pools) product(x, y []float64) float64 {
	product := floats.Dot(x, y)
	if p.fixed {
		product -= floats.Sum(x) * floats.Sum(y) / float64(len(x))
	}
	return product
}
