// The command tailstudy measures the p-values that are extrapolated beyond the null toys
// (stats.Extrapolate), and those of tests that end their toys early (stats.Sequential).
//
//	go run ./internal/tailstudy -study tail -repetitions 200 -toys 300
//	go run ./internal/tailstudy -study stop -repetitions 20000
//	go run ./internal/tailstudy -study runs runs/gamma-* runs/gravity-*
//
// For the tail, the true p-value of an observed row comes from a formula, or from its rank among
// many more toys. There is a line for every null distribution and true significance. It has the
// median of the ratio of the extrapolated to the true p-value, the factor that 68% of the ratios
// lie within around it, the share of 95% intervals that cover the true p-value, the median factor
// between their ends, and the share of the repetitions in which the extrapolation was refused.
//
// For the stop, there is a line for every test of size 0.05 with at most 1000 toys, with P(p <= u)
// at several u, the mean number of toys, and their median.
//
// For runs, the alternative toys of run folders stand for observed samples. There is a line for
// every cell and signal strength, with the number of null toys that the sequential test takes.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"sparker"
	"sparker/internal/rng"
	"sparker/stats"
	"sparker/twosample"
)

// options are the flags.
type options struct {
	study, law               string
	repetitions, toys, truth int
	samples, workers         int
	seed                     uint64
}

