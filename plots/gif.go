package plots

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"slices"
)

const (
	mostColors = 256
	frameDelay = 8   // hundredths of a second
	lastDelay  = 250 // of the last frame, which holds
	mostBytes  = 3 << 20
)

// An animator encodes frames of one size as an animated GIF image that loops. Each frame but the
// first has only what changes.
type animator struct {
	palette color.Palette // its first color is transparent
	nearest map[color.RGBA]uint8
	images  []*image.Paletted // whole frames
}

// newAnimator takes the colors of coefficients, and the most frequent ones of some frames.
func newAnimator(samples []*image.RGBA) *animator {
	counts := make(map[color.RGBA]int)
	for _, frame := range samples {
		for i := 0; i+3 < len(frame.Pix); i += 4 {
			counts[opaque(frame.Pix[i:])]++
		}
	}
	all := make([]color.RGBA, 0, len(counts))
	for c := range counts {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a.R, b.R),
			cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	m := &animator{palette: color.Palette{color.RGBA{}}, nearest: make(map[color.RGBA]uint8)}
	for step := range shades {
		m.palette = append(m.palette, color.RGBAModel.Convert(diverging(step)))
	}
	for _, c := range all[:min(len(all), mostColors-len(m.palette))] {
		m.palette = append(m.palette, c)
	}
	return m
}

func opaque(p []uint8) color.RGBA { return color.RGBA{R: p[0], G: p[1], B: p[2], A: 255} }

// add adds a frame.
func (m *animator) add(frame *image.RGBA) {
	p := image.NewPaletted(frame.Bounds(), m.palette)
	for y := range frame.Bounds().Dy() {
		from, to := frame.Pix[y*frame.Stride:], p.Pix[y*p.Stride:]
		for x := range frame.Bounds().Dx() {
			c := opaque(from[4*x:])
			index, known := m.nearest[c]
			if !known {
				index = uint8(1 + m.palette[1:].Index(c))
				m.nearest[c] = index
			}
			to[x] = index
		}
	}
	m.images = append(m.images, p)
}

// encode encodes the frames, and leaves out every second one until the result is small enough.
func (m *animator) encode() ([]byte, error) {
	chosen := m.images
	for delay := frameDelay; ; delay *= 2 {
		content, err := encodeFrames(chosen, delay)
		if err != nil {
			return nil, fmt.Errorf("plots: encoding GIF: %w", err)
		}
		if len(content) <= mostBytes || len(chosen) < 3 {
			return content, nil
		}
		chosen = everySecond(chosen)
	}
}

// everySecond is every second of some frames, and the last.
func everySecond(all []*image.Paletted) (some []*image.Paletted) {
	for i := (len(all) - 1) % 2; i < len(all); i += 2 {
		some = append(some, all[i])
	}
	return some
}

func encodeFrames(frames []*image.Paletted, delay int) ([]byte, error) {
	var g gif.GIF
	for i, frame := range frames {
		if i > 0 {
			frame = changed(frames[i-1], frame)
		}
		g.Image = append(g.Image, frame)
		g.Delay = append(g.Delay, delay)
		g.Disposal = append(g.Disposal, gif.DisposalNone)
	}
	g.Delay[len(g.Delay)-1] = lastDelay
	var b bytes.Buffer
	err := gif.EncodeAll(&b, &g)
	return b.Bytes(), err
}

// changed is the part of a frame in which it differs from the one before, with transparent pixels
// where it does not. It has at least one pixel.
func changed(before, frame *image.Paletted) *image.Paletted {
	box := image.Rectangle{}
	width := frame.Bounds().Dx()
	for i, index := range frame.Pix {
		if index != before.Pix[i] {
			x, y := i%width, i/width
			box = box.Union(image.Rect(x, y, x+1, y+1))
		}
	}
	if box.Empty() {
		box = image.Rect(0, 0, 1, 1)
	}
	part := image.NewPaletted(box, frame.Palette)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if i := y*width + x; frame.Pix[i] != before.Pix[i] {
				part.SetColorIndex(x, y, frame.Pix[i])
			}
		}
	}
	return part
}
