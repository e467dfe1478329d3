package twosample

import (
	"fmt"
	"slices"

	"sparker/losses"
	"sparker/models"
	"sparker/train"
)

// Setup is what a [Method] makes its tests from. The fields before Dim are those of an experiment's
// config; the others become known with its data.
type Setup struct {
	// Model, Loss and Train describe what is fitted, and how.
	Model models.Config
	Loss  losses.Config
	Train train.Config
	// Statistics lists what is taken at every scale of a fit, out of StatisticT and StatisticLead.
	// An empty list stands for StatisticT.
	Statistics []string
	// Places asks a fit for what places are found from: the shares of its kernels in the rows, at
	// every scale. With members, it is asked of the method or, if that fits no kernels, of the
	// first member that does. The statistics do not depend on it.
	Places bool
	// Members are further tests whose statistics are taken as well: see [Prepare]. A method does
	// not read them.
	Members []MemberConfig
	// Options holds the options of methods, by their names.
	Options MethodOptions
	// Standardize shifts and scales the columns of every pair by the mean and the standard
	// deviation that they have in its reference. Widths and distances are then in those units.
	Standardize bool
	// FixedCount reports that the number of data rows is fixed, and so carries no information.
	FixedCount bool
	// Nuisances is the number of nuisance parameters that pairs have.
	Nuisances int
	// Weighted reports that the rows of the pairs have different weights.
	Weighted bool
	// Signal is the shape of the signal that a Limit looks for.
	Signal SignalShape

	// Dim is the number of columns.
	Dim int
	// Distances are those between the rows of a reference, in the units that the test sees.
	Distances ReferenceDistances
	// Background is the density of the background; nil if it is not known.
	Background Background
	// InitialCentroids (M×d, row-major, in the data's own units) replaces the random start of a fit
	// that Model.Init names, unless it is nil.
	InitialCentroids []float64
	// Reference is the reference sample of pairs that have it in common; nil if they have none.
	// Pairs with another reference can be tested as well.
	Reference *PreparedReference
}

// Takes reports whether a statistic is taken at every scale of a fit.
func (s Setup) Takes(statistic string) bool {
	return slices.Contains(s.Statistics, statistic) || len(s.Statistics) == 0 &&
		statistic == StatisticT
}

// Widths returns the widths that kernels are annealed between.
func (s Setup) Widths() train.Widths { return s.Train.Widths(s.Distances.DistanceQuantiles) }

// Background is a background whose density is known.
type Background interface {
	// Dim returns the number of columns.
	Dim() int
	// LogBackground returns the natural logarithm of the normalized density at x; -Inf outside its
	// support.
	LogBackground(x []float64) float64
	// Counts returns the expected numbers of data rows without and with so many expected signal
	// events. fixed reports whether the number of rows does not fluctuate.
	Counts(signal float64) (null, alternative float64, fixed bool)
}

// SignalShape is what is known of a signal, except its place. The zero value is an unknown shape.
type SignalShape struct {
	// Width is the standard deviation of an isotropic Gaussian; 0 for any other shape.
	Width float64
	// Support is the region in which the density of the signal does not vanish.
	Support Support
}

// Support is the range of a density.
type Support int

// The supports of a signal.
const (
	// WholeSpace is the default.
	WholeSpace Support = iota
	// HalfLine is x >= 0, in one dimension: a Gaussian is cut off at 0 and normalized again.
	HalfLine
)

// MethodOptions holds the options of methods by their names. The type of the value is the one that
// the method documents. A method that is missing has its default options.
type MethodOptions map[string]any

// Only returns the options of the named methods.
func (o MethodOptions) Only(names ...string) MethodOptions {
	only := MethodOptions{}
	for _, name := range names {
		if value, there := o[name]; there {
			only[name] = value
		}
	}
	return only
}

// OptionsOf returns the options of a method, or the default if there are none. It returns an error
// if they are of another type.
func OptionsOf[C any](o MethodOptions, method string, byDefault C) (C, error) {
	value, there := o[method]
	if !there {
		return byDefault, nil
	}
	c, ok := value.(C)
	if !ok {
		return c, fmt.Errorf("twosample: the options of %s are a %T; want a %T", method, value, c)
	}
	return c, nil
}

// Part names a part of a Setup.
type Part string

// The parts of a Setup that a SetupError can point to.
const (
	PartBackground Part = "background"
	PartSignal     Part = "signal"
	PartDim        Part = "dim"
	PartNuisances  Part = "nuisances"
)

// SetupError says why a method cannot work with a Setup.
type SetupError struct {
	Method string
	Part   Part   // what is impossible
	Reason string // continues a sentence that begins with the method's name
}

func (e *SetupError) Error() string { return "twosample: " + e.Method + " " + e.Reason }
