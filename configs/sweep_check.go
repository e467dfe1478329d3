package configs

import (
	"fmt"
	"slices"
	"strings"

	"sparker/internal/clean"
)

// Limits of a sweep. More are taken for a slip.
const (
	maxCells      = 10_000
	maxArms       = 2000
	maxAxes       = 100
	maxExclusions = 2000

	// maxLabel is the length of the longest label of an arm. The label of a block is its text.
	maxLabel = 1000
)

// checkCount reports more parts of a sweep than it may have. It returns whether there are not too
// many.
func (d *decoder) checkCount(at position, path string, n int, allowed partCount) bool {
	if n > allowed.most {
		d.report(at, path, fmt.Sprintf("has %d %s; want at most %d", n, allowed.parts,
			allowed.most))
	}
	return n <= allowed.most
}

// partCount is the largest number of some parts of a sweep.
type partCount struct {
	parts string
	most  int
}

// The parts of a sweep that are counted before they are read.
var (
	countAxes       = partCount{"axes", maxAxes}
	countArms       = partCount{"arms", maxArms}
	countExclusions = partCount{"exclusions", maxExclusions}
)

// isLine reports whether a text is one line of characters that can be printed.
func isLine(text string) bool {
	return clean.Figure(text) == text && !strings.Contains(text, "\n")
}

// checkLabels reports an axis whose name cannot be printed, arms without a label or with one that
// cannot be printed, and two arms with the same.
func (d *decoder) checkLabels(axis Axis, at position, path string) {
	if !isLine(axis.Name) || len(axis.Name) > maxLabel {
		d.report(at, path, fmt.Sprintf("is an axis of the name %q; want at most %d characters on "+
			"one line that can be printed", clean.Line(axis.Name, maxQuoted), maxLabel))
	}
	seen := map[string]bool{}
	for _, label := range axis.Labels() {
		switch {
		case label == "":
			d.report(at, path, "has an arm without a label")
		case !isLine(label) || len(label) > maxLabel:
			d.report(at, path, fmt.Sprintf("has an arm %q; want a label of at most %d characters "+
				"on one line that can be printed", clean.Line(label, maxQuoted), maxLabel))
		case seen[label]:
			d.report(at, path, fmt.Sprintf("has two arms %q", label))
		}
		seen[label] = true
	}
}

// checkSweep reports what is wrong with the sweep as a whole.
func (d *decoder) checkSweep(s SweepConfig, at position) {
	for _, axis := range s.Zip {
		if len(axis.Arms) != len(s.Zip[0].Arms) {
			d.report(at, "sweep.zip", fmt.Sprintf("has %d values of %s and %d of %s; axes that "+
				"advance together need the same number of values",
				len(s.Zip[0].Arms), s.Zip[0].Name, len(axis.Arms), axis.Name))
			return
		}
	}
	if s.size() > maxCells {
		d.report(at, sweepKey, fmt.Sprintf("has more than %d cells", maxCells))
		return
	}
	d.checkAxes(s.Axes(), at)
	whole := SweepConfig{Grid: s.Grid, Zip: s.Zip, List: s.List}.combinations()
	for i, e := range s.Exclude {
		path := fmt.Sprintf("sweep.exclude[%d]", i)
		if d.checkExclusion(e, s.Axes(), at, path) && !slices.ContainsFunc(whole,
			func(c combination) bool { return e.matches(c.arms) }) {
			d.report(at, path, "takes out no cell")
		}
	}
	if len(s.combinations()) == 0 {
		d.report(at, "sweep.exclude", "takes out every cell")
	}
}

// size returns the number of cells before exclusion. It stops counting above maxCells.
func (s SweepConfig) size() int {
	cells := max(len(s.List), 1)
	if len(s.Zip) > 0 {
		cells *= len(s.Zip[0].Arms)
	}
	for _, axis := range s.Grid {
		if cells *= len(axis.Arms); cells > maxCells {
			break
		}
	}
	return cells
}

// checkAxes reports axes that share a name or set the same key.
func (d *decoder) checkAxes(axes []Axis, at position) {
	for i, axis := range axes {
		for _, other := range axes[:i] {
			if axis.Name == other.Name {
				d.report(at, sweepKey, fmt.Sprintf("has two axes of the name %s", axis.Name))
			} else if path := overlap(axis, other); path != "" {
				d.report(at, sweepKey, fmt.Sprintf("sets %s on two axes, %s and %s", path,
					other.Name, axis.Name))
			}
		}
	}
}

// checkExclusion reports axes and labels that the sweep does not have. It returns whether all
// exist.
func (d *decoder) checkExclusion(e Exclusion, axes []Axis, at position, path string) bool {
	names := make([]string, len(axes))
	for i, axis := range axes {
		names[i] = axis.Name
	}
	for _, excluded := range e.Axes {
		i := slices.Index(names, excluded.Axis)
		if i < 0 {
			d.report(at, path, fmt.Sprintf("names %s, which is not an axis of the sweep%s axes: %s",
				excluded.Axis, didYouMean(excluded.Axis, names), strings.Join(names, ", ")))
			return false
		}
		for _, l := range excluded.Labels {
			if axes[i].arm(l) < 0 {
				d.report(at, path, fmt.Sprintf("names %s=%s; its labels are %s", excluded.Axis, l,
					strings.Join(axes[i].Labels(), ", ")))
				return false
			}
		}
	}
	return true
}

// overlap returns a key that arms of both axes set, or the empty string.
func overlap(a, b Axis) string {
	others := b.paths()
	for _, x := range a.paths() {
		for _, y := range others {
			if covers(x, y) || covers(y, x) {
				return x
			}
		}
	}
	return ""
}

// paths returns every key that an arm of the axis sets, once.
func (a Axis) paths() []string {
	var paths []string
	seen := map[string]bool{}
	for _, arm := range a.Arms {
		for _, v := range arm.Values {
			if !seen[v.Path] {
				seen[v.Path] = true
				paths = append(paths, v.Path)
			}
		}
	}
	return paths
}
