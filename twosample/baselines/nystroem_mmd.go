package baselines

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"sparker/data"
	"sparker/twosample"
)

// NystroemMMDConfig holds the options of the MMD on landmarks.
type NystroemMMDConfig struct {
	// Widths lists the widths σ of the Gaussian kernels exp(-|x-y|²/(2σ²)), one statistic each, in
	// units of the median distance of the reference rows.
	Widths []float64 `yaml:"widths"`
	// Landmarks is the number L of landmarks. 0 stands for the square root of the number of all
	// rows, rounded up.
	Landmarks int `yaml:"landmarks"`
}

// DefaultNystroemMMD returns twice, once and half the median distance, and √(n+m) landmarks.
func DefaultNystroemMMD() NystroemMMDConfig {
	return NystroemMMDConfig{Widths: []float64{2, 1, 0.5}}
}

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (c NystroemMMDConfig) Validate(report func(path, message string)) {
	validateWidths(c.Widths, report)
	reporter(report).atLeast("landmarks", c.Landmarks, 0)
}

func init() {
	twosample.Register(twosample.Method{
		Name:  "nystroem_mmd",
		Title: "Nyström MMD",
		About: "Maximum mean discrepancy projected on random landmarks: as mmd, with all rows of " +
			"a large reference.",
		Cost:    "O((n+m) L d + L³) with L landmarks",
		Source:  "Chatalic et al., ICML 2022",
		Prepare: preparer("nystroem_mmd", DefaultNystroemMMD, NewNystroemMMD),
	})
}

// NystroemMMD is the squared maximum mean discrepancy between the projections of both samples on L
// landmarks (Chatalic et al., ICML 2022: Nyström kernel mean embeddings):
//
//	|mean ψ(y) - mean ψ(x)|²,  ψ(x) = K_LL^(-1/2) k_L(x)
//
// The landmarks are drawn without replacement from all rows, and 1e-8 is added to the diagonal of
// K_LL. The estimate is biased: it is never below 0. All rows of the reference take part. The time
// is O((n+m) L d + L³). The test compares normalized distributions.
type NystroemMMD struct {
	cfg       NystroemMMDConfig
	dim       int
	r, d      rows
	landmarks rows
	sums      kernelSums
}

// NewNystroemMMD returns the test for samples of dim columns.
func NewNystroemMMD(cfg NystroemMMDConfig, dim int) (*NystroemMMD, error) {
	if err := impossible("nystroem_mmd", cfg, dim); err != nil {
		return nil, err
	}
	return &NystroemMMD{cfg: cfg, dim: dim}, nil
}

// Name implements twosample.Test.
func (t *NystroemMMD) Name() string { return "Nyström MMD" }

// Labels returns the width of each statistic.
func (t *NystroemMMD) Labels() []string { return widthLabels(t.cfg.Widths) }

// Statistics implements twosample.Test: the squared discrepancy at each width.
func (t *NystroemMMD) Statistics(pair data.Pair, r *rand.Rand) (twosample.Outcome, error) {
	if o, ok, err := (needs{dim: t.dim, reference: 2, data: 2}).check(pair); !ok {
		return o, err
	}
	t.r.take(pair.Reference, 0, nil)
	t.d.take(pair.Data, 0, nil)
	all := pooled(&t.r, &t.d)
	count := t.cfg.Landmarks
	if count == 0 {
		count = int(math.Ceil(math.Sqrt(float64(all.N))))
	}
	t.landmarks.take(all, count, r)
	t.sums.kernels = gaussians(t.sums.kernels, t.cfg.Widths, medianDistance(&t.r, &t.d, r))

	L, K := t.landmarks.n, len(t.cfg.Widths)
	contrast := make([][]float64, K) // of the mean kernels at the landmarks
	gram := make([]*mat.SymDense, K)
	for k := range K {
		contrast[k] = make([]float64, L)
		gram[k] = mat.NewSymDense(L, nil)
	}
	for i := range L {
		x := t.landmarks.at(i)
		t.sums.row(x, &t.d, 0, func(k int, value []float64) {
			contrast[k][i] += floats.Sum(value) / float64(t.d.n)
		})
		t.sums.row(x, &t.r, 0, func(k int, value []float64) {
			contrast[k][i] -= floats.Sum(value) / float64(t.r.n)
		})
		t.sums.row(x, &t.landmarks, i, func(k int, value []float64) {
			for j, v := range value {
				gram[k].SetSym(i, i+j, v)
			}
			gram[k].SetSym(i, i, 1+1e-8)
		})
	}
	statistics := make([]float64, K)
	for k := range K {
		var factor mat.Cholesky
		if !factor.Factorize(gram[k]) {
			return failure("the kernel matrix of the landmarks is not positive definite"), nil
		}
		v, solved := mat.NewVecDense(L, contrast[k]), mat.NewVecDense(L, nil)
		// The error is a large condition number, which the diagonal bounds.
		_ = factor.SolveVecTo(solved, v)
		statistics[k] = mat.Dot(v, solved)
	}
	return outcome(statistics...), nil
}
