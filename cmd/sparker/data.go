package main

import (
	"context"
	"encoding/json"
	"errors"
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
	return withCommands(&cobra.Command{
		Use:   "data",
		Short: "Inspect tables of numbers",
	}, a.inspectCommand())
}

func (a *app) inspectCommand() *cobra.Command {
	var f inspectFlags
	cmd := &cobra.Command{
		Use:   "inspect FILE[:key]",
		Short: "Show what a table of numbers holds",
		Long: `inspect reads a table and shows its size and, for each column, the type, the
smallest, mean and largest value, the standard deviation, and how many values are
missing or infinite. It counts duplicated rows. For a file that holds several
arrays, it lists them.

The formats are .npy, .npz, .csv, .tsv, .parquet, .h5 and .hdf5; .npy, .csv and
.tsv may be compressed and then end in .gz. A key names an array of an .npz file,
a dataset of an HDF5 file, or a column of the other formats.`,
		Example: `  sparker data inspect events.csv
  sparker data inspect features.npz:embeddings`,
		Args: exactly(1, "a FILE, or FILE:key"),
		RunE: action(func(_ context.Context, args []string) error {
			return a.inspect(args[0], f)
		}),
	}
	cmd.Flags().BoolVar(&f.all, "all", false, "show every column of a wide table")
	defineJSON(cmd, &f.asJSON)
	return cmd
}

type inspectFlags struct{ all, asJSON bool }

func (a *app) inspect(address string, f inspectFlags) error {
	in, err := tables.Inspect(address)
	if err != nil {
		return badInput(err)
	}
	if f.asJSON {
		encoder := json.NewEncoder(a.stdout)
		encoder.SetEscapeHTML(false) // types such as <f8 stay readable
		encoder.SetIndent("", "  ")
		return encoder.Encode(in)
	}
	if len(in.Arrays) > 1 && in.Key == "" {
		printArrays(a.stdout, in)
	}
	if len(in.Columns) == 0 {
		return nil
	}
	shown := shownColumns
	if f.all {
		shown = len(in.Columns)
	}
	printInspection(a.stdout, in, shown)
	return nil
}

// shownColumns is the number of columns that are shown of a wide table.
const shownColumns = 16

// printInspection writes what a table holds, with at most some number of its columns.
func printInspection(w io.Writer, in tables.Inspection, most int) {
	name := in.Path
	if in.Key != "" {
		name += ":" + in.Key
	}
	fmt.Fprintf(w, "%s (%s): %s of %s\n", lineOf(name), in.Format, count(in.Rows, "row"),
		count(len(in.Columns), "column"))
	fmt.Fprintf(w, "%s on disk, %s in memory\n", byteCount(in.DiskBytes), byteCount(in.MemoryBytes))
	fmt.Fprintf(w, "%s with a missing or infinite value, %s equal to an earlier one\n",
		count(in.Incomplete, "row"), count(in.Duplicates, "row"))
	shown := min(most, len(in.Columns))
	fmt.Fprintln(w, columnTable(in.Columns[:shown]).Render())
	if hidden := in.Columns[shown:]; len(hidden) > 0 {
		fmt.Fprintf(w, "and %s (--all shows them)%s\n", count(len(hidden), "more column"),
			summed(hidden))
	}
	if len(in.Skipped) > 0 {
		fmt.Fprintf(w, "columns without numbers: %s\n", lineOf(strings.Join(in.Skipped, ", ")))
	}
	for _, note := range in.Notes {
		fmt.Fprintf(w, "note: %s\n", lineOf(note))
	}
}

// columnTable returns a table with a row for each column.
func columnTable(columns []tables.ColumnSummary) table.Writer {
	t := newTable("column", "type", "min", "mean", "sd", "max", "NaN", "Inf", "")
	layout := []table.ColumnConfig{{Number: 1}, {Number: 2}}
	for number := 3; number <= 8; number++ {
		layout = append(layout, table.ColumnConfig{Number: number, Align: text.AlignRight,
			AlignHeader: text.AlignRight})
	}
	layOut(t, layout)
	for _, c := range columns {
		constant := ""
		if c.Constant {
			constant = "constant"
		}
		t.AppendRow(table.Row{c.Name, c.Stored, figure(c.Min), figure(c.Mean), figure(c.SD),
			figure(c.Max), c.NaN, c.Inf, constant})
	}
	return t
}

// summed returns the range of columns that are not shown, and how many of them are unusual.
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

// printArrays lists the arrays of a file that holds several.
func printArrays(w io.Writer, in tables.Inspection) {
	path := lineOf(in.Path)
	fmt.Fprintf(w, "%s (%s, %s) holds %s; inspect one with %s:NAME\n", path, in.Format,
		byteCount(in.DiskBytes), count(len(in.Arrays), "array"), path)
	t := newTable("array", "shape", "type")
	layOut(t, []table.ColumnConfig{{Number: 1}, {Number: 2}, {Number: 3}})
	for _, array := range in.Arrays {
		lengths := "?"
		if array.Shape != nil {
			lengths = strings.ReplaceAll(strings.Trim(fmt.Sprint(array.Shape), "[]"), " ", " x ")
		}
		t.AppendRow(table.Row{array.Name, lengths, array.Stored})
	}
	fmt.Fprintln(w, t.Render())
	if len(in.Columns) > 0 {
		return // the notes follow the table
	}
	for _, note := range in.Notes {
		fmt.Fprintf(w, "note: %s\n", note)
	}
}

// figure returns a number with five digits, or a dash if it is not finite.
func figure(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "-"
	}
	return fmt.Sprintf("%.5g", v)
}

// byteCount returns a number of bytes in a readable unit.
func byteCount(bytes int64) string {
	units := []string{"KiB", "MiB", "GiB", "TiB"}
	v, unit := float64(bytes), "bytes"
	for k := 0; v >= 1024 && k < len(units); k++ {
		v, unit = v/1024, units[k]
	}
	return fmt.Sprintf("%.4g %s", v, unit)
}

// csvRemedy says what helps against an error of a file of separated values. It is empty for other
// errors.
func csvRemedy(err error) string {
	var column *tables.ColumnError
	var dialect *tables.DialectError
	switch {
	case errors.As(err, &column) && column.Cell != "":
		return fmt.Sprintf("correct it, or read it as a missing value by --na %q "+
			"(data.files.csv.na)", column.Cell)
	case errors.As(err, &dialect) && dialect.Choice == tables.ChoiceOfDelimiter:
		return "say which by --delimiter (data.files.csv.delimiter)"
	case errors.As(err, &dialect):
		return "say which by --decimal or --thousands (data.files.csv.decimal, " +
			"data.files.csv.thousands)"
	}
	return ""
}
