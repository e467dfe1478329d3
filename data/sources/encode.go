package sources

import (
	"fmt"
	"math"
	"slices"

	"sparker/data/tables"
)

// leastLevel is the number of rows from which a word of a category has a column of its own. Rarer
// words share one.
const leastLevel = 5

// The names of the levels that are not words.
const (
	rareLevel    = "(rare)"
	newLevel     = "(new)"
	missingLevel = "(missing)"
)

// An encoder replaces the columns of a table by columns of finite numbers. A category becomes one
// column of 0 and 1 for each level. A column of numbers keeps its place; its median replaces
// missing values, and if there are any, a column of 0 and 1 says where.
//
// An encoder is a symmetric function of the rows that it is made from. If toys are permutations,
// these are the rows of the reference and the observed sample together, so that the encoder is the
// same for all toys and their p-values are exact. With levels of the reference alone, a word of one
// row would be new in the observed sample only, and never in a toy.
type encoder struct {
	columns    []tables.ColumnInfo // of the result
	quantities []int               // of each column of the result; see data.Pair
	parts      []columnCode        // of each column of the tables
}

// A columnCode says how one column is encoded.
type columnCode struct {
	at int // the first column of the result
	// slots holds, for each word of a category, the column of the result relative to at, or -1 for
	// none. It is nil for the other kinds. The last entry is that of missing words.
	slots     []int
	median    float64
	indicator bool // the next column says where values are missing
}

// encoding is what an encoder is made from.
type encoding struct {
	info []tables.ColumnInfo // the columns of all tables, with all their levels
	// from are the pools that decide on levels and medians, and all those that are encoded.
	from, all []pool
	misses    []bool // whether a row of all pools misses a value of each column
}

// newEncoder returns the encoder of some columns.
func (c encoding) newEncoder() encoder {
	var e encoder
	for j, info := range c.info {
		p := columnCode{at: len(e.columns)}
		levels := []string{}
		if info.Kind == tables.Category {
			levels, p.slots = c.levels(j)
		} else {
			p.median, p.indicator = c.median(j), c.misses[j]
		}
		for _, level := range levels {
			e.add(tables.ColumnInfo{Name: info.Name + "=" + level}, j)
		}
		if info.Kind != tables.Category {
			e.add(info, j)
		}
		if p.indicator {
			e.add(tables.ColumnInfo{Name: info.Name + " missing"}, len(c.info)+j)
		}
		e.parts = append(e.parts, p)
	}
	return e
}

func (e *encoder) add(column tables.ColumnInfo, quantity int) {
	e.columns, e.quantities = append(e.columns, column), append(e.quantities, quantity)
}

// levels returns the levels of a category, and the index of the level of each word and of missing
// words.
func (c encoding) levels(column int) (names []string, slots []int) {
	words := c.info[column].Levels
	counts, _ := countLevels(c.from, column, len(words))
	slots = make([]int, len(words)+1)
	var rare []int
	for k, n := range counts {
		switch slots[k] = -1; {
		case n >= leastLevel:
			slots[k] = len(names)
			names = append(names, words[k])
		case n > 0:
			rare = append(rare, k)
		}
	}
	for _, k := range rare {
		slots[k] = len(names)
	}
	if len(rare) == 1 {
		names = append(names, words[rare[0]])
	} else if len(rare) > 1 {
		names = append(names, rareLevel)
	}
	absent := len(words)
	slots[absent] = -1
	if every, _ := countLevels(c.all, column, len(words)); hasNew(every, counts) {
		for k, n := range counts {
			if n == 0 {
				slots[k] = len(names)
			}
		}
		names = append(names, newLevel)
	}
	if c.misses[column] {
		slots[absent] = len(names)
		names = append(names, missingLevel)
	}
	return names, slots
}

// hasNew reports whether there are rows with words that none of the counted rows have.
func hasNew(every, counts []int) bool {
	for k, n := range counts {
		if n == 0 && every[k] > 0 {
			return true
		}
	}
	return false
}

