package tables

import "fmt"

// hasNumerals reports whether the dialect says how numbers are written.
func (d Dialect) hasNumerals() bool { return d.Decimal != 0 || d.Thousands != 0 }

// check returns an error if the marks of numbers contradict each other.
func (d Dialect) check() error {
	switch {
	case d.Decimal != 0 && d.Decimal != '.' && d.Decimal != ',':
		return fmt.Errorf("the decimal mark is %q; must be a point or a comma", d.Decimal)
	case d.Decimal != 0 && d.Decimal == d.Thousands:
		return fmt.Errorf("%q is both the decimal mark and the thousands separator", d.Decimal)
	}
	return nil
}

// Dialect says how a file of separated values is written. A field with its zero value is found out
// from the first rows of the file.
type Dialect struct {
	Delimiter rune // between the cells of a line
	Decimal   rune // between the whole and the fractional part of a number: '.' or ','
	Thousands rune // between groups of three digits of a number
	Header    Header
	// Missing lists cells that stand for a missing value, besides those that always do: an empty
	// cell, NA, N/A, NaN, null and none, in any case.
	Missing []string
}

// Header says whether the first line of a file of separated values names its columns.
type Header int

// The values of Header.
const (
	HeaderAuto Header = iota
	HeaderYes
	HeaderNo
)
