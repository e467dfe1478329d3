package sources

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sparker/data"
)

// writeBlocks writes a table of n blocks, whose names begin with prefix. Block k has 1 + k%size
// rows; the first column numbers the rows from first on, and the second names their block.
func writeBlocks(t *testing.T, prefix string, first, n, size int) (path string, rows int) {
	t.Helper()
	var b strings.Builder
	b.WriteString("x,y,run\n")
	for k := range n {
		for range 1 + k%size {
			v := first + rows
			fmt.Fprintf(&b, "%d,%d,%s%d\n", v, v*v%17, prefix, k)
			rows++
		}
	}
	path = filepath.Join(t.TempDir(), prefix+".csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path, rows
}

// blockConfig returns a config of two tables with blocks: the reference has 300, the data 20.
func blockConfig(t *testing.T) Config {
	t.Helper()
	reference, _ := writeBlocks(t, "r", 0, 300, 5)
	observed, _ := writeBlocks(t, "d", 5000, 20, 5)
	c := filesConfig(Files{Reference: ReferenceSet{FileSet: FileSet{File: reference,
		Block: reference + ":run"}}, Observed: FileSet{File: observed, Block: observed + ":run"}})
	c.Expected = 0
	return c
}

// checkWhole checks that rows, which their first column names, are those of whole blocks.
func checkWhole(t *testing.T, c Config, rows []int) {
	t.Helper()
	have := map[int]bool{}
	for _, v := range rows {
		have[v] = true
	}
	for _, set := range []struct{ first, blocks int }{{0, 300}, {5000, 20}} {
		v := set.first
		for k := range set.blocks {
			for i := range k % 5 {
				if have[v] != have[v+i+1] {
					t.Fatalf("a part of block %d", k)
				}
			}
			v += 1 + k%5
		}
	}
}

func TestPermutationOfBlocks(t *testing.T) {
	t.Parallel()
	c := blockConfig(t)
	c.Files.Calibration = calibrationPermutation
	p := mustOpen(t, c)
	if !slices.Equal(p.Columns(), []string{"x", "y"}) {
		t.Errorf("columns %v", p.Columns())
	}
	sizes := map[int]bool{}
	for i := range 50 {
		pair, err := p.Draw(rand.New(rand.NewPCG(5, uint64(i))), 0)
		if err != nil {
			t.Fatal(err)
		}
		checkWhole(t, c, firstColumn(pair.Data))
		sizes[pair.Data.N] = true
		if pair.Data.N+pair.Reference.N != 960 ||
			pair.Weight != float64(pair.Data.N)/float64(pair.Reference.N) {
			t.Fatalf("%d and %d rows of weight %v", pair.Data.N, pair.Reference.N, pair.Weight)
		}
	}
	if len(sizes) < 5 {
		t.Errorf("the toys have %d sizes", len(sizes))
	}
	observed, err := p.Observed(nil)
	if err != nil || observed.Data.N != 60 || observed.Weight != 60.0/900 {
		t.Errorf("%d rows of weight %v, %v", observed.Data.N, observed.Weight, err)
	}
}

// The pools have no block in common, toys consist of whole blocks, and their mean number of rows is
// that of the data, within five standard errors. Fixed seed.
func TestPoolsOfBlocks(t *testing.T) {
	t.Parallel()
	c := blockConfig(t)
	c.Files.Calibration, c.Files.Holdout = calibrationPools, 0.2
	p := mustOpen(t, c)
	var all []int
	for _, q := range []pool{p.reference, p.background, p.holdout} {
		checkWhole(t, c, firstColumn(q.sample()))
		all = append(all, firstColumn(q.sample())...)
	}
	slices.Sort(all)
	if len(all) != 900 || len(slices.Compact(all)) != 900 {
		t.Errorf("%d rows in the pools", len(all))
	}
	if n := p.holdout.n(); n < 170 || n > 190 {
		t.Errorf("%d of 900 rows are held out, want about 180", n)
	}
	var sum, squares float64
	const toys = 2000
	for i := range toys {
		pair, err := p.Draw(rand.New(rand.NewPCG(6, uint64(i))), 0)
		if err != nil {
			t.Fatal(err)
		}
		checkWhole(t, c, firstColumn(pair.Data))
		n := float64(pair.Data.N)
		sum, squares = sum+n, squares+n*n
		if pair.Weight != n/float64(pair.Reference.N) || len(pair.Index) != pair.Data.N {
			t.Fatalf("%v rows of weight %v", n, pair.Weight)
		}
	}
	mean := sum / toys
	sd := math.Sqrt(squares/toys - mean*mean)
	if sd == 0 || math.Abs(mean-60) > 5*sd/math.Sqrt(toys) {
		t.Errorf("toys have %v rows on average (%v); want 60", mean, sd)
	}
}

// Pools are chosen only if there are enough blocks as well as rows.
func TestBlocksDecideAboutPools(t *testing.T) {
	t.Parallel()
	c := blockConfig(t)
	p := mustOpen(t, c)
	if p.Calibration() != calibrationPermutation {
		t.Errorf("%s with 150 blocks in the background pool, and 20 in the data", p.Calibration())
	}
}

func TestBlockRefusals(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(*Config){
		"files.observed.block":  func(c *Config) { c.Files.Observed.Block = "" },
		"files.reference.block": func(c *Config) { c.Files.Reference.Block = "" },
		"counting": func(c *Config) {
			c.Counting, c.Expected = countingExtended, 60
		},
		"files.replacement": func(c *Config) { c.Files.Replacement = true },
	} {
		c := blockConfig(t)
		set(&c)
		var paths []string
		c.Validate(func(path, _ string) { paths = append(paths, path) })
		if !slices.Contains(paths, name) {
			t.Errorf("%s: %v", name, paths)
		}
	}
	c := blockConfig(t)
	c.Files.Observed = c.Files.Reference.FileSet
	for _, calibration := range Calibrations {
		c.Files.Calibration = calibration
		var l Library
		_, err := l.Open(c, rand.New(rand.NewPCG(1, 2)))
		var shared *data.SharedBlocksError
		if !errors.As(err, &shared) || len(shared.Blocks) != 300 {
			t.Errorf("%s: %v", calibration, err)
		}
	}
}
