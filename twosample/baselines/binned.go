package baselines

import (
	"fmt"
	"math"
	"math/rand/v2"

	"sparker/data"
	"sparker/twosample"
)

// BinnedConfig is what the binned likelihood ratio can be told.
type BinnedConfig struct {
	// Bins is quantile (of equal probability in the reference) or fixed (of equal width from Low to
	// High, with one more on each side for what lies beyond).
	Bins string `yaml:"bins"`
	// Count is the number of bins, those beyond Low and High not counted.
	Count int `yaml:"count"`
	// Low and High are the ends of fixed bins, in the data's unit. They must be left out for
	// quantile.
	Low  float64 `yaml:"low"`
	High float64 `yaml:"high"`
	// Counting is extended (the total rate is tested, through the pair's Weight) or shape.
	Counting string `yaml:"-"`
}

// The words that a BinnedConfig takes.
var (
	Binnings  = []string{"quantile", "fixed"}
	Countings = []string{"extended", "shape"}
)

// DefaultBinned is 30 bins of equal probability in the reference, extended.
func DefaultBinned() BinnedConfig {
	return BinnedConfig{Bins: "quantile", Count: 30, Counting: "extended"}
}

// Validate implements BaselineConfig.
func (c BinnedConfig) Validate(report func(path, message string)) {
	r := reporter(report)
	r.word("bins", c.Bins, Binnings)
	r.atLeast("count", c.Count, 1)
	finite := !math.IsInf(c.Low, 0) && !math.IsInf(c.High, 0)
	if c.Bins == "fixed" && !(c.Low < c.High && finite) {
		r("high", fmt.Sprintf("is %v; must be a finite number above low (%v)", c.High, c.Low))
	}
	if c.Bins == "quantile" && (c.Low != 0 || c.High != 0) {
		r("low", "and high are the ends of fixed bins; leave them out where bins is quantile")
	}
	r.word("counting", c.Counting, Countings)
}

// Binned is the likelihood ratio of free Poisson rates in every bin against common ones (the
// saturated model of Baker & Cousins, Nucl. Instrum. Meth. 221, 1984, here with a reference of
// finite size), in one dimension:
//
//	t = 2 Σ_b [ n ln(n/λ) + r ln(r w/λ) ],  λ = (n + r) w/(1 + w),
//
// where bin b holds n rows of the data and r of the reference, each of weight w. It tends to 2 Σ [e
// - n + n ln(n/e)], e = w r, as the reference grows. In extended counting w is the pair's Weight
// and the test is sensitive to the total rate; in shape counting w = N_D/N_R, and t is the
// likelihood ratio of homogeneity. The time is O(N log N).
type Binned struct {
	cfg           BinnedConfig
	r, d          rows
	edges, counts []float64
}

// NewBinned prepares the test. It is an error if dim is not 1.
func NewBinned(cfg BinnedConfig, dim int) (*Binned, error) {
	if err := defect("binned", cfg, dim); err != nil {
		return nil, err
	}
	if dim != 1 {
		return nil, fmt.Errorf("baselines: binned in %d dimensions; it bins one", dim)
	}
	return &Binned{cfg: cfg}, nil
}

// Name implements Test.
func (t *Binned) Name() string { return "binned" }

// Labels implements Labeled.
func (t *Binned) Labels() []string { return []string{t.cfg.Counting} }

// Statistics implements Test.
func (t *Binned) Statistics(pair data.Pair, _ *rand.Rand) (twosample.Outcome, error) {
	extended := t.cfg.Counting == "extended"
	minimum := needs{dim: 1, reference: 1, data: 1, weight: extended}
	if extended {
		minimum.data = 0 // no event where some are expected is an observation
	}
	if o, ok, err := minimum.check(pair); !ok {
		return o, err
	}
	t.r.take(pair.Reference, 0, nil)
	t.d.take(pair.Data, 0, nil)
	w := pair.Weight
	if !extended {
		w = float64(t.d.n) / float64(t.r.n)
	}
	t.edges = t.edges[:0]
	for k := range t.cfg.Count + 1 {
		if t.cfg.Bins == "fixed" {
			t.edges = append(
				t.edges, t.cfg.Low+float64(k)/float64(t.cfg.Count)*(t.cfg.High-t.cfg.Low))
		} else if k > 0 && k < t.cfg.Count {
			t.edges = append(t.edges, t.r.x[k*t.r.n/t.cfg.Count])
		}
	}
	t.counts = resize(t.counts, 2*(len(t.edges)+1))
	clear(t.counts)
	r, n := t.counts[:len(t.edges)+1], t.counts[len(t.edges)+1:]
	count(r, t.r.x, t.edges)
	count(n, t.d.x, t.edges)
	var statistic float64
	for b := range n {
		if all := n[b] + r[b]; all > 0 {
			statistic += 2 * (xlog(n[b], n[b]*(1+w)/(all*w)) + xlog(r[b], r[b]*(1+w)/all))
		}
	}
	return outcome(statistic), nil
}

// count sorts sorted values into bins: bin b is from edges[b-1], included, to edges[b]. Edges may
// coincide.
func count(bins, sorted, edges []float64) {
	b := 0
	for _, v := range sorted {
		for b < len(edges) && v >= edges[b] {
			b++
		}
		bins[b]++
	}
}

// xlog is x ln(ratio), 0 where x is 0.
func xlog(x, ratio float64) float64 {
	if x == 0 {
		return 0
	}
	return x * math.Log(ratio)
}
