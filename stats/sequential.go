package stats

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"sort"
	"sync"
)

// Stop says why the toys of a [Sequential] test ended. The empty value means that they have not.
type Stop string

// The reasons to stop.
const (
	// StopLow means that p is at most alpha, up to the resampling risk.
	StopLow Stop = "low"
	// StopHigh means that p is above alpha, up to the resampling risk.
	StopHigh Stop = "high"
	// StopMaximum means that the largest number of toys did not decide.
	StopMaximum Stop = "maximum"
	// StopTime means that the toys ended before the rule decided: a limit of time ended them, or
	// the run was interrupted or is under way.
	StopTime Stop = "time"
)

const (
	// ResamplingRisk is the largest probability that a [Sequential] test decides otherwise than an
	// infinite number of toys would.
	ResamplingRisk = 1e-3
	// spendingToys is the number of toys at which half of the risk is spent.
	spendingToys = 100
	// FewestToys is the first number of toys after which a [Sequential] test may stop.
	FewestToys = 20
	// MaxSequentialToys is the largest maximum of a [Sequential] test. Its tables take a second at
	// this size.
	MaxSequentialToys = 100_000
)

// Sequential is a Monte Carlo test that draws as many null toys as its decision at alpha needs. It
// looks at 20, 30, ..., 100 toys, and then at steps that grow with their number. After n toys, S_n
// of them have a score at least as large as the observed one. The test stops if S_n is at most a
// lower boundary or at least an upper one, and at its largest number of toys in any case.
//
// The boundaries bound the resampling risk (Gandy, J. Am. Stat. Assoc. 104, 2009, 1504;
// arXiv:math/0612488). If an infinite number of toys gives p > alpha, the probability to stop at
// the lower boundary is at most [ResamplingRisk], and the same holds for p <= alpha and the upper
// one. Of this risk, n/(n+100) is spent after n toys, so that a clear case ends early.
//
// The p-value of a test that stops is not (S+1)/(n+1), because the rule chooses n. Under the null
// hypothesis the scores of the observed row and of the toys are exchangeable, so that S_n is
// uniform on 0, ..., n, and S_m given S_n for m < n is hypergeometric. The probability of every
// outcome (n, S) of the rule follows exactly. The outcomes are ordered by (S+1)/(n+1), and the
// p-value is the probability under the null hypothesis of an outcome that is at most the one that
// happened. It is exact for scores that do not depend on the other toys, such as a single
// statistic. The scores of several scales are ranks among the toys: S_n is exactly uniform at each
// look, but the path from one look to the next follows the law above approximately.
//
// A Sequential is immutable: any number of goroutines may use one.
type Sequential struct {
	alpha    float64
	looks    []look
	attained float64
	// ratios holds (S+1)/(n+1) of the outcomes in rising order, each once, and p the probabilities
	// under the null hypothesis of an outcome of at most that ratio.
	ratios, p []float64
}

// look is a number of toys after which the test may stop.
type look struct {
	toys      int
	low, high int // it stops low at S <= low, and high at S >= high
	// reach[i] is the probability that the test goes on to this look, given that S is first+i here.
	// It is 0 for every other S.
	first int
	reach []float64
}

// NewSequential returns the sequential test of size alpha with a largest number of toys. It is an
// error if alpha is not in (0, 1), and if the number is not in 1, ..., [MaxSequentialToys].
func NewSequential(alpha float64, maximum int) (*Sequential, error) {
	switch {
	case !(alpha > 0 && alpha < 1):
		return nil, fmt.Errorf("stats: a sequential test of size %v: want a size between 0 and 1",
			alpha)
	case maximum < 1 || maximum > MaxSequentialToys:
		return nil, fmt.Errorf("stats: a sequential test of at most %d toys: want 1 to %d", maximum,
			MaxSequentialToys)
	}
	q := &Sequential{alpha: alpha}
	before := look{reach: []float64{1}, low: -1, high: 1} // no toys: S is 0
	var spentLow, spentHigh float64
	for _, n := range lookTimes(maximum) {
		l := look{toys: n}
		l.first, l.reach = before.ahead(n)
		risk := ResamplingRisk * float64(n) / float64(n+spendingToys)
		l.low, spentLow = l.lowBoundary(alpha, risk, spentLow)
		l.high, spentHigh = l.highBoundary(alpha, risk, spentHigh)
		q.looks = append(q.looks, l)
		before = l
	}
	q.orderOutcomes()
	for _, p := range q.p {
		if p <= alpha {
			q.attained = p
		}
	}
	return q, nil
}

