package sources

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"sparker/data"
	"sparker/data/tables"
)

// addWeights reads the weights of a set, which has all rows of its file.
func (o opener) addWeights(p *pool, s FileSet) error {
	if s.Weight == "" {
		return nil
	}
	column, ofTable := o.files.columnOfTable(s.Weight)
	if ofTable && slices.Contains(o.files.Columns, column) {
		return fmt.Errorf("column %s holds the weights, so it cannot be tested; leave it out of "+
			"the columns", column)
	}
	t, err := tables.Read(o.files.address(s.Weight), tables.ReadOptions{
		Missing: tables.KeepMissing, Dialect: o.files.CSV.dialect()})
	if err != nil {
		return fmt.Errorf("reading weights: %w", err)
	}
	switch rows := o.fileRows(s, p.table, t.N()); {
	case t.D() != 1:
		return fmt.Errorf("%s has %d columns; weights are one column, as in FILE:COLUMN", s.Weight,
			t.D())
	case t.N() != rows:
		return fmt.Errorf("%s has %d weights, but %s has %d rows", s.Weight, t.N(), s.File, rows)
	}
	p.weights = t.Sample(nil).X
	return nil
}

// fileRows returns the number of rows of the file of a set, whose table is t. That of a subsample
// is not known: words are then as many as they are, if they suffice.
func (o opener) fileRows(s FileSet, t *tables.Table, words int) int {
	if s.subsampled() && t.N() > 0 {
		return max(words, t.Index(t.N()-1)+1)
	}
	return t.N() + t.Dropped()
}

// weigh checks the weights of the rows of a pool, and sums them.
func (p *pool) weigh(address string) error {
	if p.weights == nil {
		return nil
	}
	weights := p.rowWeights(p.rows)
	for k, w := range weights {
		if math.IsNaN(w) {
			return fmt.Errorf("%s misses the weight of row %d (counted from 0): it is empty or "+
				"not a finite number", address, p.table.Index(p.rows[k]))
		}
	}
	p.yield = sumOf(weights)
	return nil
}

// scale scales the weights of the rows, which are at an address, to a total, unless it is 0.
func (p *pool) scale(total float64, address string) error {
	if total == 0 {
		return nil
	}
	weights := p.rowWeights(p.rows)
	before := sumOf(weights)
	if !(before > 0) {
		return fmt.Errorf("the weights in %s have the sum %.4g, which cannot stand for %v events",
			address, before, total)
	}
	p.weights, p.yield = make([]float64, p.table.FileRows()), total
	for k, i := range p.rows {
		p.weights[p.table.Index(i)] = total / before * weights[k]
	}
	return nil
}

// rowWeights returns the weights of rows of the pool: those that its file gives, or 1.
func (p pool) rowWeights(rows []int) []float64 {
	weights := make([]float64, len(rows))
	for k, i := range rows {
		weights[k] = 1
		if p.weights != nil {
			weights[k] = p.weights[p.table.Index(i)]
		}
	}
	return weights
}

func sumOf(x []float64) (total float64) {
	for _, v := range x {
		total += v
	}
	return total
}

// weighs reports whether the weights of the rows differ.
func (p pool) weighs() bool {
	if p.weights == nil {
		return false
	}
	weights := p.rowWeights(p.rows)
	return slices.ContainsFunc(weights, func(w float64) bool { return w != weights[0] })
}

// Weighted reports whether the weights of rows differ in the reference or in the observed sample.
func (p *Pools) Weighted() bool {
	return p.whole.weighs() || p.HasObserved() && p.observed.weighs()
}

// newThrower sets the thrower of a pool whose weights differ, for toys that draw a number of rows.
func (p *pool) newThrower(rows float64) error {
	if !p.weighs() {
		return nil
	}
	var err error
	p.thrower, err = data.NewThrower(p, p.rowWeights(p.rows), rows)
	return err
}

// throw draws n rows of a pool for data, which have no weights.
func (p *Pools) throw(r *rand.Rand, from pool, n int) ([]int, error) {
	if from.thrower == nil {
		return p.draw(r, from, n), nil
	}
	thrown, err := from.thrower.Throw(r, n)
	return from.at(thrown), err
}

// at returns the rows of the pool with the given indices.
func (p pool) at(indices []int) []int {
	rows := make([]int, len(indices))
	for k, i := range indices {
		rows[k] = p.rows[i]
	}
	return rows
}

// different returns up to n different rows of the null from a pool.
func (p pool) different(r *rand.Rand, n int) []int {
	if p.thrower == nil {
		return data.DrawRows(r, p.rows, min(n, p.n()))
	}
	return p.at(p.thrower.Different(r, n))
}

// calibrate decides by the weights whether toys are permutations. It reports whether the weights
// decide.
func (p *Pools) calibrate(f Files) (decided bool, err error) {
	observed := p.HasObserved() && p.observed.weighs()
	switch {
	case observed && p.reference.weights == nil:
		return true, &KeyError{"files.observed", errors.New("the rows have weights, and those of " +
			"the reference have none: null toys would have no such data; give the reference " +
			"weights as well, or leave them out")}
	case observed && (f.Calibration == calibrationPools || f.Background.File != "" || !p.fixed ||
		f.Split+f.Holdout > 0):
		return true, &KeyError{"files.observed", errors.New("the rows have weights, but data " +
			"that are drawn from pools have none; a permutation, in which rows keep their " +
			"weights, needs shape-only counting, no background file and no split")}
	case observed:
		p.permutes = true
		return true, nil
	case p.reference.weighs() && f.Calibration == calibrationPermutation:
		return true, &KeyError{"files.calibration", &WeightedPermutationError{}}
	}
	return false, nil
}

// WeightedPermutationError reports a permutation of rows that have weights in the reference only.
type WeightedPermutationError struct{}

func (e *WeightedPermutationError) Error() string {
	return "a permutation of weighted reference rows and data without weights is exact only if " +
		"weights do not depend on the values under the null hypothesis, and those of simulations " +
		"do; draw toys from pools instead"
}

// weightNames are the names of columns that usually hold weights of rows, in lower case.
var weightNames = []string{"w", "wt", "wgt", "weight", "weights", "mcweight", "mc_weight",
	"genweight", "gen_weight", "eventweight", "event_weight", "evtweight", "sampleweight",
	"sample_weight", "totalweight", "total_weight", "xsecweight", "xsec_weight", "lumiweight"}

// NamesWeights reports whether the name of a column is one that weights of rows usually have.
func NamesWeights(column string) bool {
	return slices.Contains(weightNames, strings.ToLower(column))
}

// UnusedWeights returns the columns that are tested, although their names say that they hold the
// weights of rows.
func (p *Pools) UnusedWeights() []string {
	var names []string
	for _, c := range p.info {
		if c.Kind == tables.Number && NamesWeights(c.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}
