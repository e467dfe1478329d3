package plots

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"io"
	"strings"
	"testing"

	"sparker/plots/plotstest"
)

func TestSVGIsWellFormed(t *testing.T) {
	t.Parallel()
	s := plotstest.Summary()
	s.Name = "a <name> & \"more\" \x01"
	f, err := PowerCurve(s)
	if err != nil {
		t.Fatal(err)
	}
	svg, err := f.SVG()
	if err != nil {
		t.Fatal(err)
	}
	if want := `a <name> & "more"`; !strings.Contains(svgText(t, svg), want) {
		t.Errorf("the title %q is not in the document", want)
	}
}

// svgText is all text of an SVG document, with single ordinary spaces.
func svgText(t *testing.T, svg []byte) string {
	t.Helper()
	var text strings.Builder
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if err == io.EOF {
			return strings.Join(strings.Fields(text.String()), " ")
		}
		if err != nil {
			t.Fatal(err)
		}
		if chars, ok := token.(xml.CharData); ok {
			text.Write(chars)
		}
	}
}

func TestPNGSize(t *testing.T) {
	t.Parallel()
	raw, err := sample(t, "log-ratio").PNG(Resolution)
	if err != nil {
		t.Fatal(err)
	}
	c, err := png.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	// 16 cm and two borders of 9 points, at 200 dots per inch: (16/2.54 + 18/72)·200 = 1309.8.
	if c.Width != 1310 {
		t.Errorf("width %d pixels, want 1310", c.Width)
	}
}

func TestZeroFigure(t *testing.T) {
	t.Parallel()
	if _, err := (Figure{}).PNG(72); err == nil {
		t.Error("PNG of the zero Figure: no error")
	}
	if _, err := (Figure{}).SVG(); err == nil {
		t.Error("SVG of the zero Figure: no error")
	}
}
