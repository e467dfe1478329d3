package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"sparker/data/tables"
)

func (a *app) dataCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "data",
		Short: "Look into files of numbers",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("data wants a command: inspect")
			}
			return fmt.Errorf("unknown command %q for %q; want inspect", args[0], cmd.CommandPath())
		},
		// Args never lets it come to this
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	var all, asJSON bool
	inspect := &cobra.Command{
		Use:   "inspect FILE[:key]",
		Short: "Show what a file of numbers holds",
		Long: `inspect reads a file and shows its shape, its types, and for each column the smallest, mean and largest value,
the standard deviation, and how many values are missing or infinite. It counts duplicated rows, and lists the
arrays of a file that holds several.

Formats: .npy, .npz, .csv, .tsv, .parquet, .h5, .hdf5, and .npy, .csv and .tsv with .gz behind. A key names an array of
an .npz file, a dataset of an HDF5 file, or a column of the others.`,
		Example: `  sparker data inspect events.csv
  sparker data inspect features.npz:embeddings`,
		Args: wants(1, 1, "a FILE, or FILE:key"),
		RunE: action(func(_ context.Context, args []string) error {
			in, err := tables.Inspect(args[0])
			if err != nil {
				return badInput(err)
			}
			if asJSON {
				encoder := json.NewEncoder(a.stdout)
				encoder.SetEscapeHTML(false)
				encoder.SetIndent("", "  ")
				return encoder.Encode(in)
			}
			printInspection(a.stdout, in, all)
			return nil
		}),
	}
	inspect.Flags().BoolVar(&all, "all", false, "show every column, however many there are")
	inspect.Flags().BoolVar(&asJSON, "json", false, "print JSON in place of the tables")
	cmd.AddCommand(inspect)
	return cmd
}

// shownColumns is the number of columns that are shown of many.
const shownColumns = 16

// printInspection writes what a file holds.
func printInspection(w io.Writer, in tables.Inspection, all bool) {
	name := in.Path
	if in.Key != "" {
		name += ":" + in.Key
	}
	if len(in.Columns) == 0 {
		fmt.Fprintf(w, "%s (%s, %s) holds %d arrays; inspect one with %s:NAME\n", name, in.Format,
			byteCount(in.DiskBytes), len(in.Arrays), in.Path)
		printArrays(w, in.Arrays)
		return
	}
	fmt.Fprintf(w, "%s (%s): %s of %s\n", name, in.Format, count(in.Rows, "row"),
		count(len(in.Columns), "column"))
	fmt.Fprintf(w, "%s on disk, %s in memory\n", byteCount(in.DiskBytes), byteCount(in.MemoryBytes))
	fmt.Fprintf(w, "%s with a missing or infinite value, %s equal to an earlier one\n",
		count(in.Incomplete, "row"), count(in.Duplicates, "row"))
	columns, hidden := in.Columns, 0
	if !all && len(columns) > shownColumns {
		columns, hidden = columns[:shownColumns], len(columns)-shownColumns
	}
	t := newTable("column", "type", "min", "mean", "sd", "max", "NaN", "Inf", "")
	right := text.AlignRight
	t.SetColumnConfigs([]table.ColumnConfig{{Number: 1}, {Number: 2},
		{Number: 3, Align: right, AlignHeader: right}, {Number: 4, Align: right,
			AlignHeader: right},
		{Number: 5, Align: right, AlignHeader: right}, {Number: 6, Align: right,
			AlignHeader: right}, {Number: 7, Align: right, AlignHeader: right},
		{Number: 8, Align: right, AlignHeader: right}, {Number: 9}})
	for _, c := range columns {
		constant := ""
		if c.Constant {
			constant = "constant"
		}
		t.AppendRow(table.Row{c.Name, c.Stored, figure(c.Min), figure(c.Mean), figure(c.SD),
			figure(c.Max), c.NaN, c.Inf, constant})
	}
	fmt.Fprintln(w, t.Render())
	if hidden > 0 {
		fmt.Fprintf(w, "and %s (--all shows them)%s\n", count(hidden, "more column"),
			summed(in.Columns[shownColumns:]))
	}
	if len(in.Skipped) > 0 {
		fmt.Fprintf(w, "no numbers: %s\n", strings.Join(in.Skipped, ", "))
	}
	for _, note := range in.Notes {
		fmt.Fprintf(w, "note: %s\n", note)
	}
}

// summed says what is worth knowing of columns that are not shown.
func summed(columns []tables.ColumnSummary) string {
	constant, broken := 0, 0
	lowest, highest := math.Inf(1), math.Inf(-1)
	for _, c := range columns {
		if c.Constant {
			constant++
		}
		if c.NaN+c.Inf > 0 {
			broken++
		}
		if c.Finite > 0 {
			lowest, highest = min(lowest, c.Min), max(highest, c.Max)
		}
	}
	return fmt.Sprintf(": from %s to %s, %d constant, %d with missing or infinite values",
		figure(lowest), figure(highest), constant, broken)
}

// printArrays lists the arrays of a file.
func printArrays(w io.Writer, arrays []tables.ArrayInfo) {
	t := newTable("array", "shape", "type")
	t.SetColumnConfigs(nil)
	for _, array := range arrays {
		lengths := "?"
		if array.Shape != nil {
			lengths = strings.ReplaceAll(strings.Trim(fmt.Sprint(array.Shape), "[]"), " ", " x ")
		}
		t.AppendRow(table.Row{array.Name, lengths, array.Stored})
	}
	fmt.Fprintln(w, t.Render())
}

// figure is a number to five digits, or a dash where there is none.
func figure(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "-"
	}
	return fmt.Sprintf("%.5g", v)
}

// count is a number of things.
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// byteCount is a number of bytes for people.
func byteCount(bytes int64) string {
	units := []string{"KiB", "MiB", "GiB", "TiB"}
	v, unit := float64(bytes), "bytes"
	for k := 0; v >= 1024 && k < len(units); k++ {
		v, unit = v/1024, units[k]
	}
	return fmt.Sprintf("%.4g %s", v, unit)
}
