package signatures

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sparker/results"
	"sparker/train"
)

// healthy is the evidence of a test with nothing to complain of: t as a chi-square distribution of
// ten degrees of freedom, and kernels of their own places.
func healthy(r *rand.Rand) Evidence {
	config := train.Default()
	config.Width.Schedule = "exponential"
	e := Evidence{NullToys: 199, Alpha: 0.05, Rejected: 5, Tested: 100,
		Annealing: &Annealing{Config: config, Widths: train.Widths{Start: 9, End: 0.01},
			Distances: train.DistanceQuantiles{Q1: 0.02, Q50: 1, Q99: 4.5}}}
	for range 199 {
		t := 0.0
		for range 10 {
			z := r.NormFloat64()
			t += z * z
		}
		e.End = append(e.End, t)
		e.Health = append(e.Health,
			results.HealthRecord{Kernels: 5, Together: 1 + r.IntN(2), Swing: r.Float64() / 10})
	}
	return e
}

// names are those of the signatures of an evidence.
func names(e Evidence) (list []string) {
	for _, s := range Find(e) {
		list = append(list, s.Name)
	}
	return list
}

// A healthy test has no signature.
func TestHealthy(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		if got := Find(healthy(rand.New(rand.NewPCG(seed, 1)))); got != nil {
			t.Errorf("seed %d: %+v", seed, got)
		}
	}
	still := healthy(rand.New(rand.NewPCG(1, 1))) // the kernels are far from all rows
	for i := range still.End {
		still.End[i], still.Health[i].Swing = 0, 6.7e-7
	}
	if got := Find(still); got != nil {
		t.Errorf("if t does not move: %+v", got)
	}
	if got := Find(Evidence{}); got != nil {
		t.Errorf("without evidence: %+v", got)
	}
}

// Each failure has its signature, and no other one.
func TestFind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		spoil      func(e *Evidence)
	}{
		{Collapse, "in 60% of the fits of the toys at N_S = 20 more than half of the 5 kernels",
			func(e *Evidence) {
				g := SignalFits{Signal: 20}
				for i := range 10 {
					g.Health = append(g.Health,
						results.HealthRecord{Kernels: 5, Together: 2 + (i%5)/2})
				}
				e.Signals = []SignalFits{{Signal: 5, Health: e.Health}, g}
			}},
		{NoConvergence, "t is negative in 20 of 199 null toys", func(e *Evidence) {
			for i := range 20 {
				e.End[i] = -1
			}
		}},
		{NoConvergence, "t goes up and down by 4 from epoch to epoch", func(e *Evidence) {
			for i := range e.Health {
				e.Health[i].Swing = 4
			}
		}},
		{HighVariance, "times that of a chi-square distribution", func(e *Evidence) {
			for i := range 20 {
				e.End[i] = 100
			}
		}},
		{TypeI, "20 of 100 toys of the null hypothesis are rejected at alpha = 0.05",
			func(e *Evidence) { e.Rejected = 20 }},
		{Stuck, "199 of 995 kernels in 199 fits are far from all rows", func(e *Evidence) {
			for i := range e.Health {
				e.Health[i].Far = 1
			}
		}},
		{NoLocalization, "the end width 1 does not localize", func(e *Evidence) {
			e.Annealing.Widths.End = 1
			for i := range e.Health { // at such a width, this says nothing
				e.Health[i].Together = 5
			}
		}},
		{UntrainedScale, "1 of the 500 epochs has a width of at most 2 times the end width",
			func(e *Evidence) {
				e.Annealing.Config.Width.Schedule = "linear"
				for i := range 100 { // not said again
					e.End[i] = -1
				}
			}},
		{FewToys, "79 null toys: p cannot go below 0.013",
			func(e *Evidence) { e.NullToys = 79 }},
	} {
		e := healthy(rand.New(rand.NewPCG(7, 7)))
		c.spoil(&e)
		got := Find(e)
		if len(got) != 1 || got[0].Name != c.name || !strings.Contains(got[0].Text, c.text) ||
			got[0].Remedy == "" {
			t.Errorf("%s: %+v; want %q", c.name, got, c.text)
		}
	}
}

// What is just inside a limit is not a signature.
func TestLimits(t *testing.T) {
	t.Parallel()
	for what, spoil := range map[string]func(e *Evidence){
		"99 toys at 0.05":   func(e *Evidence) { e.NullToys = 99 },
		"19 negative toys":  func(e *Evidence) { copy(e.End, slices.Repeat([]float64{-1}, 19)) },
		"half of 4 kernels": func(e *Evidence) { e.Health[0] = results.HealthRecord{Kernels: 4} },
		"5 epochs": func(e *Evidence) {
			c := &e.Annealing.Config
			c.Epochs = int(math.Ceil(5 * math.Log(900) / math.Log(2)))
		},
		"few fits that are all stuck": func(e *Evidence) {
			e.Health = slices.Repeat([]results.HealthRecord{{Kernels: 5, Far: 5, Together: 5,
				Swing: 99}}, fewestFits-1)
		},
		"few toys that are all negative": func(e *Evidence) {
			e.End = slices.Repeat([]float64{-5}, fewestFits-1)
		},
		"a number of toys that is not fixed": func(e *Evidence) { e.NullToys = 0 },
		"a single kernel": func(e *Evidence) {
			for i := range e.Health {
				e.Health[i].Kernels = 1
			}
		},
		"a fixed width": func(e *Evidence) { e.Annealing.Config.Width.Schedule = "fixed" },
	} {
		e := healthy(rand.New(rand.NewPCG(8, 8)))
		spoil(&e)
		if got := names(e); got != nil {
			t.Errorf("%s: %v", what, got)
		}
	}
}

// Several signatures come in the order of their names in the documentation.
func TestOrder(t *testing.T) {
	t.Parallel()
	e := healthy(rand.New(rand.NewPCG(9, 9)))
	e.NullToys, e.Rejected = 30, 90
	e.End[0] = 1e9
	for i := range e.Health {
		e.Health[i].Far, e.Health[i].Together = 5, 5
	}
	want := []string{Collapse, HighVariance, TypeI, Stuck, FewToys}
	if got := names(e); !slices.Equal(got, want) {
		t.Errorf("%v; want %v", got, want)
	}
}

// A warning that a signature says again is replaced by it.
func TestReplace(t *testing.T) {
	t.Parallel()
	s := results.Signature{Name: "few-toys", Text: "20 toys", Remedy: "take more"}
	got := Replace([]string{"a", "20 toys; 1900 are better", "b"}, []results.Signature{s})
	if want := []string{"a", "b", "few-toys: 20 toys; take more"}; !slices.Equal(got, want) {
		t.Errorf("%q; want %q", got, want)
	}
}

// The record of a health has all of its numbers, and that of none is none.
func TestRecord(t *testing.T) {
	t.Parallel()
	h := Record(&train.FitHealth{Kernels: 4, Together: 3, Far: 2, Swing: 0.5})
	if *h != (results.HealthRecord{Kernels: 4, Together: 3, Far: 2, Swing: 0.5}) ||
		Record(nil) != nil {
		t.Errorf("%+v", h)
	}
}
