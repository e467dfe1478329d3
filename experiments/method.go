package experiments

import (
	"fmt"
	"slices"

	"sparker/configs"
	"sparker/data/sources"
	"sparker/twosample"
	"sparker/twosample/baselines"
)

// The words for scans in test.method.
const (
	scanMethod      = "scan"      // of the signal's own width
	multiscanMethod = "multiscan" // of widths between those of the annealing
)

// isSparKer says whether the test of an experiment is SparKer's.
func isSparKer(e configs.Experiment) bool { return e.Test.Method == configs.Methods[0] }

// isScan says whether the test of an experiment is a scan.
func isScan(e configs.Experiment) bool {
	return e.Test.Method == scanMethod || e.Test.Method == multiscanMethod
}

// newTest prepares the two-sample test of the experiment, for one goroutine.
func (p *plan) newTest() (twosample.Test, error) {
	var test twosample.Test
	var err error
	switch {
	case isScan(p.experiment):
		test, err = p.newScan()
	case isSparKer(p.experiment):
		test, err = twosample.NewSparKer(p.settings)
	case isFalkon(p.experiment):
		test, err = p.newFalkon()
	default:
		test, err = p.newLabeled()
	}
	if err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	return test, nil
}

// isNetwork says whether the test of an experiment is the neural network's.
func isNetwork(e configs.Experiment) bool { return e.Test.Method == "network" }

// newLabeled prepares a test whose statistics have names of their own.
func (p *plan) newLabeled() (baselines.Labeled, error) {
	if isNetwork(p.experiment) {
		return p.newNetwork()
	}
	return p.newBaseline()
}

func (p *plan) newNetwork() (*baselines.Network, error) {
	return baselines.NewNetwork(baselines.NetworkSettings{
		NetworkConfig: p.experiment.Baselines.Network, Loss: p.settings.Loss,
		Standardize: p.settings.Standardize, Dim: p.settings.Dim,
	})
}

// isFalkon says whether the test of an experiment is a kernel test.
func isFalkon(e configs.Experiment) bool {
	_, ok := falkon(e)
	return ok
}

// falkon is the config of a kernel test, if the experiment makes one.
func falkon(e configs.Experiment) (c baselines.FalkonConfig, ok bool) {
	switch e.Test.Method {
	case "falkon":
		return e.Baselines.Falkon, true
	case "falkon_multi":
		return e.Baselines.FalkonMulti, true
	}
	return c, false
}

func (p *plan) newFalkon() (*baselines.Falkon, error) {
	config, _ := falkon(p.experiment)
	s := baselines.FalkonSettings{FalkonConfig: config, Standardize: p.settings.Standardize,
		Dim: p.settings.Dim}
	for _, scale := range p.scales {
		s.KernelWidths = append(s.KernelWidths, scale.Sigma)
	}
	return baselines.NewFalkon(s)
}

// newBaseline prepares a baseline with its options; one that looks at counts takes the counting of
// the data.
func (p *plan) newBaseline() (baselines.Labeled, error) {
	i := slices.IndexFunc(baselines.Baselines(),
		func(b baselines.Baseline) bool { return b.Name == p.experiment.Test.Method })
	b := baselines.Baselines()[i] // the config names one of them
	options := p.experiment.Baselines
	options.Binned.Counting = p.experiment.Data.Counting
	test, err := b.New(options.Of(b.Name), p.settings.Dim)
	if err == nil && p.settings.Standardize {
		test = baselines.Standardized(test)
	}
	return test, err
}

func (p *plan) newScan() (*baselines.Scan, error) {
	a, ok := p.source.(sources.Alternative)
	if !ok {
		return nil, fmt.Errorf("a scan needs a source whose density is known; %s has none",
			p.experiment.Data.Source)
	}
	var widths []float64
	for _, s := range p.scales {
		widths = append(widths, s.Sigma)
	}
	return baselines.NewScan(a, widths, p.experiment.Data.Source == "exponential")
}
