package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"sparker/configs"
	"sparker/experiments"
	"sparker/internal/rng"
	"sparker/results"
)

// experimentText is an experiment with places and a known signal.
const experimentText = `name: scale
data: {source: exponential, signal: {kind: gaussian, loc: 6.4, scale: 0.16}, reference: 2000,
  expected: 200}
record: {fits: 0, places: all}
`

// configTexts are the configs. The cells of the first two share their toys.
var configTexts = map[string]string{
	"lead":  experimentText + "preset: lead\nsweep: {grid: {test.combine: [mix, min]}}\n",
	"full":  experimentText + "preset: full\nsweep: {grid: {test.combine: [mix, min]}}\n",
	"sweep": experimentText + sweepText,
}

const sweepText = `preset: lead
sweep:
  grid: {test.combine: [mix, min], model.kernels: [2, 3, 4, 5, 6], loss.l2: [0, 1, 2, 3, 4],
    train.width.hold: [0.6, 0.7, 0.8, 0.9]}
`

// sharing is the number of cells that share their toys.
const sharing = 2

// signals are the signal strengths. Each has as many toys as the null.
var signals = []float64{0, 5, 10, 20}

// loadSweep returns the sweep of a size, whose cells have all of its toys.
func (s size) loadSweep() (configs.Sweep, error) {
	text, known := configTexts[s.config]
	if !known {
		return configs.Sweep{}, fmt.Errorf("-config is %q; want lead, full or sweep", s.config)
	}
	sweep, err := configs.LoadSweepBytes(s.config, []byte(text), configs.Changes{})
	if err != nil {
		return sweep, err
	}
	each := s.toys * sharing / len(sweep.Cells) / (1 + len(signals))
	text += fmt.Sprintf("toys: {null: %d, alternative: %d, signal: [0, 5, 10, 20]}\n", each, each)
	return configs.LoadSweepBytes(s.config, []byte(text), configs.Changes{})
}

// writeRun writes the parts of a run into folders part-1, part-2 ... of a folder.
func writeRun(folder string, s size) error {
	sweep, err := s.loadSweep()
	if err != nil {
		return err
	}
	first := filepath.Join(folder, "part-1")
	ended, cancel := context.WithCancel(context.Background())
	cancel() // the run makes its folder and tests nothing
	store, _, err := experiments.Run(ended, sweep, experiments.RunOptions{Dir: first,
		Shard: results.Shard{Number: 1, Count: s.shards}})
	if !errors.Is(err, context.Canceled) {
		return fmt.Errorf("making %s: %w", first, err)
	}
	text, err := os.ReadFile(store.ConfigFile())
	if err != nil {
		return err
	}
	toys := wanted(store.Manifest(), sweep)
	for part := 1; part <= s.shards; part++ {
		dir := first
		if s.layout == folders {
			dir = filepath.Join(folder, fmt.Sprintf("part-%d", part))
		}
		own, err := results.CreateShard(dir, store.Manifest(), text,
			results.Shard{Number: part, Count: s.shards})
		if err != nil {
			return err
		}
		for i := part - 1; i < len(toys); i += s.shards {
			err = errors.Join(err, own.AppendToy(toys[i].generate()))
		}
		if err := errors.Join(err, own.Close()); err != nil {
			return err
		}
	}
	return nil
}

// wantedToy is a toy and the number of its statistics and scales.
type wantedToy struct {
	results.ToyID
	statistics, scales int
}

// wanted returns the toys that the cells ask for, each once.
func wanted(m results.Manifest, sweep configs.Sweep) []wantedToy {
	var all []wantedToy
	seen := map[string]bool{} // keys
	for i, record := range m.Cells {
		toys := sweep.Cells[i].Experiment.Toys
		add := func(hypothesis string, signal float64, n int) {
			key := record.ToyKey(signal)
			kind := fmt.Sprint(key, hypothesis, signal)
			if seen[kind] {
				return
			}
			seen[kind] = true
			for index := range n {
				all = append(all, wantedToy{results.ToyID{Key: key, Hypothesis: hypothesis,
					Signal: signal, Index: index}, len(record.Scales), scalesOf(record)})
			}
		}
		add(results.Null, 0, toys.Null)
		for _, signal := range toys.Signal {
			add(results.Alternative, signal, toys.Alternative)
		}
	}
	return all
}

// scalesOf returns the number of scales of the annealed fit of a cell.
func scalesOf(record results.CellRecord) int {
	n := 0
	for _, s := range record.Scales {
		if s.Member == "" && s.Epoch > 0 && s.Statistic == "" {
			n++
		}
	}
	return n
}

// generate returns the record of the toy.
func (w wantedToy) generate() results.Toy {
	r := rng.New(1, "scale study/"+w.Key+w.Hypothesis, uint64(w.Signal), uint64(w.Index))
	t := results.Toy{Key: w.Key, Hypothesis: w.Hypothesis, Signal: w.Signal, Index: w.Index,
		Status: results.StatusOK, Events: 150 + r.IntN(100), Seconds: 0.1 * r.ExpFloat64(),
		Health: &results.HealthRecord{Kernels: 5, Together: 1 + r.IntN(2), Swing: r.ExpFloat64()}}
	common := r.ExpFloat64()
	for range w.statistics {
		t.T = append(t.T, common+r.ExpFloat64()+w.Signal/4)
	}
	places := &results.PlaceRecord{Excess: maxima(r, w.scales, w.Signal/8),
		Deficit: maxima(r, w.scales, 0)}
	if w.Signal > 0 {
		t.Injected = int(w.Signal)
		for range w.scales {
			places.Purity = append(places.Purity, r.Float64())
		}
	}
	t.Places = places
	return t
}

// maxima returns local significances, some of which are 0.
func maxima(r *rand.Rand, n int, shift float64) []float64 {
	all := make([]float64, n)
	for i := range all {
		all[i] = max(0, r.NormFloat64()+1+shift)
	}
	return all
}
