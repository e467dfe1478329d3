package data

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
)

// Thrower draws null data, which have no weights, from the weighted rows of a pool, such as those
// of a simulation. The density of the null is that of the pool times the mean weight of the rows at
// a place.
//
// There are two ways to draw. Unweighting accepts row j with probability w_j/max w, and draws from
// the accepted rows without replacement. Over all pools, its rows are independent draws from the
// null. It is used if the pool is expected to accept [EnoughRows] times the rows of a toy.
// Otherwise rows are drawn with replacement, with probabilities in proportion to their weights: the
// bootstrap. Given the pool, the two samples of a toy then come from its own weighted empirical
// distribution, with rows that repeat. A Poisson number of such rows is a Poisson bootstrap, in
// which row j occurs Poisson(w_j) times.
//
// The reference of the toys must not depend on the pool: it is another part of the simulation. If
// it is the same for all toys, and that of the observed data, the p-value is conditional on it. The
// observed data and a toy then differ only in that the latter come from a finite pool. Over all
// pools, P(toy is at least as extreme as t) is that of the observed data under the null, for every
// t, if rows are unweighted. What is left is that all toys share the pool, whose own fluctuation
// acts on them together. Its variance is N_D/N_eff of that of the data, with the [EffectiveRows]
// N_eff of the pool. Below [EnoughRows] times the rows of a toy, the type-I error is known less
// well than the number of toys suggests.
//
// Rows of negative weight cannot be drawn. Cell resampling (Andersen and Maier, arXiv:2109.07851)
// replaces the weights: around each negative row it gathers the nearest rows until the sum of their
// weights is not negative, and shares this sum among them in proportion to the sizes of their
// weights. The sum over every larger region stays what it is.
//
// A Thrower depends on the pool only. Several goroutines may use it at once, each with its own
// stream.
type Thrower struct {
	weights []float64 // of all rows, none below 0
	most    float64   // the largest weight
	upTo    []float64 // sums of the weights of the first rows; nil if rows are unweighted
	yield   float64
	report  Throwing
}

// EnoughRows is how many times the rows of a toy a pool should have, in effective rows.
const EnoughRows = 10

// Throwing says how a [Thrower] draws rows from its pool.
type Throwing struct {
	Rows      int     // of the pool
	Effective float64 // EffectiveRows of their weights
	// Unweights reports whether rows are unweighted, and drawn without replacement. Otherwise they
	// are drawn with replacement.
	Unweights bool
	Accepted  float64 // expected number of rows that unweighting accepts
	Repeated  float64 // expected number of rows of a toy that equal an earlier one; 0 if unweighted
	Negative  int     // rows of negative weight
	Cells     int     // cells that share the weights of such rows
	// Radius is that of the largest cell, relative to the median distance between two rows, with
	// columns in units of their standard deviations.
	Radius float64
}

// NewThrower returns a thrower for toys of a number of rows, from a pool and the weights of its
// rows. The weights may have any scale. The error is a [*WeightsError] unless they are finite
// numbers, one for each row, with a sum above 0.
func NewThrower(pool RowReader, weights []float64, rows float64) (*Thrower, error) {
	n, _ := pool.Dims()
	if err := checkWeights("pool", weights, n); err != nil {
		return nil, err
	}
	if err := checkSum("pool", weights); err != nil {
		return nil, err
	}
	report := Throwing{Rows: n, Effective: EffectiveRows(weights)}
	for _, w := range weights {
		if w < 0 {
			report.Negative++
		}
	}
	if report.Negative > 0 {
		var cells cellReport
		weights, cells = resampleCells(pool, weights)
		report.Cells, report.Radius = cells.cells, cells.radius
	}
	t := newThrower(weights, rows, report)
	t.yield = 1
	return t, nil
}

// newThrower returns the thrower of weights that are not negative.
func newThrower(weights []float64, rows float64, report Throwing) *Thrower {
	t := &Thrower{weights: weights, most: slices.Max(weights), report: report}
	total := sum(weights)
	t.report.Accepted = total / t.most
	t.report.Unweights = t.report.Accepted >= EnoughRows*rows
	t.report.Repeated = 0
	if t.report.Unweights {
		return t
	}
	t.upTo = make([]float64, len(weights))
	at := 0.0
	for j, w := range weights {
		at += w
		t.upTo[j] = at
		t.report.Repeated += rows*w/total + math.Expm1(-rows*w/total)
	}
	return t
}

