package findings

import (
	"cmp"
	"math"
	"slices"
)

// features returns the columns in which the members of a kernel differ most from all of the
// reference, and from the reference rows around the kernel.
func (r *reader) features(kernel int, soft SoftCount) (bulk, local []Feature) {
	var all []Feature
	for j, sd := range r.units.sd {
		if sd > 0 {
			all = append(all, r.feature(kernel, j, soft))
		}
	}
	return largest(all, r.Features, func(f Feature) float64 { return f.Bulk }),
		largest(all, r.Features, func(f Feature) float64 {
			if f.Local == nil {
				return math.NaN()
			}
			return *f.Local
		})
}

// feature compares the members of a kernel with the reference in a column.
func (r *reader) feature(kernel, column int, soft SoftCount) Feature {
	s, d := r.scales[r.chosen], &r.detail
	mean, sd := r.units.mean[column], r.units.sd[column]
	k := kernel*r.dim + column
	u := d.data[k] / s.sum[inData][kernel]
	f := Feature{Column: column, Name: r.Columns[column], Mean: mean + sd*u, ReferenceMean: mean,
		ReferenceSD: sd, Bulk: u, Indicator: !r.graded[column]}
	n := soft.EffectiveReference
	if n < leastLocal {
		return f
	}
	sum := s.sum[inReference][kernel]
	around := d.reference[k] / sum // in standard deviations
	variance := max(0, d.squares[k]/sum-around*around) * n / (n - 1)
	localMean, deviation := mean+sd*around, u-around
	standardError := math.Sqrt(variance * (1/soft.EffectiveData + 1/n))
	f.LocalMean, f.Local, f.LocalError = &localMean, &deviation, &standardError
	return f
}

// largest returns the n features of the largest deviation in size, without those of which it is
// NaN.
func largest(all []Feature, n int, deviation func(Feature) float64) []Feature {
	list := []Feature{}
	for _, f := range all {
		if !math.IsNaN(deviation(f)) {
			list = append(list, f)
		}
	}
	slices.SortStableFunc(list, func(a, b Feature) int {
		return cmp.Compare(math.Abs(deviation(b)), math.Abs(deviation(a)))
	})
	return list[:min(n, len(list))]
}
