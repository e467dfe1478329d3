package stats

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

const (
	// FewestTailToys is the smallest number of null toys that a p-value is extrapolated from.
	FewestTailToys = 100
	// tailReached is the number of toys at or above the observed score from which the p-value of
	// the ranks is as good.
	tailReached = 10
	// mostExceedances and tailShare limit the number of exceedances that a tail is fitted to, and
	// fewestExceedances is the number below which none is.
	mostExceedances, fewestExceedances = 250, 30
	tailShare                          = 0.2
	// tailGoodness is the p-value of the check that a tail must reach.
	tailGoodness = 0.05
	// smallestTailP is the smallest p-value that is extrapolated: that of 4.5 standard deviations.
	// The coverage was measured at 3 and at 4.
	smallestTailP = 3.4e-6
	// tailLevel is the confidence level of the interval.
	tailLevel = 0.95
	// tailInflation is the factor by which the interval of the resampled p-values grows, on a
	// logarithmic scale. Without it, 85% to 93% of the intervals at 3 standard deviations cover the
	// true p-value (docs/science/statements.md).
	tailInflation = 1.4
	// widestTail is the ratio of the ends of the interval above which the toys say too little.
	widestTail = 1e4
)

// TailSets is the usual number of resampled sets of toys for the interval of an [Extrapolation].
const TailSets = 200

// Resampling draws the toys of resampled sets.
type Resampling struct {
	Sets int             // how many
	Draw func(n int) int // returns a random number from 0 to n-1
}

// Extrapolation is a p-value beyond the null toys. It rests on the assumption that the tail of the
// null distribution goes on as it is among the toys, which no number of toys shows.
type Extrapolation struct {
	// P is the extrapolated p-value, and Z its significance.
	P, Z float64
	// Interval holds the ends of a 95% interval of P from resampled toys.
	Interval [2]float64
	// Methods says how the null distribution of each column is smoothed: by a chi-square or a gamma
	// distribution, by a generalized Pareto tail ("pareto"), or not at all ("ranks").
	Methods []string
	// Exceedances is the number of toys that the tail of the last score was fitted to.
	Exceedances int
	// Goodness is the p-value of the Anderson-Darling check of this tail, in [0.0025, 0.25].
	Goodness float64
}

// TailError reports why a p-value is not extrapolated.
type TailError struct{ Reason string }

func (e *TailError) Error() string { return "stats: no p-value beyond the toys: " + e.Reason }

// Extrapolate extends the p-value of the observed statistics t, one for each column, beyond the
// null toys. The null distribution of each column is smoothed: by a chi-square or a gamma
// distribution if its check passes, and otherwise by its ranks with a generalized Pareto tail. The
// p-values are combined in groups as [GroupedCalibration] does, with the null distribution of the
// score of each group smoothed by its ranks and a tail.
//
// The tail of the last score is fitted to at most 250 exceedances, and to fewer as long as an
// Anderson-Darling test refuses it, as Knijnenburg, Wessels, Reinders and Shmulevich do
// (Bioinformatics 25, 2009, i161). Their generalized Pareto distribution has the shape 0 here: a
// score is a logarithm of p-values, whose tail is about exponential, and a free shape says next to
// nothing at 4 standard deviations from 300 toys.
//
// The interval holds the central 95% of the p-values of sets of as many toys, drawn with
// replacement, and is widened by a factor of 1.4 on a logarithmic scale.
//
// The error is a [*TailError] if there are fewer than 100 toys, if some failed, if ten or more
// reach the observed score, if no tail passes the check, if p is below that of 4.5 standard
// deviations, and if the ends of the interval differ by more than a factor of 10,000.
func Extrapolate(null []NullToy, t []float64, g Group, r Resampling) (Extrapolation, error) {
	if err := checkTail(null, t, g); err != nil {
		return Extrapolation{}, err
	}
	rows := make([][]float64, len(null))
	for b, toy := range null {
		rows[b] = toy.T
	}
	fit := tailFit{group: g, methods: make([]string, len(t))}
	x := fit.scores(rows, t)
	tail, err := fit.choose(x.null, x.observed)
	if err != nil {
		return Extrapolation{}, err
	}
	p := tail.survival(x.observed)
	if p < smallestTailP {
		return Extrapolation{}, &TailError{fmt.Sprintf("it would be below %.3g, that of 4.5 "+
			"standard deviations; so few toys say nothing about it", smallestTailP)}
	}
	result := Extrapolation{P: p, Z: Z(p), Methods: fit.methods, Exceedances: fit.exceedances,
		Goodness: tail.goodness(x.null)}
	low, high := fit.interval(rows, t, r)
	for i, end := range []float64{low, high} {
		result.Interval[i] = min(1, p*math.Pow(end/p, tailInflation))
	}
	if result.Interval[1] > widestTail*result.Interval[0] {
		return Extrapolation{}, &TailError{fmt.Sprintf("the interval from %.2g to %.2g says next "+
			"to nothing; more toys narrow it", result.Interval[0], result.Interval[1])}
	}
	return result, nil
}