// Tilt returns a thrower of toys of a number of rows whose weights are multiplied by a factor for
// each row of the pool, such as the density ratio of a variation of the simulation. The error is a
// [*WeightsError] unless they are finite numbers of at least 0, one for each row, of which one with
// a weight is above 0.
func (t *Thrower) Tilt(factors []float64, rows float64) (*Thrower, error) {
	if err := checkWeights("pool", factors, len(t.weights)); err != nil {
		return nil, err
	}
	tilted := make([]float64, len(factors))
	for j, f := range factors {
		if f < 0 {
			return nil, &WeightsError{"pool", fmt.Sprintf("have the factor %v in row %d (counted "+
				"from 0); it must be at least 0", f, j)}
		}
		tilted[j] = t.weights[j] * f
	}
	if err := checkSum("pool", tilted); err != nil {
		return nil, err
	}
	report := t.report
	report.Effective *= EffectiveRows(tilted) / EffectiveRows(t.weights)
	other := newThrower(tilted, rows, report)
	other.yield = t.yield * sum(tilted) / sum(t.weights)
	return other, nil
}

// Yield returns the sum of the weights, relative to that before any [Thrower.Tilt]: the factor by
// which the expected number of events changes.
func (t *Thrower) Yield() float64 { return t.yield }

// Report says how rows are drawn.
func (t *Thrower) Report() Throwing { return t.report }

// Throw draws n rows of the pool in random order, and returns their numbers. The error wraps
// [ErrTooFewRows] if unweighting accepts fewer.
func (t *Thrower) Throw(r *rand.Rand, n int) ([]int, error) {
	if t.upTo != nil {
		rows := make([]int, 0, n)
		total := t.upTo[len(t.upTo)-1]
		for range n {
			at := r.Float64() * total
			rows = append(rows, sort.Search(len(t.upTo), func(j int) bool {
				return t.upTo[j] > at
			}))
		}
		return rows, nil
	}
	rows := t.Different(r, n)
	if len(rows) < n {
		return nil, fmt.Errorf("data: unweighting a pool of %d rows: %w: it accepts %d of the %d "+
			"that a toy needs", len(t.weights), ErrTooFewRows, len(rows), n)
	}
	return rows, nil
}

// WidthRows is a number of rows for [NewThrower], if the rows are those that the widths of kernels
// come from: they may repeat if fewer than ten times as many are accepted.
const WidthRows = 20

// SomeRows draws up to n rows, for statistics of the null rather than for toys: different ones, or,
// if unweighting accepts too few, with replacement.
func (t *Thrower) SomeRows(r *rand.Rand, n int) ([]int, error) {
	if t.report.Unweights {
		return t.Different(r, n), nil
	}
	return t.Throw(r, min(n, len(t.weights)))
}

// Different draws up to n different rows by unweighting, or as many as are accepted.
func (t *Thrower) Different(r *rand.Rand, n int) []int {
	rows := make([]int, 0, n)
	left := make([]int, len(t.weights))
	for j := range left {
		left[j] = j
	}
	for k := 0; k < len(left) && len(rows) < n; k++ {
		j := k + r.IntN(len(left)-k)
		left[k], left[j] = left[j], left[k]
		if r.Float64()*t.most < t.weights[left[k]] {
			rows = append(rows, left[k])
		}
	}
	return rows
}

// FixedWarning says that all toys have the same reference of n rows.
func FixedWarning(n int) string {
	return fmt.Sprintf("every toy has the same reference of %d rows: p-values and powers hold for "+
		"this reference", n)
}

// Warnings say what a reader of a test should know of its toys, whose data have a number of rows
// that are drawn from a pool of a name.
func (t Throwing) Warnings(pool string, rows float64) (all []string) {
	if t.Negative > 0 {
		all = append(all, fmt.Sprintf("%d of the %d rows of the %s pool have a negative weight, "+
			"and cannot be drawn: they share the weights of their neighbors, in %d cells of up to "+
			"%.2g median distances", t.Negative, t.Rows, pool, t.Cells, t.Radius))
	}
	if !t.Unweights {
		all = append(all, fmt.Sprintf("unweighting would accept %.0f rows of the %s pool, fewer "+
			"than ten times the %.0f of a toy: rows are drawn with replacement, and about %.2g of "+
			"a toy repeat another one, which resembles narrow peaks", t.Accepted, pool, rows,
			t.Repeated))
	}
	if t.Effective < EnoughRows*rows {
		all = append(all, fmt.Sprintf("the %d rows of the %s pool count as %.0f of equal weight, "+
			"%.3g times the %.0f of a toy: below ten times, the type-I error is known less well "+
			"than the number of toys suggests", t.Rows, pool, t.Effective, t.Effective/rows, rows))
	}
	return all
}
