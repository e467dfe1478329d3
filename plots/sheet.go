package plots

import (
	"cmp"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // the formats that ContactSheet reads
	_ "image/jpeg"
	_ "image/png"
	"io"
	"os"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/findings"
)

const (
	sheetColumns  = 8
	sheetRows     = 6
	sheetZ        = 3       // of a kernel that is shown
	thumbnailSide = 160     // pixels, of 2 cm
	mostPixels    = 1 << 26 // of an image that is read
)

// ContactSheet draws the images of the rows that kernels with an excess hold most of, eight of
// each: of up to six kernels with a local Z of 3 or more, or else of the one with the largest Z.
// Images are read from the files that the findings name, as PNG, JPEG or GIF; URLs are not fetched.
// An image that cannot be read leaves its place empty, and the caption counts those.
//
// It returns an error if no kernel has an excess, if none of the images can be read, or if a number
// cannot be drawn.
func ContactSheet(f findings.Findings) (Figure, error) {
	drawn, err := contactSheet(f)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: images: %w", err)
	}
	return drawn, nil
}

// sheetKernels are the kernels of a contact sheet, the most significant first.
func sheetKernels(f findings.Findings) (shown []findings.Finding) {
	for _, k := range f.Excesses() {
		if (k.Soft.Z >= sheetZ || len(shown) == 0) && len(shown) < sheetRows {
			shown = append(shown, k)
		}
	}
	return shown
}

// sheetMembers are the rows of a kernel on a contact sheet.
func sheetMembers(k findings.Finding) []findings.Member {
	return k.Nearest[:min(sheetColumns, len(k.Nearest))]
}

// hasImages reports whether a contact sheet has an image file to read.
func hasImages(f findings.Findings) bool {
	return slices.ContainsFunc(sheetKernels(f), func(k findings.Finding) bool {
		return slices.ContainsFunc(sheetMembers(k), func(m findings.Member) bool {
			return m.Image != "" && !isURL(m.Image)
		})
	})
}

// isURL reports whether the place of an image is a URL, not a path.
func isURL(path string) bool { return strings.Contains(path, "://") }

func contactSheet(f findings.Findings) (Figure, error) {
	if err := checkFindings(f); err != nil {
		return Figure{}, err
	}
	shown := sheetKernels(f)
	if len(shown) == 0 {
		return Figure{}, errors.New("no kernel has an excess")
	}
	body := layout{panels: grid(len(shown)*sheetColumns, sheetColumns), gapX: 2, gapY: 4}
	read := 0
	var failures []error
	for i, k := range shown {
		for j, m := range sheetMembers(k) {
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
				failures = append(failures, err)
				continue
			}
			read++
			p.plotters = []plot.Plotter{thumbnail{small}}
		}
	}
	if read == 0 {
		return Figure{}, fmt.Errorf("no row has an image that can be read: %w",
			cmp.Or(append(failures, errors.New("the findings name none"))...))
	}
	more := []string{"Of each kernel, with its local Z, the data rows that it holds most of, by " +
		"falling weight φ."}
	if len(failures) > 0 {
		more = append(more, fmt.Sprintf("%s could not be read. The first: %s.",
			count(len(failures), "image"), printable(failures[0].Error())))
	}
	return Figure{
		title: "The rows that the kernels hold most of", table: sheetTable(shown), body: body,
		size:    vg.Point{X: fullWidth, Y: vg.Length(len(shown)) * 2.5 * vg.Centimeter},
		wide:    true,
		caption: findingsCaption(f, more...),
	}, nil
}

// memberName is the name of a row.
func memberName(m findings.Member) string {
	if m.ID != "" {
		return m.ID
	}
	return fmt.Sprintf("row %d", m.Row)
}

// thumbnail is an image that is as large as its panel and its own shape allow.
type thumbnail struct{ image.Image }

// Plot implements plot.Plotter.
func (t thumbnail) Plot(c draw.Canvas, _ *plot.Plot) {
	size := c.Size()
	b := t.Bounds()
	scale := min(size.X/vg.Length(b.Dx()), size.Y/vg.Length(b.Dy()))
	half := vg.Point{X: scale * vg.Length(b.Dx()) / 2, Y: scale * vg.Length(b.Dy()) / 2}
	c.DrawImage(vg.Rectangle{Min: c.Center().Sub(half), Max: c.Center().Add(half)}, t.Image)
}

// readThumbnail reads an image and makes a large one smaller.
func readThumbnail(path string) (image.Image, error) {
	if isURL(path) {
		return nil, fmt.Errorf("%s is a URL; images are read from files", path)
	}
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
		return nil, fmt.Errorf("the image %s has %d × %d pixels; the limit is %d pixels", path,
			config.Width, config.Height, mostPixels)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("reading the image %s: %w", path, err)
	}
	whole, _, err := image.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("reading the image %s: %w", path, err)
	}
	return shrunk(whole, thumbnailSide), nil
}

// shrunk is an image of which no side has more pixels than most. Each of its pixels is the mean of
// a square of the original's. Pixels at the end of a row or a column that do not fill a square are
// left out.
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
			square := image.Rect(0, 0, step, step).Add(image.Pt(b.Min.X+x*step, b.Min.Y+y*step))
			small.SetRGBA64(x, y, meanColor(whole, square.Intersect(b)))
		}
	}
	return small
}

// meanColor is the mean of the pixels of an image in an area.
func meanColor(m image.Image, area image.Rectangle) color.RGBA64 {
	var sum [4]uint64
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			red, green, blue, alpha := m.At(x, y).RGBA()
			for k, value := range [4]uint32{red, green, blue, alpha} {
				sum[k] += uint64(value)
			}
		}
	}
	n := uint64(area.Dx() * area.Dy())
	return color.RGBA64{R: uint16(sum[0] / n), G: uint16(sum[1] / n), B: uint16(sum[2] / n),
		A: uint16(sum[3] / n)}
}
