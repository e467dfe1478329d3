package data

import (
	"cmp"
	"container/heap"
	"slices"
)

// neighborTree is a k-d tree: it finds the rows of a sample in the order of their distance from a
// point (Hjaltason and Samet, ACM Transactions on Database Systems 24, 265, 1999).
type neighborTree struct {
	sample Sample
	rows   []int // those of a node are adjacent
	root   *treeNode
}

// treeNode is a box that holds rows.
type treeNode struct {
	from, to  int       // its rows in neighborTree.rows
	low, high []float64 // corners
	halves    []*treeNode
}

// leafRows is the largest number of rows of a leaf.
const leafRows = 16

func newNeighborTree(s Sample) *neighborTree {
	t := &neighborTree{sample: s, rows: make([]int, s.N)}
	for i := range t.rows {
		t.rows[i] = i
	}
	t.root = t.node(0, s.N)
	return t
}

// node returns the node of some rows, divided at the median of its longest side.
func (t *neighborTree) node(from, to int) *treeNode {
	d := t.sample.D
	n := &treeNode{from: from, to: to, low: make([]float64, d), high: make([]float64, d)}
	copy(n.low, t.sample.Row(t.rows[from]))
	copy(n.high, n.low)
	for _, i := range t.rows[from+1 : to] {
		for j, v := range t.sample.Row(i) {
			n.low[j], n.high[j] = min(n.low[j], v), max(n.high[j], v)
		}
	}
	longest := 0
	for j := range d {
		if n.high[j]-n.low[j] > n.high[longest]-n.low[longest] {
			longest = j
		}
	}
	if to-from <= leafRows || n.high[longest] == n.low[longest] {
		return n
	}
	slices.SortFunc(t.rows[from:to], func(a, b int) int {
		return cmp.Compare(t.sample.Row(a)[longest], t.sample.Row(b)[longest])
	})
	middle := (from + to) / 2
	n.halves = []*treeNode{t.node(from, middle), t.node(middle, to)}
	return n
}

// squaredDistance returns the squared distance of a point from the box.
func (n *treeNode) squaredDistance(x []float64) (squared float64) {
	for j, v := range x {
		out := max(n.low[j]-v, v-n.high[j], 0)
		squared += out * out
	}
	return squared
}

// around returns the rows of the tree in the order of their distance from a point.
func (t *neighborTree) around(x []float64) *neighbors {
	return &neighbors{tree: t, x: x, queue: neighborQueue{{t.root.squaredDistance(x), t.root, 0}}}
}

// neighbors are the rows around a point.
type neighbors struct {
	tree  *neighborTree
	x     []float64
	queue neighborQueue
}

// next returns the next row and its squared distance, or false after the last one.
func (n *neighbors) next() (row int, squared float64, more bool) {
	for len(n.queue) > 0 {
		first := heap.Pop(&n.queue).(nearby)
		switch {
		case first.node == nil:
			return first.row, first.squared, true
		case first.node.halves == nil:
			for _, i := range n.tree.rows[first.node.from:first.node.to] {
				heap.Push(&n.queue, nearby{SquaredDistance(n.x, n.tree.sample.Row(i)), nil, i})
			}
		}
		for _, half := range first.node.halves {
			heap.Push(&n.queue, nearby{half.squaredDistance(n.x), half, 0})
		}
	}
	return 0, 0, false
}

// nearby is a node, or a row if it lacks a node.
type nearby struct {
	squared float64 // distance; the smallest one of the rows of a node, or less
	node    *treeNode
	row     int
}

// neighborQueue is a heap, the nearest first. At equal distances nodes come before rows, and rows
// in their order.
type neighborQueue []nearby

func (q neighborQueue) Len() int      { return len(q) }
func (q neighborQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q neighborQueue) Less(i, j int) bool {
	a, b := q[i], q[j]
	switch {
	case a.squared != b.squared:
		return a.squared < b.squared
	case (a.node == nil) != (b.node == nil):
		return a.node != nil
	}
	return a.row < b.row
}

// Push is for package heap.
func (q *neighborQueue) Push(x any) { *q = append(*q, x.(nearby)) }

// Pop is for package heap.
func (q *neighborQueue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}
