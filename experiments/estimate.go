package experiments

import (
	"fmt"
	"math"
	"slices"
	"time"

	"sparker/configs"
	"sparker/data"
	"sparker/results"
	"sparker/twosample"
)

// Estimate returns the number of toys of a sweep, and a rough estimate of the seconds that they
// take one after the other on this machine. The estimate is good to a factor of two. It comes from
// one toy of each kind, or from the first steps of its fit if that takes long.
func Estimate(config configs.Sweep) (toys int, seconds float64, err error) {
	s := &sweep{config: config}
	times := map[*cell]float64{}
	p := pilots{budget: listBudget}
	shared := newSharedInputs()
	for _, own := range config.Cells {
		c, err := openCell(own.Experiment, shared)
		if err != nil {
			return 0, 0, err
		}
		s.cells = append(s.cells, c)
		if times[c], err = p.of(c); err != nil {
			return 0, 0, err
		}
	}
	for _, j := range s.jobs() {
		toys++
		seconds += times[j.cell]
	}
	return toys, seconds, nil
}

// roughTotal returns a rough estimate of the seconds that jobs take one after the other.
func roughTotal(jobs []job) (total float64, err error) {
	p := pilots{budget: runBudget}
	times := map[*cell]float64{}
	for _, j := range jobs {
		if _, timed := times[j.cell]; !timed {
			if times[j.cell], err = p.of(j.cell); err != nil {
				return 0, err
			}
		}
		total += times[j.cell]
	}
	return total, nil
}

// The time that pilots take before they become quick: for a sweep of which only the time is asked,
// and for one that is about to run.
const (
	listBudget = 100 * time.Millisecond
	runBudget  = 2 * time.Second
)

// pilots estimates the times of cells. Once the budget is spent, cells that differ only in what
// changes the time little share an estimate, and new ones are quick.
type pilots struct {
	budget, spent time.Duration
	known         map[string]float64 // seconds of a toy, by both kinds
}

// of returns the estimate of the seconds of a toy of a cell.
func (p *pilots) of(c *cell) (float64, error) {
	if p.known == nil {
		p.known = map[string]float64{}
	}
	kind, alike := timedKind(c.experiment), similarKind(c.experiment)
	if seconds, timed := p.known[kind]; timed {
		return seconds, nil
	}
	quick := p.spent >= p.budget
	if seconds, timed := p.known[alike]; timed && quick {
		return seconds, nil
	}
	start := time.Now()
	seconds, err := c.roughSeconds(quick)
	p.spent += time.Since(start)
	p.known[kind], p.known[alike] = seconds, seconds
	return seconds, err
}

// timedKind returns what the time of a toy depends on. Toys of equal kinds take about equal times.
func timedKind(e configs.Experiment) string {
	return fmt.Sprint(e.Data.Source, e.Data.Dim, e.Data.Reference, e.Data.Expected, e.Data.Files,
		e.Model, e.Train, e.Loss, e.Test.Method, e.Test.Statistics, e.Baselines)
}

// similarKind is timedKind without what changes the time by less than a factor of two.
func similarKind(e configs.Experiment) string {
	return fmt.Sprint("similar", e.Data.Source, e.Data.Dim, e.Data.Reference, e.Data.Expected,
		e.Model.Kernels, e.Model.SoftMax, e.Train.Epochs, e.Train.Optimizer, e.Train.Engine,
		e.Test.Method)
}

// roughSeconds estimates the time of a toy. The tests that iterate are timed with few steps, which
// are doubled until the time can be measured: the difference between two numbers of steps is that
// of steps, and the rest is spent once. If a whole toy takes little time, it is timed itself, with
// all checkpoints and births. A quick estimate times less, and each time once.
func (c *cell) roughSeconds(quick bool) (float64, error) {
	p := pilot{cell: c, toy: c.toyID(results.Null, 0, 0), quick: quick}
	start := time.Now()
	var err error
	if p.pair, err = c.draw(p.toy); err != nil {
		return 0, err
	}
	drawn := time.Since(start).Seconds()
	rough, err := p.extrapolated()
	if err == nil && (rough == 0 || rough <= wholePilot && !quick) {
		var setup twosample.Setup
		if setup, err = c.pilotSetup(); err == nil {
			rough, err = p.seconds(setup)
		}
	}
	return drawn + rough, err
}

