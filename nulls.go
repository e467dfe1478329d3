package sparker

import (
	"fmt"
	"math"
	"math/rand/v2"

	"sparker/data"
	"sparker/internal/rng"
)

// nulls draw null toys.
type nulls interface {
	// toy draws a pair of the sizes of the samples.
	toy(r *rand.Rand) (data.Pair, error)
	// rows draws up to n rows of the null, without weights, that the widths of kernels come from.
	rows(r *rand.Rand, n int) (data.Sample, error)
}

// newNulls returns what draws the null toys of the pair. Weights that differ in the reference alone
// need a pool: the pair then keeps a part of its reference.
func (p *problem) newNulls() (nulls, error) {
	o := p.options
	if err := o.checkBlocks(p.pair); err != nil {
		return nil, err
	}
	var err error
	for _, s := range []struct {
		field, sample string
		weights       []float64
		to            *[]float64
		n             int
	}{{"ReferenceWeights", "reference", o.ReferenceWeights, &p.pair.ReferenceWeights,
		p.pair.Reference.N},
		{"DataWeights", "data", o.DataWeights, &p.pair.DataWeights, p.pair.Data.N}} {
		if s.weights == nil {
			continue
		}
		if *s.to, err = data.RelativeWeights(s.sample, s.weights, s.n); err != nil {
			return nil, &OptionError{s.field, "cannot be used: " + err.Error()}
		}
	}
	switch {
	case p.pair.DataWeights != nil && o.ReferenceWeights == nil:
		return nil, &OptionError{"DataWeights", "is set, and ReferenceWeights is not: null toys " +
			"would have no such data; want both, or neither"}
	case p.pair.DataWeights != nil:
		warning, err := data.CheckWeightLaws(o.ReferenceWeights, o.DataWeights)
		if err != nil {
			return nil, &OptionError{"DataWeights", "cannot be used: " + err.Error()}
		}
		if warning != "" {
			p.warnings = append(p.warnings, warning)
		}
		reference := data.AppendWeights(p.pair.Reference, o.ReferenceWeights)
		return p.newPermuted(reference, data.AppendWeights(p.pair.Data, o.DataWeights))
	case p.pair.ReferenceWeights != nil:
		return p.newThrown()
	}
	return p.newPermuted(p.pair.Reference, p.pair.Data)
}

// permuted are permutations of the rows of both samples, with their weights if there are any.
type permuted struct {
	*data.Permutation
	original data.Sample // the reference
	weighted bool
}

func (p *problem) newPermuted(reference, observed data.RowReader) (permuted, error) {
	permutation, err := data.NewPermutation(reference, observed)
	if err != nil {
		return permuted{}, fmt.Errorf("sparker: %w", err)
	}
	permutation.Columns, permutation.Quantities = p.pair.Columns, p.pair.Quantities
	if err := p.keepTogether(permutation); err != nil {
		return permuted{}, err
	}
	return permuted{permutation, p.pair.Reference, p.pair.DataWeights != nil}, nil
}

func (p permuted) toy(r *rand.Rand) (data.Pair, error) {
	if p.weighted {
		return p.Draw(r).TakeWeights()
	}
	return p.Draw(r), nil
}

func (p permuted) rows(r *rand.Rand, n int) (data.Sample, error) {
	s := p.DrawRows(r, n)
	if p.weighted {
		s, _ = s.SplitColumn()
		s.Vary(p.original)
	}
	return s, nil
}

// thrown are toys of a reference with weights: the pair has one half of its rows, which all toys
// share, and data are thrown from the other half. See data.Thrower.
type thrown struct {
	pair             data.Pair
	pool             data.Sample
	thrower, ofWidth *data.Thrower // of the pool, and of the reference of the pair
}

// newThrown divides the reference of the pair. The names of the stream and the order of the draws
// are those of a run.
func (p *problem) newThrown() (*thrown, error) {
	whole, raw := p.pair.Reference, p.options.ReferenceWeights
	all := make([]int, whole.N)
	for i := range all {
		all[i] = i
	}
	order := data.DrawRows(rng.New(p.options.Seed, "pools"), all, whole.N)
	n := int(math.Round(0.5 * float64(whole.N)))
	if n < 2 || whole.N-n < 1 {
		return nil, fmt.Errorf("sparker: dividing a reference of %d rows: %w", whole.N,
			data.ErrTooFewRows)
	}
	reference, weights := whole.Rows(order[:n]), data.Pick(raw, order[:n])
	t := &thrown{pool: whole.Rows(order[n:])}
	var err error
	p.pair.Reference = reference
	p.pair.Weight = float64(p.pair.Data.N) / float64(n)
	if p.pair.ReferenceWeights, err = data.RelativeWeights("reference", weights, n); err == nil {
		t.ofWidth, err = data.NewThrower(reference, weights, data.WidthRows)
	}
	if err == nil {
		t.thrower, err = data.NewThrower(t.pool, data.Pick(raw, order[n:]),
			float64(p.pair.Data.N))
	}
	if err != nil {
		return nil, &OptionError{"ReferenceWeights", "cannot be used: " + err.Error()}
	}
	t.pair = p.pair
	p.warnings = append(p.warnings, data.FixedWarning(n))
	p.warnings = append(p.warnings, t.thrower.Report().Warnings("background",
		float64(p.pair.Data.N))...)
	return t, nil
}

func (t *thrown) toy(r *rand.Rand) (data.Pair, error) {
	rows, err := t.thrower.Throw(r, t.pair.Data.N)
	if err != nil {
		return data.Pair{}, err
	}
	pair := t.pair
	pair.Data = t.pool.Rows(rows)
	pair.IDs, pair.Index = nil, nil
	return pair, nil
}

func (t *thrown) rows(r *rand.Rand, n int) (data.Sample, error) {
	rows, err := t.ofWidth.SomeRows(r, n)
	if err != nil {
		return data.Sample{}, err
	}
	s := t.pair.Reference.Rows(rows)
	s.Vary(t.pair.Reference)
	return s, nil
}
