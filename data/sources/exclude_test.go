package sources

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// writeText writes a file into a new folder, and returns its path.
func writeText(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// Columns that are excluded are not tested, wherever they are. A column that one file lacks may be
// excluded, and the columns of labels, ids and texts are left out without being named.
func TestExclude(t *testing.T) {
	t.Parallel()
	r := writeText(t, "r.csv", "id,x,y,run\n1,2,3,7\n2,3,4,8\n3,5,1,7\n")
	d := writeText(t, "d.csv", "id,x,y,run,extra_1,extra_2\n1,2,3,7,5,5\n2,3,4,8,5,6\n")
	for want, f := range map[string]Files{
		"x,y":    {Exclude: []string{"id", "run", "extra*"}},
		"y":      {Exclude: []string{"?d", "x", "run", "extra_?"}},
		"id,x,y": {Exclude: []string{"run", "extra*"}},
		"x,y,id": {Columns: []string{"x", "y", "id"}},
		"x":      {Columns: []string{"x", "id"}, Exclude: []string{"i*"}},
	} {
		f.Reference, f.Observed = null(FileSet{File: r}), FileSet{File: d}
		p := mustOpen(t, filesConfig(f))
		if got := strings.Join(p.Columns(), ","); got != want {
			t.Errorf("%+v: columns %s; want %s", f, got, want)
		}
	}
	p := mustOpen(t, filesConfig(Files{Reference: null(FileSet{File: r, Labels: Words{r + ":run"}}),
		Observed: FileSet{File: d, ID: d + ":id"}, Exclude: []string{"extra*"}}))
	if !slices.Equal(p.Columns(), []string{"x", "y"}) {
		t.Errorf("columns %q; the label and the id are among them", p.Columns())
	}
	var l Library
	for range 2 { // the second time, the tables are there already
		_, err := l.Open(filesConfig(Files{Reference: null(FileSet{File: r}),
			Observed: FileSet{File: d}, Exclude: []string{"extra*", "run", "idd"}}), stream(1))
		var pattern *PatternError
		if !errors.As(err, &pattern) || pattern.Pattern != "idd" {
			t.Errorf("a pattern that matches nothing: %v", err)
		}
	}
}

// Rows are chosen by the labels to keep and to drop.
func TestDropLabels(t *testing.T) {
	t.Parallel()
	r := writeText(t, "r.csv", "x,run\n1,a\n2,b\n3,c\n4,a\n5,c\n")
	set := FileSet{File: r, Labels: Words{r + ":run"}, Keep: Words{"a", "b"}}
	rest := FileSet{File: r, Labels: Words{r + ":run"}, Drop: Words{"a", "b"}}
	p := mustOpen(t, filesConfig(Files{Reference: null(set), Observed: rest}))
	got := [][]int{firstColumn(p.reference.sample()), firstColumn(p.observed.sample())}
	if !slices.Equal(got[0], []int{1, 2, 4}) || !slices.Equal(got[1], []int{3, 5}) {
		t.Errorf("rows %v", got)
	}
	rest.Drop = Words{"d"}
	var l Library
	_, err := l.Open(filesConfig(Files{Reference: null(set), Observed: rest}), stream(1))
	want := "no row of " + r + ` has the label "d"; the labels are a, b, c`
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("a label that no row has: %v", err)
	}
}
