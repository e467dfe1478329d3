package plots

import (
	"fmt"
	"os"
	"path/filepath"

	"sparker/results"
)

// A Drawn is a figure that was written to files.
type Drawn struct {
	// Name is that of the files without folder and suffix, such as "power". It is unique among the
	// figures of one call.
	Name string
	// Title and Caption are the texts of the figure, the caption by paragraphs. Subscripts are
	// written as in N_S, exponents as in 10^-3.
	Title   string
	Caption []string
	// Files are the paths of what was written: a PNG image, then an SVG document.
	Files []string
}

// Write renders a figure into dir as name.png and name.svg. It creates dir if it does not exist.
// Each file appears whole or not at all, and replaces an earlier one. If the second file cannot be
// written, the first one is in the result alongside the error.
func Write(dir, name string, f Figure) (Drawn, error) {
	if name == "" || name != filepath.Base(name) || name == "." || name == ".." {
		return Drawn{}, fmt.Errorf("plots: %q is not a name for a figure", name)
	}
	png, err := f.PNG(Resolution)
	if err != nil {
		return Drawn{}, err
	}
	svg, err := f.SVG()
	if err != nil {
		return Drawn{}, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return Drawn{}, fmt.Errorf("plots: creating the folder of the figures: %w", err)
	}
	d := Drawn{Name: name, Title: plainText(f.title)}
	for _, paragraph := range f.caption {
		d.Caption = append(d.Caption, plainText(paragraph))
	}
	for _, file := range []struct {
		suffix  string
		content []byte
	}{{".png", png}, {".svg", svg}} {
		path := filepath.Join(dir, name+file.suffix)
		if err := results.WriteFile(path, file.content); err != nil {
			return d, fmt.Errorf("plots: writing %s: %w", path, err)
		}
		d.Files = append(d.Files, path)
	}
	return d, nil
}
