package analysis

import (
	"fmt"
	"slices"
	"strings"

	"sparker/results"
	"sparker/stats"
)

// This file holds the words that readers of a summary should see before they trust it. Those that
// concern a calibration alone are in stats.

// observedWarnings are those of the test of the observed sample that the cell's record lacks.
func observedWarnings(c cell) []string {
	var w []string
	for _, t := range c.toys {
		for _, warning := range t.Warnings {
			if !slices.Contains(c.record.Warnings, warning) && !slices.Contains(w, warning) {
				w = append(w, warning)
			}
		}
	}
	return w
}

// calibrationWarnings are those about the null toys of a cell.
func calibrationWarnings(c cell, s results.CellSummary,
	calibration *stats.GroupedCalibration) []string {
	if c.end.design != nil {
		return slices.Concat(c.end.design.Warnings(c.end.stop, s.Null.Toys),
			calibration.FailureWarnings(), clampedWarnings(s))
	}
	var w []string
	if !s.Complete {
		stored := 0
		for _, point := range s.Points {
			stored += point.Toys
		}
		text := fmt.Sprintf("partial: %d of %d null toys", s.Null.Toys, c.experiment.Toys.Null)
		if all := len(s.Points) * c.experiment.Toys.Alternative; all > 0 {
			text += fmt.Sprintf(", and %d of %d alternative toys", stored, all)
		}
		w = append(w, text)
	}
	return slices.Concat(w, calibration.Warnings(s.Alpha), clampedWarnings(s))
}

// clampedWarnings are those about null toys whose exponential was held at its limit.
func clampedWarnings(s results.CellSummary) []string {
	if s.Null.Clamped == 0 {
		return nil
	}
	return []string{fmt.Sprintf("in %d of %d null fits the log-ratio was so large on reference "+
		"rows that its exponential was held at its limit: lower train.clip", s.Null.Clamped,
		s.Null.Toys)}
}

// aboveAlpha is the beginning of the warning of a type-I error whose interval is above alpha.
const aboveAlpha = "the type-I error"

// powerWarnings are those about the alternative toys of a cell, with the type-I error.
func powerWarnings(c cell, s results.CellSummary) []string {
	var w []string
	for _, point := range s.Points {
		if point.Failed > 0 {
			w = append(w, fmt.Sprintf("%d of %d fits failed at N_S = %v; they count as not "+
				"rejected", point.Failed, point.Toys, point.Signal))
		}
		if point.Signal == 0 && point.Toys > 0 {
			if point.CI95[0] > s.Alpha {
				w = append(w, fmt.Sprintf(aboveAlpha+" %.3f (95%% interval %.3f to %.3f) is "+
					"above alpha = %v", point.Power, point.CI95[0], point.CI95[1], s.Alpha))
			}
		}
	}
	// If the toys without signal are only missing, the summary says that it is incomplete.
	if !slices.Contains(c.experiment.Toys.Signal, 0) && c.experiment.ObservedSamples() == 0 {
		w = append(w, "the type-I error was not measured: add 0 to toys.signal")
	}
	return w
}

// fitWarnings say how to see a fit of a cell that failed.
func fitWarnings(c cell) []string {
	var w []string
	if i := slices.IndexFunc(c.toys,
		func(t *results.Toy) bool { return t.Status != results.StatusOK }); i >= 0 {
		w = append(w, fmt.Sprintf("to see a fit that failed (%s): %s", c.toys[i].Reason,
			replay(c.number, c.toys[i])))
	}
	return w
}

// replay is the command that fits a toy of a cell again; RUN stands for the run folder.
func replay(cell int, t *results.Toy) string {
	command := fmt.Sprintf("sparker toy RUN --cell %d --hypothesis %s --index %d", cell,
		t.Hypothesis, t.Index)
	if t.Hypothesis == results.Alternative {
		command += " --signal " + number(t.Signal)
	}
	return command
}

// comparisonTexts collects what a reader should know of a comparison.
type comparisonTexts struct {
	single  []string // cells that have no other to be compared with
	partial []string // cells that are not complete
	pairs   []pairText
}

// pairText is a warning about two arms, with its kind.
type pairText struct{ kind, text string }

