package twosample

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"sparker/data"
	"sparker/losses"
	"sparker/models"
	"sparker/train"
)

// Settings are what SparKer's test is made from.
type Settings struct {
	Model models.Config
	Loss  losses.Config
	Train train.Config
	// Standardize shifts and scales the columns of every pair by its reference's mean and standard
	// deviation. Widths and InitialCentroids are then in those units.
	Standardize bool
	Dim         int
	Widths      train.Widths
	// InitialCentroids (M×d, row-major, in the data's own units) replaces the random start that
	// Model.Init names, where it is not nil.
	InitialCentroids []float64
	// Reference is the reference sample of pairs that have it in common; nil where there is none.
	// Pairs with another one are tested as well.
	Reference *PreparedReference
	// Statistics are what is taken at every scale, of StatisticT and StatisticLead; none is t
	// alone.
	Statistics []string
}

// PreparedReference is a reference sample that many pairs have in common: it is standardized and arranged
// once. It can be shared by many tests.
type PreparedReference struct {
	original     data.Sample
	sample       data.Sample // in the units of the fit
	standardizer *data.Standardizer
	warnings     []string
	packed       *train.PackedReference
}

// NewPreparedReference prepares a sample, which is given in the data's own units and must not change
// afterwards; standardize is as in [Settings].
func NewPreparedReference(s data.Sample, standardize bool) *PreparedReference {
	r := &PreparedReference{original: s, sample: s}
	if standardize {
		r = prepared(s)
	}
	r.packed = train.PackReference(r.sample)
	return r
}

func prepared(s data.Sample) *PreparedReference {
	standardizer, warnings := data.NewStandardizer(s)
	return &PreparedReference{original: s, sample: standardizer.Apply(s), standardizer: &standardizer,
		warnings: warnings}
}

// is says whether a sample is this one: the same numbers in the same place.
func (r *PreparedReference) is(s data.Sample) bool {
	return r != nil && s.N > 0 && s.N == r.original.N && s.D == r.original.D &&
		&s.X[0] == &r.original.X[0]
}

// The statistics that SparKer's test can take at a scale. Several are ranked together, each as a
// scale of its own.
const (
	StatisticT    = "t"    // the likelihood ratio of the fitted log-ratio
	StatisticLead = "lead" // that of the best single kernel at its place
)

// Takes says whether the test takes a statistic.
func (s Settings) Takes(statistic string) bool {
	return slices.Contains(s.Statistics, statistic) || len(s.Statistics) == 0 &&
		statistic == StatisticT
}

// SparKer is the test of arXiv:2511.03095: an annealed ensemble of kernels is trained on the pair,
// and the extended likelihood ratio of the fitted log-ratio is taken at several widths.
type SparKer struct {
	settings Settings
	model    models.Ensemble
	fitter   *train.Fitter
}

// NewSparKer prepares the test.
func NewSparKer(s Settings) (*SparKer, error) {
	model, err := models.NewEnsemble(s.Model, s.Dim)
	if err != nil {
		return nil, err
	}
	if c := s.InitialCentroids; c != nil && len(c) != s.Model.Kernels*s.Dim {
		return nil, fmt.Errorf("twosample: %d values for the initial centroids of %d kernels in "+
			"%d dimensions", len(c), s.Model.Kernels, s.Dim)
	}
	for _, statistic := range s.Statistics {
		if statistic != StatisticT && statistic != StatisticLead {
			return nil, fmt.Errorf("twosample: no statistic %q; want %s or %s", statistic,
				StatisticT, StatisticLead)
		}
	}
	options, err := s.Train.Options(model, s.Widths)
	if err != nil {
		return nil, err
	}
	options.Lead = s.Takes(StatisticLead)
	if s.Reference != nil {
		options.Reference = s.Reference.packed
	}
	fitter, err := train.NewFitter(model, s.Loss, options)
	if err != nil {
		return nil, err
	}
	return &SparKer{settings: s, model: model, fitter: fitter}, nil
}

