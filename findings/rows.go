package findings

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"sparker/data"
	"sparker/stats"
	"sparker/train"
	"sparker/twosample"
)

// RowOptions says how [ListRows] lists rows.
type RowOptions struct {
	// Method and Setup are those of the test. Of the setup, the fields that describe fits are used.
	// The distances are measured anew.
	Method twosample.Method
	Setup  twosample.Setup
	// Calibration holds rows from the distribution of the reference that are not in it, and that
	// nothing in the preparation of the pair depends on. Without any, they are a part of the
	// reference.
	Calibration data.Sample
	// Q is the false-discovery rate of the list, above 0 and below 1.
	Q float64
}

// NoKernelsError reports a test without kernels: it cannot say which rows stand out.
type NoKernelsError struct {
	Method string
}

func (e *NoKernelsError) Error() string {
	return fmt.Sprintf("neither the test %s nor a member of it fits kernels", e.Method)
}

// WeightedRowsError reports a list of rows of a pair with weights. Its p-values count rows that are
// exchangeable, which rows of different weights are not.
type WeightedRowsError struct{}

func (*WeightedRowsError) Error() string {
	return "rows of different weights are not exchangeable: they cannot be listed with a " +
		"false-discovery rate"
}

// Check returns an error for a rate that no list can have, a [*WeightedRowsError] if the rows have
// weights, and a [*NoKernelsError] if the test cannot score rows.
func (o RowOptions) Check() error {
	if o.Setup.Weighted {
		return &WeightedRowsError{}
	}
	if !(o.Q > 0 && o.Q < 1) {
		return fmt.Errorf("a false-discovery rate of %v; want a number above 0 and below 1", o.Q)
	}
	_, err := o.fitter()
	return err
}

// RowsPurpose names the random stream that a test divides its reference with, so that all callers
// of [ListRows] with the same seed have the same list.
const RowsPurpose = "rows"

// NovelLevel is the confidence level of [RowList.Novel].
const NovelLevel = 0.95

// ListRows lists the rows of the data that stand out from the reference, with a false-discovery
// rate: among the listed rows, at most a share of Q are from the reference, on average over samples
// (Marandon, Lei, Mary and Roquain, arXiv:2208.06685). The pair is that of the test, in the data's
// own units; its weight is not used. ListRows also bounds the number of rows that are not from the
// reference.
//
// Unless the options have calibration rows, the stream divides the reference into these, of which
// there are [CalibrationRows] or half of the reference, and training rows. The test fits the
// training rows, as the reference, against the calibration rows and the data together, [ScoreFits]
// times with random starts of their own. The score of a row is the mean of the log-ratio f over
// these fits and all of their scales. See [stats.RowScores] for what follows from the scores.
//
// The error rates hold if the reference and those rows of the data that are from it are independent
// draws from one distribution, or exchangeable otherwise. The fit does not know which of its rows
// are calibration rows: they are sorted by their values first, and f is the same to the last bit
// for any permutation of these rows.
//
// The fit is that of the test itself or, if it fits no kernels, of its first member that does. If
// none does, the error is a [*NoKernelsError], and for rows of different weights a
// [*WeightedRowsError]. Errors are also those of a pair or a stream that the
// test cannot be applied to. Samples that give no list are not an error: see [RowList.Refused].
func ListRows(pair data.Pair, o RowOptions, r *rand.Rand) (RowList, error) {
	if err := checkPair(pair); err != nil {
		return RowList{}, fmt.Errorf("findings: %w", err)
	}
	if data.Uneven(pair.ReferenceWeights) || data.Uneven(pair.DataWeights) {
		return RowList{}, fmt.Errorf("findings: %w", &WeightedRowsError{})
	}
	if err := o.Check(); err != nil {
		return RowList{}, fmt.Errorf("findings: %w", err)
	}
	if c := o.Calibration; c.N > 0 && c.D != pair.Data.D {
		return RowList{}, fmt.Errorf("findings: %d columns of the calibration rows for %d of the "+
			"data", c.D, pair.Data.D)
	}
	member, err := o.fitter()
	if err != nil {
		return RowList{}, fmt.Errorf("findings: %w", err)
	}
	training, calibration := pair.Reference, o.Calibration
	if calibration.N == 0 {
		training, calibration = divided(pair, r)
	}
	n := calibration.N
	list := RowList{Schema: RowsSchema, Q: o.Q, Member: member, DataRows: pair.Data.N,
		CalibrationRows: n, TrainingRows: training.N, Warnings: []string{}}
	if float64(n+1)*o.Q < 1 || pair.Data.N == 0 {
		list.Refused = fmt.Sprintf("%d calibration rows for %d rows of the data are too few for a "+
			"false-discovery rate of %v; want more rows of the reference, or a larger rate", n,
			pair.Data.N, o.Q)
		return list, nil
	}
	m := newMixture(pair, training, calibration)
	fits, err := m.fit(o, r)
	var outside *data.RangeError
	switch {
	case errors.Is(err, data.ErrTooFewRows) || errors.As(err, &outside):
		list.Refused = "the divided reference cannot be fitted: " + err.Error()
		return list, nil
	case err != nil:
		return RowList{}, fmt.Errorf("findings: listing rows: %w", err)
	}
	for _, fit := range fits {
		if fit.Status != train.OK {
			list.Refused = fmt.Sprintf("a fit of the divided reference failed (%s): %s", fit.Status,
				fit.Reason)
			return list, nil
		}
	}
	scores, err := m.scores(fits)
	if err != nil {
		return RowList{}, fmt.Errorf("findings: listing rows: %w", err)
	}
	list.read(pair, fits[0], scores)
	return list, nil
}

