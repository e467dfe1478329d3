package sources

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wordTables are tables of 60 rows with the columns x, which is the number of the row, and y.
type wordTables struct {
	dir      string
	whole    string
	observed string // every fifth row lacks y
	words    string // the columns id, class, said and picture for each row
}

func newWordTables(t *testing.T) (f wordTables) {
	t.Helper()
	f.dir = t.TempDir()
	write := func(name string, line func(i int) string) string {
		t.Helper()
		var b strings.Builder
		for i := -1; i < 60; i++ {
			b.WriteString(line(i) + "\n")
		}
		path := filepath.Join(f.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	head := func(names string, line func(i int) string) func(int) string {
		return func(i int) string {
			if i < 0 {
				return names
			}
			return line(i)
		}
	}
	f.observed = write("d.csv", head("x,y", func(i int) string {
		if i%5 == 1 {
			return fmt.Sprintf("%d,", i)
		}
		return fmt.Sprintf("%d,%d", i, i*i%17)
	}))
	f.words = write("words/w.csv", head("id,class,said,picture", func(i int) string {
		picture := fmt.Sprintf("p/%d.png", i)
		switch i % 4 {
		case 1:
			picture = fmt.Sprintf("/p/%d.png", i)
		case 2:
			picture = fmt.Sprintf("https://p/%d.png", i)
		case 3:
			return fmt.Sprintf("n%d,%d,,", i, i%3)
		}
		return fmt.Sprintf("n%d,%d,said %d,%s", i, i%3, i, picture)
	}))
	f.whole = write("whole.csv",
		head("x,y", func(i int) string { return fmt.Sprintf("%d,%d", i, i*i%17) }))
	return f
}

// The words of a row belong to it, whichever rows are left out.
func TestWordsBelongToTheirRows(t *testing.T) {
	t.Parallel()
	f := newWordTables(t)
	for name, c := range map[string]struct {
		set     FileSet
		missing string
		rows    int
	}{
		"all":            {FileSet{File: f.whole}, "", 60},
		"complete":       {FileSet{File: f.observed}, missingDrop, 48},
		"some at random": {FileSet{File: f.observed, Rows: 20}, missingDrop, 20},
		"a class": {FileSet{File: f.observed, Labels: Words{f.words + ":class"},
			Keep: Words{"2"}}, missingDrop, 16},
		"some of a class": {FileSet{File: f.observed, Labels: Words{f.words + ":class"},
			Keep: Words{"2", "0"}, Rows: 9}, missingDrop, 9},
		"labeled, some at random": {FileSet{File: f.observed, Labels: Words{f.words + ":class"},
			Rows: 30}, missingDrop, 30},
	} {
		set := c.set
		set.ID, set.Text, set.Image = f.words+":id", f.words+":said", f.words+":picture"
		config := filesConfig(Files{Reference: null(FileSet{File: writeTable(t, "r.csv", 100, 300),
			Rows: 200}), Observed: set, Missing: c.missing, Columns: []string{"x", "y"}})
		config.Expected = 0
		pair, err := mustOpen(t, config).Observed(rand.New(rand.NewPCG(1, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if pair.Data.N != c.rows || len(pair.Texts) != c.rows || len(pair.Images) != c.rows ||
			len(pair.IDs) != c.rows {
			t.Fatalf("%s: %d rows, %d texts, %d images", name, pair.Data.N, len(pair.Texts),
				len(pair.Images))
		}
		for k, v := range firstColumn(pair.Data) {
			text, image := fmt.Sprintf("said %d", v), []string{fmt.Sprintf("%s/words/p/%d.png",
				f.dir, v), fmt.Sprintf("/p/%d.png", v), fmt.Sprintf("https://p/%d.png", v), ""}[v%4]
			if v%4 == 3 {
				text = ""
			}
			if pair.Index[k] != v || pair.Texts[k] != text || pair.Images[k] != image ||
				pair.IDs[k] != fmt.Sprintf("n%d", v) || pair.Labels != nil &&
				pair.Labels[k] != fmt.Sprint(v%3) {
				t.Errorf("%s: row %d is number %d with the name %q, the text %q and the image %q",
					name, v, pair.Index[k], pair.IDs[k], pair.Texts[k], pair.Images[k])
			}
		}
	}
}
