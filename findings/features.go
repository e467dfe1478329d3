package findings

import (
	"cmp"
	"math"
	"slices"
)

// columnSums are sums over rows with weights phi, times those of the rows: of phi, and of phi u and
// phi u² in each column, with u in standard deviations.
type columnSums struct {
	weights, referenceWeights float64   // Σ_D phi, Σ_R phi
	data, reference, squares  []float64 // Σ_D phi u, Σ_R phi u, Σ_R phi u²
}

// sums returns those of a kernel at the scale of the findings.
func (r *reader) sums(kernel int) columnSums {
	s, d := r.scales[r.chosen], &r.detail
	from, to := kernel*r.dim, (kernel+1)*r.dim
	sums := s.weightSums(kernel)
	return columnSums{weights: sums.data.weights, referenceWeights: sums.reference.weights,
		data: d.data[from:to], reference: d.reference[from:to], squares: d.squares[from:to]}
}

// features returns the columns in which rows with weights differ most from all of the reference,
// and from the reference rows with the same weights.
func (r *reader) features(sums columnSums, soft SoftCount) (bulk, local []Feature) {
	var all []Feature
	for j, sd := range r.units.sd {
		if sd > 0 {
			all = append(all, r.feature(sums, j, soft))
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

// feature compares rows with weights with the reference in a column.
func (r *reader) feature(sums columnSums, column int, soft SoftCount) Feature {
	mean, sd := r.units.mean[column], r.units.sd[column]
	u := sums.data[column] / sums.weights
	f := Feature{Column: column, Name: r.Columns[column], Mean: mean + sd*u, ReferenceMean: mean,
		ReferenceSD: sd, Bulk: u, Indicator: !r.graded[column]}
	n := soft.EffectiveReference
	if n < leastLocal || !(sums.referenceWeights > 0) {
		return f
	}
	around := sums.reference[column] / sums.referenceWeights // in standard deviations
	variance := max(0, sums.squares[column]/sums.referenceWeights-around*around) * n / (n - 1)
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