// lookTimes returns the numbers of toys at the looks: steps of a tenth of the number to a fifth of
// it. The last one is the maximum.
func lookTimes(maximum int) []int {
	var times []int
	n, tens := 0, 1
	for n < maximum {
		step := 10 * tens
		switch { // 20, 30, ..., 100, 125, ..., 200, 250, ..., 500, 600, ..., 1000, 1250, ...
		case n >= 500*tens:
			step = 100 * tens
		case n >= 200*tens:
			step = 50 * tens
		case n >= 100*tens:
			step = 25 * tens
		}
		if n += step; n == 1000*tens {
			tens *= 10
		}
		if n >= FewestToys || n >= maximum {
			times = append(times, min(n, maximum))
		}
	}
	return times
}

// logFactorials returns a table of log n! for n from 0.
var logFactorials = sync.OnceValue(func() []float64 {
	table := make([]float64, MaxSequentialToys+1)
	for n := 2; n < len(table); n++ {
		table[n] = table[n-1] + math.Log(float64(n))
	}
	return table
})

// logSubsets returns log C(n, k) for n up to MaxSequentialToys, from a table.
func logSubsets(n, k int) float64 {
	f := logFactorials()
	return f[n] - f[k] - f[n-k]
}

// goesOn returns the range [from, to) of S in which the test goes on after the look.
func (l look) goesOn() (from, to int) {
	return max(l.low+1, l.first), min(l.high, l.first+len(l.reach))
}

// ahead returns the first S that can be reached after n toys, and, for it and those after it, the
// probability to go on to there given S.
func (l look) ahead(n int) (first int, reach []float64) {
	from, to := l.goesOn()
	if to <= from { // every S has stopped
		return from, nil
	}
	more := n - l.toys
	reach = make([]float64, to-from+more)
	for s := from; s < to; s++ {
		for j := range more + 1 {
			// Of the n toys, s+j are at or above the score, of which s are among the first ones.
			log := logSubsets(l.toys, s) + logSubsets(more, j) - logSubsets(n, s+j)
			reach[s-from+j] += l.reach[s-l.first] * math.Exp(log)
		}
	}
	return from, reach
}

// probability returns the probability to go on to the look and to have S = s there, if every toy is
// at or above the observed score with probability p.
func (l look) probability(s int, p float64) float64 {
	log := logSubsets(l.toys, s) + float64(s)*math.Log(p) + float64(l.toys-s)*math.Log1p(-p)
	return l.reach[s-l.first] * math.Exp(log)
}

// lowBoundary returns the largest S at which stopping low keeps the spent risk within its limit,
// and the risk that is then spent.
func (l look) lowBoundary(alpha, limit, spent float64) (boundary int, total float64) {
	for s := l.first; s < l.first+len(l.reach); s++ {
		add := l.probability(s, alpha)
		if spent+add > limit {
			return s - 1, spent
		}
		spent += add
	}
	return l.first + len(l.reach) - 1, spent
}

// highBoundary is lowBoundary for the smallest S at which the test stops high.
func (l look) highBoundary(alpha, limit, spent float64) (boundary int, total float64) {
	for s := l.first + len(l.reach) - 1; s >= l.first; s-- {
		add := l.probability(s, alpha)
		if spent+add > limit {
			return s + 1, spent
		}
		spent += add
	}
	return l.first, spent
}

// Looks returns the numbers of toys after which the test may stop, in rising order. The last one is
// its maximum.
func (q *Sequential) Looks() []int {
	times := make([]int, len(q.looks))
	for i, l := range q.looks {
		times[i] = l.toys
	}
	return times
}

// EndingAt returns the test with another largest number of toys, and with the same boundaries at
// the looks before. It gives the p-value of a test whose toys ended for a reason that has nothing
// to do with their outcomes, such as a limit of time.
func (q *Sequential) EndingAt(maximum int) (*Sequential, error) {
	return NewSequential(q.alpha, maximum)
}

// Attained returns the size of the test, the largest p-value that is at most alpha: P(p <= alpha)
// under the null hypothesis. It is 0 if no p-value is small enough.
func (q *Sequential) Attained() float64 { return q.attained }

// Stop reports whether the test stops after a number of toys of which atLeast have a score at least
// as large as the observed one. The result is empty if it goes on, and for a number that is not one
// of [Sequential.Looks].
func (q *Sequential) Stop(toys, atLeast int) Stop {
	i := slices.IndexFunc(q.looks, func(l look) bool { return l.toys == toys })
	switch {
	case i < 0:
		return ""
	case atLeast <= q.looks[i].low:
		return StopLow
	case atLeast >= q.looks[i].high:
		return StopHigh
	case i == len(q.looks)-1:
		return StopMaximum
	}
	return ""
}

// Warnings returns what a reader of a p-value should know of the end of the toys: that the decision
// at alpha is not certain.
func (q *Sequential) Warnings(stop Stop, toys int) []string {
	maximum := q.looks[len(q.looks)-1].toys
	switch stop {
	case StopMaximum:
		return []string{fmt.Sprintf("%d null toys, the largest number, do not make the decision "+
			"at alpha = %v certain: other toys could change it", toys, q.alpha)}
	case StopTime:
		return []string{fmt.Sprintf("the null toys ended after %d of at most %d, before the "+
			"decision at alpha = %v was certain: more toys could change it, and their number "+
			"depends on the speed of the machine", toys, maximum, q.alpha)}
	}
	return nil
}

