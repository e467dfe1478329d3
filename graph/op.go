package graph

import (
	"fmt"
	"hash"
	"hash/fnv"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// operation is an operation of a gorgonia graph, given by a forward pass over plain slices and a
// rule for its derivative. It owns its result and overwrites it on every run, so that a run
// allocates nothing. An operation therefore belongs to one graph, and a graph to one Program.
type operation struct {
	name   string
	id     int // its number in the graph: two operations are never merged
	ranks  []int
	shape  tensor.Shape
	result gorgonia.Value
	out    []float64   // the storage of result; one value if the result is a scalar
	in     [][]float64 // the inputs of the present run
	small  []float64   // storage for scalar inputs
	// forward fills out from the inputs.
	forward func(out []float64, in [][]float64)
	// wrt reports by which inputs the operation can be differentiated. backward builds the
	// gradients by these inputs (the zero Node for the others) from the inputs, the output and the
	// gradient of the output.
	wrt      []bool
	backward func(in []Node, out, grad Node) []Node
	builder  *Builder
}

func (o *operation) Arity() int { return len(o.ranks) }

func (o *operation) Type() hm.Type {
	element := hm.TypeVariable('a')
	types := make([]hm.Type, 0, len(o.ranks)+1)
	for _, rank := range append(append([]int(nil), o.ranks...), len(o.shape)) {
		if rank == 0 {
			types = append(types, element)
		} else {
			types = append(types, gorgonia.TensorType{Dims: rank, Of: element})
		}
	}
	return hm.NewFnType(types...)
}

func (o *operation) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) {
	return o.shape.Clone(), nil
}

func (o *operation) Do(values ...gorgonia.Value) (gorgonia.Value, error) {
	if len(values) != len(o.ranks) {
		return nil, fmt.Errorf("graph: %s takes %d inputs, got %d", o.name, len(o.ranks),
			len(values))
	}
	for i, value := range values {
		switch v := value.(type) {
		case *gorgonia.F64:
			o.small[i] = float64(*v)
			o.in[i] = o.small[i : i+1]
		case *tensor.Dense:
			if v.RequiresIterator() || !v.DataOrder().IsRowMajor() {
				return nil, fmt.Errorf("graph: input %d of %s is not a plain row-major tensor", i,
					o.name)
			}
			o.in[i] = v.Float64s()
		default:
			return nil, fmt.Errorf("graph: input %d of %s is a %T", i, o.name, value)
		}
	}
	o.forward(o.out, o.in)
	if scalar, ok := o.result.(*gorgonia.F64); ok {
		*scalar = gorgonia.F64(o.out[0])
	}
	return o.result, nil
}

func (o *operation) ReturnsPtr() bool     { return true }
func (o *operation) CallsExtern() bool    { return false }
func (o *operation) OverwritesInput() int { return -1 }

func (o *operation) WriteHash(h hash.Hash) { fmt.Fprintf(h, "sparker/%s/%d", o.name, o.id) }

func (o *operation) Hashcode() uint32 {
	h := fnv.New32a()
	o.WriteHash(h)
	return h.Sum32()
}

func (o *operation) String() string { return fmt.Sprintf("%s#%d", o.name, o.id) }

func (o *operation) DiffWRT(int) []bool { return o.wrt }

func (o *operation) SymDiff(in gorgonia.Nodes, out, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	if o.backward == nil {
		return nil, fmt.Errorf("graph: %s has no derivative", o.name)
	}
	nodes := make([]Node, len(in))
	for i, n := range in {
		nodes[i] = Node{n}
	}
	var grads gorgonia.Nodes
	for _, g := range o.backward(nodes, Node{out}, Node{grad}) {
		grads = append(grads, g.node)
	}
	return grads, o.builder.err
}
