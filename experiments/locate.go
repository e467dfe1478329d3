package experiments

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"sparker/data"
	"sparker/findings"
	"sparker/results"
	"sparker/twosample"
)

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
	images, warnings, err := pictures(pair.Images)
	if err != nil {
		return err
	}
	pair.Images = images
	found, err := findings.Find(pair, fit,
		findings.FindOptions{Columns: p.columns, Scales: scaleResults(c)})
	if err != nil {
		return fmt.Errorf("experiments: %w", err)
	}
	found.Warnings = append(found.Warnings, warnings...)
	if err := os.MkdirAll(store.FindingsDir(c.Cell), 0o777); err != nil {
		return fmt.Errorf("experiments: making the folder of the findings: %w", err)
	}
	for _, file := range []struct {
		path  string
		write func(io.Writer) error
	}{
		{store.FindingsFile(c.Cell), found.Write},
		{store.MembersFile(c.Cell), func(w io.Writer) error {
			return findings.WriteMembers(w, pair, found)
		}},
	} {
		var content bytes.Buffer
		if err := file.write(&content); err != nil {
			return fmt.Errorf("experiments: %w", err)
		}
		if err := results.WriteFile(file.path, content.Bytes()); err != nil {
			return fmt.Errorf("experiments: writing %s: %w", file.path, err)
		}
	}
	return nil
}

// scaleResults compares the observed sample of a cell with the null toys, at every scale of every
// statistic.
func scaleResults(c results.CellSummary) []findings.ScaleResult {
	list := make([]findings.ScaleResult, len(c.Observed.ScaleP))
	for i, p := range c.Observed.ScaleP {
		list[i] = findings.ScaleResult{T: c.Observed.T[i], P: p, Mean: c.Scales[i].Mean,
			SD: c.Scales[i].SD}
	}
	return list
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

// leading reads a fit of injected anomalies: the kernel that is the most significant excess, at the
// scale at which it is most significant.
func leading(pair data.Pair, fit twosample.Fit) (*results.Leading, error) {
	pair.Labels = injectedLabels(pair)
	found, err := findings.FindExcess(pair, fit, findings.FindOptions{})
	if err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	l := &results.Leading{Sigma: found.Sigma, Classes: len(found.Classes)}
	for _, c := range found.Classes {
		if len(c.Kernels) > 0 {
			l.Found++
		}
	}
	excesses := found.Excesses()
	if len(excesses) == 0 {
		return l, nil
	}
	k := excesses[0]
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
		labels[i] = findings.InjectedLabel
		if pair.Labels != nil && pair.Labels[i] != "" {
			labels[i] = pair.Labels[i]
		}
	}
	return labels
}
