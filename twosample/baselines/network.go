package baselines

import (
	"fmt"
	"math/rand/v2"

	"sparker/data"
	"sparker/losses"
	"sparker/models"
	"sparker/train"
	"sparker/twosample"
)

// NetworkConfig is what the test of New Physics Learning with a neural network is made from
// (D'Agnolo and Wulzer, arXiv:1806.02350; D'Agnolo et al., arXiv:1912.12155).
type NetworkConfig struct {
	// Hidden is the number of hidden sigmoid units.
	Hidden int `yaml:"hidden"`
	// Epochs is the number of steps of Adam, full batch.
	Epochs int `yaml:"epochs"`
	// LearningRate is Adam's step size.
	LearningRate float64 `yaml:"learning_rate"`
	// Clip bounds every weight, but no bias, after every step: |w| <= clip. It is what keeps t
	// finite, and is chosen such that t follows chi-square with as many degrees of freedom as the
	// network has parameters.
	Clip float64 `yaml:"clip"`
	// Checkpoints is the number of epochs, evenly spaced, after which the statistic is taken; the
	// last is the last epoch.
	Checkpoints int `yaml:"checkpoints"`
}

// DefaultNetwork is the published network for one column, 1-4-1 with clip 9 after 200,000 epochs of
// Adam at its usual rate.
func DefaultNetwork() NetworkConfig {
	return NetworkConfig{Hidden: 4, Epochs: 200_000, LearningRate: 1e-3, Clip: 9, Checkpoints: 1}
}

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (c NetworkConfig) Validate(report func(path, message string)) {
	if c.Hidden < 1 {
		report("hidden", fmt.Sprintf("is %d; must be at least 1", c.Hidden))
	}
	if c.Epochs < 1 {
		report("epochs", fmt.Sprintf("is %d; must be at least 1", c.Epochs))
	}
	if !positive(c.LearningRate) {
		report("learning_rate", fmt.Sprintf("is %v; must be a finite number above 0",
			c.LearningRate))
	}
	if !positive(c.Clip) {
		report("clip", fmt.Sprintf("is %v; must be a finite number above 0", c.Clip))
	}
	if c.Checkpoints < 1 || c.Checkpoints > c.Epochs {
		report("checkpoints", fmt.Sprintf("is %d; must be at least 1 and at most the number of "+
			"epochs (%d)", c.Checkpoints, c.Epochs))
	}
}

// NetworkSettings are what a [Network] is made from.
type NetworkSettings struct {
	NetworkConfig
	Loss losses.Config
	// Standardize shifts and scales the columns of every pair by its reference's mean and standard
	// deviation.
	Standardize bool
	Dim         int
}

// Network is the test of New Physics Learning with a neural network: a [models.MLP] is trained on
// the pair, and the extended likelihood ratio of its log-ratio is taken after some epochs. It
// differs from SparKer's test by the model alone.
type Network struct {
	settings NetworkSettings
	model    models.MLP
	fitter   *train.Fitter
	epochs   []int
}

// NewNetwork prepares the test.
func NewNetwork(s NetworkSettings) (*Network, error) {
	var problem error
	s.Validate(func(path, message string) {
		if problem == nil {
			problem = fmt.Errorf("baselines: network test: %s %s", path, message)
		}
	})
	if problem != nil {
		return nil, problem
	}
	model, err := models.NewMLP(s.Dim, s.Hidden)
	if err != nil {
		return nil, err
	}
	t := &Network{settings: s, model: model}
	for j := range s.Checkpoints {
		t.epochs = append(t.epochs, (j+1)*s.Epochs/s.Checkpoints)
	}
	parameter := func(name string, clip float64) train.Parameter {
		return train.Parameter{Name: name, Rate: s.LearningRate, Clip: clip}
	}
	t.fitter, err = train.NewFitter(model, s.Loss, train.FitOptions{
		Parameters: []train.Parameter{
			parameter(models.HiddenBiases, 0), parameter(models.HiddenWeights, s.Clip),
			parameter(models.OutputBias, 0), parameter(models.OutputWeights, s.Clip),
		},
		Checkpoints: t.epochs,
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

// Name implements Test.
func (t *Network) Name() string { return "network NPLM" }

// Epochs are those after which the statistic is taken, one for each T of an Outcome.
func (t *Network) Epochs() []int { return t.epochs }

// Labels implements Labeled.
func (t *Network) Labels() []string {
	var labels []string
	for _, epoch := range t.epochs {
		labels = append(labels, fmt.Sprintf("t after %d epochs", epoch))
	}
	return labels
}

// Statistics implements Test: one t for each checkpoint. The stream draws the weights that training
// starts from. Data without rows are an Outcome of status too_few_rows.
func (t *Network) Statistics(pair data.Pair, r *rand.Rand) (twosample.Outcome, error) {
	if pair.Data.N == 0 { // a Poisson draw can be empty
		return twosample.Outcome{Status: twosample.TooFewRows, Reason: "the data have no rows"}, nil
	}
	if t.settings.Standardize {
		standardizer, _ := data.NewStandardizer(pair.Reference)
		pair.Reference, pair.Data = standardizer.Apply(pair.Reference),
			standardizer.Apply(pair.Data)
	}
	fit, err := t.fitter.Fit(pair, t.model.Start(r), nil)
	if err != nil {
		return twosample.Outcome{}, err
	}
	outcome := twosample.Outcome{Status: twosample.Status(fit.Status), Reason: fit.Reason,
		ClampedEpochs: fit.ClampedEpochs}
	if fit.Status != train.OK {
		return outcome, nil
	}
	outcome.Status = twosample.OK
	for _, c := range fit.Checkpoints {
		outcome.T = append(outcome.T, c.T)
	}
	return outcome, nil
}
