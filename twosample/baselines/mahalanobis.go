package baselines

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"sparker/data"
	"sparker/twosample"
)

// MahalanobisConfig holds the options of the Mahalanobis test.
type MahalanobisConfig struct {
	// Shrinkage is how much of the covariance of the standardized reference is replaced by a
	// multiple of the unit matrix, from 0 to 1. A negative number stands for the optimum of Ledoit
	// and Wolf.
	Shrinkage float64 `yaml:"shrinkage"`
}

// DefaultMahalanobis returns the shrinkage of Ledoit and Wolf.
func DefaultMahalanobis() MahalanobisConfig { return MahalanobisConfig{Shrinkage: -1} }

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (c MahalanobisConfig) Validate(report func(path, message string)) {
	if !(c.Shrinkage <= 1) {
		report("shrinkage", fmt.Sprintf(
			"is %v; must be at most 1 (a negative number is the optimum "+
				"of Ledoit and Wolf)", c.Shrinkage))
	}
}

func init() {
	twosample.Register(twosample.Method{
		Name:  "mahalanobis",
		Title: "Mahalanobis",
		About: "Mahalanobis distances of the data from the reference: sees outliers and a wider " +
			"spread.",
		Cost: "O((n+m) d²)",
		Source: "Mahalanobis, Proc. Natl. Inst. Sci. India 2 (1936); Ledoit and Wolf, J. " +
			"Multivar. Anal. 88 (2004)",
		Rate:    true,
		Weights: true,
		Prepare: preparer("mahalanobis", DefaultMahalanobis, NewMahalanobis),
	})
}

// Mahalanobis measures rows by q(x) = (x-μ)ᵀ Σ⁻¹ (x-μ). μ is the mean of the reference, and Σ its
// covariance, shrunk towards a multiple of the unit matrix (Ledoit and Wolf, J. Multivar. Anal. 88,
// 2004) after the columns are standardized. There are two statistics:
//
//	sum  Σ_D q - w Σ_R q  the excess over the prediction of the reference, w being Pair.Weight
//	max  max_D q          the most unusual row
//
// Weights of rows multiply their terms in the moments and in the sums. A row of negative weight has
// the size of its weight in the moments, so that Σ has an inverse: any metric is valid. The maximum
// is over the data rows of positive weight.
//
// In extended counting the sum is sensitive to the number of data rows, and the maximum weakly so.
// The time is O(N d²).
type Mahalanobis struct {
	cfg  MahalanobisConfig
	dim  int
	r, d rows
}

// NewMahalanobis returns the test for samples of dim columns.
func NewMahalanobis(cfg MahalanobisConfig, dim int) (*Mahalanobis, error) {
	if err := impossible("mahalanobis", cfg, dim); err != nil {
		return nil, err
	}
	return &Mahalanobis{cfg: cfg, dim: dim}, nil
}

// Name implements twosample.Test.
func (t *Mahalanobis) Name() string { return "Mahalanobis" }

// Labels returns the names of the statistics.
func (t *Mahalanobis) Labels() []string { return []string{"sum", "max"} }

// Statistics implements twosample.Test: sum and max.
func (t *Mahalanobis) Statistics(pair data.Pair, _ *rand.Rand) (twosample.Outcome, error) {
	if o, ok, err := (needs{dim: t.dim, reference: 2, data: 1, weight: true}).check(pair); !ok {
		return o, err
	}
	t.r.takeWeighted(pair.Reference, pair.ReferenceWeights, 0, nil)
	t.d.takeWeighted(pair.Data, pair.DataWeights, 0, nil)
	standardize(&t.r, &t.d, pair.Quantities)
	var factor mat.Cholesky
	if !factor.Factorize(t.covariance()) {
		return failure("the shrunk covariance is not positive definite"), nil
	}
	// Σ = LLᵀ, so q = |L⁻¹x|².
	var lower mat.TriDense
	factor.LTo(&lower)
	sumR, _ := t.distances(&t.r, &lower)
	sumD, largest := t.distances(&t.d, &lower)
	return outcome(sumD-pair.Weight*sumR, largest), nil
}

// covariance returns the shrunk covariance of the standardized reference, whose mean is 0. A column
// that is constant in the reference is 0 in both samples, and gets a variance of 1.
func (t *Mahalanobis) covariance() *mat.SymDense {
	d, n := t.dim, float64(t.r.n)
	s := mat.NewSymDense(d, nil)
	x := t.r.x
	if t.r.weights != nil { // n is the sum of their sizes
		x, n = slices.Clone(x), 0
		for i, w := range t.r.weights {
			floats.Scale(math.Sqrt(math.Abs(w)), x[i*d:(i+1)*d])
			n += math.Abs(w)
		}
	}
	s.SymOuterK(1/n, mat.NewDense(t.r.n, d, x).T())
	for j := range d {
		if s.At(j, j) == 0 {
			s.SetSym(j, j, 1)
		}
	}
	shrinkage := t.cfg.Shrinkage
	level := mat.Trace(s) / float64(d)
	if shrinkage < 0 {
		var norm, fourth float64 // |S - level·I|² and Σ|x|⁴, in the Frobenius norm
		for i := range d {
			for j := range d {
				v := s.At(i, j)
				if i == j {
					v -= level
				}
				norm += v * v
			}
		}
		origin := make([]float64, d)
		for i := range t.r.n {
			square := data.SquaredDistance(t.r.at(i), origin)
			fourth += math.Abs(t.r.weight(i)) * square * square
		}
		noise := (fourth/n - mat.Norm(s, 2)*mat.Norm(s, 2)) / n // the mean square of S's errors
		shrinkage = 0
		if norm > 0 {
			shrinkage = min(1, max(0, noise/norm))
		}
	}
	for i := range d {
		for j := i; j < d; j++ {
			v := (1 - shrinkage) * s.At(i, j)
			if i == j {
				v += shrinkage*level + 1e-9 // columns may depend on each other
			}
			s.SetSym(i, j, v)
		}
	}
	return s
}

// distances returns the weighted sum of |L⁻¹x|² over the rows, and the maximum over those of
// positive weight.
func (t *Mahalanobis) distances(s *rows, lower *mat.TriDense) (sum, largest float64) {
	l := lower.RawTriangular()
	z := make([]float64, t.dim)
	for i := range s.n {
		var q float64
		for j, v := range s.at(i) {
			for k, u := range z[:j] {
				v -= l.Data[j*l.Stride+k] * u
			}
			z[j] = v / l.Data[j*l.Stride+j]
			q += z[j] * z[j]
		}
		w := s.weight(i)
		sum += w * q
		if w > 0 {
			largest = max(largest, q)
		}
	}
	return sum, largest
}
