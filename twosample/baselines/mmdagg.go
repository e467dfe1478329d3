package baselines

import (
	"fmt"
	"math"
	"math/rand/v2"

	"sparker/data"
	"sparker/twosample"
)

// MMDAggConfig holds the options of MMDAgg.
type MMDAggConfig struct {
	KernelCollection `yaml:",inline"`
	// Range is the choice of the bandwidths: auto (in geometric progression, from half the smallest
	// distance to twice the largest) or powers (2^l times the median distance, for l from Low to
	// High).
	Range string `yaml:"range"`
	// Low is the smallest l of the range powers.
	Low int `yaml:"low"`
	// High is the largest l of the range powers.
	High int `yaml:"high"`
	// MaxReference is the number of reference rows that take part, drawn anew for every pair. 0
	// stands for all. The time is quadratic in it.
	MaxReference int `yaml:"max_reference"`
}

// BandwidthRanges are the words that MMDAggConfig.Range takes.
var BandwidthRanges = []string{"auto", "powers"}

// DefaultMMDAgg returns the collection of the authors' package, Gaussian and Laplace kernels at ten
// bandwidths each, with 1,000 rows of the reference.
func DefaultMMDAgg() MMDAggConfig {
	return MMDAggConfig{KernelCollection: defaultCollection(), Range: "auto", Low: -6, High: -2,
		MaxReference: 1000}
}

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (c MMDAggConfig) Validate(report func(path, message string)) {
	r := reporter(report)
	c.KernelCollection.validate(r)
	r.word("range", c.Range, BandwidthRanges)
	if c.High < c.Low || c.Low < -60 || c.High > 60 {
		r("high", fmt.Sprintf("is %d; must be at least low (%d), both from -60 to 60", c.High,
			c.Low))
	}
	r.limit("max_reference", c.MaxReference, 2)
}

// bandwidths returns their number for each kernel.
func (c MMDAggConfig) bandwidths() int {
	if c.Range == "powers" {
		return c.High - c.Low + 1
	}
	return c.Bandwidths
}

func init() {
	twosample.Register(twosample.Method{
		Name:  "mmdagg",
		Title: "MMDAgg",
		About: "Maximum mean discrepancies of Gaussian and Laplace kernels at many bandwidths, " +
			"one statistic each: sees smooth differences at several scales.",
		Cost:    "O((n+m)² (d + kernels))",
		Source:  "Schrab et al., JMLR 24 (2023)",
		Prepare: preparer("mmdagg", DefaultMMDAgg, NewMMDAgg),
	})
}

// MMDAgg computes the maximum mean discrepancies of many kernels (Schrab et al., JMLR 24, 2023).
// Each statistic is the unbiased MMD² (eq. 3 there) of one kernel. They are calibrated together on
// null toys, in which the weights of the publication have no part.
//
// With Range auto, the bandwidths are those of the authors' package, from λ_min/2 to 2 λ_max. λ_max
// is the largest distance. λ_min is the smallest; since that is nearly always tiny, it is replaced
// by the larger of the 5% quantile and a tenth of the median (there, of 0.1). The distances come
// from up to 500 rows of both samples, drawn without regard to the sample.
//
// The test compares normalized distributions. Statistics takes O(kernels · (n+m)² + (n+m)² d) and
// O(n+m) memory.
type MMDAgg struct {
	cfg       MMDAggConfig
	dim       int
	r, d      rows
	distances pairDistances
	sums      kernelSums
}

// NewMMDAgg returns the test for samples of dim columns.
func NewMMDAgg(cfg MMDAggConfig, dim int) (*MMDAgg, error) {
	if err := impossible("mmdagg", cfg, dim); err != nil {
		return nil, err
	}
	return &MMDAgg{cfg: cfg, dim: dim}, nil
}

// Name implements twosample.Test.
func (t *MMDAgg) Name() string { return "MMDAgg" }

// Labels returns the kernel and the bandwidth of each statistic, narrowest first: its number, or
// its power of two.
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

// Statistics implements twosample.Test: MMD² of each kernel.
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
		for _, bandwidth := range t.widths(t.distances.of(all, name, r)) {
			rate := 1 / bandwidth
			if !laplace {
				rate /= bandwidth
			}
			t.sums.kernels = append(t.sums.kernels, radial{rate: rate, laplace: laplace})
		}
	}
	return twosample.Outcome{}, true, nil
}

// widths returns the bandwidths, narrowest first, from sorted distances.
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
