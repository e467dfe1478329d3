// The command rowstudy measures the error rates of the list of rows of findings.ListRows, and of
// the lower bound of the number of rows that are not from the reference.
//
//	go run ./internal/rowstudy -repetitions 500
//
// A reference has 10,000 rows of standard normals, and data 1,000, unless flags say otherwise. Some
// rows of the data are replaced by an anomaly. There is a line for every anomaly and nominal rate
// q. It has the realized false-discovery rate, which is the mean share of rows of the reference in
// the list; the power, which is the mean share of the anomaly in the list; and the mean length of
// the list. Then follow the share of samples in which the bound is at most the true number of rows,
// and its mean as a share of this number.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"os/signal"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/stat"

	"sparker/data"
	"sparker/findings"
	"sparker/internal/rng"
	"sparker/stats"
	"sparker/twosample"
)

// rates are the nominal false-discovery rates, the largest last.
var rates = []float64{0.05, 0.1, 0.2}

// An anomaly replaces the last rows of the data.
type anomaly struct {
	name          string
	columns, rows int
	change        func(x []float64) // of a row of standard normals
	grid          float64           // all values are multiples of it; 0 stands for any values
}

var anomalies = []anomaly{
	{name: "none", columns: 2},
	{"bump in 1 column", 1, 40, move(3, 0.1), 0},
	{"bump in 2 columns", 2, 40, move(1.3, 0.1), 0},
	{"needle in 16 columns", 16, 40, move(0, 0.3), 0},
	{"shift of one column of 4", 4, 100, func(x []float64) { x[0] += 2 }, 0},
	{"scale 2 in 4 columns", 4, 100, func(x []float64) {
		for j := range x {
			x[j] *= 2
		}
	}, 0},
	{"bump among rounded values", 2, 40, move(2, 0.1), 0.5},
}

// move returns the change to a cluster of a standard deviation around the same value in every
// column.
func move(to, sd float64) func([]float64) {
	return func(x []float64) {
		for j := range x {
			x[j] = to + sd*x[j]
		}
	}
}

func main() {
	repetitions := flag.Int("repetitions", 500, "draw `N` samples with each anomaly")
	workers := flag.Int("workers", 1, "fit `N` samples at a time")
	name := flag.String("recipe", "lead", "fit by this `RECIPE`")
	referenceRows := flag.Int("reference", 10_000, "draw `N` rows of the reference")
	dataRows := flag.Int("data", 1_000, "draw `N` rows of the data, at least 100")
	only := flag.String("anomaly", "", "study the anomaly of this `NAME` alone")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	study, err := newStudy(*name)
	if err != nil {
		log.Fatal(err)
	}
	study.workers, study.reference, study.data = *workers, *referenceRows, max(*dataRows, 100)
	fmt.Println("| anomaly | q | realized rate | power | rows listed | bound holds | bound/truth |")
	fmt.Println("|---|---|---|---|---|---|---|")
	for i, a := range anomalies {
		if *only != "" && *only != a.name {
			continue
		}
		if err := study.run(ctx, a, uint64(i), *repetitions); err != nil {
			log.Fatal(err)
		}
	}
}

// study lists the rows of samples.
type study struct {
	options         findings.RowOptions
	workers         int
	reference, data int // numbers of rows
}

func newStudy(recipe string) (study, error) {
	method, err := twosample.Lookup(twosample.DefaultMethod)
	if err != nil {
		return study{}, err
	}
	for _, r := range twosample.Recipes() {
		if r.Name == recipe {
			return study{options: findings.RowOptions{Method: method, Q: rates[len(rates)-1],
				Setup: twosample.Setup{Model: r.Model, Loss: r.Loss, Train: r.Train,
					Statistics: r.Statistics, Standardize: true}}}, nil
		}
	}
	return study{}, fmt.Errorf("unknown recipe %q", recipe)
}

