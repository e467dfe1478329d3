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

// NetworkConfig holds the options of the test of New Physics Learning with a neural network
// (D'Agnolo and Wulzer, arXiv:1806.02350; D'Agnolo et al., arXiv:1912.12155).
type NetworkConfig struct {
	// Hidden is the number of hidden sigmoid units.
	Hidden int `yaml:"hidden"`
	// Epochs is the number of full-batch steps of Adam.
	Epochs int `yaml:"epochs"`
	// LearningRate is the step size of Adam.
	LearningRate float64 `yaml:"learning_rate"`
	// Clip bounds every weight, but no bias, after every step: |w| <= clip. It keeps t finite. It
	// is chosen such that t follows chi-square with as many degrees of freedom as the network has
	// parameters.
	Clip float64 `yaml:"clip"`
	// Checkpoints is the number of epochs, evenly spaced, after which the statistic is taken. The
	// last is the last epoch.
	Checkpoints int `yaml:"checkpoints"`
}

// DefaultNetwork returns the published network for one column: 1-4-1 with clip 9, after 200,000
// epochs of Adam at its usual rate.
func DefaultNetwork() NetworkConfig {
	return NetworkConfig{Hidden: 4, Epochs: 200_000, LearningRate: 1e-3, Clip: 9, Checkpoints: 1}
}

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (c NetworkConfig) Validate(report func(path, message string)) {
	r := reporter(report)
	r.atLeast("hidden", c.Hidden, 1)
	r.atLeast("epochs", c.Epochs, 1)
	r.positive("learning_rate", c.LearningRate)
	r.positive("clip", c.Clip)
	if c.Checkpoints < 1 || c.Checkpoints > c.Epochs {
		r("checkpoints", fmt.Sprintf("is %d; must be at least 1 and at most the number of epochs "+
			"(%d)", c.Checkpoints, c.Epochs))
	}
}

func init() {
	twosample.Register(twosample.Method{
		Name:  "network",
		Title: "network NPLM",
		About: "Likelihood ratio of a neural network with clipped weights: sees smooth " +
			"differences of shape.",
		Cost:    "O(epochs · (n+m) d H) with H hidden units",
		Source:  "arXiv:1806.02350; arXiv:1912.12155",
		Rate:    true,
		Weights: true,
		Relevant: func(s twosample.Setup) twosample.Setup {
			return twosample.Setup{Loss: s.Loss, Options: s.Options.Only("network")}
		},
		Shorten: func(s twosample.Setup, steps int) (twosample.Setup, int, error) {
			cfg, err := twosample.OptionsOf(s.Options, "network", DefaultNetwork())
			all := cfg.Epochs
			cfg.Epochs, cfg.Checkpoints = steps, 1
			s.Options = twosample.MethodOptions{"network": cfg}
			return s, all, err
		},
		Prepare: func(s twosample.Setup) (twosample.Prepared, error) {
			cfg, err := twosample.OptionsOf(s.Options, "network", DefaultNetwork())
			if err != nil {
				return twosample.Prepared{}, err
			}
			return prepare(s, func() (labeled, error) { return NewNetwork(cfg, s.Loss, s.Dim) })
		},
	})
}

// Network is the test of New Physics Learning with a neural network: a [models.MLP] is trained on
// the pair, and the extended likelihood ratio of its log-ratio is taken after some epochs. It
// differs from SparKer by the model alone.
type Network struct {
	model  models.MLP
	fitter *train.Fitter
	epochs []int
}

// NewNetwork returns the test for samples of dim columns. Training minimizes the loss; the
// statistic is the likelihood ratio whatever the loss.
func NewNetwork(cfg NetworkConfig, loss losses.Config, dim int) (*Network, error) {
	if err := impossible("network test", cfg, dim); err != nil {
		return nil, err
	}
	model, err := models.NewMLP(dim, cfg.Hidden)
	if err != nil {
		return nil, err
	}
	t := &Network{model: model}
	for j := range cfg.Checkpoints {
		t.epochs = append(t.epochs, (j+1)*cfg.Epochs/cfg.Checkpoints)
	}
	parameter := func(name string, clip float64) train.Parameter {
		return train.Parameter{Name: name, Rate: cfg.LearningRate, Clip: clip}
	}
	t.fitter, err = train.NewFitter(model, loss, train.FitOptions{
		Parameters: []train.Parameter{
			parameter(models.HiddenBiases, 0), parameter(models.HiddenWeights, cfg.Clip),
			parameter(models.OutputBias, 0), parameter(models.OutputWeights, cfg.Clip),
		},
		Checkpoints: t.epochs,
	})
	if err != nil {
		return nil, err
	}
	return t, nil
}

// Name implements twosample.Test.
func (t *Network) Name() string { return "network NPLM" }

// Labels returns the epoch of each statistic.
func (t *Network) Labels() []string {
	var labels []string
	for _, epoch := range t.epochs {
		labels = append(labels, fmt.Sprintf("t after %d epochs", epoch))
	}
	return labels
}

// Statistics implements twosample.Test: one t for each checkpoint. The stream draws the weights
// that training starts from. The status is too_few_rows for data without rows.
func (t *Network) Statistics(pair data.Pair, r *rand.Rand) (twosample.Outcome, error) {
	if pair.Data.N == 0 { // a Poisson draw can be empty
		return twosample.Outcome{Status: twosample.TooFewRows, Reason: "the data have no rows"}, nil
	}
	fit, err := t.fitter.Fit(pair, t.model.Start(r), nil)
	if err != nil {
		return twosample.Outcome{}, err
	}
	outcome := twosample.Outcome{Status: twosample.Status(fit.Status), Reason: fit.Reason,
		ClampedEpochs: fit.ClampedEpochs}
	if outcome.Status != twosample.OK {
		return outcome, nil
	}
	for _, c := range fit.Checkpoints {
		outcome.T = append(outcome.T, c.T)
	}
	return outcome, nil
}
