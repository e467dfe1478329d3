package plots

import (
	"image/color"
	"math"
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

// Greys for what stands behind the data.
var (
	darkGrey  = color.NRGBA{R: 70, G: 70, B: 70, A: 255}
	midGrey   = color.NRGBA{R: 150, G: 150, B: 150, A: 255}
	lightGrey = color.NRGBA{R: 200, G: 200, B: 200, A: 255}
	gridGrey  = color.NRGBA{R: 232, G: 232, B: 232, A: 255}
)

// faded is c at the opacity alpha in [0, 1].
func faded(c color.NRGBA, alpha float64) color.NRGBA {
	c.A = uint8(math.Round(255 * alpha))
	return c
}

// shades is the number of steps that the diverging map is drawn with. It is odd, so that 0 has its own.
const shades = 63

// shade is the step of the diverging map for a value in [-limit, limit].
func shade(value, limit float64) int {
	u := min(max(value/limit, -1), 1)
	return int(math.Round((u + 1) / 2 * (shades - 1)))
}

// diverging is the colour of a step: blue (most negative) over grey (0) to vermillion (most positive). The
// middle is dark enough to be seen on white.
func diverging(step int) color.NRGBA {
	u := 2*float64(step)/(shades-1) - 1
	end := vermillion
	if u < 0 {
		end, u = blue, -u
	}
	mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + u*(float64(b)-float64(a)))) }
	return color.NRGBA{R: mix(midGrey.R, end.R), G: mix(midGrey.G, end.G), B: mix(midGrey.B, end.B), A: 255}
}
