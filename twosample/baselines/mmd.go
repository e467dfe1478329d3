package baselines

import (
	"fmt"
	"math/rand/v2"

	"sparker/data"
	"sparker/twosample"
)

// MMDConfig is what the maximum mean discrepancy can be told.
type MMDConfig struct {
	// Widths are those of the Gaussian kernels exp(-|x-y|²/(2σ²)), one statistic for each, in units
	// of the median distance between the reference's rows.
	Widths []float64 `yaml:"widths"`
	// MaxReference is how many rows of the reference take part, drawn anew for every pair; 0 is
	// all. The time is quadratic in them.
	MaxReference int `yaml:"max_reference"`
}

// DefaultMMD is twice, once and half the median distance, with 2,000 rows of the reference.
func DefaultMMD() MMDConfig { return MMDConfig{Widths: []float64{2, 1, 0.5}, MaxReference: 2000} }

// Validate implements BaselineConfig.
func (c MMDConfig) Validate(report func(path, message string)) {
	validateWidths(c.Widths, report)
	if c.MaxReference != 0 {
		reporter(report).atLeast("max_reference", c.MaxReference, 2)
	}
}

func validateWidths(widths []float64, report reporter) {
	if len(widths) == 0 {
		report("widths", "is empty; must hold at least one number")
	}
	for i, w := range widths {
		report.positive(fmt.Sprintf("widths[%d]", i), w)
	}
}

// MMD is the unbiased estimate of the squared maximum mean discrepancy (Gretton et al., JMLR 13,
// 2012, eq. 3),
//
//	MMD² = Σ_{i≠j} k(x_i,x_j)/(n(n-1)) + Σ_{i≠j} k(y_i,y_j)/(m(m-1)) - 2 Σ_ij k(x_i,y_j)/(nm),
//
// with Gaussian kernels at multiples of the median heuristic (section 8 there). It compares
// normalized distributions: the total rate does not matter. The time is O((n+m)² d), the memory
// O(n+m).
type MMD struct {
	cfg  MMDConfig
	dim  int
	r, d rows
	sums kernelSums
}

// NewMMD prepares the test.
func NewMMD(cfg MMDConfig, dim int) (*MMD, error) {
	if err := defect("mmd", cfg, dim); err != nil {
		return nil, err
	}
	return &MMD{cfg: cfg, dim: dim}, nil
}

// Name implements Test.
func (t *MMD) Name() string { return "MMD" }

// Labels implements Labeled: one statistic for each width.
func (t *MMD) Labels() []string { return widthLabels(t.cfg.Widths) }

func widthLabels(widths []float64) []string {
	var labels []string
	for _, w := range widths {
		labels = append(labels, fmt.Sprintf("%g median", w))
	}
	return labels
}

// Statistics implements Test: MMD² at each width.
func (t *MMD) Statistics(pair data.Pair, r *rand.Rand) (twosample.Outcome, error) {
	if o, ok, err := (needs{dim: t.dim, reference: 2, data: 2}).check(pair); !ok {
		return o, err
	}
	t.r.take(pair.Reference, t.cfg.MaxReference, r)
	t.d.take(pair.Data, 0, nil)
	t.sums.kernels = gaussians(t.sums.kernels, t.cfg.Widths, medianDistance(&t.r, &t.d, r))
	return outcome(t.sums.discrepancies(&t.r, &t.d)...), nil
}

// distanceRows is how many rows the quantiles of the pairwise distances are taken from: 125,000
// pairs.
const distanceRows = 500

// medianDistance is the median distance between different rows of the reference. Where these are
// all the same it is that of all rows, and 1 where there is no distance at all, or none that is a
// number.
func medianDistance(reference, other *rows, r *rand.Rand) float64 {
	q, err := data.PairwiseQuantiles(reference.sample(), r, distanceRows, 0.5)
	if err != nil {
		q, err = data.PairwiseQuantiles(pooled(reference, other), r, distanceRows, 0.5)
	}
	if err != nil {
		return 1
	}
	return q[0]
}
