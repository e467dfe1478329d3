package experiments

import (
	"fmt"
	"math"
	"time"

	"sparker/configs"
	"sparker/data"
	"sparker/results"
	"sparker/twosample"
)

// pilotEpochs is the length of the fits that an estimate times.
const pilotEpochs = 10

// Estimate returns the number of toys of a sweep, and a rough estimate of the seconds that they
// take one after the other on this machine. The estimate is good to a factor of two. It comes from
// a few epochs of each kind of fit.
func Estimate(config configs.Sweep) (toys int, seconds float64, err error) {
	s := &sweep{config: config}
	times := map[*cell]float64{}
	known := map[string]float64{}
	shared := newSharedInputs()
	for _, own := range config.Cells {
		c, err := openCell(own.Experiment, shared)
		if err != nil {
			return 0, 0, err
		}
		s.cells = append(s.cells, c)
		e := own.Experiment
		kind := fmt.Sprint(e.Data.Source, e.Data.Dim, e.Data.Reference, e.Data.Expected,
			e.Model.Kernels, e.Model.SoftMax, e.Train.Epochs, e.Train.Engine, e.Test.Method)
		if _, timed := known[kind]; !timed {
			if known[kind], err = c.roughSeconds(); err != nil {
				return 0, 0, err
			}
		}
		times[c] = known[kind]
	}
	for _, j := range s.jobs() {
		toys++
		seconds += times[j.cell]
	}
	return toys, seconds, nil
}

// roughTotal returns a rough estimate of the seconds that jobs take one after the other.
func roughTotal(jobs []job) (total float64, err error) {
	known := map[*cell]float64{}
	for _, j := range jobs {
		if _, timed := known[j.cell]; !timed {
			if known[j.cell], err = j.cell.roughSeconds(); err != nil {
				return 0, err
			}
		}
		total += known[j.cell]
	}
	return total, nil
}

// roughSeconds estimates the time of a toy from two short fits. The difference of their times is
// that of epochs; the rest is spent once.
func (c *cell) roughSeconds() (float64, error) {
	toy := c.toyID(results.Null, 0, 0)
	start := time.Now()
	pair, err := c.draw(toy)
	if err != nil {
		return 0, err
	}
	drawn := time.Since(start).Seconds()
	epochs := c.setup.Train.Epochs
	few, err := c.shortSeconds(toy, pair, min(pilotEpochs, epochs))
	if err != nil || !c.method.Fits || epochs <= 2*pilotEpochs {
		return drawn + few, err
	}
	more, err := c.shortSeconds(toy, pair, 2*pilotEpochs)
	return drawn + few + max(0, more-few)*float64(epochs-pilotEpochs)/pilotEpochs, err
}

// shortSeconds returns the shortest of four times of the test of a toy. Fits have the given number
// of epochs, at a width that does not matter.
func (c *cell) shortSeconds(toy results.ToyID, pair data.Pair, epochs int) (float64, error) {
	s := c.setup
	s.Distances = twosample.EqualDistances(1, c.method.Percentiles(s)...)
	s.Train.Width.Start, s.Train.Width.End, s.Train.Width.EndFactor = 1, 1, 1
	if c.method.Fits {
		s.Train.Epochs, s.Train.Checkpoints.Count = epochs, 1
	}
	if _, isFile := s.Model.InitFile(); isFile {
		s.Model.Init = "data"
	}
	prepared, err := c.method.Prepare(s)
	if err != nil {
		return 0, fmt.Errorf("experiments: %w", err)
	}
	test, err := prepared.New()
	if err != nil {
		return 0, fmt.Errorf("experiments: %w", err)
	}
	fastest := math.Inf(1)
	for range 4 { // the first allocates, and any may be delayed
		start := time.Now()
		if _, err := test.Statistics(pair, c.fitStream(toy)); err != nil {
			return 0, fmt.Errorf("experiments: testing a pilot toy: %w", err)
		}
		fastest = min(fastest, time.Since(start).Seconds())
	}
	return fastest, nil
}
