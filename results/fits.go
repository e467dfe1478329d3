package results

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
)

// WriteFit stores the fit of one toy as fits/<cell>-<hypothesis>-<signal>-<index>.json, in place of
// an earlier one. It refuses a fit of no toy, and one with a number that is not finite.
func (s *Store) WriteFit(f FitRecord) error {
	if f.Key == "" || !isHypothesis(f.Hypothesis) || !finite(f.Signal) || f.Index < 0 {
		return fmt.Errorf("results: refusing a fit of no toy (cell %q, hypothesis %q, signal "+
			"%v, index %d)", f.Key, f.Hypothesis, f.Signal, f.Index)
	}
	f.Schema = FitSchema
	name := fmt.Sprintf("%s-%s-%v-%d.json", f.Key, f.Hypothesis, f.Signal, f.Index)
	return WriteRecord(filepath.Join(s.dir, fitsFolder, name), f)
}

// Fits reads the fits that were stored: by name of the cell, then null first, then by signal and
// index.
func (s *Store) Fits() ([]FitRecord, error) {
	paths, err := s.list(fitsFolder, ".json")
	if err != nil {
		return nil, err
	}
	fits := make([]FitRecord, len(paths))
	for i, path := range paths {
		if err := readRecord(path, &fits[i]); err != nil {
			return nil, err
		}
		if fits[i].Schema != FitSchema {
			return nil, fmt.Errorf("results: %s is no fit that this version reads (schema "+
				"%q, not %q)", path, fits[i].Schema, FitSchema)
		}
	}
	slices.SortFunc(fits, func(a, b FitRecord) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), compareHypotheses(a.Hypothesis, b.Hypothesis),
			cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Index, b.Index))
	})
	return fits, nil
}
