package main

import (
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sparker/configs"
	"sparker/data/sources"
	"sparker/data/tables"
	"sparker/stats"
)

// testFlags are the flags of test.
type testFlags struct {
	runFlags
	files     configs.TestFiles
	noFolder  bool
	verbose   bool   // print the tables behind the answer
	exitCode  bool   // say by the exit code whether the samples differ
	toys      string // auto, or a number
	maxToys   int
	timeLimit time.Duration

	dropMissing                     bool // the old spelling of --missing drop
	split, referenceLabel, newLabel string
	block                           string // the column of blocks

	references, weights, totals, nuisances []string
	columnLabels, columnUnits              []string
}

// calibrations are the words that --calibration takes.
var calibrations = []string{"pools", permutation}

const (
	// autoToys is the value of --toys for a number that depends on the outcomes of the toys.
	autoToys = "auto"
	// defaultMaxToys is the largest number of such toys.
	defaultMaxToys = 1000
)

// define adds the flags of test.
func (f *testFlags) define(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.defineWeights(flags)
	f.defineNuisances(flags)
	flags.StringVar(&f.files.Data, "data", "", "the sample to test, a `FILE`")
	f.defineRows(flags)
	f.defineColumns(flags)
	flags.StringVar(&f.files.ID, "id", "", "show rows of the data by the names in `FILE:COLUMN`")
	flags.StringVar(&f.files.Text, "text", "", "show rows with the texts in `FILE:COLUMN`")
	flags.StringVar(&f.files.Image, "image", "",
		"show rows with the images whose paths are in `FILE:COLUMN`")
	flags.StringVar(&f.files.Calibration, "calibration", "", "make toys by `METHOD`: "+
		enumerated(calibrations, "or"))
	flags.BoolVar(&f.noFolder, "no-folder", false,
		"make no run folder, and only print the result; toys are permutations, or thrown from "+
			"half of the reference if its weights differ")
	flags.BoolVarP(&f.verbose, "verbose", "v", false,
		"print the tables of scales and kernels as well")
	flags.BoolVar(&f.exitCode, "exit-code", false, fmt.Sprintf(
		"end with exit code %d if p <= alpha", exitDiffers))
	flags.Float64Var(&f.files.RowsFDR, "rows-fdr", 0, "list the rows of the data that stand out, "+
		"at most the share `Q` of them wrongly, such as 0.1 (default 0: no list)")
	flags.StringVar(&f.toys, "toys", autoToys, "draw `N` null toys, so that the smallest p-value "+
		"is 1/(N+1); auto: as many as the decision at test.alpha needs")
	flags.IntVar(&f.maxToys, "max-toys", defaultMaxToys,
		"let --toys auto draw at most `N` null toys")
	flags.DurationVar(&f.timeLimit, "time-limit", 0, "begin no null toy after this `TIME`, such "+
		"as 10m; needs --toys auto")
	flags.BoolVar(&f.files.Extrapolate, "extrapolate", false, "extrapolate p beyond the null toys "+
		"as well, with an interval")
	f.runFlags.define(cmd)
	f.defineShard(cmd)
	require(cmd, "reference")
}

// defineRows adds the flags that say which rows are taken.
func (f *testFlags) defineRows(flags *pflag.FlagSet) {
	flags.StringVar(&f.split, "split", "", "take both samples from the table of --reference: the "+
		"rows with `COLUMN=VALUE,...` are the reference, and all others the data")
	flags.StringVar(&f.referenceLabel, "reference-label", "",
		"take the rows of the reference with `COLUMN=VALUE,...`")
	flags.StringVar(&f.newLabel, "data-label", "",
		"take the rows of the data with `COLUMN=VALUE,...`")
	flags.StringVar(&f.block, "block", "", "keep rows with the same value of `COLUMN` together in "+
		"toys, such as those of a run, a subject or a day")
	flags.StringVar(&f.files.Missing, "missing", "", "do with missing numbers what `POLICY` says: "+
		"refuse (default), drop the row, or add an indicator column and fill in the median")
	flags.BoolVar(&f.dropMissing, "drop-missing", false, "the same as --missing drop")
	hide(flags, "drop-missing")
	flags.Float64Var(&f.files.MaxDropped, "max-dropped", 0,
		"let --missing drop leave out at most the `SHARE` of a sample (default 0.2)")
	flags.StringVar(&f.files.Shared, "shared", "", "do with rows of the data that are also in the "+
		"reference what `POLICY` says: keep (default), or drop")
}

