package plots

import (
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/plots/plotstest"
	"sparker/results"
)

// allFigures are a figure of each kind, and frames of animations.
func allFigures(t *testing.T) map[string]Figure {
	figures := map[string]Figure{
		"frame 1d": frameOf(t, plotstest.LineFitWithBirths(), 305),
		"frame 2d": frameOf(t, plotstest.PlaneFitWithBirths(), 322),
	}
	for kind := range kinds {
		figures[kind] = sample(t, kind)
	}
	return figures
}

// fittedPanels are the panels of a figure as they are drawn, with their data areas.
func fittedPanels(t *testing.T, f Figure, visit func(p *panel, area vg.Rectangle)) {
	t.Helper()
	whole, err := f.extent()
	if err != nil {
		t.Fatal(err)
	}
	canvas := draw.New(&page{size: vg.Point{X: f.size.X, Y: f.size.Y}, turns: []float64{0}})
	if whole.X < f.size.X {
		t.Fatalf("a body of %v in a figure of %v", f.size, whole)
	}
	l := f.body.fitted(canvas)
	areas := l.areas(canvas)
	for i, row := range l.panels {
		for j, p := range row {
			if p != nil {
				visit(p, areas[i][j])
			}
		}
	}
}

// At every size, the names of axes and the titles of panels are whole, and a numeric axis has two
// labels or more.
func TestAxesAreWholeAtEverySize(t *testing.T) {
	t.Parallel()
	for name, figure := range allFigures(t) {
		for _, s := range styles() {
			fittedPanels(t, figure.Styled(s), func(p *panel, area vg.Rectangle) {
				size := area.Size()
				for _, text := range []string{p.title, p.x.label, p.y.label} {
					if strings.Contains(text, "…") {
						t.Errorf("%s for a %s: %q is cut", name, s.Size, text)
					}
				}
				if n := p.x.written(size.X); len(p.x.ticks) > 0 && n < 2 {
					t.Errorf("%s for a %s: %d labels on the axis %q", name, s.Size, n, p.x.label)
				}
				labels := 0
				for _, ok := range p.y.apart(0, size.Y, digitHeight) {
					if ok {
						labels++
					}
				}
				if len(p.y.ticks) > 0 && labels < 2 {
					t.Errorf("%s for a %s: %d labels on the axis %q", name, s.Size, labels,
						p.y.label)
				}
			})
		}
	}
}

// Frames of animations keep their texts apart at every size.
func TestFramesOfNarrowWidthsKeepTextsApart(t *testing.T) {
	t.Parallel()
	f := plotstest.PlaneFitWithBirths()
	for i := range f.Trace.Sigma { // less than a decade, which has many labels
		f.Trace.Sigma[i] = 0.1 + 0.8*float64(len(f.Trace.Sigma)-i)/float64(len(f.Trace.Sigma))
	}
	for _, fit := range []results.FitRecord{f, plotstest.LineFitWithBirths()} {
		frame := frameOf(t, fit, 300)
		for _, s := range styles() {
			inspect(t, "frame for a "+s.Size.String(), frame.Styled(s))
		}
	}
}

func TestFitText(t *testing.T) {
	t.Parallel()
	full := style(labelSize)
	for _, c := range []struct {
		text, room, want string // room is a text that just fits
		smaller          bool
	}{
		{"width σ", "width σ", "width σ", false},
		{"width σ [std. dev.]", "[std. dev.]", "width σ\n[std. dev.]", false},
		{"gate entropy [nat]", "gate entropy", "gate entropy\n[nat]", false},
		{"a b [c d]", "a b [c", "a b\n[c d]", false}, // a unit stays whole
		{"rows " + unbroken("|x − μ| ≤ σ"), unbroken("|x − μ| ≤ σ"),
			"rows\n" + unbroken("|x − μ| ≤ σ"), false},
		{"unbreakable", "unbreaka", "unbreakable", true},
	} {
		got, size := fitText(c.text, labelSize, full.Width(c.room))
		if got != c.want || (size < labelSize) != c.smaller {
			t.Errorf("%q in the room of %q: %q in %v points", c.text, c.room, got, size)
		}
	}
	long, _ := fitText(strings.Repeat("x", 5000), labelSize, 50)
	if lines := strings.Split(long, "\n"); len(lines) != 2 || !strings.HasSuffix(long, "…") {
		t.Errorf("a text that does not fit: %q", long)
	}
}

// A statistic that can be below 0 has no chi-square curve, in the panel, the title and the table.
func TestNegativeStatisticHasNoChiSquare(t *testing.T) {
	t.Parallel()
	s := plotstest.Summary()
	toys := plotstest.Toys(s)
	text := func() string {
		f, err := NullDistributions(s, toys)
		if err != nil {
			t.Fatal(err)
		}
		csv, err := f.CSV()
		if err != nil {
			t.Fatal(err)
		}
		return inspect(t, "null-scales", f).words() + string(csv)
	}
	fits := 0
	for _, c := range s.Scales {
		if c.ChiSquare != nil {
			fits++
		}
	}
	if got := text(); strings.Count(got, "dof") != fits || strings.Contains(got, "below 0") {
		t.Fatalf("%d fits, %d titles with one", fits, strings.Count(got, "dof"))
	}
	for i := range toys {
		if toys[i].Hypothesis == results.Null && toys[i].Status == results.StatusOK {
			toys[i].T[0] = -80
			break
		}
	}
	got := text()
	if strings.Count(got, "dof") != fits-1 || !strings.Contains(got, "below 0") {
		t.Errorf("%d titles with a fit, want %d", strings.Count(got, "dof"), fits-1)
	}
	for i := range s.Scales {
		s.Scales[i].ChiSquare = nil
	}
	if strings.Contains(text(), "below 0") {
		t.Error("the caption tells of a curve that was never there")
	}
}

// Dynamics says which kernels it shows the rows of.
func TestSpheresSayWhichKernels(t *testing.T) {
	t.Parallel()
	for _, kernels := range []int{3, mostInfluences, 7} {
		f := plotstest.WithSpheres(plotstest.Fit(plotstest.FitShape{Kernels: kernels, Epochs: 20,
			Dim: 2}))
		drawn, err := Dynamics(f)
		if err != nil {
			t.Fatal(err)
		}
		shown := strings.Count(inspect(t, "dynamics", drawn).words(), "D within σ of kernel")
		said := strings.Contains(strings.Join(drawn.caption, " "), "of the largest final |a|")
		if shown != min(kernels, mostInfluences) || said != (shown < kernels) {
			t.Errorf("%d of %d kernels, and the caption %q", shown, kernels, drawn.caption)
		}
	}
}
