package graph

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// building serializes the construction of graphs, because gorgonia's shared constants cache their
// hash on first use without a lock.
var building sync.Mutex

// Node is a value in a graph under construction: a scalar, a vector or a matrix of float64.
type Node struct{ node *gorgonia.Node }

// Shape returns the sizes of the node: none for a scalar, (n) for a vector, (rows, columns) for a
// matrix.
func (n Node) Shape() []int {
	if n.node == nil {
		return nil
	}
	return n.node.Shape()
}

// Builder collects the nodes of one graph. It keeps the first error (shapes that do not fit, a name
// used twice) for Compile to return, so that formulae need no error check after every term. A
// Builder is not safe for concurrent use, but several Builders may work at once.
type Builder struct {
	graph   *gorgonia.ExprGraph
	tensors map[string]*input
	samples map[string]*sample
	params  []string
	ops     int
	err     error
}

// input is a named leaf of the graph. data is the storage that every run of the graph reads.
type input struct {
	node   Node
	data   []float64
	scalar *gorgonia.F64
}

// NewBuilder returns an empty graph.
func NewBuilder() *Builder {
	return &Builder{graph: gorgonia.NewGraph(), tensors: map[string]*input{},
		samples: map[string]*sample{}}
}

func (b *Builder) fail(format string, args ...any) Node {
	if b.err == nil {
		b.err = fmt.Errorf("graph: "+format, args...)
	}
	return Node{}
}

// Scalar adds a number that is fed with [Program.SetScalar].
func (b *Builder) Scalar(name string) Node {
	if b.err != nil {
		return Node{}
	}
	if _, taken := b.tensors[name]; taken {
		return b.fail("two inputs are named %q", name)
	}
	building.Lock()
	defer building.Unlock()
	value := new(gorgonia.F64)
	n := Node{gorgonia.NewScalar(b.graph, tensor.Float64, gorgonia.WithName(name),
		gorgonia.WithValue(value))}
	b.tensors[name] = &input{node: n, scalar: value}
	return n
}

// Input adds a vector (one size) or a matrix (two sizes: rows, columns) that is fed through
// [Program.Values].
func (b *Builder) Input(name string, sizes ...int) Node { return b.leaf(name, sizes) }

// Parameter adds a vector or a matrix by which the loss is differentiated. It is fed as an input
// is.
func (b *Builder) Parameter(name string, sizes ...int) Node {
	n := b.leaf(name, sizes)
	b.params = append(b.params, name)
	return n
}

func (b *Builder) leaf(name string, sizes []int) Node {
	if b.err != nil {
		return Node{}
	}
	if _, taken := b.tensors[name]; taken {
		return b.fail("two inputs are named %q", name)
	}
	if len(sizes) < 1 || len(sizes) > 2 {
		return b.fail("input %q has %d dimensions; want a vector or a matrix", name, len(sizes))
	}
	length := 1
	for _, size := range sizes {
		if size < 1 {
			return b.fail("input %q has the impossible shape %v", name, sizes)
		}
		length *= size
	}
	building.Lock()
	defer building.Unlock()
	data := make([]float64, length)
	dense := tensor.New(tensor.WithShape(sizes...), tensor.WithBacking(data))
	n := Node{gorgonia.NewTensor(b.graph, tensor.Float64, len(sizes), gorgonia.WithShape(sizes...),
		gorgonia.WithName(name), gorgonia.WithValue(dense))}
	b.tensors[name] = &input{node: n, data: data}
	return n
}

// spec describes an operation to apply.
type spec struct {
	name     string
	shape    []int // of the result; empty for a scalar
	forward  func(out []float64, in [][]float64)
	wrt      []bool // which inputs have a gradient; nil for none
	backward func(in []Node, out, grad Node) []Node
}

// apply adds an operation to the graph. The caller has checked the shapes.
func (b *Builder) apply(s spec, in ...Node) Node {
	if b.err != nil {
		return Node{}
	}
	o := &operation{
		name: s.name, id: b.ops, shape: append(tensor.Shape{}, s.shape...),
		ranks: make([]int, len(in)), in: make([][]float64, len(in)),
		small:   make([]float64, len(in)),
		forward: s.forward, wrt: s.wrt, backward: s.backward, builder: b,
	}
	b.ops++
	if o.wrt == nil {
		o.wrt = make([]bool, len(in))
	}
	nodes := make(gorgonia.Nodes, len(in))
	for i, n := range in {
		o.ranks[i] = len(n.Shape())
		nodes[i] = n.node
	}
	if len(s.shape) == 0 {
		o.shape = tensor.ScalarShape()
		o.out = make([]float64, 1)
		o.result = new(gorgonia.F64)
	} else {
		o.out = make([]float64, o.shape.TotalSize())
		o.result = tensor.New(tensor.WithShape(s.shape...), tensor.WithBacking(o.out))
	}
	n, err := gorgonia.ApplyOp(o, nodes...)
	if err != nil {
		return b.fail("applying %s: %w", s.name, err)
	}
	return Node{n}
}

// want checks that a node has the given shape. A size of -1 stands for any.
func (b *Builder) want(operation, role string, n Node, sizes ...int) bool {
	if b.err != nil {
		return false
	}
	shape := n.Shape()
	ok := n.node != nil && len(shape) == len(sizes)
	for i := 0; ok && i < len(sizes); i++ {
		ok = sizes[i] < 0 || shape[i] == sizes[i]
	}
	if !ok {
		b.fail("%s: %s has shape %v, want %s", operation, role, []int(shape), sizesText(sizes))
	}
	return ok
}

// sizesText writes the sizes of a shape.
func sizesText(sizes []int) string {
	texts := make([]string, len(sizes))
	for i, size := range sizes {
		texts[i] = strconv.Itoa(size)
		if size < 0 {
			texts[i] = "any"
		}
	}
	return "[" + strings.Join(texts, " ") + "]"
}
