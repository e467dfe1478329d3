package experiments

import (
	"context"
	"fmt"

	"sparker/configs"
	"sparker/results"
)

// Replay fits one toy of an experiment again, and returns the fit with its history. The key of the
// toy is not needed. The numbers are those of a run, to the last bit.
//
// The error is an [InputError] if the experiment cannot be run, if it does not ask for the toy, and
// if its test does not fit kernels.
func Replay(ctx context.Context, e configs.Experiment, toy results.ToyID) (results.FitRecord,
	error) {
	c, err := newCell(e, newSharedInputs())
	if err != nil {
		return results.FitRecord{}, err
	}
	if err := c.checkToy(toy); err != nil {
		return results.FitRecord{}, &InputError{err}
	}
	toy.Key = c.keys.of(toy.Signal)
	if err := ctx.Err(); err != nil {
		return results.FitRecord{}, err
	}
	test, err := c.newFittingTest()
	if err != nil {
		return results.FitRecord{}, err
	}
	pair, err := c.draw(toy)
	if err != nil {
		return results.FitRecord{}, err
	}
	fit, err := test.Trace(pair, c.fitStream(toy))
	if err != nil {
		return results.FitRecord{}, fmt.Errorf("experiments: fitting %v: %w", toy, err)
	}
	return c.fitRecord(test, toy, pair, fit)
}
