package baselines

import (
	"fmt"
	"math"
	"math/rand/v2"

	"sparker/data"
	"sparker/twosample"
)

// BinnedConfig holds the options of the binned likelihood ratio.
type BinnedConfig struct {
	// Bins is the kind of bins: quantile (of equal probability in the reference) or fixed (of equal
	// width from Low to High, and one more on each side for what lies beyond).
	Bins string `yaml:"bins"`
	// Count is the number of bins, without those beyond Low and High.
	Count int `yaml:"count"`
	// Low is the lower end of fixed bins, in data units, or in standard deviations if the data are
	// standardized. It must be 0 if Bins is quantile.
	Low float64 `yaml:"low"`
	// High is the upper end of fixed bins, in the same units. It must be 0 if Bins is quantile.
	High float64 `yaml:"high"`
}

// Binnings are the words that BinnedConfig.Bins takes.
var Binnings = []string{"quantile", "fixed"}

// DefaultBinned returns 30 bins of equal probability in the reference.
func DefaultBinned() BinnedConfig { return BinnedConfig{Bins: "quantile", Count: 30} }

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (c BinnedConfig) Validate(report func(path, message string)) {
	r := reporter(report)
	r.word("bins", c.Bins, Binnings)
	r.atLeast("count", c.Count, 1)
	finite := !math.IsInf(c.Low, 0) && !math.IsInf(c.High, 0)
	if c.Bins == "fixed" && !(c.Low < c.High && finite) {
		r("high", fmt.Sprintf("is %v; must be a finite number above low (%v)", c.High, c.Low))
	}
	if c.Bins == "quantile" && (c.Low != 0 || c.High != 0) {
		r("low", "and high are the ends of fixed bins; leave them out if bins is quantile")
	}
}

func init() {
	twosample.Register(twosample.Method{
		Name:  "binned",
		Title: "binned",
		About: "Likelihood ratio of Poisson counts in bins of one column: sees excesses and " +
			"deficits as wide as a bin.",
		Cost:    "O((n+m) log(n+m))",
		Source:  "Baker and Cousins, Nucl. Instrum. Meth. 221 (1984)",
		Rate:    true,
		Weights: true,
		Check:   func(s twosample.Setup) error { return binsOfOneColumn(s.Dim) },
		Prepare: func(s twosample.Setup) (twosample.Prepared, error) {
			cfg, err := twosample.OptionsOf(s.Options, "binned", DefaultBinned())
			if err != nil {
				return twosample.Prepared{}, err
			}
			build := NewBinned
			if s.FixedCount {
				build = NewBinnedShape
			}
			return prepare(s, func() (labeled, error) { return build(cfg, s.Dim) })
		},
	})
}

// Binned is the likelihood ratio of free Poisson rates in every bin against common ones, for a
// single column (the saturated model of Baker and Cousins, Nucl. Instrum. Meth. 221, 1984, with a
// reference of finite size):
//
//	t = 2 Σ_b [ n ln(n/λ) + r ln(r w/λ) ],  λ = (n + r) w/(1 + w)
//
// Bin b holds n rows of the data and r rows of the reference, each of weight w. As the reference
// grows, t tends to 2 Σ [e - n + n ln(n/e)] with e = w r. In extended counting w is the pair's
// Weight, and the test is sensitive to the number of data rows. In shape-only counting w = N_D/N_R,
// and t is the likelihood ratio of homogeneity. The time is O(N log N).
//
// With weights of rows, n and r are sums of weights. A row of negative weight is a row of the other
// sample, with w times its weight or 1/w times it, so that n and r are at least 0.
type Binned struct {
	cfg           BinnedConfig
	shape         bool
	r, d          rows
	edges, counts []float64
}

// NewBinned returns the test for extended counting. It returns an error unless dim is 1.
func NewBinned(cfg BinnedConfig, dim int) (*Binned, error) {
	return newBinned(Binned{cfg: cfg}, dim)
}

// NewBinnedShape returns the test for shape-only counting. It returns an error unless dim is 1.
func NewBinnedShape(cfg BinnedConfig, dim int) (*Binned, error) {
	return newBinned(Binned{cfg: cfg, shape: true}, dim)
}

func newBinned(t Binned, dim int) (*Binned, error) {
	if err := impossible("binned", t.cfg, dim); err != nil {
		return nil, err
	}
	if err := binsOfOneColumn(dim); err != nil {
		return nil, err
	}
	return &t, nil
}

// binsOfOneColumn returns an error if there are several columns. 0 stands for a number that is not
// known.
func binsOfOneColumn(dim int) error {
	if dim <= 1 {
		return nil
	}
	return &twosample.SetupError{Method: "binned", Part: twosample.PartDim,
		Reason: fmt.Sprintf("has bins of one column; there are %d", dim)}
}

