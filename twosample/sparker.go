package twosample

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"sparker/data"
	"sparker/models"
	"sparker/train"
)

// DefaultMethod is the name of the method that is used unless another is asked for: SparKer.
const DefaultMethod = "sparker"

// The statistics that a fit can take at a scale. If several are taken, each is ranked as a scale of
// its own.
const (
	StatisticT    = "t"    // the likelihood ratio of the fitted log-ratio
	StatisticLead = "lead" // that of the best single kernel at its place
)

// Statistics are the words that Setup.Statistics takes.
var Statistics = []string{StatisticT, StatisticLead}

func init() {
	Register(Method{
		Name:  DefaultMethod,
		Title: "SparKer",
		About: "An annealed ensemble of Gaussian kernels: sees localized excesses and " +
			"deficits at many scales, and where they are.",
		Cost:   "O(epochs · (n+m) M d)",
		Source: "arXiv:2511.03095",
		Fits:   true,
		Rate:   true,
		Relevant: func(s Setup) Setup {
			return Setup{Model: s.Model, Loss: s.Loss, Train: s.Train, Statistics: s.Statistics}
		},
		Prepare: prepareSparKer,
	})
}

func prepareSparKer(s Setup) (Prepared, error) {
	test, err := NewSparKer(s)
	if err != nil {
		return Prepared{}, err
	}
	p := Prepared{Widths: s.Widths(), New: func() (Test, error) { return NewSparKer(s) }}
	for _, statistic := range Statistics {
		if !s.Takes(statistic) {
			continue
		}
		for _, at := range test.Scales() {
			scale := StatisticScale{Epoch: at.Epoch, Sigma: at.Sigma}
			if statistic != StatisticT {
				scale.Statistic = statistic
			}
			if at.Ridge > 0 {
				scale.Statistic = fmt.Sprintf("%s, ridge %.4g", statistic, at.Ridge)
			}
			p.Scales = append(p.Scales, scale)
		}
	}
	if warning := p.Widths.Warning(s.Distances.DistanceQuantiles); warning != "" {
		p.Warnings = append(p.Warnings, warning)
	}
	return p, nil
}

// SparKer is the test of arXiv:2511.03095: an annealed ensemble of kernels is trained on the pair,
// and the extended likelihood ratio of the fitted log-ratio is taken at several widths.
type SparKer struct {
	setup  Setup
	model  models.Ensemble
	fitter *train.Fitter
}

// NewSparKer returns the test. Of the setup it uses the fields that describe the fit and those from
// Dim on; the widths that kernels are annealed between come from Train and Distances.
func NewSparKer(s Setup) (*SparKer, error) {
	model, err := models.NewEnsemble(s.Model, s.Dim)
	if err != nil {
		return nil, err
	}
	if c := s.InitialCentroids; c != nil && len(c) != s.Model.Kernels*s.Dim {
		return nil, fmt.Errorf("twosample: %d values for the initial centroids of %d kernels in "+
			"%d dimensions", len(c), s.Model.Kernels, s.Dim)
	}
	for _, statistic := range s.Statistics {
		if !slices.Contains(Statistics, statistic) {
			return nil, fmt.Errorf("twosample: there is no statistic %q; the statistics are %s",
				statistic, strings.Join(Statistics, ", "))
		}
	}
	options, err := s.Train.Options(model, s.Widths())
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
	return &SparKer{setup: s, model: model, fitter: fitter}, nil
}

// Name implements Test.
func (s *SparKer) Name() string { return "SparKer" }

// Scales returns the epochs and widths at which statistics are taken, widest first.
func (s *SparKer) Scales() []train.Scale { return s.fitter.Scales() }

// Statistics implements Test: t at every scale, then lead at every scale, as far as the test takes
// them. The status is too_few_rows for a sample with fewer rows than kernels, which a Poisson draw
// can give.
func (s *SparKer) Statistics(pair data.Pair, r *rand.Rand) (Outcome, error) {
	fit, err := s.Fit(pair, r)
	if err != nil {
		return Outcome{}, err
	}
	return fit.Outcome(), nil
}

// Fit implements FittingTest. The stream draws the initial centroids, unless the setup gives them,
// and the births.
func (s *SparKer) Fit(pair data.Pair, r *rand.Rand) (Fit, error) { return s.fit(pair, r, false) }

// Trace implements FittingTest.
func (s *SparKer) Trace(pair data.Pair, r *rand.Rand) (Fit, error) { return s.fit(pair, r, true) }

func (s *SparKer) fit(pair data.Pair, r *rand.Rand, trace bool) (Fit, error) {
	fit := Fit{t: s.setup.Takes(StatisticT), lead: s.setup.Takes(StatisticLead),
		SoftMax: s.setup.Model.SoftMax, Clip: s.setup.Train.Clip}
	start := s.setup.InitialCentroids
	if d := s.setup.Dim; pair.Reference.D != d || pair.Data.D != d {
		return Fit{}, fmt.Errorf("twosample: the reference has %d columns and the data %d; the "+
			"test is for %d", pair.Reference.D, pair.Data.D, d)
	}
	if s.setup.Standardize {
		reference := s.setup.Reference
		if !reference.standardizes(pair) {
			reference = standardizedReference(pair)
		}
		fit.Standardizer, fit.Warnings = reference.standardizer, reference.warnings
		pair.Reference, pair.Data = reference.sample, reference.standardizer.Apply(pair.Data)
		if start != nil {
			start = reference.standardizer.Apply(data.Sample{X: start, N: s.setup.Model.Kernels,
				D: s.setup.Dim}).X
		}
	}
	if !s.setup.Standardize {
		fit.Warnings = data.ConstantColumns(pair)
	}
	if pair.Data.N == 0 { // a Poisson draw can be empty
		fit.Status, fit.Reason = train.TooFewRows, "the data have no rows"
		return fit, nil
	}
	if start == nil {
		var err error
		start, err = train.InitialCentroids(s.setup.Model.Init, pair, s.setup.Model.Kernels, r)
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

// LogRatios implements FittingTest.
func (s *SparKer) LogRatios(x data.Sample, at train.Checkpoint) ([]float64, error) {
	return s.fitter.LogRatios(x, at)
}
