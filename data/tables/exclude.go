package tables

import (
	"path"
	"slices"
	"strings"
)

// matchesPattern reports whether a name is a pattern of [ReadOptions.Exclude], or matches it.
func matchesPattern(name, pattern string) bool {
	match, err := path.Match(pattern, name)
	return name == pattern || err == nil && match
}

// takes reports whether a column of the name is read if its values allow it.
func (o ReadOptions) takes(name string) bool {
	return (o.Columns == nil || slices.Contains(o.Columns, name)) &&
		!slices.ContainsFunc(o.Exclude, func(p string) bool { return matchesPattern(name, p) })
}

// skipped returns those of the columns without numbers that no pattern leaves out.
func (o ReadOptions) skipped(others []string) []string {
	return slices.DeleteFunc(slices.Clone(others), func(other string) bool {
		name := otherName(other)
		matches := func(pattern string) bool { return matchesPattern(name, pattern) }
		return slices.ContainsFunc(o.Exclude, matches)
	})
}

// otherName returns the name of a column without numbers, which a schema lists with what it holds.
func otherName(other string) string {
	name, _, _ := strings.Cut(other, " (")
	return name
}

// without returns the picked columns whose names do not match a pattern.
func (s schema) without(pick []int, patterns []string) ([]int, error) {
	for _, pattern := range patterns {
		matches := func(name string) bool { return matchesPattern(name, pattern) }
		isOther := func(other string) bool { return matches(otherName(other)) }
		left := slices.DeleteFunc(slices.Clone(pick), func(j int) bool {
			return matches(s.columns[j].name)
		})
		isIndex := func(c column) bool { return c.index && matches(c.name) }
		if len(left) == len(pick) && !slices.ContainsFunc(s.others, isOther) &&
			!slices.ContainsFunc(s.columns, isIndex) {
			return nil, s.cannotPick(pattern, false)
		}
		pick = left
	}
	if len(pick) == 0 {
		return nil, &ColumnError{reason: "no column is left"}
	}
	return pick, nil
}
