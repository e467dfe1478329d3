package sources

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"sparker/data/tables"
)

// A span is the range of the values of a column.
type span struct{ low, high float64 }

// spansOf returns the ranges of the columns of some pools. A column without values has an empty
// range, from +Inf to -Inf.
func spansOf(pools []pool, d int) []span {
	spans := make([]span, d)
	for j := range spans {
		spans[j] = span{math.Inf(1), math.Inf(-1)}
	}
	var row []float64
	for _, p := range pools {
		for _, i := range p.rows {
			row = p.table.Row(i, row)
			for j, v := range row {
				if !math.IsNaN(v) {
					spans[j] = span{min(spans[j].low, v), max(spans[j].high, v)}
				}
			}
		}
	}
	return spans
}

// text returns the range as a reader would write it.
func (s span) text(kind tables.Kind) string {
	write := func(v float64) string {
		if kind != tables.Time {
			return strconv.FormatFloat(v, 'g', 6, 64)
		}
		day := math.Floor(v)
		at := time.Unix(0, 0).UTC().AddDate(0, 0, int(day))
		at = at.Add(time.Duration((v - day) * float64(24*time.Hour)))
		return at.Format("2006-01-02 15:04")
	}
	return fmt.Sprintf("%s to %s", write(s.low), write(s.high))
}

// warnOfRanges warns of columns whose ranges in the reference and in the observed sample do not
// overlap, although those of equal distributions would. Columns that are constant in the reference
// are not among them: the test of every pair names these.
func (p *Pools) warnOfRanges() {
	reference := append([]pool{p.reference}, p.beyondReference()...)
	if chanceApart(rowsOf(reference), p.observed.n())*float64(len(p.info)) > notable {
		return
	}
	before, after := spansOf(reference, len(p.info)), spansOf([]pool{p.observed}, len(p.info))
	for j, c := range p.info {
		r, d := before[j], after[j]
		apart := r.high < d.low || d.high < r.low
		if c.Kind == tables.Category || !apart || !(r.low < r.high) || !(d.low <= d.high) {
			continue
		}
		p.warn("column %s separates the samples by itself (reference: %s; data: %s): leave it out "+
			"if that is expected", c.Name, r.text(c.Kind), d.text(c.Kind))
	}
}

// chanceApart returns the probability that all of n values of one distribution are below, or above,
// all of m others.
func chanceApart(n, m int) float64 {
	gamma := func(k int) float64 {
		l, _ := math.Lgamma(float64(k) + 1)
		return l
	}
	return 2 * math.Exp(gamma(n)+gamma(m)-gamma(n+m))
}
