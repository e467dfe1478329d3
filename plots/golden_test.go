package plots

import (
	"bytes"
	"encoding/xml"
	"flag"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sparker/results"
)

var regen = flag.Bool("regen", false, "write the golden images of testdata anew")

// goldenResolution keeps the images small; all else is as in the files that Write makes.
const goldenResolution = 72

// sample is one figure of each kind, from made-up records.
func sample(t testing.TB) map[string]Figure {
	t.Helper()
	s, one, two := madeUpSummary(), madeUpFit(5, 400, 1), madeUpFit(4, 400, 2)
	for i := range two.Trace.Sigma {
		two.Trace.Sigma[i] *= 8
	}
	figures := make(map[string]Figure)
	add := func(name string, f Figure, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		figures[name] = f
	}
	f, err := PowerCurve(s)
	add("power", f, err)
	f, err = NullDistributions(s, madeUpToys(s))
	add("null-scales", f, err)
	f, err = Trajectory1D(one)
	add("trajectory-1d", f, err)
	f, err = Trajectory2D(two, 0, 1)
	add("trajectory-2d", f, err)
	f, err = History(one)
	add("history", f, err)
	f, err = LogRatio1D(one)
	add("log-ratio", f, err)
	f, err = Dynamics(two)
	add("dynamics", f, err)
	bear(&one, 1, 4, 8)
	bear(&one, 130, 1, 7.3)
	bear(&one, 200, 3, 4)
	bear(&one, 300, 3, 7.7)
	withLead(&one)
	f, err = Trajectory1D(one)
	add("trajectory-1d-births", f, err)
	f, err = History(one)
	add("history-births", f, err)
	bear(&two, 150, 0, -22, -16)
	bear(&two, 250, 2, 3, -8)
	bear(&two, 320, 2, 2, 8)
	bear(&two, 400, 3, -5, 4)
	f, err = Trajectory2D(two, 0, 1)
	add("trajectory-2d-births", f, err)
	f, err = Dynamics(two)
	add("dynamics-births", f, err)
	both := withLeadScales(s)
	f, err = NullDistributions(both, madeUpToys(both))
	add("null-scales-lead", f, err)
	compared, sweep := madeUpComparison(), madeUpSweep()
	f, err = PowerArms(compared.Groups[0], compared.By)
	add("power-arms", f, err)
	f, err = Panels(compared)
	add("panels", f, err)
	f, err = Ablation(compared)
	add("ablation", f, err)
	uneven := madeUpUneven()
	f, err = Panels(uneven)
	add("panels-uneven", f, err)
	f, err = Ablation(uneven)
	add("ablation-uneven", f, err)
	f, err = HeatMap(sweep, "model.kernels", "data.reference", 8, nil)
	add("heatmap", f, err)
	fixed := []results.ArmRecord{{Axis: "data.reference", Label: "10000"}}
	f, err = PowerAgainst(sweep, "model.kernels", fixed)
	add("power-against", f, err)
	f, err = KernelsFound(sweep, "model.kernels", fixed)
	add("kernels-found", f, err)
	contest := madeUpContest(t)
	f, err = RegretMap(contest)
	add("regret-map", f, err)
	f, err = PowerDots(contest)
	add("power-dots", f, err)
	f, err = PowerCost(contest, 0)
	add("power-cost", f, err)
	return figures
}

// alike says whether two PNG images are equal but for rounding: the same size, and every color
// channel of every pixel within 12 of 255. (gonum/plot's cmpimg compares in the same way, but needs
// a PDF reader.)
func alike(t *testing.T, a, b []byte) bool {
	t.Helper()
	decode := func(raw []byte) image.Image {
		img, err := png.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		return img
	}
	x, y := decode(a), decode(b)
	if x.Bounds() != y.Bounds() {
		return false
	}
	near := func(u, v uint8) bool { return max(u, v)-min(u, v) <= 12 }
	for i := range x.Bounds().Dx() {
		for j := range x.Bounds().Dy() {
			p, q := color.NRGBAModel.Convert(x.At(i, j)).(color.NRGBA),
				color.NRGBAModel.Convert(y.At(i, j)).(color.NRGBA)
			if !near(p.R, q.R) || !near(p.G, q.G) || !near(p.B, q.B) || !near(p.A, q.A) {
				return false
			}
		}
	}
	return true
}

