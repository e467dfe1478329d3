package data

import "strconv"

// ColumnNames are names for columns that have none: "x" in one dimension, "x1", "x2", ... in
// several.
func ColumnNames(d int) []string {
	if d == 1 {
		return []string{"x"}
	}
	names := make([]string, d)
	for j := range names {
		names[j] = "x" + strconv.Itoa(j+1)
	}
	return names
}
