package models

import (
	"fmt"
	"slices"
	"strings"
)

// Config is the `model` block of an experiment.
type Config struct {
	// Kind names the model: ensemble.
	Kind string `yaml:"kind"`
	// Kernels is M, the number of Gaussian kernels.
	Kernels int `yaml:"kernels"`
	// SoftMax switches on the competition of the kernels (the gate). Without it the ensemble is a
	// plain RBF network.
	SoftMax bool `yaml:"softmax"`
	// Init says where the centroids start: on distinct random rows of data, reference or pooled
	// (both), on rows drawn by kmeans (D² sampling of the data, as in k-means++), or on the M rows
	// of an .npy file with this path.
	Init string `yaml:"init"`
	// Centroids is trainable or frozen.
	Centroids string `yaml:"centroids"`
	// Coefficients is signed (kept in [-clip, clip]) or positive (kept in [0, clip]).
	Coefficients string `yaml:"coefficients"`
}

// The words that the fields of a Config accept.
var (
	Kinds             = []string{"ensemble"}
	Inits             = []string{"data", "reference", "pooled", "kmeans"}
	CentroidModes     = []string{"trainable", "frozen"}
	CoefficientsModes = []string{"signed", "positive"}
)

// Default returns the ensemble of the paper: five gated kernels that start on rows of the data.
func Default() Config {
	return Config{Kind: "ensemble", Kernels: 5, SoftMax: true, Init: "data", Centroids: "trainable",
		Coefficients: "signed"}
}

// InitFile returns the path of the file of initial centroids and reports whether Init names one.
func (c Config) InitFile() (string, bool) {
	return c.Init, strings.HasSuffix(c.Init, ".npy")
}

// Validate reports every impossible value, with its key path inside the block and what is allowed.
func (c Config) Validate(report func(path, message string)) {
	check := func(path, value string, allowed []string) {
		if !slices.Contains(allowed, value) {
			report(path, fmt.Sprintf("is %q; want one of %s", value, strings.Join(allowed, ", ")))
		}
	}
	check("kind", c.Kind, Kinds)
	if c.Kernels < 1 {
		report("kernels", fmt.Sprintf("is %d; must be at least 1", c.Kernels))
	}
	if _, isFile := c.InitFile(); !isFile && !slices.Contains(Inits, c.Init) {
		report("init", fmt.Sprintf("is %q; want one of %s, or the path of an .npy file", c.Init,
			strings.Join(Inits, ", ")))
	}
	check("centroids", c.Centroids, CentroidModes)
	check("coefficients", c.Coefficients, CoefficientsModes)
}