// TestGolden compares each kind of figure with an image that was looked at when it was made, by
// go test ./plots -run TestGolden -regen.
func TestGolden(t *testing.T) {
	for name, f := range sample(t) {
		got, err := f.png(goldenResolution)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", name+".png")
		if *regen {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !alike(t, got, want) {
			made := filepath.Join(os.TempDir(), "sparker-plots-"+name+".png")
			t.Errorf("%s differs from %s; it is in %s (%v)", name, path, made,
				os.WriteFile(made, got, 0o644))
		}
	}
}

// A golden comparison is worth something only if a small change of a record shows.
func TestGoldenSeesChanges(t *testing.T) {
	s := madeUpSummary()
	render := func(s results.CellSummary) []byte {
		f, err := PowerCurve(s)
		if err != nil {
			t.Fatal(err)
		}
		b, err := f.png(goldenResolution)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	before := render(s)
	if !alike(t, before, render(madeUpSummary())) {
		t.Error("equal summaries give different images")
	}
	s.Points[3].Power += 0.01
	if alike(t, before, render(s)) {
		t.Error("a power that differs by 0.01 gives the same image")
	}
}

func TestNoTextOverlapsOrIsCutOff(t *testing.T) {
	for name, f := range sample(t) {
		inspect(t, name, f)
	}
}

func TestRenderingIsReproducible(t *testing.T) {
	again := sample(t)
	small := func(f Figure) ([]byte, error) { return f.png(goldenResolution) }
	for name, f := range sample(t) {
		for _, render := range []func(Figure) ([]byte, error){small, Figure.SVG} {
			a, err := render(f)
			if err != nil {
				t.Fatal(err)
			}
			b, err := render(f)
			if err != nil {
				t.Fatal(err)
			}
			c, err := render(again[name])
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(a, b) || !bytes.Equal(a, c) {
				t.Errorf("%s: equal records give different bytes", name)
			}
		}
	}
}

func TestSVGIsWellFormed(t *testing.T) {
	s := madeUpSummary()
	s.Name = "a <name> & \"more\" \x01"
	f, err := PowerCurve(s)
	if err != nil {
		t.Fatal(err)
	}
	svg, err := f.SVG()
	if err != nil {
		t.Fatal(err)
	}
	if want := `a <name> & "more"`; !strings.Contains(svgText(t, svg), want) {
		t.Errorf("the title %q is not in the document", want)
	}
}

// svgText is all text of an SVG document, with single ordinary spaces.
func svgText(t *testing.T, svg []byte) string {
	t.Helper()
	var text strings.Builder
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if err == io.EOF {
			return strings.Join(strings.Fields(text.String()), " ")
		}
		if err != nil {
			t.Fatal(err)
		}
		if chars, ok := token.(xml.CharData); ok {
			text.Write(chars)
		}
	}
}

func TestPNGSize(t *testing.T) {
	f := sample(t)["log-ratio"]
	raw, err := f.PNG()
	if err != nil {
		t.Fatal(err)
	}
	c, err := png.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	// 16 cm and two borders of 9 points, at 200 dots per inch: (16/2.54 + 18/72)·200 = 1309.8.
	if c.Width != 1310 {
		t.Errorf("width %d pixels, want 1310", c.Width)
	}
}

func TestZeroFigure(t *testing.T) {
	if _, err := (Figure{}).PNG(); err == nil {
		t.Error("PNG of the zero Figure: no error")
	}
	if _, err := (Figure{}).SVG(); err == nil {
		t.Error("SVG of the zero Figure: no error")
	}
}
