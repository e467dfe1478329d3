package tables

import (
	"fmt"
	"strconv"
	"strings"
)

// ColumnError reports a column that was asked for by name and cannot be read.
type ColumnError struct {
	Column  string   // the name that was asked for
	Columns []string // the names that could be asked for
	// Line and Cell are a cell that is why the column cannot be read. Line, which counts from 1, is
	// 0 if there is none.
	Line   int
	Cell   string
	reason string // a sentence that names the column
	known  string // introduces Columns in the message, or is empty to leave them out
}

func (e *ColumnError) Error() string {
	if e.known == "" {
		return e.reason
	}
	return e.reason + "; " + e.known + " " + listed(e.Columns)
}

// unknownColumn reports a column that is not among those of a file.
func unknownColumn(name string, columns []string) error {
	return &ColumnError{Column: name, Columns: columns, known: "the columns are",
		reason: fmt.Sprintf("no column is called %q", name)}
}

// severalColumns reports an address that does not say which of the columns of a file it means.
func severalColumns(f format, columns []string) error {
	return &ColumnError{Columns: columns, known: "the columns are",
		reason: fmt.Sprintf("the file has several columns; say which, as in FILE.%s:%s", f.name(),
			columns[len(columns)-1])}
}

// DialectError reports a file of separated values that can be read in several ways.
type DialectError struct {
	Choice DialectChoice // what is not clear
	// Line, Column and Cell are a number that can be read in several ways. Line counts from 1. It
	// is 0, and Column and Cell are empty, if the choice is that of the delimiter.
	Line         int
	Column, Cell string
	reason       string
}

// DialectChoice is a choice that a file of separated values leaves open.
type DialectChoice int

// The choices that a file leaves open.
const (
	ChoiceOfDelimiter DialectChoice = iota // Dialect.Delimiter
	ChoiceOfDecimal                        // Dialect.Decimal and Dialect.Thousands
)

func (e *DialectError) Error() string {
	if e.Line == 0 {
		return e.reason
	}
	return fmt.Sprintf("line %d, column %s: %s %s", e.Line, e.Column, shortCell(e.Cell), e.reason)
}

// MatchError reports a table whose columns are not those of another table.
type MatchError struct {
	Address string // of the table
	// Missing and Extra are the names that the table lacks and those that only it has. Both are nil
	// if the numbers of columns differ and columns are not matched by name.
	Missing, Extra []string
	Columns, Want  int      // numbers of columns
	lacks          []string // Missing, with what the columns hold if the file has them
}

func (e *MatchError) Error() string {
	if len(e.Missing)+len(e.Extra) == 0 {
		return fmt.Sprintf("data: %s has %d columns; want %d", e.Address, e.Columns, e.Want)
	}
	var wrong []string
	if len(e.Missing) > 0 {
		wrong = append(wrong, "lacks "+listed(e.lacks))
	}
	if len(e.Extra) > 0 {
		wrong = append(wrong, "has the extra "+plural(len(e.Extra), "column")+" "+listed(e.Extra))
	}
	return fmt.Sprintf("data: the columns of %s do not match: it %s", e.Address,
		strings.Join(wrong, " and "))
}

// MissingValuesError reports rows in which a value is missing, NaN or infinite. It is returned if
// such rows are refused, and if no other row is left.
type MissingValuesError struct {
	Columns    []ColumnInfo // those that were read, with their numbers of missing values
	FirstRow   int          // number of the first such row in the file, counted from 0
	FirstValue string       // what is wrong there: the name of the column and the value
	Incomplete int          // number of such rows
	Rows       int          // number of all rows
}

func (e *MissingValuesError) Error() string {
	return fmt.Sprintf("%d of %d rows (%s) have a missing or infinite value: %s; in the first, "+
		"row %d (counted from 0), %s", e.Incomplete, e.Rows, Percentage(e.Incomplete, e.Rows),
		MissingShares(e.Columns, e.Rows), e.FirstRow, e.FirstValue)
}

// MemoryError reports a table that would take more memory than it may.
type MemoryError struct {
	Rows, Columns int
	Bytes         float64 // that the numbers of the table take
	Buffered      float64 // that reading takes in addition
	Limit         int64
}

func (e *MemoryError) Error() string {
	also := ""
	if e.Buffered > 0 {
		also = fmt.Sprintf(" and %s while it is read", bytesText(e.Buffered))
	}
	return fmt.Sprintf("%d rows of %d columns take %s of memory%s, more than the limit of %s; "+
		"read fewer columns or a random subsample of the rows, or raise the limit", e.Rows,
		e.Columns, bytesText(e.Bytes), also, bytesText(float64(e.Limit)))
}

// listed joins names, or the first ones of many.
func listed(names []string) string {
	const most = 12
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

// plural returns a noun that names n things.
func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// bytesText writes a number of bytes with four digits.
func bytesText(bytes float64) string {
	units := []string{"bytes", "KiB", "MiB", "GiB", "TiB"}
	k := 0
	for ; bytes >= 1024 && k < len(units)-1; k++ {
		bytes /= 1024
	}
	return strconv.FormatFloat(bytes, 'g', 4, 64) + " " + units[k]
}
