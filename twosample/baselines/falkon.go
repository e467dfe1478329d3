package baselines

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"sparker/data"
	"sparker/twosample"
)

// FalkonConfig holds the options of the kernel test of Letizia et al. (arXiv:2204.02317). Its keys
// mean what they mean in the published code (the logistic solver of the package Falkon,
// arXiv:2006.10350), so that values can be taken over.
type FalkonConfig struct {
	// Centers is M, the number of Nyström centers, which are drawn from the rows of both samples. 0
	// stands for the square root of their number.
	Centers int `yaml:"centers"`
	// Widths lists the widths of the Gaussian kernel, one statistic each, in data units, or in
	// standard deviations if the data are standardized. If it is empty, they come from Percentiles.
	Widths []float64 `yaml:"widths"`
	// Percentiles lists the percentiles (0 to 100) of the pairwise distances in the reference that
	// are the widths if Widths is empty.
	Percentiles []float64 `yaml:"percentiles"`
	// Lambda is the ridge: ½ lambda aᵀ K_MM a is added to the mean loss over the rows of both
	// samples.
	Lambda float64 `yaml:"lambda"`
	// Iterations is the largest number of Newton steps.
	Iterations int `yaml:"iterations"`
	// Tolerance ends the fit: the last step is the first whose Newton decrement gᵀ H⁻¹ g, twice its
	// expected gain in the summed loss, is at most this number. A fit that needs more than
	// Iterations steps is reported as not_converged. With 0 there are exactly Iterations steps. The
	// published code takes a single step from f = 0.
	Tolerance float64 `yaml:"tolerance"`
}

// DefaultFalkon returns the rules of arXiv:2204.02317: √N centers, the 90th percentile of the
// distances and lambda 1e-6. The minimum of the loss is found.
func DefaultFalkon() FalkonConfig {
	return FalkonConfig{Percentiles: []float64{90}, Lambda: 1e-6, Iterations: 50, Tolerance: 1e-10}
}

// DefaultFalkonMulti returns DefaultFalkon at the five percentiles of arXiv:2408.12296.
func DefaultFalkonMulti() FalkonConfig {
	c := DefaultFalkon()
	c.Percentiles = []float64{5, 25, 50, 75, 95}
	return c
}

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (c FalkonConfig) Validate(report func(path, message string)) {
	r := reporter(report)
	if c.Centers < 0 {
		r("centers", fmt.Sprintf(
			"is %d; must be at least 1, or 0 for the square root of the number "+
				"of rows", c.Centers))
	}
	for i, w := range c.Widths {
		r.positive(fmt.Sprintf("widths[%d]", i), w)
	}
	if len(c.Widths) == 0 && len(c.Percentiles) == 0 {
		r("percentiles", "is empty, and so is widths; want at least one of either")
	}
	for i, p := range c.Percentiles {
		if !(p >= 0 && p <= 100) {
			r(fmt.Sprintf("percentiles[%d]", i), fmt.Sprintf("is %v; must be from 0 to 100", p))
		}
	}
	r.positive("lambda", c.Lambda)
	r.atLeast("iterations", c.Iterations, 1)
	if !(c.Tolerance >= 0) || math.IsInf(c.Tolerance, 0) {
		r("tolerance", fmt.Sprintf("is %v; must be a finite number, 0 or more", c.Tolerance))
	}
}

func init() {
	registerFalkon(twosample.Method{
		Name:  "falkon",
		Title: "kernel NPLM",
		About: "Likelihood ratio of a kernel logistic regression at one width: sees differences " +
			"of shape at that scale.",
		Source: "arXiv:2204.02317",
	}, DefaultFalkon())
	registerFalkon(twosample.Method{
		Name:  "falkon_multi",
		Title: "kernel NPLM at five widths",
		About: "Likelihood ratios of kernel logistic regressions at five widths: sees " +
			"differences of shape at several scales.",
		Source: "arXiv:2408.12296",
	}, DefaultFalkonMulti())
}

// registerFalkon adds what both kernel tests have in common.
func registerFalkon(m twosample.Method, byDefault FalkonConfig) {
	m.Cost, m.Rate = "O((n+m) M²) per width with M = √(n+m) centers", true
	m.Weights = true
	m.Percentiles = func(s twosample.Setup) []float64 {
		cfg, err := twosample.OptionsOf(s.Options, m.Name, byDefault)
		if err != nil || len(cfg.Widths) > 0 {
			return nil
		}
		return cfg.Percentiles
	}
	m.Prepare = func(s twosample.Setup) (twosample.Prepared, error) {
		cfg, err := twosample.OptionsOf(s.Options, m.Name, byDefault)
		if err != nil {
			return twosample.Prepared{}, err
		}
		widths := slices.Clone(cfg.Widths)
		if len(widths) == 0 {
			for _, p := range cfg.Percentiles {
				widths = append(widths, s.Distances.Percentiles[p])
			}
		}
		build := func() (*Falkon, error) { return NewFalkon(cfg, s.Dim, widths) }
		if _, err := build(); err != nil {
			return twosample.Prepared{}, err
		}
		return twosample.Prepared{
			Scales: twosample.WidthScales(widths...),
			New:    func() (twosample.Test, error) { return standardizedTest(s, build) },
		}, nil
	}
	twosample.Register(m)
}

