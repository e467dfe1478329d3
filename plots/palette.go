package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The palette of M. Okabe and K. Ito, "Color Universal Design" (2008).
var (
	black      = color.NRGBA{A: 255}
	orange     = color.NRGBA{R: 230, G: 159, B: 0, A: 255}
	skyBlue    = color.NRGBA{R: 86, G: 180, B: 233, A: 255}
	green      = color.NRGBA{R: 0, G: 158, B: 115, A: 255}
	blue       = color.NRGBA{R: 0, G: 114, B: 178, A: 255}
	vermillion = color.NRGBA{R: 213, G: 94, B: 0, A: 255}
	purple     = color.NRGBA{R: 204, G: 121, B: 167, A: 255}
)

// White, and grays for the background of the data.
var (
	white     = color.NRGBA{R: 255, G: 255, B: 255, A: 255}
	darkGray  = color.NRGBA{R: 70, G: 70, B: 70, A: 255}
	midGray   = color.NRGBA{R: 150, G: 150, B: 150, A: 255}
	lightGray = color.NRGBA{R: 200, G: 200, B: 200, A: 255}
	gridGray  = color.NRGBA{R: 232, G: 232, B: 232, A: 255}
)

// faded is c at the opacity alpha in [0, 1].
func faded(c color.NRGBA, alpha float64) color.NRGBA {
	c.A = uint8(math.Round(255 * alpha))
	return c
}

// shades is the number of steps of a color map. It is odd, so that 0 has a step of its own in the
// diverging map.
const shades = 63

// shade is the step of the diverging map for a value in [-limit, limit].
func shade(value, limit float64) int {
	u := min(max(value/limit, -1), 1)
	return int(math.Round((u + 1) / 2 * (shades - 1)))
}

// diverging is the color of a step, from blue (most negative) through gray (0) to vermillion (most
// positive). The middle is dark enough to be visible on white.
func diverging(step int) color.NRGBA {
	u := 2*float64(step)/(shades-1) - 1
	if u < 0 {
		return mixed(midGray, blue, -u)
	}
	return mixed(midGray, vermillion, u)
}

// sequential is the color of a step, darker from step to step, from near white through sky blue and
// blue to navy.
func sequential(step int) color.NRGBA {
	pale, navy := color.NRGBA{R: 242, G: 248, B: 252, A: 255},
		color.NRGBA{R: 0, G: 44, B: 80, A: 255}
	switch u := float64(step) / (shades - 1); {
	case u < 0.45:
		return mixed(pale, skyBlue, u/0.45)
	case u < 0.75:
		return mixed(skyBlue, blue, (u-0.45)/0.3)
	default:
		return mixed(blue, navy, (u-0.75)/0.25)
	}
}

// mixed is the color at u in [0, 1] between a and b.
func mixed(a, b color.NRGBA, u float64) color.NRGBA {
	mix := func(a, b uint8) uint8 {
		return uint8(math.Round(float64(a) +
			u*(float64(b)-float64(a))))
	}
	return color.NRGBA{R: mix(a.R, b.R), G: mix(a.G, b.G), B: mix(a.B, b.B), A: 255}
}

// luminance is the relative luminance of WCAG 2.1: 0 for black, 1 for white.
func luminance(c color.NRGBA) float64 {
	linear := func(v uint8) float64 {
		u := float64(v) / 255
		if u <= 0.04045 {
			return u / 12.92
		}
		return math.Pow((u+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// contrast is the contrast ratio of WCAG 2.1 between two colors, from 1 to 21.
func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// readable is black or white, whichever has more contrast to the ground.
func readable(ground color.NRGBA) color.NRGBA {
	if contrast(ground, black) >= contrast(ground, white) {
		return black
	}
	return white
}

// A look distinguishes the curves of a figure, by more than their color.
type look struct {
	color.NRGBA
	dashes []vg.Length
	shape  draw.GlyphDrawer
}

// looks have the colors of Okabe and Ito, with gray instead of yellow, which is too pale for a line
// on white.
var looks = [...]look{
	{blue, nil, draw.CircleGlyph{}},
	{vermillion, []vg.Length{6, 2}, polygon{4, 45}},
	{green, []vg.Length{2.5, 1.5}, polygon{3, 90}},
	{purple, []vg.Length{7, 2, 1.5, 2}, polygon{4, 0}},
	{orange, []vg.Length{4, 1.5}, polygon{3, -90}},
	{skyBlue, []vg.Length{9, 2}, hollow{draw.CircleGlyph{}}},
	{black, []vg.Length{6, 1.5, 1.5, 1.5, 1.5, 1.5}, hollow{polygon{4, 45}}},
	{midGray, []vg.Length{1.5, 1}, hollow{polygon{4, 0}}},
}
