package experiments

import (
	"slices"

	"sparker/configs"
	"sparker/data/sources"
	"sparker/twosample"
)

// cellKeys are digests of what the toys of an experiment depend on.
type cellKeys struct {
	null, alternative string // of the numbers of its toys, without and with signal
	samples           string // of the samples of its toys
}

// of returns the key of toys at a signal strength.
func (k cellKeys) of(signal float64) string {
	if signal == 0 {
		return k.null
	}
	return k.alternative
}

// newKeys returns the keys of an experiment. They leave out every part of the config that its toys
// do not depend on, so that experiments share toys if they can.
func newKeys(e configs.Experiment) (k cellKeys, err error) {
	e.Data.Columns = nil
	m, err := twosample.Lookup(e.Test.Method)
	if err != nil {
		return k, err
	}
	relevant, err := twosample.Relevant(m, e.Setup())
	if err != nil {
		return k, err
	}
	fit := configs.Experiment{Seed: e.Seed, Data: e.Data, Model: relevant.Model,
		Loss: relevant.Loss, Train: relevant.Train, Baselines: e.Baselines.Only(relevant.Options),
		Test: configs.TestConfig{Method: m.Name, Statistics: relevant.Statistics,
			Members: relevant.Members}}
	if m.Fits {
		fit.Record = configs.RecordConfig{Kernels: e.Record.Kernels, Leading: e.Record.Leading}
	}
	if p := e.Record.Places; p != "observed" && p != "" {
		fit.Record.Places = p
	}
	if k.alternative, err = key(fit); err != nil {
		return k, err
	}
	drawn := configs.Experiment{Seed: e.Seed, Data: e.Data}
	drawn.Data.Standardize = ""
	if k.samples, err = key(drawn); err != nil {
		return k, err
	}
	if relevant.Signal == (twosample.SignalShape{}) { // otherwise null toys depend on it, too
		fit.Data = withoutSignal(fit.Data)
	}
	fit.Record.Leading = false // null toys have no anomaly
	k.null, err = key(fit)
	return k, err
}

// withoutSignal returns the part of a data block that null toys depend on.
func withoutSignal(c sources.Config) sources.Config {
	c.Signal = sources.Signal{}
	c.Files.Signal, c.Files.Generator = sources.FileSet{}, sources.Generator{}
	c.Nuisances = slices.Clone(c.Nuisances)
	for i := range c.Nuisances {
		c.Nuisances[i].At = 0
	}
	return c
}

// keyDigits is the number of hexadecimal digits of a key. It tells the cells of a run apart.
const keyDigits = 12

// key returns the beginning of the digest of an experiment.
func key(e configs.Experiment) (string, error) {
	digest, err := e.Digest()
	if err != nil {
		return "", err
	}
	return digest[:keyDigits], nil
}
