package sparker

import (
	"fmt"
	"slices"

	"sparker/data"
)

// blocked reports whether the options name blocks of rows.
func (o Options) blocked() bool { return o.ReferenceBlocks != nil || o.DataBlocks != nil }

// checkBlocks checks the options about blocks of the rows of a pair.
func (o Options) checkBlocks(pair data.Pair) error {
	const one = "but the rows of a block are not exchangeable one by one; want no blocks, or "
	switch {
	case !o.blocked():
	case len(o.ReferenceBlocks) != pair.Reference.N:
		return &OptionError{"ReferenceBlocks", fmt.Sprintf("has %d names for %d rows",
			len(o.ReferenceBlocks), pair.Reference.N)}
	case len(o.DataBlocks) != pair.Data.N:
		return &OptionError{"DataBlocks", fmt.Sprintf("has %d names for %d rows",
			len(o.DataBlocks), pair.Data.N)}
	case slices.Contains(o.ReferenceBlocks, ""):
		return &OptionError{"ReferenceBlocks", fmt.Sprintf("has an empty name for row %d",
			slices.Index(o.ReferenceBlocks, ""))}
	case slices.Contains(o.DataBlocks, ""):
		return &OptionError{"DataBlocks", fmt.Sprintf("has an empty name for row %d",
			slices.Index(o.DataBlocks, ""))}
	case o.RowsFDR > 0:
		return &OptionError{"RowsFDR", fmt.Sprintf("is %v, %s0", o.RowsFDR, one)}
	case o.ReferenceWeights != nil || o.DataWeights != nil:
		return &OptionError{"ReferenceWeights", "is set, " + one + "no weights"}
	}
	return nil
}

// keepTogether makes a permutation one of blocks, if the options name any.
func (p *problem) keepTogether(permutation *data.Permutation) error {
	if !p.options.blocked() {
		return nil
	}
	err := permutation.KeepTogether(data.RowBlocks{Reference: p.options.ReferenceBlocks,
		Data: p.options.DataBlocks})
	if err != nil {
		return fmt.Errorf("sparker: %w", err)
	}
	p.warnings = append(p.warnings, permutation.Warnings()...)
	return nil
}
