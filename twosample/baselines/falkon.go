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

// FalkonConfig is what the kernel test of Letizia et al. (arXiv:2204.02317) is made from. Its keys
// mean what they mean in the published code (the logistic solver of the package Falkon,
// arXiv:2006.10350), so that values can be taken over.
type FalkonConfig struct {
	// Centers is M, the number of Nyström centers, which are drawn from the rows of both samples; 0
	// takes the square root of their number.
	Centers int `yaml:"centers"`
	// Widths are those of the Gaussian kernel, in data units (standard deviations where the data
	// are standardized); one statistic is taken for each. Empty takes them from Percentiles.
	Widths []float64 `yaml:"widths"`
	// Percentiles (0 to 100) of the pairwise distances in the reference are the widths where Widths
	// is empty.
	Percentiles []float64 `yaml:"percentiles"`
	// Lambda is the ridge: the mean loss over the rows of both samples is minimized with ½ lambda
	// aᵀ K_MM a added.
	Lambda float64 `yaml:"lambda"`
	// Iterations is the largest number of Newton steps.
	Iterations int `yaml:"iterations"`
	// Tolerance is the Newton decrement gᵀ H⁻¹ g of the summed loss, twice what a step is expected
	// to gain, below which a step is the last one; a fit that takes more than Iterations is
	// reported as not_converged. With 0 the steps are Iterations, whatever they gain. One single
	// step from f = 0 is what the published code takes.
	Tolerance float64 `yaml:"tolerance"`
}

// MultiScalePercentiles are the percentiles of the reference's pairwise distances at which
// arXiv:2408.12296 places the widths of a test at several scales.
var MultiScalePercentiles = []float64{5, 25, 50, 75, 95}

// DefaultFalkon follows the rules of arXiv:2204.02317: √N centers, the 90th percentile of the
// distances, lambda 1e-6; the minimum of the loss is found.
func DefaultFalkon() FalkonConfig {
	return FalkonConfig{Percentiles: []float64{90}, Lambda: 1e-6, Iterations: 50, Tolerance: 1e-10}
}

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (c FalkonConfig) Validate(report func(path, message string)) {
	if c.Centers < 0 {
		report("centers", fmt.Sprintf("is %d; must be at least 1, or 0 for the square root of "+
			"the number of rows", c.Centers))
	}
	for i, w := range c.Widths {
		if !positive(w) {
			report(fmt.Sprintf("widths[%d]", i),
				fmt.Sprintf("is %v; must be a finite number above 0", w))
		}
	}
	if len(c.Widths) == 0 && len(c.Percentiles) == 0 {
		report("percentiles", "is empty, and so is widths; want at least one of either")
	}
	for i, p := range c.Percentiles {
		if !(p >= 0 && p <= 100) {
			report(fmt.Sprintf("percentiles[%d]", i), fmt.Sprintf("is %v; must be from 0 to 100",
				p))
		}
	}
	if !positive(c.Lambda) {
		report("lambda", fmt.Sprintf("is %v; must be a finite number above 0", c.Lambda))
	}
	if c.Iterations < 1 {
		report("iterations", fmt.Sprintf("is %d; must be at least 1", c.Iterations))
	}
	if !(c.Tolerance >= 0) || math.IsInf(c.Tolerance, 0) {
		report("tolerance", fmt.Sprintf("is %v; must be a finite number, 0 or more", c.Tolerance))
	}
}

// positive says whether x is a finite number above 0.
func positive(x float64) bool { return x > 0 && !math.IsInf(x, 0) }

// falkonWidthRows is the largest number of reference rows whose distances give widths.
const falkonWidthRows = 2000

// Shares are the quantiles (0 to 1) of the pairwise distances in the reference that are widths;
// none where Widths gives them.
func (c FalkonConfig) Shares() (shares []float64) {
	if len(c.Widths) > 0 {
		return nil
	}
	for _, p := range c.Percentiles {
		shares = append(shares, p/100)
	}
	return shares
}

