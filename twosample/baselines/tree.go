package baselines

import (
	"math"

	"sparker/data"
)

// tree finds nearest rows: a k-d tree (Bentley, Commun. ACM 18, 1975). Rows are split at the median
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

// node holds the rows index[first:end]. They are split between left and right, unless axis is -1.
type node struct {
	first, end  int
	axis        int
	at          float64
	left, right int
}

// leafRows is the largest number of rows that are not split.
const leafRows = 12

// build indexes the rows, which must not change afterwards.
func (t *tree) build(s *rows) {
	t.s, t.index, t.nodes = s, t.index[:0], t.nodes[:0]
	for i := range s.n {
		t.index = append(t.index, i)
	}
	t.grow(0, s.n)
}

// grow adds the node of index[first:end] and those below it, and returns its number.
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

// partition moves the row of rank middle to its place, with smaller ones before it and larger ones
// after it (Hoare's quickselect).
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

// look sets found to the squared distances of the k rows nearest to x, in ascending order. It
// leaves out the row skip; -1 is none.
func (t *tree) look(x []float64, k, skip int) {
	t.x, t.skip = x, skip
	t.found = resize(t.found, k)
	for i := range t.found {
		t.found[i] = math.Inf(1)
	}
	t.search(0)
}

// search looks for nearer rows below a node.
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

// at returns the number of rows at a squared distance from the x of the last look.
func (t *tree) at(distance float64) int { return t.count(0, distance) }

// count does so below a node.
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
