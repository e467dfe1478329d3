package plots

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gonum.org/v1/gonum/integrate"
	"pgregory.net/rapid"

	"sparker/plots/plotstest"
	"sparker/results"
)

func TestNullDistributionsRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		damage func(*results.CellSummary, *[]*results.Toy)
		what   []string
	}{
		{func(s *results.CellSummary, _ *[]*results.Toy) { s.Scales = nil }, []string{"no scales"}},
		{func(_ *results.CellSummary, toys *[]*results.Toy) { *toys = nil },
			[]string{"no null toy"}},
		{func(_ *results.CellSummary, toys *[]*results.Toy) { *toys = (*toys)[400:] },
			[]string{"no null toy"}},
		{func(_ *results.CellSummary, toys *[]*results.Toy) { (*toys)[7].T[3] = math.NaN() },
			[]string{"toy null 0 7", "entry 3 is NaN"}},
		{func(_ *results.CellSummary, toys *[]*results.Toy) { (*toys)[7].T = (*toys)[7].T[1:] },
			[]string{"9 entries, not 10"}},
		{func(_ *results.CellSummary, toys *[]*results.Toy) { (*toys)[450].Signal = math.NaN() },
			[]string{"N_S"}},
		{func(s *results.CellSummary, _ *[]*results.Toy) { s.Scales[2].Sigma = 0 },
			[]string{"sigma of scale 2"}},
		{func(s *results.CellSummary, _ *[]*results.Toy) { s.Scales[2].ChiSquare.DoF = 0 },
			[]string{"scale 2", "degrees of freedom"}},
		{func(s *results.CellSummary, _ *[]*results.Toy) { s.Scales[2].ChiSquare.P = math.NaN() },
			[]string{"p-value of the chi-square fit of scale 2"}},
	} {
		s := plotstest.Summary()
		toys := plotstest.Toys(s)
		c.damage(&s, &toys)
		_, err := NullDistributions(s, toys)
		refused(t, err, append(c.what, "null distributions")...)
	}
}

func TestNullDistributionsSays(t *testing.T) {
	t.Parallel()
	s := plotstest.Summary()
	f, err := NullDistributions(s, plotstest.Toys(s))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(inspect(t, "null", f).words()), " ")
	for _, want := range []string{"made-up: distributions of t",
		"299 null toys and 100 alternative toys", "= 15", "σ = 5.57", ": dof 2.9, p 0.2",
		"fit", "1 toy whose fit failed", "lie beyond"} {
		if !strings.Contains(text, want) {
			t.Errorf("the figure does not say %q; it says %q", want, text)
		}
	}
}

func TestNullDistributionsOfAnyNumberOfScales(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 12; n++ {
		s := plotstest.Summary()
		s.Scales = nil
		for i := range n {
			s.Scales = append(s.Scales, results.ScaleStats{
				ScaleRecord: results.ScaleRecord{Sigma: float64(n - i)}})
		}
		toys := plotstest.Toys(s)[:60]
		f, err := NullDistributions(s, toys)
		if err != nil {
			t.Fatal(err)
		}
		page := inspect(t, fmt.Sprintf("%d scales", n), f)
		if got := strings.Count(page.words(), "σ = "); got != min(n, mostPanels) {
			t.Errorf("%d panels for %d scales", got, n)
		}
		if said := strings.Contains(page.words(), fmt.Sprintf("%d of %d scales shown", mostPanels,
			n)); said != (n > mostPanels) {
			t.Errorf("%d scales: that some are left out is said: %v", n, said)
		}
	}
}