// checkTail returns an error if the toys cannot be extrapolated.
func checkTail(null []NullToy, t []float64, g Group) error {
	if len(null) < FewestTailToys {
		return &TailError{fmt.Sprintf("there are %d null toys; want at least %d", len(null),
			FewestTailToys)}
	}
	for _, toy := range null {
		if toy.Failed {
			return &TailError{"some null toys failed, so that the tail is not known"}
		}
	}
	c, err := CalibrateGroups(null, len(t), g)
	if err != nil {
		return err
	}
	s, err := c.Test(t)
	if err != nil {
		return err
	}
	for _, column := range c.sorted {
		if math.IsInf(column[len(column)-1], 0) {
			return &TailError{"a null statistic is infinite"}
		}
	}
	for _, v := range t {
		if math.IsInf(v, 0) {
			return &TailError{"an observed statistic is infinite"}
		}
	}
	if n := s.atLeast(len(null)); n >= tailReached {
		return &TailError{fmt.Sprintf("%d null toys are as extreme as the data, which the p-value "+
			"of the toys counts as well", n)}
	}
	return nil
}

// tailFit holds what the fit of a tail chooses once, and its resampled fits keep.
type tailFit struct {
	group       Group
	methods     []string // of the columns
	exceedances int
}

// tailScores are the last scores of rows, on a scale on which their tail is about exponential.
type tailScores struct {
	null     []float64 // sorted
	observed float64
}

// scores returns the scores of null rows and of the observed one. It chooses the methods that are
// not chosen yet.
func (f *tailFit) scores(rows [][]float64, t []float64) tailScores {
	columns := make([][]float64, len(t))
	for s := range t {
		values := make([]float64, len(rows))
		for b, row := range rows {
			values[b] = row[s]
		}
		smooth := newSmoothNull(values, f.methods[s])
		f.methods[s] = smooth.method
		columns[s] = smooth.pOf(values, t[s])
	}
	all := groupScores(f.group, columns)
	x := tailScores{null: all[:len(rows)], observed: all[len(rows)]}
	slices.Sort(x.null)
	return x
}

// pOf returns the p-values of the null values, and of the observed one after them.
func (s smoothNull) pOf(values []float64, observed float64) []float64 {
	p := make([]float64, len(values)+1)
	for b, v := range values {
		p[b] = s.p(v, 1)
	}
	p[len(values)] = s.p(observed, 0)
	return p
}

// groupScores returns the scores of a group for all rows, the observed one last. Columns holds the
// p-values of each column.
func groupScores(g Group, columns [][]float64) []float64 {
	parts := make([][]float64, 0, g.parts())
	weights := make([]float64, 0, g.parts())
	for _, s := range g.Columns {
		parts, weights = append(parts, columns[s]), append(weights, 1)
	}
	for _, inner := range g.Groups {
		x := groupScores(inner, columns)
		n := len(x) - 1
		parts = append(parts, newSmoothNull(x[:n], smoothPareto).pOf(x[:n], x[n]))
		weights = append(weights, inner.weight())
	}
	mean := stat.Mean(weights, nil)
	scores := make([]float64, len(parts[0]))
	for i := range scores {
		row := newSums()
		for k, p := range parts {
			row.weigh(g.Combine.term(p[i]), weights[k]/mean)
		}
		score, _ := row.score(g.Combine, len(parts))
		switch g.Combine { // sums of 1/p have a tail of 1/score
		case Harmonic:
			score = math.Log(score)
		case Cauchy:
			score = math.Asinh(score)
		}
		scores[i] = score
	}
	return scores
}

// choose fits the tail of sorted scores, to as many exceedances as pass the check.
func (f *tailFit) choose(sorted []float64, observed float64) (paretoTail, error) {
	most := min(mostExceedances, int(tailShare*float64(len(sorted))))
	least := min(fewestExceedances, most)
	for n := most; n >= least; n -= max(1, most/20) {
		tail, ok := newTail(sorted, n, exponentialShape)
		if ok && observed > tail.threshold && tail.goodness(sorted) >= tailGoodness {
			f.exceedances = n
			return tail, nil
		}
	}
	return paretoTail{}, &TailError{"no generalized Pareto distribution fits the tail of the " +
		"null toys"}
}

// interval returns the ends of the central interval of the p-values of resampled toys.
func (f *tailFit) interval(rows [][]float64, t []float64, r Resampling) (low, high float64) {
	var p []float64
	drawn := make([][]float64, len(rows))
	for range r.Sets {
		for b := range drawn {
			drawn[b] = rows[r.Draw(len(rows))]
		}
		again := tailFit{group: f.group, methods: make([]string, len(t))}
		x := again.scores(drawn, t)
		if tail, ok := newTail(x.null, f.exceedances, exponentialShape); ok {
			p = append(p, tail.survival(max(x.observed, tail.threshold)))
		}
	}
	if len(p) == 0 {
		return 0, 1
	}
	slices.Sort(p)
	return stat.Quantile((1-tailLevel)/2, stat.Empirical, p, nil),
		stat.Quantile((1+tailLevel)/2, stat.Empirical, p, nil)
}
