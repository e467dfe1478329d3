// The command blockstudy measures the type-I error of a test of samples whose rows come in blocks,
// with and without the blocks.
//
//	go run ./internal/blockstudy -pairs 1000 -method energy
//
// A pair has 30 blocks of two columns, 10 of which are the data. The rows of a block are standard
// normals around a center of its own, whose standard deviation is the offset: of 0, 0.5, and 1. The
// blocks have 20 rows each or, in the lines with uneven blocks, 5, 15, 25 or 35. There is no
// difference between the samples. Each pair is tested by permutations of its rows, and of its
// blocks. The output is the share of p-values at most 0.05, with its 95% interval.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/signal"

	"sparker"
	"sparker/internal/rng"
	"sparker/stats"
	"sparker/twosample"
)

const (
	allBlocks    = 30
	dataBlocks   = 10
	permutations = 99
	alpha        = 0.05
)

// A setting is how rows depend on each other.
type setting struct {
	offset float64 // standard deviation of the centers of blocks
	uneven bool    // blocks have several sizes
}

var settings = []setting{{offset: 0}, {offset: 0.5}, {offset: 1}, {offset: 1, uneven: true}}

func main() {
	pairs := flag.Int("pairs", 1000, "test `N` pairs in each setting")
	method := flag.String("method", "energy", "test by `METHOD`")
	epochs := flag.Int("epochs", 30, "fit kernels in `N` epochs")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	recipe := twosample.Lead()
	recipe.Train.Epochs, recipe.Train.Checkpoints.Count = *epochs, 3
	fmt.Println("| offset | blocks | rows permuted | blocks permuted |\n|---|---|---|---|")
	for i, s := range settings {
		found, err := s.count(ctx, i, *pairs, sparker.Options{Method: *method, Recipe: &recipe})
		if err != nil {
			log.Fatal(err)
		}
		kind := map[bool]string{false: "even", true: "uneven"}[s.uneven]
		fmt.Printf("| %v | %s |", s.offset, kind)
		for _, n := range found {
			low, high := stats.ClopperPearson(n, *pairs, 0.95)
			fmt.Printf(" %.3f (%.3f to %.3f) |", float64(n)/float64(*pairs), low, high)
		}
		fmt.Println()
	}
}

// count returns the numbers of pairs with a p-value of at most alpha: by permutations of rows, and
// of blocks.
func (s setting) count(ctx context.Context, number, pairs int,
	o sparker.Options) (found [2]int, err error) {
	o.Toys = permutations
	for k := range pairs {
		r := rng.New(1, "blockstudy", uint64(number), uint64(k))
		reference, referenceBlocks := s.sample(r, "r", allBlocks-dataBlocks)
		data, blocks := s.sample(r, "d", dataBlocks)
		o.Seed = uint64(k) + 1
		for way := range found {
			o.ReferenceBlocks, o.DataBlocks = nil, nil
			if way == 1 {
				o.ReferenceBlocks, o.DataBlocks = referenceBlocks, blocks
			}
			result, err := sparker.Test(ctx, reference, data, &o)
			if err != nil {
				return found, err
			}
			if result.P <= alpha+1e-9 {
				found[way]++
			}
		}
	}
	return found, nil
}

// sample draws n blocks, and returns the rows and the names of their blocks.
func (s setting) sample(r *rand.Rand, prefix string, n int) (rows sparker.Rows, blocks []string) {
	for b := range n {
		size := 20
		if s.uneven {
			size = 5 + 10*r.IntN(4)
		}
		x, y := s.offset*r.NormFloat64(), s.offset*r.NormFloat64()
		for range size {
			rows = append(rows, []float64{x + r.NormFloat64(), y + r.NormFloat64()})
			blocks = append(blocks, fmt.Sprint(prefix, b))
		}
	}
	return rows, blocks
}
