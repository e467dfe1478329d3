package experiments

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sparker/data"
	"sparker/results"
	"sparker/twosample"
)

// The files that say where an observed sample differs.
const (
	findingsName = "findings.json"
	membersName  = "members.csv"
)

// FindingsDir is the folder of the findings of a cell, counted from 1: that of the run where it has
// a single cell, else one below findings that is named after the cell's number and its labels.
func FindingsDir(store *results.Store, cell int) string {
	cells := store.Manifest().Cells
	if len(cells) == 1 {
		return store.Dir()
	}
	name := fmt.Sprintf("cell-%d", cell)
	for _, s := range cells[cell-1].Arms {
		name += "-" + s.Label
	}
	return filepath.Join(store.Dir(), "findings", plainName(name))
}

// plainName is the beginning of a text with an underscore for every character but ASCII letters,
// digits, '-', '_' and '.'.
func plainName(text string) string {
	const most = 80
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' ||
			strings.ContainsRune("-_.", r) {
			return r
		}
		return '_'
	}, text)
	return name[:min(len(name), most)]
}

// FindingsOf reads what a cell of a run, counted from 1, found in the observed sample; the error
// wraps fs.ErrNotExist where it found nothing, as tests other than SparKer's do.
func FindingsOf(store *results.Store, cell int) (results.Findings, error) {
	return results.ReadFindings(filepath.Join(FindingsDir(store, cell), findingsName))
}

// locate fits the observed sample of the plan again, and writes down what its kernels hold, at the
// most telling scale.
func (s *study) locate(store *results.Store, p *plan, c results.CellSummary) error {
	observed := *c.Observed
	if observed.Status != results.StatusOK || !isSparKer(p.experiment) {
		return nil
	}
	t := toy{results.Observed, 0, 0}
	test, err := twosample.NewSparKer(p.settings)
	if err != nil {
		return fmt.Errorf("experiments: %w", err)
	}
	pair, err := p.draw(t)
	if err != nil {
		return err
	}
	fit, err := test.Fit(pair, t.stream(p.experiment.Seed, "fit"), false)
	if err != nil {
		return fmt.Errorf("experiments: fitting %v: %w", t, err)
	}
	// every statistic has the same scales
	o := twosample.FindOptions{Checkpoint: telling(c)%len(fit.Checkpoints) + 1}
	if pair.Labels != nil {
		o.Labels = pair.Labels
	}
	found, err := test.Find(pair, fit, o)
	if err != nil {
		return fmt.Errorf("experiments: %w", err)
	}
	images, warning, err := pictures(pair.Images)
	if err != nil {
		return err
	}
	found.Warnings = append(found.Warnings, warning...)
	names := RowNames{Columns: p.columns, Rows: pair.Index, IDs: pair.IDs, Labels: pair.Labels,
		Texts: pair.Texts, Images: images}
	record, err := RecordFindings(pair, fit, found, names)
	if err != nil {
		return err
	}
	dir := FindingsDir(store, c.Cell)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("experiments: making the folder of the findings: %w", err)
	}
	if err := results.WriteRecord(filepath.Join(dir, findingsName), record); err != nil {
		return err
	}
	var table bytes.Buffer
	if err := WriteMembers(&table, pair, found, names, pair.Data.D <= coordinatesUpTo); err != nil {
		return err
	}
	if err := results.WriteFile(filepath.Join(dir, membersName), table.Bytes()); err != nil {
		return fmt.Errorf("experiments: writing %s: %w", membersName, err)
	}
	return nil
}

// pictures are the absolute paths of images, and a warning if some are not there. URLs stay as they
// are.
func pictures(paths []string) (absolute, warnings []string, err error) {
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
		warnings = []string{fmt.Sprintf("%d of the %d image files are not there, such as %s",
			len(missing), files, missing[0])}
	}
	return absolute, warnings, nil
}

// telling is the scale with the smallest p-value; of several, as where no toy was as extreme, the
// one that is the most standard deviations above the mean of the toys.
func telling(c results.CellSummary) int {
	best := 0
	above := func(i int) float64 {
		return (c.Observed.T[i] - c.Scales[i].Mean) / max(c.Scales[i].SD,
			math.SmallestNonzeroFloat64)
	}
	for i, p := range c.Observed.ScaleP {
		if q := c.Observed.ScaleP[best]; p < q || p == q && above(i) > above(best) {
			best = i
		}
	}
	return best
}

// coordinatesUpTo is the number of columns up to which members.csv repeats the coordinates of its
// rows.
const coordinatesUpTo = 64

// leading reads a fit of injected anomalies: the kernel with the most significant excess, at the
// scale where it is most significant.
func (p *plan) leading(test *twosample.SparKer, pair data.Pair,
	fit twosample.Fit) (*results.Leading, error) {
	o := twosample.FindOptions{Checkpoint: 1, Labels: injectedLabels(pair)}
	first, err := test.Find(pair, fit, o)
	if err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	best := 0.0
	for i, scale := range first.History {
		for _, k := range scale.Kernels {
			if k.Coefficient > 0 && k.Soft.Z > best {
				best, o.Checkpoint = k.Soft.Z, i+1
			}
		}
	}
	found, err := test.Find(pair, fit, o)
	if err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	l := &results.Leading{Sigma: found.Sigma, Classes: len(found.Classes)}
	for _, c := range found.Classes {
		if len(c.Kernels) > 0 {
			l.Found++
		}
	}
	i := slices.IndexFunc(
		found.Kernels, func(k twosample.Finding) bool { return k.Coefficient > 0 && k.Soft.Z > 0 })
	if i < 0 {
		return l, nil
	}
	k := found.Kernels[i]
	l.Z = k.Soft.Z
	if k.Truth != nil {
		l.Purity, l.NearestPurity, l.Efficiency = k.Truth.Purity, k.Truth.NearestPurity,
			k.Truth.SoftEfficiency
	}
	return l, nil
}

// injectedLabels are the classes of the injected rows, and empty texts for the others.
func injectedLabels(pair data.Pair) []string {
	labels := make([]string, pair.Data.N)
	for i := pair.Data.N - pair.Injected; i < pair.Data.N; i++ {
		labels[i] = twosample.InjectedLabel
		if pair.Labels != nil && pair.Labels[i] != "" {
			labels[i] = pair.Labels[i]
		}
	}
	return labels
}
