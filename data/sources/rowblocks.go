package sources

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"sparker/data"
)

// blocks checks how rows are kept together.
func (v validation) blocks(c Config) {
	f := c.Files
	reference, observed := f.Reference.Block != "", f.Observed.Block != ""
	switch {
	case !f.blocked():
	case c.Counting == countingExtended:
		v.say("counting", "is extended, but the number of rows of whole blocks is not that of a "+
			"Poisson distribution; want shape, or no files.reference.block")
	case f.Replacement:
		v.say("files.replacement", "is true, but blocks are drawn once")
	case !reference:
		v.say("files.reference.block", "is missing, although another table has blocks")
	case weighted(f), len(f.Variations) > 0:
		v.say("files.reference.block", "is set, but rows of a reference with weights or nuisance "+
			"parameters are drawn one by one; want blocks or these")
	case slices.ContainsFunc(f.Reference.More, func(m MoreRows) bool { return m.Block == "" }):
		v.say("files.reference.more", "has a file without block, although the first has blocks")
	case f.Background.File != "" && f.Background.Block == "":
		v.say("files.background.block", "is missing, although files.reference has blocks")
	case f.Observed.File != "" && !observed:
		v.say("files.observed.block", "is missing, although files.reference has blocks")
	}
}

// blocked reports whether a table has blocks.
func (f Files) blocked() bool {
	return slices.ContainsFunc(f.sets(), func(s keyedSet) bool { return s.set.Block != "" })
}

// weighted reports whether a table has weights.
func weighted(f Files) bool {
	return slices.ContainsFunc(f.sets(), func(s keyedSet) bool { return s.set.Weight != "" }) ||
		f.Reference.Total > 0
}

// RowBlocks returns the block of each row of the reference and of the observed sample. Both lists
// are nil if rows are not kept together.
func (p *Pools) RowBlocks() data.RowBlocks {
	if p.reference.blocks == nil {
		return data.RowBlocks{}
	}
	return data.RowBlocks{Reference: p.reference.blockNames(), Data: p.observed.blockNames()}
}

// blockNames returns the block of each row of a pool.
func (p pool) blockNames() []string { return selectWords(p.blocks, p.index(p.rows)) }

// keepTogether makes the permutation one of blocks, if the tables have any.
func (p *Pools) keepTogether() error {
	if p.reference.blocks == nil {
		return nil
	}
	if err := p.permutation.KeepTogether(p.RowBlocks()); err != nil {
		return &KeyError{"files.observed.block", err}
	}
	p.warnings = append(p.warnings, p.permutation.Warnings()...)
	return nil
}

// warnOfAlike compares the blocks of the reference with those of the observed sample: none must be
// in both. It warns if their rows are alike.
func (p *Pools) warnOfAlike() error {
	all := p.reference
	if p.background.table == p.reference.table {
		all.rows = slices.Concat(p.reference.rows, p.background.rows, p.holdout.rows)
	}
	permutation, err := data.NewPermutation(all, p.observed)
	if err != nil {
		return err
	}
	err = permutation.KeepTogether(data.RowBlocks{Reference: all.blockNames(),
		Data: p.observed.blockNames()})
	if err != nil {
		return &KeyError{"files.observed.block", err}
	}
	p.warnings = append(p.warnings, permutation.Alike()...)
	return nil
}

// blocksOf groups rows of a pool by their blocks.
func (p pool) blocksOf(rows []int) [][]int {
	groups := data.GroupRows(selectWords(p.blocks, p.index(rows)))
	for _, group := range groups {
		for k, i := range group {
			group[k] = rows[i]
		}
	}
	return groups
}

// splitBlocks divides the rows of a pool at random into about n rows, about held rows, and those
// that are left, and keeps blocks together.
func (p pool) splitBlocks(r *rand.Rand, n, held int) (first, rest, last []int) {
	groups := p.blocksOf(p.rows)
	for _, k := range r.Perm(len(groups)) {
		group := groups[k]
		half := len(group) / 2
		switch {
		case len(first)+half < n:
			first = append(first, group...)
		case len(last)+half < held:
			last = append(last, group...)
		default:
			rest = append(rest, group...)
		}
	}
	return first, rest, last
}

// fewBlocks reports whether some rows of the reference have fewer than enough blocks for each of
// the observed sample, so that toys from them would share many blocks.
func (p *Pools) fewBlocks(background []int) bool {
	if p.reference.blocks == nil {
		return false
	}
	return len(p.reference.blocksOf(background)) < enough*len(p.observed.blocksOf(p.observed.rows))
}

// groupBlocks finds the blocks of the pools that toys are drawn from, if there are any.
func (p *Pools) groupBlocks() error {
	if p.reference.blocks == nil {
		return nil
	}
	pools := []*pool{&p.reference, &p.background}
	if p.holdout.n() > 0 {
		pools = append(pools, &p.holdout)
	}
	for _, q := range pools {
		q.groups = q.blocksOf(q.rows)
		largest := 0
		for _, group := range q.groups {
			largest = max(largest, len(group))
		}
		if q != &p.reference && float64(largest) > p.expected {
			return &KeyError{"files.reference.block", fmt.Errorf("a block has %d rows, and a toy "+
				"%v: a toy cannot be made of whole blocks", largest, p.expected)}
		}
	}
	mean := float64(p.background.n()) / float64(max(1, len(p.background.groups)))
	toy, have := p.expected/mean, len(p.background.groups)
	if float64(have) < enough*toy {
		p.warn("the background pool has %d blocks, %.3g times the %.3g of a toy: below ten times, "+
			"toys share many blocks, and the type-I error is known less well than the number of "+
			"toys suggests", have, float64(have)/toy, toy)
	}
	if p.HasObserved() {
		return p.warnOfAlike()
	}
	return nil
}

// drawBlocks draws whole blocks in random order until they have n rows. The block that goes beyond
// n is taken with the probability that makes the mean number of rows n. There must be at least n
// rows.
func drawBlocks(r *rand.Rand, blocks [][]int, n int) []int {
	var rows []int
	for _, k := range r.Perm(len(blocks)) {
		left, size := n-len(rows), len(blocks[k])
		if left == 0 {
			break
		}
		if size <= left {
			rows = append(rows, blocks[k]...)
			continue
		}
		if r.Float64()*float64(size) < float64(left) {
			rows = append(rows, blocks[k]...)
		}
		break
	}
	return rows
}
