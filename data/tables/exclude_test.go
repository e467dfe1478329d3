package tables

import (
	"strings"
	"testing"
)

// Columns of times that are left out are not among those that were read as days.
func TestNotesOfExcludedTimes(t *testing.T) {
	t.Parallel()
	path := writeNamed(t, "t.csv", []byte("x,from_date,to_date\n1,2024-01-02,2024-02-03\n"+
		"2,2024-01-05,2024-02-07\n"))
	for want, o := range map[string]ReadOptions{
		"UTC: from_date, to_date": {},
		"UTC: from_date":          {Exclude: []string{"to*"}},
		"UTC: to_date":            {Columns: []string{"x", "to_date"}},
		"":                        {Exclude: []string{"*_date"}},
	} {
		table, err := Read(path, o)
		if err != nil {
			t.Fatal(err)
		}
		notes := strings.Join(table.Notes(), "\n")
		if want == "" && notes != "" || !strings.HasSuffix(notes, want) {
			t.Errorf("%+v: notes %q; want %q", o, notes, want)
		}
	}
}
