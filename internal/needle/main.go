// The command needle runs the benchmark "two-sample comparison" of EagleEye (arXiv:2503.23927): a
// reference of 100,000 rows of a standard normal distribution in 20 columns, and data of as many
// rows with 100 more of standard deviation 0.05 around the same mean.
//
//	go run ./internal/needle
//
// It fits the recipe lead once, and prints the area under the ROC curve of f as the score of a row
// at each scale, the time of the fit, and the memory. With -toys, it tests the data by at most as
// many permutations and prints the first place. With -rows-fdr as well, it lists rows with this
// false-discovery rate.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"time"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"sparker"
	"sparker/findings"
	"sparker/internal/rng"
	"sparker/twosample"
)

// The sizes of the benchmark.
const (
	rows      = 100_000
	columns   = 20
	anomalies = 100
	width     = 0.05
)

func main() {
	toys := flag.Int("toys", 0, "test the data by at most `N` permutations as well")
	q := flag.Float64("rows-fdr", 0, "list rows of the tested data, at most the share `Q` wrongly")
	seed := flag.Uint64("seed", 1, "draw the samples from this `SEED`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *toys, *q, *seed); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, toys int, q float64, seed uint64) error {
	reference, data := draw(seed)
	recipe := twosample.Lead()
	options := &sparker.Options{Recipe: &recipe}
	start := time.Now()
	fit, err := sparker.Fit(ctx, reference, data, options)
	if err != nil {
		return err
	}
	seconds := time.Since(start).Seconds()
	for i, scale := range fit.Scales {
		f, err := fit.LogRatioAt(i, data)
		if err != nil {
			return err
		}
		fmt.Printf("sigma %.3f: t = %.1f, AUC %.5f, anomalies among the %d rows of largest f: %d\n",
			scale.Sigma, scale.T, auc(f), anomalies, leading(f))
	}
	fmt.Printf("one fit: %.1f s; memory of the process: %.0f MB\n", seconds, memory())
	if toys == 0 {
		return nil
	}
	options.MaxToys, options.RowsFDR = toys, q
	start = time.Now()
	result, err := sparker.Test(ctx, reference, data, options)
	if err != nil {
		return err
	}
	fmt.Printf("test: p = %.3g with %d toys in %.0f s\n", result.P, len(result.Null),
		time.Since(start).Seconds())
	printPlace(result.Places[0], fit, data)
	if list := result.Rows; list != nil {
		printList(*list)
	}
	return nil
}

// printPlace says what a place holds of the anomalies.
func printPlace(place findings.Place, fit *sparker.KernelFit, data *mat.Dense) {
	weights := make([]float64, rows+anomalies)
	for row := range weights {
		weights[row] = weight(place, fit, data.RawRowView(row))
	}
	held := floats.Sum(weights[rows:])
	fmt.Printf("place 1: %v\nof the weights of its rows, %.3f are those of anomalies, whose mean "+
		"is %.3f; anomalies among the %d rows of most weight: %d\n", place,
		held/floats.Sum(weights), held/anomalies, anomalies, leading(weights))
}

// weight returns that of a row in a place of a fit: see findings.Place.
func weight(place findings.Place, fit *sparker.KernelFit, x []float64) float64 {
	scale := fit.Scales[place.Checkpoint-1]
	logs := make([]float64, len(scale.Kernels))
	for i, kernel := range scale.Kernels {
		for j, c := range kernel.Centroid {
			r := (x[j] - c) / (fit.Unit[j] * scale.Sigma)
			logs[i] -= r * r / 2
		}
	}
	norm, sum := floats.LogSumExp(logs), 0.0
	for _, i := range place.Kernels {
		sum += math.Exp(2*logs[i] - norm)
	}
	return sum
}

// printList says which rows are listed, and how many of them are anomalies.
func printList(list findings.RowList) {
	right := 0
	for _, row := range list.Rows {
		if row.Index >= rows {
			right++
		}
	}
	fmt.Printf("%v\nanomalies in the list: %d\n", list, right)
}

// draw returns the reference and the data, whose last rows are the anomalies.
func draw(seed uint64) (reference, data *mat.Dense) {
	r := rng.New(seed, "needle")
	sample := func(n int, spread func(row int) float64) *mat.Dense {
		x := make([]float64, n*columns)
		for i := range x {
			x[i] = spread(i/columns) * r.NormFloat64()
		}
		return mat.NewDense(n, columns, x)
	}
	reference = sample(rows, func(int) float64 { return 1 })
	data = sample(rows+anomalies, func(row int) float64 {
		if row >= rows {
			return width
		}
		return 1
	})
	return reference, data
}

// ranked returns the rows of the data by falling score.
func ranked(f []float64) []int {
	order := make([]int, len(f))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(f[b], f[a]) })
	return order
}

// leading counts the anomalies among as many rows of the largest score.
func leading(f []float64) int {
	n := 0
	for _, row := range ranked(f)[:anomalies] {
		if row >= rows {
			n++
		}
	}
	return n
}

// auc returns the probability that an anomaly has a larger score than another row; ties count half.
func auc(f []float64) float64 {
	others := slices.Clone(f[:rows])
	slices.Sort(others)
	sum := 0.0
	for _, v := range f[rows:] {
		below, _ := slices.BinarySearch(others, v)
		above := below
		for above < len(others) && others[above] == v {
			above++
		}
		sum += float64(below) + float64(above-below)/2
	}
	return sum / anomalies / rows
}

// memory returns what the process has from the system, in MB.
func memory() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.Sys) / 1e6
}
