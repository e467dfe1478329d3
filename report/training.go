package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"sparker/findings"
	"sparker/internal/clean"
	"sparker/results"
)

// training is what the template "training" shows: the recorded fits of a cell, as a player of the
// page takes them.
type training struct {
	Fits []playedFit
	// First is the fit that is shown first: that of the observed sample, or of the largest signal.
	First int
	Left  string // says that not all fits are shown
}

// The most of a fit that is played. More would make the page large without showing more.
const (
	playedEpochs  = 1000
	playedRows    = 1500      // of each sample
	playedColumns = 12        // that can be chosen in more than two dimensions
	playedBytes   = 110_000   // of a fit, packed
	leastBytes    = 25_000    // of a fit; if there is less room, fits are left out
	trainingBytes = 2_300_000 // of all fits of a page, packed; they take 3.1 MB of it
)

// A playedFit is a recorded fit in the form that the player reads. Positions and other histories of
// kernels are in Packed.
type playedFit struct {
	Name    string `json:"name"`
	Note    string `json:"note,omitempty"` // what is wrong with it
	Epoch   []int  `json:"epoch"`          // of each entry
	Kernels int    `json:"kernels"`
	// Plane says what the first two axes are if they are components, and Left which columns are
	// not among the axes.
	Plane string       `json:"plane,omitempty"`
	Left  string       `json:"left,omitempty"`
	Width string       `json:"width"` // the unit of sigma
	Axes  []playedAxis `json:"axes"`
	// Curves are histories of the fit, in float32. Grids are histories of its kernels, in integers
	// of a number of levels: the positions along the axes, and then those that are named.
	Curves []string     `json:"curves"`
	Grids  []playedGrid `json:"grids"`
	Levels int          `json:"levels"` // of positions, and of grids that have none of their own
	// Data and Reference are numbers of rows, which are quantized along the axes as the positions.
	Data      int `json:"data"`
	Reference int `json:"reference"`
	// Births, mergers and checkpoints are at entries.
	Births      [][2]int `json:"births"` // entry and kernel, from 0
	Mergers     []merger `json:"mergers"`
	Checkpoints []int    `json:"checkpoints"`
	Start       int      `json:"start"` // the entry that is shown first
	Packed      string   `json:"packed"`
}

// A playedAxis is a direction along which kernels and rows are drawn.
type playedAxis struct {
	Label     string  `json:"label"`
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	Radius    float64 `json:"radius"` // one unit of sigma; 0 if that is not known
	Component bool    `json:"component,omitempty"`
}

