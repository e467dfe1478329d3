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
		Cost:    "O(epochs · (n+m) M d)",
		Source:  "arXiv:2511.03095",
		Fits:    true,
		Rate:    true,
		Weights: true,

		Nuisances: true,
		Check:     checkSparKer,

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
				scale.Statistic = ridgeStatistic(statistic, at.Ridge)
			}
			p.Scales = append(p.Scales, scale)
		}
	}
	// A convex fit of fixed kernels is for what is broad.
	if warning := p.Widths.Warning(s.Distances.DistanceQuantiles); warning != "" &&
		s.Train.Optimizer != "convex" {
		p.Warnings = append(p.Warnings, warning)
	}
	return p, nil
}

// ridgeStatistic returns the name of a statistic at the optimum of a ridge.
func ridgeStatistic(statistic string, ridge float64) string {
	return fmt.Sprintf("%s, ridge %.4g", statistic, ridge)
}

// SparKer is the test of arXiv:2511.03095: an annealed ensemble of kernels is trained on the pair,
// and the extended likelihood ratio of the fitted log-ratio is taken at several widths.
type SparKer struct {
	setup Setup
	sizes map[int]sized // by the number of kernels
}

// sized fits a number of kernels.
type sized struct {
	model  models.Ensemble
	fitter *train.Fitter
}

// NewSparKer returns the test. Of the setup it uses the fields that describe the fit and those from
// Dim on; the widths that kernels are annealed between come from Train and Distances.
func NewSparKer(s Setup) (*SparKer, error) {
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
	test := &SparKer{setup: s, sizes: map[int]sized{}}
	_, err := test.sized(s.Model.Kernels)
	return test, err
}

// sized returns what fits a number of kernels. A pair with fewer places for kernels than the setup
// asks for has fewer kernels.
func (s *SparKer) sized(kernels int) (sized, error) {
	if known, ok := s.sizes[kernels]; ok {
		return known, nil
	}
	config := s.setup.Model
	config.Kernels = kernels
	model, err := models.NewEnsemble(config, s.setup.Dim)
	if err != nil {
		return sized{}, err
	}
	options, err := s.setup.Train.Options(model, s.setup.Widths())
	if err != nil {
		return sized{}, err
	}
	options.Lead, options.Shares = s.setup.Takes(StatisticLead), s.setup.Places
	if s.setup.Reference != nil {
		options.Reference = s.setup.Reference.packed
	}
	fitter, err := train.NewFitter(model, s.setup.Loss, options)
	if err != nil {
		return sized{}, err
	}
	s.sizes[kernels] = sized{model, fitter}
	return s.sizes[kernels], nil
}

// Name implements Test.
func (s *SparKer) Name() string { return "SparKer" }

// Scales returns the epochs and widths at which statistics are taken, widest first.
func (s *SparKer) Scales() []train.Scale {
	return s.sizes[s.setup.Model.Kernels].fitter.Scales()
}

// Statistics implements Test: t at every scale, then lead at every scale, as far as the test takes
// them. A pair whose rows are fewer places to start on than there are kernels is fitted with fewer
// kernels. A warning says so, except for a convex fit: its kernels then stand on all rows. The
// status is too_few_rows for data without rows, which a Poisson draw can give.
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
		fit.Warnings = data.OwnUnits(pair)
	}
	if pair.Data.N == 0 { // a Poisson draw can be empty
		fit.Status, fit.Reason = train.TooFewRows, "the data have no rows"
		return fit, nil
	}
	if start == nil {
		var err error
		start, err = train.InitialCentroids(s.setup.Model.Init, pair, s.setup.Model.Kernels, r)
		if err != nil {
			var outside *data.RangeError
			if !errors.As(err, &outside) {
				return Fit{}, err
			}
			fit.Status, fit.Reason = train.NonFinite, outside.Error()
			return fit, nil
		}
	}
	kernels := len(start) / s.setup.Dim
	if kernels < s.setup.Model.Kernels && s.setup.Train.Optimizer != "convex" {
		fit.Warnings = append(slices.Clip(fit.Warnings), s.fewer(kernels))
	}
	size, err := s.sized(kernels)
	if err != nil {
		return Fit{}, err
	}
	run := size.fitter.Fit
	if trace {
		run = size.fitter.Trace
	}
	fit.FitResult, err = run(pair, size.model.Start(start), r)
	return fit, err
}

// fewer is the warning that a pair has places for fewer kernels than the setup asks for.
func (s *SparKer) fewer(kernels int) string {
	samples := "the data have"
	switch s.setup.Model.Init {
	case "reference":
		samples = "the reference has"
	case "pooled":
		samples = "the samples have"
	}
	rows := "rows"
	if kernels == 1 {
		rows = "row"
	}
	return fmt.Sprintf("%s %d distinct %s: %d of the %d kernels are fitted", samples, kernels, rows,
		kernels, s.setup.Model.Kernels)
}

// LogRatios implements FittingTest.
func (s *SparKer) LogRatios(x data.Sample, at train.Checkpoint) ([]float64, error) {
	size, err := s.sized(len(at.Coefficients))
	if err != nil {
		return nil, err
	}
	return size.fitter.LogRatios(x, at)
}
