package tables

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
)

// numerals says how the numbers of a file are written, and which cells are missing values.
type numerals struct {
	decimal, thousands rune     // decimal is '.' or ','; thousands is 0 if digits are not grouped
	missing            []string // cells that stand for missing values, besides the usual ones
	codes              []float64
}

// newNumerals returns the numerals of a dialect, in which what is left out has its usual value.
func newNumerals(d Dialect) numerals {
	n := numerals{decimal: d.Decimal, thousands: d.Thousands, missing: d.Missing}
	if n.decimal == 0 {
		n.decimal = '.'
		if n.thousands == '.' {
			n.decimal = ','
		}
	}
	for _, word := range d.Missing {
		if v, err := strconv.ParseFloat(word, 64); err == nil {
			n.codes = append(n.codes, v)
		}
	}
	return n
}

// number parses a cell. A missing value is NaN.
func (n *numerals) number(cell string) (v float64, ok bool) {
	if n.missing != nil && slices.Contains(n.missing, strings.TrimSpace(cell)) {
		return math.NaN(), true
	}
	if n.decimal == '.' && n.thousands == 0 {
		v, ok = number(cell)
	} else {
		v, ok = number(n.plain(cell))
	}
	if n.codes != nil && slices.Contains(n.codes, v) {
		v = math.NaN()
	}
	return v, ok
}

// isMissing reports whether a cell stands for a missing value.
func (n *numerals) isMissing(cell string) bool {
	v, ok := n.number(cell)
	return ok && math.IsNaN(v)
}

// number parses a cell with a decimal point. A missing value is NaN.
func number(cell string) (float64, bool) {
	v, err := strconv.ParseFloat(cell, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return v, true
	}
	cell = strings.TrimSpace(cell)
	switch strings.ToLower(cell) {
	case "", "na", "n/a", "#n/a", "<na>", "nat", "null", "none", "-nan":
		return math.NaN(), true
	}
	v, err = strconv.ParseFloat(cell, 64)
	return v, err == nil || errors.Is(err, strconv.ErrRange)
}

// plain returns a number with a decimal point and without marks between its digits. A cell that is
// not a number is returned in a form that is not one either.
func (n *numerals) plain(cell string) string {
	cell = strings.TrimSpace(cell)
	whole, fraction, hasFraction := strings.Cut(cell, string(n.decimal))
	if n.decimal == ',' && strings.Contains(fraction, ".") {
		return "x" // 1,5.2
	}
	if n.thousands != 0 {
		var ok bool
		if whole, ok = n.ungrouped(whole); !ok {
			return "x"
		}
	}
	if n.decimal == ',' && strings.Contains(whole, ".") {
		return "x"
	}
	if !hasFraction {
		return whole
	}
	return whole + "." + fraction
}

// ungrouped returns a whole number without the marks between groups of three digits, or false if
// the groups are not of three digits.
func (n *numerals) ungrouped(whole string) (string, bool) {
	if n.thousands == ' ' { // also the narrow and the wide no-break space
		whole = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(whole)
	}
	groups := strings.Split(whole, string(n.thousands))
	if len(groups) == 1 {
		return whole, true
	}
	for k, group := range groups {
		digits := group
		if k == 0 {
			digits = strings.TrimLeft(group, "+-")
		}
		if !allDigits(digits) || len(digits) > 3 || k > 0 && len(digits) != 3 {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// shape is how a cell is written.
type shape int

// The shapes of cells, with examples.
const (
	textShape      shape = iota
	plainShape           // 1234, 1e5: the same in every file
	pointShape           // 0.5, 1234.567
	pointOrGroups        // 1.234: a decimal point, or a point between groups of digits
	commaShape           // 0,5
	commaOrGroups        // 1,234: a decimal comma, or a comma between groups of digits
	pointGroups          // 1.234.567 and 1.234,5
	commaGroups          // 1,234,567 and 1,234.5
	numberOfShapes       // the number of shapes
)

// The numerals of the shapes.
var (
	plainNumerals       = newNumerals(Dialect{})
	commaNumerals       = newNumerals(Dialect{Decimal: ','})
	commaGroupsNumerals = newNumerals(Dialect{Thousands: ','})
	pointGroupsNumerals = newNumerals(Dialect{Thousands: '.'})
)

// shapeOf returns how a cell is written that is not missing.
func shapeOf(cell string) shape {
	cell = strings.TrimSpace(cell)
	if _, ok := plainNumerals.number(cell); ok {
		switch {
		case !strings.Contains(cell, "."):
			return plainShape
		case isGroup(cell, "."):
			return pointOrGroups
		}
		return pointShape
	}
	if !strings.ContainsAny(cell, ".,") {
		return textShape
	}
	if _, ok := commaNumerals.number(cell); ok {
		if isGroup(cell, ",") {
			return commaOrGroups
		}
		return commaShape
	}
	if _, ok := commaGroupsNumerals.number(cell); ok {
		return commaGroups
	}
	if _, ok := pointGroupsNumerals.number(cell); ok {
		return pointGroups
	}
	return textShape
}

// isGroup reports whether a number has one to three digits, the first not 0, the mark, and three
// digits.
func isGroup(cell, mark string) bool {
	whole, rest, _ := strings.Cut(strings.TrimLeft(cell, "+-"), mark)
	return allDigits(whole) && len(whole) <= 3 && whole[0] != '0' && allDigits(rest) &&
		len(rest) == 3
}

// reads reports whether numbers of a shape are numbers in the numerals.
func (n *numerals) reads(s shape) bool {
	switch s {
	case plainShape:
		return true
	case pointShape:
		return n.decimal == '.'
	case pointOrGroups:
		return n.decimal == '.' || n.thousands == '.'
	case commaShape:
		return n.decimal == ','
	case commaOrGroups:
		return n.decimal == ',' || n.thousands == ','
	case pointGroups:
		return n.thousands == '.'
	case commaGroups:
		return n.thousands == ','
	}
	return false
}