// FindWidths gives the kernel widths, in the units of the reference: Widths, or the Percentiles of
// the pairwise distances of at most 2,000 rows of the reference, which the stream draws. An
// experiment finds them once. It is an error if the reference has fewer than two distinct rows.
func (c FalkonConfig) FindWidths(reference data.Sample, r *rand.Rand) ([]float64, error) {
	if len(c.Widths) > 0 {
		return slices.Clone(c.Widths), nil
	}
	widths, err := data.PairwiseQuantiles(reference, r, falkonWidthRows, c.Shares()...)
	if err != nil {
		return nil, fmt.Errorf("baselines: widths of the kernel test: %w", err)
	}
	return widths, nil
}

// FalkonSettings are what a [Falkon] is made from.
type FalkonSettings struct {
	FalkonConfig
	// Standardize shifts and scales the columns of every pair by its reference's mean and standard
	// deviation. KernelWidths are then in those units.
	Standardize bool
	Dim         int
	// KernelWidths are those that FindWidths gives.
	KernelWidths []float64
}

// Falkon is the kernel test of Letizia et al. (arXiv:2204.02317): a kernel logistic regression
// between the reference, of weight w, and the data, and the extended likelihood ratio of its
// log-ratio. With N rows in all and M Nyström centers c_m drawn from them,
//
//	f(x) = Σ_m a_m exp(-|x-c_m|²/(2 sigma²))
//	L    = (1/N) [Σ_R w log(1 + e^f) + Σ_D log(1 + e^-f)] + ½ lambda aᵀ K_MM a
//	t    = -2 [Σ_R w (e^f - 1) - Σ_D f]
//
// with f at the minimum of L, for each of the widths sigma (t: equation 21 there). t is not at its
// own maximum, and may be below 0; e^f is taken as it is, and not held where f is large.
//
// The minimum is found in the coordinates b = Lᵀa of the Cholesky factor K_MM = L Lᵀ, in which the
// ridge is |b|². The factor is pivoted and ends where no center is left whose kernel differs from
// the span of the others by more than 1e-12 (squared norm): of M wide kernels in few dimensions, r
// << M remain, and nothing of the model is lost but rounding. Newton's equations are solved by
// conjugate gradients, preconditioned with the second derivatives at f = 0, where those are the
// ones that are asked for.
//
// Rows are sorted before anything else, so that their order in a sample has no influence, not even
// on the bits. Time is O(N r²) once and O(N r) for each of some tens of products; memory is 8 bytes
// for each of N r + M r numbers (53 MB at 22,000 rows and 300 centers that are all kept), held
// between calls, and at most 1 GiB for N r.
type Falkon struct {
	settings FalkonSettings

	rows    []pooledRow
	pooled  []float64 // N×d, the sorted rows
	centers []float64 // M×d
	order   []int

	factor   []float64 // r×M: the columns of the pivoted Cholesky factor of K_MM
	residual []float64 // M: the diagonal of K_MM less that of what is factorized
	pivots   []int
	upper    []float64 // r×r: the transposed factor at the pivots
	features []float64 // N×r
	hessian  []float64 // r×r: at f = 0, then its Cholesky factor
	scaled   []float64 // a block of features, each row times the root of its curvature

	f, slope, curvature, product []float64 // N
	b, trial, gradient, step     []float64 // r
	residue, direction, image, z []float64 // r, of the conjugate gradients
}

// pooledRow is a row of one of the samples.
type pooledRow struct {
	x         []float64
	reference bool
}

// NewFalkon prepares the test.
func NewFalkon(s FalkonSettings) (*Falkon, error) {
	var problem error
	s.Validate(func(path, message string) {
		if problem == nil {
			problem = fmt.Errorf("baselines: kernel test: %s %s", path, message)
		}
	})
	if problem != nil {
		return nil, problem
	}
	if s.Dim < 1 {
		return nil, fmt.Errorf("baselines: kernel test in %d dimensions; want 1 or more", s.Dim)
	}
	if len(s.KernelWidths) == 0 {
		return nil, errors.New("baselines: kernel test without a width")
	}
	for _, w := range s.KernelWidths {
		if !positive(w) {
			return nil, fmt.Errorf(
				"baselines: kernel test of width %v; want a finite number above 0", w)
		}
	}
	return &Falkon{settings: s}, nil
}

