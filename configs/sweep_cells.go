package configs

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// assign sets one key of the config.
func (d *decoder) assign(v Assignment) {
	d.file = v.at.file
	target, ok := d.target(v.at, v.Path)
	if !ok {
		return
	}
	d.enter(v.Path, v.at)
	d.value(v.node, v.at, v.Path, target)
}

// cells resolves and checks every cell of a sweep over the config that has been read. A problem of
// several cells is reported once.
func (d *decoder) cells(s SweepConfig) []Cell {
	base := d.root.Interface().(Experiment)
	all := s.combinations()
	cells := make([]Cell, 0, len(all))
	var problems []cellProblem
	for _, c := range all {
		e := base
		cell := newDecoder(&e)
		maps.Copy(cell.written, d.written)
		for _, v := range c.values {
			cell.assign(v)
		}
		cell.dropReplaced(&e, c.values)
		cell.resolveDefaults(&e)
		cell.resolveFractions(&e)
		cell.check(func(r reportFunc) { e.validate(r) })
		for _, p := range cell.problems {
			i := slices.IndexFunc(problems, func(f cellProblem) bool { return f.Problem == p })
			if i < 0 {
				i = len(problems)
				problems = append(problems, cellProblem{Problem: p, first: c})
			}
			problems[i].cells++
		}
		cells = append(cells, Cell{Arms: c.arms, Experiment: e})
	}
	for _, f := range problems {
		d.problems = append(d.problems, f.among(len(all)))
	}
	return cells
}

// cellProblem is a problem of some cells of a sweep.
type cellProblem struct {
	Problem
	cells int         // how many cells have it
	first combination // the first of them
}

// among returns the problem with a message that says which of all cells have it.
func (c cellProblem) among(all int) Problem {
	p := c.Problem
	if c.cells == all {
		return p
	}
	words := make([]string, len(c.first.arms))
	for i, arm := range c.first.arms {
		words[i] = arm.Axis + "=" + arm.Label
	}
	first := strings.Join(words, ", ")
	if c.cells == 1 {
		p.Message += fmt.Sprintf(" (in the cell %s)", first)
	} else {
		p.Message += fmt.Sprintf(" (in %d of %d cells, such as %s)", c.cells, all, first)
	}
	return p
}
