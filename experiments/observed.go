package experiments

import (
	"fmt"
	"slices"

	"sparker/configs"
	"sparker/data"
	"sparker/data/sources"
	"sparker/internal/rng"
	"sparker/results"
)

// ObservedSample is the observed sample of an experiment with its reference.
type ObservedSample struct {
	Pair      data.Pair
	Reference data.Sample // all rows of the reference, in their order: pools divide them
	// ReferenceWeights and DataWeights are the weights of the rows of Reference and of Pair.Data;
	// nil if they are equal in both.
	ReferenceWeights, DataWeights []float64

	// Blocks names those of the rows of the pair. It is empty if rows are not kept together.
	Blocks data.RowBlocks

	Columns     []string // their names
	Calibration string   // how null toys are drawn: "pools" or "permutation"
	Warnings    []string // what a reader of a test of the pair should know of its files
	Shared      int      // data rows that are also in the reference; see sources.Pools.SharedRows
}

// ReadObserved reads the files of an experiment that tests an observed sample, as a run does. An
// experiment without one and a file that cannot be used are an *InputError.
func ReadObserved(e configs.Experiment) (ObservedSample, error) {
	var files sources.Library
	source, err := files.Open(e.Data, rng.New(e.Seed, "pools"))
	if err != nil {
		return ObservedSample{}, &InputError{fmt.Errorf("experiments: %w", withKey(err))}
	}
	pools, ok := source.(*sources.Pools)
	if !ok || !pools.HasObserved() {
		return ObservedSample{}, &InputError{fmt.Errorf("experiments: %s has no observed sample",
			e.Name)}
	}
	toy := results.ToyID{Hypothesis: results.Observed}
	pair, err := pools.Observed(stream(e.Seed, "data", toy))
	if err != nil {
		return ObservedSample{}, fmt.Errorf("experiments: %w", err)
	}
	o := ObservedSample{Pair: pair, Columns: pools.Columns(), Calibration: pools.Calibration(),
		Warnings: poolWarnings(pools), Shared: pools.SharedRows(),
		DataWeights: pools.ObservedWeights(), Blocks: pools.RowBlocks()}
	o.Reference, o.ReferenceWeights = pools.Whole()
	return o, nil
}

// poolWarnings returns the warnings of pools, with the flags and keys that help.
func poolWarnings(pools *sources.Pools) []string {
	warnings := slices.Clone(pools.Warnings())
	for _, column := range pools.UnusedWeights() {
		warnings = append(warnings, fmt.Sprintf("column %s is tested, although its name is one of "+
			"weights of rows: give it as --weight %s (data.files.reference.weight), unless it is "+
			"measured", column, column))
	}
	return warnings
}
