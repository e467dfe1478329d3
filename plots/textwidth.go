package plots

import (
	"sync"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// mostWidths is the size at which a widthCache starts over.
const mostWidths = 1 << 14

// A widthCache holds the widths of texts. A figure measures the same texts several times: for its
// margins, its caption and its drawing, as PNG and as SVG. Measuring is the larger part of drawing.
type widthCache struct {
	mutex  sync.RWMutex
	widths map[measuredText]vg.Length
}

type measuredText struct {
	font font.Font
	text string
}

// textWidths are the widths of the texts of all figures.
var textWidths = widthCache{widths: make(map[measuredText]vg.Length)}

// width returns the width of a text, which measure computes if it is not known.
func (c *widthCache) width(t measuredText, measure func() vg.Length) vg.Length {
	c.mutex.RLock()
	width, ok := c.widths[t]
	c.mutex.RUnlock()
	if ok {
		return width
	}
	width = measure()
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if len(c.widths) >= mostWidths {
		clear(c.widths)
	}
	c.widths[t] = width
	return width
}
