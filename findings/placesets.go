package findings

import (
	"fmt"
	"math"
	"slices"

	"sparker/data"
	"sparker/stats"
	"sparker/train"
	"sparker/twosample"
)

// Extremes are the largest local significances that the places of a fit have at each scale, widest
// first: those of an excess, and those of a deficit as numbers above 0. They are 0 where there is
// none. Null toys give what they are compared with.
type Extremes struct{ Excess, Deficit []float64 }

// Row returns the numbers as a row of a stats.Search: those of excesses, then those of deficits.
func (e Extremes) Row() []float64 { return slices.Concat(e.Excess, e.Deficit) }

// NewPlaceSearch returns the search of null toys with the given extremes, which are nil for toys
// that failed, for an observation with the extremes like. It returns an error if there are no toys,
// or extremes at other scales.
func NewPlaceSearch(null []*Extremes, like Extremes) (*stats.Search, error) {
	toys := make([]stats.NullToy, len(null))
	for b, e := range null {
		toys[b].Failed = e == nil
		if e != nil {
			toys[b].T = e.Row()
		}
	}
	search, err := stats.NewSearch(toys, len(like.Row()))
	if err != nil {
		return nil, fmt.Errorf("findings: places of null toys: %w", err)
	}
	return search, nil
}

// FindExtremes returns those of a fit to a pair. The fit of a test with members is that of the test
// or, if it fits no kernels, of the first member that does. It is nil if the fit failed, and if it
// was not asked for places (see twosample.Setup).
func FindExtremes(pair data.Pair, fit twosample.Fit) *Extremes {
	if fit.Status != train.OK {
		return nil
	}
	scales := placeScales(*placeFit(fit).fit, pair.Weight)
	if len(scales) == 0 {
		return nil
	}
	e := Extremes{Excess: make([]float64, len(scales)), Deficit: make([]float64, len(scales))}
	for i, scale := range scales {
		for _, c := range scale.candidates {
			e.Excess[i] = max(e.Excess[i], c.soft.Z)
			e.Deficit[i] = max(e.Deficit[i], -c.soft.Z)
		}
	}
	return &e
}

// namedFit is a fit with the name of the member that made it; empty for the test itself.
type namedFit struct {
	name string
	fit  *twosample.Fit
}

// placeFit returns the fit whose places are found. The choice does not depend on the data.
func placeFit(fit twosample.Fit) namedFit {
	if len(fit.Checkpoints) == 0 {
		for _, m := range fit.Members {
			if m.Fit != nil {
				return namedFit{m.Name, m.Fit}
			}
		}
	}
	return namedFit{"", &fit}
}

// placeScale holds the places at a scale.
type placeScale struct {
	train.Checkpoint
	checkpoint int // its index in the fit
	candidates []*candidate
}

// candidate is a place at one scale.
type candidate struct {
	at      *placeScale
	scale   int // the index of its scale
	kernels []int
	all     weightSums    // of all rows
	sums    weightSums    // of what the places found so far leave
	soft    SoftCount     // of sums
	rows    []weightedRow // by their index
}

// placeScales returns the places at every checkpoint with shares, in the order of the fit.
func placeScales(fit twosample.Fit, w float64) []*placeScale {
	var scales []*placeScale
	for i, c := range fit.Checkpoints {
		if c.Shares == nil {
			continue
		}
		scale := &placeScale{Checkpoint: c, checkpoint: i}
		for _, kernels := range kernelSets(*c.Shares) {
			sums := sharesOf(*c.Shares, kernels)
			scale.candidates = append(scale.candidates, &candidate{at: scale, scale: len(scales),
				kernels: kernels, all: sums, sums: sums, soft: sums.softCount(w)})
		}
		scales = append(scales, scale)
	}
	return scales
}

// kernelSets returns the kernels of each place, in ascending order: the connected components of the
// graph whose edges are overlaps of at least PlaceOverlap.
func kernelSets(s train.Shares) [][]int {
	m := len(s.Data.Sums)
	first := make([]int, m) // the first kernel of the place of each
	for i := range m {
		first[i] = i
		for j := range i {
			smaller := min(s.Data.Sums[i], s.Data.Sums[j])
			if !(smaller > 0) || s.Data.Overlaps[i*m+j] < PlaceOverlap*smaller {
				continue
			}
			a, b := first[i], first[j]
			for k := range i + 1 {
				if first[k] == max(a, b) {
					first[k] = min(a, b)
				}
			}
		}
	}
	sets := map[int][]int{}
	var places [][]int
	for i, f := range first {
		sets[f] = append(sets[f], i)
	}
	for i := range m {
		if sets[i] != nil {
			places = append(places, sets[i])
		}
	}
	return places
}

