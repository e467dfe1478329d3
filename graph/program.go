package graph

import (
	"fmt"
	"maps"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Program is a compiled graph that is fed, run and read, as often as needed. Inputs and parameters keep
// their values between runs. A Program is for one goroutine at a time; Close releases its machines.
type Program struct {
	tensors   map[string]*input
	gradients map[string]*gorgonia.Value
	loss      gorgonia.Value
	outputs   map[string]*gorgonia.Value
	learn     gorgonia.VM // loss and gradients; nil for a graph without a loss
	evaluate  gorgonia.VM // outputs
}

// Compile closes the graph. Gradient runs compute loss (a scalar) and its gradient by every parameter;
// Evaluate runs compute the outputs, by name. Either may be empty, not both. Nothing that a run does not need
// is computed in it.
func (b *Builder) Compile(loss Node, outputs map[string]Node) (*Program, error) {
	if b.err != nil {
		return nil, b.err
	}
	if loss.node == nil && len(outputs) == 0 {
		return nil, fmt.Errorf("graph: nothing to compute: neither a loss nor an output")
	}
	building.Lock()
	defer building.Unlock()
	p := &Program{tensors: b.tensors, gradients: map[string]*gorgonia.Value{}, outputs: map[string]*gorgonia.Value{}}
	var learn, evaluate gorgonia.Nodes
	if loss.node != nil {
		if len(loss.Shape()) != 0 {
			return nil, fmt.Errorf("graph: the loss has shape %v, want a scalar", loss.Shape())
		}
		learn = append(learn, loss.node, gorgonia.Read(loss.node, &p.loss))
		if len(b.params) > 0 {
			var params gorgonia.Nodes
			for _, name := range b.params {
				params = append(params, b.tensors[name].node.node)
			}
			grads, err := gorgonia.Grad(loss.node, params...)
			if err != nil {
				return nil, fmt.Errorf("graph: differentiating the loss: %w", err)
			}
			for i, name := range b.params {
				value := new(gorgonia.Value)
				p.gradients[name] = value
				learn = append(learn, grads[i], gorgonia.Read(grads[i], value))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		node := outputs[name]
		if node.node == nil {
			return nil, fmt.Errorf("graph: output %q is not a node of this graph", name)
		}
		value := new(gorgonia.Value)
		p.outputs[name] = value
		evaluate = append(evaluate, node.node, gorgonia.Read(node.node, value))
	}
	if err := distinctHashes(b.graph); err != nil {
		return nil, err
	}
	var err error
	if p.learn, err = b.machine(learn); err != nil {
		return nil, fmt.Errorf("graph: compiling the loss: %w", err)
	}
	if p.evaluate, err = b.machine(evaluate); err != nil {
		return nil, fmt.Errorf("graph: compiling the outputs: %w", err)
	}
	return p, nil
}

// machine compiles the part of the graph that the roots need.
func (b *Builder) machine(roots gorgonia.Nodes) (gorgonia.VM, error) {
	if len(roots) == 0 {
		return nil, nil
	}
	used := b.graph.ExactSubgraphRoots(roots...).AllNodes()
	var inputs gorgonia.Nodes
	for _, name := range slices.Sorted(maps.Keys(b.tensors)) {
		in := b.tensors[name]
		if slices.Contains(used, in.node.node) {
			inputs = append(inputs, in.node.node)
		}
	}
	program, locations, err := gorgonia.CompileFunction(b.graph, inputs, roots)
	if err != nil {
		return nil, err
	}
	return gorgonia.NewTapeMachine(b.graph, gorgonia.WithPrecompiled(program, locations)), nil
}

// distinctHashes refuses a graph in which two nodes share a hash: the tape would take them for one.
func distinctHashes(g *gorgonia.ExprGraph) error {
	seen := map[uint32]*gorgonia.Node{}
	for _, n := range g.AllNodes() {
		if other, taken := seen[n.Hashcode()]; taken {
			return fmt.Errorf("graph: nodes %v and %v have the same hash; rename an input", other, n)
		}
		seen[n.Hashcode()] = n
	}
	return nil
}

// SetScalar feeds a scalar input.
func (p *Program) SetScalar(name string, value float64) {
	*p.lookup(name, true).scalar = gorgonia.F64(value)
}

// Values is the storage of an input or a parameter, row-major: writing to it feeds the next run.
func (p *Program) Values(name string) []float64 { return p.lookup(name, false).data }

// lookup finds an input; asking for one that the graph does not have is a mistake in the program.
func (p *Program) lookup(name string, scalar bool) *input {
	in, ok := p.tensors[name]
	if !ok || (in.scalar != nil) != scalar {
		panic(fmt.Sprintf("graph: no input %q of that kind", name))
	}
	return in
}

// Gradient runs the graph up to the gradients of the loss at the present inputs and parameters, and returns
// the loss.
func (p *Program) Gradient() (loss float64, err error) {
	if err := run(p.learn); err != nil {
		return 0, fmt.Errorf("graph: running the loss and its gradient: %w", err)
	}
	return number(p.loss), nil
}

// GradientOf is the gradient of the loss by a parameter in the last Gradient run, row-major. The next run
// overwrites it.
func (p *Program) GradientOf(parameter string) []float64 {
	value, ok := p.gradients[parameter]
	if !ok {
		panic(fmt.Sprintf("graph: no parameter %q", parameter))
	}
	return (*value).(*tensor.Dense).Float64s()
}

// Evaluate runs the graph up to its outputs at the present inputs and parameters.
func (p *Program) Evaluate() error {
	if err := run(p.evaluate); err != nil {
		return fmt.Errorf("graph: running the outputs: %w", err)
	}
	return nil
}

// Scalar is a scalar output of the last Evaluate run.
func (p *Program) Scalar(output string) float64 { return number(p.output(output)) }

// Vector is a vector or a matrix (row-major) output of the last Evaluate run. The next run overwrites it.
func (p *Program) Vector(output string) []float64 {
	return p.output(output).(*tensor.Dense).Float64s()
}

func (p *Program) output(name string) gorgonia.Value {
	value, ok := p.outputs[name]
	if !ok {
		panic(fmt.Sprintf("graph: no output %q", name))
	}
	return *value
}

// Close releases the machines. The Program cannot be used afterwards.
func (p *Program) Close() error {
	for _, vm := range []gorgonia.VM{p.learn, p.evaluate} {
		if vm != nil {
			if err := vm.Close(); err != nil {
				return fmt.Errorf("graph: closing: %w", err)
			}
		}
	}
	return nil
}

// run resets a machine, without which RunAll would do nothing, and runs it.
func run(vm gorgonia.VM) error {
	vm.Reset()
	return vm.RunAll()
}

func number(v gorgonia.Value) float64 { return float64(*v.(*gorgonia.F64)) }