// run lists the rows of samples with an anomaly, and prints a line for each rate.
func (s study) run(ctx context.Context, a anomaly, number uint64, repetitions int) error {
	lists := make([]findings.RowList, repetitions)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(s.workers)
	for i := range lists {
		group.Go(func() error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			r := rng.New(1, "rowstudy", number, uint64(i))
			list, err := findings.ListRows(s.draw(r, a), s.options, r)
			if err == nil && list.Refused != "" {
				err = fmt.Errorf("sample %d of %s: %s", i, a.name, list.Refused)
			}
			lists[i] = list
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, q := range rates {
		var wrong, power, listed []float64
		for _, list := range lists {
			w, p, n := count(list, a, q)
			wrong, power, listed = append(wrong, w), append(power, p), append(listed, n)
		}
		fmt.Printf("| %s | %.2f | %s | %s | %.1f | %s |\n", a.name, q, realized(wrong, a),
			meanOr(power, a.rows), stat.Mean(listed, nil), bounds(lists, a))
	}
	return nil
}

// draw draws a pair with an anomaly.
func (s study) draw(r *rand.Rand, a anomaly) data.Pair {
	sample := func(n int) data.Sample {
		x := make([]float64, n*a.columns)
		for i := range x {
			x[i] = r.NormFloat64()
		}
		return data.Sample{X: x, N: n, D: a.columns}
	}
	pair := data.Pair{Reference: sample(s.reference), Data: sample(s.data), Injected: a.rows,
		Weight: float64(s.data) / float64(s.reference)}
	for i := s.data - a.rows; i < s.data; i++ {
		a.change(pair.Data.Row(i))
	}
	if a.grid > 0 {
		for _, x := range [][]float64{pair.Reference.X, pair.Data.X} {
			for i, v := range x {
				x[i] = a.grid * math.Round(v/a.grid)
			}
		}
	}
	return pair
}

// count returns the share of wrong rows in the list at a rate, the share of the anomaly that is
// listed, and the number of listed rows.
func count(list findings.RowList, a anomaly, q float64) (wrong, power, listed float64) {
	right := 0.0
	for _, row := range list.Rows {
		if row.Q > q {
			continue
		}
		if listed++; row.Index >= list.DataRows-a.rows {
			right++
		}
	}
	if listed > 0 {
		wrong = (listed - right) / listed
	}
	return wrong, right / float64(max(a.rows, 1)), listed
}

// bounds returns how often the bound holds, with its 95% interval, and its mean as a share of the
// truth.
func bounds(lists []findings.RowList, a anomaly) string {
	holds, sum := 0, 0.0
	for _, list := range lists {
		if list.Novel.Rows <= a.rows {
			holds++
		}
		sum += float64(list.Novel.Rows) / float64(max(a.rows, 1))
	}
	n := len(lists)
	low, high := stats.ClopperPearson(holds, n, 0.95)
	text := fmt.Sprintf("%.3f (%.3f to %.3f) | ", float64(holds)/float64(n), low, high)
	if a.rows == 0 {
		return text + "-"
	}
	return text + fmt.Sprintf("%.2f", sum/float64(n))
}

// meanOr returns a mean, or a dash if there is no anomaly.
func meanOr(x []float64, rows int) string {
	if rows == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", stat.Mean(x, nil))
}

// realized returns the mean share of wrong rows with its 95% interval. In pure samples, a list is
// wrong as a whole, and the interval is that of a binomial probability.
func realized(wrong []float64, a anomaly) string {
	mean, n := stat.Mean(wrong, nil), len(wrong)
	if a.rows == 0 {
		low, high := stats.ClopperPearson(int(math.Round(mean*float64(n))), n, 0.95)
		return fmt.Sprintf("%.3f (%.3f to %.3f)", mean, low, high)
	}
	return fmt.Sprintf("%.3f ± %.3f", mean, 1.96*stat.StdDev(wrong, nil)/math.Sqrt(float64(n)))
}
