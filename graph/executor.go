package graph

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

// executor runs a part of a gorgonia graph: the operations that some roots need, in an order in
// which every operation follows those that it reads.
//
// It replaces gorgonia's tape machine, which starts a goroutine, locks a thread and allocates on
// every run (60 to 100 µs, as much as a small fused epoch), reuses the storage of one node's value
// for another's, and merges nodes by their hash. Here every node keeps its value until the next
// run.
type executor struct {
	steps []step
}

// step is one operation. It reads the values of its inputs through pointers, because leaves may be
// fed between runs.
type step struct {
	node   *gorgonia.Node
	op     gorgonia.Op
	reuse  gorgonia.UsePreallocDoer // op, if it can overwrite an earlier result
	inputs []*slot
	args   []gorgonia.Value
	out    *slot
}

// slot holds the value of a node.
type slot struct{ value gorgonia.Value }

// newExecutor orders the operations that the roots need. It also returns the slots of the roots.
func newExecutor(g *gorgonia.ExprGraph, roots gorgonia.Nodes) (*executor, []*slot, error) {
	e := &executor{}
	slots := map[int64]*slot{}
	var visit func(n *gorgonia.Node) (*slot, error)
	visit = func(n *gorgonia.Node) (*slot, error) {
		if s, ok := slots[n.ID()]; ok {
			return s, nil
		}
		s := &slot{value: n.Value()}
		slots[n.ID()] = s
		children := g.From(n.ID())
		if children.Len() == 0 { // an input, a parameter or a constant
			if s.value == nil {
				return nil, fmt.Errorf("node %v has neither a value nor inputs", n)
			}
			return s, nil
		}
		st := step{node: n, op: n.Op(), out: s, args: make([]gorgonia.Value, children.Len())}
		st.reuse, _ = st.op.(gorgonia.UsePreallocDoer)
		for children.Next() {
			in, err := visit(children.Node().(*gorgonia.Node))
			if err != nil {
				return nil, err
			}
			st.inputs = append(st.inputs, in)
		}
		s.value = nil
		e.steps = append(e.steps, st)
		return s, nil
	}
	var values []*slot
	for _, root := range roots {
		s, err := visit(root)
		if err != nil {
			return nil, nil, err
		}
		values = append(values, s)
	}
	return e, values, nil
}

// run computes every value.
func (e *executor) run() error {
	for i := range e.steps {
		s := &e.steps[i]
		for j, in := range s.inputs {
			s.args[j] = in.value
		}
		var err error
		if s.reuse != nil && s.out.value != nil {
			s.out.value, err = s.reuse.UsePreallocDo(s.out.value, s.args...)
		} else {
			s.out.value, err = s.op.Do(s.args...)
		}
		if err != nil {
			return fmt.Errorf("node %v: %w", s.node, err)
		}
	}
	return nil
}
