package plots

import (
	"cmp"
	"slices"
	"strings"

	"sparker/results"
)

const (
	// mostPanels is how many scales of a statistic NullDistributions draws. Of more, it draws an
	// even choice with the first and the last.
	mostPanels = 10
	// A test of more than fewBlocks statistics has shortRow scales of each, and at most mostBlocks
	// statistics, again in an even choice.
	fewBlocks, shortRow, mostBlocks = 3, 4, 8
)

// lead is the name of the second statistic in the records (that of t is empty), and leadNote its
// description.
const (
	lead     = "lead"
	leadNote = "Lead: the statistic of the best single kernel at its place."
)

// A block is the rows of panels of one statistic, or of several that have no widths.
type block struct {
	statistic string // empty for several
	scales    []int  // of the summary, those that are drawn
	short     bool   // the block is a single row
}

// foreign reports whether a statistic has no width, as those of tests that fit no kernels.
func foreign(s results.ScaleStats) bool {
	return s.Statistic != "" && s.Statistic != lead && s.Sigma == 0
}

// scalesOf returns the number of statistics of a member.
func scalesOf(scales []results.ScaleStats, member string) (n int) {
	for _, s := range scales {
		if s.Member == member {
			n++
		}
	}
	return n
}

// newBlocks returns the statistics of a member: a block of t, one of lead, one of each other
// statistic that is taken at several widths, and one of all that have no width.
func newBlocks(scales []results.ScaleStats, member string) []block {
	blocks := []block{{statistic: "t"}, {statistic: lead}}
	var others block
	for i, s := range scales {
		if s.Member != member {
			continue
		}
		if foreign(s) {
			others.scales = append(others.scales, i)
			continue
		}
		name := cmp.Or(s.Statistic, "t")
		k := slices.IndexFunc(blocks, func(b block) bool { return b.statistic == name })
		if k < 0 {
			k, blocks = len(blocks), append(blocks, block{statistic: name})
		}
		blocks[k].scales = append(blocks[k].scales, i)
	}
	blocks = slices.DeleteFunc(append(blocks, others),
		func(b block) bool { return len(b.scales) == 0 })
	blocks = pick(blocks, thinned(len(blocks), mostBlocks))
	short := len(blocks) > fewBlocks
	most := mostPanels
	if short {
		most = shortRow
	}
	for i, b := range blocks {
		blocks[i].short = short
		blocks[i].scales = pick(b.scales, thinned(len(b.scales), most))
	}
	return blocks
}

// subject names the statistics of a member in a title.
func subject(blocks []block, member string) string {
	if member != "" {
		return "the member " + printable(member)
	}
	if len(blocks) > fewBlocks {
		return "the statistics"
	}
	var names []string
	for _, b := range blocks {
		names = append(names, cmp.Or(b.statistic, "the statistics"))
	}
	return strings.Join(names, " and ")
}

// label names the horizontal axis of the panels.
func (b block) label() string {
	switch b.statistic {
	case "t", lead, "":
		return strings.TrimSpace("statistic " + b.statistic)
	}
	return printable(b.statistic)
}

// columns is the number of panels in a row.
func (b block) columns() int {
	if b.short {
		return len(b.scales)
	}
	return columnsFor(len(b.scales))
}

// columnsFor is the number of panels in a row, for n panels.
func columnsFor(n int) int {
	switch {
	case n <= 3:
		return n
	case n == 4:
		return 2
	case n <= 6:
		return 3
	case n <= 8:
		return 4
	}
	return 5
}
