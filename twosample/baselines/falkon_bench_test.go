package baselines

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"sparker/internal/rng"
	"sparker/stats"
	"sparker/twosample"
	"sparker/twosample/toytest"
)

// BenchmarkFalkon times one width on 22,000 rows: wide kernels in one dimension, with a low rank,
// and in twenty dimensions, in which all centers are kept.
func BenchmarkFalkon(b *testing.B) {
	for _, c := range []struct {
		d, centers int
		width      float64
	}{{1, 148, 2.4}, {1, 1000, 0.1}, {20, 148, 6}, {20, 300, 6}, {20, 500, 6}} {
		b.Run(fmt.Sprintf("d=%d/M=%d/width=%v", c.d, c.centers, c.width), func(b *testing.B) {
			s := newFalkonSettings(c.d, c.width)
			s.Centers = c.centers
			test, err := NewFalkon(s.FalkonConfig, s.dim, s.widths)
			if err != nil {
				b.Fatal(err)
			}
			pair := falkonToy(1, 20000, 2000, c.d, 0.05)
			pair.Weight = 0.1
			for b.Loop() {
				if o, err := test.Statistics(pair, rng.New(1, "benchmark")); err != nil ||
					o.Status != twosample.OK {
					b.Fatalf("%+v, %v", o, err)
				}
			}
			b.ReportMetric(float64(len(test.pivots)), "rank")
		})
	}
}

// BenchmarkFalkonNullMeans is the published scan of lambda and M in full: the mean of t and its
// standard error, over as many toys as there are iterations.
//
//	go test ./twosample/baselines -run - -bench FalkonNullMeans -benchtime 400x
func BenchmarkFalkonNullMeans(b *testing.B) {
	for _, lambda := range []float64{1e-4, 1e-5, 1e-6, 1e-7} {
		for _, m := range []int{30, 100, 1000} {
			b.Run(fmt.Sprintf("lambda=%g/M=%d", lambda, m), func(b *testing.B) {
				s := newFalkonSettings(1, 0.294)
				s.Centers, s.Lambda, s.Iterations, s.Tolerance = m, lambda, 1, 0
				test, toy := newFalkon(b, s), uint64(0)
				var all []float64
				for b.Loop() {
					all = append(all, toytest.Statistics(b, test,
						truncatedExponential(toy, 10_000, 1000, 0), toy)[0])
					toy++
				}
				mean, deviation := stat.MeanStdDev(all, nil)
				b.ReportMetric(mean, "t")
				b.ReportMetric(deviation/math.Sqrt(float64(len(all))), "±t")
			})
		}
	}
}

// BenchmarkFalkonTail is the published study of the tail signal (arXiv:2204.02317, appendix C: N(R)
// 2,000, N_S 10, M 3,000, lambda 1e-10, width 0.3), an iteration being a null and an alternative
// toy. It reports the degrees of freedom of the null t (published: 9.58), Z of the median
// alternative by chi-square (2.43) and by the toys, and the power at 0.05.
//
//	go test ./twosample/baselines -run - -bench FalkonTail -benchtime 300x -timeout 1h
func BenchmarkFalkonTail(b *testing.B) {
	for _, c := range []struct{ references, steps int }{{20_000, 1}, {200_000, 1}, {200_000, 50}} {
		b.Run(fmt.Sprintf("references=%d/steps=%d", c.references, c.steps), func(b *testing.B) {
			s := newFalkonSettings(1, 0.3)
			s.Centers, s.Lambda, s.Iterations = 3000, 1e-10, c.steps
			if c.steps == 1 {
				s.Tolerance = 0
			}
			test, toy := newFalkon(b, s), uint64(0)
			var null, alternative []float64
			for b.Loop() {
				null = append(null, toytest.Statistics(b, test,
					truncatedExponential(toy, c.references, 2000, 0), toy)[0])
				alternative = append(alternative, toytest.Statistics(b, test,
					truncatedExponential(toy+1<<32, c.references, 2000, 10), toy)[0])
				toy++
			}
			slices.Sort(null)
			slices.Sort(alternative)
			fit, err := stats.FitChiSquare(null)
			if err != nil {
				b.Skip("one toy has no distribution")
			}
			median := stat.Quantile(0.5, stat.Empirical, alternative, nil)
			above := func(t []float64, threshold float64) float64 {
				at, _ := slices.BinarySearch(t, threshold)
				return float64(len(t) - at)
			}
			b.ReportMetric(fit.DoF, "dof")
			b.ReportMetric(fit.P, "p(chi2)")
			b.ReportMetric(stats.Z(distuv.ChiSquared{K: fit.DoF}.Survival(median)), "Z(chi2)")
			b.ReportMetric(stats.Z((1+above(null, median))/float64(len(null)+1)), "Z(toys)")
			b.ReportMetric(above(alternative, stat.Quantile(0.95, stat.Empirical, null,
				nil))/float64(len(alternative)), "power")
		})
	}
}
