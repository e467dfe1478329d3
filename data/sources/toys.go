package sources

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"sparker/data"
)

// Draw draws one toy, with data from the background pool, or a permutation.
func (p *Pools) Draw(r *rand.Rand, signal float64) (data.Pair, error) {
	return p.toy(r, p.background, signal)
}

// DrawHeldOut draws one toy, with data from the rows that are held out. If there are none, it draws
// as Draw does.
func (p *Pools) DrawHeldOut(r *rand.Rand, signal float64) (data.Pair, error) {
	if p.holdout.n() == 0 {
		return p.Draw(r, signal)
	}
	return p.toy(r, p.holdout, signal)
}

// nullReference draws up to n rows of the null from the reference pool.
func (p *Pools) nullReference(r *rand.Rand, n int) ([]int, error) {
	if p.reference.thrower == nil {
		return data.DrawRows(r, p.reference.rows, min(n, p.reference.n())), nil
	}
	rows, err := p.reference.thrower.SomeRows(r, n)
	return p.reference.at(rows), err
}

// DrawReference draws n different rows of the null, or all rows if there are fewer. They are rows
// of the reference pool, or, in a permutation, of the reference and the observed sample together.
// Rows of a pool with weights are drawn in proportion to these.
func (p *Pools) DrawReference(r *rand.Rand, n int) (data.Sample, error) {
	if p.weighted {
		s, _ := p.permutation.DrawRows(r, n).SplitColumn()
		s.Vary(p.reference)
		return s, nil
	}
	if p.permutes {
		return p.permutation.DrawRows(r, n), nil
	}
	rows, err := p.nullReference(r, n)
	if err != nil {
		return data.Sample{}, err
	}
	s := p.reference.table.Sample(rows)
	s.Vary(p.reference) // widths need two distinct rows
	return s, nil
}

// DrawBackground draws n different rows of the background pool, or all rows if there are fewer.
// They are from the null, and nothing in the preparation of the pools depends on them. There are
// none if toys are permutations.
func (p *Pools) DrawBackground(r *rand.Rand, n int) data.Sample {
	if p.permutes {
		return data.Sample{}
	}
	return p.background.table.Sample(p.background.different(r, n))
}

// toy draws a toy whose background events are rows of a pool.
func (p *Pools) toy(r *rand.Rand, from pool, signal float64) (data.Pair, error) {
	if err := p.checkStrength(signal); err != nil {
		return data.Pair{}, fmt.Errorf("data: drawing a toy: %w", err)
	}
	if p.weighted {
		return p.permutation.Draw(r).TakeWeights()
	}
	if p.permutes {
		return p.permutation.Draw(r), nil
	}
	pair := data.Pair{Columns: p.columns, Quantities: p.quantities}
	varied := variedRows{}
	var err error
	if varied.reference, err = p.drawReference(&pair, r); err != nil {
		return data.Pair{}, err
	}
	var events int
	events, pair.Injected = p.counts(r, signal)
	plain := events - pair.Injected
	if !p.replacement && (plain > from.n() || pair.Injected > p.signal.n()) {
		return data.Pair{}, fmt.Errorf("data: drawing a toy: %d background and %d signal rows "+
			"from pools of %d and %d", plain, pair.Injected, from.n(), p.signal.n())
	}
	background, err := p.throw(r, from, plain)
	if err != nil {
		return data.Pair{}, err
	}
	plain = len(background) // of whole blocks, about as many
	events = plain + pair.Injected
	pair.Data = from.table.Sample(background)
	pair.Index, pair.Labels, pair.IDs = from.names(background)
	varied.data = p.varied.deltas(from, background)
	if pair.Injected > 0 {
		rows, err := p.throw(r, p.signal, pair.Injected)
		if err != nil {
			return data.Pair{}, err
		}
		s := p.signal.table.Sample(rows)
		pair.Data = data.Sample{X: append(pair.Data.X, s.X...), N: events, D: s.D}
		index, labels, ids := p.signal.names(rows)
		pair.Index = append(pair.Index, index...)
		pair.Labels = joinWords(pair.Labels, plain, labels, pair.Injected)
		pair.IDs = joinWords(pair.IDs, plain, ids, pair.Injected)
		varied.data = joinDeltas(varied.data, p.varied.deltas(p.signal, rows))
	}
	pair.Weight = p.weight(events, pair.Reference.N)
	if p.Varied() {
		varied.measured = p.varied.measure(r)
		pair.Nuisances = p.nuisances(pair, varied)
	}
	return pair, nil
}

// checkStrength returns an error for a signal strength that the pools cannot draw.
func (p *Pools) checkStrength(signal float64) error {
	switch {
	case !(signal >= 0):
		return fmt.Errorf("a signal of %v events; must be at least 0", signal)
	case signal > 0 && p.signal.table == nil:
		return fmt.Errorf("a signal of %v events, but there are no signal rows", signal)
	case p.fixed && signal > p.expected:
		return fmt.Errorf("a signal of %v events does not fit into the %v expected events, which "+
			"it replaces", signal, p.expected)
	}
	return nil
}

// counts draws the number of data events, and how many of them are anomalous.
func (p *Pools) counts(r *rand.Rand, signal float64) (events, injected int) {
	if !p.fixed {
		events = poisson(r, p.expected*p.varied.factor())
		injected = poisson(r, signal)
		return events + injected, injected
	}
	events = int(math.Round(p.expected))
	if signal > 0 {
		share := signal / p.expected
		injected = int(distuv.Binomial{N: float64(events), P: share, Src: r}.Rand())
	}
	return events, injected
}

// drawReference sets the reference of a pair to the one that all toys have, or draws one. It
// returns the effects of the parameters with columns at its rows.
func (p *Pools) drawReference(pair *data.Pair, r *rand.Rand) ([]rowDeltas, error) {
	if p.constant != nil {
		pair.Reference, pair.ReferenceWeights = p.constant.Reference, p.constant.ReferenceWeights
		return p.varied.fixed, nil
	}
	rows := p.draw(r, p.reference, p.rows)
	return p.varied.deltas(p.reference, rows), p.setReference(pair, rows)
}

// setReference sets the reference of a pair to rows of the reference pool, with their weights.
func (p *Pools) setReference(pair *data.Pair, rows []int) (err error) {
	pair.Reference = p.reference.table.Sample(rows)
	if p.reference.weights != nil {
		pair.ReferenceWeights, err = data.RelativeWeights("reference",
			p.reference.rowWeights(rows), len(rows))
	}
	return err
}

// draw draws n rows of a pool, or about as many in whole blocks.
func (p *Pools) draw(r *rand.Rand, from pool, n int) []int {
	if from.groups != nil {
		return drawBlocks(r, from.groups, n)
	}
	if p.replacement {
		return redrawRows(r, from.rows, n)
	}
	return data.DrawRows(r, from.rows, n)
}

// weight returns the weight of each of some reference rows for data of a number of events.
func (p *Pools) weight(events, reference int) float64 {
	if p.fixed {
		return float64(events) / float64(reference)
	}
	return p.expected / float64(reference)
}

// joinWords joins a list of n words and one of m. Either may be nil.
func joinWords(a []string, n int, b []string, m int) []string {
	if a == nil && b == nil {
		return nil
	}
	joined := make([]string, n+m)
	copy(joined, a)
	copy(joined[n:], b)
	return joined
}
