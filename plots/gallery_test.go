package plots_test

import (
	"bytes"
	"image"
	_ "image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/plot/cmpimg"

	"sparker/plots"
	"sparker/plots/plotstest"
)

// gallery are the examples that draw a figure, by the name of the image that they write.
var gallery = map[string]func(){
	"power":                ExamplePowerCurve,
	"null-scales":          ExampleNullDistributions,
	"null-scales-lead":     ExampleNullDistributions_lead,
	"null-scales-member":   ExampleMemberDistributions,
	"power-groups":         ExampleGroupPower,
	"p-groups":             ExampleGroupValues,
	"trajectory-1d":        ExampleTrajectory1D,
	"trajectory-1d-births": ExampleTrajectory1D_births,
	"trajectory-2d":        ExampleTrajectory2D,
	"trajectory-2d-births": ExampleTrajectory2D_births,
	"history":              ExampleHistory,
	"history-births":       ExampleHistory_births,
	"log-ratio":            ExampleLogRatio1D,
	"dynamics":             ExampleDynamics,
	"dynamics-births":      ExampleDynamics_births,
	"dynamics-spheres":     ExampleDynamics_spheres,
	"marginals":            ExampleMarginals,
	"power-arms":           ExamplePowerArms,
	"panels":               ExamplePanels,
	"panels-uneven":        ExamplePanels_uneven,
	"ablation":             ExampleAblation,
	"ablation-uneven":      ExampleAblation_uneven,
	"heatmap":              ExampleHeatMap,
	"power-against":        ExamplePowerAgainst,
	"kernels-found":        ExampleKernelsFound,
	"regret-map":           ExampleRegretMap,
	"power-dots":           ExamplePowerDots,
	"power-cost":           ExamplePowerCost,
	"where":                ExampleWhere,
	"where-1d":             ExampleWhere_oneDimension,
	"where-2d":             ExampleWhere_twoDimensions,
	"members":              ExampleMembers,
	"where-images":         ExampleContactSheet,
}

// tolerance is that of gonum's comparison of images. At 0.015 no color channel of a pixel can
// differ by more than 12 of 255, which leaves room for the rounding of other processors.
const tolerance = 0.015

// TestGallery compares the image of each example with the one in testdata, which was looked at when
// it was made by
//
//	go test ./plots -run TestGallery -regen
//
// The examples write into their working folder, which here is a temporary one.
func TestGallery(t *testing.T) {
	for name, example := range gallery {
		t.Run(name, func(t *testing.T) {
			file := name + ".png"
			golden, err := filepath.Abs(filepath.Join("testdata", file))
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			example()
			got, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if *cmpimg.GenerateTestData {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if !alike(t, got, want) {
				kept := filepath.Join(os.TempDir(), "sparker-plots-"+file)
				t.Errorf("the image differs from %s; it is in %s (%v)", golden, kept,
					os.WriteFile(kept, got, 0o644))
			}
		})
	}
}

// alike reports whether two PNG images have one size and, except for rounding, the same pixels.
func alike(t *testing.T, got, want []byte) bool {
	t.Helper()
	if bytes.Equal(got, want) {
		return true
	}
	var sizes [2]image.Config
	for i, raw := range [][]byte{got, want} {
		var err error
		if sizes[i], _, err = image.DecodeConfig(bytes.NewReader(raw)); err != nil {
			t.Fatal(err)
		}
	}
	same, err := cmpimg.EqualApprox("png", got, want, tolerance)
	if err != nil {
		t.Fatal(err)
	}
	return same && sizes[0].Width == sizes[1].Width && sizes[0].Height == sizes[1].Height
}

// Every image in testdata has an example.
func TestGalleryIsComplete(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "*.png"))
	if err != nil {
		t.Fatal(err)
	}
	want := slices.Sorted(maps.Keys(gallery))
	for i, name := range want {
		want[i] = filepath.Join("testdata", name+".png")
	}
	slices.Sort(files)
	slices.Sort(want)
	if diff := cmp.Diff(want, files); diff != "" {
		t.Errorf("images of the examples (-) and files (+):\n%s", diff)
	}
}

// A golden comparison is worth something only if a small change of a record shows.
func TestGallerySeesChanges(t *testing.T) {
	t.Parallel()
	s := plotstest.Summary()
	render := func() []byte {
		f, err := plots.PowerCurve(s)
		if err != nil {
			t.Fatal(err)
		}
		b, err := f.PNG(72)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	before := render()
	if !alike(t, before, render()) {
		t.Error("equal summaries give different images")
	}
	s.Points[3].Power += 0.01
	if alike(t, before, render()) {
		t.Error("a power that differs by 0.01 gives the same image")
	}
}
