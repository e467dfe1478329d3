package plots

import (
	"bytes"
	"image/png"
	"math"
	"testing"
)

// styles are all looks of a figure.
func styles() (all []Style) {
	for _, size := range Sizes() {
		all = append(all, Style{Size: size}, Style{Size: size, Bare: true})
	}
	return all
}

// At every size, all of a figure is on its page, and no two texts cover one another.
func TestStylesKeepTextsApart(t *testing.T) {
	t.Parallel()
	for kind := range kinds {
		f := sample(t, kind)
		for _, s := range styles() {
			inspect(t, kind+" for a "+s.Size.String(), f.Styled(s))
		}
	}
}

// The sizes are those that journals and projectors ask for, with texts that can be read there.
func TestSizes(t *testing.T) {
	t.Parallel()
	const inch = 72
	for _, c := range []struct {
		size         Size
		kind         string
		width, label float64 // points
		dots, ninths int     // of the PNG: its width, and that in ninths of its height; 0: any
	}{
		{Screen, "power", 160/25.4*inch + 18, 9.5, 1310, 0},
		{Column, "power", 86 / 25.4 * inch, 8, 1016, 0},
		{Column, "panels", 178 / 25.4 * inch, 9, 2102, 0},
		{Page, "power", 178 / 25.4 * inch, 9, 2102, 0},
		{Slide, "power", 40. / 3 * inch, 17, 1920, 16},
		{Slide, "log-ratio", 40. / 3 * inch, 19, 1920, 16},
		{Slide, "history", 40. / 3 * inch, 14, 1920, 16},
	} {
		f := sample(t, c.kind).Styled(Style{Size: c.size})
		whole, err := f.extent()
		if err != nil {
			t.Fatal(err)
		}
		k := f.sheet.enlargement()
		if got := float64(whole.X) * k; math.Abs(got-c.width) > 0.01 {
			t.Errorf("%s for a %s: width %v points, want %v", c.kind, c.size, got, c.width)
		}
		if got := float64(labelSize) * k; got < c.label-0.5 {
			t.Errorf("%s for a %s: labels of %v points, want %v", c.kind, c.size, got, c.label)
		}
		raw, err := f.PNG(Style{Size: c.size}.resolution())
		if err != nil {
			t.Fatal(err)
		}
		image, err := png.DecodeConfig(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if d := image.Width - c.dots; d < -5 || d > 5 {
			t.Errorf("%s for a %s: %d dots, want %d", c.kind, c.size, image.Width, c.dots)
		}
		if c.ninths > 0 && (image.Width != 1920 || image.Height != 1080) {
			t.Errorf("%s for a %s: %d × %d dots", c.kind, c.size, image.Width, image.Height)
		}
	}
}

// A style changes neither the figure that it is of nor, with the zero Style, its bytes.
func TestStyledLeavesTheFigure(t *testing.T) {
	t.Parallel()
	f := sample(t, "history")
	before, err := f.SVG()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range styles() {
		styled, err := f.Styled(s).SVG()
		if err != nil {
			t.Fatal(err)
		}
		if plain := s.Size == Screen && !s.Bare; plain != bytes.Equal(before, styled) {
			t.Errorf("%+v: the same bytes: %v", s, !plain)
		}
	}
	after, err := f.SVG()
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("a figure changes if it is styled (%v)", err)
	}
}
