package plots

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sparker/results"
)

// An Output is where figures go, and how they look.
type Output struct {
	Dir string // is created if it does not exist
	Style
}

// A Drawn is a figure that was written to files.
type Drawn struct {
	// Name is that of the files without folder and suffix, such as "power". It is unique among the
	// figures of one call.
	Name string
	// Title and Caption are the texts of the figure, the caption by paragraphs. Subscripts are
	// written as in N_S, exponents as in 10^-3. A bare figure has them too.
	Title   string
	Caption []string
	// Files are the paths of what was written: the figure in each of the formats of its style, its
	// numbers as CSV, and for a bare figure a text file with its title and caption.
	Files []string
}

// Write renders a figure as name.png, name.svg and so on, by the formats of the output's style, and
// writes its numbers as name.csv. It creates the folder if it does not exist. Each file appears
// whole or not at all, and replaces an earlier one. If a later file cannot be written, the earlier
// ones are in the result alongside the error.
func Write(to Output, name string, f Figure) (Drawn, error) {
	if name == "" || name != filepath.Base(name) || name == "." || name == ".." {
		return Drawn{}, fmt.Errorf("plots: %q is not a name for a figure", name)
	}
	d := Drawn{Name: name, Title: plainText(f.title)}
	for _, paragraph := range f.caption {
		d.Caption = append(d.Caption, plainText(paragraph))
	}
	files, err := rendered(f, to.Style)
	if err != nil {
		return Drawn{}, err
	}
	if to.Bare {
		text := strings.Join(slices.Concat([]string{d.Title}, d.Caption), "\n\n") + "\n"
		files = append(files, file{".txt", []byte(text)})
	}
	if err := os.MkdirAll(to.Dir, 0o777); err != nil {
		return Drawn{}, fmt.Errorf("plots: creating the folder of the figures: %w", err)
	}
	for _, file := range files {
		path := filepath.Join(to.Dir, name+file.suffix)
		if err := results.WriteFile(path, file.content); err != nil {
			return d, fmt.Errorf("plots: writing %s: %w", path, err)
		}
		d.Files = append(d.Files, path)
	}
	return d, nil
}

// A file is a part of what Write makes of a figure.
type file struct {
	suffix  string
	content []byte
}

// rendered renders a figure in the formats of a style, with its numbers.
func rendered(f Figure, s Style) (files []file, err error) {
	styled := f.Styled(s)
	for _, format := range s.formats() {
		var content []byte
		switch format {
		case PNG:
			content, err = styled.PNG(s.resolution())
		case SVG:
			content, err = styled.SVG()
		case PDF:
			content, err = styled.PDF()
		default:
			err = fmt.Errorf("plots: a figure has no format %q", format)
		}
		if err != nil {
			return nil, err
		}
		files = append(files, file{"." + string(format), content})
	}
	numbers, err := f.CSV()
	if err != nil {
		return nil, err
	}
	return append(files, file{".csv", numbers}), nil
}
