package main

import (
	"bytes"
	"image"
	"image/png"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// The report holds small files that are images, and nothing else.
func TestReadPicture(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	var small, large bytes.Buffer
	if err := png.Encode(&small, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	noise := image.NewGray(image.Rect(0, 0, 500, 500)) // does not compress
	r := rand.New(rand.NewPCG(1, 2))
	for i := range noise.Pix {
		noise.Pix[i] = uint8(r.Uint32())
	}
	if err := png.Encode(&large, noise); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		content string
		taken   bool
	}{
		"small.png": {small.String(), true},
		"large.png": {large.String(), false},
		"text.png":  {"not an image", false},
		"page.png":  {"<html><script>alert(1)</script>", false},
		"a.svg":     {`<svg xmlns="http://www.w3.org/2000/svg"/>`, false},
	} {
		path := filepath.Join(folder, name)
		writeFile(t, path, c.content)
		p, taken := readPicture(path)
		if taken != c.taken || taken && (p.MediaType != "image/png" ||
			string(p.Content) != c.content) {
			t.Errorf("%s: taken %v as %s, want %v", name, taken, p.MediaType, c.taken)
		}
	}
	for _, name := range []string{"", folder, filepath.Join(folder, "none.png"),
		"https://example.org/a.png"} {
		if _, taken := readPicture(name); taken {
			t.Errorf("%q was taken for an image", name)
		}
	}
}
