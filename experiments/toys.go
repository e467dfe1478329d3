package experiments

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"sparker/data"
	"sparker/data/sources"
	"sparker/internal/rng"
	"sparker/results"
)

// stream returns the random stream of a toy for one purpose. It depends on the seed and on what the
// toy is, and not on its key: cells that test the same samples by other means see the same toys.
func stream(seed uint64, purpose string, toy results.ToyID) *rand.Rand {
	return rng.New(seed, purpose+"/"+toy.Hypothesis, math.Float64bits(toy.Signal),
		uint64(toy.Index))
}

// fitStream returns the random stream of the test of a toy.
func (c *cell) fitStream(toy results.ToyID) *rand.Rand {
	return stream(c.experiment.Seed, "fit", toy)
}

// toyID returns the name of a toy of the cell.
func (c *cell) toyID(hypothesis string, signal float64, index int) results.ToyID {
	return results.ToyID{Key: c.keys.of(signal), Hypothesis: hypothesis, Signal: signal,
		Index: index}
}

// toyCount is a number of toys of one hypothesis and signal strength.
type toyCount struct {
	hypothesis string
	signal     float64
	n          int
}

// toyCounts returns the toys that the cell asks for.
func (c *cell) toyCounts() []toyCount {
	toys := c.experiment.Toys
	counts := []toyCount{{results.Null, 0, toys.Null},
		{results.Observed, 0, c.experiment.ObservedSamples()}}
	for _, signal := range toys.Signal {
		counts = append(counts, toyCount{results.Alternative, signal, toys.Alternative})
	}
	return counts
}

// draw draws the pair of a toy.
func (c *cell) draw(toy results.ToyID) (data.Pair, error) {
	var pair data.Pair
	var err error
	r := stream(c.experiment.Seed, "data", toy)
	pools, _ := c.source.(*sources.Pools)
	switch {
	case pools != nil && toy.Hypothesis == results.Observed:
		pair, err = pools.Observed(r)
	case pools != nil && toy.Hypothesis == results.Alternative:
		pair, err = pools.DrawHeldOut(r, toy.Signal)
	case toy.Hypothesis == results.Alternative:
		pair, err = sources.DrawAlternative(c.source, r, toy.Signal)
	default:
		pair, err = c.source.Draw(r, toy.Signal)
	}
	if err != nil {
		return data.Pair{}, fmt.Errorf("experiments: drawing %v: %w", toy, err)
	}
	return pair, nil
}

// checkToy returns an error if the cell does not ask for a toy.
func (c *cell) checkToy(toy results.ToyID) error {
	toys := c.experiment.Toys
	switch toy.Hypothesis {
	case results.Observed:
		if c.experiment.ObservedSamples() == 0 || toy.Signal != 0 || toy.Index != 0 {
			return fmt.Errorf(
				"experiments: an observed sample needs data.files.observed, and has " +
					"no signal and index 0")
		}
	case results.Null:
		if toy.Signal != 0 {
			return fmt.Errorf("experiments: a null toy has no signal, but N_S is %v", toy.Signal)
		}
		if toy.Index < 0 || toy.Index >= toys.Null {
			return fmt.Errorf("experiments: there is no null toy %d: the config has %d, counted "+
				"from 0", toy.Index, toys.Null)
		}
	case results.Alternative:
		if !slices.Contains(toys.Signal, toy.Signal) {
			return fmt.Errorf("experiments: there are no toys at N_S = %v: the config has them at "+
				"%v", toy.Signal, toys.Signal)
		}
		if toy.Index < 0 || toy.Index >= toys.Alternative {
			return fmt.Errorf("experiments: there is no alternative toy %d: the config has %d at "+
				"each signal strength, counted from 0", toy.Index, toys.Alternative)
		}
	default:
		return fmt.Errorf("experiments: hypothesis %q is not %s, %s or %s", toy.Hypothesis,
			results.Null, results.Alternative, results.Observed)
	}
	return nil
}
