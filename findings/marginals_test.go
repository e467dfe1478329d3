package findings

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/floats"

	"sparker/data"
	"sparker/internal/rng"
)

// The sums in the bins are those of loops over the rows between the edges, with weights of both
// signs and the log-ratio of the formula.
func TestMarginalsAgainstFormula(t *testing.T) {
	t.Parallel()
	r := rng.New(11, "marginals")
	pair := planted(r, rowCounts{200, 600, 20}, 0.2, []float64{1, -1})
	weights := func(n int) []float64 {
		w := make([]float64, n)
		for i := range w {
			w[i] = 1 + 0.7*r.NormFloat64()
		}
		w, err := data.RelativeWeights("sample", w, n)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	pair.ReferenceWeights, pair.DataWeights = weights(600), weights(200)
	pair.Weight = 0.4 // not scaled to the data
	sigma, a, mu := 0.7, []float64{1.5, -0.8}, []float64{1, -1, 0, 0.5}
	f := find(t, pair, made(sigma, a, mu...), FindOptions{})
	if len(f.Marginals) != 2 {
		t.Fatalf("%d marginals", len(f.Marginals))
	}
	unit := floats.Dot(pair.DataWeights, pair.DataWeights) / floats.Sum(pair.DataWeights)
	for _, m := range f.Marginals {
		n := len(m.Edges) - 1
		in := func(x []float64, k int) bool {
			v := x[m.Column]
			return (k == 0 || v >= m.Edges[k]) && (k == n-1 || v < m.Edges[k+1])
		}
		for k := range n {
			var d, e, own, re, reOwn float64
			for i := range 600 {
				x, w := pair.Reference.Row(i), 0.4*pair.ReferenceWeights[i]
				if in(x, k) {
					e, own = e+w, own+w*w
					if w > 0 {
						w *= math.Exp(logRatio(x, sigma, a, mu))
					}
					re, reOwn = re+w, reOwn+w*w
				}
			}
			for i := range 200 {
				x, v := pair.Data.Row(i), pair.DataWeights[i]
				if in(x, k) {
					d += v
					if v < 0 {
						w := -v * math.Expm1(logRatio(x, sigma, a, mu))
						re, reOwn = re+w, reOwn+w*w
					}
				}
			}
			variance := unit*max(e, 0.4) + max(own, 0.16)
			reVariance := unit*max(re, 0.4) + max(reOwn, 0.16)
			got := []float64{m.Data[k], m.Expected[k], m.Reweighted[k], m.ExpectedVariance[k],
				m.ReweightedVariance[k], m.Pulls[k], m.ReweightedPulls[k]}
			want := []float64{d, e, re, variance, reVariance, (d - e) / math.Sqrt(variance),
				(d - re) / math.Sqrt(reVariance)}
			if !floats.EqualApprox(got, want, 1e-5) {
				t.Errorf("column %d, bin %d: %v; the rows say %v", m.Column, k, got, want)
			}
		}
	}
}

// logRatio is f of kernels with a gate.
func logRatio(x []float64, sigma float64, a, mu []float64) (f float64) {
	var k []float64
	for i := range a {
		z := data.Distance(x, mu[i*len(x):(i+1)*len(x)]) / sigma
		k = append(k, math.Exp(-z*z/2))
	}
	for i := range a {
		f += a[i] * k[i] * k[i] / floats.Sum(k)
	}
	return f
}

// Under the null hypothesis the pulls have a mean of 0 and a variance of 1, for a number of data
// rows that is fixed and for one that fluctuates. The means over 400 pairs are within five standard
// errors, so that a column fails by chance about once in a million.
func TestPullsUnderTheNull(t *testing.T) {
	t.Parallel()
	const toys = 400
	r := rng.New(12, "pulls")
	for _, fluctuates := range []bool{false, true} {
		sum, squares := make([]float64, 4), make([]float64, 4)
		for range toys {
			n := 400
			if fluctuates {
				n = poisson(r, 400)
			}
			shares := []float64{0.55, 0.85, 0.95, 1}
			draw := func(n int) data.Sample {
				s := data.Sample{N: n, D: 1}
				for range n {
					at, _ := slices.BinarySearch(shares, r.Float64())
					s.X = append(s.X, float64(at))
				}
				return s
			}
			pair := data.Pair{Reference: draw(1200), Data: draw(n), Weight: 400.0 / 1200}
			m := find(t, pair, made(1, []float64{0}, 9), FindOptions{}).Marginals[0]
			for k, v := range m.Pulls {
				sum[k] += v / toys
				squares[k] += v * v / toys
			}
			if !floats.EqualApprox(m.Pulls, m.ReweightedPulls, 1e-9) {
				t.Fatalf("f = 0 has the pulls %v and %v", m.Pulls, m.ReweightedPulls)
			}
		}
		for k, v := range squares {
			if math.Abs(sum[k]) > 5/math.Sqrt(toys) || math.Abs(v-1) > 5*math.Sqrt(2.0/toys) {
				t.Errorf("fluctuating %v: bin %d has pulls of mean %v and mean square %v",
					fluctuates, k, sum[k], v)
			}
		}
	}
}

// Few values, whole numbers, categories, outliers and constants have bins that suit them.
func TestBins(t *testing.T) {
	t.Parallel()
	names := []string{"few", "whole", "far", "pay=card", "pay=cash", "same", "close", "flag"}
	r := rng.New(13, "bins")
	draw := func(n int) data.Sample {
		s := data.Sample{N: n, D: len(names)}
		for i := range n {
			far := r.NormFloat64()
			if i == 3 {
				far = 1e300
			}
			card, cash := i%3 == 0, i%3 == 1
			s.X = append(s.X, float64(i%3)/2, float64(r.IntN(100)), far, indicator(card),
				indicator(cash), 7, 1e9+r.Float64(), indicator(i%7 == 0))
		}
		return s
	}
	pair := data.Pair{Data: draw(500), Reference: draw(3000), Weight: 1.0 / 6,
		Quantities: []int{0, 1, 2, 3, 3, 4, 5, 6}}
	all := map[string]*column{}
	for _, c := range newColumns(pair, names) {
		all[c.Name] = c
	}
	if len(all) != 7 {
		t.Errorf("%d columns", len(all))
	}
	for name, labels := range map[string][]string{"few": {"0", "0.5", "1"}, "same": {"7"},
		"flag": {"0", "1"}, "pay": {"card", "cash", "other"}} {
		if c := all[name]; !cmp.Equal(c.Labels, labels) || c.Edges != nil {
			t.Errorf("%s: %+v", name, c)
		}
	}
	whole := all["whole"].Edges
	for i, edge := range whole[:len(whole)-1] {
		if edge != float64(5*i)-0.5 || whole[i+1]-edge != 5 {
			t.Errorf("the edges of whole numbers are %v", whole)
			break
		}
	}
	if far := all["far"].Edges; far[0] < -5 || far[mostBins] > 5 || far[mostBins] < 2.3 {
		t.Errorf("a far row has the edges %v", far)
	}
	if e := all["close"].Edges; len(e) != mostBins+1 || e[0] < 1e9 || e[mostBins] > 1e9+1 {
		t.Errorf("values close to each other have the edges %v", e)
	}
	for name, c := range all {
		total := 0.0
		sums := make([]float64, c.count())
		for i := range pair.Data.N {
			sums[c.bin(pair.Data.Row(i))]++
		}
		if total = floats.Sum(sums); total != 500 {
			t.Errorf("%s: %v of 500 rows in bins", name, total)
		}
	}
	if m := newMarginals(pair, names); len(m.largest(pair)) != 6 {
		t.Errorf("%d marginals; want all but the constant column", len(m.largest(pair)))
	}
}

// indicator is 1 for true.
func indicator(x bool) float64 {
	if x {
		return 1
	}
	return 0
}

// Columns of a quantity that are not one of several values are columns of their own.
func TestCategoriesThatAreNone(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		names []string
		x     []float64
	}{
		"two at once":  {[]string{"a=b", "a=c"}, []float64{1, 1, 0, 1}},
		"a number":     {[]string{"a=b", "a=c"}, []float64{1, 0, 0, 2}},
		"other names":  {[]string{"a=b", "d=c"}, []float64{1, 0, 0, 1}},
		"no values":    {[]string{"a", "b"}, []float64{1, 0, 0, 1}},
		"one by one":   {[]string{"a=b", "c"}, []float64{1, 0, 0, 1}},
		"not a number": {[]string{"a=b", "a=c"}, []float64{1, 0, 0, math.NaN()}},
	} {
		s := sampleOf(2, c.x...)
		pair := data.Pair{Data: s, Reference: s, Weight: 1, Quantities: []int{5, 5}}
		for _, column := range newColumns(pair, c.names) {
			if column.nominal {
				t.Errorf("%s: a category %+v", what, column)
			}
		}
	}
}