// Falkon is the kernel test of Letizia et al. (arXiv:2204.02317): a kernel logistic regression
// between the reference, of weight w, and the data, and the extended likelihood ratio of its
// log-ratio. With N rows in all and M Nyström centers c_m drawn from them,
//
//	f(x) = Σ_m a_m exp(-|x-c_m|²/(2 sigma²))
//	L    = (1/N) [Σ_R w log(1 + e^f) + Σ_D log(1 + e^-f)] + ½ lambda aᵀ K_MM a
//	t    = -2 [Σ_R w (e^f - 1) - Σ_D f]
//
// where f minimizes L, for each width sigma (t: equation 21 there). t is not at its own maximum,
// and may be below 0. e^f has no upper bound here.
//
// Weights of rows multiply their terms in L and in t, and centers are drawn in proportion to the
// size of the weights. A row of negative weight is a row of the other sample, as in fits of
// kernels.
//
// The minimum is found in the coordinates b = Lᵀa of the Cholesky factor K_MM = L Lᵀ, in which the
// ridge is |b|². The factor is pivoted. It ends when the kernel of every remaining center is within
// 1e-12 (squared norm) of the span of the others. Of M wide kernels in few dimensions r << M
// remain, and nothing of the model is lost except rounding. Newton's equations are solved by
// conjugate gradients, preconditioned with the second derivatives at f = 0; in the first step these
// are exact.
//
// Rows are sorted first, so that their order in a sample has no influence, not even on the last
// bit. The time is O(N r²) once and O(N r) for each of some tens of products. The memory is 8 bytes
// for each of N r + M r numbers, held between calls: 53 MB at 22,000 rows and 300 centers that are
// all kept, and at most 1 GiB for N r.
type Falkon struct {
	cfg    FalkonConfig
	dim    int
	widths []float64

	rows    []pooledRow
	pooled  []float64 // N×d, the sorted rows
	centers []float64 // M×d
	order   []int

	factor   []float64 // r×M: the columns of the pivoted Cholesky factor of K_MM
	residual []float64 // M: the diagonal of K_MM less that of what is factorized
	pivots   []int
	upper    []float64 // r×r: the transposed factor at the pivots
	features []float64 // N×r

	ridge, loss                  float64   // of the fit under way
	hessian                      []float64 // r×r: at f = 0, then its Cholesky factor
	scaled                       []float64 // a block of features, times the root of their curvature
	f, slope, curvature, product []float64 // N
	b, trial, gradient, step     []float64 // r
	residue, direction, image, z []float64 // r, of the conjugate gradients
}

// pooledRow is a row of one of the samples.
type pooledRow struct {
	x         []float64
	reference bool
	weight    float64 // above 0, or 0
	share     float64 // the size of the weight relative to the rows of the same sample
}

// newPooledRow returns a row of a sample whose rows have weights w, times relative ones unless
// these are nil. A row of negative weight is a row of the other sample.
func newPooledRow(x []float64, reference bool, w float64, relative []float64, i int) pooledRow {
	row := pooledRow{x: x, reference: reference, weight: w, share: 1}
	if relative != nil {
		row.share = math.Abs(relative[i])
		row.weight = w * row.share
		row.reference = reference == (relative[i] >= 0)
	}
	return row
}

// ending tells how a fit ended.
type ending struct {
	status twosample.Status
	reason string
}

// NewFalkon returns the test for samples of dim columns, at some widths in their units. The Widths
// and the Percentiles of the config have no part in it.
func NewFalkon(cfg FalkonConfig, dim int, widths []float64) (*Falkon, error) {
	if err := impossible("kernel test", cfg, dim); err != nil {
		return nil, err
	}
	if len(widths) == 0 {
		return nil, errors.New("baselines: kernel test without a width")
	}
	for _, w := range widths {
		if !positive(w) {
			return nil, fmt.Errorf(
				"baselines: kernel test of width %v; want a finite number above 0", w)
		}
	}
	return &Falkon{cfg: cfg, dim: dim, widths: widths}, nil
}

// Name implements twosample.Test.
func (t *Falkon) Name() string { return "kernel NPLM" }

