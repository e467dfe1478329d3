// The command mixing measures what the scale of a category does to the power of a test of numbers
// and a category together.
//
//	go run ./internal/mixing -pairs 100
//
// A pair has three standard normal columns and a category of four words. Its data are pure, or
// have one of three anomalies. Each pair is tested by 39 permutations in three ways: with the
// columns of the category as one quantity (the rule of `sparker test`), with every column of it
// standardized on its own, and without the category. The output is the share of p-values at most
// 0.05, with its 95% interval.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/signal"

	"gonum.org/v1/gonum/mat"

	"sparker"
	"sparker/internal/rng"
	"sparker/stats"
	"sparker/twosample"
)

const (
	referenceRows = 600
	dataRows      = 200
	permutations  = 39
	epochs        = 100 // a third of the recipe's
	alpha         = 0.05
)

// words are the shares of the words of the category in the reference. The last word is new: only
// an anomaly has it.
var words = []float64{0.5, 0.3, 0.15, 0.05, 0}

// An anomaly replaces some data rows.
type anomaly struct {
	name string
	rows int
	row  func(r *rand.Rand, x []float64) (word int) // x are the numbers, drawn already
}

var anomalies = []anomaly{
	{name: "none"},
	{name: "a cluster in the numbers", rows: 12, row: func(r *rand.Rand, x []float64) int {
		cluster(r, x)
		return word(r)
	}},
	{name: "a new word", rows: 8, row: func(*rand.Rand, []float64) int { return 4 }},
	{name: "a cluster in the numbers, of one word", rows: 10,
		row: func(r *rand.Rand, x []float64) int {
			cluster(r, x)
			return 3
		}},
}

// cluster draws a row near (1.5, 1.5, 1.5).
func cluster(r *rand.Rand, x []float64) {
	for j := range x {
		x[j] = 1.5 + 0.2*r.NormFloat64()
	}
}

// word draws a word of the reference.
func word(r *rand.Rand) int {
	u := r.Float64()
	for k, share := range words {
		if u -= share; u < 0 {
			return k
		}
	}
	return 0
}

// A way is how the category takes part.
type way struct {
	name       string
	columns    int // that are tested
	quantities []int
}

var ways = []way{
	{"block", 8, []int{0, 1, 2, 3, 3, 3, 3, 3}},
	{"each column", 8, nil},
	{"left out", 3, nil},
}

func main() {
	pairs := flag.Int("pairs", 100, "test `N` pairs with each anomaly")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *pairs); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, pairs int) error {
	fmt.Print("| anomaly |")
	for _, w := range ways {
		fmt.Printf(" %s |", w.name)
	}
	fmt.Println("\n|---|---|---|---|")
	for i, a := range anomalies {
		fmt.Printf("| %s |", a.name)
		for _, w := range ways {
			found := 0
			for k := range pairs {
				r := rng.New(1, "mixing", uint64(i), uint64(k))
				p, err := w.test(ctx, sample(r, referenceRows, anomaly{}),
					sample(r, dataRows, a), uint64(k)+1)
				if err != nil {
					return err
				}
				if p <= alpha+1e-9 {
					found++
				}
			}
			low, high := stats.ClopperPearson(found, pairs, 0.95)
			fmt.Printf(" %.2f (%.2f to %.2f) |", float64(found)/float64(pairs), low, high)
		}
		fmt.Println()
	}
	return nil
}

// sample draws n rows, of which the first have an anomaly.
func sample(r *rand.Rand, n int, a anomaly) *mat.Dense {
	x := mat.NewDense(n, 8, nil)
	for i := range n {
		row := x.RawRowView(i)
		for j := range 3 {
			row[j] = r.NormFloat64()
		}
		k := word(r)
		if i < a.rows {
			k = a.row(r, row[:3])
		}
		row[3+k] = 1
	}
	return x
}

// test returns the p-value of a pair.
func (w way) test(ctx context.Context, reference, data *mat.Dense, seed uint64) (float64, error) {
	columns := func(x *mat.Dense) mat.Matrix {
		n, _ := x.Dims()
		return x.Slice(0, n, 0, w.columns)
	}
	recipe := twosample.Lead()
	recipe.Train.Epochs = epochs
	result, err := sparker.Test(ctx, columns(reference), columns(data), &sparker.Options{
		Recipe: &recipe, Toys: permutations, Seed: seed, Quantities: w.quantities})
	if err != nil {
		return 0, err
	}
	return result.P, nil
}
