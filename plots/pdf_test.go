package plots

import (
	"bytes"
	"compress/zlib"
	"image/color"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"

	"golang.org/x/image/font/sfnt"
)

// pdfStreams are the streams of a document, decompressed, each with its dictionary.
func pdfStreams(t *testing.T, document []byte) (dictionaries []string, contents [][]byte) {
	t.Helper()
	parts := regexp.MustCompile(`<<([^<>]*)>>\nstream\n`).FindAllSubmatchIndex(document, -1)
	for _, at := range parts {
		content := document[at[1]:]
		content = content[:bytes.Index(content, []byte("\nendstream"))]
		dictionary := string(document[at[2]:at[3]])
		if strings.Contains(dictionary, "FlateDecode") {
			r, err := zlib.NewReader(bytes.NewReader(content))
			if err != nil {
				t.Fatal(err)
			}
			if content, err = io.ReadAll(r); err != nil {
				t.Fatal(err)
			}
		}
		dictionaries, contents = append(dictionaries, dictionary), append(contents, content)
	}
	return dictionaries, contents
}

// pdfText is the text of a document, each piece on a line, with ordinary spaces.
func pdfText(t *testing.T, document []byte) string {
	t.Helper()
	shown := regexp.MustCompile(`(?s)Td \((.*?[^\\])\) Tj`)
	escaped := regexp.MustCompile(`(?s)\\(.)`)
	var text strings.Builder
	_, contents := pdfStreams(t, document)
	for _, content := range contents {
		for _, match := range shown.FindAllSubmatch(content, -1) {
			raw := escaped.ReplaceAllFunc(match[1], func(b []byte) []byte {
				if b[1] == 'r' {
					return []byte{'\r'}
				}
				return b[1:]
			})
			var codes []uint16
			for ; len(raw) > 1; raw = raw[2:] {
				codes = append(codes, uint16(raw[0])<<8|uint16(raw[1]))
			}
			text.WriteString(string(utf16.Decode(codes)) + "\n")
		}
	}
	return strings.ReplaceAll(text.String(), "\u00a0", " ")
}

// greek is a figure with every kind of character that the figures use.
func greek(t *testing.T) Figure {
	t.Helper()
	f := sample(t, "history")
	f.title = "σ² = 10^{−3}, μ_{i} ≤ φ"
	f.caption = []string{"α χ ∂L/∂μ Σ_{D}φ − ± × … – äöü Δ Ω π λ"}
	return f
}

// Greek letters, signs and scripts are the same in all formats, and each has a glyph.
func TestGreekInAllFormats(t *testing.T) {
	t.Parallel()
	f := greek(t)
	document, err := f.PDF()
	if err != nil {
		t.Fatal(err)
	}
	svg, err := f.SVG()
	if err != nil {
		t.Fatal(err)
	}
	drawn := inspect(t, "Greek", f).words() // what is drawn as PNG; it has no "?" for a glyph
	want := strings.Join(strings.Fields(drawn), " ")
	if got := svgText(t, svg); got != want {
		t.Errorf("SVG:\n%s\nwant\n%s", got, want)
	}
	got := pdfText(t, document)
	if text := strings.Join(strings.Fields(got), " "); text != want {
		t.Errorf("PDF:\n%s\nwant\n%s", text, want)
	}
	for _, piece := range []string{"σ² = 10", "−3", "≤ φ", "∂L/∂μ", "width σ [GeV]"} {
		if !strings.Contains(drawn, piece) {
			t.Errorf("%q is not in the figure", piece)
		}
	}
	var places, fonts [][]byte
	dictionaries, contents := pdfStreams(t, document)
	for i, content := range contents {
		switch {
		case len(content) == 2<<16:
			places = append(places, content)
		case strings.Contains(dictionaries[i], "/Length1"):
			fonts = append(fonts, content)
		}
	}
	if len(places) != 2 || len(fonts) != 2 {
		t.Fatalf("%d maps of characters and %d fonts; want a regular and a bold one", len(places),
			len(fonts))
	}
	for _, r := range got {
		if !unicode.IsSpace(r) && !outlined(t, places, fonts, r) {
			t.Errorf("%q has no glyph in the PDF", r)
		}
	}
}

// outlined reports whether a character has a glyph with an outline in one of the fonts.
func outlined(t *testing.T, places, fonts [][]byte, r rune) bool {
	t.Helper()
	for i, source := range fonts {
		f, err := sfnt.Parse(source)
		if err != nil {
			t.Fatal(err)
		}
		glyph := sfnt.GlyphIndex(uint16(places[i][2*r])<<8 | uint16(places[i][2*r+1]))
		if glyph == 0 {
			continue
		}
		var b sfnt.Buffer
		if path, err := f.LoadGlyph(&b, glyph, 1000, nil); err == nil && len(path) > 0 {
			return true
		}
	}
	return false
}

// Every kind can be a PDF, equal figures in equal bytes. Images are in it as well.
func TestPDF(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"history", "where-2d", "regret-map", "null-scales"} {
		var versions [2][]byte
		for i := range versions {
			var err error
			if versions[i], err = sample(t, kind).Styled(Style{Size: Column}).PDF(); err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
		}
		if !bytes.HasPrefix(versions[0], []byte("%PDF-1.")) || !bytes.Equal(versions[0],
			versions[1]) {
			t.Errorf("%s: not a PDF, or not the same twice", kind)
		}
	}
	image := writeImage(t, filepath.Join(t.TempDir(), "a.png"), 20, 20, color.Black)
	f, err := ContactSheet(withImages(findingsOf(3, 2), image))
	if err != nil {
		t.Fatal(err)
	}
	if _, lines, _ := numbersOf(t, "where-images", f); lines != 1 {
		t.Errorf("%d lines for the image of the only kernel with an excess", lines)
	}
	document, err := f.PDF()
	if err != nil || !bytes.Contains(document, []byte("/Subtype /Image")) {
		t.Errorf("a contact sheet without images (%v)", err)
	}
	if _, err := (Figure{}).PDF(); err == nil {
		t.Error("PDF of the zero Figure: no error")
	}
}
