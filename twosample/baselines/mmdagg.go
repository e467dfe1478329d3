package baselines

import (
	"fmt"
	"math"
	"math/rand/v2"

	"sparker/data"
	"sparker/twosample"
)

// MMDAggConfig is what MMDAgg can be told.
type MMDAggConfig struct {
	KernelCollection `yaml:",inline"`
	// Range is auto, for Bandwidths in geometric progression from half the smallest to twice the
	// largest distance, or powers, for the bandwidths 2^l times the median distance, l = Low ...
	// High.
	Range string `yaml:"range"`
	// Low and High are the smallest and the largest l of the range powers.
	Low  int `yaml:"low"`
	High int `yaml:"high"`
	// MaxReference is how many rows of the reference take part, drawn anew for every pair; 0 is
	// all. The time is quadratic in them.
	MaxReference int `yaml:"max_reference"`
	// Alone is the test with a level of its own; configs do not have it, they calibrate by toys.
	Alone StandAlone `yaml:"-"`
}

// StandAlone is what MMDAgg needs as a test of its own, without null toys.
type StandAlone struct {
	// Level is the probability of rejecting a true null hypothesis.
	Level float64
	// Weights are uniform, increasing (with the bandwidth), decreasing or centered.
	Weights string
	// Resampling is permutation, wild (the wild bootstrap, for samples of equal size) or auto: wild
	// where the sizes are equal.
	Resampling string
	// B1 resamplings give the quantiles, B2 others their correction, in B3 steps of bisection.
	B1 int
	B2 int
	B3 int
}

// The words that an MMDAggConfig takes.
var (
	BandwidthRanges = []string{"auto", "powers"}
	MMDAggWeights   = []string{"uniform", "increasing", "decreasing", "centered"}
	Resamplings     = []string{"auto", "permutation", "wild"}
)

// DefaultMMDAgg is that of the authors' package: Gaussian and Laplace kernels at ten bandwidths
// each, uniform weights, level 0.05, B1 = B2 = 2,000, B3 = 50; with 1,000 rows of the reference.
func DefaultMMDAgg() MMDAggConfig {
	return MMDAggConfig{
		KernelCollection: KernelCollection{Kernels: []string{"laplace", "gaussian"},
			Bandwidths: 10},
		Range: "auto", Low: -6, High: -2, MaxReference: 1000,
		Alone: StandAlone{Level: 0.05, Weights: "uniform", Resampling: "auto", B1: 2000, B2: 2000,
			B3: 50},
	}
}

// Validate implements BaselineConfig.
func (c MMDAggConfig) Validate(report func(path, message string)) {
	r := reporter(report)
	c.KernelCollection.validate(r)
	r.word("range", c.Range, BandwidthRanges)
	if c.High < c.Low || c.Low < -60 || c.High > 60 {
		r("high", fmt.Sprintf("is %d; must be at least low (%d), both from -60 to 60", c.High,
			c.Low))
	}
	if c.MaxReference != 0 {
		r.atLeast("max_reference", c.MaxReference, 2)
	}
	if !(c.Alone.Level > 0 && c.Alone.Level < 1) {
		r("alone.level", fmt.Sprintf("is %v; must be above 0 and below 1", c.Alone.Level))
	}
	r.word("alone.weights", c.Alone.Weights, MMDAggWeights)
	r.word("alone.resampling", c.Alone.Resampling, Resamplings)
	r.atLeast("alone.b1", c.Alone.B1, 1)
	r.atLeast("alone.b2", c.Alone.B2, 1)
	r.atLeast("alone.b3", c.Alone.B3, 1)
}

// bandwidths is their number for each kernel.
func (c MMDAggConfig) bandwidths() int {
	if c.Range == "powers" {
		return c.High - c.Low + 1
	}
	return c.Bandwidths
}

// MMDAgg aggregates the maximum mean discrepancies of many kernels (Schrab et al., JMLR 24, 2023).
// As a Test it gives the unbiased MMD² (eq. 3 there) of every kernel as a statistic of its own, for
// the joint calibration on null toys, in which weights have no part. Decide is the authors' test,
// which calibrates itself on the pair.
//
// With Range auto, the bandwidths are those of the authors' package, λ_min/2 ... 2 λ_max: λ_max is
// the largest distance, and λ_min the smallest, or, since that is nearly always tiny, the larger of
// the 5% quantile and a tenth of the median (there, of 0.1). They come from up to 500 rows of both
// samples, drawn without regard to the sample, so that they have no part in what resampling tests.
// The total rate does not matter. The time of Statistics is O(kernels · (n+m)² + (n+m)² d), the
// memory O(n+m).
type MMDAgg struct {
	cfg       MMDAggConfig
	dim       int
	r, d      rows
	scratch   rows
	distances []float64
	sums      kernelSums
}

// NewMMDAgg prepares the test.
func NewMMDAgg(cfg MMDAggConfig, dim int) (*MMDAgg, error) {
	if err := defect("mmdagg", cfg, dim); err != nil {
		return nil, err
	}
	return &MMDAgg{cfg: cfg, dim: dim}, nil
}

// Name implements Test.
func (t *MMDAgg) Name() string { return "MMDAgg" }

// Labels implements Labeled: the kernel and the number of the bandwidth, narrowest first, or its
// power.
func (t *MMDAgg) Labels() []string {
	if t.cfg.Range == "auto" {
		return t.cfg.labels(numbers(t.cfg.Bandwidths))
	}
	var powers []string
	for l := t.cfg.Low; l <= t.cfg.High; l++ {
		powers = append(powers, fmt.Sprintf("2^%d median", l))
	}
	return t.cfg.labels(powers)
}

// Statistics implements Test: MMD² of each kernel.
func (t *MMDAgg) Statistics(pair data.Pair, r *rand.Rand) (twosample.Outcome, error) {
	if o, ok, err := t.prepare(pair, r); !ok {
		return o, err
	}
	return outcome(t.sums.discrepancies(&t.r, &t.d)...), nil
}

// prepare takes the rows and chooses the kernels.
func (t *MMDAgg) prepare(pair data.Pair, r *rand.Rand) (twosample.Outcome, bool, error) {
	if o, ok, err := (needs{dim: t.dim, reference: 2, data: 2}).check(pair); !ok {
		return o, false, err
	}
	t.r.take(pair.Reference, t.cfg.MaxReference, r)
	t.d.take(pair.Data, 0, nil)
	all := pooled(&t.r, &t.d)
	t.sums.kernels = t.sums.kernels[:0]
	for _, name := range t.cfg.Kernels {
		laplace := name == "laplace"
		t.distances = pairDistances(t.distances, all, laplace, r, &t.scratch)
		for _, bandwidth := range t.widths(t.distances) {
			rate := 1 / bandwidth
			if !laplace {
				rate /= bandwidth
			}
			t.sums.kernels = append(t.sums.kernels, radial{rate: rate, laplace: laplace})
		}
	}
	return twosample.Outcome{}, true, nil
}

// widths are the bandwidths, narrowest first, from sorted distances.
func (t *MMDAgg) widths(distances []float64) []float64 {
	low, median, high := 1.0, 1.0, 1.0
	if n := len(distances); n > 0 {
		median, high = distances[n/2], distances[n-1]
		low = min(high, max(distances[n/20], median/10))
	}
	widths := make([]float64, t.cfg.bandwidths())
	for i := range widths {
		if t.cfg.Range == "powers" {
			widths[i] = math.Ldexp(median, t.cfg.Low+i)
		} else {
			share := float64(i) / float64(len(widths)-1)
			widths[i] = low / 2 * math.Pow(4*high/low, share)
		}
	}
	return widths
}