// defineColumns adds the flags that say which columns are taken, and how they are read.
func (f *testFlags) defineColumns(flags *pflag.FlagSet) {
	flags.StringSliceVar(&f.files.Columns, "columns", nil,
		"use only the columns `NAME,NAME,...` (default: all)")
	flags.StringSliceVar(&f.files.Exclude, "exclude", nil,
		"leave out the columns `NAME,PATTERN,...`, such as 'id,*_date'")
	flags.IntVar(&f.files.Levels, "levels", 0, "read columns of text with up to `N` different "+
		"words as categories (default 50; -1: none)")
	flags.Float64Var(&f.files.Memory, "memory", 0,
		"let the numbers of a file take at most `GIB` of memory (default 4)")
	defineDialect(flags, &f.files.CSV)
	f.defineLabels(flags)
}

// hide keeps a flag out of the help.
func hide(flags *pflag.FlagSet, name string) {
	if err := flags.MarkHidden(name); err != nil {
		panic(err) // the command does not define the flag
	}
}

// complete checks the flags, and finishes the description of the test that they give.
func (f *testFlags) complete() error {
	for _, flag := range []struct {
		name, value string
		words       []string
	}{
		{"calibration", f.files.Calibration, calibrations},
		{"missing", f.files.Missing, sources.MissingPolicies},
		{"shared", f.files.Shared, sources.SharedPolicies},
		{"header", f.files.CSV.Header, sources.Headers},
	} {
		if flag.value == "" {
			continue
		}
		if err := oneOf(flag.name, flag.value, flag.words); err != nil {
			return err
		}
	}
	if f.dropMissing {
		if f.files.Missing != "" {
			return usageError("--drop-missing is --missing drop; leave it out")
		}
		f.files.Missing = "drop"
	}
	if err := f.runFlags.check(); err != nil {
		return err
	}
	if q := f.files.RowsFDR; math.IsNaN(q) || math.IsInf(q, 0) {
		return usageError("--rows-fdr is %v; want a number such as 0.1, or 0 for no list", q)
	}
	if err := f.chooseToys(); err != nil {
		return err
	}
	if err := f.chooseReferences(); err != nil {
		return err
	}
	if err := f.chooseRows(); err != nil {
		return err
	}
	f.labelMore()
	if err := f.chooseLabels(); err != nil {
		return err
	}
	if err := f.chooseNuisances(); err != nil {
		return err
	}
	f.chooseBlocks()
	return f.chooseWeights()
}

// chooseToys applies the flags that say how many null toys there are.
func (f *testFlags) chooseToys() error {
	switch {
	case f.timeLimit < 0:
		return usageError("--time-limit is %v; want a time above 0, such as 10m", f.timeLimit)
	case f.maxToys < 1 || f.maxToys > stats.MaxSequentialToys:
		return usageError("--max-toys is %d; want 1 to %d", f.maxToys, stats.MaxSequentialToys)
	case f.toys == autoToys:
		f.files.Toys, f.files.AutoToys = f.maxToys, true
		return nil
	case f.maxToys != defaultMaxToys:
		return usageError("--max-toys is for --toys auto; leave one of them out")
	case f.timeLimit > 0:
		return usageError("--time-limit is for --toys auto; leave one of them out")
	}
	n, err := strconv.Atoi(f.toys)
	if err != nil {
		return usageError("--toys is %q; want a whole number, or %s", f.toys, autoToys)
	}
	f.files.Toys = n
	return nil
}

// chooseRows applies the flags that choose rows by a label.
func (f *testFlags) chooseRows() error {
	switch {
	case f.split == "" && f.files.Data == "":
		return usageError("--data is missing; or give --split COLUMN=VALUE for two samples from " +
			"one table")
	case f.files.Reference == f.files.Data && tables.IsStream(f.files.Data):
		return badInput(fmt.Errorf("--reference and --data are both %s; the samples are two "+
			"files, or parts of one table by --split", f.files.Data))
	case f.split != "" && f.files.Data != "":
		return usageError("--split takes the data from the table of --reference; leave out --data")
	case f.split != "" && f.referenceLabel+f.newLabel != "":
		return usageError("--split and --reference-label or --data-label exclude each other")
	case f.split != "":
		return f.splitRows()
	}
	for _, flag := range []struct {
		name, value, table string
		rows               *configs.LabeledRows
	}{
		{"reference-label", f.referenceLabel, f.files.Reference, &f.files.ReferenceRows},
		{"data-label", f.newLabel, f.files.Data, &f.files.DataRows},
	} {
		if flag.value == "" {
			continue
		}
		column, values, err := parseLabel(flag.name, flag.value)
		if err != nil {
			return err
		}
		if len(values) == 0 {
			return usageError("--%s is %q; want COLUMN=VALUE,...", flag.name, flag.value)
		}
		flag.rows.Labels, flag.rows.Keep = columnAddress(flag.table, column), values
	}
	return nil
}

