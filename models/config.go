package models

import (
	"fmt"
	"slices"
	"strings"
)

// Config is the `model` block of an experiment.
type Config struct {
	// Kind is the kind of model: ensemble, an ensemble of Gaussian kernels.
	Kind string `yaml:"kind"`
	// Kernels is M, the number of kernels.
	Kernels int `yaml:"kernels"`
	// SoftMax says whether kernels compete: a gate shares every point among them. Without it, the
	// model is a network of radial basis functions.
	SoftMax bool `yaml:"softmax"`
	// Init says where centroids start: on distinct random rows of data, reference or pooled (both
	// samples), on rows of the data that are chosen by kmeans (the D² sampling of k-means++), half
	// of them as kmeans and half as pooled (kmeans_pooled), or on the M rows of an .npy file.
	Init string `yaml:"init"`
	// Centroids says whether centroids move: trainable, or frozen where they start.
	Centroids string `yaml:"centroids"`
	// Coefficients is the range of the coefficients: signed ([-clip, clip]) or positive ([0, clip],
	// for excesses only), where clip is `train.clip`.
	Coefficients string `yaml:"coefficients"`
}

// The words that the fields of a Config accept.
var (
	Kinds             = []string{"ensemble"}
	Inits             = []string{"data", "reference", "pooled", "kmeans", "kmeans_pooled"}
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
