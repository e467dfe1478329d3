package plots

import (
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sparker/findings"
)

// writeImage makes an image of one color.
func writeImage(t *testing.T, path string, w, h int, c color.Color) string {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, c)
		}
	}
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if filepath.Ext(path) == ".jpg" {
		err = jpeg.Encode(file, m, nil)
	} else {
		err = png.Encode(file, m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestContactSheet(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	red := writeImage(t, filepath.Join(dir, "red.png"), 40, 20, color.NRGBA{R: 255, A: 255})
	large := writeImage(t, filepath.Join(dir, "large.jpg"), 900, 1300, color.NRGBA{G: 255, A: 255})
	text := filepath.Join(dir, "text.png")
	if err := os.WriteFile(text, []byte("no image"), 0o600); err != nil {
		t.Fatal(err)
	}
	// coefficients 2, -0.5, 0, 2, -0.5, 0 and Z of 5, 4, 3, 2, 1, 0
	f := findingsOf(6, 12)
	for i := range f.Kernels {
		for n, path := range []string{red, large, text, filepath.Join(dir, "nowhere.png"), "",
			"https://example.org/a.png", red, red, red, red} {
			f.Kernels[i].Nearest = append(f.Kernels[i].Nearest,
				findings.Member{Row: 10*i + n, Image: path})
		}
	}
	f.Kernels[0].Nearest[1].ID = "called"
	drawn, err := ContactSheet(f)
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Join(strings.Fields(inspect(t, "sheet", drawn).words()), " ")
	for _, want := range []string{"row 0 called row 2", "row 7", "5: Z = 5.0",
		"3 images could not be read.", "The first: reading the image " + text,
		"unknown format"} {
		if !strings.Contains(words, want) {
			t.Errorf("the sheet does not say %q; it says %q", want, words)
		}
	}
	// a ninth row; a deficit; an excess that is not significant
	for _, unwanted := range []string{"row 8", "row 10", "row 30"} {
		if strings.Contains(words, unwanted) {
			t.Errorf("the sheet says %q: %q", unwanted, words)
		}
	}
	svg, err := drawn.SVG()
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(svg), "<image"); n != 4 || len(svg) > 100_000 {
		t.Errorf("%d images in %d bytes of SVG, want 4", n, len(svg))
	}
	f.Kernels = f.Kernels[3:] // without a significant excess, the best one
	if drawn, err = ContactSheet(f); err != nil || !strings.Contains(inspect(t, "sheet",
		drawn).words(), "row 30") {
		t.Errorf("an excess of Z = 2: %v", err)
	}

	for i := range f.Kernels[0].Nearest {
		f.Kernels[0].Nearest[i].Image = text
	}
	_, err = ContactSheet(f)
	refused(t, err, "no row has an image that can be read", text)
	f.Kernels = f.Kernels[1:]
	_, err = ContactSheet(f)
	refused(t, err, "no kernel has an excess")
}

// A large image becomes small, and keeps its shape and its colors.
func TestShrunk(t *testing.T) {
	t.Parallel()
	m := image.NewGray(image.Rect(-3, 5, 1000-3, 305))
	for y := range 300 {
		for x := range 1000 {
			m.SetGray(x-3, y+5, color.Gray{uint8(x % 2 * 200)})
		}
	}
	small := shrunk(m, 100)
	if b := small.Bounds(); b.Dx() != 100 || b.Dy() != 30 {
		t.Errorf("1000 × 300 pixels became %v", b)
	}
	for _, at := range []image.Point{{0, 0}, {99, 29}, {50, 3}} {
		if c := color.GrayModel.Convert(small.At(at.X, at.Y)).(color.Gray); c.Y != 100 {
			t.Errorf("%v has %d, want the mean of 0 and 200", at, c.Y)
		}
	}
	for _, size := range []image.Point{{1, 5000}, {5000, 1}, {161, 2}, {160, 160}, {1, 1}} {
		if b := shrunk(image.NewGray(image.Rect(0, 0, size.X, size.Y)), 160).Bounds(); b.Empty() ||
			max(b.Dx(), b.Dy()) > 160 {
			t.Errorf("%v became %v", size, b)
		}
	}
}