// countLevels counts the rows with each of n words, and those without one.
func countLevels(pools []pool, column, n int) (counts []int, missing int) {
	counts = make([]int, n)
	eachValue(pools, column, func(v float64) {
		if math.IsNaN(v) {
			missing++
		} else {
			counts[int(v)]++
		}
	})
	return counts, missing
}

// median returns the median of the values of a column that are not missing, or 0 if there are none.
func (c encoding) median(column int) float64 {
	if !c.misses[column] {
		return 0
	}
	var values []float64
	eachValue(c.from, column, func(v float64) {
		if !math.IsNaN(v) {
			values = append(values, v)
		}
	})
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	n := len(values)
	return values[(n-1)/2]/2 + values[n/2]/2
}

// missesAny reports, for each of d columns, whether a row of some pools misses its value.
func missesAny(pools []pool, d int) []bool {
	misses := make([]bool, d)
	row := make([]float64, d)
	for _, p := range pools {
		for _, i := range p.rows {
			for j, v := range p.table.Row(i, row) {
				misses[j] = misses[j] || math.IsNaN(v)
			}
		}
	}
	return misses
}

// eachValue calls f with the value of a column in every row of some pools.
func eachValue(pools []pool, column int, f func(v float64)) {
	for _, p := range pools {
		var row []float64
		for _, i := range p.rows {
			row = p.table.Row(i, row)
			f(row[column])
		}
	}
}

// apply returns the encoded table.
func (e encoder) apply(t *tables.Table) *tables.Table {
	d := len(e.columns)
	x := make([]float64, t.N()*d)
	row := make([]float64, t.D())
	for i := range t.N() {
		row, to := t.Row(i, row), x[i*d:(i+1)*d]
		for j, p := range e.parts {
			p.encode(row[j], to[p.at:])
		}
	}
	return t.WithColumns(e.columns, x)
}

// encode writes a value as the columns of the code, which are 0.
func (p columnCode) encode(v float64, to []float64) {
	missing := math.IsNaN(v)
	switch {
	case p.slots != nil:
		k := len(p.slots) - 1
		if !missing {
			k = int(v)
		}
		if slot := p.slots[k]; slot >= 0 {
			to[slot] = 1
		}
	case missing:
		to[0] = p.median
		if p.indicator {
			to[1] = 1
		}
	default:
		to[0] = v
	}
}

// encode replaces categories and missing values in all tables by columns of numbers.
func (p *Pools) encode(f Files) error {
	c := encoding{info: p.info, from: []pool{p.reference},
		all: []pool{p.reference, p.background, p.holdout, p.signal, p.observed}}
	for _, q := range p.varied.each() {
		c.all = append(c.all, *q)
	}
	if p.permutes {
		c.from = append(c.from, p.observed)
	}
	isCategory := func(c tables.ColumnInfo) bool { return c.Kind == tables.Category }
	categories := slices.ContainsFunc(p.info, isCategory)
	if !categories && f.Missing != missingIndicator {
		return nil
	}
	if categories && f.Generator.Components > 0 {
		return &KeyError{"files.generator", fmt.Errorf("a Gaussian mixture does not make words, "+
			"and column %s is a category", p.info[slices.IndexFunc(p.info, isCategory)].Name)}
	}
	c.misses = missesAny(c.all, len(p.info))
	e := c.newEncoder()
	p.replaceTables(e.apply)
	if categories {
		p.quantities = e.quantities
	}
	return nil
}

// replaceTables replaces the table of each pool by the one that a function makes of it. Pools that
// share a table share the new one.
func (p *Pools) replaceTables(f func(t *tables.Table) *tables.Table) {
	done := map[*tables.Table]*tables.Table{}
	all := []*pool{&p.reference, &p.background, &p.holdout, &p.signal, &p.observed, &p.whole}
	for _, q := range append(all, p.varied.each()...) {
		if q.table == nil {
			continue
		}
		if done[q.table] == nil {
			done[q.table] = f(q.table)
		}
		q.table = done[q.table]
	}
}
