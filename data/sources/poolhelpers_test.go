package sources

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sparker/data"
)

// writeTable writes a CSV file of n rows of two columns, the first of which is first, first + 1,
// ..., and the label of every third row is b.
func writeTable(t *testing.T, name string, first, n int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("x,y,label\n")
	for i := range n {
		label := "a"
		if i%3 == 2 {
			label = "b"
		}
		fmt.Fprintf(&b, "%d,%d,%s\n", first+i, (first+i)*(first+i)%17, label)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// filesConfig returns a config of files. The labels that writeTable writes are not tested.
func filesConfig(f Files) Config {
	if f.Levels == 0 {
		f.Levels = -1
	}
	return Config{Source: sourceFiles, Files: f, Expected: 20, Counting: countingShape,
		Standardize: standardizeNone}
}

func mustOpen(t *testing.T, c Config) *Pools {
	t.Helper()
	var l Library
	s, err := l.Open(c, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		t.Fatal(err)
	}
	return s.(*Pools)
}

// firstColumn are the values of the first column, which name the rows.
func firstColumn(s data.Sample) []int {
	var values []int
	for i := range s.N {
		values = append(values, int(s.Row(i)[0]))
	}
	return values
}
