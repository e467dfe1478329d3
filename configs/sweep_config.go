package configs

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// SweepConfig is the `sweep` block of a config: what varies around the experiment that the other
// blocks describe. Its cells are the combinations of one arm of every axis of Grid, one step of
// Zip and one entry of List, without those that Exclude names.
type SweepConfig struct {
	// Grid holds axes that vary independently of each other: every combination of their values is a
	// cell. An axis is a key and a list of its values, a key and a block of labels and values, or a
	// name of its own and a block of labels and blocks of keys.
	Grid []Axis `yaml:"grid"`
	// Zip holds axes that advance together, combined with every cell of the grid. All have the same
	// number of values.
	Zip []Axis `yaml:"zip"`
	// List holds blocks of key paths and values that are written out one by one, combined with
	// every cell of the grid and the zip. Each may have a label. They form an axis named arm.
	List []Arm `yaml:"list"`
	// Exclude holds the cells to leave out, as blocks of axes and labels. A cell is left out if it
	// has one of the labels on every axis of a block.
	Exclude []Exclusion `yaml:"exclude"`
}

// ListAxis is the name of the axis that the entries of a sweep's list form.
const ListAxis = "arm"

// Axis is one thing that varies: a key, or several keys that vary together under a name of their
// own.
type Axis struct {
	// Name is a key path such as loss.kind, or a name that is not a key.
	Name string
	Arms []Arm
}

// Arm is one value of an axis.
type Arm struct {
	// Label names the arm in tables and figures. Its default is the value.
	Label string
	// Values are the keys that the arm sets.
	Values []Assignment
}

// ArmName names an arm by its axis and its label.
type ArmName struct{ Axis, Label string }

// Assignment is a key and the YAML value that an arm sets it to.
type Assignment struct {
	Path string
	node *yaml.Node
	at   position
}

// Exclusion selects the cells to leave out: those that have, on every axis named here, one of the
// labels given for it.
type Exclusion struct {
	Axes []ExcludedLabels
}

// ExcludedLabels are labels of one axis.
type ExcludedLabels struct {
	Axis   string
	Labels []string
}

// Empty reports whether nothing varies.
func (s SweepConfig) Empty() bool {
	return len(s.Grid) == 0 && len(s.Zip) == 0 && len(s.List) == 0
}

// Axes returns the axes in the order of the config: those of the grid, those of the zip, the list.
func (s SweepConfig) Axes() []Axis {
	axes := slices.Concat(s.Grid, s.Zip)
	if len(s.List) > 0 {
		axes = append(axes, Axis{Name: ListAxis, Arms: s.List})
	}
	return axes
}

// AxisOf returns the first axis that sets the key at path, and whether there is one.
func (s SweepConfig) AxisOf(path string) (Axis, bool) {
	for _, axis := range s.Axes() {
		for _, arm := range axis.Arms {
			if slices.ContainsFunc(arm.Values,
				func(v Assignment) bool { return covers(v.Path, path) }) {
				return axis, true
			}
		}
	}
	return Axis{}, false
}

// Labels returns the labels of the axis's arms.
func (a Axis) Labels() []string {
	labels := make([]string, len(a.Arms))
	for i, arm := range a.Arms {
		labels[i] = arm.Label
	}
	return labels
}

// arm returns the index of the arm with the label, or -1.
func (a Axis) arm(label string) int { return slices.Index(a.Labels(), label) }

// combination is one cell before its config is resolved.
type combination struct {
	arms   []ArmName
	values []Assignment
}

// combinations returns the cells of the sweep. The last axis varies fastest.
func (s SweepConfig) combinations() []combination {
	all := []combination{{}}
	for _, axis := range s.Grid {
		all = product(all, []Axis{axis})
	}
	if len(s.Zip) > 0 {
		all = product(all, s.Zip)
	}
	if len(s.List) > 0 {
		all = product(all, []Axis{{Name: ListAxis, Arms: s.List}})
	}
	return slices.DeleteFunc(all, func(c combination) bool {
		return slices.ContainsFunc(s.Exclude,
			func(e Exclusion) bool { return e.matches(c.arms) })
	})
}

// product extends every combination by every step of axes that advance together.
func product(all []combination, axes []Axis) []combination {
	var next []combination
	for _, c := range all {
		for step := range axes[0].Arms {
			n := combination{slices.Clone(c.arms), slices.Clone(c.values)}
			for _, axis := range axes {
				arm := axis.Arms[step]
				n.arms = append(n.arms, ArmName{axis.Name, arm.Label})
				n.values = append(n.values, arm.Values...)
			}
			next = append(next, n)
		}
	}
	return next
}

// matches reports whether the exclusion selects the cell with the given arms.
func (e Exclusion) matches(arms []ArmName) bool {
	for _, excluded := range e.Axes {
		if !slices.ContainsFunc(arms, func(a ArmName) bool {
			return a.Axis == excluded.Axis && slices.Contains(excluded.Labels, a.Label)
		}) {
			return false
		}
	}
	return true
}
