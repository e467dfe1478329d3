package experiments

import (
	"fmt"
	"sync"
	"testing"

	"sparker/configs"
	"sparker/twosample"
)

// paper is the experiment of configs/paper/exp1d.yaml.
func paper(b *testing.B) *plan {
	b.Helper()
	e, err := configs.Load("paper/exp1d", nil)
	if err != nil {
		b.Fatal(err)
	}
	p, err := newPlan(e)
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// BenchmarkToy is one toy of the paper's 1-D experiment: drawing 22,000 events, a fit of 1,000 epochs, ten statistics.
func BenchmarkToy(b *testing.B) {
	p := paper(b)
	test, err := twosample.NewSparKer(p.settings)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		oneToy(b, p, test, i)
	}
}

func oneToy(b *testing.B, p *plan, test *twosample.SparKer, index int) {
	t := toy{"null", 0, index}
	pair, err := p.draw(t)
	if err != nil {
		b.Error(err)
		return
	}
	if _, err := test.Statistics(pair, t.stream(1, "fit")); err != nil {
		b.Error(err)
	}
}

// BenchmarkWorkers is the rate of the same toys with one and with two workers.
func BenchmarkWorkers(b *testing.B) {
	p := paper(b)
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("%d", workers), func(b *testing.B) {
			tests := make([]*twosample.SparKer, workers)
			for i := range tests {
				var err error
				if tests[i], err = twosample.NewSparKer(p.settings); err != nil {
					b.Fatal(err)
				}
			}
			const each = 4
			for b.Loop() {
				var wait sync.WaitGroup
				for worker, test := range tests {
					wait.Go(func() {
						for i := range each {
							oneToy(b, p, test, worker*each+i)
						}
					})
				}
				wait.Wait()
			}
			b.ReportMetric(float64(b.N*each*workers)/b.Elapsed().Seconds(), "toys/s")
		})
	}
}

// BenchmarkSummarise is the pass over the stored toys of a run, with the oracle.
func BenchmarkSummarise(b *testing.B) {
	e := tiny()
	e.Train.Epochs = 4
	store, _, err := Run(b.Context(), e, Options{Dir: b.TempDir() + "/run"})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Summarise(store); err != nil {
			b.Fatal(err)
		}
	}
}
