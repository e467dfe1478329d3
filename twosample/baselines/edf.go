package baselines

import (
	"fmt"
	"math"
	"math/rand/v2"

	"sparker/data"
	"sparker/twosample"
)

// EDFStatistic is a distance of two empirical distribution functions.
type EDFStatistic string

// The statistics of an EDF.
const (
	KolmogorovSmirnov EDFStatistic = "ks"
	AndersonDarling   EDFStatistic = "ad"
	CramerVonMises    EDFStatistic = "cvm"
)

var edfTitles = map[EDFStatistic]string{
	KolmogorovSmirnov: "Kolmogorov-Smirnov",
	AndersonDarling:   "Anderson-Darling",
	CramerVonMises:    "Cramér-von Mises",
}

func init() {
	for statistic, m := range map[EDFStatistic]twosample.Method{
		KolmogorovSmirnov: {
			About: "Largest distance of the distribution functions of one column: sees shifts of " +
				"the bulk.",
			Source: "Kolmogorov, G. Ist. Ital. Attuari 4 (1933); Smirnov, Ann. Math. Stat. 19 " +
				"(1948)",
		},
		AndersonDarling: {
			About: "Squared distance of the distribution functions of one column, weighted " +
				"towards the tails.",
			Source: "Scholz and Stephens, J. Am. Stat. Assoc. 82 (1987)",
		},
		CramerVonMises: {
			About:  "Mean squared distance of the distribution functions of one column.",
			Source: "Anderson, Ann. Math. Stat. 33 (1962)",
		},
	} {
		m.Name, m.Title, m.Cost = string(statistic), edfTitles[statistic], "O((n+m) log(n+m))"
		m.Check = func(s twosample.Setup) error { return oneColumn(statistic, s.Dim) }
		m.Prepare = func(s twosample.Setup) (twosample.Prepared, error) {
			return prepare(s, func() (labeled, error) { return NewEDF(statistic, s.Dim) })
		}
		twosample.Register(m)
	}
}

// EDF compares the empirical distribution functions F (n rows of the reference) and G (m rows of
// the data) of a single column. With N = n+m rows in all and their distribution function H, the
// statistics are
//
//	ks   √(nm/N) max|F-G|             Kolmogorov-Smirnov
//	ad   nm/N ∫ (F-G)²/(H(1-H)) dH    Anderson-Darling
//	cvm  nm/N ∫ (F-G)² dH             Cramér-von Mises (Anderson, Ann. Math. Stat. 33, 1962)
//
// The Anderson-Darling integral is the sum over ranks of Scholz and Stephens (J. Am. Stat. Assoc.
// 82, 1987, eq. 7 with k = 2), in which tied rows share their middle rank. The time is O(N log N).
// The test compares normalized distributions.
type EDF struct {
	statistic EDFStatistic
	r, d      rows
}

// NewEDF returns the test of a statistic. It returns an error unless dim is 1.
func NewEDF(statistic EDFStatistic, dim int) (*EDF, error) {
	if _, known := edfTitles[statistic]; !known {
		return nil, fmt.Errorf(
			"baselines: there is no statistic %q of distribution functions; the "+
				"statistics are ks, ad and cvm", statistic)
	}
	if dim < 1 {
		return nil, fmt.Errorf("baselines: %s in %d dimensions; must be 1", statistic, dim)
	}
	if err := oneColumn(statistic, dim); err != nil {
		return nil, err
	}
	return &EDF{statistic: statistic}, nil
}

// oneColumn returns an error if there are several columns. 0 stands for a number that is not known.
func oneColumn(statistic EDFStatistic, dim int) error {
	if dim <= 1 {
		return nil
	}
	return &twosample.SetupError{Method: string(statistic), Part: twosample.PartDim,
		Reason: fmt.Sprintf("compares distributions of one column; there are %d (a sliced test "+
			"takes several)", dim)}
}

// Name implements twosample.Test.
func (t *EDF) Name() string { return edfTitles[t.statistic] }

// Labels returns the name of the statistic.
func (t *EDF) Labels() []string { return []string{string(t.statistic)} }

// Statistics implements twosample.Test: the one statistic.
func (t *EDF) Statistics(pair data.Pair, _ *rand.Rand) (twosample.Outcome, error) {
	if o, ok, err := (needs{dim: 1, reference: 1, data: 1}).check(pair); !ok {
		return o, err
	}
	t.r.take(pair.Reference, 0, nil)
	t.d.take(pair.Data, 0, nil)
	a, b := t.r.x, t.d.x
	scale, total := effective(len(a), len(b)), float64(len(a)+len(b))
	switch t.statistic {
	case KolmogorovSmirnov:
		return outcome(math.Sqrt(scale) * kolmogorov(a, b)), nil
	case CramerVonMises:
		var sum float64
		mergeEDF(a, b, func(_, f, g float64, count int) {
			sum += (f - g) * (f - g) * float64(count)
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

// mergeEDF calls visit with each distinct value of two sorted samples, in ascending order, with the
// two empirical distribution functions there (including the value), and with the number of rows of
// both samples that have it.
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

// mergeWeightedEDF is mergeEDF for rows of one column with weights, without the count: f and g are
// the shares of the weights of the rows up to x.
func mergeWeightedEDF(a, b *rows, visit func(x, f, g float64)) {
	n, m := a.total(), b.total()
	var f, g float64
	for i, j := 0, 0; i < a.n || j < b.n; {
		x := math.Inf(1)
		if i < a.n {
			x = a.x[i]
		}
		if j < b.n {
			x = min(x, b.x[j])
		}
		for ; i < a.n && a.x[i] == x; i++ {
			f += a.weight(i)
		}
		for ; j < b.n && b.x[j] == x; j++ {
			g += b.weight(j)
		}
		visit(x, f/n, g/m)
	}
}

// kolmogorov returns the largest distance of the empirical distribution functions of two sorted
// samples.
func kolmogorov(a, b []float64) float64 {
	var distance float64
	mergeEDF(a, b, func(_, f, g float64, _ int) { distance = max(distance, math.Abs(f-g)) })
	return distance
}
