package data

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// RowBlocks names the block of each row of a reference and of data. A block is a set of rows that
// belong together, such as those of a run, a subject, or a day. Rows with the same name are of one
// block.
type RowBlocks struct{ Reference, Data []string }

// SharedBlocksError reports blocks that have rows in the reference and in the data. Such blocks
// cannot be exchanged between the two samples as a whole.
type SharedBlocksError struct {
	Blocks []string // their names, in the order of the reference
	Of     int      // number of blocks of both samples
}

func (e *SharedBlocksError) Error() string {
	const most = 5
	names := e.Blocks[:min(most, len(e.Blocks))]
	more := ""
	if len(e.Blocks) > most {
		more = ", ..."
	}
	return fmt.Sprintf("%d of %d blocks have rows in both samples (%s%s): a permutation moves "+
		"whole blocks from one sample to the other", len(e.Blocks), e.Of, quoted(names), more)
}

// quoted lists names in quotation marks.
func quoted(names []string) string {
	text := ""
	for i, name := range names {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("%.40q", name)
	}
	return text
}

// KeepTogether makes the permutation one of blocks: each block, with all of its rows, goes to the
// reference or to the data, and there are as many blocks in the data as in those of the test. The
// sizes of the samples then vary from draw to draw with the sizes of the blocks. The p-value is
// exact if the blocks of both samples are exchangeable; the rows of a block may depend on each
// other.
//
// It is called before the first draw. The error is a [*SharedBlocksError] if a block has rows in
// both samples. Other errors report lists of another length than the samples.
func (p *Permutation) KeepTogether(b RowBlocks) error {
	if len(b.Reference) != p.nR || len(b.Data) != p.nD {
		return fmt.Errorf("data: permuting blocks: %d and %d blocks are named of %d and %d rows",
			len(b.Reference), len(b.Data), p.nR, p.nD)
	}
	reference, data := GroupRows(b.Reference), GroupRows(b.Data)
	inData := map[string]bool{}
	for _, rows := range data {
		inData[b.Data[rows[0]]] = true
	}
	var shared []string
	for _, rows := range reference {
		if name := b.Reference[rows[0]]; inData[name] {
			shared = append(shared, name)
		}
	}
	if shared != nil {
		return fmt.Errorf("data: permuting blocks: %w", &SharedBlocksError{Blocks: shared,
			Of: len(reference) + len(data) - len(shared)})
	}
	p.blocks, p.dataBlocks = reference, len(data)
	for _, rows := range data {
		for k := range rows {
			rows[k] += p.nR
		}
		p.blocks = append(p.blocks, rows)
	}
	return nil
}

// GroupRows returns the numbers of the rows of each block, given the name of the block of each row.
// The blocks are in the order of their first rows.
func GroupRows(names []string) [][]int {
	at := map[string]int{}
	var blocks [][]int
	for i, name := range names {
		k, known := at[name]
		if !known {
			k = len(blocks)
			at[name] = k
			blocks = append(blocks, nil)
		}
		blocks[k] = append(blocks[k], i)
	}
	return blocks
}

// Blocks returns the numbers of blocks of the reference and of the data. They are 0 if the
// permutation is one of rows.
func (p *Permutation) Blocks() (reference, data int) {
	return len(p.blocks) - p.dataBlocks, p.dataBlocks
}

// Assignments returns the number of ways to share out the blocks: K!/(k! (K-k)!) for k of K blocks
// in the data. It is rounded to the precision of float64, and infinite if the permutation is one of
// rows.
func (p *Permutation) Assignments() float64 {
	if p.blocks == nil {
		return math.Inf(1)
	}
	ways := 1.0
	reference, data := p.Blocks()
	for i := range min(reference, data) {
		ways = ways * float64(reference+data-i) / float64(i+1)
	}
	return math.Round(ways)
}

// fewAssignments is the number of ways to share out blocks below which a warning says what p can
// be: with 400, the smallest p-value is a twentieth of an alpha of 0.05.
const fewAssignments = 400

// Warnings returns what a reader of the p-value should know about the blocks: whether they are few,
// and whether their rows are alike. It is nil for a permutation of rows.
func (p *Permutation) Warnings() []string {
	if p.blocks == nil {
		return nil
	}
	var warnings []string
	reference, data := p.Blocks()
	if ways := p.Assignments(); ways < fewAssignments {
		warnings = append(warnings, fmt.Sprintf("the blocks are few: %d of %d are data, which can "+
			"be chosen in %.0f ways, so p cannot be below %.3g however the samples differ; more "+
			"blocks help, more rows do not", data, reference+data, ways, 1/ways))
	}
	return append(warnings, p.Alike()...)
}

// Alike returns a warning if rows of one block are more alike than others of the same sample, or if
// every block has a single row, and nil otherwise. The check draws from a stream of its own: the
// same rows give the same answer.
func (p *Permutation) Alike() []string {
	if p.blocks == nil {
		return nil
	}
	if len(p.blocks) == p.nR+p.nD {
		return []string{fmt.Sprintf("each of the %d blocks has a single row: the test is that "+
			"without blocks", len(p.blocks))}
	}
	d := p.Dependence(rand.New(rand.NewPCG(2001, 26)))
	if d.P > dependent {
		return nil
	}
	return []string{fmt.Sprintf("rows of one block are alike (intraclass correlation %.2g, "+
		"p = %.2g): without blocks, the p-value would be too small. The intervals of excesses "+
		"treat rows as independent, and are too narrow", d.Correlation, d.P)}
}

// drawBlocks returns a pair of whole blocks. Rows are in the order of the pooled samples, so that
// equal choices of blocks, which are frequent if blocks are few, give equal pairs, and equal
// statistics to the last bit.
func (p *Permutation) drawBlocks(r *rand.Rand) Pair {
	var reference, data []int
	for i, k := range r.Perm(len(p.blocks)) {
		if i < p.dataBlocks {
			data = append(data, p.blocks[k]...)
		} else {
			reference = append(reference, p.blocks[k]...)
		}
	}
	slices.Sort(reference)
	slices.Sort(data)
	return Pair{Reference: p.sample(reference), Data: p.sample(data),
		Weight: float64(len(data)) / float64(len(reference)), Columns: p.Columns,
		Quantities: p.Quantities}
}
