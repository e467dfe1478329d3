package sources

import (
	"fmt"
	"hash/maphash"
)

func (p *Pools) warn(format string, args ...any) {
	p.warnings = append(p.warnings, fmt.Sprintf(format, args...))
}

// warnOfRows warns of observed rows that are also in the reference or the background, and of ids
// that several observed rows have.
func (p *Pools) warnOfRows() {
	if !p.HasObserved() {
		return
	}
	if n := p.overlap(); n > 0 {
		p.warn("%d of the %d observed rows are also in the reference: the samples are not "+
			"independent, and the test is blind to what they share", n, p.observed.n())
	}
	ids := selectWords(p.observed.ids, p.observed.index(p.observed.rows))
	if n := repetitions(ids); n > 0 {
		p.warn("%d of the %d observed rows have the id of an earlier one: such ids do not "+
			"identify a row", n, p.observed.n())
	}
}

// overlap returns the number of observed rows that are also in the reference or the background.
func (p *Pools) overlap() int {
	seed := maphash.MakeSeed()
	row := make([]float64, p.Dim())
	hash := func(q pool, i int) uint64 {
		var h maphash.Hash
		h.SetSeed(seed)
		for _, x := range q.table.Row(i, row) {
			maphash.WriteComparable(&h, x)
		}
		return h.Sum64()
	}
	seen := map[uint64]bool{}
	for _, q := range []pool{p.reference, p.background} {
		for _, i := range q.rows {
			seen[hash(q, i)] = true
		}
	}
	common := 0
	for _, i := range p.observed.rows {
		if seen[hash(p.observed, i)] {
			common++
		}
	}
	return common
}

// repetitions returns the number of words that equal an earlier one.
func repetitions(words []string) int {
	seen := map[string]bool{}
	n := 0
	for _, w := range words {
		if seen[w] {
			n++
		}
		seen[w] = true
	}
	return n
}

// warnOfFiles warns of rows that were left out or not read, and passes on the notes of the tables.
func (p *Pools) warnOfFiles(f Files) {
	p.warnOfTable("reference", p.reference)
	if f.Background.File != "" {
		p.warnOfTable("background", p.background)
	}
	p.warnOfTable("signal", p.signal)
	p.warnOfTable("observed", p.observed)
	p.warnOfSubsample("reference", f.Reference)
	p.warnOfSubsample("background", f.Background)
	p.warnOfSubsample("observed", f.Observed)
}

func (p *Pools) warnOfTable(name string, q pool) {
	if q.table == nil {
		return
	}
	if n := q.table.Dropped(); n > 0 {
		p.warn("%d rows of the %s file have missing values, and are left out", n, name)
	}
	for _, note := range q.table.Notes() {
		p.warn("%s file: %s", name, note)
	}
}

func (p *Pools) warnOfSubsample(name string, s FileSet) {
	if s.Rows > 0 {
		p.warn("the %s sample is %d rows of its file, chosen at random", name, s.Rows)
	}
}
