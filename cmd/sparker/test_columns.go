package main

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"sparker/data/sources"
)

// defineLabels adds the flags that say how figures write columns.
func (f *testFlags) defineLabels(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.columnLabels, "column-label", nil, "write a column in figures as in "+
		"`COLUMN=TEXT`, such as 'pt=p_{T}' (can be repeated)")
	flags.StringArrayVar(&f.columnUnits, "column-unit", nil, "give a column a unit in figures, as "+
		"in `COLUMN=UNIT` (can be repeated)")
}

// chooseLabels applies the flags of columns.
func (f *testFlags) chooseLabels() error {
	for _, flag := range []struct {
		name  string
		texts []string
		set   func(c *sources.ColumnConfig, text string)
	}{
		{"column-label", f.columnLabels, func(c *sources.ColumnConfig, t string) { c.Label = t }},
		{"column-unit", f.columnUnits, func(c *sources.ColumnConfig, t string) { c.Unit = t }},
	} {
		for _, given := range flag.texts {
			name, text, ok := strings.Cut(given, "=")
			if !ok || name == "" || text == "" {
				return usageError("--%s is %q; want COLUMN=TEXT", flag.name, given)
			}
			if f.noFolder {
				return usageError("--%s is for figures, and --no-folder makes none; leave one of "+
					"them out", flag.name)
			}
			at := slices.IndexFunc(f.files.Described,
				func(c sources.ColumnConfig) bool { return c.Name == name })
			if at < 0 {
				at = len(f.files.Described)
				f.files.Described = append(f.files.Described, sources.ColumnConfig{Name: name})
			}
			flag.set(&f.files.Described[at], text)
		}
	}
	return nil
}
