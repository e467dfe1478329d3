package findings

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"sparker/data"
)

const (
	// mostMarginals is the largest number of columns of the findings, and placeColumns that of a
	// place.
	mostMarginals = 12
	placeColumns  = 4
	// largestExponent is the f above which the exponential of the loss is constant.
	largestExponent = 20
)

// marginals are sums over the rows of a pair in the bins of its columns.
type marginals struct {
	columns []*column
	sums    []binSums // of each column
}

// binSums are sums in the bins of a column, of weights relative to the others of the sample.
type binSums struct {
	data                []float64
	reference, squares  []float64 // Σ_R v and Σ_R v²
	reweighted, spreads []float64 // the sum that f predicts, and that of its squares
}

func newMarginals(pair data.Pair, names []string) *marginals {
	m := &marginals{columns: newColumns(pair, names)}
	for _, c := range m.columns {
		n := c.count()
		m.sums = append(m.sums, binSums{make([]float64, n), make([]float64, n), make([]float64, n),
			make([]float64, n), make([]float64, n)})
	}
	return m
}

// addData adds a data row of a weight relative to the others, at which the fit has the log-ratio f.
// The loss has rows of negative weight in the other sample, where f reweights them. W is the weight
// of a reference row.
func (m *marginals) addData(x []float64, weight, f, w float64) {
	moved := 0.0
	if weight < 0 {
		moved = -weight / w * math.Expm1(min(f, largestExponent))
	}
	for i, c := range m.columns {
		k := c.bin(x)
		m.sums[i].data[k] += weight
		m.sums[i].reweighted[k] += moved
		m.sums[i].spreads[k] += moved * moved
	}
}

// addReference adds a reference row of a weight relative to the others.
func (m *marginals) addReference(x []float64, weight, f float64) {
	reweighted := weight
	if weight > 0 {
		reweighted *= math.Exp(min(f, largestExponent))
	}
	for i, c := range m.columns {
		k, s := c.bin(x), &m.sums[i]
		s.reference[k] += weight
		s.squares[k] += weight * weight
		s.reweighted[k] += reweighted
		s.spreads[k] += reweighted * reweighted
	}
}

// logRatio returns f at the row at hand.
func (s *census) logRatio() (f float64) {
	for i, a := range s.Coefficients {
		f += a * s.weight(i)
	}
	return f
}

// largest returns the columns in which the samples differ most.
func (m *marginals) largest(pair data.Pair) []Marginal {
	var list []Marginal
	for i, c := range m.columns {
		if c.count() > 1 {
			list = append(list, m.sums[i].marginal(c, pair))
		}
	}
	slices.SortStableFunc(list, func(a, b Marginal) int {
		return cmp.Compare(b.Distance, a.Distance)
	})
	return list[:min(mostMarginals, len(list))]
}

// marginal compares the samples of a pair in a column.
func (s binSums) marginal(c *column, pair data.Pair) Marginal {
	w := pair.Weight
	m := Marginal{Bins: c.Bins, Distance: c.distance(s.data, s.reference),
		Data: slices.Clone(s.data), Expected: times(w, s.reference),
		Reweighted: times(w, s.reweighted)}
	unit := 1.0 // Σ v²/Σ v of the data
	if pair.DataWeights != nil {
		unit = sumSquares(pair.DataWeights) / sum(pair.DataWeights)
	}
	spread := expectation{weight: w, unit: unit, total: sum(m.Data)}
	m.ExpectedVariance, m.Pulls = spread.pulls(m.Data, m.Expected, times(w*w, s.squares))
	m.ReweightedVariance, m.ReweightedPulls = spread.pulls(m.Data, m.Reweighted,
		times(w*w, s.spreads))
	m.Distance = short(m.Distance)
	for _, list := range [][]float64{m.Data, m.Expected, m.Reweighted, m.ExpectedVariance,
		m.ReweightedVariance, m.Pulls, m.ReweightedPulls} {
		shorten(list)
	}
	return m
}

