package tables

import "fmt"

// doubt returns the error for a column whose numbers cannot be read with certainty, or nil.
type doubt func(j int) *DialectError

func noDoubt(int) *DialectError { return nil }

// guessNumerals finds out how the numbers of a file are written. The decimal mark is the same in
// all columns. It is a point, unless numbers such as 0,5 have a comma and none has a point.
//
// A number such as 1,234 alone has a decimal comma or a comma between groups of digits. Other
// numbers of the file decide; if there are none, its column is in doubt.
func guessNumerals(n numerals, names []string, all []evidence) (numerals, doubt) {
	var total evidence
	for _, e := range all {
		if !e.looksNumeric() {
			continue
		}
		for s, count := range e.shapes {
			if count > 0 && (total.shapes[s] == 0 || e.first[s].line < total.first[s].line) {
				total.first[s] = e.first[s]
			}
			total.shapes[s] += count
		}
	}
	has := func(s shape) bool { return total.shapes[s] > 0 }
	point := has(pointShape) || has(commaGroups)
	comma := has(commaShape) || has(pointGroups)
	reason := func(textCell) string { return "" }
	var shapes []shape // that are in doubt
	switch {
	case point && comma:
		other := firstOf(total, pointShape, commaGroups)
		shapes = []shape{commaShape, pointGroups, commaOrGroups}
		reason = func(c textCell) string {
			return fmt.Sprintf("has a decimal comma, but %s in line %d a decimal point",
				shortCell(other.cell), other.line)
		}
	case comma:
		n.decimal = ','
		if has(pointGroups) {
			n.thousands = '.'
			break
		}
		shapes = []shape{pointOrGroups}
		reason = func(textCell) string {
			return "has a decimal point or a thousands separator; other numbers have decimal commas"
		}
	case has(commaGroups), point && has(commaOrGroups):
		n.thousands = ','
	default:
		shapes = []shape{commaOrGroups}
		reason = func(textCell) string { return "has a thousands separator or a decimal comma" }
	}
	return n, func(j int) *DialectError {
		e := &all[j]
		c := firstOf(*e, shapes...)
		if c.line == 0 || !e.looksNumeric() {
			return nil
		}
		return &DialectError{Choice: ChoiceOfDecimal, Line: c.line, Column: names[j], Cell: c.cell,
			reason: reason(c)}
	}
}

// firstOf returns the first cell of the given shapes. Its line is 0 if there is none.
func firstOf(e evidence, shapes ...shape) textCell {
	var first textCell
	for _, s := range shapes {
		if c := e.first[s]; c.line > 0 && (first.line == 0 || c.line < first.line) {
			first = c
		}
	}
	return first
}

// notes says which numerals were found out.
func (n *numerals) notes() []string {
	switch {
	case n.decimal == ',' && n.thousands == '.':
		return []string{"numbers were read with decimal commas and points between thousands"}
	case n.decimal == ',':
		return []string{"numbers were read with decimal commas"}
	case n.thousands == ',':
		return []string{"numbers were read with commas between thousands"}
	}
	return nil
}
