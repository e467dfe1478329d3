package data

import (
	"math"
	"math/rand/v2"
)

// BlockDependence says how much rows of one block are alike.
type BlockDependence struct {
	// Correlation is the intraclass correlation: the share of the variance of a column that lies
	// between blocks, averaged over the columns. It is near 0 for independent rows, and may be
	// below.
	Correlation float64
	// P is the p-value of the hypothesis that rows are independent of their blocks. It is 1 if no
	// block has several rows, or if no sample has several blocks.
	P float64
}

const (
	// dependent is the p-value at which rows of one block are called alike: of independent rows,
	// one test in a hundred is.
	dependent = 0.01
	// The limits of the check: permutations, values, and rows of a block.
	dependencePermutations = 199
	dependenceValues       = 200_000
	dependenceBlockRows    = 20
)

// Dependence tests whether rows of one block are more alike than rows of different blocks of the
// same sample. The statistic is the pseudo-F of standardized columns, whose distribution comes from
// permutations of the rows among the blocks of each sample. Large tables are represented by some of
// their blocks, and by at most 20 rows of each. Source: Anderson (2001), Austral Ecology 26, 32.
func (p *Permutation) Dependence(r *rand.Rand) BlockDependence {
	var samples []blockRows
	first := len(p.blocks) - p.dataBlocks
	most := max(4*dependenceBlockRows, dependenceValues/p.d/2)
	for _, blocks := range [][][]int{p.blocks[:first], p.blocks[first:]} {
		if s := p.someBlocks(r, blocks, most); len(s.sizes) > 1 && s.rows.N > len(s.sizes) {
			samples = append(samples, s)
		}
	}
	if len(samples) == 0 {
		return BlockDependence{P: 1}
	}
	standardizeWithin(samples)
	observed := between(samples)
	correlation := intraclass(samples, observed)
	atLeast := 1
	for range dependencePermutations {
		for _, s := range samples {
			s.shuffle(r)
		}
		if between(samples) >= observed {
			atLeast++
		}
	}
	return BlockDependence{Correlation: correlation,
		P: float64(atLeast) / (dependencePermutations + 1)}
}

// blockRows are rows of a sample, block by block.
type blockRows struct {
	rows  Sample
	sizes []int // of the blocks
}

// someBlocks returns rows of random blocks, at most about most of them.
func (p *Permutation) someBlocks(r *rand.Rand, blocks [][]int, most int) blockRows {
	var s blockRows
	var rows []int
	for _, k := range r.Perm(len(blocks)) {
		if len(rows) >= most {
			break
		}
		block := blocks[k]
		n := min(len(block), dependenceBlockRows)
		for _, i := range r.Perm(len(block))[:n] {
			rows = append(rows, block[i])
		}
		s.sizes = append(s.sizes, n)
	}
	s.rows = p.sample(rows)
	return s
}

// standardizeWithin moves the mean of every column of each sample to 0, and divides the columns by
// their standard deviation within the samples. Constant columns become 0.
func standardizeWithin(samples []blockRows) {
	d := samples[0].rows.D
	squares, n := make([]float64, d), 0
	for _, s := range samples {
		n += s.rows.N
		for j := range d {
			var mean float64
			for i := range s.rows.N {
				mean += s.rows.Row(i)[j] / float64(s.rows.N)
			}
			for i := range s.rows.N {
				row := s.rows.Row(i)
				row[j] -= mean
				squares[j] += row[j] * row[j]
			}
		}
	}
	for _, s := range samples {
		for i := range s.rows.N {
			for j, v := range s.rows.Row(i) {
				s.rows.Row(i)[j] = 0
				if sd := math.Sqrt(squares[j] / float64(n)); sd > 0 {
					s.rows.Row(i)[j] = v / sd
				}
			}
		}
	}
}

// between returns the sum of squares between the blocks of standardized samples. The total does not
// depend on how rows are shared out among blocks, so the pseudo-F grows with it.
func between(samples []blockRows) float64 {
	total := 0.0
	sum := make([]float64, samples[0].rows.D)
	for _, s := range samples {
		at := 0
		for _, n := range s.sizes {
			clear(sum)
			for i := at; i < at+n; i++ {
				for j, v := range s.rows.Row(i) {
					sum[j] += v
				}
			}
			at += n
			for _, v := range sum {
				total += v * v / float64(n)
			}
		}
	}
	return total
}

// intraclass returns the intraclass correlation, by the mean squares of a one-way analysis of
// variance within each sample.
func intraclass(samples []blockRows, between float64) float64 {
	var n, blocks, squares, total float64
	for _, s := range samples {
		n += float64(s.rows.N)
		blocks += float64(len(s.sizes))
		for _, size := range s.sizes {
			squares += float64(size*size) / float64(s.rows.N)
		}
		for _, v := range s.rows.X {
			total += v * v
		}
	}
	freedom := blocks - float64(len(samples))
	typical := (n - squares) / freedom // rows of a block
	outer := between / freedom
	inner := (total - between) / (n - blocks)
	if outer+(typical-1)*inner == 0 {
		return 0
	}
	return (outer - inner) / (outer + (typical-1)*inner)
}

// shuffle permutes the rows.
func (s blockRows) shuffle(r *rand.Rand) {
	d := s.rows.D
	r.Shuffle(s.rows.N, func(a, b int) {
		x, y := s.rows.X[a*d:(a+1)*d], s.rows.X[b*d:(b+1)*d]
		for j := range x {
			x[j], y[j] = y[j], x[j]
		}
	})
}