// P returns the p-value of a test that stopped after a number of toys of which atLeast have a score
// at least as large as the observed one: the probability under the null hypothesis that it stops
// with a ratio (S+1)/(n+1) of at most this one. It is above 0.
func (q *Sequential) P(toys, atLeast int) float64 { return q.p[q.rank(toys, atLeast)] }

// Z returns the significance of [Sequential.P], which is always finite: at p = 1 it is that of the
// next smaller p-value.
func (q *Sequential) Z(toys, atLeast int) float64 {
	i := q.rank(toys, atLeast)
	for i > 0 && q.p[i] == 1 {
		i--
	}
	return Z(q.p[i])
}

// rank returns the index of the largest ratio that is at most that of an outcome. The smallest
// ratio stands for those below it, which only the scores of several scales can reach.
func (q *Sequential) rank(toys, atLeast int) int {
	ratio := float64(atLeast+1) / float64(toys+1)
	i := sort.SearchFloat64s(q.ratios, ratio)
	if i == len(q.ratios) || q.ratios[i] > ratio {
		i--
	}
	return max(i, 0)
}

// orderOutcomes lists the ratios of the outcomes and their p-values. Equal fractions are equal
// floating-point numbers, since the quotients are rounded correctly.
func (q *Sequential) orderOutcomes() {
	mass := map[float64]float64{}
	for i, l := range q.looks {
		for k, reach := range l.reach {
			s := l.first + k
			if s > l.low && s < l.high && i < len(q.looks)-1 {
				continue // it goes on
			}
			mass[float64(s+1)/float64(l.toys+1)] += reach / float64(l.toys+1)
		}
	}
	q.ratios = slices.Sorted(maps.Keys(mass))
	total := 0.0
	for _, ratio := range q.ratios {
		total += mass[ratio]
		q.p = append(q.p, total)
	}
	for i := range q.p { // the sum is 1, apart from rounding
		q.p[i] /= total
	}
}

// SequentialState is how far a [Sequential] test has come with some toys.
type SequentialState struct {
	// Stop is the reason to stop; empty if more toys are needed.
	Stop Stop
	// Toys is the number of toys at the look where the test stopped, or, if it has not, at the next
	// look.
	Toys int
	// AtLeast is the largest number, over the looks so far, of toys with a score at least as large
	// as the observed one.
	AtLeast int
}

// Follow tests the observed statistics t, one for each scale, against the null toys 0, 1, ..., in
// groups as [CalibrateGroups] makes them, and stops as soon as the rule says. Toys beyond the stop
// are not read, so that the state does not depend on their number. Errors are those of
// CalibrateGroups and of [GroupedCalibration.TestRefined], which ranks the toys: with plain ranks,
// some of twenty toys reach the score of a sample that is far beyond all of them in few of many
// scales.
//
// Of a single statistic, the number of toys at or above the observed score never falls from one
// look to the next. Scores of several scales are ranks, and it may. The largest number so far then
// takes its place: with the number itself, each fall would be one more chance to stop low.
func (q *Sequential) Follow(null []NullToy, t []float64, g Group) (SequentialState, error) {
	atLeast := 0
	for _, l := range q.looks {
		if l.toys > len(null) {
			return SequentialState{Toys: l.toys, AtLeast: atLeast}, nil
		}
		calibration, err := CalibrateGroups(null[:l.toys], len(t), g)
		if err != nil {
			return SequentialState{}, err
		}
		s, err := calibration.TestRefined(t)
		if err != nil {
			return SequentialState{}, err
		}
		atLeast = max(atLeast, s.atLeast(l.toys))
		if stop := q.Stop(l.toys, atLeast); stop != "" {
			return SequentialState{Stop: stop, Toys: l.toys, AtLeast: atLeast}, nil
		}
	}
	panic("unreachable: the test stops at its last look")
}

// atLeast returns how many of the null toys have a score at least as large as the observed one.
func (s Significance) atLeast(toys int) int { return int(math.Round(s.P*float64(toys+1))) - 1 }

// Correct returns the significance of a test among the toys at which it stopped, with the p-value
// of [Sequential]. Those of single scales and groups stay as they are.
func (q *Sequential) Correct(s GroupedSignificance, at SequentialState) GroupedSignificance {
	s.P, s.Z = q.P(at.Toys, at.AtLeast), q.Z(at.Toys, at.AtLeast)
	s.ZBound = at.AtLeast == 0
	s.Groups = slices.Clone(s.Groups)
	s.Groups[0].P = s.P
	return s
}
