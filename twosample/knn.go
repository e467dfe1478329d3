package twosample

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"sparker/data"
)

// KNNConfig is what the test of nearest neighbors can be told.
type KNNConfig struct {
	// K are the numbers of neighbors, two statistics for each.
	K []int `yaml:"k"`
	// Rows are those whose neighbors are looked at: data, or pooled, for all (as Schilling does).
	Rows string `yaml:"rows"`
	// MaxReference is how many rows of the reference take part, drawn anew for every pair; 0 is
	// all.
	MaxReference int `yaml:"max_reference"`
}

// KNNRows are the words that KNNConfig.Rows takes.
var KNNRows = []string{"data", "pooled"}

// DefaultKNN is 5 and 20 neighbors of the data's rows, with 20,000 rows of the reference.
func DefaultKNN() KNNConfig { return KNNConfig{K: []int{5, 20}, Rows: "data", MaxReference: 20000} }

// Validate implements BaselineConfig.
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

// KNN looks at the k nearest neighbors of every row among all other rows of both samples. There
// are two statistics for each k:
//
//	share  the mean share of neighbors from the row's own sample (Schilling, J. Am. Stat. Assoc. 81, 1986; Henze, Ann. Stat.
//	       16, 1988)
//	kl     d/m Σ_D ln(ν_k/ρ_k) + ln(n/(m-1)), an estimate of the Kullback-Leibler divergence of the data from the reference
//	       (Wang, Kulkarni & Verdú, IEEE Trans. Inf. Theory 55, 2009): ρ_k and ν_k are the distances of a row of the data to its
//	       k-th neighbor in the data and in the reference
//
// With many more rows in the reference than in the data, the shares of the reference's rows are all
// noise; so by default the mean is over the data's rows, with mean (m-1)/(N-1) under the null
// hypothesis. Over all rows it is [n(n-1) + m(m-1)]/(N(N-1)). Rows at the same distance as the k-th
// neighbor share the places that are left in equal parts. Distances below 1e-12 of the largest
// count as that, so that repeated rows leave kl finite. The total rate does not matter.
//
// Neighbors come from k-d trees: O(N log N) in few dimensions, O(rows · N d) in many.
type KNN struct {
	cfg             KNNConfig
	dim, most       int
	r, d            rows
	reference, data tree
	near, apart     []float64 // ρ² and ν² of the data's rows, k after k
}

// NewKNN prepares the test.
func NewKNN(cfg KNNConfig, dim int) (*KNN, error) {
	if err := defect("knn", cfg, dim); err != nil {
		return nil, err
	}
	return &KNN{cfg: cfg, dim: dim, most: slices.Max(cfg.K)}, nil
}

// Name implements Test.
func (t *KNN) Name() string { return "kNN" }

// Labels implements Labeled: share and kl for each k.
func (t *KNN) Labels() []string {
	var labels []string
	for _, k := range t.cfg.K {
		labels = append(labels, fmt.Sprintf("share of %d", k), fmt.Sprintf("kl of %d", k))
	}
	return labels
}

// Statistics implements Test.
func (t *KNN) Statistics(pair data.Pair, r *rand.Rand) (Outcome, error) {
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

// ownShare is the share of the k nearest rows that are of the own sample, after both have looked
// from the same place.
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

// places counts the distances below and at last.
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

// tree finds nearest rows (a k-d tree: Bentley, Commun. ACM 18, 1975). Rows are split at the median
// of the column in which they extend farthest.
type tree struct {
	s     *rows
	index []int // rows in the order of the leaves
	nodes []node

	// the last search
	x     []float64
	skip  int
	found []float64
}

// node splits the places from first to end of the index at middle, unless axis is -1.
type node struct {
	first, end  int
	axis        int
	at          float64
	left, right int
}

const leafRows = 12

// build indexes the rows, which must not change afterwards.
func (t *tree) build(s *rows) {
	t.s, t.index, t.nodes = s, t.index[:0], t.nodes[:0]
	for i := range s.n {
		t.index = append(t.index, i)
	}
	t.grow(0, s.n)
}

func (t *tree) grow(first, end int) int {
	self := len(t.nodes)
	t.nodes = append(t.nodes, node{first: first, end: end, axis: -1})
	if end-first <= leafRows {
		return self
	}
	axis, widest := -1, 0.0
	for j := range t.s.d {
		low, high := math.Inf(1), math.Inf(-1)
		for _, i := range t.index[first:end] {
			v := t.s.x[i*t.s.d+j]
			low, high = min(low, v), max(high, v)
		}
		if high-low > widest {
			axis, widest = j, high-low
		}
	}
	if axis < 0 { // all rows are the same
		return self
	}
	middle := (first + end) / 2
	t.partition(first, end, middle, axis)
	at := t.s.x[t.index[middle]*t.s.d+axis]
	left := t.grow(first, middle)
	right := t.grow(middle, end)
	t.nodes[self] = node{first: first, end: end, axis: axis, at: at, left: left, right: right}
	return self
}

// partition puts the row of rank middle into its place, smaller ones before and larger ones behind
// it (Hoare's quickselect).
func (t *tree) partition(first, end, middle, axis int) {
	value := func(place int) float64 { return t.s.x[t.index[place]*t.s.d+axis] }
	for low, high := first, end-1; low < high; {
		pivot := value((low + high) / 2)
		i, j := low, high
		for i <= j {
			for value(i) < pivot {
				i++
			}
			for value(j) > pivot {
				j--
			}
			if i <= j {
				t.index[i], t.index[j] = t.index[j], t.index[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case middle <= j:
			high = j
		case middle >= i:
			low = i
		default:
			return
		}
	}
}

// look finds the squared distances of the k rows nearest to x, in ascending order, without the row
// skip.
func (t *tree) look(x []float64, k, skip int) {
	t.x, t.skip = x, skip
	t.found = resize(t.found, k)
	for i := range t.found {
		t.found[i] = math.Inf(1)
	}
	t.search(0)
}

func (t *tree) search(at int) {
	n := &t.nodes[at]
	last := len(t.found) - 1
	if n.axis < 0 {
		for _, i := range t.index[n.first:n.end] {
			if i == t.skip {
				continue
			}
			d := data.SquaredDistance(t.x, t.s.at(i))
			if d >= t.found[last] {
				continue
			}
			place := last
			for ; place > 0 && t.found[place-1] > d; place-- {
				t.found[place] = t.found[place-1]
			}
			t.found[place] = d
		}
		return
	}
	offset := t.x[n.axis] - n.at
	near, far := n.left, n.right
	if offset >= 0 {
		near, far = far, near
	}
	t.search(near)
	if offset*offset < t.found[last] {
		t.search(far)
	}
}

// at counts the rows at a squared distance from the place that was last looked from.
func (t *tree) at(distance float64) int { return t.count(0, distance) }

func (t *tree) count(at int, distance float64) int {
	n := &t.nodes[at]
	if n.axis < 0 {
		count := 0
		for _, i := range t.index[n.first:n.end] {
			if i != t.skip && data.SquaredDistance(t.x, t.s.at(i)) == distance {
				count++
			}
		}
		return count
	}
	count := 0
	offset := t.x[n.axis] - n.at
	reaches := offset*offset <= distance
	if offset < 0 || reaches {
		count += t.count(n.left, distance)
	}
	if offset >= 0 || reaches {
		count += t.count(n.right, distance)
	}
	return count
}
