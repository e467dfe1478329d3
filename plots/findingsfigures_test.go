package plots

import (
	"image/color"
	"math"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/findings"
	"sparker/plots/plotstest"
	"sparker/results"
)

// findingsOf are made-up findings of so many kernels and columns.
func findingsOf(kernels, columns int) findings.Findings {
	return plotstest.Findings(plotstest.FindingsShape{Kernels: kernels, Columns: columns})
}

// withImages gives the nearest row of every kernel an image.
func withImages(f findings.Findings, path string) findings.Findings {
	for i := range f.Kernels {
		f.Kernels[i].Nearest = []findings.Member{{Row: i, Image: path}}
	}
	return f
}

func TestFindingsFigures(t *testing.T) {
	t.Parallel()
	image := writeImage(t, filepath.Join(t.TempDir(), "a.png"), 20, 20, color.Black)
	without := func(change func(*findings.Findings)) findings.Findings {
		f := findingsOf(3, 1)
		change(&f)
		return f
	}
	for name, c := range map[string]struct {
		findings findings.Findings
		want     []string
	}{
		"all": {withImages(findingsOf(3, 12), image),
			[]string{"where.png", "members.png", "where-images.png"}},
		"one dimension": {findingsOf(3, 1), []string{"where.png", "members.png"}},
		"images of URLs": {withImages(findingsOf(3, 2), "https://example.org/a.png"),
			[]string{"where.png", "members.png"}},
		"no kernels": {without(func(f *findings.Findings) { f.Kernels = nil }), nil},
		"no rows in the histograms": {without(func(f *findings.Findings) {
			f.Histogram, f.Kernels[0].Distances = nil, findings.Distances{}
		}), nil},
	} {
		drawn, err := inspected(t, findingsPortfolio(c.findings, nil), nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, drawn); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A figure that cannot be drawn is an error, and the others are drawn all the same.
func TestFindingsFiguresRefuse(t *testing.T) {
	t.Parallel()
	both := []string{"where.png", "members.png"}
	for _, c := range []struct {
		damage func(*findings.Findings)
		drawn  []string
		what   []string
	}{
		{func(f *findings.Findings) { f.T = math.NaN() }, nil,
			[]string{"where: plots: where: t is NaN", "members: plots: members: t is NaN"}},
		{func(f *findings.Findings) { f.Histogram.Low = math.Inf(-1) }, both[1:],
			[]string{"where: plots: where: histogram"}},
		{func(f *findings.Findings) { f.Kernels[0].Distances.Width = 0 }, both[:1],
			[]string{"members: plots: members: width of bins"}},
		{func(f *findings.Findings) { withImages(*f, "nowhere.png") }, both,
			[]string{"where-images: plots: images", "no row has an image that can be read",
				"nowhere.png"}},
	} {
		f := findingsOf(3, 1)
		c.damage(&f)
		drawn, err := inspected(t, findingsPortfolio(f, nil), nil)
		refused(t, err, c.what...)
		if diff := cmp.Diff(c.drawn, drawn); diff != "" {
			t.Errorf("%q: figures (-want +got):\n%s", c.what, diff)
		}
	}
}

// The title of where gives the p-value of the test: a bound as such, and none for a test that
// failed.
func TestWhereGivesTheVerdict(t *testing.T) {
	t.Parallel()
	for want, test := range map[string]*results.ObservedSummary{
		"": nil,
		": p ≤ 0.005, Z > 2.58": {P: new(0.005), Z: new(2.576), ZBound: true,
			Status: results.StatusOK},
		": p = 0.7, Z = −0.52": {P: new(0.7), Z: new(-0.524), Status: results.StatusOK},
	} {
		plain, err := Where(findingsOf(3, 1))
		if err != nil {
			t.Fatal(err)
		}
		p := findingsPortfolio(findingsOf(3, 1), test)
		if got := p.figures[0].title; got != plain.title+want {
			t.Errorf("title %q; want %q", got, plain.title+want)
		}
	}
	if got := answer(&results.ObservedSummary{Status: "non_finite"}); got != "" {
		t.Errorf("of a test that failed: %q", got)
	}
}
