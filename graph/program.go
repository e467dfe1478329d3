package graph

import (
	"fmt"
	"maps"
	"slices"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// Program is a compiled graph that is fed, run and read any number of times. Inputs and parameters
// keep their values between runs. A Program is not safe for concurrent use.
type Program struct {
	tensors   map[string]*input
	samples   map[string]*sample
	learn     *executor // loss and gradients; nil without a loss
	loss      *slot
	gradients map[string]*slot
	evaluate  *executor // outputs
	outputs   map[string]*slot
}

// Compile turns the graph into a Program. [Program.Gradient] computes loss, a scalar, and its
// gradient by every parameter. [Program.Evaluate] computes the outputs, which have names. A zero
// Node stands for no loss; without a loss there must be an output. A run computes only what it
// needs.
//
// It returns the first error of the Builder, and an error if loss is not a scalar, if it cannot be
// differentiated by a parameter, if an output is not a node, or if the names of two inputs have the
// same hash.
func (b *Builder) Compile(loss Node, outputs map[string]Node) (*Program, error) {
	if b.err != nil {
		return nil, b.err
	}
	if loss.node == nil && len(outputs) == 0 {
		return nil, fmt.Errorf("graph: nothing to compute: give Compile a loss or an output")
	}
	building.Lock()
	defer building.Unlock()
	p := &Program{tensors: b.tensors, samples: b.samples, gradients: map[string]*slot{},
		outputs: map[string]*slot{}}
	var learn, evaluate gorgonia.Nodes
	if loss.node != nil {
		if len(loss.Shape()) != 0 {
			return nil, fmt.Errorf("graph: the loss has shape %v, want a scalar", loss.Shape())
		}
		learn = gorgonia.Nodes{loss.node}
		if len(b.params) > 0 {
			var params gorgonia.Nodes
			for _, name := range b.params {
				params = append(params, b.tensors[name].node.node)
			}
			grads, err := gorgonia.Grad(loss.node, params...)
			if err != nil {
				return nil, fmt.Errorf("graph: differentiating the loss: %w", err)
			}
			learn = append(learn, grads...)
		}
	}
	names := slices.Sorted(maps.Keys(outputs))
	for _, name := range names {
		if outputs[name].node == nil {
			return nil, fmt.Errorf("graph: output %q is not a node of this graph", name)
		}
		evaluate = append(evaluate, outputs[name].node)
	}
	if err := distinctHashes(b.graph); err != nil {
		return nil, err
	}
	if loss.node != nil {
		executor, slots, err := newExecutor(b.graph, learn)
		if err != nil {
			return nil, fmt.Errorf("graph: compiling the loss: %w", err)
		}
		p.learn, p.loss = executor, slots[0]
		for i, name := range b.params {
			p.gradients[name] = slots[i+1]
		}
	}
	executor, slots, err := newExecutor(b.graph, evaluate)
	if err != nil {
		return nil, fmt.Errorf("graph: compiling the outputs: %w", err)
	}
	p.evaluate = executor
	for i, name := range names {
		p.outputs[name] = slots[i]
	}
	return p, nil
}

// distinctHashes refuses a graph in which two nodes have the same hash, because gorgonia merges
// such nodes.
func distinctHashes(g *gorgonia.ExprGraph) error {
	seen := map[uint32]*gorgonia.Node{}
	for _, n := range g.AllNodes() {
		if other, taken := seen[n.Hashcode()]; taken {
			return fmt.Errorf("graph: nodes %v and %v have the same hash; rename an input", other,
				n)
		}
		seen[n.Hashcode()] = n
	}
	return nil
}

// SetScalar feeds a scalar input. It panics if the graph has no scalar input of that name.
func (p *Program) SetScalar(name string, value float64) {
	*p.lookup(name, true).scalar = gorgonia.F64(value)
}

// Values returns the storage of an input or a parameter, row-major. Write to it to feed the next
// run. It panics if the graph has no such input.
func (p *Program) Values(name string) []float64 { return p.lookup(name, false).data }

// SetSample feeds the sample of a fused operation. The rows are not copied. It panics if the graph
// has no such sample.
func (p *Program) SetSample(name string, parts ...FusedPart) {
	s, ok := p.samples[name]
	if !ok {
		panic(fmt.Sprintf("graph: no sample %q", name))
	}
	s.parts = parts
}

// lookup returns an input of the kind. It panics if there is none.
func (p *Program) lookup(name string, scalar bool) *input {
	in, ok := p.tensors[name]
	if !ok || (in.scalar != nil) != scalar {
		panic(fmt.Sprintf("graph: no input %q of that kind", name))
	}
	return in
}

// Gradient computes the loss and its gradients at the present inputs and parameters, and returns
// the loss. See [Program.GradientOf] for the gradients.
func (p *Program) Gradient() (loss float64, err error) {
	if err := p.learn.run(); err != nil {
		return 0, fmt.Errorf("graph: running the loss and its gradient: %w", err)
	}
	return number(p.loss), nil
}

// GradientOf returns the gradient of the loss by a parameter in the last Gradient, row-major. The
// next Gradient overwrites it; the caller must not. It panics if the graph has no such parameter.
func (p *Program) GradientOf(parameter string) []float64 {
	value, ok := p.gradients[parameter]
	if !ok {
		panic(fmt.Sprintf("graph: no parameter %q", parameter))
	}
	return value.value.(*tensor.Dense).Float64s()
}

// Parameters returns the names of the parameters by which the loss is differentiated, sorted.
func (p *Program) Parameters() []string { return slices.Sorted(maps.Keys(p.gradients)) }

// Evaluate computes the outputs at the present inputs and parameters. See [Program.Scalar] and
// [Program.Vector] for their values.
func (p *Program) Evaluate() error {
	if err := p.evaluate.run(); err != nil {
		return fmt.Errorf("graph: running the outputs: %w", err)
	}
	return nil
}

// Scalar returns a scalar output of the last Evaluate. It panics if the graph has no such output.
func (p *Program) Scalar(output string) float64 { return number(p.output(output)) }

// Vector returns an output of the last Evaluate that is a vector or a matrix (row-major). The next
// Evaluate or Gradient overwrites it. It panics if the graph has no such output.
func (p *Program) Vector(output string) []float64 {
	return p.output(output).value.(*tensor.Dense).Float64s()
}

func (p *Program) output(name string) *slot {
	value, ok := p.outputs[name]
	if !ok {
		panic(fmt.Sprintf("graph: no output %q", name))
	}
	return value
}

func number(s *slot) float64 { return float64(*s.value.(*gorgonia.F64)) }