// fitter replaces the method and the setup by those of the fit that scores the rows, and returns
// the name of its member.
func (o *RowOptions) fitter() (member string, err error) {
	members := o.Setup.Members
	o.Setup.Members, o.Setup.Reference = nil, nil
	if o.Method.Fits {
		return "", nil
	}
	for _, m := range members {
		method, err := twosample.Lookup(m.Method)
		if err != nil {
			return "", err
		}
		if method.Fits {
			o.Method, o.Setup.Model, o.Setup.Loss = method, m.Model, m.Loss
			o.Setup.Train, o.Setup.Statistics = m.Train, m.Statistics
			o.Setup.InitialCentroids = nil
			return m.Name, nil
		}
	}
	return "", &NoKernelsError{o.Method.Name}
}

// calibrationShare is the number of calibration rows for each row of the data.
const calibrationShare = 2

// CalibrationRows returns how many calibration rows there should be for the rows of the data: twice
// as many.
//
// More of them make finer p-values: a list of k rows needs at least N_D/(Q k) - 1. But the fit sees
// them as data, so that they thin out what is there to be found.
func CalibrationRows(data int) int { return calibrationShare * data }

// divided divides the reference of a pair at random.
func divided(pair data.Pair, r *rand.Rand) (training, calibration data.Sample) {
	order := r.Perm(pair.Reference.N)
	n := min(pair.Reference.N/2, CalibrationRows(pair.Data.N))
	return sampleOfRows(pair.Reference, order[n:]), sampleOfRows(pair.Reference, order[:n])
}

// A mixture is the two samples that are fitted for the scores of rows.
type mixture struct {
	pair data.Pair // the training rows against all others, sorted by their values
	// places holds the row of pair.Data of each calibration row, and then of each row of the data.
	places      []int
	calibration int // the number of calibration rows
}

// newMixture mixes the data of a pair with calibration rows.
func newMixture(pair data.Pair, training, calibration data.Sample) mixture {
	var rows [][]float64
	for _, s := range []data.Sample{calibration, pair.Data} {
		for i := range s.N {
			rows = append(rows, s.Row(i))
		}
	}
	sorted := make([]int, len(rows))
	for i := range sorted {
		sorted[i] = i
	}
	slices.SortFunc(sorted, func(a, b int) int { return slices.Compare(rows[a], rows[b]) })

	m := mixture{calibration: calibration.N, places: make([]int, len(rows))}
	m.pair = data.Pair{Reference: training, Data: data.Sample{N: len(rows), D: pair.Data.D},
		Weight:  float64(len(rows)) / float64(training.N),
		Columns: pair.Columns, Quantities: pair.Quantities}
	for place, i := range sorted {
		m.places[i] = place
		for _, v := range rows[i] {
			m.pair.Data.X = append(m.pair.Data.X, v+0) // -0 is 0: the two are equal in the sort
		}
	}
	return m
}

// sampleOfRows returns some rows of a sample.
func sampleOfRows(s data.Sample, rows []int) data.Sample {
	some := data.Sample{X: make([]float64, 0, len(rows)*s.D), N: len(rows), D: s.D}
	for _, i := range rows {
		some.X = append(some.X, s.Row(i)...)
	}
	return some
}

// ScoreFits is the number of fits whose mean scores the rows in [ListRows]. A mean of five has more
// power than one fit, and than the scale of one fit that differs most from null toys.
const ScoreFits = 5

// fit fits the mixture several times.
func (m mixture) fit(o RowOptions, r *rand.Rand) ([]twosample.Fit, error) {
	pool, err := data.NewPermutation(m.pair.Reference, m.pair.Data)
	if err != nil {
		return nil, err
	}
	s := o.Setup
	s.Dim = m.pair.Data.D
	percentiles, err := twosample.Percentiles(o.Method, s)
	if err != nil {
		return nil, err
	}
	s.Distances, err = twosample.MeasureDistances(pool.DrawRows(r, twosample.DistanceRows), r,
		twosample.DistanceOptions{Standardize: s.Standardize, Percentiles: percentiles,
			Columns: m.pair.Columns, Quantities: m.pair.Quantities})
	if err != nil {
		return nil, err
	}
	prepared, err := twosample.Prepare(o.Method, s)
	if err != nil {
		return nil, err
	}
	test, err := prepared.New()
	if err != nil {
		return nil, err
	}
	fitting, ok := test.(twosample.FittingTest)
	if !ok {
		return nil, &NoKernelsError{o.Method.Name}
	}
	fits := make([]twosample.Fit, ScoreFits)
	for i := range fits {
		if fits[i], err = fitting.Fit(m.pair, r); err != nil {
			return nil, err
		}
	}
	return fits, nil
}

// scores returns those of the rows that the mixture shares: the means of f over all checkpoints of
// the fits.
func (m mixture) scores(fits []twosample.Fit) (stats.RowScores, error) {
	sample, standardizer := m.pair.Data, fits[0].Standardizer
	if standardizer != nil {
		sample = standardizer.Apply(sample)
	}
	f := make([]float64, sample.N)
	for _, fit := range fits {
		for _, c := range fit.Checkpoints {
			kernels := newCensus(c, sample.D, fit.SoftMax)
			for i := range sample.N {
				if err := kernels.look(sample.Row(i)); err != nil {
					return stats.RowScores{}, fmt.Errorf("a row %w", err)
				}
				for k, a := range c.Coefficients {
					f[i] += a * kernels.weight(k) / float64(len(fits)*len(fit.Checkpoints))
				}
			}
		}
	}
	all := make([]float64, len(f))
	for i, place := range m.places {
		all[i] = f[place]
	}
	return stats.RowScores{Calibration: all[:m.calibration], Data: all[m.calibration:]}, nil
}