// Wide pairs list the columns that differ most, and places as few as fit a card. The first column
// of a place is the one in which it is narrow, although its mean is that of the reference there.
func TestColumnsThatDifferMost(t *testing.T) {
	t.Parallel()
	r := rng.New(14, "most")
	const d = 40
	pair := planted(r, rowCounts{300, 3000, 60}, 1, make([]float64, d))
	for i := 240; i < 300; i++ {
		x := pair.Data.Row(i)
		x[7], x[9] = x[7]/50, x[9]+3
	}
	row := pair.Data.Row(270)
	fit := shared(pair, made(5, []float64{1}, row...))
	f := find(t, pair, fit, FindOptions{})
	if len(f.Marginals) != mostMarginals || f.Marginals[0].Column != 9 {
		t.Errorf("%d marginals, the first of column %d", len(f.Marginals), f.Marginals[0].Column)
	}
	if !slices.IsSortedFunc(f.Marginals, func(a, b Marginal) int {
		return int(math.Copysign(1, b.Distance-a.Distance))
	}) {
		t.Error("the marginals are not sorted")
	}
	// A narrow kernel at the cluster, which is as wide as the kernel in the other columns.
	narrow := data.Pair{Weight: pair.Weight}
	for _, s := range []struct{ from, to *data.Sample }{{&pair.Data, &narrow.Data},
		{&pair.Reference, &narrow.Reference}} {
		*s.to = data.Sample{N: s.from.N, D: 3}
		for i := range s.from.N {
			x := s.from.Row(i)
			s.to.X = append(s.to.X, x[7], x[2]/100, x[1]/100)
		}
	}
	fit = shared(narrow, made(0.05, []float64{1}, 0, 0, 0))
	p := find(t, narrow, fit, FindOptions{}).Places[0]
	if len(p.Columns) == 0 || p.Columns[0].Column != 0 || p.Columns[0].Distance < 0.4 {
		t.Fatalf("the columns of the place are %+v", p.Columns)
	}
	for _, c := range p.Columns {
		if math.Abs(floats.Sum(c.Data)-p.Data) > 1e-4*p.Data ||
			math.Abs(floats.Sum(c.Reference)-p.Data) > 1e-4*p.Data {
			t.Errorf("column %d: %v data and %v reference rows for %v", c.Column,
				floats.Sum(c.Data), floats.Sum(c.Reference), p.Data)
		}
	}
}

// Units that are powers of two change the edges alone.
func TestMarginalsDoNotDependOnUnits(t *testing.T) {
	t.Parallel()
	pair := planted(rand.New(rand.NewPCG(3, 4)), rowCounts{60, 150, 10}, 0.2, []float64{1, 2})
	other := pair
	for _, s := range []*data.Sample{&other.Data, &other.Reference} {
		s.X = slices.Clone(s.X)
		floats.Scale(4, s.X)
	}
	a := find(t, pair, made(1, []float64{1}, 1, 2), FindOptions{}).Marginals
	b := find(t, other, made(4, []float64{1}, 4, 8), FindOptions{}).Marginals
	for i := range a {
		floats.Scale(4, a[i].Edges)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
}

// Values that six digits do not tell apart have labels with all of their digits.
func TestValueLabels(t *testing.T) {
	t.Parallel()
	got := valueLabels([]float64{1, 1 + 1e-9})
	if want := strconv.FormatFloat(1+1e-9, 'g', -1, 64); got[0] != "1" || got[1] != want {
		t.Errorf("labels %q", got)
	}
}
