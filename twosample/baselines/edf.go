package baselines

import (
	"fmt"
	"math"
	"math/rand/v2"

	"sparker/data"
	"sparker/twosample"
)

// EDFConfig is what a test of empirical distribution functions can be told.
type EDFConfig struct {
	// Statistic is ks, ad or cvm.
	Statistic string `yaml:"-"`
}

// EDFStatistics are the words that EDFConfig.Statistic takes.
var EDFStatistics = []string{"ks", "ad", "cvm"}

// DefaultEDF is the Anderson-Darling statistic.
func DefaultEDF() EDFConfig { return EDFConfig{Statistic: "ad"} }

// Validate implements BaselineConfig.
func (c EDFConfig) Validate(report func(path, message string)) {
	reporter(report).word("statistic", c.Statistic, EDFStatistics)
}

// EDF compares the empirical distribution functions F (n rows of the reference) and G (m of the
// data) in one dimension, with N = n+m and H that of all rows:
//
//	ks   √(nm/N) max|F-G|                                    Kolmogorov-Smirnov
//	ad   nm/N ∫ (F-G)²/(H(1-H)) dH                           Anderson-Darling
//	cvm  nm/N ∫ (F-G)² dH                                    Cramér-von Mises (Anderson, Ann. Math. Stat. 33, 1962)
//
// The Anderson-Darling integral is the sum over ranks of Scholz & Stephens (J. Am. Stat. Assoc. 82,
// 1987, eq. 7 with k = 2), in which tied rows share their middle rank. The time is O(N log N). The
// total rate does not matter.
type EDF struct {
	cfg  EDFConfig
	r, d rows
}

// NewEDF prepares the test. It is an error if dim is not 1.
func NewEDF(cfg EDFConfig, dim int) (*EDF, error) {
	if err := defect("a test of distribution functions", cfg, dim); err != nil {
		return nil, err
	}
	if dim != 1 {
		return nil, fmt.Errorf("baselines: %s in %d dimensions; it compares distributions in "+
			"one (use a sliced test)", cfg.Statistic, dim)
	}
	return &EDF{cfg: cfg}, nil
}

// Name implements Test.
func (t *EDF) Name() string {
	return map[string]string{"ks": "Kolmogorov-Smirnov", "ad": "Anderson-Darling",
		"cvm": "Cramér-von Mises"}[t.cfg.Statistic]
}

// Labels implements Labeled.
func (t *EDF) Labels() []string { return []string{t.cfg.Statistic} }

// Statistics implements Test.
func (t *EDF) Statistics(pair data.Pair, _ *rand.Rand) (twosample.Outcome, error) {
	if o, ok, err := (needs{dim: 1, reference: 1, data: 1}).check(pair); !ok {
		return o, err
	}
	t.r.take(pair.Reference, 0, nil)
	t.d.take(pair.Data, 0, nil)
	a, b := t.r.x, t.d.x
	scale, total := effective(len(a), len(b)), float64(len(a)+len(b))
	switch t.cfg.Statistic {
	case "ks":
		return outcome(math.Sqrt(scale) * kolmogorov(a, b)), nil
	case "cvm":
		var sum float64
		mergeEDF(a, b, func(_, f, g float64, count int) {
			sum += (f - g) * (f - g) *
				float64(count)
		})
		return outcome(scale * sum / total), nil
	}
	var sum, f0, g0, h0 float64 // distribution functions below the value
	mergeEDF(a, b, func(_, f, g float64, count int) {
		share := float64(count) / total
		difference := (f + f0 - g - g0) / 2
		h := h0 + share/2
		if variance := h*(1-h) - share/4; variance > 1e-12 {
			sum += difference * difference / variance * share
		}
		f0, g0, h0 = f, g, h0+share
	})
	return outcome(scale * (total - 1) / total * sum), nil
}

// mergeEDF walks through the distinct values of two sorted samples in ascending order. It calls
// visit with the value, the two empirical distribution functions there (the value included), and
// how many rows of both samples have it.
func mergeEDF(a, b []float64, visit func(x, f, g float64, count int)) {
	n, m := float64(len(a)), float64(len(b))
	for i, j := 0, 0; i < len(a) || j < len(b); {
		var x float64
		if j == len(b) || i < len(a) && a[i] <= b[j] {
			x = a[i]
		} else {
			x = b[j]
		}
		before := i + j
		for i < len(a) && a[i] == x {
			i++
		}
		for j < len(b) && b[j] == x {
			j++
		}
		visit(x, float64(i)/n, float64(j)/m, i+j-before)
	}
}

// kolmogorov is the largest distance between the empirical distribution functions of two sorted
// samples.
func kolmogorov(a, b []float64) float64 {
	var distance float64
	mergeEDF(a, b, func(_, f, g float64, _ int) { distance = max(distance, math.Abs(f-g)) })
	return distance
}
