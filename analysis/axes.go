package analysis

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"sparker/results"
)

// runsCell is a cell of one of several runs, and its arm on each axis that the runs span.
type runsCell struct {
	cellResult
	arms []results.ArmRecord
}

// span is what several runs hold together.
type span struct {
	cells    []runsCell
	axes     []results.AxisRecord // those with more than one arm
	warnings []string
}

// spanOf returns the cells of the runs, and the axes in which they differ: those of the sweep of a
// single run, or the keys in which the configs of several runs differ.
func spanOf(runs []*Evaluation) (span, error) {
	var s span
	for _, v := range runs {
		all, err := v.cellResults()
		if err != nil {
			return span{}, err
		}
		for _, c := range all {
			s.cells = append(s.cells, runsCell{c, c.record.Arms})
		}
		if missing := len(v.cells) - len(all); missing > 0 {
			s.warnings = append(s.warnings, fmt.Sprintf("%d cells of %s have no null toys yet",
				missing, v.store.Dir()))
		}
	}
	if len(s.cells) == 0 {
		return span{}, errors.New("analysis: there are no runs to compare")
	}
	if len(runs) > 1 {
		warnings, err := setArmsByKeys(s.cells)
		if err != nil {
			return span{}, err
		}
		s.warnings = append(s.warnings, warnings...)
	}
	for i, arm := range s.cells[0].arms {
		axis := results.AxisRecord{Name: arm.Axis}
		for _, c := range s.cells {
			if l := c.arms[i].Label; !slices.Contains(axis.Labels, l) {
				axis.Labels = append(axis.Labels, l)
			}
		}
		if len(axis.Labels) > 1 {
			s.axes = append(s.axes, axis)
		}
	}
	return s, nil
}

// uncompared are the keys that may differ between the arms of a comparison, with a warning.
var uncompared = []string{"toys.null", "toys.alternative", "test.alpha"}

// setArmsByKeys sets the arms of cells of several runs: the keys in which their configs differ.
func setArmsByKeys(cells []runsCell) (warnings []string, err error) {
	var paths []string
	texts := make([]map[string]string, len(cells))
	for i, c := range cells {
		values, err := c.experiment.Values()
		if err != nil {
			return nil, fmt.Errorf("analysis: %w", err)
		}
		texts[i] = map[string]string{}
		for _, v := range values {
			texts[i][v.Path] = v.Text
			if !slices.Contains(paths, v.Path) {
				paths = append(paths, v.Path)
			}
		}
		cells[i].arms = nil
	}
	for _, path := range paths {
		same := !slices.ContainsFunc(texts,
			func(t map[string]string) bool { return t[path] != texts[0][path] })
		switch {
		case same, path == "name", path == "description", path == "toys.signal",
			strings.HasPrefix(path, "record."):
		case slices.Contains(uncompared, path):
			warnings = append(warnings, fmt.Sprintf("the runs also differ in %s, which is not "+
				"compared", path))
		default:
			for i, t := range texts {
				cells[i].arms = append(cells[i].arms,
					results.ArmRecord{Axis: path, Label: t[path]})
			}
		}
	}
	return warnings, nil
}

// chooseAxes checks the axes to compare by, or chooses them: the only one there is or, with several
// runs, all of them.
func chooseAxes(by []string, axes []results.AxisRecord, runs int) ([]string, error) {
	var names []string
	for _, a := range axes {
		names = append(names, a.Name)
	}
	if len(axes) == 0 {
		return nil, &QuestionError{errors.New("analysis: the cells do not differ in anything " +
			"that can be compared")}
	}
	for _, b := range by {
		if !slices.Contains(names, b) {
			return nil, &QuestionError{fmt.Errorf("analysis: the cells do not differ in %q; "+
				"they differ in %s", b, strings.Join(names, ", "))}
		}
	}
	switch {
	case len(by) > 0:
		return by, nil
	case len(names) == 1 || runs > 1:
		return names, nil
	}
	return nil, &QuestionError{fmt.Errorf("analysis: the cells differ in %s; say which to compare",
		strings.Join(names, ", "))}
}
