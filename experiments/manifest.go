package experiments

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"sparker/configs"
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
		Versions: Versions(), Inputs: s.inputs(), Started: time.Now().UTC(),
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
		Columns: c.described,
	}
	if pools, ok := c.source.(*sources.Pools); ok {
		n := pools.Sizes()
		record.Pools = &results.PoolSizes{Calibration: pools.Calibration(), Reference: n.Reference,
			Background: n.Background, HeldOut: n.HeldOut, Signal: n.Signal, Observed: n.Observed,
			Shared: pools.SharedRows()}
		if d := c.experiment.Data; d.Expected == 0 && d.Counting != "shape" {
			record.Pools.Expected = pools.Expected()
		}
	}
	return record, nil
}

// create makes the run folder of the sweep, or opens it again.
func (s *sweep) create(o RunOptions) (*results.Store, error) {
	dir, err := runDir(s.config, o, s.inputs())
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
	err = checkContinued(store, m)
	// Other versions and instructions may round differently. The run continues, and says so.
	var changes []results.VersionChange
	if err == nil {
		changes, err = store.BeginStretch(m.Versions, m.Started)
	}
	if err == nil {
		err = store.AddInstructions(m.Instructions()...)
	}
	if err != nil {
		store.Close() // nothing was written to the shard
		return nil, err
	}
	if store.ConfigChanged() && o.Warn != nil {
		o.Warn(fmt.Sprintf("%s was changed after the run began; it is written again as it was",
			store.ConfigFile()))
	}
	if len(changes) > 0 && o.Warn != nil {
		o.Warn(changesText(changes))
	}
	return store, nil
}

// changesText says that a run is continued by other versions.
func changesText(changes []results.VersionChange) string {
	words := make([]string, len(changes))
	for i, c := range changes {
		words[i] = c.String()
	}
	return fmt.Sprintf("the run was begun by other versions, and toys from here on may be rounded "+
		"differently: %s", strings.Join(words, "; "))
}

// checkContinued returns an error if a run cannot be continued by this version with these inputs.
// The digests of the configs are equal. Everything else in the manifest follows from the config and
// the inputs, as this version computes it.
func checkContinued(store *results.Store, m results.Manifest) error {
	stored, dir := store.Manifest(), store.Dir()
	if paths := changedInputs(stored.Inputs, m.Inputs); len(paths) > 0 {
		return &InputError{&ChangedInputsError{Dir: dir, Paths: paths}}
	}
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
	what, err := manifestDifference(stored, m)
	if err != nil {
		return fmt.Errorf("experiments: %w", err)
	}
	if what != "" {
		return fmt.Errorf("experiments: %s says other things about %s than the config of digest "+
			"%s: it was changed, or version %s, which began the run, took the config otherwise; "+
			"run into another folder", store.ManifestFile(), what, m.Digest, version)
	}
	return nil
}

// manifestDifference says in what two manifests of as many cells differ, apart from warnings,
// versions, times, and descriptions. It returns an empty text if they do not.
func manifestDifference(a, b results.Manifest) (string, error) {
	same, err := sameConfig(a.Config, b.Config)
	switch {
	case err != nil:
		return "", err
	case !same:
		return "its config", nil
	case a.Name != b.Name || a.Seed != b.Seed:
		return "its name and seed", nil
	case !reflect.DeepEqual(a.Axes, b.Axes):
		return "its axes", nil
	}
	for i, x := range a.Cells {
		y := b.Cells[i]
		if same, err = sameConfig(x.Config, y.Config); err != nil {
			return "", err
		}
		x.Config, x.Warnings, y.Config, y.Warnings = "", nil, "", nil
		if !same || !reflect.DeepEqual(x, y) {
			return fmt.Sprintf("cell %d", i+1), nil
		}
	}
	return "", nil
}

// sameConfig reports whether two resolved configs are the same except in their descriptions.
func sameConfig(a, b string) (bool, error) {
	if a == b {
		return true, nil
	}
	var digests [2]string
	for i, text := range []string{a, b} {
		c, err := configs.LoadSweepBytes("the config in the manifest", []byte(text),
			configs.Changes{})
		if err != nil {
			return false, err
		}
		if digests[i], err = c.Digest(); err != nil {
			return false, err
		}
	}
	return digests[0] == digests[1], nil
}
