package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sparker/analysis"
	"sparker/configs"
	"sparker/data/sources"
	"sparker/plots"
	"sparker/report"
	"sparker/results"
)

// drawings are the figures of a run as its report holds them.
type drawings struct {
	sweep []report.Drawing
	cells [][]report.Drawing // those of each cell of the summary
}

// readDrawings reads the SVG documents of figures. Those of single fits are left out: the report
// shows the fits themselves.
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
		if k < 0 || strings.HasPrefix(figure.Name, "fit-") {
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

// pageOf returns what the report of a run shows.
func pageOf(run *analysis.Evaluation, drawn drawings) (report.Contents, error) {
	summary, err := run.Summary()
	if err != nil {
		return report.Contents{}, err
	}
	store := run.Store()
	m := store.Manifest()
	c := report.Contents{Manifest: m, Summary: summary, Drawings: drawn.sweep,
		Command: "sparker run " + quote(filepath.Base(store.ConfigFile()))}
	if s := run.Status(); s.Done < s.Toys {
		c.Partial = &report.Partial{Done: s.Done, Toys: s.Toys}
	}
	fits, err := store.Fits()
	if err != nil {
		return report.Contents{}, err
	}
	cells, err := pageCells(run, summary)
	if err != nil {
		return report.Contents{}, err
	}
	for i, cell := range cells {
		s := report.Section{Record: cell.cell, Summary: cell.summary, Warnings: cell.warnings(),
			Findings: cell.findings, Rows: cell.rows}
		if i < len(drawn.cells) {
			s.Drawings = drawn.cells[i]
		}
		for _, f := range fits {
			if f.Key == cell.cell.ToyKey(f.Signal) {
				s.Fits = append(s.Fits, f)
			}
		}
		if cell.summary.Observed != nil {
			s.Answer = append([]string{cell.sentence(), cell.calibration()}, cell.places()...)
		}
		c.Sections = append(c.Sections, s)
	}
	c.Question, c.Answer = "What does "+m.Name+" say?", nil
	return c, nil
}

// pageCells returns the cells of a run with their findings and the names of their samples.
func pageCells(run *analysis.Evaluation, summary results.Summary) ([]testedCell, error) {
	cells, err := testedCells(run.Store(), summary)
	if err != nil {
		return nil, err
	}
	for i := range cells {
		number := cells[i].summary.Cell
		cells[i].experiment = run.Experiment(number)
		cells[i].names = samplesOf(cells[i].experiment.Data.Files)
	}
	return cells, nil
}

// samplesOf returns the names of the samples of a config.
func samplesOf(files sources.Files) sampleNames {
	names := namesOf(configs.TestFiles{Reference: files.Reference.File, Data: files.Observed.File,
		ReferenceRows: rowsOf(files.Reference.FileSet), DataRows: rowsOf(files.Observed),
		More: files.Reference.More})
	return names
}

// rowsOf returns the rows of a table that a config chooses.
func rowsOf(f sources.FileSet) configs.LabeledRows {
	return configs.LabeledRows{Labels: strings.Join(f.Labels, ""), Keep: f.Keep, Drop: f.Drop}
}
