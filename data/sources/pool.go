package sources

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"

	"sparker/data"
	"sparker/data/tables"
)

// pool is a set of rows of a table. It implements data.RowReader.
type pool struct {
	table *tables.Table
	rows  []int
	gap   gap // before rows were left out
	// The words of all rows of the file, or nil if there are none.
	labels, ids, texts, images []string
	blocks                     []string
	groups                     [][]int // the rows of each block; nil if there are none
	// weights holds the weight of each row of the file; nil if there are none.
	weights []float64
	deltas  []rowDeltas   // those of each nuisance parameter with columns, for each row of the file
	yield   float64       // expected events that the rows stand for; 0 if it is not known
	thrower *data.Thrower // nil unless weights differ
}

func (p pool) n() int { return len(p.rows) }

// Dims returns the number of rows and the number of columns.
func (p pool) Dims() (n, d int) { return len(p.rows), p.table.D() }

// CopyRow copies row i of the pool to dst.
func (p pool) CopyRow(dst []float64, i int) { p.table.Row(p.rows[i], dst) }

// sample returns all rows of the pool.
func (p pool) sample() data.Sample { return p.table.Sample(p.rows) }

// pool reads a table and selects the rows of a set. If like is not nil, the columns are those of
// like, in its order.
func (o opener) pool(s FileSet, like *tables.Table) (pool, error) {
	table, err := o.table(s)
	if err != nil {
		return pool{}, err
	}
	var columns []tables.ColumnInfo
	if like != nil {
		matched, err := table.Match(like.Names())
		if err != nil {
			return pool{}, o.explained(err, table, like)
		}
		table = matched
		columns = like.Columns()
	}
	if table, err = o.sameWords(table, columns); err != nil {
		return pool{}, err
	}
	p := pool{table: table}
	if err := o.addWords(&p, s); err != nil {
		return pool{}, err
	}
	if err := o.addWeights(&p, s); err != nil {
		return pool{}, err
	}
	if p.rows, err = p.keep(s); err != nil {
		return pool{}, err
	}
	p.gap = p.gapOf(s)
	if o.files.Missing == missingDrop {
		if err := p.dropIncomplete(o.files); err != nil {
			return pool{}, err
		}
	}
	switch {
	case s.subsampled() && s.Rows > table.N(), !s.subsampled() && s.Rows > len(p.rows):
		return pool{}, fmt.Errorf("%d rows are asked for, but %s has %d", s.Rows, s.File,
			len(p.rows))
	case s.Rows > 0 && !s.subsampled():
		p.rows = data.DrawRows(o.r, p.rows, s.Rows)
		slices.Sort(p.rows)
	}
	return p, p.weigh(s.Weight)
}

// referencePool reads the rows of a reference from its files.
func (o opener) referencePool(s ReferenceSet) (pool, error) {
	first, err := o.nullPool(s.FileSet, nil)
	if err != nil {
		return pool{}, err
	}
	if err := first.scale(s.Total, s.Weight); err != nil || len(s.More) == 0 {
		return first, err
	}
	parts := []pool{first}
	for i, more := range s.More {
		part, err := o.nullPool(more.set(), first.table)
		if err == nil {
			err = part.scale(more.Total, more.Weight)
		}
		if err != nil {
			return pool{}, withKeyPath("files.reference.more"+index(i), err)
		}
		parts = append(parts, part)
	}
	return joinPools(parts), nil
}

// joinPools returns the rows of several pools as one.
func joinPools(parts []pool) pool {
	var joined pool
	var from []tables.RowsOf
	weighted := false
	for _, q := range parts {
		from = append(from, tables.RowsOf{Table: q.table, Rows: q.rows})
		weighted = weighted || q.weights != nil
	}
	joined.table = tables.Join(from)
	joined.gap.columns = slices.Clone(parts[0].gap.columns)
	for k, q := range parts {
		index, labels, ids := q.names(q.rows)
		joined.labels = joinWords(joined.labels, len(joined.rows), labels, len(index))
		joined.ids = joinWords(joined.ids, len(joined.rows), ids, len(index))
		joined.blocks = append(joined.blocks, q.blockNames()...)
		joined.deltas = joinDeltas(joined.deltas, q.deltasAt(q.rows))
		if weighted {
			joined.weights = append(joined.weights, q.rowWeights(q.rows)...)
			if joined.yield += q.yield; q.weights == nil {
				joined.yield += float64(q.n())
			}
		}
		for range q.rows {
			joined.rows = append(joined.rows, len(joined.rows))
		}
		joined.gap.rows += q.gap.rows
		joined.gap.dropped += q.gap.dropped
		for j, c := range q.gap.columns {
			if k > 0 {
				joined.gap.columns[j].Missing += c.Missing
			}
		}
	}
	return joined
}

