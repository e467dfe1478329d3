package sources

import (
	"fmt"
	"strings"

	"sparker/data/tables"
)

// ofRows returns a number of rows out of others in words, such as "60 of 200 rows (30%)". The noun
// says which rows they are.
func ofRows(n, rows int, noun string) string {
	return fmt.Sprintf("%d of %d %s (%s)", n, rows, noun, tables.Percentage(n, rows))
}

// mostListed is the number of columns or words that a warning lists.
const mostListed = 8

// firstOf joins texts, or the first ones of many.
func firstOf(texts []string) string {
	if len(texts) > mostListed {
		return fmt.Sprintf("%s and %d more", strings.Join(texts[:mostListed], ", "),
			len(texts)-mostListed)
	}
	return strings.Join(texts, ", ")
}
