//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sparker/internal/rng"
)

// A scenario is an experiment of which runs are made.
type scenario struct {
	name string
	args []string // of the program; the folder and the number of jobs follow
	// time is about how long it takes.
	time time.Duration
	// whole reports that the command does not deal its toys to several processes.
	whole bool
	// odds are how often it comes, relative to the others.
	odds int
}

// scenarios returns the experiments of a seed. The files that they read are in a folder.
func scenarios(dir string, seed int) []scenario {
	run := func(name, words string, seconds float64, odds int) scenario {
		return scenario{name: name, odds: odds, time: time.Duration(seconds * float64(time.Second)),
			args: append([]string{"run", "quickstart", fmt.Sprintf("seed=%d", seed)},
				strings.Fields(words)...)}
	}
	sample := func(name string) string { return filepath.Join(dir, name+".csv") }
	return []scenario{
		run("quickstart", "", 25, 1),
		run("small", "toys.null=39 toys.alternative=8 data.reference=500 data.expected=50 "+
			"train.epochs=200", 4, 6),
		run("sweep", "preset=lead toys.null=39 toys.alternative=5 toys.signal=[0,10] "+
			"data.reference=400 data.expected=40 train.epochs=100 "+
			"-S model.kernels=2,3", 2, 12),
		run("energy", "preset=paper test.method=energy toys.null=299 toys.alternative=60 "+
			"data.reference=300 data.expected=30", 1, 12),
		{name: "observed", whole: true, odds: 6, time: 2 * time.Second, args: []string{"test",
			"--reference", sample("reference"), "--data", sample("data"), "--toys", "49",
			fmt.Sprintf("seed=%d", seed)}},
	}
}

// seeds is the number of seeds of a scenario.
const seeds = 3

// draw returns a random scenario, and the name of its unbroken twin.
func (s *soak) draw(dir string) (scenario, string) {
	seed := 1 + s.random.IntN(seeds)
	all := scenarios(dir, seed)
	sum := 0
	for _, c := range all {
		sum += c.odds
	}
	at := s.random.IntN(sum)
	for _, c := range all {
		if at -= c.odds; at < 0 {
			return c, fmt.Sprintf("%s-%d", c.name, seed)
		}
	}
	panic("soak: the odds do not add up")
}

// writeSamples writes the files of the scenario of an observed sample.
func writeSamples(dir string) error {
	for name, rows := range map[string]int{"reference": 400, "data": 60} {
		r := rng.New(1, "soak-sample-"+name)
		text := "x,y\n"
		for range rows {
			text += fmt.Sprintf("%.6f,%.6f\n", r.NormFloat64(), r.NormFloat64())
		}
		path := filepath.Join(dir, name+".csv")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}
