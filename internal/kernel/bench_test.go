package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// BenchmarkKernel is one epoch: the loss and all gradients. It reports the shortest of its epochs
// too, which other work on the machine disturbs least.
func BenchmarkKernel(b *testing.B) {
	for _, shape := range [][2]int{{22000, 1}, {22000, 2}, {11000, 100}, {11000, 1000}} {
		for _, m := range []int{5, 20} {
			for _, path := range allPaths() {
				b.Run(fmt.Sprintf("N=%d/d=%d/M=%d/%s", shape[0], shape[1], m, path.name()),
					func(b *testing.B) {
						n, d := shape[0], shape[1]
						r := rand.New(rand.NewPCG(1, 1))
						x, mu, a := make([]float64, n*d), make([]float64, m*d), make([]float64, m)
						for _, v := range [][]float64{x, mu, a} {
							for i := range v {
								v[i] = r.NormFloat64()
							}
						}
						w, err := newWorkspace(Config{Dim: d, Kernels: m, SoftMax: true}, path)
						if err != nil {
							b.Fatal(err)
						}
						data := n / 11
						parts := []SamplePart{
							{Rows: Pack(x[data*d:], n-data, d), Reference: 0.1},
							{Rows: Pack(x[:data*d], data, d), Data: 1},
						}
						shortest := time.Hour
						for b.Loop() {
							start := time.Now()
							w.Gradient(parts, Parameters{mu, a, float64(d)})
							shortest = min(shortest, time.Since(start))
						}
						b.ReportMetric(float64(shortest.Nanoseconds())/1e3, "min-µs")
					})
			}
		}
	}
}

// BenchmarkRead reads the numbers of 11,000 rows in 1,000 dimensions once: the least that an epoch
// of them takes.
func BenchmarkRead(b *testing.B) {
	x := reserve(11000 * 1000)
	fill(x, 1)
	shortest := time.Hour
	for b.Loop() {
		start := time.Now()
		if read(x) != float64(len(x)) {
			b.Fatal("a wrong sum")
		}
		shortest = min(shortest, time.Since(start))
	}
	b.ReportMetric(float64(shortest.Nanoseconds())/1e3, "min-µs")
}

// read adds the numbers up, in as many sums as hide the time of an addition.
func read(x []float64) float64 {
	var s0, s1, s2, s3, s4, s5, s6, s7 float64
	for len(x) >= 8 {
		y := (*[8]float64)(x)
		s0, s1, s2, s3 = s0+y[0], s1+y[1], s2+y[2], s3+y[3]
		s4, s5, s6, s7 = s4+y[4], s5+y[5], s6+y[6], s7+y[7]
		x = x[8:]
	}
	return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7
}

// benchmarkShortest reports the shortest time of some work, and the rate at which that reads bytes.
func benchmarkShortest(b *testing.B, bytes int, work func()) {
	shortest := time.Hour
	for b.Loop() {
		start := time.Now()
		work()
		shortest = min(shortest, time.Since(start))
	}
	b.ReportMetric(float64(shortest.Nanoseconds())/1e3, "min-µs")
	b.ReportMetric(float64(bytes)/float64(shortest.Nanoseconds()), "GB/s")
}
