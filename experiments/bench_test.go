package experiments

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sparker/analysis"
	"sparker/configs"
	"sparker/results"
	"sparker/twosample"
)

// paper is the experiment of configs/paper/exp1d.yaml.
func paper(b *testing.B) *cell {
	b.Helper()
	e, err := configs.Load("paper/exp1d", nil)
	if err != nil {
		b.Fatal(err)
	}
	c, err := newCell(e, newSharedInputs())
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// BenchmarkToy is one toy of the paper's 1-D experiment: drawing 22,000 events, a fit of 1,000
// epochs, ten statistics.
func BenchmarkToy(b *testing.B) {
	c := paper(b)
	test, err := c.newTest()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		oneToy(b, c, test, i)
	}
}

func oneToy(b *testing.B, c *cell, test twosample.Test, index int) {
	toy := c.toyID(results.Null, 0, index)
	pair, err := c.draw(toy)
	if err != nil {
		b.Error(err)
		return
	}
	if _, err := test.Statistics(pair, c.fitStream(toy)); err != nil {
		b.Error(err)
	}
}

// BenchmarkWorkers compares two workers with one, in alternation: on the same toys, and on a loop
// that uses no memory. It reports the ratio of their speeds, each at its best over the rounds,
// which is what other work on the machine disturbs least. If the loop falls short of a ratio of 2,
// the machine is the reason.
func BenchmarkWorkers(b *testing.B) {
	c := paper(b)
	tests := make([]twosample.Test, 2)
	for i := range tests {
		var err error
		if tests[i], err = c.newTest(); err != nil {
			b.Fatal(err)
		}
	}
	shortest := map[string]time.Duration{}
	measure := func(name string, workers int, work func(worker int)) {
		var wait sync.WaitGroup
		start := time.Now()
		for worker := range workers {
			wait.Go(func() { work(worker) })
		}
		wait.Wait()
		took := time.Since(start) / time.Duration(workers)
		if best, ok := shortest[name]; !ok || took < best {
			shortest[name] = took
		}
	}
	index := 0
	for b.Loop() {
		toy := func(worker int) { oneToy(b, c, tests[worker], index+worker) }
		loop := func(int) { spin() }
		measure("toy", 1, toy)
		measure("loop", 1, loop)
		measure("toys", 2, toy)
		measure("loops", 2, loop)
		index += 2
	}
	b.ReportMetric(1/shortest["toy"].Seconds(), "toys/s×1")
	b.ReportMetric(1/shortest["toys"].Seconds(), "toys/s×2")
	b.ReportMetric(shortest["toy"].Seconds()/shortest["toys"].Seconds(), "speedup")
	b.ReportMetric(shortest["loop"].Seconds()/shortest["loops"].Seconds(), "loop-speedup")
	b.ReportMetric(shortest["loop"].Seconds()/multiplications*1e9, "ns/multiplication")
}

const multiplications = 100_000_000

// spin multiplies for about 0.1 s. Every product depends on the one before.
func spin() {
	x := uint64(1)
	for range multiplications {
		x *= 6364136223846793005
	}
	spun.Store(x)
}

var spun atomic.Uint64 // so that spin has a result

// BenchmarkSummarize is the pass over the stored toys of a run, with the oracle.
func BenchmarkSummarize(b *testing.B) {
	e := tiny()
	e.Train.Epochs = 4
	store, _, err := Run(b.Context(), configs.Single(e), RunOptions{Dir: b.TempDir() + "/run"})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		run, err := analysis.Open(store)
		if err == nil {
			err = run.Write()
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}
