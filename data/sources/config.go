package sources

import (
	"fmt"
	"strings"
)

// Config is the `data` block of an experiment: what the null hypothesis is, what is injected under
// the alternative, and how many events there are of each.
type Config struct {
	// Source names the background: exponential (Exp(1), one dimension), mixture (four unit
	// Gaussians at (±20, ±20) in equal parts), gaussian (N(0, I) in Dim dimensions), or files
	// (measured events).
	Source string `yaml:"source"`
	// Files are the events of the source files.
	Files Files `yaml:"files"`
	// Dim is the dimension of the gaussian source; the other sources have a fixed one (0 = the
	// source's).
	Dim int `yaml:"dim"`
	// Signal is the anomaly that an alternative toy holds.
	Signal Signal `yaml:"signal"`
	// Reference is N_R, the number of rows in the reference sample; of the source files, 0 takes
	// the whole reference pool.
	Reference int `yaml:"reference"`
	// Expected is N(R), the number of background events expected in the data; of files with an
	// observed sample, in shape-only counting, 0 is the number of its rows.
	Expected float64 `yaml:"expected"`
	// Counting is extended (N_D is Poisson, w = N(R)/N_R) or shape (N_D is fixed at N(R), rounded,
	// and w = N_D/N_R).
	Counting string `yaml:"counting"`
	// Standardize is none, or reference: columns are shifted and scaled by the reference's mean and
	// standard deviation before the fit.
	Standardize string `yaml:"standardize"`
}

// Signal describes the density s(x) of the anomaly. Which fields apply depends on Kind; a field
// that does not apply must be left out. A signal block stands for itself: it replaces the default
// signal whole, so a field that it leaves out is not set.
//
// How many anomalous events a toy holds is not said here: the strength N_S is their expected
// number. Those of the kinds gaussian, bumps, shape and uniform are added to the background in
// extended counting; those of the kinds scale and shift take the place of background events, so
// that N_S = N(R) scales or shifts the whole sample. In shape-only counting the number of events is
// fixed, and every kind takes the background's place.
//
// Bumps of negative fraction are deficits, in extended counting only: there events are missing from
// the background.
type Signal struct {
	// Kind is gaussian (one cluster), bumps (several), shape (the density x² e^(-x) / 2, on the
	// exponential only), uniform (a box), scale or shift.
	Kind string `yaml:"kind"`
	// Loc and Scale are the mean and the standard deviation (isotropic) of a gaussian signal. A Loc
	// with fewer than d entries is padded with zeros. On the exponential, whose events are never
	// negative, the Gaussian is cut off at 0 and normalized again.
	Loc   Vector  `yaml:"loc"`
	Scale float64 `yaml:"scale"`
	// Bumps are the components of a bumps signal; N_S is shared among them in proportion to the
	// absolute value of Fraction, and counts both the events added and those missing.
	Bumps []Bump `yaml:"bumps"`
	// Low and High are the corners of the box of a uniform signal, with d entries each.
	Low  Vector `yaml:"low"`
	High Vector `yaml:"high"`
	// Factor is the scale factor of a scale signal: background events multiplied by it, about the
	// origin.
	Factor float64 `yaml:"factor"`
	// By is the displacement of a shift signal: background events moved by it. A By with fewer than
	// d entries is padded with zeros.
	By Vector `yaml:"by"`
}

// Bump is one Gaussian component of a bumps signal.
type Bump struct {
	// Loc and Scale are as in a gaussian signal.
	Loc   Vector  `yaml:"loc"`
	Scale float64 `yaml:"scale"`
	// Fraction is the component's share of N_S, up to a common factor: fractions need not sum to 1.
	// Of a negative one, -Fraction is the share, and so many background events are expected to be
	// missing: {loc: 1.6, scale: 0.16, fraction: -1} is a hole of N_S events. A hole must be
	// narrower than the Gaussians of the mixture and gaussian sources, which far out it would
	// exceed.
	Fraction float64 `yaml:"fraction"`
}

// Default is the one-dimensional benchmark of the paper (arXiv:2511.03095): 2,000 expected events
// of an exponential, with a narrow Gaussian in its tail, and a reference of 20,000.
func Default() Config {
	return Config{
		Source:      sourceExponential,
		Signal:      Signal{Kind: kindGaussian, Loc: Vector{6.4}, Scale: 0.16},
		Reference:   20000,
		Expected:    2000,
		Counting:    countingExtended,
		Standardize: standardizeNone,
	}
}

// Vector is a point: in YAML a list of numbers, or a single number for a point in one dimension.
type Vector []float64

// UnmarshalYAML accepts a number or a list of numbers.
func (v *Vector) UnmarshalYAML(decode func(any) error) error {
	var one float64
	if err := decode(&one); err == nil {
		*v = Vector{one}
		return nil
	}
	var many []float64
	if err := decode(&many); err != nil {
		return fmt.Errorf("want a number or a list of numbers")
	}
	*v = many
	return nil
}

// MarshalYAML writes a vector of one entry as a plain number.
func (v Vector) MarshalYAML() (any, error) {
	if len(v) == 1 {
		return v[0], nil
	}
	return []float64(v), nil
}

// oneOf lists the allowed words of a key for an error message.
func oneOf(words []string) string { return "want one of " + strings.Join(words, ", ") }
