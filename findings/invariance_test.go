package findings

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"sparker/data"
)

// Columns in other units give the same findings in those units, if the fit is standardized.
func TestFindingsDoNotDependOnUnits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.IntRange(1, 4).Draw(t, "d")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		pair := planted(r, rowCounts{60, 150, 10}, 0.2, make([]float64, d))
		scale, shift := make([]float64, d), make([]float64, d)
		for j := range d {
			scale[j] = math.Exp(rapid.Float64Range(-9, 9).Draw(t, "log scale")) *
				[]float64{1, -1}[r.IntN(2)]
			shift[j] = scale[j] * rapid.Float64Range(-50, 50).Draw(t, "shift")
		}
		other := pair
		for _, s := range []*data.Sample{&other.Data, &other.Reference} {
			s.X = slices.Clone(s.X)
			for i := range s.X {
				s.X[i] = shift[i%d] + scale[i%d]*s.X[i]
			}
		}
		a := []float64{1, -2, 0.5}
		o := FindOptions{Features: d}
		f := find(t, pair, standardizedFit(pair, 0.8, a, []int{1, 2, 59}), o)
		g := find(t, other, standardizedFit(other, 0.8, a, []int{1, 2, 59}), o)
		for i := range f.Kernels {
			k := &f.Kernels[i]
			for j, v := range k.Centroid {
				k.Centroid[j] = shift[j] + scale[j]*v
			}
			for _, list := range [][]Feature{k.Bulk, k.Local} {
				for j, q := range list {
					list[j] = inOtherUnits(q, shift[q.Column], scale[q.Column])
				}
			}
		}
		if diff := cmp.Diff(f, g, cmpopts.EquateApprox(1e-7, 1e-7), cmpopts.EquateNaNs(),
			cmpopts.IgnoreFields(Distances{}, "Data", "Reference", "First"),
			cmpopts.IgnoreFields(Findings{}, "Scale", "Histogram", "Data", "Reference",
				"Marginals"),
		); diff != "" {
			t.Fatal(diff)
		}
	})
}

// inOtherUnits is a feature of a column whose values x became shift + scale x.
func inOtherUnits(q Feature, shift, scale float64) Feature {
	q.Mean, q.ReferenceMean = shift+scale*q.Mean, shift+scale*q.ReferenceMean
	q.ReferenceSD *= math.Abs(scale)
	q.Bulk = math.Copysign(1, scale) * q.Bulk
	if q.Local != nil {
		mean, deviation := shift+scale**q.LocalMean, math.Copysign(1, scale)**q.Local
		q.LocalMean, q.Local = &mean, &deviation
	}
	return q
}

// The order of the rows changes nothing: the numbers of the rows go with them.
func TestFindingsDoNotDependOnOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := rapid.IntRange(1, 3).Draw(t, "d")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		pair := planted(r, rowCounts{50, 80, 10}, 0.2, make([]float64, d))
		pair.Labels = make([]string, 50)
		for i := range pair.Labels {
			pair.Labels[i] = []string{"", "a", "b"}[r.IntN(3)]
		}
		fit := standardizedFit(pair, 0.7, []float64{1, -2}, []int{0, 45})
		order, turned := r.Perm(50), pair
		turned.Data = data.Sample{X: make([]float64, 50*d), N: 50, D: d}
		turned.Index, turned.Labels = order, make([]string, 50)
		for to, from := range order {
			copy(turned.Data.Row(to), pair.Data.Row(from))
			turned.Labels[to] = pair.Labels[from]
		}
		turned.Reference.X = nil
		for _, from := range r.Perm(80) {
			turned.Reference.X = append(turned.Reference.X, pair.Reference.Row(from)...)
		}
		f := find(t, pair, fit, FindOptions{Nearest: 5})
		g := find(t, turned, fit, FindOptions{Nearest: 5})
		if diff := cmp.Diff(f, g, near, cmpopts.IgnoreFields(Member{}, "Index"),
			cmpopts.IgnoreFields(Findings{}, "Data", "Reference")); diff != "" {
			t.Fatal(diff)
		}
	})
}
