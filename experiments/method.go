package experiments

import (
	"fmt"

	"sparker/configs"
	"sparker/data/sources"
	"sparker/results"
	"sparker/train"
	"sparker/twosample"
)

// newTest makes the two-sample test of the experiment, for one goroutine.
func (p *plan) newTest() (twosample.Test, error) {
	test, err := p.prepared.New()
	if err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	return test, nil
}

// newFittingTest is newTest for an experiment whose test must make fits. One that does not is an
// *InputError.
func (p *plan) newFittingTest() (twosample.FittingTest, error) {
	test, err := p.newTest()
	if err != nil {
		return nil, err
	}
	fitting, ok := test.(twosample.FittingTest)
	if !ok {
		return nil, &InputError{fmt.Errorf("experiments: the test %s makes no fit that could be "+
			"shown", test.Name())}
	}
	return fitting, nil
}

// prepare makes the test ready for a reference with the given distances.
func (p *plan) prepare(d twosample.ReferenceDistances) error {
	p.warnings = append(p.warnings, d.Warnings...)
	p.setup.Distances = d
	if p.method.Fits {
		if err := p.readInitialCentroids(); err != nil {
			return err
		}
	}
	var err error
	if p.prepared, err = p.method.Prepare(p.setup); err != nil {
		return fmt.Errorf("experiments: %w", err)
	}
	widths := p.prepared.Widths
	if widths == (train.Widths{}) { // nothing is annealed: they are those of the config
		widths = p.setup.Widths()
	}
	p.widths = results.WidthsRecord{Q1: d.Q1, Q50: d.Q50, Q99: d.Q99, Start: widths.Start,
		End: widths.End}
	for _, s := range p.prepared.Scales {
		p.scales = append(p.scales, results.ScaleRecord{Epoch: s.Epoch, Sigma: s.Sigma,
			Statistic: s.Statistic})
	}
	for _, warning := range p.prepared.Warnings {
		if warning == widths.Warning(d.DistanceQuantiles) {
			warning += "; consider train.width.end_factor: 0.5"
		}
		p.warnings = append(p.warnings, warning)
	}
	return nil
}

// identities are the digests of what the numbers of an experiment's toys depend on, without and
// with signal, and of what their samples depend on.
func identities(e configs.Experiment) (null, alternative, samples string, err error) {
	m, err := twosample.Lookup(e.Test.Method)
	if err != nil {
		return "", "", "", err
	}
	relevant := m.Relevant(e.Setup())
	fit := configs.Experiment{Seed: e.Seed, Data: e.Data, Model: relevant.Model,
		Loss: relevant.Loss, Train: relevant.Train, Baselines: e.Baselines.Only(relevant.Options),
		Test: configs.TestConfig{Method: m.Name, Statistics: relevant.Statistics}}
	if m.Fits {
		fit.Record = configs.RecordConfig{Kernels: e.Record.Kernels, Leading: e.Record.Leading}
	}
	drawn := configs.Experiment{Seed: e.Seed, Data: e.Data}
	drawn.Data.Standardize = ""
	if alternative, err = identity(fit); err != nil {
		return "", "", "", err
	}
	if samples, err = identity(drawn); err != nil {
		return "", "", "", err
	}
	if relevant.Signal == (twosample.SignalShape{}) { // else it has a part in the null, too
		fit.Data = withoutSignal(fit.Data)
	}
	fit.Record.Leading = false // of no anomaly
	null, err = identity(fit)
	return null, alternative, samples, err
}

// withoutSignal is what the null depends on.
func withoutSignal(c sources.Config) sources.Config {
	c.Signal = sources.Signal{}
	c.Files.Signal, c.Files.Generator = sources.FileSet{}, sources.Generator{}
	return c
}

// identityDigits is the number of hexadecimal digits of an identity: enough for the cells of a run.
const identityDigits = 12

// identity is the beginning of the digest of an experiment.
func identity(e configs.Experiment) (string, error) {
	digest, err := e.Digest()
	if err != nil {
		return "", err
	}
	return digest[:identityDigits], nil
}