// Name implements Test.
func (t *Falkon) Name() string { return "kernel NPLM" }

// Statistics implements Test: one t for each width, with the same centers, which the stream draws.
// Data without rows, and samples with fewer rows than centers, are an Outcome of status
// too_few_rows; a fit that does not converge one of status not_converged; one whose numbers
// overflow one of status non_finite.
func (t *Falkon) Statistics(pair data.Pair, r *rand.Rand) (twosample.Outcome, error) {
	if err := t.check(pair); err != nil {
		return twosample.Outcome{}, err
	}
	n := pair.Reference.N + pair.Data.N
	m := t.settings.Centers
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
	if t.settings.Standardize {
		standardizer, _ := data.NewStandardizer(pair.Reference)
		pair.Reference, pair.Data = standardizer.Apply(pair.Reference),
			standardizer.Apply(pair.Data)
	}
	t.pool(pair)
	t.draw(m, r)
	outcome := twosample.Outcome{Status: twosample.OK}
	for _, width := range t.settings.KernelWidths {
		statistic, status, reason, err := t.statistic(width, pair.Weight)
		if err != nil {
			return twosample.Outcome{}, err
		}
		if status != twosample.OK {
			return twosample.Outcome{Status: status, Reason: fmt.Sprintf("width %.4g: %s", width, reason)},
				nil
		}
		outcome.T = append(outcome.T, statistic)
	}
	return outcome, nil
}

// check refuses a pair that the test cannot be applied to.
func (t *Falkon) check(pair data.Pair) error {
	reference, sample := pair.Reference, pair.Data
	switch {
	case reference.D != t.settings.Dim || sample.D != t.settings.Dim:
		return fmt.Errorf("baselines: the reference has %d columns and the data %d; the kernel "+
			"test is for %d", reference.D, sample.D, t.settings.Dim)
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
		t.rows = append(t.rows, pooledRow{pair.Reference.Row(i), true})
	}
	for i := range pair.Data.N {
		t.rows = append(t.rows, pooledRow{pair.Data.Row(i), false})
	}
	slices.SortStableFunc(t.rows, func(a, b pooledRow) int {
		return slices.CompareFunc(a.x, b.x,
			cmp.Compare[float64])
	})
	t.pooled = t.pooled[:0]
	for _, row := range t.rows {
		t.pooled = append(t.pooled, row.x...)
	}
}

// draw takes m distinct rows for centers.
func (t *Falkon) draw(m int, r *rand.Rand) {
	n, d := len(t.rows), t.settings.Dim
	t.order = t.order[:0]
	for i := range n {
		t.order = append(t.order, i)
	}
	t.centers = t.centers[:0]
	for i := range m {
		j := i + r.IntN(n-i)
		t.order[i], t.order[j] = t.order[j], t.order[i]
		at := t.order[i]
		t.centers = append(t.centers, t.pooled[at*d:(at+1)*d]...)
	}
}

// falkonFeatures is the largest number of features that are held, 1 GiB of them.
const falkonFeatures = 1 << 27

// statistic fits at one width.
func (t *Falkon) statistic(width, weight float64) (statistic float64, status twosample.Status,
	reason string, err error) {
	n := len(t.rows)
	rank := t.factorize(width)
	if rank == 0 {
		return 0, twosample.NonFinite, "the kernel of the centers is not finite", nil
	}
	if float64(n)*float64(rank) > falkonFeatures {
		return 0, "", "", fmt.Errorf("baselines: kernel test: %d rows and %d centers take %.1f "+
			"GiB; fewer centers will do",
			n, rank, 8*float64(n)*float64(rank)/(1<<30))
	}
	t.featurize(width, rank)
	status, reason = t.minimize(rank, weight)
	if status != twosample.OK {
		return 0, status, reason, nil
	}
	var expected, observed float64
	for i, row := range t.rows {
		if row.reference {
			expected += weight * math.Expm1(t.f[i])
		} else {
			observed += t.f[i]
		}
	}
	statistic = 2 * (observed - expected)
	if math.IsNaN(statistic) || math.IsInf(statistic, 0) {
		return 0, twosample.NonFinite, "statistic", nil
	}
	return statistic, twosample.OK, "", nil
}