// Name implements Test.
func (s *SparKer) Name() string { return "SparKer" }

// Scales are the epochs and widths at which statistics are taken, widest first.
func (s *SparKer) Scales() []train.Scale { return s.fitter.Scales() }

// Statistics implements Test: t at every scale, then lead at every scale, whichever the test takes.
// A sample with fewer rows than kernels, as a Poisson draw can give, is an Outcome of status
// too_few_rows.
func (s *SparKer) Statistics(pair data.Pair, r *rand.Rand) (Outcome, error) {
	fit, err := s.Fit(pair, r, false)
	if err != nil {
		return Outcome{}, err
	}
	return fit.Outcome(), nil
}

// Fit is a fit of SparKer with what is needed to read it.
type Fit struct {
	train.FitResult
	// Standardizer maps between the data's own units and those of the fit; it is nil where they are
	// the same.
	Standardizer *data.Standardizer
	Warnings     []string
	// SoftMax says that kernels compete: the share of kernel i in f(x) is a_i p_i(x) k_i(x), and
	// a_i k_i(x) otherwise.
	SoftMax bool
	// Clip is the bound of the coefficients; 0 if it is not known.
	Clip float64

	t, lead bool // the statistics that are taken
}

// Outcome reduces a fit to its statistics.
func (f Fit) Outcome() Outcome {
	o := Outcome{Status: Status(f.Status), Reason: f.Reason, ClampedEpochs: f.ClampedEpochs}
	if f.Status != train.OK {
		return o
	}
	o.Status = OK
	if f.t {
		for _, c := range f.Checkpoints {
			o.T = append(o.T, c.T)
		}
	}
	if f.lead {
		for _, c := range f.Checkpoints {
			o.T = append(o.T, c.Lead)
		}
	}
	return o
}

// Fit trains on a pair, given in the data's own units, from the centroids that the stream draws.
// With trace it records every epoch.
func (s *SparKer) Fit(pair data.Pair, r *rand.Rand, trace bool) (Fit, error) {
	fit := Fit{t: s.settings.Takes(StatisticT), lead: s.settings.Takes(StatisticLead),
		SoftMax: s.settings.Model.SoftMax, Clip: s.settings.Train.Clip}
	start := s.settings.InitialCentroids
	if s.settings.Standardize {
		reference := s.settings.Reference
		if !reference.is(pair.Reference) {
			reference = prepared(pair.Reference)
		}
		fit.Standardizer, fit.Warnings = reference.standardizer, reference.warnings
		pair.Reference, pair.Data = reference.sample, reference.standardizer.Apply(pair.Data)
		if start != nil {
			start = reference.standardizer.Apply(data.Sample{X: start, N: s.settings.Model.Kernels,
				D: s.settings.Dim}).X
		}
	}
	if pair.Data.N == 0 { // a Poisson draw can be empty
		fit.Status, fit.Reason = train.TooFewRows, "the data have no rows"
		return fit, nil
	}
	if start == nil {
		var err error
		start, err = train.InitialCentroids(s.settings.Model.Init, pair, s.settings.Model.Kernels,
			r)
		if errors.Is(err, data.ErrTooFewRows) {
			fit.Status, fit.Reason = train.TooFewRows, err.Error()
			return fit, nil
		}
		if err != nil {
			return Fit{}, err
		}
	}
	run := s.fitter.Fit
	if trace {
		run = s.fitter.Trace
	}
	var err error
	fit.FitResult, err = run(pair, s.model.Start(start), r)
	return fit, err
}

// LogRatios evaluates f at given parameters on many rows; all are in the units of the fit.
func (s *SparKer) LogRatios(x data.Sample, centroids, coefficients []float64,
	sigma float64) ([]float64, error) {
	return s.fitter.LogRatios(x, train.Checkpoint{Scale: train.Scale{Sigma: sigma},
		Centroids: centroids, Coefficients: coefficients})
}
