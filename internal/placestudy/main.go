// The command placestudy measures what docs/science/statements.md says of places: how often p_place
// is small without an anomaly, how often the place of an anomaly is found and how pure it is, how
// often a place besides it is called significant, and how often the interval of the excess holds
// the true one.
//
//	go run ./internal/placestudy -set quickstart -null 1000 -fresh 1000 -pairs 500 \
//	    -signal 5,10,20
//
// A set is quickstart or an anomaly of beyond/comparison, such as "2-D bump" or 16-D. Pairs are
// fitted without the members of the recipe, which have no part in places. The p-values are those of
// the search alone: p_place is never below the p-value of the test in addition.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"sparker/configs"
	"sparker/data"
	"sparker/data/sources"
	"sparker/findings"
	"sparker/internal/rng"
	"sparker/twosample"
)

func main() {
	set := flag.String("set", "quickstart", "study the anomaly of this `NAME`")
	null := flag.Int("null", 1000, "rank places among `N` null toys")
	fresh := flag.Int("fresh", 1000, "test `N` more null pairs")
	pairs := flag.Int("pairs", 500, "test `N` pairs at each signal strength")
	signals := flag.String("signal", "", "signal strengths `A,B,...`; those of the config if empty")
	workers := flag.Int("workers", 2, "fit `N` pairs at the same time")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	s, err := newStudy(*set, *workers)
	if err == nil {
		err = s.run(ctx, *null, *fresh, *pairs, *signals)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// study is an anomaly with the fit that looks for it.
type study struct {
	experiment configs.Experiment
	source     sources.Source
	prepared   twosample.Prepared
	workers    int
}

// newStudy prepares the fits of a set.
func newStudy(set string, workers int) (*study, error) {
	s := &study{workers: workers}
	var err error
	if s.experiment, err = load(set); err != nil {
		return nil, err
	}
	var files sources.Library
	e := s.experiment
	if s.source, err = files.Open(e.Data, rng.New(e.Seed, "pools")); err != nil {
		return nil, err
	}
	setup := e.Setup()
	setup.Dim, setup.Places = s.source.Dim(), true
	r := rng.New(e.Seed, "widths")
	reference, err := s.source.DrawReference(r, twosample.DistanceRows)
	if err != nil {
		return nil, err
	}
	setup.Distances, err = twosample.MeasureDistances(reference, r,
		twosample.DistanceOptions{Standardize: setup.Standardize, Columns: s.source.Columns()})
	if err != nil {
		return nil, err
	}
	method, err := twosample.Lookup(e.Test.Method)
	if err != nil {
		return nil, err
	}
	s.prepared, err = twosample.Prepare(method, setup)
	return s, err
}

// load returns the experiment of a set. Its members, which have no part in places, are left out.
func load(set string) (e configs.Experiment, err error) {
	if set == "quickstart" {
		e, err = configs.Load(set, nil)
		e.Test.Members = nil
		return e, err
	}
	sweep, err := configs.LoadSweep("beyond/comparison", configs.Changes{
		Sweeps: []string{"method=SparKer"}})
	if err != nil {
		return e, err
	}
	for _, c := range sweep.Cells {
		if c.Arms[0].Label == set {
			e = c.Experiment
			e.Test.Members = nil
			return e, nil
		}
	}
	return e, fmt.Errorf("no set is called %q", set)
}

// run makes the null toys, and prints a table for the pairs of each kind.
func (s *study) run(ctx context.Context, null, fresh, pairs int, signals string) error {
	strengths := s.experiment.Toys.Signal
	if signals != "" {
		strengths = nil
		for _, word := range strings.Split(signals, ",") {
			v, err := strconv.ParseFloat(word, 64)
			if err != nil {
				return err
			}
			strengths = append(strengths, v)
		}
	}
	extremes := make([]*findings.Extremes, null)
	err := s.each(ctx, "null", 0, null, func(i int, pair data.Pair, fit twosample.Fit) error {
		extremes[i] = findings.FindExtremes(pair, fit)
		return nil
	})
	if err != nil {
		return err
	}
	run := func(kind string, signal float64, n int) error {
		t, err := s.tally(ctx, kind, signal, n, extremes)
		if err == nil {
			t.print()
		}
		return err
	}
	if err := run("fresh", 0, fresh); err != nil {
		return err
	}
	for _, signal := range slices.DeleteFunc(strengths, func(v float64) bool { return v == 0 }) {
		if err := run("signal", signal, pairs); err != nil {
			return err
		}
	}
	return nil
}

// each draws and fits pairs, several at a time. The function is called by several goroutines.
func (s *study) each(ctx context.Context, kind string, signal float64, n int,
	do func(i int, pair data.Pair, fit twosample.Fit) error) error {
	group, ctx := errgroup.WithContext(ctx)
	queue := make(chan int)
	group.Go(func() error {
		defer close(queue)
		for i := range n {
			select {
			case queue <- i:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		return nil
	})
	for range s.workers {
		group.Go(func() error {
			test, err := s.prepared.New()
			if err != nil {
				return err
			}
			for i := range queue {
				name := fmt.Sprint(kind, signal)
				pair, err := s.source.Draw(rng.New(2, "data/"+name, uint64(i)), signal)
				if err != nil {
					return err
				}
				fit, _, err := twosample.FitAll(test, pair, rng.New(2, "fit/"+name, uint64(i)))
				if err != nil {
					return err
				}
				if err := do(i, pair, *fit); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}
