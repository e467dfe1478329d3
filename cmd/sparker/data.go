package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sparker/data/sources"
	"sparker/data/tables"
	"sparker/internal/clean"
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
missing or infinite; for a column of text with few different words, the most
frequent ones. It counts duplicated rows, and names columns that look like ids.
For a file that holds several arrays, it lists them.

The formats are .npy, .npz, .csv, .tsv, .parquet, .pq, .h5, .hdf5 and .root; .npy, .csv and
.tsv may be compressed and then end in .gz. A FILE of - is standard input, which may
be a table of the formats .csv and .npy. A key names an array of an .npz file,
a dataset of an HDF5 file, a tree of a ROOT file (events.root:Events), or a column of
the other formats.`,
		Example: `  sparker data inspect events.csv
  sparker data inspect features.npz:embeddings`,
		Args: exactly(1, "a FILE, or FILE:key"),
		RunE: action(func(_ context.Context, args []string) error {
			return a.inspect(args[0], f)
		}),
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.all, "all", false, "show every column of a wide table")
	defineDialect(flags, &f.csv)
	flags.IntVar(&f.levels, "levels", tables.DefaultLevels,
		"describe columns of text with up to `N` different words as categories")
	flags.Float64Var(&f.memory, "memory", tables.DefaultMaxBytes>>30,
		"take at most `GIB` of memory for the file")
	defineJSON(cmd, &f.asJSON)
	return cmd
}

type inspectFlags struct {
	all, asJSON bool
	csv         sources.CSV
	levels      int
	memory      float64
}

func (a *app) inspect(address string, f inspectFlags) error {
	if !(f.memory > 0 && f.memory < 1<<20) || f.levels < 1 {
		return usageError("--memory must be above 0 and below 2^20 GiB, and --levels at least 1")
	}
	dialect, err := f.csv.Dialect()
	if err != nil {
		return usageError("%s", err)
	}
	in, err := tables.Inspect(address, tables.ReadOptions{Dialect: dialect, Levels: f.levels,
		MaxBytes: int64(f.memory * (1 << 30))})
	if err != nil {
		return badInput(withRemedy(err))
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
	if in.Rows == 0 {
		return nil
	}
	shown := shownColumns
	if f.all {
		shown = len(in.Columns)
	}
	printInspection(a.stdout, in, shown)
	return nil
}

// defineDialect adds the flags that say how files of separated values are written.
func defineDialect(flags *pflag.FlagSet, csv *sources.CSV) {
	flags.StringVar(&csv.Delimiter, "delimiter", "", "the `CHARACTER` between the cells of a .csv "+
		"file, or "+enumerated(sources.Delimiters, "or"))
	flags.StringVar(&csv.Decimal, "decimal", "",
		"the `CHARACTER` before the decimals of a number: "+enumerated(sources.Decimals, "or"))
	flags.StringVar(&csv.Thousands, "thousands", "", "the `CHARACTER` between groups of three "+
		"digits: "+enumerated(sources.Thousands, "or"))
	flags.StringVar(&csv.Header, "header", "",
		"whether the first line of a .csv file names the columns, a `WORD`: "+
			enumerated(sources.Headers, "or"))
	flags.StringSliceVar((*[]string)(&csv.NA), "na", nil,
		"read the cells `TEXT,TEXT,...` of a .csv file as missing values, too")
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
	duplicates := "duplicates not counted"
	if in.Duplicates >= 0 {
		duplicates = count(in.Duplicates, "row") + " equal to an earlier one"
	}
	fmt.Fprintf(w, "%s with a missing or infinite value, %s\n", count(in.Incomplete, "row"),
		duplicates)
	shown := min(most, len(in.Columns))
	if shown > 0 {
		fmt.Fprintln(w, columnTable(in.Columns[:shown], in.Rows).Render())
	}
	if hidden := in.Columns[shown:]; len(hidden) > 0 {
		fmt.Fprintf(w, "and %s (--all shows them)%s\n", count(len(hidden), "more column"),
			summed(hidden))
	}
	if len(in.Skipped) > 0 {
		fmt.Fprintf(w, "columns that are not read: %s\n", lineOf(strings.Join(in.Skipped, ", ")))
	}
	for _, note := range in.Notes {
		fmt.Fprintf(w, "note: %s\n", lineOf(note))
	}
}

// columnTable returns a table with a row for each column of a table of the given number of rows.
func columnTable(columns []tables.ColumnSummary, rows int) table.Writer {
	t := newTable("column", "type", "min", "mean", "sd", "max", "NaN", "Inf", "")
	layout := []table.ColumnConfig{{Number: 1}, {Number: 2}}
	for number := 3; number <= 8; number++ {
		layout = append(layout, table.ColumnConfig{Number: number, Align: text.AlignRight,
			AlignHeader: text.AlignRight})
	}
	layOut(t, append(layout, table.ColumnConfig{Number: 9, WidthMax: printedWidth,
		WidthMaxEnforcer: text.WrapSoft}))
	for _, c := range columns {
		show := figure
		stored := c.Stored
		switch c.Kind {
		case tables.Time:
			show = day
		case tables.Category:
			stored = "category"
		}
		missing := fmt.Sprint(c.NaN)
		if c.NaN > 0 {
			missing += fmt.Sprintf(" (%.3g%%)", 100*float64(c.NaN)/float64(rows))
		}
		t.AppendRow(table.Row{c.Name, stored, show(c.Min), show(c.Mean), figure(c.SD),
			show(c.Max), missing, c.Inf, remark(c, rows)})
	}
	return t
}

// day returns the date of a number of days since 1970-01-01, or a dash if it is not finite.
func day(days float64) string {
	if math.Abs(days) > 4e6 || math.IsNaN(days) {
		return figure(days)
	}
	at := time.Unix(0, 0).UTC().AddDate(0, 0, int(math.Floor(days)))
	at = at.Add(time.Duration(math.Round(86400*(days-math.Floor(days)))) * time.Second)
	return strings.TrimSuffix(at.Format("2006-01-02 15:04"), " 00:00")
}

// remark says what is special about a column of a table of the given number of rows.
func remark(c tables.ColumnSummary, rows int) string {
	switch {
	case c.Kind == tables.Category:
		words := make([]string, len(c.Words))
		for i, word := range c.Words {
			words[i] = fmt.Sprintf("%s (%.3g%%)", clean.Line(word.Word, 24),
				100*float64(word.Rows)/float64(rows))
		}
		if more := c.Levels - len(words); more > 0 {
			words = append(words, fmt.Sprintf("%d more", more))
		}
		return strings.Join(words, ", ")
	case c.Constant:
		return "constant"
	case c.Rising:
		return "rises from row to row: an id?"
	case c.Distinct:
		return "different in every row: an id?"
	}
	return ""
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
