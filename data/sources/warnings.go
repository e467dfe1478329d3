package sources

import (
	"fmt"
)

func (p *Pools) warn(format string, args ...any) {
	p.warnings = append(p.warnings, fmt.Sprintf(format, args...))
}

// warnOfRows warns of observed rows that are also in the reference or the background, of ids that
// several observed rows have, and of differences that need no fit.
func (p *Pools) warnOfRows() {
	if !p.HasObserved() {
		return
	}
	p.warnOfShared()
	ids := selectWords(p.observed.ids, p.observed.index(p.observed.rows))
	if n := repetitions(ids); n > 0 {
		p.warn("%d of the %d observed rows have the id of an earlier one: such ids do not "+
			"identify a row", n, p.observed.n())
	}
	p.warnOfIDs()
	p.warnOfMissing()
	p.warnOfLevels()
	p.warnOfRanges()
}

// warnOfIDs warns of columns that hold the numbers of rows, or ids. Such numbers differ between any
// two files.
func (p *Pools) warnOfIDs() {
	var rising, distinct []string
	observed := p.observed.table.Columns()
	for j, c := range p.info {
		switch d := observed[j]; {
		case c.Rising || d.Rising:
			rising = append(rising, c.Name)
		case c.Distinct || d.Distinct:
			distinct = append(distinct, c.Name)
		}
	}
	if rising != nil {
		p.warn("whole numbers that rise from row to row, like the number of a row, which differ "+
			"between any two files: leave out %s, unless it is measured", firstOf(rising))
	}
	if distinct != nil {
		p.warn("whole numbers that are all different, like an id, which differ between any two "+
			"files: leave out %s, unless it is measured", firstOf(distinct))
	}
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
	p.warnOfSubsample("reference", f.Reference.FileSet)
	p.warnOfSubsample("background", f.Background)
	p.warnOfSubsample("observed", f.Observed)
}

func (p *Pools) warnOfTable(name string, q pool) {
	if q.table == nil {
		return
	}
	p.warnOfDropped(name, q)
	for _, note := range q.table.Notes() {
		p.warn("%s file: %s", name, note)
	}
}

func (p *Pools) warnOfSubsample(name string, s FileSet) {
	if s.Rows > 0 {
		p.warn("the %s sample is %d rows of its file, chosen at random", name, s.Rows)
	}
}
