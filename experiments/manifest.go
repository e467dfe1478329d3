package experiments

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"sparker/data/sources"
	"sparker/results"
)

// manifest returns the manifest of a run of the sweep, and the text of its config.
func (s *sweep) manifest() (m results.Manifest, config []byte, err error) {
	if config, err = s.config.YAML(); err != nil {
		return m, nil, fmt.Errorf("experiments: %w", err)
	}
	digest, err := s.config.Digest()
	if err != nil {
		return m, nil, fmt.Errorf("experiments: %w", err)
	}
	m = results.Manifest{
		Name: s.config.Base.Name, Digest: digest, Seed: s.config.Base.Seed, Config: string(config),
		Versions: Versions(), Started: time.Now().UTC(),
	}
	for _, axis := range s.config.Config.Axes() {
		a := results.AxisRecord{Name: axis.Name}
		for _, arm := range axis.Arms {
			a.Labels = append(a.Labels, arm.Label)
		}
		m.Axes = append(m.Axes, a)
	}
	for i, c := range s.cells {
		record, err := c.cellRecord()
		if err != nil {
			return m, nil, err
		}
		record.Arms = armRecords(s.config.Cells[i])
		m.Cells = append(m.Cells, record)
		if m.Inputs == nil && len(c.inputs) > 0 {
			m.Inputs = map[string]string{}
		}
		maps.Copy(m.Inputs, c.inputs)
	}
	return m, config, nil
}

// cellRecord returns the record of the cell, without its arms.
func (c *cell) cellRecord() (results.CellRecord, error) {
	text, err := c.experiment.YAML()
	if err != nil {
		return results.CellRecord{}, fmt.Errorf("experiments: %w", err)
	}
	record := results.CellRecord{
		Config: string(text), NullKey: c.keys.null, AlternativeKey: c.keys.alternative,
		SamplesKey: c.keys.samples, Widths: c.widths, Scales: c.scales, Warnings: c.warnings,
		Columns: columnRecords(c.columns),
	}
	if pools, ok := c.source.(*sources.Pools); ok {
		n := pools.Sizes()
		record.Pools = &results.PoolSizes{Calibration: pools.Calibration(), Reference: n.Reference,
			Background: n.Background, HeldOut: n.HeldOut, Signal: n.Signal, Observed: n.Observed}
	}
	return record, nil
}

// columnRecords returns the records of columns, by their names.
func columnRecords(names []string) []results.Column {
	var all []results.Column
	for _, name := range names {
		all = append(all, results.Column{Name: name})
	}
	return all
}

// create makes the run folder of the sweep, or opens it again.
func (s *sweep) create(o RunOptions) (*results.Store, error) {
	dir, err := RunDir(s.config, o)
	if err != nil {
		return nil, err
	}
	m, config, err := s.manifest()
	if err != nil {
		return nil, err
	}
	store, err := results.CreateShard(dir, m, config, o.Shard)
	if err != nil {
		return nil, err
	}
	err = checkContinued(dir, store.Manifest(), m)
	// Other instructions round differently. The run continues, and its summary says so.
	if err == nil {
		err = store.AddInstructions(m.Instructions()...)
	}
	if err != nil {
		store.Close() // nothing was written to the shard
		return nil, err
	}
	return store, nil
}

// checkContinued returns an error if a run cannot be continued by this version with these inputs.
// The digests of the configs are equal, so that widths differ only if another version of the code
// began the run.
func checkContinued(dir string, stored, m results.Manifest) error {
	version := stored.Versions["sparker"]
	if len(stored.Cells) != len(m.Cells) {
		return fmt.Errorf("experiments: version %s began the run in %s with %d cells, not %d; "+
			"finish it there, or run into another folder", version, dir, len(stored.Cells),
			len(m.Cells))
	}
	for i, c := range m.Cells {
		if t := stored.Cells[i]; t.Widths != c.Widths || !slices.Equal(t.Scales, c.Scales) {
			return fmt.Errorf("experiments: version %s began the run in %s with other widths "+
				"(%v); finish it there, or run into another folder", version, dir, t.Widths)
		}
	}
	if !maps.Equal(stored.Inputs, m.Inputs) {
		return &InputError{fmt.Errorf("experiments: the run in %s began with other content of its "+
			"input files (%s); run into another folder", dir,
			strings.Join(slices.Sorted(maps.Keys(m.Inputs)), ", "))}
	}
	return nil
}
