package configs

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// Limits of a YAML text. They bound the time and the memory that a config takes, whatever it holds.
const (
	// maxDepth is the largest number of blocks and lists inside each other. A config has fewer than
	// ten.
	maxDepth = 100
	// maxNodes is the largest number of keys and values, where an alias counts as all that it
	// stands for. A sweep of 2000 arms that set 20 keys each has fewer.
	maxNodes = 100_000
	// maxElements is the largest number of elements of the list of a key. It leaves room for the
	// columns of a wide table.
	maxElements = 10_000
)

// extent is the size of a tree of nodes whose aliases are written out.
type extent struct{ nodes, depth int }

// extents measures trees. Every node is measured once, so the time is linear in the text even if
// aliases multiply what it holds.
type extents struct {
	done map[*yaml.Node]extent
	open map[*yaml.Node]bool // the nodes around the one that is measured
}

// checkExtent returns what is wrong with the size of a tree, or nil.
func checkExtent(root *yaml.Node) *Problem {
	e := extents{done: map[*yaml.Node]extent{}, open: map[*yaml.Node]bool{}}
	size, problem := e.of(root)
	switch {
	case problem != nil:
		return problem
	case size.depth > maxDepth:
		return &Problem{Message: fmt.Sprintf("has more than %d blocks and lists inside each "+
			"other; this is not a config", maxDepth)}
	case size.nodes > maxNodes:
		return &Problem{Message: fmt.Sprintf("has more than %d keys and values, counting what "+
			"aliases stand for; this is not a config", maxNodes)}
	}
	return nil
}

// of returns the extent of a tree. A tree without one holds itself.
func (e extents) of(n *yaml.Node) (extent, *Problem) {
	if n.Kind == yaml.AliasNode {
		if e.open[n.Alias] {
			return extent{}, &Problem{Line: n.Line, Col: n.Column, Message: fmt.Sprintf(
				"the alias *%s stands inside the value that it repeats, which would have no end",
				n.Value)}
		}
		return e.of(n.Alias)
	}
	if size, known := e.done[n]; known {
		return size, nil
	}
	e.open[n] = true
	var size extent
	for _, inner := range n.Content {
		s, problem := e.of(inner)
		if problem != nil {
			return extent{}, problem
		}
		size.nodes = min(size.nodes+s.nodes, maxNodes+1)
		size.depth = max(size.depth, s.depth)
	}
	size.nodes++
	if n.Kind != yaml.ScalarNode {
		size.depth++
	}
	delete(e.open, n)
	e.done[n] = size
	return size, nil
}
