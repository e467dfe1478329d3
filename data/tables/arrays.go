package tables

import "fmt"

// severalArrays reports an address that does not say which of the arrays of a file it means.
type severalArrays struct {
	what, suffix string
	arrays       []ArrayInfo
	groups       []string // those whose arrays are the columns of a table
}

func (e *severalArrays) Error() string {
	names := make([]string, len(e.arrays))
	for i, a := range e.arrays {
		names[i] = a.Name + " " + a.describe()
	}
	text := fmt.Sprintf("the file holds several %s; say which, as in FILE%s:%s. They are %s",
		e.what, e.suffix, e.arrays[0].Name, listed(names))
	for _, note := range e.notes() {
		text += ". " + note
	}
	return text
}

// notes says which groups are tables.
func (e *severalArrays) notes() []string {
	if len(e.groups) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("Each of these groups is a table, of which the %s are the "+
		"columns: %s", e.what, listed(e.groups))}
}

// notOneTable returns why arrays are not the columns of a table, or nil. Columns have one dimension
// and the same length. Single values do not count.
func notOneTable(arrays []ArrayInfo) error {
	var first *ArrayInfo
	for i, a := range arrays {
		switch {
		case a.Shape == nil:
			return fmt.Errorf("%s cannot be read", a.Name)
		case len(a.Shape) == 0:
		case len(a.Shape) > 1:
			return fmt.Errorf("%s has %d dimensions", a.Name, len(a.Shape))
		case first == nil:
			first = &arrays[i]
		case a.Shape[0] != first.Shape[0]:
			return fmt.Errorf("%s has %d rows and %s has %d", first.Name, first.Shape[0], a.Name,
				a.Shape[0])
		}
	}
	if first == nil {
		return fmt.Errorf("none of them has a dimension")
	}
	return nil
}