// splitRows applies --split. Without values, the column must have two: the rows with the more
// frequent one are the reference.
func (f *testFlags) splitRows() error {
	column, values, err := parseLabel("split", f.split)
	if err != nil {
		return err
	}
	f.files.Data = f.files.Reference
	address := columnAddress(f.files.Reference, column)
	if len(values) == 0 {
		dialect, err := f.files.CSV.Dialect()
		if err != nil {
			return usageError("%v", err)
		}
		dialect.Missing = nil // a code for missing numbers may be a label
		labels, err := tables.ReadLabels(address, dialect)
		if err != nil {
			return badInput(err)
		}
		if values, err = frequentOfTwo(column, labels); err != nil {
			return err
		}
	}
	f.files.ReferenceRows = configs.LabeledRows{Labels: address, Keep: values}
	f.files.DataRows = configs.LabeledRows{Labels: address, Drop: values}
	return nil
}

// frequentOfTwo returns the more frequent of the two values that a column has, or the first one if
// they are equally frequent. It returns an error if there are not two.
func frequentOfTwo(column string, labels []string) ([]string, error) {
	var values []string
	counts := map[string]int{}
	for _, label := range labels {
		if counts[label]++; counts[label] == 1 {
			values = append(values, label)
		}
	}
	if len(values) == 2 {
		if counts[values[1]] > counts[values[0]] {
			slices.Reverse(values)
		}
		return values[:1], nil
	}
	const most = 12
	shown := strings.Join(values[:min(most, len(values))], ", ")
	if len(values) > most {
		shown += ", ..."
	}
	return nil, usageError("--split %s has %s: %s; say which of them are the reference, as in "+
		"--split %s=%s", column, count(len(values), "value"), shown, column, values[0])
}

// chooseBlocks applies --block to all tables.
func (f *testFlags) chooseBlocks() {
	if f.block == "" {
		return
	}
	f.files.ReferenceBlock = columnAddress(f.files.Reference, f.block)
	f.files.DataBlock = columnAddress(f.files.Data, f.block)
	for i := range f.files.More {
		m := &f.files.More[i]
		m.Block = columnAddress(m.File, f.block)
	}
}

// parseLabel parses COLUMN or COLUMN=VALUE,... . Values are separated as the cells of a line of a
// .csv file.
func parseLabel(flag, text string) (column string, values []string, err error) {
	column, list, hasValues := strings.Cut(text, "=")
	if column == "" {
		return "", nil, usageError("--%s is %q; want COLUMN=VALUE,...", flag, text)
	}
	if !hasValues {
		return column, nil, nil
	}
	values, err = csv.NewReader(strings.NewReader(list)).Read()
	if err != nil || slices.Contains(values, "") {
		return "", nil, usageError("--%s is %q; want COLUMN=VALUE,...", flag, text)
	}
	for i, value := range values { // tables.ReadLabels writes whole numbers without decimals
		x, err := strconv.ParseFloat(value, 64)
		if err == nil && x == math.Trunc(x) && strings.Contains(value, ".") {
			values[i] = strings.TrimRight(strings.TrimRight(value, "0"), ".")
		}
	}
	return column, values, nil
}

// columnAddress returns the address of a column of the table at an address. The columns of an array
// in an .npz file are not named, so a column is another array there. A group of an HDF5 file, or a
// tree of a ROOT file, is the folder of its columns, unless the column begins with a slash or with
// the folder.
func columnAddress(table, column string) string {
	path, err := tables.Path(table)
	if err != nil { // reading the table reports the error
		return table + ":" + column
	}
	group := strings.TrimPrefix(strings.TrimPrefix(table, path), ":")
	folder := strings.TrimSuffix(group, "/") + "/"
	if group == "" || strings.HasSuffix(path, ".npz") || strings.HasPrefix(column, "/") ||
		strings.HasPrefix(column, folder) {
		return path + ":" + column
	}
	return path + ":" + folder + column
}
