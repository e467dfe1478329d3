package plots

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif"  // formats of the images
	_ "image/jpeg" // of rows, beside
	_ "image/png"  // one another
	"os"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

const (
	sheetColumns  = 8
	sheetRows     = 6
	sheetZ        = 3       // of a kernel that is shown
	thumbnailSide = 160     // pixels, of 2 cm
	mostPixels    = 1 << 26 // of an image that is read
)

// ContactSheet draws the images of the rows that kernels with an excess hold most of, eight of
// each: of those with a local Z of 3 or more, or else of the one with the largest. Images are read
// from the paths in the findings: PNG, JPEG and GIF. One that cannot be read leaves its place
// empty, and the caption counts these.
//
// It returns an error where no kernel has an excess, none of the rows an image that can be read, or
// a number cannot be drawn.
func ContactSheet(f results.Findings) (Figure, error) {
	drawn, err := contactSheet(f)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: images: %w", err)
	}
	return drawn, nil
}

func contactSheet(f results.Findings) (Figure, error) {
	if err := checkFindings(f); err != nil {
		return Figure{}, err
	}
	var shown []results.Finding
	for _, k := range f.Kernels { // the most significant first
		if k.Coefficient > 0 && k.Soft.Z > 0 && (k.Soft.Z >= sheetZ || len(shown) == 0) &&
			len(shown) < sheetRows {
			shown = append(shown, k)
		}
	}
	if len(shown) == 0 {
		return Figure{}, errors.New("no kernel has an excess")
	}
	body := layout{panels: grid(len(shown)*sheetColumns, sheetColumns), gapX: 2, gapY: 4}
	read, unread := 0, 0
	for i, k := range shown {
		for j, m := range k.Nearest[:min(sheetColumns, len(k.Nearest))] {
			p := &panel{title: printable(memberName(m)), x: axis{extent: extent{0, 1}, bare: true},
				y: axis{extent: extent{0, 1}, bare: j > 0}}
			if j == 0 {
				p.y.label = fmt.Sprintf("%d: %s", k.Kernel, significance(k.Soft.Z))
			}
			body.panels[i][j] = p
			if m.Image == "" {
				continue
			}
			small, err := readThumbnail(m.Image)
			if err != nil {
				unread++
				continue
			}
			read++
			p.plotters = []plot.Plotter{thumbnail{small}}
		}
	}
	if read == 0 {
		return Figure{}, errors.New("no row has an image that can be read")
	}
	more := []string{"Of each kernel, with its local Z, the data rows that it holds most of, by " +
		"falling weight φ."}
	if unread > 0 {
		more = append(more, fmt.Sprintf("%s could not be read.", count(unread, "image")))
	}
	return Figure{
		title: "The rows that the kernels hold most of", body: body,
		size:    vg.Point{X: fullWidth, Y: vg.Length(len(shown)) * 2.5 * vg.Centimeter},
		caption: findingsCaption(f, more...),
	}, nil
}

// memberName is what a row is called.
func memberName(m results.Member) string {
	if m.ID != "" {
		return m.ID
	}
	return fmt.Sprintf("row %d", m.Row)
}

// thumbnail is an image that fills a panel as far as its shape allows.
type thumbnail struct{ image.Image }

// Plot implements plot.Plotter.
func (t thumbnail) Plot(c draw.Canvas, _ *plot.Plot) {
	size := c.Size()
	b := t.Bounds()
	scale := min(size.X/vg.Length(b.Dx()), size.Y/vg.Length(b.Dy()))
	half := vg.Point{X: scale * vg.Length(b.Dx()) / 2, Y: scale * vg.Length(b.Dy()) / 2}
	c.DrawImage(vg.Rectangle{Min: c.Center().Sub(half), Max: c.Center().Add(half)}, t.Image)
}

// readThumbnail reads an image, and makes a large one smaller.
func readThumbnail(path string) (image.Image, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	config, _, err := image.DecodeConfig(file)
	if err != nil {
		return nil, fmt.Errorf("reading the image %s: %w", path, err)
	}
	if config.Width < 1 || config.Height < 1 || config.Width > mostPixels/config.Height {
		return nil, fmt.Errorf("the image %s has %d × %d pixels; want at most %d of them", path,
			config.Width, config.Height, mostPixels)
	}
	if _, err := file.Seek(0, 0); err != nil {
		return nil, fmt.Errorf("reading the image %s: %w", path, err)
	}
	whole, _, err := image.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("reading the image %s: %w", path, err)
	}
	return shrunk(whole, thumbnailSide), nil
}

// shrunk is an image no side of which has more pixels than most, of the means of squares of the
// original's, without those at the end of a row or a column that fill no square.
func shrunk(whole image.Image, most int) image.Image {
	b := whole.Bounds()
	step := (max(b.Dx(), b.Dy()) + most - 1) / most
	if step <= 1 {
		return whole
	}
	w, h := max(1, b.Dx()/step), max(1, b.Dy()/step)
	small := image.NewRGBA64(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			var sum [4]uint64
			var n uint64
			for v := b.Min.Y + y*step; v < min(b.Max.Y, b.Min.Y+(y+1)*step); v++ {
				for u := b.Min.X + x*step; u < min(b.Max.X, b.Min.X+(x+1)*step); u++ {
					red, green, blue, alpha := whole.At(u, v).RGBA()
					for k, value := range [4]uint32{red, green, blue, alpha} {
						sum[k] += uint64(value)
					}
					n++
				}
			}
			small.SetRGBA64(x, y, color.RGBA64{R: uint16(sum[0] / n), G: uint16(sum[1] / n),
				B: uint16(sum[2] / n), A: uint16(sum[3] / n)})
		}
	}
	return small
}
