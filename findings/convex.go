package findings

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"sparker/data"
)

// A convex fit has many kernels that do not move. Their coefficients have both signs and sum up to
// f, so that most kernels alone say little. Some are listed, and a note says how to read them.

// mostListed is the number of kernels of a convex fit that are listed.
const mostListed = 10

// convex reports whether the fit is convex.
func (r *reader) convex() bool { return r.scales[r.chosen].Ridge > 0 }

// listed returns the kernels of a convex fit to list, the most significant first, from all of them
// in that order. No two are within sigma of each other: they would hold the same rows.
func (r *reader) listed(kernels []Finding) []Finding {
	s := r.scales[r.chosen]
	var list []Finding
	for _, k := range kernels {
		if len(list) < mostListed && !slices.ContainsFunc(list, func(other Finding) bool {
			return data.Distance(s.centroid(k.Kernel), s.centroid(other.Kernel)) <= s.Sigma
		}) {
			list = append(list, k)
		}
	}
	return list
}

// convexNote says how the listed kernels of a convex fit are to be read; it is empty if all are
// listed. If each of them holds most of the reference, the difference is broad and has no place.
// The note then names the columns whose means differ most.
func (r *reader) convexNote(list []Finding) (note string, broad bool) {
	if len(list) == r.kernels {
		return "", false
	}
	if slices.ContainsFunc(list, func(k Finding) bool {
		return 2*k.Soft.EffectiveReference < float64(r.pair.Reference.N)
	}) {
		return fmt.Sprintf("%d of the %d kernels of a convex fit are listed, those of the "+
			"largest |Z| that are more than sigma apart: the fit is the sum of all, and a "+
			"single kernel need not have the sign of its coefficient", len(list), r.kernels), false
	}
	return fmt.Sprintf("the difference is broad: at sigma = %.3g a kernel holds more than half "+
		"of the rows, and shows no place; the means of the data differ most in %s",
		r.scales[r.chosen].Sigma, strings.Join(r.shifts(), ", ")), true
}

// shifts returns the columns whose means differ most between the samples, with the differences.
func (r *reader) shifts() []string {
	columns := make([]int, r.dim)
	for j := range columns {
		columns[j] = j
	}
	mean := func(j int) float64 { return r.shift[j] / float64(r.pair.Data.N) }
	slices.SortStableFunc(columns, func(a, b int) int {
		return cmp.Compare(math.Abs(mean(b)), math.Abs(mean(a)))
	})
	var list []string
	for _, j := range columns[:min(3, r.Features)] {
		list = append(list, fmt.Sprintf("%s (%+.2f sd)", r.Columns[j], mean(j)))
	}
	return list
}
