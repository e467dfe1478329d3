package experiments

import (
	"fmt"
	"time"

	"sparker/data"
	"sparker/results"
	"sparker/signatures"
	"sparker/twosample"
)

// cachedTests is the number of tests that a worker keeps. Each holds its graph and work space.
const cachedTests = 32

// testCache holds the tests of one worker, by cell. If it is full, it is emptied: making a test
// costs little compared with using it.
type testCache map[*cell]twosample.Test

func (w testCache) get(c *cell) (twosample.Test, error) {
	if test, known := w[c]; known {
		return test, nil
	}
	if len(w) >= cachedTests {
		clear(w)
	}
	test, err := c.newTest()
	if err == nil {
		w[c] = test
	}
	return test, err
}

// run draws and tests the toy of a job, and stores the result. The record of a fit is written
// before that of the toy, so that a stored toy has all of its files.
func (j job) run(store *results.Store, test twosample.Test) error {
	start := time.Now()
	pair, err := j.cell.draw(j.toy)
	if err != nil {
		return err
	}
	stored := results.Toy{
		Key: j.toy.Key, Hypothesis: j.toy.Hypothesis, Signal: j.toy.Signal, Index: j.toy.Index,
		Events: pair.Data.N, Injected: pair.Injected,
	}
	var outcome twosample.Outcome
	if fitting, ok := test.(twosample.FittingTest); ok {
		outcome, err = j.fit(store, fitting, pair, &stored)
	} else {
		var fit *twosample.Fit
		fit, outcome, err = twosample.FitAll(test, pair, j.cell.fitStream(j.toy))
		if err == nil && fit != nil {
			stored.Places, err = placeRecord(atBestFit(pair, *fit), *fit, outcome)
		}
	}
	if err != nil {
		return fmt.Errorf("experiments: testing %v: %w", j.toy, err)
	}
	stored.T, stored.Status = append([]float64{}, outcome.T...), string(outcome.Status)
	stored.Reason = outcome.Reason
	if stored.Hypothesis == results.Observed {
		stored.Warnings = outcome.Warnings
	}
	stored.Health = signatures.Record(outcome.Health)
	stored.ClampedEpochs, stored.Seconds = outcome.ClampedEpochs, time.Since(start).Seconds()
	return store.AppendToy(stored)
}

// fit fits the toy of a job, and keeps what the experiment records of the fit: its history in a
// file, its kernels and its leading excess in the record of the toy.
func (j job) fit(store *results.Store, test twosample.FittingTest, pair data.Pair,
	stored *results.Toy) (twosample.Outcome, error) {
	fitPair := test.Fit
	if j.keep {
		fitPair = test.Trace
	}
	fit, err := fitPair(pair, j.cell.fitStream(j.toy))
	if err != nil {
		return twosample.Outcome{}, err
	}
	if j.keep {
		if err := j.writeFit(store, test, pair, fit); err != nil {
			return twosample.Outcome{}, err
		}
	}
	outcome := fit.Outcome()
	if outcome.Status != twosample.OK {
		return outcome, nil
	}
	stored.Nuisances = nuisanceRecord(pair, fit)
	pair = atBestFit(pair, fit)
	if j.cell.experiment.Record.Kernels {
		stored.Kernels = j.cell.kernels(fit)
	}
	if j.cell.experiment.Record.Leading && pair.Injected > 0 {
		if stored.Leading, err = leading(pair, fit); err != nil {
			return outcome, err
		}
	}
	stored.Places, err = placeRecord(pair, fit, outcome)
	return outcome, err
}

// writeFit writes the history of a fit of the toy.
func (j job) writeFit(store *results.Store, test twosample.FittingTest, pair data.Pair,
	fit twosample.Fit) error {
	record, err := j.cell.fitRecord(test, j.toy, pair, fit)
	if err == nil {
		err = store.WriteFit(record)
	}
	if err != nil {
		return fmt.Errorf("recording the fit: %w", err)
	}
	return nil
}

// recordFit fits the toy of a job, which is stored, again for the history of its fit.
func (j job) recordFit(store *results.Store, test twosample.Test) error {
	fitting, ok := test.(twosample.FittingTest)
	if !ok {
		return nil
	}
	pair, err := j.cell.draw(j.toy)
	if err != nil {
		return err
	}
	fit, err := fitting.Trace(pair, j.cell.fitStream(j.toy))
	if err == nil {
		err = j.writeFit(store, fitting, pair, fit)
	}
	if err != nil {
		return fmt.Errorf("experiments: fitting %v again: %w", j.toy, err)
	}
	return nil
}
