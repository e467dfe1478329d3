package baselines

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"sparker/data"
	"sparker/twosample"
)

// MMDFuseConfig holds the options of MMD-FUSE.
type MMDFuseConfig struct {
	KernelCollection `yaml:",inline"`
	// MaxReference is the number of reference rows that take part, drawn anew for every pair. 0
	// stands for all. The time is quadratic in it.
	MaxReference int `yaml:"max_reference"`
}

// DefaultMMDFuse returns the collection of the authors' package, Gaussian and Laplace kernels at
// ten bandwidths each, with 1,000 rows of the reference.
func DefaultMMDFuse() MMDFuseConfig {
	return MMDFuseConfig{KernelCollection: defaultCollection(), MaxReference: 1000}
}

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (c MMDFuseConfig) Validate(report func(path, message string)) {
	c.KernelCollection.validate(report)
	reporter(report).limit("max_reference", c.MaxReference, 2)
}

func init() {
	twosample.Register(twosample.Method{
		Name:  "mmdfuse",
		Title: "MMD-FUSE",
		About: "Soft maximum of the normalized maximum mean discrepancies of many kernels: sees " +
			"smooth differences at several scales.",
		Cost:    "O((n+m)² (d + kernels))",
		Source:  "Biggs, Schrab and Gretton, NeurIPS 2023",
		Prepare: preparer("mmdfuse", DefaultMMDFuse, NewMMDFuse),
	})
}

// MMDFuse is the statistic of MMD-FUSE (Biggs, Schrab and Gretton, NeurIPS 2023, the normalized
// statistic of section 4):
//
//	(1/λ) log mean_k exp(λ MMD²_k/√N_k),  λ = √(n(n-1))
//
// MMD²_k is the unbiased estimate of kernel k, N_k the mean of k² over all pairs of different rows
// of both samples, and n the size of the smaller sample. The bandwidths are those of the authors'
// package: evenly spaced from half the 5% quantile to twice the 95% quantile of the distances of up
// to 500 rows of both samples. The kernels are exp(-|x-y|²/(2λ²)) and exp(-√2 Σ|x_j-y_j|/λ). The
// authors calibrate by permutations; here null toys do. The test compares normalized distributions.
// Its cost is that of [MMDAgg].
type MMDFuse struct {
	cfg       MMDFuseConfig
	dim       int
	r, d      rows
	distances pairDistances
	sums      kernelSums
}

// NewMMDFuse returns the test for samples of dim columns.
func NewMMDFuse(cfg MMDFuseConfig, dim int) (*MMDFuse, error) {
	if err := impossible("mmdfuse", cfg, dim); err != nil {
		return nil, err
	}
	return &MMDFuse{cfg: cfg, dim: dim, sums: kernelSums{squares: true}}, nil
}

// Name implements twosample.Test.
func (t *MMDFuse) Name() string { return "MMD-FUSE" }

// Labels returns the name of the statistic.
func (t *MMDFuse) Labels() []string { return []string{"fuse"} }

// Statistics implements twosample.Test: the one statistic.
func (t *MMDFuse) Statistics(pair data.Pair, r *rand.Rand) (twosample.Outcome, error) {
	if o, ok, err := (needs{dim: t.dim, reference: 2, data: 2}).check(pair); !ok {
		return o, err
	}
	t.r.take(pair.Reference, t.cfg.MaxReference, r)
	t.d.take(pair.Data, 0, nil)
	all := pooled(&t.r, &t.d)
	t.sums.kernels = t.sums.kernels[:0]
	for _, name := range t.cfg.Kernels {
		laplace := name == "laplace"
		distances := t.distances.of(all, name, r)
		low, high := 0.5, 2.0
		if n := len(distances); n > 0 {
			low, high = distances[n/20]/2, 2*distances[n-1-n/20]
		}
		for i := range t.cfg.Bandwidths {
			width := low + (high-low)*float64(i)/float64(t.cfg.Bandwidths-1)
			rate := math.Sqrt2 / width
			if !laplace {
				rate = 1 / (2 * width * width)
			}
			t.sums.kernels = append(t.sums.kernels, radial{rate: rate, laplace: laplace})
		}
	}
	n := float64(all.N)
	small := float64(min(t.r.n, t.d.n))
	lambda := math.Sqrt(small * (small - 1))
	exponents := make([]float64, len(t.sums.kernels))
	for k, b := range t.sums.blocks(&t.r, &t.d) {
		// A kernel that is 0 between all rows sees no difference.
		if norm := math.Sqrt(2 * b.square / (n * (n - 1))); norm > 0 {
			exponents[k] = lambda * b.unbiased(t.r.n, t.d.n) / norm
		}
	}
	return outcome((floats.LogSumExp(exponents) - math.Log(float64(len(exponents)))) / lambda), nil
}
