package train

import (
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"

	"sparker/data"
	"sparker/models"
)

// BenchmarkNuisances times a fit with two nuisance parameters, one of them of the second order,
// against the same fit without: the ratio of the times of alternating fits on the processor, which
// other processes disturb less than those on the clock.
func BenchmarkNuisances(b *testing.B) {
	pair := tilted(9, 0, 0)
	for range 4 { // 24,000 rows
		n := &pair.Nuisances[0]
		pair.Reference.X = slices.Repeat(pair.Reference.X, 2)
		pair.Reference.N *= 2
		n.Reference = slices.Repeat(n.Reference, 2)
		n.ReferenceSecond = slices.Repeat(n.ReferenceSecond, 2)
	}
	pair.Weight = 300 / float64(pair.Reference.N)
	plain := pair
	plain.Nuisances = nil
	s := nuisanceSetup("fused")
	s.config.Epochs = 300
	f, err := s.newFitter(nil)
	if err != nil {
		b.Fatal(err)
	}
	start := map[string][]float64{models.Centroids: {0.5, 1, 2, 4},
		models.Coefficients: make([]float64, 4)}
	times := map[string]float64{}
	for b.Loop() {
		for name, p := range map[string]data.Pair{"plain": plain, "nuisances": pair} {
			begun := processorTime(b)
			if _, err := f.Fit(p, start, rand.New(rand.NewPCG(2, 2))); err != nil {
				b.Fatal(err)
			}
			times[name] += processorTime(b) - begun
		}
	}
	b.ReportMetric(times["nuisances"]/times["plain"], "times-plain")
	b.ReportMetric(1000*times["plain"]/float64(b.N), "ms-plain")
}

// processorTime returns the seconds that the process has computed.
func processorTime(b *testing.B) float64 {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + 1e-6*float64(t.Usec) }
	return seconds(use.Utime) + seconds(use.Stime)
}
