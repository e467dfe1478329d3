package sparker

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"sparker/findings"
	"sparker/internal/crash"
	"sparker/internal/rng"
	"sparker/stats"
	"sparker/train"
	"sparker/twosample"
)

// TimeLimitError reports that Options.TimeLimit ended the null toys before there were enough for a
// p-value.
type TimeLimitError struct {
	Limit  time.Duration
	Toys   int // that were tested
	Fewest int // that a p-value takes
}

func (e *TimeLimitError) Error() string {
	return fmt.Sprintf("sparker: the limit of %v ended the test after %d null toys; a p-value "+
		"takes at least %d", e.Limit, e.Toys, e.Fewest)
}

// nullEnd holds the null toys of a test, and how they ended.
type nullEnd struct {
	toys   []stats.NullToy
	places []*findings.Extremes // of the toys; nil for those that failed
	health []*train.FitHealth   // of their annealed fits; nil for those without one
	design *stats.Sequential    // nil for a fixed number of toys
	stop   stats.Stop
	// rule and at give the p-value: the design with the largest number of toys that there are, and
	// its state after them.
	rule *stats.Sequential
	at   stats.SequentialState
}

// nullToys tests null toys: as many as the options say, or as many as the decision about the
// observed statistics needs.
func (p *problem) nullToys(ctx context.Context, observed twosample.Outcome) (nullEnd, error) {
	m := nullMaker{problem: p, most: p.options.Toys}
	if m.most > 0 {
		err := m.makeUpTo(ctx, m.most)
		return nullEnd{toys: m.toys, places: m.places, health: m.health}, err
	}
	m.most = p.options.MaxToys
	design, err := stats.NewSequential(p.options.Alpha, m.most)
	if err != nil {
		return nullEnd{}, fmt.Errorf("sparker: %w", err)
	}
	if p.options.TimeLimit > 0 {
		m.end = p.begun.Add(p.options.TimeLimit)
	}
	for {
		state, err := design.Follow(m.toys, observed.T, p.group)
		if err != nil {
			return nullEnd{}, fmt.Errorf("sparker: %w", err)
		}
		if state.Stop != "" {
			return nullEnd{m.toys, m.places, m.health, design, state.Stop, design, state}, nil
		}
		if err := m.makeUpTo(ctx, state.Toys); err != nil {
			return nullEnd{}, err
		}
		if n := len(m.toys); n < state.Toys {
			if fewest := min(m.most, stats.FewestToys); n < fewest {
				return nullEnd{}, &TimeLimitError{p.options.TimeLimit, n, fewest}
			}
			return m.endByTime(design, observed)
		}
	}
}

// nullMaker makes null toys, several at a time, in the order of their index.
type nullMaker struct {
	*problem
	most int       // the largest number of toys, for the report of progress
	end  time.Time // no toy begins after it; zero for no limit
	toys []stats.NullToy

	places []*findings.Extremes // of the toys; nil for those that failed
	health []*train.FitHealth   // of their annealed fits; nil for those without one

	mutex sync.Mutex // guards what follows, and the progress
	begun int
	done  int
}

// makeUpTo makes toys until there is some number of them, or the time has ended.
func (m *nullMaker) makeUpTo(ctx context.Context, n int) error {
	made, places := make([]stats.NullToy, n), make([]*findings.Extremes, n)
	health := make([]*train.FitHealth, n)
	copy(made, m.toys)
	copy(places, m.places)
	copy(health, m.health)
	group, ctx := errgroup.WithContext(ctx)
	for range min(m.options.Workers, n-len(m.toys)) {
		group.Go(func() (err error) {
			defer crash.Catch(&err)
			test, err := m.prepared.New()
			if err != nil {
				return fmt.Errorf("sparker: %w", err)
			}
			for toy := m.take(n); toy < n; toy = m.take(n) {
				if ctx.Err() != nil {
					return context.Cause(ctx)
				}
				o, extremes, err := m.make(test, toy)
				if err != nil {
					return err
				}
				made[toy] = stats.NullToy{T: o.T, Failed: o.Status != twosample.OK}
				places[toy], health[toy] = extremes, o.Health
				m.finish()
			}
			return nil
		})
	}
	err := group.Wait()
	m.toys, m.places, m.health = made[:m.begun], places[:m.begun], health[:m.begun]
	return err
}

// take returns the index of the next toy, which is below n. It returns n if there is none.
func (m *nullMaker) take(n int) int {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.begun == n || !m.end.IsZero() && !time.Now().Before(m.end) {
		return n
	}
	m.begun++
	return m.begun - 1
}

// make draws and tests a null toy. The extremes are nil if it failed, and if nothing fits kernels.
func (m *nullMaker) make(test twosample.Test, toy int) (twosample.Outcome, *findings.Extremes,
	error) {
	pair, err := m.nulls.toy(m.stream("data", hypothesisNull, toy))
	if err != nil {
		return twosample.Outcome{}, nil, fmt.Errorf("sparker: drawing null toy %d: %w", toy, err)
	}
	fit, o, err := twosample.FitAll(test, pair, m.stream("fit", hypothesisNull, toy))
	if err != nil {
		return o, nil, fmt.Errorf("sparker: testing null toy %d: %w", toy, err)
	}
	if fit == nil || o.Status != twosample.OK {
		return o, nil, nil
	}
	return o, findings.FindExtremes(pair, *fit), nil
}

// finish reports that one more toy is done.
func (m *nullMaker) finish() {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.done++; m.options.Progress != nil {
		m.options.Progress(m.done, m.most)
	}
}

// extrapolate adds the p-value beyond the null toys to a result, or why there is none.
func (p *problem) extrapolate(r *Result, null []stats.NullToy, t []float64) error {
	e, err := stats.Extrapolate(null, t, p.group,
		stats.Resampling{Sets: stats.TailSets, Draw: rng.New(p.options.Seed, "tail").IntN})
	var refused *stats.TailError
	switch {
	case errors.As(err, &refused):
		r.ExtrapolationRefused = refused.Reason
	case err != nil:
		return fmt.Errorf("sparker: %w", err)
	default:
		r.Extrapolated = &e
	}
	return nil
}

// endByTime returns the end of the toys by a limit of time.
func (m *nullMaker) endByTime(design *stats.Sequential, observed twosample.Outcome) (nullEnd,
	error) {
	rule, err := design.EndingAt(len(m.toys))
	if err != nil {
		return nullEnd{}, fmt.Errorf("sparker: %w", err)
	}
	at, err := rule.Follow(m.toys, observed.T, m.group)
	if err != nil {
		return nullEnd{}, fmt.Errorf("sparker: %w", err)
	}
	return nullEnd{m.toys, m.places, m.health, design, stats.StopTime, rule, at}, nil
}
