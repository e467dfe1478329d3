package plots

import (
	"bytes"
	"image"
	"image/draw"
	"image/gif"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot/plotter"
	vgdraw "gonum.org/v1/plot/vg/draw"

	"sparker/plots/plotstest"
	"sparker/results"
)

// shortFit is a fit of two dimensions with a few epochs, in which a kernel is born in the third.
func shortFit() results.FitRecord {
	f := plotstest.Fit(plotstest.FitShape{Kernels: 3, Epochs: 9, Dim: 2})
	plotstest.Bear(&f, results.Birth{Epoch: 3, Kernel: 1}, -20, -10)
	return f
}

func TestAnimate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	folder := filepath.Join(dir, "fit-alternative-15-0-animation")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	stale := framePath(folder, 11) // of a longer animation before
	if err := os.WriteFile(stale, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	fit := shortFit()
	fit.Columns[0].Name = "<script>alert(1)</script>\x1b[31m"
	a, err := Animate(Output{Dir: dir}, fit, nil)
	if err != nil {
		t.Fatal(err)
	}
	if a.Folder != folder || a.GIF != folder+".gif" || a.Frames != 9 {
		t.Errorf("the animation is %+v", a)
	}
	frames, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(frames) != 9 || slices.Contains(frames, stale) {
		t.Errorf("frames %q (%v)", frames, err)
	}
	for _, path := range frames {
		svg, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		svgText(t, svg) // is well formed
		if bytes.Contains(svg, []byte("<script")) {
			t.Errorf("%s has a script", path)
		}
	}
	content, err := os.ReadFile(a.GIF)
	if err != nil {
		t.Fatal(err)
	}
	g, err := gif.DecodeAll(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Image) != 9 || g.LoopCount != 0 || g.Delay[0] != frameDelay ||
		g.Delay[8] != lastDelay {
		t.Errorf("%d frames, loops %d, delays %v", len(g.Image), g.LoopCount, g.Delay)
	}
	checkFrames(t, fit, g)
}

// checkFrames compares what a viewer shows after each part of an animated image with the frame.
func checkFrames(t *testing.T, fit results.FitRecord, g *gif.GIF) {
	t.Helper()
	film, err := newFilm(fit, nil)
	if err != nil {
		t.Fatal(err)
	}
	shown := image.NewRGBA(g.Image[0].Bounds())
	for n, part := range g.Image {
		draw.Draw(shown, part.Bounds(), part, part.Bounds().Min, draw.Over)
		want, err := film.frame(n).pixels(frameWidth)
		if err != nil {
			t.Fatal(err)
		}
		if want.Bounds() != shown.Bounds() {
			t.Fatalf("frame %d: %v, want %v", n, shown.Bounds(), want.Bounds())
		}
		far := 0
		for i, v := range want.Pix {
			if d := int(v) - int(shown.Pix[i]); d < -40 || d > 40 {
				far++
			}
		}
		if share := float64(far) / float64(len(want.Pix)); share > 0.001 {
			t.Errorf("frame %d: %.2g of the pixels have another color", n, share)
		}
	}
}

// The circles of each frame are at the centroids, and births and mergers are marked.
func TestFramesFollowTheKernels(t *testing.T) {
	t.Parallel()
	fit := shortFit()
	tr := fit.Trace
	near := slices.Clone(tr.Centroids[7][0])
	near[0] += 0.05 * tr.Sigma[7]
	tr.Centroids[7][2] = near
	weaker := 2
	if math.Abs(tr.Coefficients[7][0]) < math.Abs(tr.Coefficients[7][2]) {
		weaker = 0
	}
	m, err := newFilm(fit, nil)
	if err != nil {
		t.Fatal(err)
	}
	for n := range tr.Epoch {
		var dots, rings, crosses [][]float64
		for _, p := range m.frame(n).body.panels[0][0].plotters {
			s, ok := p.(*plotter.Scatter)
			if !ok {
				continue
			}
			at := []float64{s.XYs[0].X, s.XYs[0].Y}
			switch s.Shape.(type) {
			case vgdraw.CircleGlyph:
				dots = append(dots, at)
			case ring:
				rings = append(rings, at)
			case vgdraw.CrossGlyph:
				crosses = append(crosses, at)
			}
		}
		for k, mu := range tr.Centroids[n] {
			if !slices.ContainsFunc(dots, func(at []float64) bool { return slices.Equal(at, mu) }) {
				t.Errorf("epoch %d: kernel %d is not at %v", n+1, k, mu)
			}
		}
		if fresh := n >= 2 && n < 2+freshFrames; fresh != (len(rings) == 1) || (fresh &&
			!slices.Equal(rings[0], tr.Centroids[n][1])) {
			t.Errorf("epoch %d: rings at %v", n+1, rings)
		}
		if n == 7 && (len(crosses) != 1 || !slices.Equal(crosses[0], tr.Centroids[n][weaker])) {
			t.Errorf("epoch %d: crosses at %v", n+1, crosses)
		}
	}
}

