package plots

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"gonum.org/v1/plot/cmpimg"

	"sparker/plots/plotstest"
	"sparker/results"
)

// frameOf is a frame of the animation of a fit.
func frameOf(t *testing.T, f results.FitRecord, epoch int) Figure {
	t.Helper()
	m, err := newFilm(f, nil)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for m.f.Trace.Epoch[m.shown[n]] < epoch {
		n++
	}
	return m.frame(n)
}

// TestStyledGallery compares figures in other styles than that of the screen, and frames of
// animations, with the images in testdata/styled, which were looked at when they were made by
//
//	go test ./plots -run TestStyledGallery -regen
func TestStyledGallery(t *testing.T) {
	wide := plotstest.Fit(plotstest.FitShape{Kernels: 5, Epochs: 100, Dim: 4})
	for i := range wide.Trace.Sigma {
		wide.Trace.Sigma[i] *= 8
	}
	for name, f := range map[string]Figure{
		"power-column":         sample(t, "power").Styled(Style{Size: Column, Bare: true}),
		"trajectory-2d-column": sample(t, "trajectory-2d-births").Styled(Style{Size: Column}),
		"dynamics-column":      sample(t, "dynamics-spheres").Styled(Style{Size: Column}),
		"panels-page":          sample(t, "panels").Styled(Style{Size: Page, Bare: true}),
		"history-slide":        sample(t, "history").Styled(Style{Size: Slide}),
		"frame-1d":             frameOf(t, plotstest.LineFitWithBirths(), 305),
		"frame-2d":             frameOf(t, plotstest.PlaneFitWithBirths(), 322),
		"frame-components":     frameOf(t, wide, 90),
	} {
		got, err := f.PNG(90)
		if err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", "styled", name+".png")
		if *cmpimg.GenerateTestData {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		same, err := cmpimg.EqualApprox("png", got, want, 0.015)
		if err != nil {
			t.Fatal(err)
		}
		a, errGot := png.DecodeConfig(bytes.NewReader(got))
		b, errWant := png.DecodeConfig(bytes.NewReader(want))
		if !same || errGot != nil || errWant != nil || a.Width != b.Width || a.Height != b.Height {
			kept := filepath.Join(os.TempDir(), "sparker-plots-"+name+".png")
			t.Errorf("%s differs from %s; it is in %s (%v)", name, golden, kept,
				os.WriteFile(kept, got, 0o644))
		}
	}
}
