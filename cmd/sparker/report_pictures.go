package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"

	"sparker/analysis"
	"sparker/plots"
	"sparker/report"
)

// drawings are the figures of a run as its report holds them.
type drawings struct {
	sweep []report.Drawing
	cells [][]report.Drawing // those of each cell of the summary
	// failed joins the errors of the figures that could not be drawn.
	failed error
}

// drawnAside draws the figures of a run, except those of single fits, which the report shows
// itself, in a folder that is removed again. The drawings hold their content. They have neither
// title nor caption, which the report shows as texts.
func drawnAside(run *analysis.Evaluation) (all drawings) {
	if !hasNullToys(run.Status()) {
		return drawings{}
	}
	folder, err := os.MkdirTemp("", "sparker-report-")
	if err != nil {
		return drawings{failed: fmt.Errorf("making a folder for the figures: %w", err)}
	}
	style := plots.Style{Bare: true, Formats: []plots.Format{plots.SVG}}
	figures, err := drawWithFits(run, plots.Output{Dir: folder, Style: style}, methodAxis{}, nil)
	all, errRead := readDrawings(figures)
	all.failed = errors.Join(err, errRead, os.RemoveAll(folder))
	return all
}

// readDrawings reads the SVG documents of figures.
func readDrawings(figures drawnFigures) (drawings, error) {
	var all drawings
	var err error
	if all.sweep, err = readEach(figures.sweep); err != nil {
		return drawings{}, err
	}
	for _, cell := range figures.cells {
		read, err := readEach(cell)
		if err != nil {
			return drawings{}, err
		}
		all.cells = append(all.cells, read)
	}
	return all, nil
}

// readEach reads the SVG documents of some figures.
func readEach(figures []plots.Drawn) ([]report.Drawing, error) {
	var all []report.Drawing
	for _, figure := range figures {
		k := slices.IndexFunc(figure.Files,
			func(path string) bool { return filepath.Ext(path) == ".svg" })
		if k < 0 {
			continue
		}
		content, err := os.ReadFile(figure.Files[k])
		if err != nil {
			return nil, fmt.Errorf("reading the figure %s: %w", figure.Name, err)
		}
		all = append(all, report.Drawing{Name: figure.Name, Title: figure.Title,
			Caption: figure.Caption, Picture: report.Picture{MediaType: "image/svg+xml",
				Content: content}})
	}
	return all, nil
}

// largestImage is the size of a file, in bytes, up to which the report holds the image of a row.
const largestImage = 200_000

// readPicture reads the image of a row. It reports false for what the report cannot hold: an
// address of the web, a large file, and a file that is not an image.
func readPicture(name string) (report.Picture, bool) {
	info, err := os.Stat(name)
	if name == "" || err != nil || !info.Mode().IsRegular() || info.Size() > largestImage {
		return report.Picture{}, false
	}
	f, err := os.Open(name)
	if err != nil {
		return report.Picture{}, false
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, largestImage+1))
	if err != nil || len(content) > largestImage {
		return report.Picture{}, false
	}
	kind := http.DetectContentType(content)
	if !slices.Contains([]string{"image/png", "image/jpeg", "image/gif", "image/webp"}, kind) {
		return report.Picture{}, false
	}
	return report.Picture{MediaType: kind, Content: content}, true
}
