package results

import (
	"fmt"
	"path/filepath"
	"strings"
)

// FindingsDir returns the folder of the findings of a cell, counted from 1. It is the folder of the
// run if the run has a single cell, and else a folder below findings that is named after the number
// and the labels of the cell.
func (s *Store) FindingsDir(cell int) string {
	cells := s.Manifest().Cells
	if len(cells) == 1 {
		return s.Dir()
	}
	name := fmt.Sprintf("cell-%d", cell)
	for _, arm := range cells[cell-1].Arms {
		name += "-" + arm.Label
	}
	return filepath.Join(s.Dir(), "findings", plainName(name))
}

// FindingsFile returns the path of the findings of a cell, counted from 1.
func (s *Store) FindingsFile(cell int) string {
	return filepath.Join(s.FindingsDir(cell), "findings.json")
}

// MembersFile returns the path of the table of the rows that the kernels of a cell, counted from 1,
// hold.
func (s *Store) MembersFile(cell int) string {
	return filepath.Join(s.FindingsDir(cell), MembersTable)
}

// RowsFile returns the path of the list of the rows of the observed sample of a cell, counted from
// 1, that stand out.
func (s *Store) RowsFile(cell int) string {
	return filepath.Join(s.FindingsDir(cell), "rows.json")
}

// RowTableFile returns the path of the table of the listed rows of a cell, counted from 1.
func (s *Store) RowTableFile(cell int) string {
	return filepath.Join(s.FindingsDir(cell), RowsTable)
}

// plainName returns the beginning of a text, with an underscore for every character except ASCII
// letters, digits, '-', '_' and '.'.
func plainName(text string) string {
	const most = 80
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' ||
			strings.ContainsRune("-_.", r) {
			return r
		}
		return '_'
	}, text)
	return name[:min(len(name), most)]
}
