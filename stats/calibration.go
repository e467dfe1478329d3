package stats

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"sync"
)

// tieTolerance is the relative difference up to which two scores count as equal. Scores that are
// mathematically equal may differ in the last bits, for instance because the same p-values were
// summed in another order.
const tieTolerance = 1e-12

// Calibration ranks observed statistics among B null toys, jointly over m scales. It is immutable:
// any number of goroutines may use one.
//
// An observed row and the B null rows make one table of B+1 rows. Within each scale, every row gets
//
//	p_s = #{rows r of the table, itself included: t_rs >= t_s} / (B+1),
//
// every row's p_s are combined into a score, and
//
//	p = (1 + #{null rows: score >= observed score}) / (B+1).
//
// All rows are treated alike, so that under the null hypothesis, where they are exchangeable, p is
// exact with this single set of toys whatever B is: P(p <= alpha) = floor(alpha (B+1))/(B+1)
// without ties, and below that with them. No second set of toys is needed for the combination.
//
// Scores within a relative 1e-12 of each other (relative to the size of the terms that they sum)
// count as ties. This keeps the test valid. An exact comparison of the computed scores is valid,
// because the same function of the table gives every row's score, and the tolerance can only add
// toys to the count, which makes p larger.
type Calibration struct {
	combination Combination
	toys        int
	failed      int // toys without statistics, as Calibrate was told
	// sorted holds the null statistics of each scale in ascending order.
	sorted [][]float64
	// atLeast[b*m+s] is the number of null rows, b itself included, with t_s >= that of row b.
	atLeast []int32
	// terms[k] is the combination's term of p = k/(B+1).
	terms []float64

	once  sync.Once
	index *scoreIndex // of the null rows; made by the first test
}

// Significance is the outcome for one observed row of statistics.
type Significance struct {
	// ScaleP holds p_s, scale by scale, each in [1/(B+1), 1].
	ScaleP []float64
	// Score is the combination of ScaleP.
	Score float64
	// P is the calibrated p-value over all scales. It lies on the grid k/(B+1), k = 1 ... B+1.
	P float64
	// Z is the significance of P in standard deviations, always finite: at P = 1, where Φ⁻¹(1-P) is
	// infinite, it is that of the next smaller p-value, B/(B+1).
	Z float64
	// ZBound reports that no null score reaches the observed one (P = 1/(B+1)). Z is then a lower
	// bound: more toys could give a larger one.
	ZBound bool
}

// NewCalibration prepares B null toys (B rows of m statistics, one per scale, m the same for all)
// for [Calibration.Test]. Toys may have failed: [Calibrate] takes those, too. It is an error if
// there are no rows, no scales, rows of different length, or a statistic that is NaN or -Inf, and
// if c is not a known combination. A statistic of +Inf ranks first. The rows are not kept.
func NewCalibration(null [][]float64, c Combination) (*Calibration, error) {
	if _, err := ParseCombination(string(c)); err != nil {
		return nil, err
	}
	if len(null) == 0 {
		return nil, errors.New("stats: calibrating: there are no null toys")
	}
	m := len(null[0])
	if m == 0 {
		return nil, errors.New("stats: calibrating: null toy 0 has no statistics")
	}
	for b, row := range null {
		if err := checkRow(row, m); err != nil {
			return nil, fmt.Errorf("stats: calibrating: null toy %d: %w", b, err)
		}
	}
	toys := len(null)
	cal := &Calibration{
		combination: c,
		toys:        toys,
		sorted:      make([][]float64, m),
		atLeast:     make([]int32, toys*m),
		terms:       make([]float64, toys+2),
	}
	for s := range m {
		column := make([]float64, toys)
		for b, row := range null {
			column[b] = row[s]
		}
		slices.Sort(column)
		cal.sorted[s] = column
		for b, row := range null {
			below := sort.SearchFloat64s(column, row[s])
			cal.atLeast[b*m+s] = int32(toys - below)
		}
	}
	for k := 1; k <= toys+1; k++ {
		cal.terms[k] = c.term(float64(k) / float64(toys+1))
	}
	return cal, nil
}

// checkRow refuses a row of statistics that does not have m entries or cannot be ranked.
func checkRow(t []float64, m int) error {
	if len(t) != m {
		return fmt.Errorf("%d statistics where %d are expected", len(t), m)
	}
	for s, v := range t {
		if math.IsNaN(v) || math.IsInf(v, -1) {
			return fmt.Errorf("the statistic at scale %d is %v", s, v)
		}
	}
	return nil
}

// Test returns the significance of the observed statistics t, one per scale; +Inf is allowed. It
// returns an error if the number of scales differs from that of the null toys, and if t holds NaN
// or -Inf.
//
// The first test takes O(B (m + log B)). The others score the null rows alone whose scores are next
// to the observed one, which are about m, and take O(m² + m log B).
func (c *Calibration) Test(t []float64) (Significance, error) {
	m := len(c.sorted)
	if err := checkRow(t, m); err != nil {
		return Significance{}, fmt.Errorf("stats: testing an observation: %w", err)
	}
	rows := float64(c.toys + 1)
	result := Significance{ScaleP: make([]float64, m)}
	above := make([]int32, m) // null rows strictly above the observed one, by scale
	observed := newSums()
	for s, v := range t {
		column := c.sorted[s]
		rank := 1 + c.toys - sort.SearchFloat64s(column, v)
		above[s] = int32(c.toys - sort.Search(c.toys, func(i int) bool { return column[i] > v }))
		result.ScaleP[s] = float64(rank) / rows
		observed.add(c.terms[rank])
	}
	var observedSize float64
	result.Score, observedSize = observed.score(c.combination, m)

	// The observed row adds one to the rank of every null row at or below it. Those are the null
	// rows with more rows at least as large (themselves included) than lie above the observed one.
	raises := func(column int, rank int32) bool { return rank > above[column] }
	c.once.Do(func() { c.index = newScoreIndex(c) })
	reached := c.index.reached(result.Score-tieTolerance*math.Abs(observedSize), result.Score,
		func(b int) bool {
			score, size := c.rowScore(b, raises)
			return score >= result.Score-tieTolerance*max(size, observedSize)
		})
	result.P = float64(reached+1) / rows
	result.Z = Z(float64(min(reached+1, c.toys)) / rows)
	result.ZBound = reached == 0
	return result, nil
}

// NullScores returns the score of each null toy, in their order, in a table of the B null toys
// alone. The threshold of a test of a given size is a quantile of these scores.
func (c *Calibration) NullScores() []float64 {
	m := len(c.sorted)
	scores := make([]float64, c.toys)
	for b := range scores {
		row := newSums()
		for _, rank := range c.atLeast[b*m : (b+1)*m] {
			row.add(c.combination.term(float64(rank) / float64(c.toys)))
		}
		scores[b], _ = row.score(c.combination, m)
	}
	return scores
}
