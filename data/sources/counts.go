package sources

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sparker/data/tables"
)

// ofRows returns a number of rows out of others in words, such as "60 of 200 rows (30%)". The noun
// says which rows they are.
func ofRows(n, rows int, noun string) string {
	return fmt.Sprintf("%d of %d %s (%s)", n, rows, noun, percentage(n, rows))
}

// percentage returns a share in words. It is 0% or 100% only if that is exact.
func percentage(n, rows int) string {
	switch share := 100 * float64(n) / float64(max(rows, 1)); {
	case n > 0 && share < 0.1:
		return "<0.1%"
	case n < rows && share > 99.9:
		return ">99.9%"
	default:
		return strconv.FormatFloat(share, 'g', 3, 64) + "%"
	}
}

// mostListed is the number of columns or words that a warning lists.
const mostListed = 8

// missingShares lists the columns that miss values in a number of rows, those of most first.
func missingShares(columns []tables.ColumnInfo, rows int) string {
	columns = slices.DeleteFunc(slices.Clone(columns),
		func(c tables.ColumnInfo) bool { return c.Missing == 0 })
	slices.SortStableFunc(columns,
		func(a, b tables.ColumnInfo) int { return b.Missing - a.Missing })
	var all []string
	for _, c := range columns {
		all = append(all, fmt.Sprintf("%s (%s)", c.Name, percentage(c.Missing, rows)))
	}
	return firstOf(all)
}

// firstOf joins texts, or the first ones of many.
func firstOf(texts []string) string {
	if len(texts) > mostListed {
		return fmt.Sprintf("%s and %d more", strings.Join(texts[:mostListed], ", "),
			len(texts)-mostListed)
	}
	return strings.Join(texts, ", ")
}
