package experiments

import (
	"fmt"
	"slices"

	"sparker/configs"
	"sparker/data"
	"sparker/twosample"
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
	case isFalkon(p.experiment.Test.Method):
		test, err = p.newFalkon()
	default:
		test, err = p.newBaseline()
	}
	if err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	return test, nil
}

// falkonShares are the quantiles of the reference's pairwise distances that are widths of the kernel test.
var falkonShares = []float64{0.9, 0.05, 0.25, 0.5, 0.75, 0.95}

// falkon is the config of a kernel test, by the name of the method: falkon, or falkon_multi of several widths.
func falkon(method string) (c twosample.FalkonConfig, ok bool) {
	c = twosample.DefaultFalkon()
	switch method {
	case "falkon":
		return c, true
	case "falkon_multi":
		c.Percentiles = twosample.MultiScalePercentiles
		return c, true
	}
	return c, false
}

func isFalkon(method string) bool {
	_, ok := falkon(method)
	return ok
}

func (p *plan) newFalkon() (*twosample.Falkon, error) {
	config, _ := falkon(p.experiment.Test.Method)
	s := twosample.FalkonSettings{FalkonConfig: config, Standardize: p.settings.Standardize, Dim: p.settings.Dim}
	for _, scale := range p.scales {
		s.KernelWidths = append(s.KernelWidths, scale.Sigma)
	}
	return twosample.NewFalkon(s)
}

// newBaseline prepares a baseline with its defaults; one that looks at counts takes the counting of the data.
func (p *plan) newBaseline() (twosample.Labelled, error) {
	i := slices.IndexFunc(twosample.Baselines(), func(b twosample.Baseline) bool { return b.Name == p.experiment.Test.Method })
	b := twosample.Baselines()[i] // the config names one of them
	config := b.Default()
	if binned, ok := config.(*twosample.BinnedConfig); ok {
		binned.Counting = p.experiment.Data.Counting
	}
	test, err := b.New(config, p.settings.Dim)
	if err == nil && p.settings.Standardize {
		test = twosample.Standardized(test)
	}
	return test, err
}

func (p *plan) newScan() (*twosample.Scan, error) {
	a, ok := p.source.(data.Alternative)
	if !ok {
		return nil, fmt.Errorf("a scan needs a source whose density is known; %s has none", p.experiment.Data.Source)
	}
	var widths []float64
	for _, s := range p.scales {
		widths = append(widths, s.Sigma)
	}
	return twosample.NewScan(a, widths, p.experiment.Data.Source == "exponential")
}
