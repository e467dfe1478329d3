package results

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"path/filepath"
	"strings"
)

// WriteSummary writes summary.json in place of an earlier one. A number that is not finite is an
// error.
func (s *Store) WriteSummary(summary Summary) error {
	summary.Schema = SummarySchema
	return WriteRecord(filepath.Join(s.dir, summaryName), summary)
}

// Summary reads summary.json; the error wraps fs.ErrNotExist while there is none.
func (s *Store) Summary() (Summary, error) {
	path := filepath.Join(s.dir, summaryName)
	var summary Summary
	if err := readRecord(path, &summary); err != nil {
		return Summary{}, err
	}
	if summary.Schema != SummarySchema {
		return Summary{}, fmt.Errorf("results: %s is no summary that this version reads (schema "+
			"%q, not %q)", path, summary.Schema, SummarySchema)
	}
	return summary, nil
}

// WriteTable writes a CSV file (RFC 4180, lines end in \n) into the run folder, in place of an
// earlier one. The name is a file name that ends in .csv; every row has as many fields as the
// header.
func (s *Store) WriteTable(name string, header []string, rows [][]string) error {
	if name != filepath.Base(name) || !strings.HasSuffix(name, ".csv") {
		return fmt.Errorf("results: %q is no name for a table; want a file name that ends in .csv",
			name)
	}
	for i, row := range rows {
		if len(row) != len(header) {
			return fmt.Errorf("results: row %d of %s has %d fields, the header %d", i, name,
				len(row), len(header))
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	err := w.WriteAll(append([][]string{header}, rows...))
	if err == nil {
		err = WriteFile(filepath.Join(s.dir, name), b.Bytes())
	}
	if err != nil {
		return fmt.Errorf("results: writing %s: %w", name, err)
	}
	return nil
}
