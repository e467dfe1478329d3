package analysis

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"

	"gonum.org/v1/gonum/stat"

	"sparker/internal/rng"
	"sparker/results"
	"sparker/stats"
)

// Compare holds cells that differ in the given axes only against the first of them: the differences
// in power with their intervals, and McNemar's test where the toys are the same. With one run, the
// axes are those of its sweep; with several, they are the keys in which the runs' configs differ.
// No axis at all means the only one there is or, with several runs, all of them together. A
// baseline, if not empty, is the label of the arm to compare with.
//
// The interval of a difference is Newcombe's for the toys, widened by the standard error that comes
// with the finite number of null toys (a bootstrap of these, the same in both arms where both were
// calibrated on the same toys).
func Compare(runs []*Evaluation, by []string, baseline string) (results.Comparison, error) {
	cells, axes, warnings, err := placed(runs)
	if err != nil {
		return results.Comparison{}, err
	}
	if by, err = chosen(by, axes, len(runs)); err != nil {
		return results.Comparison{}, err
	}
	c := results.Comparison{By: by, Alpha: cells[0].summary.Alpha,
		Groups: []results.ComparisonGroup{}, Warnings: append([]string{}, warnings...)}
	groups := grouped(cells, by)
	foundBaseline := baseline == ""
	var alone, partial []string
	var remarks []remark
	for _, g := range groups {
		if len(g.arms) < 2 {
			alone = append(alone, results.Describe(g.arms[0].place))
			continue
		}
		if i := slices.IndexFunc(g.arms, func(a armed) bool { return a.label == baseline }); i > 0 {
			first := g.arms[i]
			g.arms = slices.Insert(slices.Delete(g.arms, i, i+1), 0, first)
		}
		foundBaseline = foundBaseline || g.arms[0].label == baseline
		for _, a := range g.arms {
			if !a.summary.Complete {
				partial = append(partial, results.Describe(a.place))
			}
		}
		group, r := compareGroup(g)
		c.Groups, remarks = append(c.Groups, group), append(remarks, r...)
	}
	c.Warnings = append(c.Warnings, condensed(remarks)...)
	if n := len(partial); n > 0 {
		c.Warnings = append(c.Warnings, fmt.Sprintf("%d cells are not complete, the first: %s; "+
			"differences are over the toys that both cells have", n, partial[0]))
	}
	if n := len(alone); n > 0 {
		c.Warnings = append(c.Warnings, fmt.Sprintf("%d cells have nothing to be compared with, "+
			"the first: %s", n, alone[0]))
	}
	if !foundBaseline {
		return results.Comparison{}, &QuestionError{fmt.Errorf("analysis: no arm is called %q; "+
			"the arms are %s", baseline, strings.Join(labels(groups), "; "))}
	}
	if len(c.Groups) == 0 {
		return results.Comparison{}, &QuestionError{fmt.Errorf("analysis: no two cells differ "+
			"in %s alone", strings.Join(by, ", "))}
	}
	return c, nil
}

// Compare holds the cells of the run that differ in the given axes only against the first of them,
// as the function [Compare] does for one run.
func (v *Evaluation) Compare(by ...string) (results.Comparison, error) {
	return Compare([]*Evaluation{v}, by, "")
}

// placedCell is a cell of one of the runs and where it stands on every axis.
type placedCell struct {
	evaluatedCell
	place []results.ArmRecord
}

// axisOf are the labels of an axis, in their order.
type axisOf struct {
	name   string
	labels []string
}

// placed evaluates the runs and finds the axes that they span.
func placed(runs []*Evaluation) (cells []placedCell, axes []axisOf, warnings []string,
	err error) {
	for _, v := range runs {
		all, err := v.evaluate()
		if err != nil {
			return nil, nil, nil, err
		}
		for _, c := range all {
			cells = append(cells, placedCell{c, c.summary.Arms})
		}
		if missing := len(v.cells) - len(all); missing > 0 {
			warnings = append(warnings, fmt.Sprintf("%d cells of %s have no null toys yet", missing,
				v.store.Dir()))
		}
	}
	if len(cells) == 0 {
		return nil, nil, nil, errors.New("analysis: no runs to compare")
	}
	if len(runs) > 1 {
		differing, w, err := differences(cells)
		if err != nil {
			return nil, nil, nil, err
		}
		warnings = append(warnings, w...)
		for i := range cells {
			cells[i].place = differing[i]
		}
	}
	for i, setting := range cells[0].place {
		a := axisOf{name: setting.Axis}
		for _, c := range cells {
			if l := c.place[i].Label; !slices.Contains(a.labels, l) {
				a.labels = append(a.labels, l)
			}
		}
		if len(a.labels) > 1 {
			axes = append(axes, a)
		}
	}
	return cells, axes, warnings, nil
}

// uncompared are the keys that arms of a comparison may differ in; where they do, it is said.
var uncompared = []string{"toys.null", "toys.alternative", "test.alpha"}

