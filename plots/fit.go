package plots

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"sparker/results"
)

// The most of a record that is drawn. More would make files large without showing more.
const (
	mostRows   = 2000 // of the data and of the reference each
	mostEpochs = 800
)

// thinned are at most limit indices of n, evenly spaced, with the first and the last.
func thinned(n, limit int) []int {
	if n <= limit {
		out := make([]int, n)
		for i := range out {
			out[i] = i
		}
		return out
	}
	out := make([]int, limit)
	for i := range out {
		out[i] = int(math.Round(float64(i) * float64(n-1) / float64(limit-1)))
	}
	return out
}

// pick is the chosen entries of values.
func pick[T any](values []T, indices []int) []T {
	out := make([]T, len(indices))
	for k, i := range indices {
		out[k] = values[i]
	}
	return out
}

// epochs are the chosen epochs of a trace, as numbers.
func epochs(t *results.Trace, indices []int) []float64 {
	out := make([]float64, len(indices))
	for k, i := range indices {
		out[k] = float64(t.Epoch[i])
	}
	return out
}

// epochAxis is the horizontal axis of a trace.
func epochAxis(t *results.Trace) axis {
	first, last := float64(t.Epoch[0]), float64(t.Epoch[len(t.Epoch)-1])
	if first == last {
		return linear("epoch", extent{first - 1, last + 1}, 2)
	}
	e := extent{first, last}.padded(0.01)
	want := int(min(last-first, 7)) // so that no tick falls between two epochs
	return linear("epoch", e, want)
}

// coordinate is the axis title of column i of d.
func coordinate(columns []results.Column, i, d int) string {
	name, unit := "x", ""
	if d > 1 {
		name = fmt.Sprintf("x_{%d}", i+1)
	}
	if i < len(columns) {
		if written := columnText(columns[i]); written != "" {
			name = written
		}
		unit = printable(columns[i].Unit)
	}
	if unit != "" {
		return name + " [" + unit + "]"
	}
	return name
}

// columnText is the label of a column, or else its name.
func columnText(c results.Column) string { return printable(cmp.Or(c.Label, c.Name)) }

// widthTitle is the axis title of sigma, with the unit if all columns share one.
func widthTitle(f results.FitRecord) string {
	if standardized(f) {
		return "width σ [std. dev.]"
	}
	unit := ""
	for i, c := range f.Columns {
		if i > 0 && c.Unit != unit {
			return "width σ"
		}
		unit = c.Unit
	}
	if unit == "" {
		return "width σ"
	}
	return "width σ [" + printable(unit) + "]"
}

// standardized reports whether sigma is in standard deviations of the reference instead of the
// data's units.
func standardized(f results.FitRecord) bool {
	return strings.Contains(strings.ToLower(f.LengthUnit), "deviation")
}

// radius is the length of one unit of sigma along coordinate i, in the data's units: 1, or the
// standard deviation of the reference in a standardized fit. known is false if the record does not
// have it, and for a column that the distance leaves out.
func radius(f results.FitRecord, i int) (length float64, known bool) {
	if !standardized(f) {
		return 1, true
	}
	if i >= len(f.Scale) {
		return 0, false
	}
	return f.Scale[i], f.Scale[i] > 0 && !math.IsInf(f.Scale[i], 0)
}

// fitTitle is the title of a figure of a fit: what is drawn, and the toy.
func fitTitle(what string, f results.FitRecord) string {
	switch f.Hypothesis {
	case "":
		return what
	case results.Alternative:
		return fmt.Sprintf("%s: alternative toy %d at N_{S} = %s (%d injected)", what, f.Index,
			number(f.Signal), f.Injected)
	case results.Observed:
		return what + ": the observed sample"
	}
	return fmt.Sprintf("%s: %s toy %d", what, printable(f.Hypothesis), f.Index)
}

// fitCaption describes a fit, how it ended, and its warnings.
func fitCaption(f results.FitRecord, more ...string) []string {
	var parts []string
	if n := len(f.Statistics); n > 0 {
		last := f.Statistics[n-1]
		parts = append(parts, fmt.Sprintf("Last checkpoint: epoch %d, σ = %s, t = %s.", last.Epoch,
			number(last.Sigma), number(last.T)))
	}
	parts = append(parts, more...)
	if f.ClampedEpochs > 0 {
		parts = append(parts, fmt.Sprintf("The exponential was clamped in %s.",
			count(f.ClampedEpochs, "epoch")))
	}
	out := []string{strings.Join(parts, " ")}
	if f.Status != results.StatusOK && f.Status != "" {
		reason := ""
		if f.Reason != "" {
			reason = " (" + printable(f.Reason) + ")"
		}
		out = append(out, "The fit did not end well: "+printable(f.Status)+reason+".")
	}
	return append(out, warnings(f.Warnings)...)
}

// rowsCaption says how many rows are drawn, if that is not all of the record's.
func rowsCaption(f results.FitRecord) string {
	if len(f.Data) <= mostRows && len(f.Reference) <= mostRows {
		return ""
	}
	return fmt.Sprintf("Drawn: %d data and %d reference rows.", min(len(f.Data), mostRows),
		min(len(f.Reference), mostRows))
}

// noRadius is the sentence of a caption if radius is not known.
const noRadius = "%s not drawn: σ counts standard deviations of the reference, and the record " +
	"does not tell them."

// largestCoefficient is the limit of the color map: the largest |a|, or 1 if all are 0.
func largestCoefficient(coefficients ...[]float64) float64 {
	limit := 0.0
	for _, row := range coefficients {
		for _, a := range row {
			limit = max(limit, math.Abs(a))
		}
	}
	if limit < smallest {
		return 1
	}
	return limit
}
