package experiments

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sparker/data"
	"sparker/findings"
	"sparker/results"
	"sparker/twosample"
)

// locate fits the observed sample of a cell again, and writes what its kernels hold at the most
// telling scale, and its places. The toys are those of the cell. It does nothing if the fit failed,
// or if the test fits no kernels.
func locate(store *results.Store, c *cell, summary results.CellSummary,
	toys []*results.Toy) error {
	if summary.Observed.Status != results.StatusOK ||
		!c.method.Fits && len(c.setup.Members) == 0 {
		return nil
	}
	toy := c.toyID(results.Observed, 0, 0)
	test, err := c.newTest()
	if err != nil {
		return err
	}
	pair, err := c.draw(toy)
	if err != nil {
		return err
	}
	fit, _, err := twosample.FitAll(test, pair, c.fitStream(toy))
	if err != nil {
		return fmt.Errorf("experiments: fitting %v: %w", toy, err)
	}
	if fit == nil {
		return nil
	}
	images, warnings, err := absoluteImages(pair.Images)
	if err != nil {
		return err
	}
	pair.Images = images
	pair = atBestFit(pair, *fit)
	o, lacking, err := c.findOptions(pair, *fit, summary, toys)
	if err != nil {
		return err
	}
	warnings = append(warnings, lacking...)
	found, err := findings.Find(pair, *fit, o)
	if err != nil {
		return fmt.Errorf("experiments: %w", err)
	}
	found.Warnings = append(found.Warnings, warnings...)
	c.describe(&found)
	return writeFindings(store, summary.Cell, pair, found)
}

// writeFindings writes what was found in the pair of a cell, counted from 1, to the files of the
// run.
func writeFindings(store *results.Store, cell int, pair data.Pair, f findings.Findings) error {
	if err := os.MkdirAll(store.FindingsDir(cell), 0o777); err != nil {
		return fmt.Errorf("experiments: making the folder of the findings: %w", err)
	}
	var record, members bytes.Buffer
	if err := errors.Join(f.Write(&record), findings.WriteMembers(&members, pair, f)); err != nil {
		return fmt.Errorf("experiments: %w", err)
	}
	err := results.WriteFile(store.FindingsFile(cell), record.Bytes())
	if err == nil {
		err = results.WriteFile(store.MembersFile(cell), members.Bytes())
	}
	if err != nil {
		return fmt.Errorf("experiments: writing the findings: %w", err)
	}
	return nil
}

// scaleEvidence compares the observed sample of a cell with the null toys, at every scale of every
// statistic.
func scaleEvidence(c results.CellSummary) []findings.ScaleEvidence {
	list := make([]findings.ScaleEvidence, len(c.Observed.ScaleP))
	for i, p := range c.Observed.ScaleP {
		list[i] = findings.ScaleEvidence{T: c.Observed.T[i], P: p, NullMean: c.Scales[i].Mean,
			NullSD: c.Scales[i].SD}
	}
	return list
}

// groupEvidence returns the p-values of the groups of statistics of the observed sample of a cell.
func groupEvidence(c results.CellSummary) []findings.GroupEvidence {
	var list []findings.GroupEvidence
	for i, g := range c.Observed.Groups {
		list = append(list, findings.GroupEvidence{P: g.P, Scales: c.Groups[i].Scales})
	}
	return list
}

// absoluteImages returns the absolute paths of images, and a warning if some are missing. URLs and
// empty paths stay as they are.
func absoluteImages(paths []string) (absolute, warnings []string, err error) {
	var missing []string
	files := 0
	for _, path := range paths {
		if path != "" && !strings.Contains(path, "://") {
			files++
			if info, err := os.Stat(path); err != nil || info.IsDir() {
				missing = append(missing, path)
			}
			if path, err = filepath.Abs(path); err != nil {
				return nil, nil, fmt.Errorf("experiments: the path of an image: %w", err)
			}
		}
		absolute = append(absolute, path)
	}
	if len(missing) > 0 {
		warnings = []string{fmt.Sprintf("%d of the %d image files are missing, such as %s",
			len(missing), files, missing[0])}
	}
	return absolute, warnings, nil
}
