package sparker

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"sparker/findings"
	"sparker/internal/rng"
	"sparker/results"
	"sparker/signatures"
	"sparker/stats"
	"sparker/twosample"

	_ "sparker/twosample/baselines" // registers the tests of others
)

// Result is the answer of [Test].
type Result struct {
	// P is the p-value over all scales, exact at any sample size: under the null hypothesis P(p <=
	// alpha) is at most alpha. It lies on the grid k/(Toys+1). If the number of toys is not fixed,
	// it is that of stats.Sequential.
	P float64
	// Z is the significance of P in standard deviations of a normal distribution, one-sided.
	Z float64
	// Bound reports that no null toy was as extreme as the data. P is then an upper bound, and Z a
	// lower one: more toys go further.
	Bound bool
	// Verdict says the result in one sentence: its String has P, Z, Alpha and what was compared.
	Verdict findings.Verdict
	// Stopped says why the null toys ended. It is empty if Options.Toys sets their number.
	Stopped stats.Stop
	// Extrapolated is a p-value beyond the null toys, with the assumption that their tail goes on
	// as it is. It never replaces P. It is nil unless Options.Extrapolate asks for it, and if it is
	// refused; ExtrapolationRefused then says why.
	Extrapolated         *stats.Extrapolation
	ExtrapolationRefused string
	// Scales holds the statistic at each scale, with a p-value of its own: those of the method,
	// followed by those of the members. Only P is corrected for their number.
	Scales []ScaleResult
	// Groups holds the p-value of each group of statistics alone. It is empty if all statistics are
	// combined at once, as those of a test without members are by default.
	Groups []GroupResult
	// Null holds the statistics of the null toys, one row per toy and one column per scale. The row
	// of a toy whose fit failed is nil; such a toy counts as more extreme than the data.
	Null [][]float64
	// Places says where the samples differ, the most significant first, each with a p-value of its
	// own that accounts for the search of all places. It is empty if neither the method nor a
	// member fits kernels.
	Places []findings.Place
	// Findings is the content of findings.json of the command sparker test. It is nil if nothing
	// fits kernels.
	Findings *findings.Findings
	// Rows lists the rows of the data that stand out, with the false-discovery rate that
	// Options.RowsFDR asks for, and bounds the number of rows that are not from the reference. It
	// is the content of rows.json of the command sparker test, and nil if no list is asked for. Its
	// warnings are its own.
	Rows *findings.RowList
	// Warnings is what a reader of P should know. Those of Signatures are among them.
	Warnings []string
	// Signatures are the ways in which the test fails that the null toys show: see the package
	// signatures.
	Signatures []results.Signature
}

// ScaleResult is the statistic of a method at one scale, against its null toys.
type ScaleResult struct {
	twosample.StatisticScale
	T        float64 // of the data
	P        float64 // of T alone, in [1/(Toys+1), 1]
	NullMean float64 // over the null toys that did not fail
	NullSD   float64 // over the same; 0 for fewer than two
}

// GroupResult is a group of statistics, which are combined with each other first.
type GroupResult struct {
	Name    string
	Weight  float64           // of the group among the groups, relative to their mean
	Combine stats.Combination // of the p-values within the group
	Scales  []int             // the indices in Result.Scales
	P       float64           // of the group alone, in [1/(Toys+1), 1]
}

// FailedError reports that there is no p-value: the statistics of the data could not be computed,
// or too many of the null toys failed.
type FailedError struct {
	Method string
	Status twosample.Status
	Reason string
}

func (e *FailedError) Error() string {
	if e.Status == twosample.TooManyFailures {
		return fmt.Sprintf("sparker: no p-value of the test %s: %s", e.Method, e.Reason)
	}
	return fmt.Sprintf("sparker: no p-value: the test %s failed on the data (%s): %s", e.Method,
		e.Status, e.Reason)
}

// Test asks whether the rows of data come from the same distribution as those of reference, and
// where they do not. Both tables have one row per event and the same columns, in the same order.
//
// The statistic of the method is computed for the pair and for null toys, which share out the rows
// of both tables at random between two samples of the same sizes. The ranks of the statistics at
// several scales, and of the members of the test, give one p-value (see stats.GroupedCalibration).
// The numbers are those of
//
//	sparker test --calibration permutation --toys TOYS seed=SEED
//
// for the same tables. With Options.ReferenceWeights, toys are thrown from a half of the reference,
// and the numbers are those of
//
//	sparker test --weight COLUMN --toys TOYS seed=SEED
//
// TOYS is auto if Options.Toys is 0. A test of SparKer takes as long as Toys+2
// fits, of each member as well.
//
// Errors are a [*ShapeError] or a [*ValueError] for a table that cannot be tested, an
// [*OptionError], an error that wraps data.ErrTooFewRows for tables with too few rows, a
// [*FailedError] if there is no statistic for the data, and the cause of ctx if it ends.
func Test(ctx context.Context, reference, data mat.Matrix, o *Options) (*Result, error) {
	begun := time.Now()
	p, err := newProblem(reference, data, o)
	if err != nil {
		return nil, err
	}
	p.begun = begun
	observed, fit, err := p.observed()
	if err != nil {
		return nil, err
	}
	end, err := p.nullToys(ctx, observed)
	if err != nil {
		return nil, err
	}
	result, err := p.rank(observed, end)
	if err != nil {
		return nil, err
	}
	if p.options.Extrapolate {
		if err := p.extrapolate(result, end.toys, observed.T); err != nil {
			return nil, err
		}
	}
	result.warn(observed.Warnings)
	if p.options.RowsFDR > 0 {
		list, err := findings.ListRows(p.pair, p.rowOptions(),
			rng.New(p.options.Seed, findings.RowsPurpose))
		if err != nil {
			return nil, fmt.Errorf("sparker: %w", err)
		}
		result.Rows = &list
	}
	if fit == nil {
		return result, nil
	}
	return result, p.locate(result, *fit, end.places)
}