const (
	// pilotSteps is the smallest number of steps that is timed.
	pilotSteps = 10
	// wholePilot is the estimate in seconds up to which a whole toy is timed.
	wholePilot = 0.5
	// shortPilot is the time in seconds that can be measured well.
	shortPilot = 0.05
	// pilotRepeats is how often a toy is timed if that takes no more than repeatedPilot seconds in
	// all. The first time allocates, and any may be delayed.
	pilotRepeats  = 4
	repeatedPilot = 0.3
	// quickPilot is shortPilot of a quick estimate.
	quickPilot = 0.005
)

// pilot is a toy that is tested for its time.
type pilot struct {
	cell *cell
	toy  results.ToyID
	pair data.Pair

	quick bool
}

// pilotSetup returns the setup of the cell. If the cell is not prepared, the widths, which do not
// matter much, are 1.
func (c *cell) pilotSetup() (twosample.Setup, error) {
	s := c.setup
	if c.prepared.New == nil {
		percentiles, err := twosample.Percentiles(c.method, s)
		if err != nil {
			return s, fmt.Errorf("experiments: %w", err)
		}
		s.Distances = twosample.EqualDistances(1, percentiles...)
		s.Train.Width.Start, s.Train.Width.End, s.Train.Width.EndFactor = 1, 1, 1
		s.Members = slices.Clone(s.Members)
		for i := range s.Members {
			w := &s.Members[i].Train.Width
			w.Start, w.End, w.EndFactor = 4, 1, 1
		}
	}
	if _, isFile := s.Model.InitFile(); isFile && s.InitialCentroids == nil {
		s.Model.Init = "data"
	}
	return s, nil
}

// shortened returns the number of steps of the test, and its setup with fewer of them. The number
// is 0 if the test has no steps.
func (p pilot) shortened(steps int) (s twosample.Setup, all int, err error) {
	if s, err = p.cell.pilotSetup(); err != nil {
		return s, 0, err
	}
	switch {
	case p.cell.method.Shorten != nil:
		return p.cell.method.Shorten(s, steps)
	case p.cell.method.Fits:
		all = s.Train.Epochs
		s.Train.Epochs, s.Train.Checkpoints.Count = steps, 1
	}
	return s, all, nil
}

// extrapolated estimates the time of a toy from few steps. It is 0 for a test without steps, and
// for one of few.
func (p pilot) extrapolated() (float64, error) {
	before, enough := 0.0, shortPilot
	if p.quick {
		enough = quickPilot
	}
	for steps := pilotSteps; ; steps *= 2 {
		s, all, err := p.shortened(steps)
		if err != nil {
			return 0, fmt.Errorf("experiments: %w", err)
		}
		if all < steps {
			return 0, nil
		}
		now, err := p.seconds(s)
		if err != nil {
			return 0, err
		}
		if before > 0 && now > enough {
			perStep := max(0, now-before) / float64(steps/2)
			return now + perStep*float64(all-steps), nil
		}
		before = now
	}
}

// seconds returns the shortest time of several tests of the toy.
func (p pilot) seconds(s twosample.Setup) (float64, error) {
	prepared, err := twosample.Prepare(p.cell.method, s)
	if err != nil {
		return 0, fmt.Errorf("experiments: %w", err)
	}
	test, err := prepared.New()
	if err != nil {
		return 0, fmt.Errorf("experiments: %w", err)
	}
	fastest, begun, repeats := math.Inf(1), time.Now(), pilotRepeats
	if p.quick {
		repeats = 1
	}
	for i := 0; i < repeats && (i == 0 || time.Since(begun).Seconds() < repeatedPilot); i++ {
		start := time.Now()
		if _, err := test.Statistics(p.pair, p.cell.fitStream(p.toy)); err != nil {
			return 0, fmt.Errorf("experiments: testing a pilot toy: %w", err)
		}
		fastest = min(fastest, time.Since(start).Seconds())
	}
	return fastest, nil
}
