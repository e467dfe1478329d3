package baselines

import (
	"fmt"
	"math/rand/v2"

	"sparker/data"
	"sparker/twosample"
)

// MMDConfig holds the options of the maximum mean discrepancy.
type MMDConfig struct {
	// Widths lists the widths σ of the Gaussian kernels exp(-|x-y|²/(2σ²)), one statistic each, in
	// units of the median distance of the reference rows.
	Widths []float64 `yaml:"widths"`
	// MaxReference is the number of reference rows that take part, drawn anew for every pair. 0
	// stands for all. The time is quadratic in it.
	MaxReference int `yaml:"max_reference"`
}

// DefaultMMD returns twice, once and half the median distance, and 2,000 rows of the reference.
func DefaultMMD() MMDConfig { return MMDConfig{Widths: []float64{2, 1, 0.5}, MaxReference: 2000} }

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (c MMDConfig) Validate(report func(path, message string)) {
	validateWidths(c.Widths, report)
	reporter(report).limit("max_reference", c.MaxReference, 2)
}

func validateWidths(widths []float64, report reporter) {
	if len(widths) == 0 {
		report("widths", "is empty; must hold at least one number")
	}
	for i, w := range widths {
		report.positive(fmt.Sprintf("widths[%d]", i), w)
	}
}

func init() {
	twosample.Register(twosample.Method{
		Name:  "mmd",
		Title: "MMD",
		About: "Maximum mean discrepancy with Gaussian kernels around the median distance: sees " +
			"smooth differences at that scale.",
		Cost:    "O((n+m)² d)",
		Source:  "Gretton et al., JMLR 13 (2012)",
		Prepare: preparer("mmd", DefaultMMD, NewMMD),
	})
}

// MMD is the unbiased estimate of the squared maximum mean discrepancy (Gretton et al., JMLR 13,
// 2012, eq. 3):
//
//	MMD² = Σ_{i≠j} k(x_i,x_j)/(n(n-1)) + Σ_{i≠j} k(y_i,y_j)/(m(m-1)) - 2 Σ_ij k(x_i,y_j)/(nm)
//
// The kernels are Gaussian, at multiples of the median heuristic (section 8 there). The test
// compares normalized distributions. The time is O((n+m)² d), the memory O(n+m).
type MMD struct {
	cfg  MMDConfig
	dim  int
	r, d rows
	sums kernelSums
}

// NewMMD returns the test for samples of dim columns.
func NewMMD(cfg MMDConfig, dim int) (*MMD, error) {
	if err := impossible("mmd", cfg, dim); err != nil {
		return nil, err
	}
	return &MMD{cfg: cfg, dim: dim}, nil
}

// Name implements twosample.Test.
func (t *MMD) Name() string { return "MMD" }

// Labels returns the width of each statistic.
func (t *MMD) Labels() []string { return widthLabels(t.cfg.Widths) }

func widthLabels(widths []float64) []string {
	var labels []string
	for _, w := range widths {
		labels = append(labels, fmt.Sprintf("%g median", w))
	}
	return labels
}

// Statistics implements twosample.Test: MMD² at each width.
func (t *MMD) Statistics(pair data.Pair, r *rand.Rand) (twosample.Outcome, error) {
	if o, ok, err := (needs{dim: t.dim, reference: 2, data: 2}).check(pair); !ok {
		return o, err
	}
	t.r.take(pair.Reference, t.cfg.MaxReference, r)
	t.d.take(pair.Data, 0, nil)
	t.sums.kernels = gaussians(t.sums.kernels, t.cfg.Widths, medianDistance(&t.r, &t.d, r))
	return outcome(t.sums.discrepancies(&t.r, &t.d)...), nil
}

// distanceRows is the largest number of rows that quantiles of pairwise distances are taken from:
// 125,000 pairs.
const distanceRows = 500

// medianDistance returns the median distance of different rows of the reference. If all of these
// are equal, it is the median distance of the rows of both samples; 1 if that does not exist
// either, or is not a finite number.
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