// No text of a frame covers another, at any size and in one, two and more dimensions.
func TestFramesKeepTextsApart(t *testing.T) {
	t.Parallel()
	wide := plotstest.Fit(plotstest.FitShape{Kernels: 3, Epochs: 50, Dim: 4})
	wide.LengthUnit, wide.Scale = "standard deviations of the reference", []float64{20, 20, 0, 20}
	for name, fit := range map[string]results.FitRecord{"1-D": plotstest.LineFitWithBirths(),
		"2-D": plotstest.PlaneFitWithBirths(), "4-D": wide} {
		m, err := newFilm(fit, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, s := range styles() {
			for _, n := range thinned(len(m.shown), 3) {
				inspect(t, name+" for a "+s.Size.String(), m.frame(n).Styled(s))
			}
		}
	}
}

// In the plane of principal components, lengths are those of sigma, and no other two directions at
// right angles have more of the variance.
func TestComponentPlane(t *testing.T) {
	t.Parallel()
	f := plotstest.Fit(plotstest.FitShape{Kernels: 2, Epochs: 3, Dim: 4})
	f.LengthUnit, f.Scale = "standard deviations of the reference", []float64{20, 5, 0, 60}
	p, err := newPlane(f, 4, nil)
	if err != nil {
		t.Fatal(err)
	}
	var products [3]float64
	for i, unit := range f.Scale {
		a, b := p.across[0][i]*unit, p.across[1][i]*unit
		products[0], products[1], products[2] = products[0]+a*a, products[1]+b*b, products[2]+a*b
	}
	for i, want := range []float64{1, 1, 0} {
		if math.Abs(products[i]-want) > 1e-9 {
			t.Errorf("product %d of the directions: %v, want %v", i, products[i], want)
		}
	}
	if p.across[0][2] != 0 || p.across[1][2] != 0 {
		t.Error("a column that the distance leaves out has a weight")
	}
	points := p.all(f.Reference)
	first, second := stat.Variance(column(points, 0), nil), stat.Variance(column(points, 1), nil)
	for _, i := range []int{0, 1, 3} {
		unit := f.Scale[i]
		if own := stat.Variance(column(f.Reference, i), nil) / (unit * unit); own > first+1e-9 {
			t.Errorf("column %d has the variance %v, the first component %v", i, own, first)
		}
	}
	if second > first {
		t.Errorf("variances %v and %v", first, second)
	}
	if p.spheres.rx != 1 || p.spheres.ry != 1 || !p.spheres.known {
		t.Errorf("spheres %+v", p.spheres)
	}
}

func TestAnimateRefuses(t *testing.T) {
	t.Parallel()
	for _, columns := range [][]int{{0}, {0, 0}, {0, 2}, {-1, 0}} {
		_, err := Animate(Output{Dir: t.TempDir()}, shortFit(), columns)
		refused(t, err, "columns", "of the fit's 2")
	}
	bare := shortFit()
	bare.Trace = nil
	_, err := Animate(Output{Dir: t.TempDir()}, bare, nil)
	refused(t, err, "no trace")
	damaged := shortFit()
	damaged.Trace.T[2] = math.NaN()
	_, err = Animate(Output{Dir: t.TempDir()}, damaged, nil)
	refused(t, err, "trace: t")
}

// An image that would be too large has every second frame, and the last.
func TestEverySecondFrame(t *testing.T) {
	t.Parallel()
	for n := 1; n < 8; n++ {
		all := make([]*image.Paletted, n)
		for i := range all {
			all[i] = image.NewPaletted(image.Rect(0, 0, i+1, 1), nil)
		}
		some := everySecond(all)
		if len(some) != (n+1)/2 || some[len(some)-1] != all[n-1] {
			t.Errorf("of %d frames: %d, the last of width %d", n, len(some),
				some[len(some)-1].Bounds().Dx())
		}
	}
}
