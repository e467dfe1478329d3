package data

import (
	"math"
	"slices"
)

// cellReport describes the cells of [resampleCells].
type cellReport struct {
	cells  int
	radius float64 // of the largest, relative to the median distance between two rows
}

// resampleCells returns weights without negative ones, by the cell resampling of Andersen and Maier
// (arXiv:2109.07851). The rows of negative weight seed cells, the most negative first. The sum of
// the weights must be above 0.
func resampleCells(rows RowReader, weights []float64) ([]float64, cellReport) {
	points := inDeviations(rows)
	tree := newNeighborTree(points)
	resampled := slices.Clone(weights)
	var seeds []int
	for i, w := range weights {
		if w < 0 {
			seeds = append(seeds, i)
		}
	}
	slices.SortStableFunc(seeds, func(a, b int) int {
		switch {
		case weights[a] < weights[b]:
			return -1
		case weights[a] > weights[b]:
			return 1
		}
		return 0
	})
	var report cellReport
	for _, seed := range seeds {
		if resampled[seed] >= 0 {
			continue // an earlier cell has it
		}
		report.cells++
		members, radius := growCell(tree.around(points.Row(seed)), resampled)
		shareSum(members, resampled)
		report.radius = max(report.radius, radius)
	}
	if median := typicalDistance(points); median > 0 {
		report.radius /= median
	}
	return resampled, report
}

// growCell returns the nearest rows whose weights have a sum of at least 0, and the distance of the
// farthest of them.
func growCell(near *neighbors, weights []float64) (members []int, radius float64) {
	total := math.Inf(-1)
	for total < 0 {
		row, squared, more := near.next()
		if !more {
			break // rounding: the sum of all weights is above 0
		}
		if members = append(members, row); len(members) == 1 {
			total = 0
		}
		total += weights[row]
		radius = math.Sqrt(squared)
	}
	return members, radius
}

// shareSum shares the sum of the weights of some rows among them, in proportion to their sizes.
func shareSum(members []int, weights []float64) {
	var total, size float64
	for _, i := range members {
		total += weights[i]
		size += math.Abs(weights[i])
	}
	share := max(total, 0) / size
	for _, i := range members {
		weights[i] = share * math.Abs(weights[i])
	}
}

// inDeviations returns rows with columns in units of their standard deviations. A column that is
// constant is 0.
func inDeviations(rows RowReader) Sample {
	n, d := rows.Dims()
	s := Sample{X: make([]float64, n*d), N: n, D: d}
	for i := range n {
		rows.CopyRow(s.Row(i), i)
	}
	standardizer, _ := NewStandardizer(Pair{Reference: s, Data: Sample{D: d}})
	return standardizer.Apply(s)
}

// typicalDistance returns the median distance between two rows of at most a thousand of a sample,
// or 0 if they are all equal.
func typicalDistance(s Sample) float64 {
	const most = 1000
	few := Sample{D: s.D}
	step := max(1, s.N/most)
	for i := 0; i < s.N && few.N < most; i += step {
		few.X = append(few.X, s.Row(i)...)
		few.N++
	}
	q, err := PairwiseQuantiles(few, nil, most, 0.5)
	if err != nil {
		return 0
	}
	return q[0]
}