// addWords reads the labels, blocks, ids, texts and images of a set.
func (o opener) addWords(p *pool, s FileSet) error {
	for _, address := range s.Labels {
		labels, err := o.words(address, asLabels, s, p.table)
		if err != nil {
			return err
		}
		if p.labels == nil {
			p.labels = labels
			continue
		}
		joined := make([]string, len(labels))
		for i, label := range labels {
			joined[i] = p.labels[i] + "/" + label
		}
		p.labels = joined
	}
	var err error
	if p.blocks, err = o.words(s.Block, asBlocks, s, p.table); err != nil {
		return err
	}
	if p.ids, err = o.words(s.ID, asIDs, s, p.table); err != nil {
		return err
	}
	if p.texts, err = o.words(s.Text, asTexts, s, p.table); err != nil {
		return err
	}
	images, err := o.words(s.Image, asTexts, s, p.table)
	if err != nil {
		return err
	}
	p.images, err = relativeToTable(o.files.address(s.Image), images)
	return err
}

// relativeToTable returns paths that are relative to the folder of the table at an address. A path
// that is empty, absolute or a URL does not change.
func relativeToTable(address string, paths []string) ([]string, error) {
	if paths == nil {
		return nil, nil
	}
	table, err := tables.Path(address)
	if err != nil {
		return nil, err
	}
	all := make([]string, len(paths))
	for i, path := range paths {
		all[i] = path
		if path != "" && !filepath.IsAbs(path) && !strings.Contains(path, "://") {
			all[i] = filepath.Join(filepath.Dir(table), path)
		}
	}
	return all, nil
}

// keep returns the rows whose label is one of those that the set keeps and none of those that it
// drops. A set without labels keeps all rows.
func (p pool) keep(s FileSet) ([]int, error) {
	rows := []int{}
	found := map[string]bool{}
	for i := range p.table.N() {
		if len(s.Keep)+len(s.Drop) > 0 {
			label := p.labels[p.table.Index(i)]
			found[label] = true
			if len(s.Keep) > 0 && !slices.Contains(s.Keep, label) ||
				slices.Contains(s.Drop, label) {
				continue
			}
		}
		rows = append(rows, i)
	}
	for _, label := range slices.Concat(s.Keep, s.Drop) {
		if !found[label] {
			several := ""
			if parts := strings.Split(label, ","); len(parts) > 1 {
				several = fmt.Sprintf("; several labels are a list, [%s]",
					strings.Join(parts, ", "))
			}
			return nil, fmt.Errorf("no row of %s has the label %q; the labels are %s%s", s.File,
				label, wordList(p.labels), several)
		}
	}
	return rows, nil
}

// wordList lists the distinct words of a list, at most eight of them.
func wordList(words []string) string {
	var distinct []string
	for _, w := range words {
		if !slices.Contains(distinct, w) {
			if distinct = append(distinct, w); len(distinct) > 8 {
				distinct[8] = "..."
				break
			}
		}
	}
	return strings.Join(distinct, ", ")
}

// names returns the numbers of rows in their file, their labels and their ids.
func (p pool) names(rows []int) (index []int, labels, ids []string) {
	index = p.index(rows)
	return index, selectWords(p.labels, index), selectWords(p.ids, index)
}

// index returns the number of each row in the file.
func (p pool) index(rows []int) []int {
	index := make([]int, len(rows))
	for k, i := range rows {
		index[k] = p.table.Index(i)
	}
	return index
}

// selectWords returns the words with the given indices, or nil if there are no words.
func selectWords(words []string, index []int) []string {
	if words == nil {
		return nil
	}
	chosen := make([]string, len(index))
	for i, k := range index {
		chosen[i] = words[k]
	}
	return chosen
}

// redrawRows draws n of the rows with replacement.
func redrawRows(r *rand.Rand, rows []int, n int) []int {
	drawn := make([]int, n)
	for i := range drawn {
		drawn[i] = rows[r.IntN(len(rows))]
	}
	return drawn
}
