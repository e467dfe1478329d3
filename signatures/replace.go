package signatures

import (
	"slices"
	"strings"

	"sparker/results"
)

// Replace returns warnings with those of signatures at the end, instead of the warnings that begin
// with the text of one.
func Replace(warnings []string, list []results.Signature) []string {
	rest := slices.DeleteFunc(slices.Clone(warnings), func(warning string) bool {
		return slices.ContainsFunc(list, func(s results.Signature) bool {
			return strings.HasPrefix(warning, s.Text)
		})
	})
	for _, s := range list {
		rest = append(rest, s.String())
	}
	return rest
}
