package findings

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/data"
	"sparker/internal/rng"
	"sparker/twosample"
)

// weighted returns a pair with weights, whose mean becomes 1, and a fit of it with shares.
func weighted(t *testing.T, pair data.Pair, fit twosample.Fit,
	weight func(i int) float64) (data.Pair, twosample.Fit) {
	t.Helper()
	list := func(sample string, n int) []float64 {
		w := make([]float64, n)
		for i := range w {
			w[i] = weight(i)
		}
		w, err := data.RelativeWeights(sample, w, n)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	pair.ReferenceWeights = list("reference", pair.Reference.N)
	pair.DataWeights = list("data", pair.Data.N)
	return pair, shared(pair, fit)
}

// Equal weights leave what is found as it is, to the byte.
func TestFindingsOfEqualWeights(t *testing.T) {
	t.Parallel()
	pair := cluster()
	fit := made(0.5, []float64{1, -1}, 4, 0)
	equal := pair
	equal.ReferenceWeights = slices.Repeat([]float64{1}, pair.Reference.N)
	equal.DataWeights = slices.Repeat([]float64{1}, pair.Data.N)
	var files [2]bytes.Buffer
	for i, p := range []data.Pair{pair, equal} {
		if err := find(t, p, shared(p, fit), FindOptions{}).Write(&files[i]); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(files[0].String(), files[1].String()); diff != "" {
		t.Error(diff)
	}
}

// Rows of integer weights have the counts, the expectations, the means and the histograms of rows
// that are there so often. Their significance is another one: repeated rows count as independent.
func TestFindingsOfIntegerWeights(t *testing.T) {
	t.Parallel()
	pair, fit := weighted(t, cluster(), made(0.5, []float64{1, -1}, 4, 0),
		func(i int) float64 { return float64(i % 3) })
	many := pair
	repeat := func(s data.Sample, weights []float64) data.Sample {
		all := data.Sample{D: s.D}
		for i, w := range weights {
			for range int(w) {
				all.X, all.N = append(all.X, s.Row(i)...), all.N+1
			}
		}
		return all
	}
	many.Reference, many.ReferenceWeights = repeat(pair.Reference, pair.ReferenceWeights), nil
	many.Data, many.DataWeights = repeat(pair.Data, pair.DataWeights), nil
	many.Injected = 0
	got := find(t, pair, fit, FindOptions{})
	want := find(t, many, shared(many, made(0.5, []float64{1, -1}, 4, 0)), FindOptions{})
	for kernel := range 2 {
		a, b := of(got, kernel), of(want, kernel)
		x := []float64{a.Ball.Expected, a.Soft.Data, a.Soft.Expected, a.Bulk[0].Mean,
			a.Bulk[0].Bulk, *a.Bulk[0].LocalMean}
		y := []float64{b.Ball.Expected, b.Soft.Data, b.Soft.Expected, b.Bulk[0].Mean,
			b.Bulk[0].Bulk, *b.Bulk[0].LocalMean}
		if diff := cmp.Diff(y, x, near); diff != "" {
			t.Errorf("kernel %d: %s", kernel, diff)
		}
		if !slices.Equal(a.Distances.Reference, b.Distances.Reference) {
			t.Errorf("kernel %d: other histograms of the distances", kernel)
		}
		if a.Soft.EffectiveReference >= b.Soft.EffectiveReference {
			t.Errorf("kernel %d: %v effective rows of %v", kernel, a.Soft.EffectiveReference,
				b.Soft.EffectiveReference)
		}
	}
	if !slices.Equal(got.Histogram.Reference, want.Histogram.Reference) ||
		!slices.Equal(got.Histogram.Data, want.Histogram.Data) {
		t.Error("other histograms")
	}
	if a, b := got.Places[0], want.Places[0]; math.Abs(a.Data-b.Data) > 1e-9 ||
		math.Abs(a.Expected-b.Expected) > 1e-9 {
		t.Errorf("the place has %v over %v; want %v over %v", a.Data, a.Expected, b.Data,
			b.Expected)
	}
	// Σ w²/N is 5/3 for the weights 0, 1 and 2.
	if n := got.EffectiveReferenceRows; math.Abs(n-0.6*float64(pair.Reference.N)) > 1e-6 {
		t.Errorf("%v effective rows of the reference", n)
	}
	if m := of(got, 0).Nearest[0]; m.RowWeight == nil || *m.RowWeight != pair.DataWeights[m.Index] {
		t.Errorf("the weight of the nearest row is %v", m.RowWeight)
	}
	var members bytes.Buffer
	if err := WriteMembers(&members, pair, got); err != nil || !strings.HasPrefix(members.String(),
		"kernel,row,distance,in_ball,weight,contribution,row_weight,") {
		t.Errorf("%v: %.80s", err, members.String())
	}
}

// The significance of a kernel at a fixed place is that of a standard normal under the null, for
// weights that are uneven and depend on the place, of which a tenth is negative, and for a
// reference that adds more noise than the data. Both samples are Poisson. The bound of 5 standard
// errors of a variance would fail for one seed in 2e6.
func TestSignificanceOfWeightedRows(t *testing.T) {
	t.Parallel()
	const toys, proposals, expected, negative = 600, 3000, 500, 0.1
	r := rng.New(7, "weighted significance")
	var squares, sum float64
	for range toys {
		pair := data.Pair{Reference: data.Sample{D: 1}, Data: data.Sample{D: 1}}
		var weights []float64
		for range poisson(r, proposals) { // normal rows, kept with a probability from 1/9 to 1
			x := r.NormFloat64()
			keep := 1 - 8./9*math.Exp(-x*x/2)
			if r.Float64() > keep {
				continue
			}
			sign := 1.0
			if r.Float64() < negative {
				sign = -1
			}
			pair.Reference.X = append(pair.Reference.X, x)
			weights = append(weights, sign/keep)
			pair.Weight += sign / keep * expected / (proposals * (1 - 2*negative))
		}
		pair.Reference.N = len(weights)
		pair.Weight /= float64(len(weights)) // the mean: the sum of the weights fluctuates
		var err error
		if pair.ReferenceWeights, err = data.RelativeWeights("reference", weights,
			len(weights)); err != nil {
			t.Fatal(err)
		}
		for range poisson(r, expected) {
			pair.Data.X, pair.Data.N = append(pair.Data.X, r.NormFloat64()), pair.Data.N+1
		}
		z := of(find(t, pair, made(0.5, []float64{1}, 0.3), FindOptions{}), 0).Soft.Z
		sum, squares = sum+z, squares+z*z
	}
	mean, limit := sum/toys, 5*math.Sqrt(2./toys)
	if variance := squares/toys - mean*mean; math.Abs(variance-1) > limit {
		t.Errorf("the variance of Z is %.3f; want 1 ± %.2f", variance, limit)
	}
	if math.Abs(mean) > 5/math.Sqrt(toys) {
		t.Errorf("the mean of Z is %.3f", mean)
	}
}

// Warnings name kernels at which the weights inflate the variance, and those at which they cancel.
func TestWarningsOfWeights(t *testing.T) {
	t.Parallel()
	pair, fit := weighted(t, cluster(), made(0.5, []float64{1, -1}, 3.2, 0), func(i int) float64 {
		return []float64{1, -0.7}[i%2]
	})
	pair.DataWeights = nil
	text := strings.Join(find(t, pair, fit, FindOptions{}).Warnings, "\n")
	for _, want := range []string{"kernels 0, 1 are where the weights of the reference add more",
		"kernel 0 is where negative weights"} {
		if !strings.Contains(text, want) {
			t.Errorf("no warning %q in:\n%s", want, text)
		}
	}
	if f := find(t, cluster(), made(0.5, []float64{1}, 0), FindOptions{}); len(f.Warnings) > 0 ||
		f.Kernels[0].Soft.Inflation != 0 {
		t.Errorf("without weights: %q, inflation %v", f.Warnings, f.Kernels[0].Soft.Inflation)
	}
}

// A list of rows of different weights is refused.
func TestRowsWithWeightsAreRefused(t *testing.T) {
	t.Parallel()
	pair, _ := weighted(t, cluster(), made(0.5, []float64{1}, 0),
		func(i int) float64 { return float64(1 + i%2) })
	var refused *WeightedRowsError
	if _, err := ListRows(pair, RowOptions{Q: 0.1}, rng.New(1, "rows")); !errors.As(err, &refused) {
		t.Error(err)
	}
}

// Sums whose squares underflow count as those of no rows, and no significance is NaN. Negative
// weights that outweigh the others leave an expectation of 0.
func TestExtremeWeightSums(t *testing.T) {
	t.Parallel()
	plain := shareSum{weights: 5, sizes: 5, first: 4, squares: 4}
	for name, reference := range map[string]shareSum{
		"tiny":     {weights: 1e-165, sizes: 1e-165, first: 1e-168},
		"negative": {weights: -3, sizes: 6, first: 4, squares: 4},
		"none":     {},
	} {
		c := weightSums{data: plain, reference: reference}.softCount(0.5)
		if math.IsNaN(c.Z) || !(c.Z > 1) || !(c.Expected >= 0 && c.Expected < 1e-100) {
			t.Errorf("%s: Z = %v, expected %v; want an excess of 5 where nothing is expected",
				name, c.Z, c.Expected)
		}
	}
}