// The panels of lead follow those of t, and each shows the numbers of its own scale.
func TestNullDistributionsOfLead(t *testing.T) {
	t.Parallel()
	s := plotstest.WithLead(plotstest.Summary())
	toys := plotstest.Toys(s)
	for _, c := range []struct {
		first, scales  int
		title          string
		panels, ofLead int
	}{
		{0, 20, "made-up: distributions of t and lead", 20, 10},
		{8, 4, "made-up: distributions of t and lead", 4, 2},
		{7, 13, "made-up: distributions of t and lead", 13, 10},
		{10, 10, "made-up: distributions of lead", 10, 10},
		{0, 10, "made-up: distributions of t", 10, 0},
	} {
		part := s
		part.Scales = s.Scales[c.first : c.first+c.scales]
		var cut []*results.Toy
		for _, shared := range toys {
			toy := *shared
			if toy.Status == results.StatusOK {
				toy.T = toy.T[c.first : c.first+c.scales]
			}
			cut = append(cut, &toy)
		}
		f, err := NullDistributions(part, cut)
		if err != nil {
			t.Fatal(err)
		}
		if f.title != c.title {
			t.Errorf("title %q, want %q", f.title, c.title)
		}
		words := inspect(t, c.title, f).words()
		if panels, ofLead := strings.Count(words, "σ = "),
			strings.Count(words, "lead, σ = "); panels != c.panels || ofLead != c.ofLead {
			t.Errorf("%d panels, %d of lead; want %d and %d", panels, ofLead, c.panels, c.ofLead)
		}
		if explained := strings.Contains(words, "best single kernel"); explained != (c.ofLead > 0) {
			t.Errorf("%d panels of lead; that it is explained: %v", c.ofLead, explained)
		}
	}
}

func TestBlocks(t *testing.T) {
	t.Parallel()
	scale := func(statistic string) results.ScaleStats {
		return results.ScaleStats{ScaleRecord: results.ScaleRecord{Statistic: statistic}}
	}
	of := func(statistic string, scales ...int) block {
		return block{statistic: statistic, scales: scales}
	}
	for _, c := range []struct {
		scales []results.ScaleStats
		want   []block
	}{
		{nil, nil},
		{[]results.ScaleStats{scale(""), scale("")}, []block{of("t", 0, 1)}},
		{[]results.ScaleStats{scale(lead)}, []block{of(lead, 0)}},
		{[]results.ScaleStats{scale(lead), scale(""), scale(lead)},
			[]block{of("t", 1), of(lead, 0, 2)}},
		{slices.Repeat([]results.ScaleStats{scale(""), scale(lead)}, 15), []block{
			of("t", 0, 4, 6, 10, 12, 16, 18, 22, 24, 28),
			of(lead, 1, 5, 7, 11, 13, 17, 19, 23, 25, 29)}},
		{[]results.ScaleStats{scale(""), scale("max"), scale("mean")},
			[]block{of("t", 0), of("", 1, 2)}},
	} {
		if diff := cmp.Diff(c.want, newBlocks(c.scales, ""), blockFields); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.scales, diff)
		}
	}
}

var blockFields = cmp.Options{cmp.AllowUnexported(block{}), cmpopts.EquateEmpty()}

// A member has a row for each of its statistics, and neither those of the method nor those of other
// members.
func TestBlocksOfMembers(t *testing.T) {
	t.Parallel()
	s := plotstest.WithMembers(plotstest.Summary())
	var own, wide []block
	for k := range 4 {
		wide = append(wide, block{statistic: []string{"t, ridge 0.3", "t, ridge 0.03",
			"t, ridge 0.003", "t, ridge 0.0003"}[k], short: true})
		for _, i := range []int{0, 2, 3, 5} { // of six widths; the ridges are neighbors
			wide[k].scales = append(wide[k].scales, 10+4*i+k)
		}
	}
	own = append(own, block{statistic: "t", scales: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}})
	for member, want := range map[string][]block{"": own, "wide": wide,
		"mahalanobis": {{scales: []int{34, 35}}}, "nobody": nil} {
		if diff := cmp.Diff(want, newBlocks(s.Scales, member), blockFields); diff != "" {
			t.Errorf("%q (-want +got):\n%s", member, diff)
		}
	}
}

