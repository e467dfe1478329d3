package configs

import (
	"fmt"
	"math"
	"reflect"

	"sparker/data/sources"
	"sparker/losses"
	"sparker/models"
	"sparker/train"
)

// FitConfig configures a single fit of two given samples: the blocks of an experiment that say how
// to fit, without those that say what to draw.
type FitConfig struct {
	// Seed seeds the draws of the initial centroids and of the rows that set the widths.
	Seed  uint64        `yaml:"seed"`
	Data  FitDataConfig `yaml:"data"`
	Model models.Config `yaml:"model"`
	Loss  losses.Config `yaml:"loss"`
	Train train.Config  `yaml:"train"`
}

// FitDataConfig is the part of the `data` block that applies to given samples.
type FitDataConfig struct {
	// Standardize is none or reference, as in an experiment.
	Standardize string `yaml:"standardize"`
	// Counting sets the weight of a reference row: N_D/N_R (shape) or N(R)/N_R (extended).
	Counting string `yaml:"counting"`
	// Expected is N(R), the number of events that the reference stands for. It applies to extended
	// counting only.
	Expected float64 `yaml:"expected"`
}

// LoadFit applies overrides, each of the form key.path=value, to the defaults of a single fit.
// These are the defaults of an experiment with two exceptions: columns are standardized by the
// reference, since the units of given samples are arbitrary, and counting is shape-only, since no
// number of events is expected. The error is always an *[Error], which holds everything that is
// wrong.
func LoadFit(overrides []string) (FitConfig, error) {
	from := Defaults()
	fit := FitConfig{Seed: from.Seed,
		Data:  FitDataConfig{Standardize: "reference", Counting: "shape"},
		Model: from.Model, Loss: from.Loss, Train: from.Train}
	d := newDecoder(&fit)
	overrides = d.applyPreset(commandLine, nil, overrides)
	d.foreign = func(path string) (string, bool) {
		_, ok := lookUp(reflect.ValueOf(from), path)
		return "belongs to an experiment and has no effect on a single fit", ok
	}
	for _, o := range overrides {
		d.override(o)
	}
	d.check(fit.validate)
	if len(d.problems) > 0 {
		sortProblems(d.problems)
		return FitConfig{}, &Error{d.problems}
	}
	return fit, nil
}

func (f FitConfig) validate(report reportFunc) {
	validateBounds(reflect.ValueOf(f), report)
	d := sources.Default()
	d.Standardize, d.Counting = f.Data.Standardize, f.Data.Counting
	d.Validate(within("data", report))
	switch extended := f.Data.Counting == "extended"; {
	case extended && !(f.Data.Expected > 0 && !math.IsInf(f.Data.Expected, 0)):
		report("data.expected", fmt.Sprintf("is %v; extended counting needs the expected number "+
			"of events, a finite number above 0", f.Data.Expected))
	case !extended && f.Data.Expected != 0:
		report("data.expected", "applies to data.counting=extended only")
	}
	f.Model.Validate(within("model", report))
	f.Loss.Validate(within("loss", report))
	f.Train.Validate(within("train", report))
}
