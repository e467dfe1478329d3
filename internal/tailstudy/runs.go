package main

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/stat"

	"sparker/analysis"
	"sparker/configs"
	"sparker/results"
	"sparker/stats"
	"sparker/twosample"
)

// runs prints the numbers of null toys that sequential tests of the toys of run folders take, and
// how many of them reject, next to the tests with all null toys.
func runs(folders []string) error {
	for _, folder := range folders {
		store, err := results.Open(folder)
		if err != nil {
			return err
		}
		run, err := analysis.Open(store)
		if err != nil {
			return err
		}
		for i, record := range store.Manifest().Cells {
			e, err := configs.LoadBytes(folder, []byte(record.Config), nil)
			if err != nil {
				return err
			}
			name := store.Manifest().Name + " " + results.Describe(record.Arms)
			if err := stopped(name, e, record, run.Toys(i+1)); err != nil {
				return err
			}
		}
	}
	return nil
}

// stopped prints a line for each signal strength of a cell.
func stopped(name string, e configs.Experiment, record results.CellRecord,
	toys []*results.Toy) error {
	var scales []twosample.StatisticScale
	for _, s := range record.Scales {
		scales = append(scales, twosample.StatisticScale{Member: s.Member, Statistic: s.Statistic,
			Epoch: s.Epoch, Sigma: s.Sigma})
	}
	group, err := e.Grouping().Of(e.Test.Method, scales)
	if err != nil {
		return err
	}
	var null []stats.NullToy
	for _, t := range toys {
		if t.Hypothesis == results.Null {
			null = append(null, stats.NullToy{T: t.T, Failed: t.Status != results.StatusOK})
		}
	}
	q, err := stats.NewSequential(e.Test.Alpha, len(null))
	if err != nil {
		return err
	}
	all, err := stats.CalibrateGroups(null, len(scales), group)
	if err != nil {
		return err
	}
	for _, signal := range e.Toys.Signal {
		var taken []float64
		ends := map[stats.Stop]int{}
		rejected, rejectedByAll := 0, 0
		for _, t := range toys {
			if t.Hypothesis != results.Alternative || t.Signal != signal ||
				t.Status != results.StatusOK {
				continue
			}
			state, err := q.Follow(null, t.T, group)
			if err != nil {
				return err
			}
			taken = append(taken, float64(state.Toys))
			ends[state.Stop]++
			if q.P(state.Toys, state.AtLeast) <= e.Test.Alpha {
				rejected++
			}
			s, err := all.Test(t.T)
			if err != nil {
				return err
			}
			if s.P <= e.Test.Alpha {
				rejectedByAll++
			}
		}
		slices.Sort(taken)
		fmt.Printf("%s N_S = %v: %d samples, toys mean %.0f, median %.0f; low %d, high %d, "+
			"maximum %d; rejected %d, with all toys %d\n", name, signal, len(taken),
			stat.Mean(taken, nil), stat.Quantile(0.5, stat.Empirical, taken, nil),
			ends[stats.StopLow], ends[stats.StopHigh], ends[stats.StopMaximum], rejected,
			rejectedByAll)
	}
	return nil
}