// differences are the keys in which the configs of cells differ, by cell.
func differences(cells []placedCell) (place [][]results.ArmRecord, warnings []string, err error) {
	var paths []string
	texts := make([]map[string]string, len(cells))
	for i, c := range cells {
		values, err := c.experiment.Values()
		if err != nil {
			return nil, nil, fmt.Errorf("analysis: %w", err)
		}
		texts[i] = map[string]string{}
		for _, v := range values {
			texts[i][v.Path] = v.Text
			if !slices.Contains(paths, v.Path) {
				paths = append(paths, v.Path)
			}
		}
	}
	place = make([][]results.ArmRecord, len(cells))
	for _, path := range paths {
		same := !slices.ContainsFunc(texts,
			func(t map[string]string) bool { return t[path] != texts[0][path] })
		switch {
		case same, path == "name", path == "description", path == "toys.signal",
			strings.HasPrefix(path, "record."):
		case slices.Contains(uncompared, path):
			warnings = append(warnings, fmt.Sprintf("the runs differ in %s, too, which is not "+
				"compared", path))
		default:
			for i, t := range texts {
				place[i] = append(place[i], results.ArmRecord{Axis: path, Label: t[path]})
			}
		}
	}
	return place, warnings, nil
}

// chosen checks the axes to compare by, or chooses them.
func chosen(by []string, axes []axisOf, runs int) ([]string, error) {
	var names []string
	for _, a := range axes {
		names = append(names, a.name)
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

// armed is a cell that stands for an arm of a group.
type armed struct {
	placedCell
	label string
}

// armGroup are cells that differ in the compared axes only.
type armGroup struct {
	common []results.ArmRecord
	arms   []armed
}

// grouped puts together the cells that differ in the axes by alone, in the order in which they
// come.
func grouped(cells []placedCell, by []string) []armGroup {
	var groups []armGroup
	at := map[string]int{}
	for _, c := range cells {
		var common, own []results.ArmRecord
		for _, s := range c.place {
			if slices.Contains(by, s.Axis) {
				own = append(own, s)
			} else {
				common = append(common, s)
			}
		}
		label := results.Describe(own)
		if len(own) == 1 {
			label = own[0].Label
		}
		key := results.Describe(common)
		i, there := at[key]
		if !there {
			i = len(groups)
			at[key] = i
			groups = append(groups, armGroup{common: common})
		}
		groups[i].arms = append(groups[i].arms, armed{c, label})
	}
	return groups
}

// labels are those of all arms.
func labels(groups []armGroup) []string {
	var all []string
	for _, g := range groups {
		for _, a := range g.arms {
			if !slices.Contains(all, a.label) {
				all = append(all, a.label)
			}
		}
	}
	return all
}

// remark is a warning about two arms, and what kind of warning it is.
type remark struct{ kind, text string }

// condensed are the first warning of each kind, with the number of the others.
func condensed(remarks []remark) (warnings []string) {
	more := make(map[string]int)
	for _, r := range remarks {
		more[r.kind]++
	}
	for _, r := range remarks {
		switch n := more[r.kind]; {
		case n == 0: // said already
			continue
		case n > 1:
			r.text += fmt.Sprintf("; so it is with %d other pairs", n-1)
		}
		warnings, more[r.kind] = append(warnings, r.text), 0
	}
	return warnings
}

func compareGroup(g armGroup) (results.ComparisonGroup, []remark) {
	group := results.ComparisonGroup{Common: g.common, Differences: []results.Difference{}}
	var remarks []remark
	base := g.arms[0]
	where := ""
	if len(g.common) > 0 {
		where = " (" + results.Describe(g.common) + ")"
	}
	for _, a := range g.arms {
		group.Arms = append(group.Arms, results.ComparisonArm{Label: a.label,
			CellSummary: a.summary,
			Seconds:     a.seconds, MedianSeconds: a.median})
	}
	for _, a := range g.arms[1:] {
		if x, y := a.summary.Alpha, base.summary.Alpha; x != y {
			remarks = append(remarks, remark{"size",
				fmt.Sprintf("%s and %s%s are tests of different size (%v and %v)", a.label,
					base.label, where, x, y)})
		}
		if x, y := a.summary.Null.Toys, base.summary.Null.Toys; x != y && a.summary.Complete &&
			base.summary.Complete {
			remarks = append(remarks, remark{"null",
				fmt.Sprintf("%s and %s%s have different numbers of null toys (%d and %d)", a.label,
					base.label, where, x, y)})
		}
		before := len(group.Differences)
		for _, p := range base.summary.Points {
			if d, ok := difference(a, base, p.Signal); ok {
				group.Differences = append(group.Differences, d)
			}
		}
		if len(group.Differences) == before {
			remarks = append(remarks, remark{"strength",
				fmt.Sprintf("%s and %s%s have no strength in common", a.label, base.label, where)})
		}
	}
	return group, remarks
}

// difference compares two arms at one strength; ok is false where one has no toys there.
func difference(a, base armed, signal float64) (d results.Difference, ok bool) {
	x, y := a.at(signal), base.at(signal)
	d = results.Difference{Arm: a.label, Signal: signal,
		Paired: a.record.SamplesKey == base.record.SamplesKey}
	if signal == 0 && a.record.NullKey == base.record.NullKey {
		d.Paired = true
	}
	if d.Paired {
		x, y = inBoth(x, y), inBoth(y, x)
	}
	if len(x) == 0 || len(y) == 0 {
		return d, false
	}
	d.Toys = min(len(x), len(y))
	alpha := a.summary.Alpha
	rejectedX, rejectedY := rejected(x, alpha), rejected(y, base.summary.Alpha)
	var lo, hi float64
	if d.Paired {
		both := 0
		for i := range x {
			switch {
			case rejectedX[i] && rejectedY[i]:
				both++
			case rejectedX[i]:
				d.Gained++
			case rejectedY[i]:
				d.Lost++
			}
		}
		p := stats.McNemar(d.Gained, d.Lost)
		d.McNemar = &p
		lo, hi = stats.PairedDifference(len(x), both, d.Gained, d.Lost, 0.95)
	} else {
		lo, hi = stats.Difference(count(rejectedX), len(x), count(rejectedY), len(y), 0.95)
	}
	d.Power = float64(count(rejectedX)) / float64(len(x))
	d.Baseline = float64(count(rejectedY)) / float64(len(y))
	d.Difference = d.Power - d.Baseline
	noise := stats.Z(0.025) * calibrationNoise(a, base, x, y, d.Paired)
	d.CI95[0] = max(-1, d.Difference-math.Hypot(d.Difference-lo, noise))
	d.CI95[1] = min(1, d.Difference+math.Hypot(hi-d.Difference, noise))
	return d, true
}

// at are the tested toys of one strength, by index.
func (e evaluatedCell) at(signal float64) []testedToy {
	var all []testedToy
	for _, t := range e.tested {
		if t.Signal == signal {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b testedToy) int { return a.Index - b.Index })
	return all
}

// inBoth are the toys of x whose index is in y.
func inBoth(x, y []testedToy) []testedToy {
	return slices.DeleteFunc(slices.Clone(x), func(t testedToy) bool {
		return !slices.ContainsFunc(y, func(o testedToy) bool { return o.Index == t.Index })
	})
}

// rejected says of each toy whether the test rejects.
func rejected(toys []testedToy, alpha float64) []bool {
	out := make([]bool, len(toys))
	for i, t := range toys {
		out[i] = t.rejects(alpha)
	}
	return out
}

func count(decisions []bool) int {
	n := 0
	for _, d := range decisions {
		if d {
			n++
		}
	}
	return n
}

// noiseReplicates is the number of bootstrap samples of the null toys: it gives the standard error
// to 4%.
const noiseReplicates = 300

// calibrationNoise is the standard error of a difference of powers that comes from the finite
// number of null toys. Both arms see the same resampled null toys where they were calibrated on the
// same ones.
func calibrationNoise(a, base armed, x, y []testedToy, paired bool) float64 {
	r := rng.New(a.experiment.Seed, "calibration noise")
	first, second := newThreshold(a, x), newThreshold(base, y)
	same := (paired || a.record.NullKey == base.record.NullKey) &&
		slices.Equal(first.indices, second.indices)
	differences := make([]float64, noiseReplicates)
	for i := range differences {
		times := resample(r, len(first.indices))
		power := first.power(times)
		if !same {
			times = resample(r, len(second.indices))
		}
		differences[i] = power - second.power(times)
	}
	return stat.StdDev(differences, nil)
}

// resample says how often each of n toys is drawn in n draws.
func resample(r *rand.Rand, n int) []int {
	times := make([]int, n)
	for range n {
		times[r.IntN(n)]++
	}
	return times
}

// threshold finds the power under resampled null toys.
type threshold struct {
	indices []int // of the null toys, rising
	order   []int // places in indices, by falling score
	above   []int // by tested toy: how many null toys reach its score; -1 for a fit that failed
	alpha   float64
}

func newThreshold(e armed, toys []testedToy) threshold {
	t := threshold{alpha: e.summary.Alpha}
	for index := range e.scores {
		t.indices = append(t.indices, index)
	}
	sort.Ints(t.indices)
	t.order = make([]int, len(t.indices))
	for i := range t.order {
		t.order[i] = i
	}
	sort.SliceStable(
		t.order, func(
			i, j int) bool {
			return e.scores[t.indices[t.order[i]]] > e.scores[t.indices[t.order[j]]]
		})
	for _, toy := range toys {
		above := -1
		if toy.Status == results.StatusOK {
			above = int(math.Round(toy.P*float64(len(t.indices)+1))) - 1
		}
		t.above = append(t.above, above)
	}
	return t
}

// power is the share of toys that are rejected when each null toy counts the given number of times.
func (t threshold) power(times []int) float64 {
	// by place in the order: how many resampled toys lie above
	reached := make([]int, len(t.order)+1)
	for i, at := range t.order {
		reached[i+1] = reached[i] + times[at]
	}
	n := 0
	for _, above := range t.above {
		if above >= 0 && float64(1+reached[above])/float64(len(t.order)+1) <= t.alpha {
			n++
		}
	}
	return float64(n) / float64(len(t.above))
}
