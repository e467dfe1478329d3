package sources

import (
	"errors"
	"math/rand/v2"

	"sparker/data"
)

// Source draws toys. Several goroutines may use it at once, each with its own stream.
type Source interface {
	// Dim returns d, the number of columns.
	Dim() int
	// Columns returns the names of the columns.
	Columns() []string
	// Expected returns N(R), the number of background events expected in the data.
	Expected() float64
	// Draw draws one toy: a reference, and data in which the expected number of anomalous events is
	// signal (N_S; 0 is the null hypothesis). A strength that the source cannot draw is an error.
	Draw(r *rand.Rand, signal float64) (data.Pair, error)
	// DrawReference draws a sample of n rows of the null.
	DrawReference(r *rand.Rand, n int) (data.Sample, error)
}

// Alternative is a source whose densities are known. In extended counting they are densities n(x)
// of events, which integrate to the expected number of events. In shape-only counting they are
// normalized.
//
// In all methods, signal is N_S as in Draw, and must be a strength that Draw accepts. A point x has
// Dim() coordinates.
type Alternative interface {
	Source
	// LogRatio returns the natural logarithm of n_alt(x)/n_0(x), which a perfect fit would learn.
	// It is finite everywhere: it is at least -50, the value for an event that is impossible under
	// the alternative, and 0 where the null density vanishes.
	LogRatio(x []float64, signal float64) float64
	// LogBackground returns the natural logarithm of the normalized null density at x. It is -Inf
	// outside the support.
	LogBackground(x []float64) float64
	// Background draws one event of the null into x.
	Background(r *rand.Rand, x []float64)
	// Anomalous draws one event of the data of a signal toy into x, of the density n_alt(x) divided
	// by its integral. The event may be background or signal.
	Anomalous(r *rand.Rand, x []float64, signal float64)
	// Counts returns the expected numbers of data events under the two hypotheses. fixed reports
	// whether the number does not fluctuate.
	Counts(signal float64) (null, alternative float64, fixed bool)
	// Strongest returns the largest strength to consider. It is N(R), unless the signal has a
	// deficit that exceeds the background at that strength. Then it is the largest strength at
	// which the deficit does not exceed the background at the centers of its bumps and at the
	// maxima, near them, of its ratio to the background.
	Strongest() float64
}

// New returns the generator of a configuration, which is an [Alternative]. If the configuration is
// not valid, the error lists everything that [Config.Validate] reports. A [Library] opens files.
func New(cfg Config) (Source, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	if !cfg.Generated() {
		return nil, errors.New("data: building the source: files are not a generator")
	}
	return newGenerator(cfg), nil
}
