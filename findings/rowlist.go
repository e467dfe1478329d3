package findings

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"sparker/data"
	"sparker/internal/clean"
	"sparker/stats"
	"sparker/twosample"
)

// RowsSchema is the version of rows.json.
const RowsSchema = "sparker/rows/1"

// RowList is the rows of the data that stand out from the reference, and the content of rows.json.
// See [ListRows].
type RowList struct {
	Schema string  `json:"schema"`
	Q      float64 `json:"q"` // the false-discovery rate of the list
	// Refused says why the list is missing. Rows and Novel are then nil. It is empty if there is
	// one, even if no row is listed.
	Refused string `json:"refused,omitempty"`
	// Rows are the listed rows, by rising Q and falling Score.
	Rows []ListedRow `json:"rows"`
	// Least is the smallest number of rows that a list can have, except for an empty one: a shorter
	// list would need more calibration rows.
	Least int `json:"least"`
	// Novel is a lower bound of the number of data rows that are not from the reference. It needs
	// no list.
	Novel *NovelBound `json:"novel,omitempty"`

	DataRows        int `json:"data_rows"`        // N_D
	CalibrationRows int `json:"calibration_rows"` // reference rows that the p-values count
	TrainingRows    int `json:"training_rows"`    // reference rows that the fit compares with
	// Member is the member of the test whose fit scores the rows; empty for the test itself.
	Member string `json:"member,omitempty"`
	// Sigmas are the widths of the kernels at the scales that the scores are means over, in the
	// units of the fit, widest first.
	Sigmas []float64 `json:"sigmas"`
	// Warnings are those of the fits, whose data are the data and the calibration rows, and then
	// notes about the list.
	Warnings []string `json:"warnings"`
}

// ListedRow is a row of the data in a [RowList].
type ListedRow struct {
	// Row is the number of the row in the user's file, counted from 0, or Index if the pair does
	// not say.
	Row   int    `json:"row"`
	ID    string `json:"id,omitempty"`    // the user's name of the row
	Label string `json:"label,omitempty"` // its class
	Text  string `json:"text,omitempty"`  // a text that the user gave for it
	Image string `json:"image,omitempty"` // path, or URL, of a picture of it

	Score float64 `json:"score"` // the mean of f over the scales; above 0 for an excess of data
	P     float64 `json:"p"`     // the conformal p-value of the row alone
	Q     float64 `json:"q"`     // the smallest false-discovery rate of a list with the row

	// Index is the number of the row in the data of the pair, counted from 0. It is not in
	// rows.json.
	Index int `json:"-"`
}

// NovelBound holds lower bounds of the number of rows that are not from the reference. At the
// confidence level, they hold together.
type NovelBound struct {
	Level    float64 `json:"level"`
	Rows     int     `json:"rows"`     // among the rows of the data
	Fraction float64 `json:"fraction"` // Rows/N_D
	Listed   int     `json:"listed"`   // among the listed rows
}

// read lists the rows of a pair by their scores.
func (l *RowList) read(pair data.Pair, fit twosample.Fit, s stats.RowScores) {
	for _, warning := range fit.Warnings {
		l.Warnings = append(l.Warnings, "in the fit that scores the rows, in which calibration "+
			"rows count as data: "+warning)
	}
	for _, c := range fit.Checkpoints {
		if !slices.Contains(l.Sigmas, c.Sigma) {
			l.Sigmas = append(l.Sigmas, c.Sigma)
		}
	}
	all := slices.Concat(s.Calibration, s.Data)
	if slices.Min(all) == slices.Max(all) {
		l.Refused = "the fit does not tell rows apart: f is the same for all of them"
		return
	}
	l.Least = int(math.Ceil(float64(l.DataRows) / (l.Q * float64(l.CalibrationRows+1))))
	novel := s.Novel(NovelLevel)
	l.Novel = &NovelBound{Level: NovelLevel, Rows: novel,
		Fraction: float64(novel) / float64(l.DataRows)}
	p := s.P()
	l.Rows = []ListedRow{}
	for i, q := range stats.BenjaminiHochberg(p) {
		if q <= l.Q {
			l.Rows = append(l.Rows, listedRow(pair, ListedRow{Index: i, Score: s.Data[i], P: p[i],
				Q: q}))
		}
	}
	l.Novel.Listed = s.NovelAmong(len(l.Rows), NovelLevel)
	slices.SortStableFunc(l.Rows, func(a, b ListedRow) int {
		return cmp.Or(cmp.Compare(a.Q, b.Q), cmp.Compare(b.Score, a.Score))
	})
	if half := l.DataRows / 2; l.Least > half {
		l.Warnings = append(l.Warnings, fmt.Sprintf("with %d calibration rows, a list at the "+
			"false-discovery rate %v has at least %d rows; more reference rows make shorter ones "+
			"possible", l.CalibrationRows, l.Q, l.Least))
	}
}

// listedRow adds the names that the pair has for a row.
func listedRow(pair data.Pair, l ListedRow) ListedRow {
	l.Row = l.Index
	if pair.Index != nil {
		l.Row = pair.Index[l.Index]
	}
	for _, word := range []struct {
		to   *string
		from []string
	}{{&l.ID, pair.IDs}, {&l.Label, pair.Labels}, {&l.Text, pair.Texts}, {&l.Image, pair.Images}} {
		if word.from != nil {
			*word.to = word.from[l.Index]
		}
	}
	return l
}

// namedRows is the number of listed rows that String names.
const namedRows = 10

// String says in a sentence which rows are listed, and how many are not from the reference.
func (l RowList) String() string {
	if l.Refused != "" {
		return "no list of rows: " + l.Refused
	}
	text := fmt.Sprintf("no row of the data stands out at a false-discovery rate of %v (a list "+
		"has at least %d)", l.Q, l.Least)
	if len(l.Rows) > 0 {
		text = fmt.Sprintf("%d of the %d rows of the data stand out at a false-discovery rate of "+
			"%v: %s", len(l.Rows), l.DataRows, l.Q, l.names())
	}
	if n := l.Novel; n.Rows > 0 {
		listed := ""
		if len(l.Rows) > 0 {
			listed = fmt.Sprintf("%d of these and ", n.Listed)
		}
		return text + fmt.Sprintf("; at a confidence of %v%%, at least %s%d of all rows (%.2g%%) "+
			"are not from the reference", 100*n.Level, listed, n.Rows, 100*n.Fraction)
	}
	return text + fmt.Sprintf("; at a confidence of %v%%, all of them may be from the reference",
		100*l.Novel.Level)
}

// names names the first listed rows, by their IDs if there are any.
func (l RowList) names() string {
	var names []string
	for _, row := range l.Rows[:min(len(l.Rows), namedRows)] {
		names = append(names, cmp.Or(clean.Line(row.ID, nameLength), strconv.Itoa(row.Row)))
	}
	if len(l.Rows) > namedRows {
		names = append(names, "...")
	}
	return strings.Join(names, ", ")
}
