package baselines

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"sparker/data"
	"sparker/twosample"
)

// KNNConfig holds the options of the test of nearest neighbors.
type KNNConfig struct {
	// K lists the numbers of neighbors, with two statistics each.
	K []int `yaml:"k"`
	// Rows says whose neighbors are counted: those of the rows of the data, or pooled, those of the
	// rows of both samples (as Schilling does).
	Rows string `yaml:"rows"`
	// MaxReference is the number of reference rows that take part, drawn anew for every pair. 0
	// stands for all.
	MaxReference int `yaml:"max_reference"`
}

// KNNRows are the words that KNNConfig.Rows takes.
var KNNRows = []string{"data", "pooled"}

// DefaultKNN returns 5 and 20 neighbors of the rows of the data, and 20,000 rows of the reference.
func DefaultKNN() KNNConfig { return KNNConfig{K: []int{5, 20}, Rows: "data", MaxReference: 20000} }

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (c KNNConfig) Validate(report func(path, message string)) {
	r := reporter(report)
	if len(c.K) == 0 {
		r("k", "is empty; must hold at least one number")
	}
	for i, k := range c.K {
		r.atLeast(fmt.Sprintf("k[%d]", i), k, 1)
	}
	r.word("rows", c.Rows, KNNRows)
	r.atLeast("max_reference", c.MaxReference, 0)
}

func init() {
	twosample.Register(twosample.Method{
		Name:  "knn",
		Title: "kNN",
		About: "Shares of nearest neighbors from the same sample, and the Kullback-Leibler " +
			"divergence: sees local differences in few columns.",
		Cost: "O((n+m) log(n+m)) in few columns, O(m (n+m) d) in many",
		Source: "Schilling, J. Am. Stat. Assoc. 81 (1986); Wang, Kulkarni and Verdú, IEEE Trans. " +
			"Inf. Theory 55 (2009)",
		Prepare: preparer("knn", DefaultKNN, NewKNN),
	})
}

// KNN looks at the k nearest neighbors of rows among all other rows of both samples. There are two
// statistics for each k:
//
//	share  the mean share of neighbors from the row's own sample
//	       (Schilling, J. Am. Stat. Assoc. 81, 1986; Henze, Ann. Stat. 16, 1988)
//	kl     d/m Σ_D ln(ν_k/ρ_k) + ln(n/(m-1)), an estimate of the Kullback-Leibler divergence of
//	       the data from the reference (Wang, Kulkarni and Verdú, IEEE Trans. Inf. Theory 55,
//	       2009); ρ_k and ν_k are the distances of a data row to its k-th neighbor in the data
//	       and in the reference
//
// If the reference has many more rows than the data, the shares of its rows are only noise. By
// default the mean is therefore over the rows of the data; under the null hypothesis it is
// (m-1)/(N-1). Over all rows it is [n(n-1) + m(m-1)]/(N(N-1)). Rows at the same distance as the
// k-th neighbor share the places that are left in equal parts. Distances below 1e-12 of the largest
// count as that, so that repeated rows leave kl finite. The test compares normalized distributions.
//
// Neighbors come from k-d trees: O(N log N) in few dimensions, O(rows · N d) in many.
type KNN struct {
	cfg             KNNConfig
	dim, most       int
	r, d            rows
	reference, data tree
	near, apart     []float64 // ρ² and ν² of the data's rows, k after k
}

// NewKNN returns the test for samples of dim columns.
func NewKNN(cfg KNNConfig, dim int) (*KNN, error) {
	if err := impossible("knn", cfg, dim); err != nil {
		return nil, err
	}
	return &KNN{cfg: cfg, dim: dim, most: slices.Max(cfg.K)}, nil
}

// Name implements twosample.Test.
func (t *KNN) Name() string { return "kNN" }

// Labels returns share and kl for each k.
func (t *KNN) Labels() []string {
	var labels []string
	for _, k := range t.cfg.K {
		labels = append(labels, fmt.Sprintf("share of %d", k), fmt.Sprintf("kl of %d", k))
	}
	return labels
}

// Statistics implements twosample.Test: share and kl for each k.
func (t *KNN) Statistics(pair data.Pair, r *rand.Rand) (twosample.Outcome, error) {
	if o, ok, err := (needs{dim: t.dim, reference: t.most + 1, data: t.most + 1}).check(pair); !ok {
		return o, err
	}
	limit := t.cfg.MaxReference
	if limit > 0 {
		limit = max(limit, t.most+1)
	}
	t.r.take(pair.Reference, limit, r)
	t.d.take(pair.Data, 0, nil)
	t.reference.build(&t.r)
	t.data.build(&t.d)
	share := make([]float64, len(t.cfg.K))
	t.near, t.apart = t.near[:0], t.apart[:0]
	for i := range t.d.n {
		t.data.look(t.d.at(i), t.most, i)
		t.reference.look(t.d.at(i), t.most, -1)
		for j, k := range t.cfg.K {
			share[j] += ownShare(&t.data, &t.reference, k)
			t.near, t.apart = append(t.near, t.data.found[k-1]),
				append(t.apart, t.reference.found[k-1])
		}
	}
	queries := t.d.n
	if t.cfg.Rows == "pooled" {
		queries += t.r.n
		for i := range t.r.n {
			t.reference.look(t.r.at(i), t.most, i)
			t.data.look(t.r.at(i), t.most, -1)
			for j, k := range t.cfg.K {
				share[j] += ownShare(&t.reference, &t.data, k)
			}
		}
	}
	floor := 1e-24 * max(slices.Max(t.near), slices.Max(t.apart))
	statistics := make([]float64, 0, 2*len(share))
	for j := range share {
		var logs float64
		if floor > 0 {
			for i := j; i < len(t.near); i += len(share) {
				logs += math.Log(max(t.apart[i], floor)/max(t.near[i], floor)) / 2
			}
		}
		n, m := float64(t.r.n), float64(t.d.n)
		statistics = append(statistics, share[j]/float64(queries),
			float64(t.dim)/m*logs+math.Log(n/(m-1)))
	}
	return outcome(statistics...), nil
}

// ownShare returns the share of the k nearest rows that are in the first sample, after look was
// called for both at the same place.
func ownShare(own, other *tree, k int) float64 {
	i, j := 0, 0
	var last float64 // the distance of the k-th
	for i+j < k {
		if own.found[i] <= other.found[j] {
			last = own.found[i]
			i++
		} else {
			last = other.found[j]
			j++
		}
	}
	ownNearer, ownTied := places(own.found[:k], last)
	otherNearer, otherTied := places(other.found[:k], last)
	left := k - ownNearer - otherNearer
	if ownTied+otherTied > left {
		ownTied, otherTied = own.at(last), other.at(last)
	}
	return (float64(ownNearer) + float64(left)*float64(ownTied)/float64(
		ownTied+otherTied)) / float64(k)
}

// places returns how many distances are below last, and how many are equal to it.
func places(distances []float64, last float64) (below, at int) {
	for _, d := range distances {
		if d < last {
			below++
		} else if d == last {
			at++
		}
	}
	return below, at
}