// A playedGrid is the range of a history of kernels.
type playedGrid struct {
	Name string  `json:"name"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// Log says that the levels are those of the logarithm.
	Log    bool `json:"log,omitempty"`
	Levels int  `json:"levels,omitempty"`
}

// newTraining returns what the page shows of the recorded fits of a cell, within a number of bytes.
// Those without a trace are left out, and some of the others if they take too much room.
func newTraining(s Section, room int) training {
	fits := slices.DeleteFunc(slices.Clone(s.Fits), func(f results.FitRecord) bool {
		return f.Trace == nil || len(f.Trace.Centroids) == 0 || len(f.Centroids) == 0
	})
	var t training
	most := max(room/leastBytes, 1)
	if n := len(fits); n > most {
		t.Left = fmt.Sprintf("Of %d recorded fits, %d are shown.", n, most)
		fits = mostTelling(fits, most)
	}
	if len(fits) == 0 {
		return t
	}
	bytes := min(room/len(fits), playedBytes)
	for i, f := range fits {
		p := newPlayedFit(f, bytes)
		p.Start = startEntry(p.Epoch, f, s.Findings)
		t.Fits = append(t.Fits, p)
		if importance(f) > importance(fits[t.First]) {
			t.First = i
		}
	}
	return t
}

// startEntry returns the entry of the epochs that is shown first: that at which the first place was
// found in the fit, or its findings were read, or else the checkpoint of the largest t. At the end,
// kernels may be as narrow as single rows. Without checkpoints it is the last one.
func startEntry(epochs []int, f results.FitRecord, read *findings.Findings) int {
	last, best := len(epochs)-1, -1
	if read != nil && f.Hypothesis == results.Observed {
		at := func(epoch int, sigma float64) int {
			return slices.IndexFunc(f.Statistics, func(c results.CheckpointRecord) bool {
				return c.Epoch == epoch && c.Sigma == sigma
			})
		}
		if len(read.Places) > 0 {
			best = at(read.Places[0].Epoch, read.Places[0].Sigma)
		}
		if best < 0 {
			best = at(read.Epoch, read.Sigma)
		}
	}
	if best < 0 {
		for i, c := range f.Statistics {
			if !math.IsNaN(c.T) && (best < 0 || c.T > f.Statistics[best].T) {
				best = i
			}
		}
	}
	if best < 0 {
		return last
	}
	entry, _ := slices.BinarySearch(epochs, f.Statistics[best].Epoch)
	return min(entry, last)
}

// importance orders fits: that of the observed sample comes before those of large and of small
// signals, and these before null toys.
func importance(f results.FitRecord) float64 {
	switch f.Hypothesis {
	case results.Observed:
		return math.Inf(1)
	case results.Null:
		return math.Inf(-1)
	}
	return f.Signal
}

// mostTelling returns at most some number of fits in their order: one of each importance, the null
// second, and then further ones.
func mostTelling(fits []results.FitRecord, most int) []results.FitRecord {
	order := make([]int, len(fits))
	seen, rank := map[float64]int{}, make([]int, len(fits))
	for i, f := range fits {
		order[i], rank[i] = i, seen[importance(f)]
		seen[importance(f)]++
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(rank[a], rank[b]),
			cmp.Compare(importance(fits[b]), importance(fits[a])))
	})
	if null := slices.IndexFunc(order, func(i int) bool {
		return fits[i].Hypothesis == results.Null
	}); null > 1 {
		first := order[null]
		order = slices.Insert(slices.Delete(order, null, null+1), 1, first)
	}
	chosen := order[:most]
	slices.Sort(chosen)
	var all []results.FitRecord
	for _, i := range chosen {
		all = append(all, fits[i])
	}
	return all
}

// newPlayedFit packs a fit with as many epochs and columns as have room.
func newPlayedFit(f results.FitRecord, room int) playedFit {
	stage := newStage(f, room)
	most, columns := playedEpochs, playedColumns
	for {
		p, size := stage.play(most, columns)
		switch {
		case size <= room || most < 50:
			return p
		case columns > playedColumns/2 && len(p.Axes) > playedColumns/2+2:
			columns /= 2
		default:
			most = min(most, len(p.Epoch)) * 9 / 10 * room / size
		}
	}
}

// fitName names a fit by its toy.
func fitName(f results.FitRecord) string {
	switch f.Hypothesis {
	case "":
		return "the fit"
	case results.Observed:
		return "the observed sample"
	case results.Alternative:
		return fmt.Sprintf("alternative toy %d at N_S = %v (%d injected)", f.Index, f.Signal,
			f.Injected)
	}
	return fmt.Sprintf("%s toy %d", f.Hypothesis, f.Index)
}

// fitNote says how a fit ended, if that was not well.
func fitNote(f results.FitRecord) string {
	var notes []string
	if f.Status != results.StatusOK && f.Status != "" {
		notes = append(notes, strings.TrimSuffix("The fit did not end well: "+f.Status+
			" ("+f.Reason+")", " ()"))
	}
	notes = append(notes, f.Warnings...)
	return clean.Line(strings.Join(notes, "; "), 2000)
}

// widthUnit is what one unit of sigma means, in brackets; empty if columns have several units.
func widthUnit(f results.FitRecord) string {
	if isStandardized(f) {
		return "[std. dev.]"
	}
	unit := ""
	for i, c := range f.Columns {
		if i > 0 && c.Unit != unit {
			return ""
		}
		unit = c.Unit
	}
	if unit == "" {
		return ""
	}
	return "[" + clean.Line(unit, 40) + "]"
}

// isStandardized reports whether sigma is in standard deviations of the reference.
func isStandardized(f results.FitRecord) bool {
	return strings.Contains(strings.ToLower(f.LengthUnit), "deviation")
}

// unitLengths returns the length of one unit of sigma along each of d columns, in the data's own
// units. It is 0 for a column that the distance leaves out, and where the record does not have it.
func unitLengths(f results.FitRecord, d int) []float64 {
	lengths := make([]float64, d)
	for c := range lengths {
		switch {
		case !isStandardized(f):
			lengths[c] = 1
		case c < len(f.Scale):
			lengths[c] = f.Scale[c]
		}
	}
	return lengths
}

// columnLabel is the label of column c, or else its name, with its unit.
func columnLabel(f results.FitRecord, c int) string {
	label := fmt.Sprintf("x%d", c+1)
	if len(f.Centroids[0]) == 1 {
		label = "x"
	}
	if c >= len(f.Columns) {
		return label
	}
	column := f.Columns[c]
	column.Name = cmp.Or(column.Name, label)
	return plainScripts(clean.Line(column.Title(), 100))
}

// evenly returns at most limit of the indices below n, evenly spaced, with the first and the last.
func evenly(n, limit int) []int {
	m := max(min(n, limit), min(n, 1))
	indices := make([]int, m)
	for i := range indices {
		indices[i] = i * max(n-1, 0) / max(m-1, 1)
	}
	return indices
}

// playedEntries returns the entries of a trace that are played: evenly spaced ones, those of
// births and those before, and those of checkpoints.
func playedEntries(f results.FitRecord, most int) []int {
	t := f.Trace
	chosen := evenly(len(t.Epoch), most)
	for _, b := range t.Born {
		i, _ := slices.BinarySearch(t.Epoch, b.Epoch)
		if i < len(t.Epoch) {
			chosen = append(chosen, max(i-1, 0), i)
		}
	}
	for _, c := range f.Statistics {
		if i, there := slices.BinarySearch(t.Epoch, c.Epoch); there {
			chosen = append(chosen, i)
		}
	}
	slices.Sort(chosen)
	return slices.Compact(chosen)
}