// sharesOf returns the sums of the weights of the place of some kernels.
func sharesOf(s train.Shares, kernels []int) weightSums {
	return weightSums{shareSumOf(s.Data, kernels), shareSumOf(s.Reference, kernels)}
}

// shareSumOf returns the sums of some kernels over the rows of a sample.
func shareSumOf(s *train.SampleShares, kernels []int) (sum shareSum) {
	m := len(s.Sums)
	products := func(list []float64) (total float64) {
		for a, i := range kernels {
			total += list[i*m+i]
			for _, j := range kernels[:a] {
				total += 2 * list[i*m+j]
			}
		}
		return total
	}
	for _, i := range kernels {
		sum.weights += s.Sums[i]
	}
	sum.first = products(s.Products)
	sum.sizes, sum.squares = sum.weights, sum.first
	if s.Sizes != nil {
		sum.sizes, sum.squares = 0, products(s.Squares)
		for _, i := range kernels {
			sum.sizes += s.Sizes[i]
		}
	}
	return sum
}

// weightedRow is a row of the pair with the sum of the shares of a place in it.
type weightedRow struct {
	index  int // in the data, or after them in the reference
	shares float64
}

// heldPair is the rows of a pair that overlaps are worked out from: all of the data and, after
// them, evenly spaced ones of the reference.
type heldPair struct {
	data      int     // the number of data rows
	each      float64 // the reference rows that one of the evenly spaced ones stands for
	reference float64 // the weight of a reference row
	// left is the part of each row that the places found so far leave.
	left []float64
	// relative are the weights of the rows relative to their sample.
	relative []float64
}

// weight returns the weight of a row in a place, times the size of that of the row.
func (h *heldPair) weight(r weightedRow) float64 {
	w := r.shares * h.left[r.index] * math.Abs(h.relative[r.index])
	if r.index >= h.data {
		w *= h.each * h.reference
	}
	return w
}

// take lets a place take its rows from what is left.
func (h *heldPair) take(place *candidate) {
	for _, r := range place.rows {
		h.left[r.index] *= max(0, 1-r.shares)
	}
}

// leave sets the sums of a place to those of what is left of its rows.
func (h *heldPair) leave(c *candidate) {
	c.sums = c.all
	for _, r := range c.rows {
		left := h.left[r.index]
		taken, square := r.shares*(1-left), r.shares*r.shares*(1-left*left)
		if r.index < h.data {
			c.sums.data.add(h.relative[r.index], -taken, -square)
		} else {
			c.sums.reference.add(h.relative[r.index], -h.each*taken, -h.each*square)
		}
	}
	c.sums.data.bound()
	c.sums.reference.bound()
	c.soft = c.sums.softCount(h.reference)
}

// bound makes up for rounding, and for rows that stand for others: no sum of sizes is below 0.
func (s *shareSum) bound() {
	s.sizes, s.first, s.squares = max(0, s.sizes), max(0, s.first), max(0, s.squares)
	s.weights = max(0, s.weights)
}

const (
	// heldWeight is the weight below which a row has no part in the overlap of two places.
	heldWeight = 1e-4
	// heldReference is the largest number of reference rows in an overlap.
	heldReference = 50_000
)

// samePlace reports whether places at any scales hold the same rows. The rows of the reference
// count as well, with their weight: there may be no data in a deficit.
func (h *heldPair) samePlace(a, b *candidate) bool {
	var shared, sumA, sumB float64
	for _, r := range a.rows {
		sumA += h.weight(r)
	}
	rest := a.rows
	for _, r := range b.rows {
		w := h.weight(r)
		sumB += w
		for len(rest) > 0 && rest[0].index < r.index {
			rest = rest[1:]
		}
		if len(rest) > 0 && rest[0].index == r.index {
			shared += min(h.weight(rest[0]), w)
		}
	}
	smaller := min(sumA, sumB)
	return smaller > 0 && shared >= PlaceOverlap*smaller
}

// logWeightOf returns the logarithm of the weight of a place at the row that a census looks at. It
// is finite also where the weight is 0.
func (s *census) logWeightOf(kernels []int) float64 {
	largest, total := math.Inf(-1), 0.0
	for _, k := range kernels {
		largest = max(largest, s.logWeight[k])
	}
	for _, k := range kernels {
		total += math.Exp(s.logWeight[k] - largest)
	}
	return largest + math.Log(total)
}
