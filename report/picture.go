package report

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"
)

// mediaTypes are those of the pictures that a page embeds.
var mediaTypes = []string{"image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp"}

// source returns the attribute src of an image element that shows the picture. Images cannot run
// scripts, those of SVG documents included.
func (p Picture) source() (template.HTMLAttr, error) {
	if !slices.Contains(mediaTypes, p.MediaType) {
		return "", fmt.Errorf("a picture of the media type %q", p.MediaType)
	}
	return template.HTMLAttr(`src="data:` + p.MediaType + ";base64," +
		base64.StdEncoding.EncodeToString(p.Content) + `"`), nil
}

// size returns the number of bytes that the picture takes in the page.
func (p Picture) size() int { return base64.StdEncoding.EncodedLen(len(p.Content)) }

// pageSize is the size of a page, in bytes, that its pictures do not exceed. It leaves room for the
// tables, so that pages stay below 5 MB.
const pageSize = 4_500_000

// fitPictures leaves out the pictures that do not fit into a number of bytes, the images of rows
// first, and returns the names of the figures that it left out.
func (c *Contents) fitPictures(room int) (omitted []string) {
	take := func(drawings []Drawing, folder string) []Drawing {
		var kept []Drawing
		for _, d := range drawings {
			if d.size() > room {
				omitted = append(omitted, folder+d.Name)
				continue
			}
			room -= d.size()
			kept = append(kept, d)
		}
		return kept
	}
	c.Drawings = take(c.Drawings, "")
	c.Sections = slices.Clone(c.Sections)
	for i := range c.Sections {
		s := &c.Sections[i]
		folder := c.Manifest.CellFolder(s.Summary.Cell) + "/"
		if folder == "./" {
			folder = ""
		}
		s.Drawings = take(s.Drawings, folder)
	}
	for i := range c.Sections {
		kept := map[string]Picture{}
		for _, name := range c.Sections[i].imageNames() {
			if p := c.Sections[i].Images[name]; len(p.Content) > 0 && p.size() <= room {
				room -= p.size()
				kept[name] = p
			}
		}
		c.Sections[i].Images = kept
	}
	return omitted
}

// imageNames returns the names of the images of rows in the order in which the page shows them,
// each once.
func (s Section) imageNames() (names []string) {
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, h := range s.heldRows() {
		for _, m := range h.shown() {
			add(m.Image)
		}
	}
	if s.Rows != nil {
		for _, r := range s.Rows.Rows[:min(listedRows, len(s.Rows.Rows))] {
			add(r.Image)
		}
	}
	return names
}
