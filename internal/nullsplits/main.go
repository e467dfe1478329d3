// The command nullsplits checks that the p-values of `sparker test` are uniform under the null
// hypothesis for tables with categories, missing values, rounded numbers and shared rows.
//
//	go run ./internal/nullsplits -data FOLDER -out splits.csv -splits 200
//
// FOLDER holds the real data of docs/science/applications.md, a folder for each with X.npy (or
// X.npy.gz) and y.npy. Each of five tables is split at random into a reference and data, again and
// again, and every split is tested by 39 permutations. Where a file has no categories or missing
// values, the tables make them of its columns; tables.go says how.
//
// A line is appended to the output for every split. A run that was stopped continues where it
// stopped. The command ends with the shares of p-values at most 0.025, 0.05 and 0.1 and their 95%
// intervals.
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"

	"sparker"
	"sparker/configs"
	"sparker/experiments"
	"sparker/internal/rng"
	"sparker/stats"
	"sparker/twosample"
)

// The size of a test.
const (
	referenceRows = 300
	dataRows      = 100
	copiedRows    = 40 // rows of the reference in the data, if shared rows are dropped
	permutations  = 39
	epochs        = 100 // a third of the recipe's, for its annealed fit
)

func main() {
	data := flag.String("data", "", "the `FOLDER` of the real data")
	out := flag.String("out", "splits.csv", "append the p-values to `FILE`")
	splits := flag.Int("splits", 200, "split each table `N` times")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *data, *out, *splits); err != nil {
		log.Fatal(err)
	}
}

// run tests the splits that the output does not have yet, and prints the summary.
func run(ctx context.Context, folder, out string, splits int) error {
	done, err := readResults(out)
	if err != nil {
		return err
	}
	for i, s := range studies {
		rows, err := s.rows(folder)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		for k := len(done[s.name]); k < splits; k++ {
			p, err := s.test(ctx, rows, uint64(i), uint64(k))
			if err != nil {
				return fmt.Errorf("%s, split %d: %w", s.name, k, err)
			}
			if err := appendResult(out, s.name, k, p); err != nil {
				return err
			}
			done[s.name] = append(done[s.name], p)
		}
		fmt.Fprintf(os.Stderr, "%s: %d splits\n", s.name, len(done[s.name]))
	}
	return printSummary(done)
}

// test splits the rows of a table once and returns the p-value.
func (s study) test(ctx context.Context, rows []string, table, split uint64) (float64, error) {
	dir, err := os.MkdirTemp("", "nullsplits")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	order := rng.New(1, "null splits", table, split).Perm(len(rows))
	reference, data := order[:referenceRows], order[referenceRows:referenceRows+dataRows]
	if s.files.Shared == "drop" {
		data = append(data[:dataRows:dataRows], reference[:copiedRows]...)
	}
	in := s.files
	in.Reference, in.Data = filepath.Join(dir, "r.csv"), filepath.Join(dir, "d.csv")
	in.Calibration, in.Toys = "permutation", permutations
	for path, chosen := range map[string][]int{in.Reference: reference, in.Data: data} {
		lines := []string{s.header}
		for _, i := range chosen {
			lines = append(lines, rows[i])
		}
		if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			return 0, err
		}
	}
	c, err := configs.LoadTest(in, configs.Changes{Overrides: []string{
		"train.epochs=" + strconv.Itoa(epochs), "seed=" + strconv.FormatUint(split+1, 10)}})
	if err != nil {
		return 0, err
	}
	return pValue(ctx, c.Cells[0].Experiment)
}

// pValue tests the files of an experiment by permutations.
func pValue(ctx context.Context, e configs.Experiment) (float64, error) {
	observed, err := experiments.ReadObserved(e)
	if err != nil {
		return 0, err
	}
	combination, err := stats.ParseCombination(e.Test.Combine)
	if err != nil {
		return 0, err
	}
	r, d := observed.Pair.Reference, observed.Pair.Data
	grouping := e.Grouping()
	result, err := sparker.Test(ctx, mat.NewDense(r.N, r.D, r.X), mat.NewDense(d.N, d.D, d.X),
		&sparker.Options{Method: e.Test.Method, Toys: e.Toys.Null, Seed: e.Seed,
			Columns: observed.Columns, Quantities: observed.Pair.Quantities,
			Recipe: &twosample.Recipe{Model: e.Model, Loss: e.Loss, Train: e.Train,
				Statistics: e.Test.Statistics, Combine: combination},
			Members: e.Test.Members, Grouping: &grouping})
	if err != nil {
		return 0, err
	}
	return result.P, nil
}

// readResults returns the p-values of a file, by their tables. A file that does not exist has none.
func readResults(path string) (map[string][]float64, error) {
	done := map[string][]float64{}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return done, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, record := range records {
		p, err := strconv.ParseFloat(record[2], 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		done[record[0]] = append(done[record[0]], p)
	}
	return done, nil
}

// appendResult appends a line to a file.
func appendResult(path, table string, split int, p float64) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s,%d,%v\n", table, split, p)
	return errors.Join(err, f.Close())
}

// printSummary prints the shares of small p-values, of each table and of all, with their 95%
// intervals.
func printSummary(done map[string][]float64) error {
	fmt.Println("| table | splits | p <= 0.025 | p <= 0.05 | p <= 0.1 |\n|---|---|---|---|---|")
	var all []float64
	for _, s := range studies {
		all = append(all, done[s.name]...)
		if err := printRow(s.name, done[s.name]); err != nil {
			return err
		}
	}
	return printRow("all", all)
}

func printRow(name string, p []float64) error {
	fmt.Printf("| %s | %d |", name, len(p))
	for _, alpha := range []float64{0.025, 0.05, 0.1} {
		n := 0
		for _, v := range p {
			if v <= alpha+1e-9 {
				n++
			}
		}
		low, high := stats.ClopperPearson(n, len(p), 0.95)
		fmt.Printf(" %.3f (%.3f to %.3f) |", float64(n)/float64(len(p)), low, high)
	}
	fmt.Println()
	return nil
}
