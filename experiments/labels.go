package experiments

import (
	"fmt"
	"strings"

	"sparker/configs"
	"sparker/data/sources"
	"sparker/findings"
	"sparker/results"
)

// mostNamed is how many columns an error names.
const mostNamed = 12

// describeColumns returns the records of columns, with the labels and units that a config gives
// them. The name of a category stands for its columns of 0 and 1, which are called name=word. It
// returns an error for a name that no column has.
func describeColumns(names []string, described []sources.ColumnConfig) ([]results.Column, error) {
	var all []results.Column
	for _, name := range names {
		all = append(all, results.Column{Name: name})
	}
	for i, d := range described {
		known := false
		for j := range all {
			rest, found := strings.CutPrefix(all[j].Name, d.Name)
			if !found || rest != "" && rest[0] != '=' && rest != " missing" {
				continue
			}
			known = true
			if all[j].Unit = d.Unit; d.Label != "" {
				all[j].Label = d.Label + rest
			}
		}
		if !known {
			shown := strings.Join(names[:min(len(names), mostNamed)], ", ")
			if len(names) > mostNamed {
				shown += ", ..."
			}
			return nil, &sources.KeyError{Key: fmt.Sprintf("columns[%d].name", i),
				Err: fmt.Errorf("%q is not a column%s the columns are %s", d.Name,
					configs.DidYouMean(d.Name, names), shown)}
		}
	}
	return all, nil
}

// describe gives the columns of findings the labels and units of a cell.
func (c *cell) describe(f *findings.Findings) {
	for j := range min(len(f.Columns), len(c.described)) {
		f.Columns[j].Label, f.Columns[j].Unit = c.described[j].Label, c.described[j].Unit
	}
}