func TestNullDistributionsEdges(t *testing.T) {
	t.Parallel()
	toy := func(values ...float64) (toys []*results.Toy) {
		for i, v := range values {
			toys = append(toys, &results.Toy{Hypothesis: results.Null, Index: i,
				Status: results.StatusOK, T: []float64{v}})
		}
		return toys
	}
	for name, values := range map[string][]float64{
		"one toy": {3}, "one toy at 0": {0}, "all equal": {-2, -2, -2, -2},
		"negative": {-5, -4, -3.5, -1},
		"huge":     {1e99, -1e99, 0}, "nearly equal": {1, 1 + 1e-15, 1}, "tiny": {1e-99, 2e-99},
		"an outlier": {1, 2, 3, 4, 5, 6, 7, 1e50},
	} {
		for _, dof := range []float64{0.01, 5, 1e6} {
			s := results.CellSummary{Scales: []results.ScaleStats{{
				ScaleRecord: results.ScaleRecord{Sigma: 1},
				ChiSquare:   &results.ChiSquare{DoF: dof}}}}
			f, err := NullDistributions(s, toy(values...))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			inspect(t, name, f)
		}
	}
}

// The area under a histogram is the share of values inside its range.
func TestHistogramArea(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-50, 1e4), 1, 200).Draw(t, "values")
		h := newDensityHistogram(values, bulk(values))
		area := 0.0
		for _, d := range h.density {
			area += d * (h.high - h.low) / float64(len(h.density))
		}
		if want := 1 - float64(h.beyond)/float64(len(values)); math.Abs(area-want) > 1e-9 {
			t.Fatalf("area %v, want %v", area, want)
		}
		x, y := h.outline()
		if !slices.IsSorted(x) || len(x) != len(y) || y[0] != 0 || y[len(y)-1] != 0 {
			t.Fatalf("outline %v %v", x, y)
		}
	})
}

func TestBulkLeavesOutliersOut(t *testing.T) {
	t.Parallel()
	var values []float64
	for i := range 100 {
		values = append(values, float64(i))
	}
	if got := bulk(values); got != (extent{0, 99}) {
		t.Errorf("bulk of 0 ... 99: %v, want all", got)
	}
	// The middle half reaches from 25 to 74, so that the upper end is held at 74 + 8·49.
	if got := bulk(append(values[:99:99], 1e6)); got != (extent{0, 74 + 8*49}) {
		t.Errorf("bulk with an outlier: %v", got)
	}
}

// The drawn density integrates to 1 where the range holds all of the distribution.
func TestChiSquareDensity(t *testing.T) {
	t.Parallel()
	x, y := abscissa{}.chiSquareDensity(5, extent{-2, 60}, 10)
	// The trapezoidal rule over steps of 0.26 is good to about 1e-3 here.
	if area := integrate.Trapezoidal(x, y); math.Abs(area-1) > 2e-3 {
		t.Errorf("area %v", area)
	}
	if x[0] <= 0 {
		t.Errorf("drawn at t = %v", x[0])
	}
	_, y = abscissa{}.chiSquareDensity(0.5, extent{0, 10}, 0.7)
	if top := slices.Max(y); top != 0.7 {
		t.Errorf("a density that grows without limit reaches %v, want the limit 0.7", top)
	}
}

// On a logarithmic axis the density is per decade, and integrates to 1 as well.
func TestChiSquareDensityPerDecade(t *testing.T) {
	t.Parallel()
	a := abscissa{log: true}
	x, y := a.chiSquareDensity(5, extent{-2, 2}, 10)
	if area := integrate.Trapezoidal(a.of(x), y); math.Abs(area-1) > 2e-3 {
		t.Errorf("area %v", area)
	}
	if diff := cmp.Diff([]float64{0.01, 100}, []float64{x[0], x[len(x)-1]}); diff != "" {
		t.Errorf("range (-want +got):\n%s", diff)
	}
}

// Statistics of members over several decades, and they alone, have a logarithmic axis.
func TestAbscissa(t *testing.T) {
	t.Parallel()
	member := results.ScaleStats{ScaleRecord: results.ScaleRecord{Member: "wide"}}
	for _, c := range []struct {
		scale  results.ScaleStats
		values []float64
		want   bool
	}{
		{member, []float64{1, 101}, true},
		{member, []float64{1, 99}, false},
		{member, []float64{-1, 500}, false},
		{member, []float64{0, 500}, false},
		{results.ScaleStats{}, []float64{1, 1e6}, false},
	} {
		if got := newAbscissa(c.scale, nil, c.values, nil).log; got != c.want {
			t.Errorf("%q, %v: %v", c.scale.Member, c.values, got)
		}
	}
}
