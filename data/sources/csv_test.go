package sources

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/data/tables"
)

// Characters are given by their names or as themselves.
func TestDialect(t *testing.T) {
	t.Parallel()
	want := tables.Dialect{Delimiter: ';', Decimal: ',', Thousands: '\'', Header: tables.HeaderNo,
		Missing: []string{"-999"}}
	for _, c := range []CSV{
		{"semicolon", "comma", "apostrophe", "no", Words{"-999"}},
		{";", ",", "'", "no", Words{"-999"}},
	} {
		if diff := cmp.Diff(want, c.dialect()); diff != "" {
			t.Errorf("%+v:\n%s", c, diff)
		}
	}
	if diff := cmp.Diff(tables.Dialect{}, CSV{}.dialect()); diff != "" {
		t.Errorf("an empty block:\n%s", diff)
	}
}

func TestCSVErrors(t *testing.T) {
	t.Parallel()
	for want, csv := range map[string]CSV{
		`files.csv.delimiter is "tabs"; want one of comma, `:     {Delimiter: "tabs"},
		`files.csv.decimal is ";"; want one of point, comma`:     {Decimal: ";"},
		`files.csv.thousands is "x"; want one of comma, point`:   {Thousands: "x"},
		`files.csv.header is "first"; want one of auto, yes, no`: {Header: "first"},
		`files.csv.thousands is ",", which is the decimal character`: {Decimal: "comma",
			Thousands: ","},
		`files.csv.delimiter is "\xff"; want one of comma, semicolon, ta`: {Delimiter: "\xff"},
	} {
		c := filesConfig(Files{Reference: null(FileSet{File: "r.csv"}), CSV: csv})
		if err := c.check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v; want %q", csv, err, want)
		}
	}
}

// Labels are read as the table of the same file is. A code for missing numbers may be a label.
func TestLabelsAreReadAsTheTable(t *testing.T) {
	t.Parallel()
	path := writeText(t, "t.csv", strings.Repeat("1,5~0\n2,5~0\n3,5~1\n4,5~1\n", 5))
	f := Files{CSV: CSV{Delimiter: "~", Decimal: "comma", Header: "no", NA: []string{"0"}}}
	f.Reference = null(FileSet{File: path, Labels: Words{path + ":x2"},
		Keep: Words{"0"}})
	c := filesConfig(f)
	c.Expected = 2
	p := mustOpen(t, c)
	if n := p.reference.n() + p.background.n(); n != 10 || p.Dim() != 1 {
		t.Errorf("%d rows of %d columns; want the 10 rows with the label 0, and one column", n,
			p.Dim())
	}
}
