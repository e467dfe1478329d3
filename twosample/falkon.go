package twosample

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"

	"sparker/data"
	"sparker/train"
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
		return nil, fmt.Errorf("twosample: widths of the kernel test: %w", err)
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

// NotConverged is the status of an Outcome whose fit was still moving after its last step.
const NotConverged = "not_converged"

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
			problem = fmt.Errorf("twosample: kernel test: %s %s", path, message)
		}
	})
	if problem != nil {
		return nil, problem
	}
	if s.Dim < 1 {
		return nil, fmt.Errorf("twosample: kernel test in %d dimensions; want 1 or more", s.Dim)
	}
	if len(s.KernelWidths) == 0 {
		return nil, errors.New("twosample: kernel test without a width")
	}
	for _, w := range s.KernelWidths {
		if !positive(w) {
			return nil, fmt.Errorf(
				"twosample: kernel test of width %v; want a finite number above 0", w)
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
func (t *Falkon) Statistics(pair data.Pair, r *rand.Rand) (Outcome, error) {
	if err := t.check(pair); err != nil {
		return Outcome{}, err
	}
	n := pair.Reference.N + pair.Data.N
	m := t.settings.Centers
	if m == 0 {
		m = int(math.Sqrt(float64(n)))
	}
	if pair.Data.N == 0 {
		return Outcome{Status: string(train.TooFewRows), Reason: "the data have no rows"}, nil
	}
	if m > n {
		return Outcome{Status: string(train.TooFewRows),
			Reason: fmt.Sprintf("%d centers cannot be drawn from %d rows", m, n)}, nil
	}
	if t.settings.Standardize {
		standardizer, _ := data.NewStandardizer(pair.Reference)
		pair.Reference, pair.Data = standardizer.Apply(pair.Reference),
			standardizer.Apply(pair.Data)
	}
	t.pool(pair)
	t.draw(m, r)
	outcome := Outcome{Status: StatusOK}
	for _, width := range t.settings.KernelWidths {
		statistic, status, reason, err := t.statistic(width, pair.Weight)
		if err != nil {
			return Outcome{}, err
		}
		if status != StatusOK {
			return Outcome{Status: status, Reason: fmt.Sprintf("width %.4g: %s", width, reason)},
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
		return fmt.Errorf("twosample: the reference has %d columns and the data %d; the kernel "+
			"test is for %d", reference.D, sample.D, t.settings.Dim)
	case reference.N < 1:
		return errors.New("twosample: the kernel test needs a reference; it has no rows")
	case !positive(pair.Weight):
		return fmt.Errorf("twosample: reference rows of weight %v; want a finite number above 0",
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

// falkonBlock is the number of rows that are treated at a time: of some hundred features, they fit
// into a cache.
const falkonBlock = 256

// falkonRank is the squared norm of what is left of a kernel, outside the span of others, below
// which it is left out.
const falkonRank = 1e-12

// statistic fits at one width.
func (t *Falkon) statistic(width, weight float64) (statistic float64, status, reason string,
	err error) {
	n := len(t.rows)
	rank := t.factorize(width)
	if rank == 0 {
		return 0, string(train.NonFinite), "the kernel of the centers is not finite", nil
	}
	if float64(n)*float64(rank) > falkonFeatures {
		return 0, "", "", fmt.Errorf("twosample: kernel test: %d rows and %d centers take %.1f "+
			"GiB; fewer centers will do",
			n, rank, 8*float64(n)*float64(rank)/(1<<30))
	}
	t.featurize(width, rank)
	status, reason = t.minimize(rank, weight)
	if status != StatusOK {
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
		return 0, string(train.NonFinite), "statistic", nil
	}
	return statistic, StatusOK, "", nil
}

// gaussian is exp(-|x-y|²/(2 sigma²)), with scale = -1/(2 sigma²).
func gaussian(x, y []float64, scale float64) float64 {
	var sum float64
	for j, v := range x {
		delta := v - y[j]
		sum += delta * delta
	}
	return math.Exp(scale * sum)
}

// factorize makes the pivoted Cholesky factor of the centers' kernel matrix and returns its rank r:
// it fills pivots, and upper with the transposed factor's rows and columns at the pivots.
func (t *Falkon) factorize(width float64) (rank int) {
	d := t.settings.Dim
	m := len(t.centers) / d
	scale := -1 / (2 * width * width)
	t.factor, t.pivots = t.factor[:0], t.pivots[:0]
	t.residual = resized(t.residual, m)
	for i := range t.residual {
		t.residual[i] = 1
	}
	for len(t.pivots) < m {
		pivot := 0
		for i, v := range t.residual {
			if v > t.residual[pivot] {
				pivot = i
			}
		}
		left := t.residual[pivot]
		if !(left > falkonRank) {
			break
		}
		k := len(t.pivots)
		t.factor = slices.Grow(t.factor, m)[:(k+1)*m]
		column := t.factor[k*m:]
		c := t.centers[pivot*d : (pivot+1)*d]
		for i := range column {
			column[i] = gaussian(t.centers[i*d:(i+1)*d], c, scale)
		}
		for j := range k {
			earlier := t.factor[j*m : (j+1)*m]
			blas64.Axpy(-earlier[pivot], blas64.Vector{N: m, Inc: 1, Data: earlier},
				blas64.Vector{N: m, Inc: 1, Data: column})
		}
		root := math.Sqrt(left)
		for i := range column {
			column[i] /= root
			t.residual[i] -= column[i] * column[i]
		}
		column[pivot] = root
		t.residual[pivot] = 0
		t.pivots = append(t.pivots, pivot)
		if math.IsNaN(blas64.Asum(blas64.Vector{N: m, Inc: 1, Data: column})) {
			return 0
		}
	}
	rank = len(t.pivots)
	t.upper = resized(t.upper, rank*rank)
	for i := range rank {
		for j := i; j < rank; j++ {
			t.upper[i*rank+j] = t.factor[i*m+t.pivots[j]]
		}
	}
	return rank
}

// featurize fills features: a row's are the kernels at the pivots times the inverse of upper.
func (t *Falkon) featurize(width float64, rank int) {
	d, n := t.settings.Dim, len(t.rows)
	scale := -1 / (2 * width * width)
	t.features = resized(t.features, n*rank)
	for i := range n {
		x, row := t.pooled[i*d:(i+1)*d], t.features[i*rank:(i+1)*rank]
		for j, pivot := range t.pivots {
			row[j] = gaussian(x, t.centers[pivot*d:(pivot+1)*d], scale)
		}
	}
	upper := blas64.Triangular{Uplo: blas.Upper, Diag: blas.NonUnit, N: rank, Stride: rank,
		Data: t.upper}
	t.blocks(rank, func(_, _ int, block blas64.General) {
		blas64.Trsm(blas.Right, blas.NoTrans, 1, upper, block)
	})
}

// blocks goes through the features, some rows (from, to) at a time.
func (t *Falkon) blocks(rank int, visit func(from, to int, block blas64.General)) {
	n := len(t.rows)
	for from := 0; from < n; from += falkonBlock {
		to := min(from+falkonBlock, n)
		visit(from, to, blas64.General{Rows: to - from, Cols: rank, Stride: rank,
			Data: t.features[from*rank : to*rank]})
	}
}

// minimize finds the b at which the loss is smallest, by Newton steps from 0, and leaves f there.
func (t *Falkon) minimize(rank int, weight float64) (status, reason string) {
	n := len(t.rows)
	for _, v := range []*[]float64{&t.f, &t.slope, &t.curvature, &t.product} {
		*v = resized(*v, n)
	}
	for _, v := range []*[]float64{&t.b, &t.trial, &t.gradient, &t.step, &t.residue, &t.direction,
		&t.image, &t.z} {
		*v = resized(*v, rank)
	}
	ridge := t.settings.Lambda * float64(n)
	clear(t.b)
	loss := t.evaluate(t.b, weight, ridge)
	factor, ok := t.precondition(rank, ridge)
	if !ok {
		return string(train.NonFinite), "second derivatives"
	}
	exact := t.settings.Tolerance == 0
	decrement := math.Inf(1)
	for iteration := range t.settings.Iterations {
		t.direct(factor, ridge, iteration == 0)
		decrement = -dot(t.gradient, t.step)
		if math.IsNaN(decrement) || math.IsInf(decrement, 0) {
			return string(train.NonFinite), fmt.Sprintf("Newton step %d", iteration+1)
		}
		next := t.advance(loss, decrement, weight, ridge, exact)
		if math.IsNaN(next) || math.IsInf(next, 0) {
			return string(train.NonFinite), fmt.Sprintf("loss after Newton step %d", iteration+1)
		}
		loss = next
		if !exact && decrement <= t.settings.Tolerance {
			return StatusOK, ""
		}
	}
	if exact {
		return StatusOK, ""
	}
	return NotConverged, fmt.Sprintf("%d Newton steps leave a decrement of %.2g, above the "+
		"tolerance of %.2g",
		t.settings.Iterations, decrement, t.settings.Tolerance)
}

// evaluate sets f, the first two derivatives of every row's loss by it, and the gradient by b, and
// returns the summed loss with the ridge.
func (t *Falkon) evaluate(b []float64, weight, ridge float64) (loss float64) {
	rank := len(b)
	loss = ridge / 2 * dot(b, b)
	for j, v := range b {
		t.gradient[j] = ridge * v
	}
	t.blocks(rank, func(from, to int, block blas64.General) {
		f, slope := vector(t.f[from:to]), vector(t.slope[from:to])
		blas64.Gemv(blas.NoTrans, 1, block, vector(b), 0, f)
		for i := from; i < to; i++ {
			w, sign := 1., -1. // the data's loss is log(1 + e^-f)
			if t.rows[i].reference {
				w, sign = weight, 1
			}
			x := sign * t.f[i]
			e := math.Exp(-math.Abs(x))
			loss += w * (max(x, 0) + math.Log1p(e))
			s := e / (1 + e) // the sigmoid of -|x|
			t.curvature[i] = w * s / (1 + e)
			if x > 0 {
				s = 1 / (1 + e)
			}
			t.slope[i] = sign * w * s
		}
		blas64.Gemv(blas.Trans, 1, block, slope, 1, vector(t.gradient))
	})
	return loss
}

// precondition factorizes the second derivatives by b at the present f.
func (t *Falkon) precondition(rank int, ridge float64) (blas64.Triangular, bool) {
	t.hessian = resized(t.hessian, rank*rank)
	clear(t.hessian)
	t.scaled = resized(t.scaled, falkonBlock*rank)
	hessian := blas64.Symmetric{Uplo: blas.Upper, N: rank, Stride: rank, Data: t.hessian}
	t.blocks(rank, func(from, to int, block blas64.General) {
		scaled := blas64.General{Rows: to - from, Cols: rank, Stride: rank,
			Data: t.scaled[:(to-from)*rank]}
		for i := from; i < to; i++ {
			root := math.Sqrt(t.curvature[i])
			for j := range rank {
				at := (i-from)*rank + j
				scaled.Data[at] = root * block.Data[at]
			}
		}
		blas64.Syrk(blas.Trans, 1, scaled, 1, hessian)
	})
	for i := range rank {
		t.hessian[i*rank+i] += ridge
	}
	return lapack64.Potrf(hessian)
}

// The conjugate gradients of a Newton step end when the residue's norm, as the preconditioner
// measures it, has fallen by falkonForcing, or at the latest after falkonProducts.
const (
	falkonForcing  = 1e-3
	falkonProducts = 100
)

// direct sets step to the Newton step -H⁻¹ gradient. At f = 0, where the factor is that of H
// itself, it is exact.
func (t *Falkon) direct(factor blas64.Triangular, ridge float64, exact bool) {
	precondition := func(z, r []float64) {
		copy(z, r)
		lapack64.Potrs(factor, blas64.General{Rows: len(z), Cols: 1, Stride: 1, Data: z})
	}
	if exact {
		precondition(t.step, t.gradient)
		blas64.Scal(-1, vector(t.step))
		return
	}
	clear(t.step)
	for j, v := range t.gradient {
		t.residue[j] = -v
	}
	precondition(t.z, t.residue)
	copy(t.direction, t.z)
	square := dot(t.residue, t.z)
	for end := falkonForcing * falkonForcing * square; square > end; {
		for range falkonProducts {
			t.curve(ridge)
			alpha := square / dot(t.direction, t.image)
			blas64.Axpy(alpha, vector(t.direction), vector(t.step))
			blas64.Axpy(-alpha, vector(t.image), vector(t.residue))
			precondition(t.z, t.residue)
			next := dot(t.residue, t.z)
			if !(next > end) {
				return
			}
			beta := next / square
			for j, v := range t.z {
				t.direction[j] = v + beta*t.direction[j]
			}
			square = next
		}
		return
	}
}

// curve sets image to the second derivatives at the present f, times direction.
func (t *Falkon) curve(ridge float64) {
	for j, v := range t.direction {
		t.image[j] = ridge * v
	}
	t.blocks(len(t.direction), func(from, to int, block blas64.General) {
		product := vector(t.product[from:to])
		blas64.Gemv(blas.NoTrans, 1, block, vector(t.direction), 0, product)
		for i := from; i < to; i++ {
			t.product[i] *= t.curvature[i]
		}
		blas64.Gemv(blas.Trans, 1, block, product, 1, vector(t.image))
	})
}

// advance takes the step, halved as often as the loss asks for unless it is taken as it is, and
// returns the loss there.
func (t *Falkon) advance(loss, decrement, weight, ridge float64, asIs bool) float64 {
	const halvings, share = 30, 1e-4 // Armijo's rule
	rounding := 1e-12 * math.Abs(loss)
	size := 1.
	for range halvings {
		for j, v := range t.step {
			t.trial[j] = t.b[j] + size*v
		}
		next := t.evaluate(t.trial, weight, ridge)
		if asIs || next <= loss-share*size*decrement+rounding {
			copy(t.b, t.trial)
			return next
		}
		size /= 2
	}
	return math.NaN()
}

func vector(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }

func dot(x, y []float64) float64 { return blas64.Dot(vector(x), vector(y)) }

// resized is x with another length; its values are to be overwritten.
func resized(x []float64, n int) []float64 { return slices.Grow(x[:0], n)[:n] }
