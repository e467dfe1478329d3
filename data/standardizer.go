package data

import (
	"math"
	"slices"
)

// Standardizer shifts and scales each column of a pair by the mean and the standard deviation that
// the column has in the reference, so that columns in different units contribute equally to a
// distance.
//
// Rows count by their weights. A row of weight 0 does not count. If weights of both signs give a
// column a variance of less than a tenth of that with their absolute values, the latter is used:
// negative weights can cancel a variance, although the rows vary.
//
// A column that is constant in the reference, but not in the data, keeps the constant as its shift.
// Its scale is the standard deviation of the rows of both samples together, so that it takes part.
// A column that is constant in both samples carries no information: Apply sets it to 0.
//
// The scales of the columns of a quantity (see [Pair.Quantities]) are multiplied by the root of the
// number of its columns that vary in the reference. The quantity as a whole then contributes to the
// mean squared distance of two reference rows as much as a single column does. For the indicators
// of the words of a category, this is the chi-square distance of correspondence analysis
// (Greenacre, Correspondence Analysis in Practice, chapter 4): a rare word is far from all others,
// as a rare number is.
type Standardizer struct {
	mean []float64
	sd   []float64 // 0 if the column is constant in both samples
	// exponent holds, for columns whose squares overflow or underflow, the power of two that mean
	// and sd are in units of. It is nil if there are none.
	exponent []int
}

// farthest bounds standardized values. Their squares, and the squares of those, are finite.
const farthest = 0x1p250

// NewStandardizer returns the standardizer of a pair. Standard deviations have the divisor N, not
// N - 1. The data may have no rows: the standardizer is then that of the reference alone.
//
// The warnings name the columns that are constant in the reference: those that are left out, and
// those in which the data differ.
func NewStandardizer(pair Pair) (Standardizer, []string) {
	d := pair.Reference.D
	s := Standardizer{mean: make([]float64, d), sd: make([]float64, d)}
	if pair.Reference.N == 0 {
		return s, []string{"the reference has no rows: every column is left out of the distance"}
	}
	w := newConstants(pair)
	varies := make([]bool, d) // in the reference
	var canceled []int
	var column weightedColumn
	for j := range d {
		column.reset()
		column.add(pair.Reference, j, pair.ReferenceWeights)
		constant := column.values[0]
		varies[j] = column.varies()
		if varies[j] {
			if s.set(j, column) {
				canceled = append(canceled, j)
			}
			continue
		}
		n := 0
		if pair.Data.D == d {
			n = differing(pair.Data, j, constant)
		}
		w.add(j, constant, n, pair.Data.N)
		if n > 0 {
			column.add(pair.Data, j, pair.DataWeights)
			s.set(j, column)
		}
		s.shift(j, constant)
	}
	s.join(pair.Quantities, varies)
	return s, append(w.warnings(), canceledWarning(pair, canceled)...)
}

// Suits reports whether a sample has the constant of the reference in all columns that are left
// out. If it does, the standardizer is also that of the reference and the sample.
func (s Standardizer) Suits(sample Sample) bool {
	for j, sd := range s.sd {
		if sd == 0 && differing(sample, j, s.mean[j]) > 0 {
			return false
		}
	}
	return true
}

// differing returns the number of rows whose value in column j is not the given one.
func differing(s Sample, j int, value float64) (n int) {
	for i := j; i < len(s.X); i += s.D {
		if s.X[i] != value {
			n++
		}
	}
	return n
}

// smallest is the standard deviation below which squares lose digits to underflow.
const smallest = 1e-140

// set sets mean and deviation of column j to those of its values, which are not all equal. Values
// whose squares overflow or underflow are divided by a power of two first. It reports whether the
// weights cancel the variance.
func (s *Standardizer) set(j int, column weightedColumn) (canceled bool) {
	s.mean[j], s.sd[j], canceled = column.moments()
	if s.sd[j] >= smallest && s.sd[j] <= math.MaxFloat64 {
		return canceled
	}
	values := column.values
	_, e := math.Frexp(max(math.Abs(slices.Min(values)), math.Abs(slices.Max(values))))
	scaled := weightedColumn{values: make([]float64, len(values)), weights: column.weights}
	for i, v := range values {
		scaled.values[i] = math.Ldexp(v, -e)
	}
	if s.exponent == nil {
		s.exponent = make([]int, len(s.sd))
	}
	s.exponent[j] = e
	s.mean[j], s.sd[j], canceled = scaled.moments()
	return canceled
}

// shift sets the mean of column j, in the data's own units.
func (s *Standardizer) shift(j int, value float64) {
	s.mean[j] = math.Ldexp(value, -s.unit(j))
}

// unit returns the exponent of column j.
func (s *Standardizer) unit(j int) int {
	if s.exponent == nil {
		return 0
	}
	return s.exponent[j]
}

// join scales the columns of each quantity so that the quantity counts as one column. varies says
// which columns vary in the reference. If none of a quantity does, those that vary with the data
// count.
func (s *Standardizer) join(quantities []int, varies []bool) {
	varying, all := map[int]int{}, map[int]int{}
	for j, b := range quantities {
		if s.sd[j] > 0 {
			all[b]++
		}
		if varies[j] {
			varying[b]++
		}
	}
	for j, b := range quantities {
		n := varying[b]
		if n == 0 {
			n = all[b]
		}
		if n > 1 {
			s.sd[j] *= math.Sqrt(float64(n))
		}
	}
}

// deviation returns the scale of column j in its own units. It is above 0 unless the column is left
// out.
func (s *Standardizer) deviation(j int) float64 {
	sd := math.Ldexp(s.sd[j], s.unit(j))
	if s.sd[j] > 0 && sd == 0 {
		return math.SmallestNonzeroFloat64
	}
	return sd
}

// Apply returns a standardized copy of a sample: each column minus its shift, in units of its
// scale. Columns that are left out are 0. Values are bounded by 2^250 in size, far beyond any
// kernel, so that their squares stay finite. The sample must have as many columns as the reference.
func (s Standardizer) Apply(sample Sample) Sample {
	x := make([]float64, len(sample.X))
	for i := range sample.N {
		s.applyRow(x[i*sample.D:(i+1)*sample.D], sample.Row(i))
	}
	return Sample{X: x, N: sample.N, D: sample.D}
}

// ApplyRow is Apply for one row. It sets to, which has as many entries as there are columns.
func (s Standardizer) ApplyRow(to, row []float64) {
	clear(to)
	s.applyRow(to, row)
}

// applyRow sets the entries of to in columns that are not left out.
func (s Standardizer) applyRow(to, row []float64) {
	for j, sd := range s.sd {
		if !(sd > 0) {
			continue
		}
		v := row[j]
		if s.exponent != nil {
			v = math.Ldexp(v, -s.exponent[j])
		}
		to[j] = max(-farthest, min(farthest, (v-s.mean[j])/sd))
	}
}

// Scale returns the scale of each column, in its own units, or 0 for a column that is left out.
func (s Standardizer) Scale() []float64 {
	scale := make([]float64, len(s.sd))
	for j := range scale {
		scale[j] = s.deviation(j)
	}
	return scale
}

// Invert returns a standardized point in the units of the reference. A point has one coordinate for
// each column. Where a column is left out, the result is the constant of the reference.
func (s Standardizer) Invert(point []float64) []float64 {
	x := make([]float64, len(s.mean))
	for j := range x {
		x[j] = math.Ldexp(s.mean[j]+s.sd[j]*point[j], s.unit(j))
	}
	return x
}
