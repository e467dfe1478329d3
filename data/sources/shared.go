package sources

import (
	"fmt"
	"hash/maphash"
	"math"

	"sparker/data/tables"
	"sparker/stats"
)

// common counts the rows that are equal.
type common struct {
	shared   int // observed rows that are also in the reference or the background
	repeated int // reference and background rows that equal another one of these
	rows     int // of the reference and the background
	observed int // rows of the observed sample
}

// suspicious is the p-value below which shared rows are more than the repeats of the reference
// explain. The rows of one distribution are below it in fewer than one pair of a thousand: equal
// rows come in groups, so their numbers vary more than the test assumes.
const suspicious = 1e-4

// excessive reports whether a larger share of the observed rows is in the reference than, within
// the reference, equals another row. Rounded numbers and categories repeat within a sample as they
// do between samples of one distribution.
func (c common) excessive() bool {
	return stats.FisherMore(stats.Counts{With1: c.shared, Rows1: c.observed, With2: c.repeated,
		Rows2: c.rows}) < suspicious
}

// beyondReference returns the background pool if it has a file of its own.
func (p *Pools) beyondReference() []pool {
	if p.background.table == nil {
		return nil
	}
	return []pool{p.background}
}

// compareRows counts the equal rows, before the reference rows are divided.
func (p *Pools) compareRows() (c common, isShared func(row int) bool) {
	seed := maphash.MakeSeed()
	row := make([]float64, len(p.info))
	hash := func(q pool, i int) uint64 {
		var h maphash.Hash
		h.SetSeed(seed)
		for _, x := range q.table.Row(i, row) {
			if math.IsNaN(x) { // equal to itself here: a missing value
				h.WriteByte(0)
				continue
			}
			maphash.WriteComparable(&h, x)
		}
		return h.Sum64()
	}
	seen := map[uint64]int{}
	for _, q := range append([]pool{p.reference}, p.beyondReference()...) {
		c.rows += q.n()
		for _, i := range q.rows {
			seen[hash(q, i)]++
		}
	}
	for _, n := range seen {
		if n > 1 {
			c.repeated += n
		}
	}
	isShared = func(row int) bool { return seen[hash(p.observed, row)] > 0 }
	c.observed = p.observed.n()
	for _, i := range p.observed.rows {
		if isShared(i) {
			c.shared++
		}
	}
	return c, isShared
}

// share looks for observed rows that are also in the reference, and leaves them out if the
// configuration says so.
func (p *Pools) share(f Files) error {
	if !p.HasObserved() {
		return nil
	}
	c, isShared := p.compareRows()
	if f.Shared != sharedDrop {
		p.common = c
		return nil
	}
	// The number of rows that would be left out by chance.
	if chance := float64(c.repeated) / float64(max(c.rows, 1)) * float64(c.observed); chance >= 1 {
		return &KeyError{"files.shared", &RepeatedRowsError{Repeated: c.repeated, Rows: c.rows}}
	}
	kept := []int{}
	for _, i := range p.observed.rows {
		if !isShared(i) {
			kept = append(kept, i)
		}
	}
	if len(kept) == 0 {
		return &KeyError{"files.observed", tooFewRows(fmt.Sprintf("all %d observed rows are also "+
			"in the reference", c.observed))}
	}
	p.observed.rows = kept
	if c.shared > 0 {
		p.warn("%s are also in the reference, and are left out",
			ofRows(c.shared, c.observed, "observed rows"))
	}
	return nil
}

// warnOfShared warns of observed rows that are also in the reference.
func (p *Pools) warnOfShared() {
	c := p.common
	if !c.excessive() {
		return
	}
	p.warn("%d of the %d observed rows are also in the reference: the samples are not "+
		"independent, and the test is blind to what they share (%s of the reference rows equal "+
		"another one)", c.shared, c.observed, tables.Percentage(c.repeated, c.rows))
}

// SharedRows returns the number of rows of the observed sample that are also in the reference, if
// they are more than repeats within the reference explain, and otherwise 0.
func (p *Pools) SharedRows() int {
	if !p.common.excessive() {
		return 0
	}
	return p.common.shared
}
