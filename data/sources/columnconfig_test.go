package sources

import (
	"strings"
	"testing"
)

// The names of columns are there and differ, and labels are texts of one line.
func TestColumnConfig(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", mostLabel+1)
	for name, c := range map[string]struct {
		columns []ColumnConfig
		want    string // the path and the beginning of the problem; empty if there is none
	}{
		"label and unit": {[]ColumnConfig{{"x", "p_{T}", "GeV"}, {"y", "", "m^{2}"}}, ""},
		"no name":        {[]ColumnConfig{{"", "a", ""}}, "columns[0].name is missing"},
		"twice": {[]ColumnConfig{{"x", "a", ""}, {"x", "b", ""}},
			`columns[1].name is "x", as that of`},
		"nothing":    {[]ColumnConfig{{"x", "", ""}}, "columns[0] has neither"},
		"long":       {[]ColumnConfig{{"x", long, ""}}, "columns[0].label want at most 80"},
		"escape":     {[]ColumnConfig{{"x", "a\x1b[31m", ""}}, "columns[0].label want"},
		"right left": {[]ColumnConfig{{"x", "", "a\u202eb"}}, "columns[0].unit want"},
		"lines":      {[]ColumnConfig{{"x", "a\nb", ""}}, "columns[0].label want"},
		"letters":    {[]ColumnConfig{{"x", "|η|_{max} of a_b", "10^{−3} $"}}, ""},
		"two":        {[]ColumnConfig{{"x", "p_{T}^{2}", ""}}, ""},
		"command":    {[]ColumnConfig{{"x", `\eta`, ""}}, `columns[0].label is "\\eta"; want`},
		"unit":       {[]ColumnConfig{{"x", "", `\mu m`}}, `columns[0].unit is "\\mu m"`},
		"open":       {[]ColumnConfig{{"x", "p_{T", ""}}, `columns[0].label is "p_{T"`},
		"closed":     {[]ColumnConfig{{"x", "p}", ""}}, `columns[0].label is "p}"`},
		"nested":     {[]ColumnConfig{{"x", "p_{T_{1}}", ""}}, `columns[0].label is`},
		"group":      {[]ColumnConfig{{"x", "{p}", ""}}, `columns[0].label is "{p}"`},
		"empty":      {[]ColumnConfig{{"x", "p_{}", ""}}, `columns[0].label is "p_{}"`},
		"not UTF-8":  {[]ColumnConfig{{"x", "a\xff", ""}}, "columns[0].label want"},
	} {
		config := Default()
		config.Columns = c.columns
		var got []string
		config.Validate(func(path, message string) { got = append(got, path+" "+message) })
		if c.want == "" && len(got) > 0 {
			t.Errorf("%s: %q", name, got)
		}
		if c.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], c.want)) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
