package findings

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"

	"sparker/data"
	"sparker/internal/clean"
)

// Write writes rows.json: indented JSON with a final newline. It returns an error if a number is
// not finite, or if w fails.
func (l RowList) Write(w io.Writer) error {
	b, err := json.MarshalIndent(l, "", "  ")
	if err != nil {
		return fmt.Errorf("findings: encoding the list of rows: %w", err)
	}
	if _, err := w.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("findings: writing the list of rows: %w", err)
	}
	return nil
}

// ReadRows reads the file rows.json at a path. The error wraps fs.ErrNotExist if there is none. A
// file of another schema is an error, and so is one without a bound or a reason for its absence.
func ReadRows(path string) (RowList, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return RowList{}, fmt.Errorf("findings: %w", err)
	}
	var l RowList
	if err := json.Unmarshal(b, &l); err != nil {
		return RowList{}, fmt.Errorf("findings: reading %s: %w", path, err)
	}
	if l.Schema != RowsSchema {
		return RowList{}, fmt.Errorf("findings: %s has schema %q; this version reads %q", path,
			l.Schema, RowsSchema)
	}
	if l.Refused == "" && l.Novel == nil {
		return RowList{}, fmt.Errorf("findings: %s has neither a list of rows nor a reason why it "+
			"is missing", path)
	}
	return l, nil
}

// WriteRows writes rows.csv: a line for every listed row, in the order of the list. The list is the
// one that [ListRows] returned for the pair.
//
// The columns are row, score, p and q, with the meaning of [ListedRow]. Names, coordinates and
// quotes are those of [WriteMembers]. A list that is refused has no lines except the header.
//
// It returns an error if w fails.
func WriteRows(w io.Writer, pair data.Pair, l RowList) error {
	t := memberTable{pair: pair, coordinates: pair.Data.D <= coordinatesUpTo}
	header := []string{"row", "score", "p", "q"}
	for _, word := range t.words(Member{}) {
		if !word.absent {
			header = append(header, word.name)
		}
	}
	if t.coordinates {
		columns := pair.Columns
		if columns == nil {
			columns = data.ColumnNames(pair.Data.D)
		}
		header = append(header, columns...)
	}
	out := csv.NewWriter(w)
	out.Write(clean.CSVLine(header)) // Error returns the first error
	for _, row := range l.Rows {
		line := []string{strconv.Itoa(row.Row), number(row.Score), number(row.P), number(row.Q)}
		m := Member{ID: row.ID, Label: row.Label, Text: row.Text, Image: row.Image}
		for _, word := range t.words(m) {
			if !word.absent {
				line = append(line, word.word)
			}
		}
		if t.coordinates {
			for _, v := range pair.Data.Row(row.Index) {
				line = append(line, number(v))
			}
		}
		out.Write(clean.CSVLine(line))
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("findings: writing the list of rows: %w", err)
	}
	return nil
}
