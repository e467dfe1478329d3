package plots

import (
	"fmt"
	"os"
	"path/filepath"

	"sparker/results"
)

// Write renders a figure into dir as name.png and name.svg and returns their paths. dir is made
// where it is missing. Each file appears whole or not at all, in place of an earlier one.
func Write(dir, name string, f Figure) ([]string, error) {
	if name == "" || name != filepath.Base(name) || name == "." || name == ".." {
		return nil, fmt.Errorf("plots: %q is no name for a figure", name)
	}
	png, err := f.PNG()
	if err != nil {
		return nil, err
	}
	svg, err := f.SVG()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("plots: making the folder of figures: %w", err)
	}
	var paths []string
	for _, file := range []struct {
		suffix  string
		content []byte
	}{{".png", png}, {".svg", svg}} {
		path := filepath.Join(dir, name+file.suffix)
		if err := results.WriteFile(path, file.content); err != nil {
			return paths, fmt.Errorf("plots: writing %s: %w", path, err)
		}
		paths = append(paths, path)
	}
	return paths, nil
}