// Statistics implements twosample.Test: one t for each width, with the same centers, which the
// stream draws. The status is too_few_rows for data without rows and for samples with fewer rows
// than centers, not_converged for a fit that does not converge, and non_finite for one whose
// numbers overflow.
func (t *Falkon) Statistics(pair data.Pair, r *rand.Rand) (twosample.Outcome, error) {
	if err := t.check(pair); err != nil {
		return twosample.Outcome{}, err
	}
	n := pair.Reference.N + pair.Data.N
	m := t.cfg.Centers
	if m == 0 {
		m = int(math.Sqrt(float64(n)))
	}
	if pair.Data.N == 0 {
		return twosample.Outcome{Status: twosample.TooFewRows, Reason: "the data have no rows"}, nil
	}
	if m > n {
		return twosample.Outcome{Status: twosample.TooFewRows,
			Reason: fmt.Sprintf("%d centers cannot be drawn from %d rows", m, n)}, nil
	}
	t.pool(pair)
	if !t.draw(m, data.Uneven(pair.ReferenceWeights) || data.Uneven(pair.DataWeights), r) {
		return twosample.Outcome{Status: twosample.TooFewRows,
			Reason: fmt.Sprintf("%d centers cannot be drawn from the rows with a weight", m)}, nil
	}
	outcome := twosample.Outcome{Status: twosample.OK}
	for _, width := range t.widths {
		statistic, end, err := t.statistic(width)
		if err != nil {
			return twosample.Outcome{}, err
		}
		if end.status != twosample.OK {
			return twosample.Outcome{Status: end.status,
				Reason: fmt.Sprintf("width %.4g: %s", width, end.reason)}, nil
		}
		outcome.T = append(outcome.T, statistic)
	}
	return outcome, nil
}

// check returns an error for a pair that the test cannot be applied to.
func (t *Falkon) check(pair data.Pair) error {
	reference, sample := pair.Reference, pair.Data
	switch {
	case reference.D != t.dim || sample.D != t.dim:
		return fmt.Errorf("baselines: the reference has %d columns and the data %d; the kernel "+
			"test is for %d", reference.D, sample.D, t.dim)
	case reference.N < 1:
		return errors.New("baselines: the kernel test needs a reference; it has no rows")
	case !positive(pair.Weight):
		return fmt.Errorf("baselines: reference rows of weight %v; want a finite number above 0",
			pair.Weight)
	}
	return nil
}

// pool sorts the rows of both samples together.
func (t *Falkon) pool(pair data.Pair) {
	t.rows = t.rows[:0]
	for i := range pair.Reference.N {
		t.rows = append(t.rows, newPooledRow(pair.Reference.Row(i), true, pair.Weight,
			pair.ReferenceWeights, i))
	}
	for i := range pair.Data.N {
		t.rows = append(t.rows, newPooledRow(pair.Data.Row(i), false, 1, pair.DataWeights, i))
	}
	slices.SortStableFunc(t.rows, func(a, b pooledRow) int {
		return cmp.Or(slices.CompareFunc(a.x, b.x, cmp.Compare[float64]),
			cmp.Compare(a.share, b.share))
	})
	t.pooled = t.pooled[:0]
	for _, row := range t.rows {
		t.pooled = append(t.pooled, row.x...)
	}
}

// draw takes m distinct rows for centers. It reports whether there are so many; of uneven rows,
// those with a weight of 0 are not centers.
func (t *Falkon) draw(m int, uneven bool, r *rand.Rand) bool {
	n := len(t.rows)
	t.order = t.order[:0]
	for i := range n {
		t.order = append(t.order, i)
	}
	if uneven {
		shares := make([]float64, n)
		for i, row := range t.rows {
			shares[i] = row.share
		}
		if t.order = data.WeightedOrder(r, shares); len(t.order) < m {
			return false
		}
	}
	t.centers = t.centers[:0]
	for i := range m {
		if !uneven {
			j := i + r.IntN(n-i)
			t.order[i], t.order[j] = t.order[j], t.order[i]
		}
		t.centers = append(t.centers, t.rows[t.order[i]].x...)
	}
	return true
}

// falkonFeatures is the largest number of features that are held: 1 GiB.
const falkonFeatures = 1 << 27

// statistic fits at one width.
func (t *Falkon) statistic(width float64) (float64, ending, error) {
	n := len(t.rows)
	rank := t.factorize(width)
	if rank == 0 {
		return 0, ending{twosample.NonFinite, "the kernel of the centers is not finite"}, nil
	}
	if float64(n)*float64(rank) > falkonFeatures {
		return 0, ending{}, fmt.Errorf("baselines: kernel test: %d rows and %d centers take %.1f "+
			"GiB; use fewer centers", n, rank, 8*float64(n)*float64(rank)/(1<<30))
	}
	t.featurize(width, rank)
	if end := t.minimize(rank); end.status != twosample.OK {
		return 0, end, nil
	}
	var expected, observed float64
	for i, row := range t.rows {
		if row.reference {
			expected += row.weight * math.Expm1(t.f[i])
		} else {
			observed += row.weight * t.f[i]
		}
	}
	statistic := 2 * (observed - expected)
	if math.IsNaN(statistic) || math.IsInf(statistic, 0) {
		return 0, ending{twosample.NonFinite, "statistic"}, nil
	}
	return statistic, ending{status: twosample.OK}, nil
}