// Name implements twosample.Test.
func (t *Binned) Name() string { return "binned" }

// Labels returns how rows are counted.
func (t *Binned) Labels() []string {
	if t.shape {
		return []string{"shape"}
	}
	return []string{"extended"}
}

// Statistics implements twosample.Test: the one likelihood ratio.
func (t *Binned) Statistics(pair data.Pair, _ *rand.Rand) (twosample.Outcome, error) {
	minimum := needs{dim: 1, reference: 1, data: 1, weight: !t.shape}
	if !t.shape {
		minimum.data = 0 // an empty sample is an observation if rows are expected
	}
	if o, ok, err := minimum.check(pair); !ok {
		return o, err
	}
	t.r.takeWeighted(pair.Reference, pair.ReferenceWeights, 0, nil)
	t.d.takeWeighted(pair.Data, pair.DataWeights, 0, nil)
	w := pair.Weight
	if t.shape {
		w = float64(t.d.n) / float64(t.r.n)
	}
	t.setEdges()
	t.counts = resize(t.counts, 2*(len(t.edges)+1))
	clear(t.counts)
	r, n := t.counts[:len(t.edges)+1], t.counts[len(t.edges)+1:]
	count(&t.r, t.edges, r, n, w)
	count(&t.d, t.edges, n, r, 1/w)
	var statistic float64
	for b := range n {
		if all := n[b] + r[b]; all > 0 {
			statistic += 2 * (xlog(n[b], n[b]*(1+w)/(all*w)) + xlog(r[b], r[b]*(1+w)/all))
		}
	}
	return outcome(statistic), nil
}

// setEdges chooses the edges of the bins.
func (t *Binned) setEdges() {
	t.edges = t.edges[:0]
	if t.cfg.Bins == "fixed" {
		for k := range t.cfg.Count + 1 {
			t.edges = append(
				t.edges, t.cfg.Low+float64(k)/float64(t.cfg.Count)*(t.cfg.High-t.cfg.Low))
		}
		return
	}
	// A value that several rows have can be several quantiles. It then has a bin of its own: in one
	// bin with the values above it, new values there would not be seen.
	if t.r.weights == nil {
		t.setQuantiles()
	} else {
		t.setWeightedQuantiles()
	}
	if low, high := t.r.x[0], t.r.x[t.r.n-1]; low == high {
		t.edges = append(t.edges[:0], low, math.Nextafter(high, math.Inf(1)))
	}
}

// setQuantiles chooses bins of equal numbers of rows of the reference. A value that several rows
// have can be several quantiles. It then has a bin of its own: in one bin with the values above it,
// new values there would not be seen.
func (t *Binned) setQuantiles() {
	x, last := t.r.x, 0
	for k := 1; k < t.cfg.Count; k++ {
		i := k * t.r.n / t.cfg.Count
		edge := x[i]
		if k > 1 && i > last && x[i] == x[last] {
			edge = math.Nextafter(edge, math.Inf(1))
		}
		t.edges, last = append(t.edges, edge), i
	}
}

// setWeightedQuantiles is setQuantiles with equal sums of the positive weights.
func (t *Binned) setWeightedQuantiles() {
	var total, sum float64
	for _, w := range t.r.weights {
		total += max(w, 0)
	}
	x, row := t.r.x, -1
	for k := 1; k < t.cfg.Count; k++ {
		for at := float64(k) * total / float64(t.cfg.Count); row < t.r.n-1 && sum <= at; {
			row++
			sum += max(t.r.weights[row], 0)
		}
		edge := x[row]
		if n := len(t.edges); n > 0 && edge <= t.edges[n-1] { // several quantiles
			edge = math.Nextafter(x[row], math.Inf(1))
		}
		t.edges = append(t.edges, edge)
	}
}

// count adds sorted rows to bins, and those of negative weight to the bins of the other sample,
// where a weight of 1 counts as much as exchange. Bin b begins with edges[b-1], which it includes,
// and ends before edges[b]. Edges may coincide.
func count(s *rows, edges, own, other []float64, exchange float64) {
	b := 0
	for i, v := range s.x {
		for b < len(edges) && v >= edges[b] {
			b++
		}
		if w := s.weight(i); w >= 0 {
			own[b] += w
		} else {
			other[b] -= w * exchange
		}
	}
}

// xlog returns x ln(ratio), and 0 if x is 0.
func xlog(x, ratio float64) float64 {
	if x == 0 {
		return 0
	}
	return x * math.Log(ratio)
}
