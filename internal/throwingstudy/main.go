// The command throwingstudy measures the type-I error of tests against a reference with weights,
// whose null toys are thrown from a half of it (data.Thrower).
//
//	go run ./internal/throwingstudy -pairs 1000 -method mahalanobis
//
// The reference has two columns, one of which is uniform from 0 to 6 and has the weights of an
// exponential distribution: such rows count as a third of their number. A share of the weights is
// negative. The data are from the exponential distribution. The size of the pool is a multiple of
// the rows of the data, in effective rows. Each pair has samples of its own, and 99 null toys. The
// command prints the shares of p-values at most 0.05 and 0.1, and their 95% intervals.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"os/signal"
	"strconv"
	"strings"

	"sparker"
	"sparker/data"
	"sparker/internal/rng"
	"sparker/stats"
	"sparker/twosample"
)

const (
	dataRows = 50
	toys     = 99
	epochs   = 30 // of a fit of SparKer
	kernels  = 3
	end      = 6.0 // of the first column
)

func main() {
	pairs := flag.Int("pairs", 1000, "test `N` pairs for each row of the table")
	method := flag.String("method", "mahalanobis", "test by `METHOD`")
	multiples := flag.String("multiples", "1,3,10,30",
		"let pools have `N,N,...` times the rows of the data, in effective rows")
	shares := flag.String("negative", "0,0.1", "make the `SHARE,...` of the weights negative")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	fmt.Println("| negative | pool/data | rows of the pool | drawn by | p <= 0.05 | p <= 0.1 |")
	fmt.Println("|---|---|---|---|---|---|")
	for share := range strings.SplitSeq(*shares, ",") {
		for multiple := range strings.SplitSeq(*multiples, ",") {
			s := study{method: *method}
			var errs [2]error
			s.negative, errs[0] = strconv.ParseFloat(share, 64)
			s.multiple, errs[1] = strconv.ParseFloat(multiple, 64)
			err := errors.Join(errs[:]...)
			if err == nil {
				err = s.run(ctx, *pairs)
			}
			if err != nil {
				log.Fatal(err)
			}
		}
	}
}

// study is a row of the table.
type study struct {
	negative float64 // share of negative weights
	multiple float64 // effective rows of the pool for each row of the data
	method   string
}

// poolRows returns the number of rows of the pool: the weights exp(-x) of uniform rows have the
// effective share (E w)²/E w², and negative ones lower it by the square of the mean sign.
func (s study) poolRows() int {
	mean, square := (1-math.Exp(-end))/end, (1-math.Exp(-2*end))/(2*end)
	sign := 1 - 2*s.negative
	return int(math.Ceil(s.multiple * dataRows * square / (mean * mean * sign * sign)))
}

// draw draws a reference of twice the rows of the pool, with weights, and data.
func (s study) draw(r *rand.Rand) (reference sparker.Rows, weights []float64, rows sparker.Rows) {
	for range 2 * s.poolRows() {
		x, sign := end*r.Float64(), 1.0
		if r.Float64() < s.negative {
			sign = -1
		}
		reference = append(reference, []float64{x, r.NormFloat64()})
		weights = append(weights, sign*math.Exp(-x))
	}
	for len(rows) < dataRows {
		if x := r.ExpFloat64(); x < end {
			rows = append(rows, []float64{x, r.NormFloat64()})
		}
	}
	return reference, weights, rows
}

// run tests the pairs and prints the row.
func (s study) run(ctx context.Context, pairs int) error {
	recipe := twosample.Lead()
	recipe.Train.Epochs, recipe.Model.Kernels = epochs, kernels
	counts := map[float64]int{}
	for k := range pairs {
		reference, weights, rows := s.draw(rng.New(1, "throwing study", uint64(k),
			math.Float64bits(s.multiple), math.Float64bits(s.negative)))
		result, err := sparker.Test(ctx, reference, rows, &sparker.Options{Method: s.method,
			Toys: toys, Seed: uint64(k + 1), Recipe: &recipe, ReferenceWeights: weights})
		if err != nil {
			return fmt.Errorf("pair %d: %w", k, err)
		}
		for _, alpha := range []float64{0.05, 0.1} {
			if result.P <= alpha+1e-9 {
				counts[alpha]++
			}
		}
	}
	fmt.Printf("| %v | %v | %d | %s |", s.negative, s.multiple, s.poolRows(), s.way())
	for _, alpha := range []float64{0.05, 0.1} {
		low, high := stats.ClopperPearson(counts[alpha], pairs, 0.95)
		fmt.Printf(" %.3f (%.3f to %.3f) |", float64(counts[alpha])/float64(pairs), low, high)
	}
	fmt.Println()
	return nil
}

// way returns how toys are drawn, in a word.
func (s study) way() string {
	accepted := float64(s.poolRows()) * (1 - 2*s.negative) / end
	if accepted >= data.EnoughRows*dataRows {
		return "unweighting"
	}
	return "bootstrap"
}
