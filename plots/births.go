package plots

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"sparker/results"
)

// drawnEntries are the entries of a trace that are drawn: an even choice, and the entries on both
// sides of each birth.
func drawnEntries(t *results.Trace) []int {
	shown := thinned(len(t.Epoch), mostEpochs)
	for _, b := range t.Born {
		k, _ := slices.BinarySearch(t.Epoch, b.Epoch)
		shown = append(shown, max(k-1, 0), k)
	}
	slices.Sort(shown)
	return slices.Compact(shown)
}

// A life is a part of a kernel's path without a break.
type life struct {
	entries []int // of the trace
	born    bool  // it begins with a birth, not at the kernel's start
}

// lives splits the path of a kernel through the shown entries of a trace at its births. A birth
// holds from the first shown entry at or after its epoch.
func lives(t *results.Trace, shown []int, kernel int) []life {
	births := slices.DeleteFunc(slices.Clone(t.Born),
		func(b results.Birth) bool { return b.Kernel != kernel })
	slices.SortFunc(births, func(a, b results.Birth) int { return cmp.Compare(a.Epoch, b.Epoch) })
	all := []life{{entries: shown}}
	for _, b := range births {
		last := &all[len(all)-1]
		k, _ := slices.BinarySearchFunc(last.entries, b.Epoch,
			func(i, epoch int) int { return cmp.Compare(t.Epoch[i], epoch) })
		if k == 0 { // nothing of the life before is shown
			last.born = true
			continue
		}
		next := life{entries: last.entries[k:], born: true}
		last.entries = last.entries[:k]
		all = append(all, next)
	}
	return all
}

// The marks of a birth: in a trajectory a star where the path continues, elsewhere a tick.
const (
	bornAgain = "born again" // in legends
	starSize  = vg.Length(4.5)
)

var birthStar = hollow{star{}}

// starEntry is the legend's line for the stars of a trajectory, if there are any.
func starEntry(t *results.Trace) entries {
	if len(t.Born) == 0 {
		return nil
	}
	return newEntries(bornAgain, glyphSample(darkGray, starSize, birthStar))
}

// birthTicks are ticks on the epoch axis of a panel and their line of the legend, if there are
// births.
func birthTicks(t *results.Trace) ([]plot.Plotter, entries) {
	if len(t.Born) == 0 {
		return nil, nil
	}
	ticks := rug{c: black, width: 0.9}
	for _, b := range t.Born {
		ticks.x = append(ticks.x, float64(b.Epoch))
	}
	return []plot.Plotter{ticks}, newEntries(bornAgain, ticks)
}

// birthCaption is the sentence of a caption on the births, if there are any.
func birthCaption(t *results.Trace) string {
	if len(t.Born) == 0 {
		return ""
	}
	return count(len(t.Born), "birth") + ": a kernel starts again at another place, with " +
		"coefficient 0."
}