// warn adds the warnings that are not there yet.
func (r *Result) warn(warnings []string) {
	for _, warning := range warnings {
		if !slices.Contains(r.Warnings, warning) {
			r.Warnings = append(r.Warnings, warning)
		}
	}
}

// observed tests the data themselves. The fit is nil if nothing fits kernels.
func (p *problem) observed() (twosample.Outcome, *twosample.Fit, error) {
	test, err := p.prepared.New()
	if err != nil {
		return twosample.Outcome{}, nil, fmt.Errorf("sparker: %w", err)
	}
	fit, outcome, err := twosample.FitAll(test, p.pair,
		p.stream("fit", hypothesisObserved, 0))
	if err != nil {
		return outcome, nil, fmt.Errorf("sparker: testing the data: %w", err)
	}
	if outcome.Status != twosample.OK {
		return outcome, nil, &FailedError{p.method.Name, outcome.Status, outcome.Reason}
	}
	return outcome, fit, nil
}

// rank ranks the statistics of the data among those of the null toys.
func (p *problem) rank(observed twosample.Outcome, end nullEnd) (*Result, error) {
	null, scales := end.toys, p.prepared.Scales
	calibration, err := stats.CalibrateGroups(null, len(scales), p.group)
	if err != nil {
		return nil, fmt.Errorf("sparker: %w", err)
	}
	if err := calibration.CheckFailures(); err != nil {
		return nil, &FailedError{p.method.Name, twosample.TooManyFailures, err.Error()}
	}
	s, err := calibration.Test(observed.T)
	if err != nil {
		return nil, fmt.Errorf("sparker: %w", err)
	}
	warnings := calibration.Warnings(p.options.Alpha)
	if end.design != nil {
		s = end.rule.Correct(s, end.at)
		warnings = append(end.design.Warnings(end.stop, len(null)),
			calibration.FailureWarnings()...)
	}
	result := &Result{P: s.P, Z: s.Z, Bound: s.ZBound, Stopped: end.stop,
		Null: make([][]float64, len(null)), Signatures: p.signatures(end)}
	result.Warnings = signatures.Replace(append(p.warnings, warnings...), result.Signatures)
	result.Verdict = findings.Verdict{P: s.P, Z: s.Z, Bound: s.ZBound, Alpha: p.options.Alpha,
		DataRows: p.pair.Data.N, ReferenceRows: p.pair.Reference.N, Columns: p.pair.Columns,
		EffectiveData:      findings.EffectiveSize(p.pair.DataWeights),
		EffectiveReference: findings.EffectiveSize(p.pair.ReferenceWeights)}
	for i, g := range p.group.Groups { // the first p-value is that of all groups
		result.Groups = append(result.Groups, GroupResult{Name: g.Name,
			Weight: cmp.Or(g.Weight, 1), Combine: g.Combine, Scales: g.Columns,
			P: s.Groups[i+1].P})
	}
	columns := make([][]float64, len(scales))
	for b, toy := range null {
		if toy.Failed {
			continue
		}
		result.Null[b] = toy.T
		for i, t := range toy.T {
			columns[i] = append(columns[i], t)
		}
	}
	for i, scale := range scales {
		r := ScaleResult{StatisticScale: scale, T: observed.T[i], P: s.ScaleP[i],
			NullMean: stat.Mean(columns[i], nil)}
		if len(columns[i]) > 1 {
			r.NullSD = stat.StdDev(columns[i], nil)
		}
		result.Scales = append(result.Scales, r)
	}
	return result, nil
}

// scales returns what the choice of the scale of the findings depends on.
func (r *Result) scales() []findings.ScaleEvidence {
	scales := make([]findings.ScaleEvidence, len(r.Scales))
	for i, s := range r.Scales {
		scales[i] = findings.ScaleEvidence{T: s.T, P: s.P, NullMean: s.NullMean, NullSD: s.NullSD}
	}
	return scales
}

// groups returns what the choice of the member of the findings depends on.
func (r *Result) groups() []findings.GroupEvidence {
	groups := make([]findings.GroupEvidence, len(r.Groups))
	for i, g := range r.Groups {
		groups[i] = findings.GroupEvidence{P: g.P, Scales: g.Scales}
	}
	return groups
}
