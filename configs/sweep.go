package configs

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"

	"gopkg.in/yaml.v3"
)

// Sweep is a whole config: a grid of experiments, or a single one.
type Sweep struct {
	// Base is the experiment that the config describes without its sweep block. It need not be
	// valid if there is a sweep block.
	Base Experiment
	// Config is the sweep block. It is empty for a single experiment.
	Config SweepConfig
	// Cells are the experiments, all of them valid. A config without a sweep block has one cell,
	// its Base.
	Cells []Cell
}

// Cell is one experiment of a sweep.
type Cell struct {
	// Arms holds the arm of every axis that the cell is made of, in the order of
	// [SweepConfig.Axes].
	Arms       []ArmName
	Experiment Experiment
}

// Single returns the sweep whose only cell is e.
func Single(e Experiment) Sweep { return Sweep{Base: e, Cells: []Cell{{Experiment: e}}} }

// Changes are what a command line changes about a config.
type Changes struct {
	// Overrides set keys, in their order. Each has the form key.path=value. An override of a swept
	// key removes that axis from the sweep. An override of the form axis=label does the same for an
	// axis with a name of its own: the arm of that label stays.
	Overrides []string
	// Sweeps add axes to the grid, or replace the axes of their names. Each has the form
	// key.path=value,value,... The form axis=label,label,... keeps those arms of an axis with a
	// name of its own.
	Sweeps []string
}

// LoadSweep reads a config like [Load], including its sweep block, and applies the changes.
func LoadSweep(nameOrPath string, changes Changes) (Sweep, error) {
	file, text, err := readConfig(nameOrPath)
	if err != nil {
		return Sweep{}, err
	}
	return LoadSweepBytes(file, text, changes)
}

// LoadSweepBytes is [LoadSweep] for a text in memory. Messages call it filename.
func LoadSweepBytes(filename string, text []byte, changes Changes) (Sweep, error) {
	if len(text) > MaxSize {
		return Sweep{}, fileError(filename, tooLarge)
	}
	s := Sweep{Base: Defaults()}
	d := newDecoder(&s.Base)
	overrides := d.applyPreset(filename, text, changes.Overrides)
	isBlock := d.text(filename, text)
	at := d.sweepBlock(&s.Config)
	for _, o := range overrides {
		if !d.overrideTests(&s.Config, o) && !d.overrideAxis(&s.Config, o) &&
			!d.overrideCombine(o) {
			d.override(o)
		}
	}
	for _, o := range changes.Sweeps {
		d.addAxis(&s.Config, o)
	}
	others := d.combineTests(&s.Config)
	d.resolveDefaults(&s.Base)
	d.addTests(&s.Base, others)
	if s.Config.Empty() {
		d.resolveFractions(&s.Base)
	}
	if len(d.problems) == 0 {
		d.file = filename
		d.checkSweep(s.Config, at)
	}
	switch {
	case s.Config.Empty():
		if isBlock {
			d.check(s.Base.validate)
		}
		s = Single(s.Base)
	case len(d.problems) == 0:
		s.Cells = d.cells(s.Config)
	}
	if len(d.problems) > 0 {
		sortProblems(d.problems)
		return Sweep{}, &Error{d.problems}
	}
	return s, nil
}

// YAML returns the resolved config with its sweep block in the canonical form of [Experiment.YAML].
// Loading the text gives the same sweep.
func (s Sweep) YAML() ([]byte, error) {
	n, err := encode(reflect.ValueOf(s.Base), "", allKeys)
	if err != nil {
		return nil, fmt.Errorf("configs: writing %q as YAML: %w", s.Base.Name, err)
	}
	if !s.Config.Empty() {
		n.Content = append(n.Content, textNode(sweepKey), s.Config.node())
	}
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(n); err != nil {
		return nil, fmt.Errorf("configs: writing %q as YAML: %w", s.Base.Name, err)
	}
	return b.Bytes(), nil
}

// Digest returns the SHA-256, in hex, of the canonical YAML without the description. It identifies
// what the sweep computes.
func (s Sweep) Digest() (string, error) {
	s.Base.Description = ""
	text, err := s.YAML()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}