func main() {
	log.SetFlags(0)
	var o options
	flag.StringVar(&o.study, "study", "tail", "tail, stop or runs")
	flag.IntVar(&o.repetitions, "repetitions", 200, "number of repetitions")
	flag.IntVar(&o.toys, "toys", 300, "null toys that a tail is extrapolated from")
	flag.IntVar(&o.truth, "truth", 200_000, "null toys that the true p-values come from")
	flag.IntVar(&o.samples, "samples", 200, "resampled sets of toys for an interval")
	flag.StringVar(&o.law, "law", "", "only null distributions whose name contains the `TEXT`")
	flag.IntVar(&o.workers, "workers", 2, "number of repetitions at the same time")
	flag.Uint64Var(&o.seed, "seed", 1, "seed")
	flag.Parse()
	var err error
	switch o.study {
	case "tail":
		err = o.tails()
	case "stop":
		err = o.stops()
	case "runs":
		err = runs(flag.Args())
	default:
		err = fmt.Errorf("-study is %q; want tail, stop or runs", o.study)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// law is a null distribution of rows of statistics, and how they are combined.
type law struct {
	name  string
	group stats.Group
	draw  func(r *rand.Rand) []float64
	// quantile returns the statistic of a p-value. If it is nil, the truth comes from toys.
	quantile func(p float64) float64
	pool     [][]float64 // null rows, instead of draw
	ranked   [][]float64 // the pool, the most extreme row first
}

var single = stats.Group{Combine: stats.Mix, Columns: []int{0}}

// laws returns the null distributions.
func laws(toys int) ([]law, error) {
	chi := distuv.ChiSquared{K: 5}
	student := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: 4}
	files, err := rowsLaw(toys)
	if err != nil {
		return nil, err
	}
	return []law{
		{name: "chi-square, 5 degrees of freedom", group: single,
			draw:     func(r *rand.Rand) []float64 { return []float64{chiSquare(r, 5)} },
			quantile: func(p float64) float64 { return chi.Quantile(1 - p) }},
		{name: "log-normal", group: single,
			draw:     func(r *rand.Rand) []float64 { return []float64{math.Exp(r.NormFloat64())} },
			quantile: func(p float64) float64 { return math.Exp(stats.Z(p)) }},
		{name: "square of Student's t, 4 degrees of freedom", group: single,
			draw: func(r *rand.Rand) []float64 {
				below := chiSquare(r, 4) / 4
				x := r.NormFloat64()
				return []float64{x * x / below}
			},
			quantile: func(p float64) float64 {
				t := student.Quantile(1 - p/2)
				return t * t
			}},
		{name: "12 correlated scales in nested groups", group: nested, draw: scales},
		files,
	}, nil
}

// chiSquare draws from a chi-square distribution.
func chiSquare(r *rand.Rand, dof int) float64 {
	sum := 0.0
	for range dof {
		x := r.NormFloat64()
		sum += x * x
	}
	return sum
}

// nested are groups within groups.
var nested = stats.Group{Combine: stats.Harmonic, Groups: []stats.Group{
	{Combine: stats.Mix, Columns: []int{0, 1, 2, 3, 4, 5}},
	{Combine: stats.Min, Columns: []int{6}},
	{Combine: stats.Cauchy, Weight: 2, Groups: []stats.Group{
		{Combine: stats.Fisher, Columns: []int{7, 8, 9}},
		{Combine: stats.Mix, Columns: []int{10, 11}}}},
}}

// scales draws correlated statistics of three kinds.
func scales(r *rand.Rand) []float64 {
	row := make([]float64, 12)
	common, walk := r.NormFloat64(), 0.0
	for i := range row {
		walk += r.NormFloat64()
		row[i] = common + walk/2 + r.NormFloat64()/2
	}
	for i := range 6 {
		row[i] *= row[i]
	}
	for i := 6; i < 9; i++ {
		row[i] = math.Exp(row[i])
	}
	return row
}

// rowsLaw is the law of energy, Mahalanobis and sliced Kolmogorov-Smirnov statistics of 60 rows
// against 140, in two columns, under permutations.
func rowsLaw(toys int) (law, error) {
	r := rng.New(1, "rows")
	rows := make(sparker.Rows, 200)
	for i := range rows {
		rows[i] = []float64{r.NormFloat64(), r.ExpFloat64()}
	}
	res, err := sparker.Test(context.Background(), rows[60:], rows[:60], &sparker.Options{
		Method: "energy", Toys: toys, Members: []twosample.MemberConfig{{Method: "mahalanobis"},
			{Method: "sliced_ks"}}})
	if err != nil {
		return law{}, err
	}
	group := stats.Group{Combine: stats.Harmonic}
	for _, g := range res.Groups {
		group.Groups = append(group.Groups, stats.Group{Combine: g.Combine, Weight: g.Weight,
			Columns: g.Scales})
	}
	return law{name: fmt.Sprintf("energy, mahalanobis and sliced_ks: %d statistics in %d groups",
		len(res.Scales), len(res.Groups)), group: group, pool: res.Null}, nil
}

// significances are those of the true p-values.
var significances = []float64{3, 4}

// tails measures the extrapolation for every law.
func (o options) tails() error {
	all, err := laws(o.truth)
	if err != nil {
		return err
	}
	for _, l := range all {
		if !strings.Contains(l.name, o.law) {
			continue
		}
		if l.quantile == nil {
			if err := l.rank(o.truth); err != nil {
				return err
			}
		}
		for _, z := range significances {
			if err := o.tail(l, z); err != nil {
				return err
			}
		}
	}
	return nil
}

// rank draws the pool of a law, if it has none, and sorts it by the score of the combined test.
func (l *law) rank(toys int) error {
	r := rng.New(1, "truth")
	for len(l.pool) < toys {
		l.pool = append(l.pool, l.draw(r))
	}
	c, err := stats.CalibrateGroups(toysOf(l.pool), len(l.pool[0]), l.group)
	if err != nil {
		return err
	}
	scores := c.NullScores()
	order := make([]int, len(scores))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	for _, i := range order {
		l.ranked = append(l.ranked, l.pool[i])
	}
	return nil
}

func toysOf(rows [][]float64) []stats.NullToy {
	toys := make([]stats.NullToy, len(rows))
	for i, t := range rows {
		toys[i].T = t
	}
	return toys
}

// observe returns a row with a p-value about p, its true p-value, and null rows.
func (l *law) observe(r *rand.Rand, p float64, toys int) (t []float64, truth float64,
	null [][]float64) {
	if l.quantile != nil {
		t, truth = []float64{l.quantile(p)}, p
	} else {
		rank := max(1, int(math.Round(p*float64(len(l.ranked))*(0.7+0.6*r.Float64()))))
		t, truth = l.ranked[rank-1], float64(rank)/float64(len(l.ranked))
	}
	for range toys {
		if l.draw != nil {
			null = append(null, l.draw(r))
		} else {
			null = append(null, l.pool[r.IntN(len(l.pool))])
		}
	}
	return t, truth, null
}

// outcome is that of one repetition.
type outcome struct {
	refused, covers bool
	ratio, width    float64 // logarithms
}

// tail measures the extrapolation to a true significance, and prints a line.
func (o options) tail(l law, z float64) error {
	all := make([]outcome, o.repetitions)
	var group errgroup.Group
	group.SetLimit(o.workers)
	for i := range all {
		group.Go(func() (err error) {
			all[i], err = o.repetition(l, z, i)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	var ratios, widths []float64
	covers := 0
	for _, one := range all {
		if one.refused {
			continue
		}
		ratios, widths = append(ratios, one.ratio), append(widths, one.width)
		if one.covers {
			covers++
		}
	}
	slices.Sort(ratios)
	slices.Sort(widths)
	if len(ratios) == 0 {
		fmt.Printf("%-60s Z = %v: all refused\n", l.name, z)
		return nil
	}
	at := func(q float64) float64 { return math.Exp(stat.Quantile(q, stat.Empirical, ratios, nil)) }
	fmt.Printf("%-60s Z = %v: ratio %.2f (%.2f to %.2f), coverage %.3f, width x%.3g, "+
		"refused %.3f\n", l.name, z, at(0.5), at(0.16), at(0.84),
		float64(covers)/float64(len(ratios)),
		math.Exp(stat.Quantile(0.5, stat.Empirical, widths, nil)),
		1-float64(len(ratios))/float64(len(all)))
	return nil
}

// repetition extrapolates the p-value of one row.
func (o options) repetition(l law, z float64, i int) (outcome, error) {
	r := rng.New(o.seed, "repetition "+l.name, math.Float64bits(z), uint64(i))
	t, truth, null := l.observe(r, distuv.UnitNormal.Survival(z), o.toys)
	e, err := stats.Extrapolate(toysOf(null), t, l.group,
		stats.Resampling{Sets: o.samples, Draw: r.IntN})
	var refused *stats.TailError
	if errors.As(err, &refused) {
		return outcome{refused: true}, nil
	}
	return outcome{covers: e.Interval[0] <= truth && truth <= e.Interval[1],
		ratio: math.Log(e.P / truth), width: math.Log(e.Interval[1] / e.Interval[0])}, err
}

// levels are the u of P(p <= u).
var levels = []float64{0.01, 0.05, 0.1, 0.5}

// stops measures the sequential test for one statistic, and for correlated scales.
func (o options) stops() error {
	for _, l := range []law{
		{name: "one statistic", group: single,
			draw: func(r *rand.Rand) []float64 { return []float64{r.NormFloat64()} }},
		{name: "12 correlated scales in nested groups", group: nested, draw: scales},
		{name: "20 correlated scales, mix", group: flat(20), draw: walk(20)},
	} {
		if err := o.stop(l); err != nil {
			return err
		}
	}
	return nil
}

// flat is a group of n statistics.
func flat(n int) stats.Group {
	g := stats.Group{Combine: stats.Mix}
	for i := range n {
		g.Columns = append(g.Columns, i)
	}
	return g
}

// walk returns a law of n statistics that are steps of a random walk.
func walk(n int) func(r *rand.Rand) []float64 {
	return func(r *rand.Rand) []float64 {
		row := make([]float64, n)
		at := 0.0
		for i := range row {
			at += r.NormFloat64()
			row[i] = at * at / float64(i+1)
		}
		return row
	}
}

// stop runs sequential tests of rows of a law against other rows, and prints a line.
func (o options) stop(l law) error {
	const alpha, maximum = 0.05, 1000
	q, err := stats.NewSequential(alpha, maximum)
	if err != nil {
		return err
	}
	p, toys := make([]float64, o.repetitions), make([]float64, o.repetitions)
	var group errgroup.Group
	group.SetLimit(o.workers)
	for i := range p {
		group.Go(func() (err error) {
			r := rng.New(o.seed, "stop "+l.name, uint64(i))
			p[i], toys[i], err = stoppedP(q, l, r)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	fmt.Printf("%-40s", l.name)
	for _, u := range levels {
		share := 0.0
		for _, v := range p {
			if v <= u {
				share += 1 / float64(len(p))
			}
		}
		fmt.Printf(" P(p <= %v) = %.4f ± %.4f,", u, share, math.Sqrt(u*(1-u)/float64(len(p))))
	}
	mean, deviation := stat.MeanStdDev(toys, nil)
	slices.Sort(toys)
	fmt.Printf(" toys: mean %.0f ± %.0f, median %.0f\n", mean,
		deviation/math.Sqrt(float64(len(toys))), stat.Quantile(0.5, stat.Empirical, toys, nil))
	return nil
}

// stoppedP draws a row of a law, and toys until the test of the row stops. It returns the p-value
// and the number of toys. It does what stats.Sequential.Follow does, with one calibration at each
// look.
func stoppedP(q *stats.Sequential, l law, r *rand.Rand) (p, toys float64, err error) {
	observed := l.draw(r)
	var null []stats.NullToy
	atLeast := 0
	for _, n := range q.Looks() {
		for len(null) < n {
			null = append(null, stats.NullToy{T: l.draw(r)})
		}
		c, err := stats.CalibrateGroups(null, len(observed), l.group)
		if err != nil {
			return 0, 0, err
		}
		s, err := c.TestRefined(observed)
		if err != nil {
			return 0, 0, err
		}
		atLeast = max(atLeast, int(math.Round(s.P*float64(n+1)))-1)
		if q.Stop(n, atLeast) != "" {
			return q.P(n, atLeast), float64(n), nil
		}
	}
	return 0, 0, errors.New("the test does not stop at its last look")
}
