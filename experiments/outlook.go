package experiments

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"time"

	"sparker/configs"
	"sparker/data"
	"sparker/data/sources"
	"sparker/results"
	"sparker/twosample"
)

// Outlook is what a run will have to do.
type Outlook struct {
	Dir   string        `json:"dir"`  // the run folder
	Toys  int           `json:"toys"` // of the whole run; toys that cells share count once
	Done  int           `json:"done"` // of these, how many the run folder holds
	Cells []CellOutlook `json:"cells"`
	// Seconds is the time that the missing toys take one after the other.
	Seconds float64 `json:"seconds"`
}

// CellOutlook is the part of one cell.
type CellOutlook struct {
	Cell   int                 `json:"cell"` // from 1 on
	Arms   []results.ArmRecord `json:"settings,omitempty"`
	Toys   int                 `json:"toys"`   // that the cell asks for
	Shared int                 `json:"shared"` // of these, how many belong to a cell before it
	// of those that do not, how many the run folder holds
	Done int `json:"done"`
	// Seconds is the time of one toy.
	Seconds float64 `json:"seconds"`
}

// Look resolves every cell of a study, counts its toys and those that the run folder holds already,
// and times one pilot toy per kind of fit. It writes nothing.
func Look(ctx context.Context, c configs.Sweep, o Options) (Outlook, error) {
	s, err := newStudy(c)
	if err != nil {
		return Outlook{}, err
	}
	out := Outlook{}
	if out.Dir, err = RunDir(c, o); err != nil {
		return Outlook{}, err
	}
	done := map[results.ToyID]bool{}
	store, err := results.Open(out.Dir)
	switch {
	case err == nil:
		digest, err := c.Digest()
		if err != nil {
			return Outlook{}, fmt.Errorf("experiments: %w", err)
		}
		if there := store.Manifest().Digest; there != digest {
			return Outlook{}, &InputError{fmt.Errorf("experiments: %s holds the run of another "+
				"config (digest %s, not %s)", out.Dir, there, digest)}
		}
		if done, err = finished(store); err != nil {
			return Outlook{}, err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return Outlook{}, err
	}
	seconds := map[string]float64{}
	for i, p := range s.plans {
		if _, known := seconds[p.null]; !known {
			if err := ctx.Err(); err != nil {
				return Outlook{}, err
			}
			if seconds[p.null], err = p.pilot(); err != nil {
				return Outlook{}, err
			}
		}
		out.Cells = append(out.Cells, CellOutlook{
			Cell: i + 1, Arms: settings(c.Cells[i]), Seconds: seconds[p.null],
			Toys: p.experiment.Toys.Null + observed(p.experiment) +
				p.experiment.Toys.Alternative*len(p.experiment.Toys.Signal),
		})
	}
	place := map[*plan]int{}
	for i, p := range s.plans {
		place[p] = i
		out.Cells[i].Shared = out.Cells[i].Toys
	}
	for _, j := range s.jobs() {
		cell := &out.Cells[place[j.plan]]
		cell.Shared--
		out.Toys++
		if done[j.key()] {
			cell.Done++
			out.Done++
		} else {
			out.Seconds += cell.Seconds
		}
	}
	return out, nil
}

// pilot is the time of one toy of the experiment, in seconds.
func (p *plan) pilot() (float64, error) {
	test, err := p.newTest()
	if err != nil {
		return 0, err
	}
	start := time.Now()
	t := toy{results.Null, 0, 0}
	pair, err := p.draw(t)
	if err != nil {
		return 0, err
	}
	if _, err := test.Statistics(pair, t.stream(p.experiment.Seed, "fit")); err != nil {
		return 0, fmt.Errorf("experiments: fitting a pilot toy: %w", err)
	}
	return time.Since(start).Seconds(), nil
}

// pilotEpochs is the length of the fits that Estimate times.
const pilotEpochs = 10

// Estimate is the number of toys of a study and a rough figure, good to a factor of two, of the
// seconds that they take one after the other on this machine, from a few epochs of each kind of
// fit.
func Estimate(c configs.Sweep) (toys int, seconds float64, err error) {
	s := &study{config: c}
	times := map[*plan]float64{}
	known := map[string]float64{}
	var files sources.Library
	for _, cell := range c.Cells {
		p, err := outline(cell.Experiment, &files)
		if err != nil {
			return 0, 0, err
		}
		s.plans = append(s.plans, p)
		e := cell.Experiment
		key := fmt.Sprint(e.Data.Source, e.Data.Dim, e.Data.Reference, e.Data.Expected,
			e.Model.Kernels, e.Model.SoftMax, e.Train.Epochs, e.Train.Engine, e.Test.Method)
		if _, timed := known[key]; !timed {
			if known[key], err = p.glimpse(); err != nil {
				return 0, 0, err
			}
		}
		times[p] = known[key]
	}
	for _, j := range s.jobs() {
		toys++
		seconds += times[j.plan]
	}
	return toys, seconds, nil
}

// glimpse estimates the time of a toy from two short fits, between widths that are of no matter:
// what they differ by is the time of epochs, what remains is spent once.
func (p *plan) glimpse() (float64, error) {
	t := toy{results.Null, 0, 0}
	start := time.Now()
	pair, err := p.draw(t)
	if err != nil {
		return 0, err
	}
	drawn := time.Since(start).Seconds()
	epochs := p.setup.Train.Epochs
	few, err := p.timed(t, pair, min(pilotEpochs, epochs))
	if err != nil || !p.method.Fits || epochs <= 2*pilotEpochs {
		return drawn + few, err
	}
	more, err := p.timed(t, pair, 2*pilotEpochs)
	return drawn + few + max(0, more-few)*float64(epochs-pilotEpochs)/pilotEpochs, err
}

// timed is the shortest of four times of a toy's test; fits have so many epochs.
func (p *plan) timed(t toy, pair data.Pair, epochs int) (float64, error) {
	s := p.setup
	s.Distances = twosample.EqualDistances(1, p.method.Percentiles(s)...)
	s.Train.Width.Start, s.Train.Width.End, s.Train.Width.EndFactor = 1, 1, 1
	if p.method.Fits {
		s.Train.Epochs, s.Train.Checkpoints.Count = epochs, 1
	}
	if _, isFile := s.Model.InitFile(); isFile {
		s.Model.Init = "data"
	}
	prepared, err := p.method.Prepare(s)
	if err != nil {
		return 0, fmt.Errorf("experiments: %w", err)
	}
	test, err := prepared.New()
	if err != nil {
		return 0, fmt.Errorf("experiments: %w", err)
	}
	fastest := math.Inf(1)
	for range 4 { // the first one makes the work space, and any may be held up
		start := time.Now()
		if _, err := test.Statistics(pair, t.stream(p.experiment.Seed, "fit")); err != nil {
			return 0, fmt.Errorf("experiments: fitting a pilot toy: %w", err)
		}
		fastest = min(fastest, time.Since(start).Seconds())
	}
	return fastest, nil
}
