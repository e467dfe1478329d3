package plots

import (
	"errors"
	"fmt"
	"image"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"sparker/results"
)

// frameWidth is the width of an animated image in dots, and slideFrameWidth that for a slide.
const (
	frameWidth      = 800
	slideFrameWidth = 960
)

// An Animation is the training of a fit that was written to files.
type Animation struct {
	Name string // of the image without its ending, and of the folder
	// GIF is the path of an animated image. It loops, and holds the last frame.
	GIF string
	// Folder has the frames as SVG documents: 0001.svg and so on.
	Folder string
	Frames int // of the folder; the GIF has fewer if it would be larger than 3 MB
}

// Animate shows how a fit with a trace was trained: its kernels as circles of the radius sigma that
// move over the rows, and below them t and sigma with the epoch. In one dimension the kernels are
// bands over the densities of both samples. In three and more it is the plane of the first two
// principal components of the reference, or of two columns, counted from 0. A ring marks a kernel
// that was just born, and a cross one that is within 0.1 sigma of another with a larger
// coefficient. There are at most 120 frames, evenly spaced. Each shows at most 500 rows of each
// sample.
//
// The files are <fit>-animation.gif and the folder <fit>-animation, with the names of [CellFigures]
// for <fit>. Files of an earlier animation are replaced. The formats of the style are not used.
//
// It returns an error if the fit has no trace, if it does not have the columns, or if a number
// cannot be drawn.
func Animate(to Output, fit results.FitRecord, columns []int) (Animation, error) {
	film, err := newFilm(fit, columns)
	if err != nil {
		return Animation{}, fmt.Errorf("plots: animation: %w", err)
	}
	name := fitName(fit) + "-animation"
	a := Animation{Name: name, GIF: filepath.Join(to.Dir, name+".gif"),
		Folder: filepath.Join(to.Dir, name), Frames: len(film.shown)}
	if err := os.MkdirAll(a.Folder, 0o777); err != nil {
		return Animation{}, fmt.Errorf("plots: creating the folder of the frames: %w", err)
	}
	content, err := film.gif(to.Style)
	if err != nil {
		return Animation{}, err
	}
	if err := results.WriteFile(a.GIF, content); err != nil {
		return Animation{}, fmt.Errorf("plots: writing %s: %w", a.GIF, err)
	}
	return a, film.writeFrames(a.Folder, to.Style)
}

// gif renders the film as an animated image.
func (m *film) gif(s Style) ([]byte, error) {
	width := frameWidth
	if s.Size == Slide {
		width = slideFrameWidth
	}
	var samples []*image.RGBA
	for _, n := range thinned(len(m.shown), 6) {
		frame, err := m.frame(n).Styled(s).pixels(width)
		if err != nil {
			return nil, err
		}
		samples = append(samples, frame)
	}
	a := newAnimator(samples)
	for n := range m.shown {
		frame, err := m.frame(n).Styled(s).pixels(width)
		if err != nil {
			return nil, err
		}
		a.add(frame)
	}
	return a.encode()
}

// pixels renders a figure about as wide as so many dots.
func (f Figure) pixels(width int) (*image.RGBA, error) {
	size, err := f.extent()
	if err != nil {
		return nil, err
	}
	dpi := int(math.Round(float64(width) / size.X.Dots(1)))
	c := vgimg.NewWith(vgimg.UseWH(size.X, size.Y), vgimg.UseDPI(dpi))
	f.draw(draw.New(c))
	frame, ok := c.Image().(*image.RGBA)
	if !ok {
		return nil, fmt.Errorf("plots: a frame is a %T", c.Image())
	}
	return frame, nil
}

// writeFrames writes the frames as numbered SVG documents, and removes those of a longer animation
// before.
func (m *film) writeFrames(folder string, s Style) error {
	for n := range m.shown {
		content, err := m.frame(n).Styled(s).SVG()
		if err != nil {
			return err
		}
		path := framePath(folder, n)
		if err := results.WriteFile(path, content); err != nil {
			return fmt.Errorf("plots: writing %s: %w", path, err)
		}
	}
	for n := len(m.shown); n < mostFrames; n++ {
		err := os.Remove(framePath(folder, n))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("plots: removing an old frame: %w", err)
		}
	}
	return nil
}

// framePath is the path of a frame, counted from 0.
func framePath(folder string, n int) string {
	return filepath.Join(folder, fmt.Sprintf("%04d.svg", n+1))
}
