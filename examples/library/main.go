// Command library tests the sample files with the library. From the root of the repository:
//
//	go run ./examples/library
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"

	"gonum.org/v1/gonum/mat"

	"sparker"
	"sparker/data/tables"
	"sparker/twosample"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, "examples"); err != nil {
		fmt.Fprintln(os.Stderr, "library:", err)
		os.Exit(1)
	}
}

// run tests the sample files of a folder, prints the result, and shows the log-ratio at two masses.
func run(ctx context.Context, out io.Writer, folder string) error {
	reference, err := read(filepath.Join(folder, "reference.csv"))
	if err != nil {
		return err
	}
	data, err := read(filepath.Join(folder, "data.csv"))
	if err != nil {
		return err
	}

	res, err := sparker.Test(ctx, reference, data, nil)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, res.Verdict)
	for _, place := range res.Places {
		if *place.P <= 0.05 {
			fmt.Fprintln(out, place)
		}
	}
	for _, warning := range res.Warnings {
		fmt.Fprintln(out, "warning:", warning)
	}

	energy, err := sparker.Test(ctx, reference, data, &sparker.Options{Method: "energy", Toys: 999})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "energy test: p = %.3f\n", energy.P)

	both, err := sparker.Test(ctx, reference, data, &sparker.Options{
		Members: []twosample.MemberConfig{{Method: "energy"}},
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "both tests: p = %.3f\n", both.P)
	for _, group := range both.Groups {
		fmt.Fprintf(out, "%s alone: p = %.3f\n", group.Name, group.P)
	}

	fit, err := sparker.Fit(ctx, reference, data, nil)
	if err != nil {
		return err
	}
	ratios, err := fit.LogRatio(sparker.Rows{{100}, {125}})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "log-ratio %.2f at 100, %.2f at 125\n", ratios[0], ratios[1])
	return nil
}

// read reads a table as a matrix with one row for each event.
func read(file string) (*mat.Dense, error) {
	table, err := tables.Read(file, tables.ReadOptions{})
	if err != nil {
		return nil, err
	}
	rows := make([]int, table.N())
	for i := range rows {
		rows[i] = i
	}
	sample := table.Sample(rows)
	return mat.NewDense(sample.N, sample.D, sample.X), nil
}
