package models

import (
	"slices"
	"strings"
)

// Config is the `model` block of an experiment.
type Config struct {
	// Kind names the model: ensemble.
	Kind string `yaml:"kind"`
	// Kernels is M, the number of Gaussian kernels.
	Kernels int `yaml:"kernels"`
	// SoftMax switches the competition (the gate) on; without it the ensemble is a plain RBF
	// network.
	SoftMax bool `yaml:"softmax"`
	// Init says where centroids start: distinct random rows of data, reference or pooled (both),
	// kmeans (D² sampling of the data, as in k-means++), or the path of an .npy file of M rows.
	Init string `yaml:"init"`
	// Centroids is trainable or frozen.
	Centroids string `yaml:"centroids"`
	// Coefficients is signed (kept in [-clip, clip]) or positive (kept in [0, clip]).
	Coefficients string `yaml:"coefficients"`
}

// The words that a Config takes.
var (
	Kinds             = []string{"ensemble"}
	Inits             = []string{"data", "reference", "pooled", "kmeans"}
	CentroidModes     = []string{"trainable", "frozen"}
	CoefficientsModes = []string{"signed", "positive"}
)

// Default is the paper's ensemble: five gated kernels that start on rows of the data.
func Default() Config {
	return Config{Kind: "ensemble", Kernels: 5, SoftMax: true, Init: "data", Centroids: "trainable",
		Coefficients: "signed"}
}

// InitFile is the path of the file of initial centroids, and whether Init names one.
func (c Config) InitFile() (string, bool) {
	return c.Init, strings.HasSuffix(c.Init, ".npy")
}

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (c Config) Validate(report func(path, message string)) {
	check := func(path, value string, allowed []string) {
		if !slices.Contains(allowed, value) {
			report(path, "is "+quote(value)+"; want one of "+strings.Join(allowed, ", "))
		}
	}
	check("kind", c.Kind, Kinds)
	if c.Kernels < 1 {
		report("kernels", "must be at least 1")
	}
	if _, isFile := c.InitFile(); !isFile && !slices.Contains(Inits, c.Init) {
		report("init", "is "+quote(c.Init)+"; want one of "+strings.Join(Inits,
			", ")+", or the path of an .npy file")
	}
	check("centroids", c.Centroids, CentroidModes)
	check("coefficients", c.Coefficients, CoefficientsModes)
}

func quote(s string) string { return `"` + s + `"` }
