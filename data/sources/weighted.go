package sources

import (
	"errors"

	"sparker/data"
)

// readPool reads the rows of a set with a key.
func (p *Pools) readPool(o opener, key string, to *pool, s FileSet) (err error) {
	if to == &p.reference {
		*to, err = o.referencePool(o.files.Reference)
	} else {
		*to, err = o.nullPool(s, p.reference.table)
	}
	if err != nil || to.weights == nil {
		return err
	}
	_, err = data.RelativeWeights(sampleNames[key], to.rowWeights(to.rows), to.n())
	return err
}

// sampleNames are what messages call the rows of a key.
var sampleNames = map[string]string{"files.reference": "reference",
	"files.background": "background", "files.observed": "data", "files.signal": "signal"}

// permute sets the permutation that toys are. Rows of an observed sample that have weights keep
// them.
func (p *Pools) permute() error {
	reference, observed := data.RowReader(p.reference), data.RowReader(p.observed)
	if p.weighted = p.observed.weighs(); p.weighted {
		of, in := p.reference.rowWeights(p.reference.rows), p.observed.rowWeights(p.observed.rows)
		warning, err := data.CheckWeightLaws(of, in)
		if err != nil {
			return &KeyError{"files.observed", err}
		}
		if warning != "" {
			p.warn("%s", warning)
		}
		reference, observed = data.AppendWeights(reference, of), data.AppendWeights(observed, in)
	}
	var err error
	if p.permutation, err = data.NewPermutation(reference, observed); err != nil {
		return err
	}
	p.permutation.Columns, p.permutation.Quantities = p.columns, p.quantities
	return p.keepTogether()
}

// newThrowers prepares the pools whose weights differ, and the reference if it is that of all toys.
func (p *Pools) newThrowers() error {
	if p.replacement && (p.background.weighs() || p.signal.table != nil && p.signal.weighs()) {
		return &KeyError{"files.replacement", errors.New("is true, but how rows with weights are " +
			"drawn follows from the weights; want false")}
	}
	for _, q := range []struct {
		key  string
		pool *pool
		rows float64
	}{{"files.reference", &p.reference, data.WidthRows},
		{"files.reference", &p.background, p.expected},
		{"files.reference", &p.holdout, p.expected}, {"files.signal", &p.signal, 1}} {
		if q.pool.table == nil || q.pool.n() == 0 {
			continue
		}
		if err := q.pool.newThrower(q.rows); err != nil {
			return &KeyError{q.key, err}
		}
	}
	return nil
}

// fix sets the reference of all toys, if they have the same.
func (p *Pools) fix() error {
	if p.rows != p.reference.n() {
		return nil
	}
	var fixed data.Pair
	if err := p.setReference(&fixed, p.reference.rows); err != nil {
		return &KeyError{"files.reference", err}
	}
	p.constant = &fixed
	return nil
}

// Whole returns the rows of the reference before they were divided, with columns as toys have them,
// and their weights, which are nil if they are equal.
func (p *Pools) Whole() (data.Sample, []float64) {
	if !p.Weighted() {
		return p.whole.sample(), nil
	}
	return p.whole.sample(), p.whole.rowWeights(p.whole.rows)
}

// ObservedWeights returns the weights of the rows of the observed sample, which are nil if they are
// equal.
func (p *Pools) ObservedWeights() []float64 {
	if !p.observed.weighs() {
		return nil
	}
	return p.observed.rowWeights(p.observed.rows)
}
