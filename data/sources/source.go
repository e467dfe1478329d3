package sources

import (
	"errors"
	"math/rand/v2"
	"strings"

	"sparker/data"
)

// Source is where toys come from. Its methods may be called from several goroutines at once, each
// with its own stream.
type Source interface {
	// Dim is d, the number of columns.
	Dim() int
	// Columns are the names of the axes: "x" in one dimension, "x1", "x2", ... in several.
	Columns() []string
	// Expected is N(R), the number of background events expected in the data.
	Expected() float64
	// Draw makes one toy: a fresh reference, and data in which signal anomalous events are expected
	// (N_S; 0 is the null hypothesis). A signal that the source cannot hold is an error.
	Draw(r *rand.Rand, signal float64) (data.Pair, error)
	// DrawReference makes a sample of n rows of the null.
	DrawReference(r *rand.Rand, n int) (data.Sample, error)
}

// Alternative is a source whose densities are known. They are event densities n(x), which integrate
// to the expected number of events, where counting is extended, and normalized ones where it is
// shape-only.
//
// signal is N_S, as in Draw; the methods here return no error and must not be given a strength that
// Draw refuses. A point x has Dim() coordinates.
type Alternative interface {
	Source
	// LogRatio is the natural logarithm of n_alt(x)/n_0(x), the log-ratio that a perfect fit would
	// learn. It is finite everywhere: at least -50, which is where an event impossible under the
	// alternative ends up, and 0 where the null density vanishes.
	LogRatio(x []float64, signal float64) float64
	// LogBackground is the natural logarithm of the normalized null density at x: -Inf outside its
	// support.
	LogBackground(x []float64) float64
	// Background draws one event of the null into x.
	Background(r *rand.Rand, x []float64)
	// Anomalous draws one event of the alternative's data (background and signal mixed, or what a
	// deficit leaves) into x: of the density n_alt(x) / integral of n_alt.
	Anomalous(r *rand.Rand, x []float64, signal float64)
	// Counts are the expected numbers of data events under the two hypotheses; fixed says that the
	// number does not fluctuate.
	Counts(signal float64) (null, alternative float64, fixed bool)
	// Strongest is the strength of the whole background, N(R), at which signal events abound; where
	// signal takes the background's place there is no greater one. For a signal with a deficit it
	// is smaller if need be: the largest at which the deficit does not exceed the background at the
	// centers of its bumps, nor at the places near by where it is deepest in proportion.
	Strongest() float64
}

// New builds the generator that a configuration describes, which implements [Alternative]. An
// impossible configuration is an error that names everything wrong with it; files are opened by a
// [Library].
func New(cfg Config) (Source, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if cfg.Source == sourceFiles {
		return nil, errors.New("data: building the source: files are no generator")
	}
	return newGenerator(cfg), nil
}

// Generated says whether the source is a generator, not files.
func (c Config) Generated() bool { return c.Source != sourceFiles }

// check is Validate with a single error.
func (c Config) check() error {
	var problems []string
	c.Validate(func(path, message string) { problems = append(problems, path+" "+message) })
	if len(problems) > 0 {
		return errors.New("data: building the source: " + strings.Join(problems, "; "))
	}
	return nil
}
