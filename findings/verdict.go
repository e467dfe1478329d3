package findings

import (
	"fmt"
	"math"
	"strings"

	"sparker/internal/clean"
)

// Verdict is the result of a test, as one sentence says it.
type Verdict struct {
	P, Z  float64
	Bound bool    // no null toy was as extreme: P is an upper bound, and Z a lower one
	Alpha float64 // the size of the test
	// The two samples. An empty name stands for "the data" and "the reference".
	Data, Reference         string
	DataRows, ReferenceRows int
	// EffectiveData and EffectiveReference are the effective numbers of rows of samples whose rows
	// have different weights; 0 for others.
	EffectiveData, EffectiveReference float64
	Columns                           []string
	// Expected is the number of data rows that are expected. It is 0 if the number of rows is not
	// a part of the evidence.
	Expected float64
}

// Differs reports whether P is at most Alpha.
func (v Verdict) Differs() bool { return v.P <= v.Alpha }

// namedColumns is the largest number of columns that a verdict names.
const namedColumns = 4

// nameLength is the number of characters of a name that is shown.
const nameLength = 100

// String says whether the samples differ, and what was compared.
func (v Verdict) String() string {
	data := sampleRows(v.DataRows, "data", v.Data) + effectively(v.EffectiveData)
	reference := sampleRows(v.ReferenceRows, "reference", v.Reference) +
		effectively(v.EffectiveReference)
	says := data + " differ from " + reference
	switch {
	case !v.Differs():
		says = fmt.Sprintf("no difference is found between %s and %s", data, reference)
	case v.DataRows == 1:
		says = data + " differs from " + reference
	}
	counting := "the number of rows is not used"
	if v.Expected > 0 {
		counting = fmt.Sprintf("the number of rows is used: %.6g are expected", v.Expected)
	}
	equals, more := "=", "="
	if v.Bound {
		equals, more = "<=", ">"
	}
	z := math.Round(100*v.Z)/100 + 0 // not -0
	return fmt.Sprintf("p %s %.3g (Z %s %.2f): at alpha = %v, %s in %s; %s", equals, v.P, more, z,
		v.Alpha, says, v.columns(), counting)
}

// effectively says how many rows of equal weight a sample is worth; nothing for 0.
func effectively(rows float64) string {
	if rows == 0 {
		return ""
	}
	return fmt.Sprintf(" (by their weights worth %.4g)", rows)
}

// sampleRows names the rows of a sample.
func sampleRows(n int, sample, name string) string {
	rows := "rows"
	if n == 1 {
		rows = "row"
	}
	if name == "" {
		return fmt.Sprintf("the %d %s %s", n, sample, rows)
	}
	return fmt.Sprintf("the %d %s of %s", n, rows, clean.Line(name, nameLength))
}

// columns counts the columns, and names them if they are few.
func (v Verdict) columns() string {
	text := fmt.Sprintf("%d columns", len(v.Columns))
	if len(v.Columns) == 1 {
		text = "1 column"
	}
	if len(v.Columns) > namedColumns {
		return text
	}
	var names []string
	for _, name := range v.Columns {
		names = append(names, clean.Line(name, nameLength))
	}
	return fmt.Sprintf("%s (%s)", text, strings.Join(names, ", "))
}
