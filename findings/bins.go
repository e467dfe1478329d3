package findings

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"sparker/data"
)

// The bins of a column.
const (
	// mostBins is the number of bins of a column of many values, and the largest number of a
	// category.
	mostBins = 24
	// mostValues is the largest number of values that have a bin each.
	mostValues = 12
	// rangeRows is the number of rows of each sample from which the range of the bins is found.
	rangeRows = 2000
	// largestInteger bounds integers whose bins hold the same number of them each.
	largestInteger = 1 << 40
)

// column is a column of a pair, or a category, with its bins.
type column struct {
	Bins
	indicators []int     // the columns of a category; nil for a column
	values     []float64 // of the bins of a column with labels, rising
	nominal    bool      // the order of the bins has no meaning
}

// bin returns the bin of a row of the pair.
func (c *column) bin(x []float64) int {
	if c.nominal {
		for i, j := range c.indicators {
			if x[j] == 1 {
				return i
			}
		}
		return len(c.Labels) - 1 // none of the values
	}
	v := x[c.Column]
	if c.values != nil {
		i, _ := slices.BinarySearch(c.values, v)
		return min(i, len(c.values)-1)
	}
	n := len(c.Edges) - 1
	low, high := c.Edges[0], c.Edges[n]
	k := int(float64(n) * ((v/2 - low/2) / (high/2 - low/2))) // halves do not overflow
	k = min(max(k, 0), n-1)
	for k > 0 && v < c.Edges[k] {
		k--
	}
	for k < n-1 && v >= c.Edges[k+1] {
		k++
	}
	return k
}

// newColumns finds the bins of the columns of a pair, from both samples. Columns that are not
// numbers of a range are not among them.
func newColumns(pair data.Pair, names []string) []*column {
	var list []*column
	done, scans := make([]bool, pair.Data.D), scanColumns(pair)
	for j := range pair.Data.D {
		if done[j] {
			continue
		}
		c := newCategory(pair, names, j)
		if c != nil {
			for _, k := range c.indicators {
				done[k] = true
			}
		} else if c = newColumn(pair, j, scans[j]); c != nil {
			c.Name = names[j]
		}
		if c != nil {
			list = append(list, c)
		}
	}
	return list
}

// newCategory returns the category whose first value has the column j, or nil if there is none: if
// the columns of the quantity are not 0 and 1, with a 1 in one of them at most, or if their names
// are not NAME=VALUE.
func newCategory(pair data.Pair, names []string, j int) *column {
	if pair.Quantities == nil {
		return nil
	}
	name, _, named := strings.Cut(names[j], "=")
	c := &column{Bins: Bins{Column: j, Name: name}, nominal: true}
	for k, q := range pair.Quantities {
		if q != pair.Quantities[j] {
			continue
		}
		other, label, ok := strings.Cut(names[k], "=")
		if !named || !ok || other != name {
			return nil
		}
		c.indicators, c.Labels = append(c.indicators, k), append(c.Labels, label)
	}
	if len(c.indicators) < 2 || len(c.indicators) >= mostBins {
		return nil
	}
	none := false
	for _, s := range []data.Sample{pair.Data, pair.Reference} {
		for i := range s.N {
			sum := 0.0
			for _, k := range c.indicators {
				v := s.Row(i)[k]
				if v != 0 && v != 1 {
					return nil
				}
				sum += v
			}
			if sum > 1 {
				return nil
			}
			none = none || sum == 0
		}
	}
	if none {
		c.Labels = append(c.Labels, otherLabel(c.Labels))
	}
	return c
}

// otherLabel is the label of rows that have none of the values.
func otherLabel(labels []string) string {
	name := "other"
	for slices.Contains(labels, name) {
		name = "(" + name + ")"
	}
	return name
}

// columnScan is what a pass over the rows says of a column.
type columnScan struct {
	low, high float64
	values    []float64 // rising; more than mostValues if there are more
	integers  bool
}

// scanColumns scans all columns of a pair, row by row, as the samples are in memory.
func scanColumns(pair data.Pair) []columnScan {
	scans := make([]columnScan, pair.Data.D)
	for j := range scans {
		scans[j] = columnScan{low: math.Inf(1), high: math.Inf(-1), integers: true}
	}
	for _, sample := range []data.Sample{pair.Data, pair.Reference} {
		for i := range sample.N {
			for j, v := range sample.Row(i) {
				scans[j].add(v)
			}
		}
	}
	return scans
}

func (s *columnScan) add(v float64) {
	s.low, s.high = min(s.low, v), max(s.high, v)
	s.integers = s.integers && v == math.Trunc(v) && math.Abs(v) < largestInteger
	if len(s.values) > mostValues {
		return
	}
	if at, known := slices.BinarySearch(s.values, v); !known {
		s.values = slices.Insert(s.values, at, v)
	}
}

// newColumn returns the bins of a column, or nil if its values are not finite.
func newColumn(pair data.Pair, j int, s columnScan) *column {
	if !(s.low <= s.high) || math.IsInf(s.low, 0) || math.IsInf(s.high, 0) {
		return nil
	}
	c := &column{Bins: Bins{Column: j}}
	switch {
	case len(s.values) <= mostValues:
		c.values, c.Labels = s.values, valueLabels(s.values)
	case s.integers:
		low, high := s.trimmed(pair, j)
		low, high = math.Floor(low), math.Ceil(high)
		each := math.Ceil((high - low + 1) / mostBins)
		for edge := low - 0.5; ; edge += each {
			c.Edges = append(c.Edges, edge)
			if edge > high {
				return c
			}
		}
	default:
		low, high := s.trimmed(pair, j)
		for i := range mostBins + 1 {
			share := float64(i) / mostBins
			c.Edges = append(c.Edges, low*(1-share)+high*share)
		}
		if c.Edges[1] <= c.Edges[0] || c.Edges[mostBins] <= c.Edges[mostBins-1] { // too close
			c.Edges = []float64{s.low, s.high}
		}
	}
	return c
}

// valueLabels writes values with six digits, or with all of them if two would be equal.
func valueLabels(values []float64) []string {
	for _, digits := range []int{6, -1} {
		var labels []string
		for _, v := range values {
			labels = append(labels, strconv.FormatFloat(v, 'g', digits, 64))
		}
		if slices.Equal(slices.Compact(slices.Clone(labels)), labels) {
			return labels
		}
	}
	return nil
}

// trimmed returns the range of the bins: from the lowest to the highest value, but at most half of
// the distance between the 1% and the 99% quantile beyond these. The quantiles are those of evenly
// spaced rows, as many of each sample.
func (s columnScan) trimmed(pair data.Pair, j int) (low, high float64) {
	var some []float64
	for _, sample := range []data.Sample{pair.Data, pair.Reference} {
		n := min(sample.N, rangeRows)
		for i := range n {
			some = append(some, sample.Row(i * sample.N / n)[j])
		}
	}
	slices.Sort(some)
	last := len(some) - 1
	q1, q99 := some[last/100], some[last-last/100]
	margin := q99/2 - q1/2
	if !(margin > 0) {
		return s.low, s.high
	}
	return max(s.low, q1-margin), min(s.high, q99+margin)
}
