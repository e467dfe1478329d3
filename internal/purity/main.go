// The command purity compares what the findings of two recipes hold on real data with injected
// anomalies.
//
//	go run ./internal/purity -pairs 20
//
// The sets and the strengths are those of the shipped config beyond/comparison: the larger strength
// of every anomaly in files. Each pair is tested by 99 permutations with the recipes lead and full.
// The purity of a test is the share of anomalies among the 20 rows that the first place holds most
// of.
//
// A line is printed for each set: the share of anomalies in the data; for each recipe the share of
// tests with p <= 0.05, and the mean purity with its standard error; and how often the recipe full
// reads its findings from the convex fit.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"os/signal"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"sparker"
	"sparker/configs"
	"sparker/data"
	"sparker/data/sources"
	"sparker/internal/rng"
	"sparker/twosample"
)

const permutations = 99

func main() {
	pairs := flag.Int("pairs", 20, "test `N` pairs of each set")
	only := flag.String("set", "", "test the set of this `NAME` alone")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *pairs, *only); err != nil {
		log.Fatal(err)
	}
}

// run tests pairs of every set, or of one, and prints a line for each.
func run(ctx context.Context, pairs int, only string) error {
	sweep, err := configs.LoadSweep("beyond/comparison", configs.Changes{
		Sweeps: []string{"method=SparKer"}})
	if err != nil {
		return err
	}
	var files sources.Library
	for _, c := range sweep.Cells {
		name := c.Arms[0].Label
		if c.Experiment.Data.Generated() || only != "" && name != only {
			continue
		}
		source, err := files.Open(c.Experiment.Data, rng.New(c.Experiment.Seed, "pools"))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		set := study{source: source, signal: slices.Max(c.Experiment.Toys.Signal)}
		if err := set.run(ctx, pairs); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Printf("%s: %.0f anomalies in %.0f rows; %v; %v; from the convex fit %d of %d\n", name,
			set.signal, source.Expected(), set.lead, set.full, set.convex, pairs)
	}
	return nil
}

// study is a set of real data with anomalies, and what two recipes find in it.
type study struct {
	source     sources.Source
	signal     float64 // the number of anomalies
	lead, full tally
	convex     int // findings of the recipe full that are those of its convex fit
}

// tally is what the tests of a recipe found.
type tally struct {
	recipe   twosample.Recipe
	rejected int
	purities []float64
}

// String returns the recipe, the share of rejected pairs and the purity.
func (t tally) String() string {
	mean, sd := stat.MeanStdDev(t.purities, nil)
	n := float64(len(t.purities))
	return fmt.Sprintf("%s rejects %.2f, purity %.2f ± %.2f", t.recipe.Name,
		float64(t.rejected)/n, mean, sd/math.Sqrt(n))
}

// run tests pairs.
func (s *study) run(ctx context.Context, pairs int) error {
	s.lead.recipe, s.full.recipe = twosample.Lead(), twosample.Full()
	for i := range pairs {
		pair, err := s.source.Draw(rng.New(1, "purity", uint64(i)), s.signal)
		if err != nil {
			return err
		}
		for _, t := range []*tally{&s.lead, &s.full} {
			result, err := sparker.Test(ctx, dense(pair.Reference), dense(pair.Data),
				&sparker.Options{Recipe: &t.recipe, Toys: permutations, Seed: uint64(i + 1)})
			if err != nil {
				return err
			}
			t.add(pair, result)
			if result.Findings.Member != "" {
				s.convex++
			}
		}
	}
	return nil
}

// add takes the result for a pair, whose last rows are the anomalies.
func (t *tally) add(pair data.Pair, r *sparker.Result) {
	if r.P <= 0.05 {
		t.rejected++
	}
	anomalies, nearest := 0, r.Places[0].Nearest
	for _, row := range nearest {
		if row.Index >= pair.Data.N-pair.Injected {
			anomalies++
		}
	}
	t.purities = append(t.purities, float64(anomalies)/float64(max(1, len(nearest))))
}

func dense(s data.Sample) mat.Matrix { return mat.NewDense(s.N, s.D, s.X) }
