package main

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"sparker/configs"
	"sparker/data/sources"
	"sparker/data/tables"
)

// defineWeights adds the flags of weights, and of a reference in several files.
func (f *testFlags) defineWeights(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.references, "reference", nil,
		"the trusted sample, a `FILE`; several files are one sample")
	flags.StringArrayVar(&f.weights, "weight", nil, "take weights of the rows from `COLUMN`, or "+
		"from FILE:COLUMN for the rows of one file")
	flags.StringArrayVar(&f.totals, "total", nil, "let the rows of a reference file stand for "+
		"as many events: `FILE=NUMBER` (default: the sum of the weights)")
}

// chooseReferences applies the flags of the files of the reference, except those of weights.
func (f *testFlags) chooseReferences() error {
	for i, address := range f.references {
		if slices.ContainsFunc(f.references[:i], func(earlier string) bool {
			return absolute(earlier) == absolute(address)
		}) {
			return usageError("--reference %s is given twice", address)
		}
		if i == 0 {
			f.files.Reference = address
			continue
		}
		f.files.More = append(f.files.More, sources.MoreRows{File: address})
	}
	if f.split != "" && len(f.files.More) > 0 {
		return usageError("--split takes both samples from one table; give --reference once")
	}
	return nil
}

// absolute returns an address whose path is absolute, and the address itself if it has none.
func absolute(address string) string {
	path, err := tables.Path(address)
	if err != nil {
		return address // reading the table reports the error
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return address
	}
	return full + strings.TrimPrefix(address, path)
}

// chooseWeights applies --weight and --total.
func (f *testFlags) chooseWeights() error {
	for _, weight := range f.weights {
		if err := f.chooseWeight(weight); err != nil {
			return err
		}
	}
	for _, total := range f.totals {
		if err := f.chooseTotal(total); err != nil {
			return err
		}
	}
	return nil
}

// weightedTable is a table whose rows may have weights.
type weightedTable struct {
	address string
	weight  *string
	total   *float64 // nil for the data
}

// tables returns the tables whose rows may have weights: those of the reference, and the data.
func (f *testFlags) tables() []weightedTable {
	all := []weightedTable{{f.files.Reference, &f.files.ReferenceWeight, &f.files.Total}}
	for i := range f.files.More {
		m := &f.files.More[i]
		all = append(all, weightedTable{m.File, &m.Weight, &m.Total})
	}
	return append(all, weightedTable{f.files.Data, &f.files.DataWeight, nil})
}

// chooseWeight applies one --weight. A column without a file is that of all files of the reference,
// and of the data and of the variations of the reference if their tables have it.
func (f *testFlags) chooseWeight(weight string) error {
	all := append(f.tables(), f.variedTables()...)
	table, column, err := f.tableOf("weight", weight, ":", all)
	if err != nil {
		return err
	}
	for _, t := range all {
		address := columnAddress(t.address, column)
		switch {
		case column == "":
			return usageError("--weight is %q; want COLUMN or FILE:COLUMN", weight)
		case table != "" && t.address != table,
			table == "" && t.total == nil && !f.hasColumn(address):
			continue
		case *t.weight != "" && *t.weight != address:
			return usageError("--weight gives the rows of %s two weights, %s and %s", t.address,
				*t.weight, address)
		}
		*t.weight = address
	}
	return nil
}

// hasColumn reports whether there is a column at an address.
func (f *testFlags) hasColumn(address string) bool {
	dialect, err := f.files.CSV.Dialect()
	if err == nil {
		_, err = tables.ReadTexts(address, dialect)
	}
	return err == nil
}

// tableOf divides the value of a flag into the address of one of some tables, or nothing, and the
// rest after a separator. A table in a file of several may be named by the file alone, if no other
// is in it.
func (f *testFlags) tableOf(flag, value, separator string, all []weightedTable) (table, rest string,
	err error) {
	named := map[string]string{} // the table and what follows it
	for _, t := range all {
		if rest, ok := strings.CutPrefix(value, t.address+separator); ok {
			return t.address, rest, nil
		}
		path, err := tables.Path(t.address)
		if err != nil {
			continue // reading the table reports the error
		}
		if rest, ok := strings.CutPrefix(value, path+separator); ok {
			named[t.address] = rest
		}
	}
	switch {
	case len(named) > 1:
		return "", "", usageError("--%s is %q, but several tables are in that file; set the "+
			"weights of each by its key, such as data.files.reference.weight", flag, value)
	case len(named) == 0 && strings.Contains(value, separator):
		return "", "", usageError("--%s is %q, but none of the files of --reference and --data "+
			"is called so", flag, value)
	}
	for table, rest = range named {
		return table, rest, nil
	}
	return "", value, nil
}

// chooseTotal applies one --total.
func (f *testFlags) chooseTotal(total string) error {
	all := f.tables()
	all = all[:len(all)-1] // without the data
	table, number, err := f.tableOf("total", total, "=", all)
	if err != nil {
		return err
	}
	if table == "" && len(all) > 1 {
		return usageError("--total is %q; with several files of the reference, want FILE=NUMBER",
			total)
	}
	events, err := strconv.ParseFloat(number, 64)
	if err != nil || !(events > 0) {
		return usageError("--total is %q; want FILE=NUMBER, such as %s=1500, with a number of "+
			"events above 0", total, f.files.Reference)
	}
	for _, t := range all {
		if table == "" || t.address == table {
			*t.total = events
		}
	}
	return nil
}

// labelMore applies --reference-label to the further files of the reference.
func (f *testFlags) labelMore() {
	rows := f.files.ReferenceRows
	if rows.Labels == "" || len(f.files.More) == 0 {
		return
	}
	column := strings.TrimPrefix(rows.Labels, columnAddress(f.files.Reference, ""))
	for i := range f.files.More {
		m := &f.files.More[i]
		m.Labels, m.Keep = []string{columnAddress(m.File, column)}, rows.Keep
	}
}

// referenceName returns the name of the reference in an answer.
func referenceName(files configs.TestFiles) string {
	name := sampleName(files.Reference, files.ReferenceRows)
	for i, more := range files.More {
		separator := ", "
		if i == len(files.More)-1 {
			separator = " and "
		}
		name += separator + sampleName(more.File, configs.LabeledRows{
			Labels: strings.Join(more.Labels, ""), Keep: more.Keep})
	}
	return name
}