// expectation is what the variance of a difference to an expectation depends on.
type expectation struct {
	weight float64 // of a reference row
	unit   float64 // Σ v²/Σ v of the weights of the data
	total  float64 // of the data
}

// pulls returns the variances and the pulls of the data in bins, given the expectation and its own
// variances. In a bin without reference rows, the expectation is uncertain by one of them. If the
// expectation is scaled to the data, so that its total is that of the data, a bin varies less by
// its share.
func (e expectation) pulls(data, expected, own []float64) (variances, pulls []float64) {
	variances, pulls = make([]float64, len(data)), make([]float64, len(data))
	total := sum(expected)
	fixed := math.Abs(total-e.total) <= 1e-9*math.Abs(e.total)
	for k := range data {
		mean := max(expected[k], e.weight)
		variance := e.unit*mean + max(own[k], e.weight*e.weight)
		if fixed {
			variance *= min(1, max(1-expected[k]/total, e.weight/total))
		}
		variances[k] = variance
		pulls[k] = (data[k] - expected[k]) / math.Sqrt(variance)
	}
	return variances, pulls
}

// distance returns the largest difference between the cumulative shares of two samples, or half of
// the sum of the differences of their shares if the order of the bins has no meaning. It is 0 if a
// sample has no weight.
func (c *column) distance(a, b []float64) float64 {
	totalA, totalB := sum(a), sum(b)
	if !(totalA > 0) || !(totalB > 0) {
		return 0
	}
	largest, cumulative, all := 0.0, 0.0, 0.0
	for k := range a {
		difference := a[k]/totalA - b[k]/totalB
		cumulative += difference
		largest = max(largest, math.Abs(cumulative))
		all += math.Abs(difference)
	}
	if c.nominal {
		return all / 2
	}
	return largest
}

// placeColumns compares the data in a place, whose sums are given for each column, with the
// reference, in the columns in which they differ most.
func (m *marginals) placeColumns(sums [][]float64) []PlaceColumn {
	var list []PlaceColumn
	for i, c := range m.columns {
		reference := m.sums[i].reference
		p := PlaceColumn{Bins: c.Bins, Distance: c.distance(sums[i], reference), Data: sums[i]}
		if c.count() < 2 || !(p.Distance > 0) {
			continue
		}
		p.Reference = times(sum(p.Data)/sum(reference), reference)
		list = append(list, p)
	}
	slices.SortStableFunc(list, func(a, b PlaceColumn) int {
		return cmp.Compare(b.Distance, a.Distance)
	})
	list = list[:min(placeColumns, len(list))]
	for i := range list {
		list[i].Distance = short(list[i].Distance)
		for k, v := range list[i].Data { // tails of kernels
			if math.Abs(v) < 1e-9*sum(list[i].Reference) {
				list[i].Data[k] = 0
			}
		}
		shorten(list[i].Data)
		shorten(list[i].Reference)
	}
	return list
}

// newSums returns sums in the bins of every column.
func (m *marginals) newSums() [][]float64 {
	sums := make([][]float64, len(m.columns))
	for i, c := range m.columns {
		sums[i] = make([]float64, c.count())
	}
	return sums
}

// add adds a row of a weight to sums in the bins of every column.
func (m *marginals) add(sums [][]float64, x []float64, weight float64) {
	for i, c := range m.columns {
		sums[i][c.bin(x)] += weight
	}
}

// sum returns the sum of numbers, sumSquares that of their squares, and times their multiples.
func sum(list []float64) (total float64) {
	for _, v := range list {
		total += v
	}
	return total
}

func sumSquares(list []float64) (total float64) {
	for _, v := range list {
		total += v * v
	}
	return total
}

func times(factor float64, list []float64) []float64 {
	all := make([]float64, len(list))
	for i, v := range list {
		all[i] = factor * v
	}
	return all
}

// shorten rounds numbers of a record to six digits.
func shorten(list []float64) {
	for i, v := range list {
		list[i] = short(v)
	}
}

// short rounds a number to six digits.
func short(v float64) float64 {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 6, 64), 64) // a number
	return rounded
}
