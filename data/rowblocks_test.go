package data

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// numberedRows returns n rows of one column: first, first+1, ...
func numberedRows(first, n int) Sample {
	s := Sample{X: make([]float64, n), N: n, D: 1}
	for i := range n {
		s.X[i] = float64(first + i)
	}
	return s
}

// namesOf returns a name for each row of blocks of the given sizes.
func namesOf(prefix string, sizes ...int) []string {
	var names []string
	for k, n := range sizes {
		for range n {
			names = append(names, fmt.Sprint(prefix, k))
		}
	}
	return names
}

// Every draw has whole blocks, two of five in the data, and each of the ten choices is equally
// likely: a chi-square test with nine degrees of freedom, which fails with a probability of 1e-4.
// Fixed seed.
func TestBlocksArePermuted(t *testing.T) {
	t.Parallel()
	p, err := NewPermutation(numberedRows(0, 9), numberedRows(9, 5))
	if err != nil {
		t.Fatal(err)
	}
	names := RowBlocks{Reference: namesOf("r", 4, 2, 3), Data: namesOf("d", 4, 1)}
	if err := p.KeepTogether(names); err != nil {
		t.Fatal(err)
	}
	if r, d := p.Blocks(); r != 3 || d != 2 || p.Assignments() != 10 {
		t.Errorf("%d and %d blocks, %v assignments", r, d, p.Assignments())
	}
	all := append(slices.Clone(names.Reference), names.Data...)
	counts := map[string]int{}
	const draws = 5000
	r := rand.New(rand.NewPCG(1, 2))
	for range draws {
		pair := p.Draw(r)
		rows := append(slices.Clone(pair.Reference.X), pair.Data.X...)
		slices.Sort(rows)
		if !slices.Equal(rows, numberedRows(0, 14).X) {
			t.Fatalf("rows %v", rows)
		}
		if pair.Weight != float64(pair.Data.N)/float64(pair.Reference.N) {
			t.Fatalf("weight %v of %d and %d rows", pair.Weight, pair.Data.N, pair.Reference.N)
		}
		blocks := map[string]int{}
		for _, v := range pair.Data.X {
			blocks[all[int(v)]]++
		}
		var chosen []string
		for name, n := range blocks {
			if whole := count(all, name); n != whole {
				t.Fatalf("%d of the %d rows of block %s", n, whole, name)
			}
			chosen = append(chosen, name)
		}
		slices.Sort(chosen)
		counts[strings.Join(chosen, " ")]++
	}
	chi := 0.0
	for _, n := range counts {
		chi += math.Pow(float64(n)-draws/10, 2) / (draws / 10)
	}
	const quantile = 33.7 // 1 - 1e-4 of chi-square with nine degrees of freedom
	if len(counts) != 10 || chi > quantile {
		t.Errorf("chi-square %v of %v", chi, counts)
	}
}

func count(names []string, name string) int {
	n := 0
	for _, other := range names {
		if other == name {
			n++
		}
	}
	return n
}

func TestBlockErrors(t *testing.T) {
	t.Parallel()
	p, err := NewPermutation(numberedRows(0, 4), numberedRows(4, 2))
	if err != nil {
		t.Fatal(err)
	}
	err = p.KeepTogether(RowBlocks{Reference: []string{"a", "b", "b", "c"},
		Data: []string{"b", "d"}})
	var shared *SharedBlocksError
	if !errors.As(err, &shared) || !slices.Equal(shared.Blocks, []string{"b"}) || shared.Of != 4 {
		t.Errorf("%v", err)
	}
	if err := p.KeepTogether(RowBlocks{Reference: []string{"a"}}); err == nil {
		t.Error("no error for too few names")
	}
	if w := p.Warnings(); w != nil {
		t.Errorf("warnings %q of a permutation of rows", w)
	}
	err = p.KeepTogether(RowBlocks{Reference: []string{"a", "a", "b", "b"},
		Data: []string{"c", "c"}})
	if err != nil {
		t.Fatal(err)
	}
	if w := p.Warnings(); len(w) != 1 || !strings.Contains(w[0], "1 of 3 are data, which can be "+
		"chosen in 3 ways, so p cannot be below 0.333") {
		t.Errorf("warnings %q", w)
	}
}

// blockedSample returns n blocks of a size with an offset of a standard deviation, and the names
// of their rows.
func blockedSample(r *rand.Rand, prefix string, n, size int, offset float64) (Sample, []string) {
	const d = 2
	s := Sample{N: n * size, D: d}
	var names []string
	for b := range n {
		center := [d]float64{offset * r.NormFloat64(), offset * r.NormFloat64()}
		for range size {
			for j := range d {
				s.X = append(s.X, center[j]+r.NormFloat64())
			}
			names = append(names, fmt.Sprint(prefix, b))
		}
	}
	return s, names
}

// dependenceOf returns what the check says of two samples of blocks.
func dependenceOf(t *testing.T, r *rand.Rand, size int, offset float64) BlockDependence {
	t.Helper()
	reference, a := blockedSample(r, "r", 20, size, offset)
	data, b := blockedSample(r, "d", 10, size, offset)
	p, err := NewPermutation(reference, data)
	if err == nil {
		err = p.KeepTogether(RowBlocks{Reference: a, Data: b})
	}
	if err != nil {
		t.Fatal(err)
	}
	return p.Dependence(r)
}

// The check calls independent rows alike in one pair of a hundred: at most 14 of 500, which a
// binomial distribution exceeds with a probability of 4e-4. Rows of blocks with an offset of half a
// standard deviation are alike in at least 36 of 40 pairs, with an intraclass correlation near
// .25/1.25 = .2. Fixed seed.
func TestDependence(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	alike := 0
	for range 500 {
		if dependenceOf(t, r, 8, 0).P <= dependent {
			alike++
		}
	}
	if alike > 14 {
		t.Errorf("%d of 500 pairs of independent rows are called alike", alike)
	}
	var correlation float64
	found := 0
	const pairs = 40
	for range pairs {
		d := dependenceOf(t, r, 8, 0.5)
		if d.P <= dependent {
			found++
		}
		correlation += d.Correlation / pairs
	}
	if found < 36 {
		t.Errorf("rows of blocks with an offset are alike in %d of %d pairs", found, pairs)
	}
	if math.Abs(correlation-0.2) > 0.03 { // four standard errors
		t.Errorf("an intraclass correlation of %v; want 0.2", correlation)
	}
	if d := dependenceOf(t, r, 1, 1); d.P != 1 {
		t.Errorf("p = %v of single rows", d.P)
	}
}

// Blocks of a single row each are a warning. One block of two rows suffices against it.
func TestBlocksOfOneRow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		sizes []int
		warns bool
	}{{[]int{1, 1, 1, 1}, true}, {[]int{1, 1, 2}, false}} {
		p, err := NewPermutation(numberedRows(0, 4), numberedRows(4, 2))
		if err != nil {
			t.Fatal(err)
		}
		err = p.KeepTogether(RowBlocks{Reference: namesOf("r", c.sizes...),
			Data: namesOf("d", 1, 1)})
		if err != nil {
			t.Fatal(err)
		}
		warnings := strings.Join(p.Warnings(), "\n")
		if strings.Contains(warnings, "each of the 6 blocks has a single row") != c.warns {
			t.Errorf("blocks of %v rows: %s", c.sizes, warnings)
		}
	}
}
