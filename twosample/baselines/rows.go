package baselines

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"

	"sparker/data"
)

// rows is a copy of a sample, sorted by value. The order of the rows in the sample then has no
// influence on a test, not even on the last bit. Random choices among the rows are made in the
// sorted order.
type rows struct {
	x       []float64 // n×d
	n, d    int
	order   []int
	weights []float64 // of the rows, relative to each other; nil if they are equal
}

func (s *rows) at(i int) []float64 { return s.x[i*s.d : (i+1)*s.d : (i+1)*s.d] }

// take copies a sample. If it has more rows than limit, it copies that many, drawn without
// replacement; otherwise it takes nothing from the stream. A limit of 0 means none.
func (s *rows) take(from data.Sample, limit int, r *rand.Rand) {
	s.n, s.d, s.weights = from.N, from.D, nil
	if from.D == 1 {
		s.x = append(s.x[:0], from.X...)
		slices.Sort(s.x)
	} else {
		s.order = s.order[:0]
		for i := range from.N {
			s.order = append(s.order, i)
		}
		slices.SortFunc(s.order, func(i, j int) int {
			a, b := from.Row(i), from.Row(j)
			for k, v := range a {
				if v != b[k] {
					return cmp.Compare(v, b[k])
				}
			}
			return 0
		})
		s.x = s.x[:0]
		for _, i := range s.order {
			s.x = append(s.x, from.Row(i)...)
		}
	}
	s.limit(limit, r)
}

// limit keeps that many of the rows, drawn without replacement. 0 keeps all of them.
func (s *rows) limit(n int, r *rand.Rand) {
	if n == 0 || n >= s.n {
		return
	}
	kept := 0
	choose(s.n, n, r, func(i int) {
		copy(s.at(kept), s.at(i))
		if s.weights != nil {
			s.weights[kept] = s.weights[i]
		}
		kept++
	})
	s.n, s.x = n, s.x[:n*s.d]
	if s.weights != nil {
		s.weights = s.weights[:n]
	}
}

// takeWeighted is take with the weights of the rows, which may be nil. Equal rows are sorted by
// weight.
func (s *rows) takeWeighted(from data.Sample, weights []float64, limit int, r *rand.Rand) {
	if !data.Uneven(weights) {
		s.take(from, limit, r)
		return
	}
	s.n, s.d, s.order = from.N, from.D, s.order[:0]
	for i := range from.N {
		s.order = append(s.order, i)
	}
	slices.SortFunc(s.order, func(i, j int) int {
		return cmp.Or(slices.Compare(from.Row(i), from.Row(j)),
			cmp.Compare(weights[i], weights[j]))
	})
	s.x, s.weights = s.x[:0], make([]float64, 0, from.N)
	for _, i := range s.order {
		s.x, s.weights = append(s.x, from.Row(i)...), append(s.weights, weights[i])
	}
	s.limit(limit, r)
}

// total returns the sum of the weights of the rows.
func (s *rows) total() float64 {
	if s.weights == nil {
		return float64(s.n)
	}
	return floats.Sum(s.weights)
}

// weight returns the weight of row i relative to the mean of the sample.
func (s *rows) weight(i int) float64 {
	if s.weights == nil {
		return 1
	}
	return s.weights[i]
}

// sample returns a view of the rows.
func (s *rows) sample() data.Sample { return data.Sample{X: s.x, N: s.n, D: s.d} }

// pooled returns both samples in one, the first in front.
func pooled(a, b *rows) data.Sample {
	x := make([]float64, 0, len(a.x)+len(b.x))
	return data.Sample{X: append(append(x, a.x...), b.x...), N: a.n + b.n, D: a.d}
}

// standardize shifts and scales the columns of both samples as [data.Standardizer] does. The
// quantities are those of the pair that the samples are from.
func standardize(reference, other *rows, quantities []int) {
	standardizer, _ := data.NewStandardizer(data.Pair{Reference: reference.sample(),
		Data: other.sample(), Quantities: quantities,
		ReferenceWeights: reference.weights, DataWeights: other.weights})
	reference.x, other.x = standardizer.Apply(reference.sample()).X,
		standardizer.Apply(other.sample()).X
}

// choose draws k different numbers below n at random, and calls take with each in ascending order.
func choose(n, k int, r *rand.Rand, take func(i int)) {
	for i := 0; k > 0; i++ {
		if r.IntN(n-i) < k {
			take(i)
			k--
		}
	}
}

// effective returns nm/(n+m). The variance of the difference of two means is inversely proportional
// to it.
func effective(n, m int) float64 { return float64(n) * float64(m) / float64(n+m) }

// resize returns a slice of n elements, with the memory of the old one if that is enough.
func resize[E any](s []E, n int) []E {
	if cap(s) < n {
		return make([]E, n, n+n/4)
	}
	return s[:n]
}
