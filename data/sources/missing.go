package sources

import (
	"math"

	"sparker/data/tables"
	"sparker/stats"
)

// A gap says how many rows of a sample miss a value of each column.
type gap struct {
	columns []tables.ColumnInfo // with the numbers of missing values
	rows    int                 // of the sample, including those that are left out
	dropped int
}

// gapOf counts the missing values of the rows of a pool whose table has all rows of the file. The
// result is that of the whole file if the rows were chosen while it was read.
func (p pool) gapOf(s FileSet) gap {
	g := gap{columns: p.table.Columns(), rows: p.table.FileRows(), dropped: p.table.Dropped()}
	if s.subsampled() {
		return g
	}
	for j := range g.columns {
		g.columns[j].Missing = 0
	}
	g.rows, g.dropped = p.n(), 0
	row := make([]float64, len(g.columns))
	for _, i := range p.rows {
		for j, v := range p.table.Row(i, row) {
			if math.IsNaN(v) {
				g.columns[j].Missing++
			}
		}
	}
	return g
}

// any reports whether a value is missing.
func (g gap) any() bool {
	for _, c := range g.columns {
		if c.Missing > 0 {
			return true
		}
	}
	return false
}

// dropIncomplete leaves out the rows of a pool that miss a number. It returns a *DroppedError if
// they are too many.
func (p *pool) dropIncomplete(f Files) error {
	complete := []int{}
	row := make([]float64, p.table.D())
	for _, i := range p.rows {
		if !missesNumber(p.gap.columns, p.table.Row(i, row)) {
			complete = append(complete, i)
		}
	}
	p.gap.dropped += p.n() - len(complete)
	p.rows = complete
	limit := f.MaxDropped
	if limit == 0 {
		limit = defaultMaxDropped
	}
	if float64(p.gap.dropped) > limit*float64(p.gap.rows) || len(complete) == 0 {
		return &DroppedError{File: p.table.Address(), Columns: p.gap.columns,
			Dropped: p.gap.dropped, Rows: p.gap.rows, Limit: limit}
	}
	return nil
}

// missesNumber reports whether a row misses a value of a column that is not a category.
func missesNumber(columns []tables.ColumnInfo, row []float64) bool {
	for j, v := range row {
		if math.IsNaN(v) && columns[j].Kind != tables.Category {
			return true
		}
	}
	return false
}

// warnOfDropped says how many rows of a sample were left out.
func (p *Pools) warnOfDropped(name string, q pool) {
	if q.gap.dropped > 0 {
		p.warn("%s have missing values, and are left out: %s", ofRows(q.gap.dropped, q.gap.rows,
			"rows of the "+name+" file"), tables.MissingShares(q.gap.columns, q.gap.rows))
	}
}

// notable is the probability, for all columns of a pair together, that the rows of one distribution
// cause a warning of a difference between the samples.
const notable = 0.01

// warnOfMissing warns of columns in which the shares of missing values differ between the reference
// and the observed sample.
func (p *Pools) warnOfMissing() {
	r, d := p.reference.gap, p.observed.gap
	columns := 0
	for j := range r.columns {
		if r.columns[j].Missing+d.columns[j].Missing > 0 {
			columns++
		}
	}
	for j, c := range r.columns {
		counts := stats.Counts{With1: c.Missing, Rows1: r.rows, With2: d.columns[j].Missing,
			Rows2: d.rows}
		if exact := stats.FisherExact(counts); exact*float64(max(columns, 1)) < notable {
			p.warn("column %s misses its value in %s and in %s: this is a difference between the "+
				"samples (exact p = %.2g for this column)", c.Name,
				ofRows(counts.With1, counts.Rows1, "reference rows"),
				ofRows(counts.With2, counts.Rows2, "data rows"), exact)
		}
	}
}