// addPair adds what makes the arms of a pair hard to compare. The place is that of their group.
func (t *comparisonTexts) addPair(p armPair, place string) {
	a, base := p.arm.summary, p.base.summary
	who := p.arm.label + " and " + p.base.label + place
	if a.Alpha != base.Alpha {
		t.pairs = append(t.pairs, pairText{"size", fmt.Sprintf("%s are tests of different size "+
			"(%v and %v)", who, a.Alpha, base.Alpha)})
	}
	if x, y := a.Null.Toys, base.Null.Toys; x != y && a.Complete && base.Complete {
		t.pairs = append(t.pairs, pairText{"null", fmt.Sprintf("%s have different numbers of null "+
			"toys (%d and %d)", who, x, y)})
	}
}

// addUnrelated adds that the arms of a pair have no toys of the same signal strength.
func (t *comparisonTexts) addUnrelated(p armPair, place string) {
	t.pairs = append(t.pairs, pairText{"signal", fmt.Sprintf("%s and %s%s have no signal strength "+
		"in common", p.arm.label, p.base.label, place)})
}

// warnings returns the first warning of each kind, with the number of the others.
func (t comparisonTexts) warnings() []string {
	var w []string
	others := map[string]int{}
	for _, p := range t.pairs {
		others[p.kind]++
	}
	for _, p := range t.pairs {
		switch n := others[p.kind]; {
		case n == 0: // an earlier pair stands for all of the kind
			continue
		case n > 1:
			p.text += fmt.Sprintf("; the same holds for %d other pairs", n-1)
		}
		w, others[p.kind] = append(w, p.text), 0
	}
	if n := len(t.partial); n > 0 {
		w = append(w, fmt.Sprintf("%d cells are not complete, the first: %s; differences are over "+
			"the toys that both cells have", n, t.partial[0]))
	}
	if n := len(t.single); n > 0 {
		w = append(w, fmt.Sprintf("%d cells have no other to be compared with, the first: %s", n,
			t.single[0]))
	}
	return w
}

// runWarnings are those about a run as a whole.
func runWarnings(m results.Manifest, s results.Summary) []string {
	var w []string
	if missing := len(m.Cells) - len(s.Cells); missing > 0 {
		w = append(w, fmt.Sprintf("partial: %d of %d cells have no null toys yet", missing,
			len(m.Cells)))
	}
	if names := m.Instructions(); len(names) > 1 {
		w = append(w, fmt.Sprintf("the fits were made with different instructions (%s), which "+
			"round differently: a toy is reproduced to the last bit with its own only",
			strings.Join(names, ", ")))
	}
	if changes := m.VersionChanges(); len(changes) > 0 {
		var words []string
		for _, c := range changes {
			words = append(words, c.String())
		}
		w = append(w, fmt.Sprintf("parts of the run were made by other versions, which may round "+
			"differently (%s)", strings.Join(words, "; ")))
	}
	if len(m.Cells) > 1 {
		w = append(w, cellsWarnings(s)...)
		w = append(w, signatureWarnings(s.Cells)...)
	}
	return w
}

// recordWarnings are those about the files that a summary was made from.
func (v *Evaluation) recordWarnings() []string {
	var without []string
	if !v.store.Checked() {
		without = append(without, "the manifest")
	}
	if v.unchecked > 0 {
		without = append(without, fmt.Sprintf("%d of %d toys", v.unchecked, v.stored))
	}
	if len(without) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("without a checksum, as earlier versions wrote them, so that "+
		"damage to their numbers goes unnoticed: %s", strings.Join(without, " and "))}
}

// cellsWarnings say how many of several cells have warnings of a kind.
func cellsWarnings(s results.Summary) []string {
	var w []string
	var incomplete, failing, above, measured int
	for _, c := range s.Cells {
		failed := c.Null.Failed
		for _, p := range c.Points {
			failed += p.Failed
			if p.Signal == 0 && p.Toys > 0 {
				measured++
				if p.CI95[0] > c.Alpha {
					above++
				}
			}
		}
		if failed > 0 {
			failing++
		}
		if !c.Complete {
			incomplete++
		}
	}
	if incomplete > 0 {
		w = append(w, fmt.Sprintf("partial: %d of %d cells lack toys", incomplete, len(s.Cells)))
	}
	if failing > 0 {
		w = append(w, fmt.Sprintf("%d of %d cells have fits that failed: see their warnings",
			failing, len(s.Cells)))
	}
	if above > 0 {
		w = append(w, fmt.Sprintf("the type-I error is above alpha in %d of %d cells, outside "+
			"its 95%% interval (cells that share toys come together)", above, measured))
	}
	return w
}
