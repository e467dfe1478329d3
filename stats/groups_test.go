package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// nested has two levels of groups over five columns.
func nested(across, within Combination) Group {
	return Group{Name: "all", Combine: across, Columns: []int{4}, Groups: []Group{
		{Name: "ab", Combine: within, Columns: []int{0, 1}, Weight: 3},
		{Name: "c", Combine: within, Groups: []Group{
			{Name: "d", Combine: Min, Columns: []int{2, 3}},
		}},
	}}
}

// groupRanks is the definition, written out: the p-values of a group for every row of a table.
func groupRanks(table [][]float64, g Group) []float64 {
	rank := func(values []float64, size func(i int) float64) []float64 {
		p := make([]float64, len(values))
		for i, v := range values {
			count := 0
			for _, other := range values {
				if other >= v-size(i) {
					count++
				}
			}
			p[i] = float64(count) / float64(len(values))
		}
		return p
	}
	var parts [][]float64
	var weights []float64
	for _, s := range g.Columns {
		column := make([]float64, len(table))
		for i, row := range table {
			column[i] = row[s]
		}
		parts = append(parts, rank(column, func(int) float64 { return 0 }))
		weights = append(weights, 1)
	}
	for _, inner := range g.Groups {
		parts = append(parts, groupRanks(table, inner))
		weights = append(weights, max(inner.Weight, 1))
	}
	mean := 0.0
	for _, w := range weights {
		mean += w / float64(len(weights))
	}
	scores, sizes := make([]float64, len(table)), make([]float64, len(table))
	for i := range table {
		least, sum, size := math.Inf(1), 0., 0.
		for k, p := range parts {
			w := weights[k] / mean
			term := g.Combine.term(p[i])
			least = min(least, p[i]/w)
			sum += w * term
			size += math.Abs(w * term)
		}
		n := float64(len(parts))
		switch g.Combine {
		case Mix:
			scores[i] = -math.Log(least)/2 + sum/n/2
		case Min:
			scores[i] = -math.Log(least)
		case Half:
			scores[i] = -math.Log((least + math.Exp(-sum)) / 2)
		case Fisher:
			scores[i] = sum
		default:
			scores[i] = sum / n
		}
		sizes[i] = 1e-9 * (size + math.Abs(scores[i])) // ties, with room for another order of sums
	}
	return rank(scores, func(i int) float64 { return sizes[i] })
}

// Without ties among the scores, the p-value of every group is that of the definition.
func TestGroupedCalibrationIsTheDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		r := rand.New(rand.NewPCG(seed, 1))
		toys := rapid.IntRange(1, 40).Draw(t, "B")
		var null []NullToy
		var table [][]float64
		for range toys + 1 {
			row := make([]float64, 5)
			for s := range row {
				row[s] = r.NormFloat64()
			}
			table = append(table, row)
		}
		for _, row := range table[:toys] {
			null = append(null, NullToy{T: row})
		}
		g := nested(rapid.SampledFrom(Combinations()).Draw(t, "across"),
			rapid.SampledFrom(Combinations()).Draw(t, "within"))
		c, err := CalibrateGroups(null, 5, g)
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Test(table[toys])
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]float64{}
		for _, g := range []Group{g, g.Groups[0], g.Groups[1], g.Groups[1].Groups[0]} {
			want[g.Name] = groupRanks(table, g)[toys]
		}
		var names []string
		for _, g := range got.Groups {
			names = append(names, g.Name)
			if g.P != want[g.Name] {
				t.Fatalf("group %s has p = %v; want %v", g.Name, g.P, want[g.Name])
			}
		}
		if strings.Join(names, " ") != "all ab c d" || got.P != want["all"] {
			t.Fatalf("the groups are %v, and p = %v; want %v", names, got.P, want["all"])
		}
	})
}

// A group of all columns is the joint rank of Calibration, ties included.
func TestOneGroupIsTheJointRank(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		null, observed := drawTable(t)
		g := Group{Combine: rapid.SampledFrom(Combinations()).Draw(t, "combine")}
		toys := make([]NullToy, len(null))
		for b, row := range null {
			toys[b].T = row
		}
		for s := range observed {
			g.Columns = append(g.Columns, s)
		}
		c, err := CalibrateGroups(toys, len(observed), g)
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Test(observed)
		if err != nil {
			t.Fatal(err)
		}
		want := significance(t, null, observed, g.Combine)
		if got.P != want.P || got.Z != want.Z || got.ZBound != want.ZBound ||
			!slices.Equal(got.ScaleP, want.ScaleP) || math.Abs(got.Score-want.Score) > 1e-9 {
			t.Fatalf("got %+v; want %+v", got.Significance, want)
		}
	})
}

// Among 19 null toys, P(p <= k/20) is k/20 for every k, whatever the groups. With 4,000 tables the
// counts are within five standard deviations; a correct program fails once in a million runs.
func TestGroupedCalibrationIsExact(t *testing.T) {
	t.Parallel()
	const toys, tables = 19, 4000
	r := rand.New(rand.NewPCG(3, 3))
	for _, across := range Combinations() {
		counts := make([]float64, toys+2)
		for range tables {
			null := make([]NullToy, toys)
			row := func() []float64 {
				x := make([]float64, 5)
				common := r.NormFloat64() // columns of a row are correlated
				for s := range x {
					x[s] = common + r.ExpFloat64()
				}
				return x
			}
			for b := range null {
				null[b].T = row()
			}
			c, err := CalibrateGroups(null, 5, nested(across, Mix))
			if err != nil {
				t.Fatal(err)
			}
			s, err := c.Test(row())
			if err != nil {
				t.Fatal(err)
			}
			counts[int(math.Round(s.P*(toys+1)))]++
		}
		below := 0.0
		for k := 1; k <= toys; k++ {
			below += counts[k]
			p := float64(k) / (toys + 1)
			// ties of scores, which ranks of few toys make, can only lower the count
			if sd := math.Sqrt(tables * p * (1 - p)); below > tables*p+5*sd {
				t.Errorf("%s: %v of %d tables have p <= %v", across, below, tables, p)
			}
		}
		if below < 0.8*tables*toys/(toys+1) {
			t.Errorf("%s: only %v of %d tables have p < 1", across, below, tables)
		}
	}
}

// A group with a large weight decides alone.
func TestGroupWeights(t *testing.T) {
	t.Parallel()
	var null []NullToy
	for b := range 99 {
		null = append(null, NullToy{T: []float64{float64(b), float64(98 - b)}})
	}
	observed := []float64{97.5, 0.5} // p = 0.02 in the first column, 0.99 in the second
	for _, combine := range Combinations() {
		for heavy, want := range map[int]float64{0: 0.02, 1: 0.99} {
			g := Group{Combine: combine, Groups: []Group{
				{Combine: Mix, Columns: []int{0}}, {Combine: Mix, Columns: []int{1}},
			}}
			g.Groups[heavy].Weight = 1e6
			c, err := CalibrateGroups(null, 2, g)
			if err != nil {
				t.Fatal(err)
			}
			s, err := c.Test(observed)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(s.P-want) > 0.011 {
				t.Errorf("%s: p = %v with all weight on group %d; want %v", combine, s.P, heavy,
					want)
			}
		}
	}
}

func TestCalibrateGroupsErrors(t *testing.T) {
	t.Parallel()
	null := []NullToy{{T: []float64{1, 2}}, {Failed: true}}
	for want, g := range map[string]Group{
		"unknown combination": {Columns: []int{0}},
		"is empty":            {Combine: Mix, Groups: []Group{{Name: "x", Combine: Mix}}},
		"column 2":            {Combine: Mix, Columns: []int{2}},
		"weight -1":           {Combine: Mix, Columns: []int{0}, Weight: -1},
	} {
		if _, err := CalibrateGroups(null, 2, g); err == nil || !strings.Contains(err.Error(),
			want) {
			t.Errorf("error %v; want one with %q", err, want)
		}
	}
	c, err := CalibrateGroups(null, 2, Group{Combine: Mix, Columns: []int{1}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Test([]float64{1}); err == nil {
		t.Error("a row of another length is tested")
	}
	if _, err := c.Test([]float64{1, math.NaN()}); err == nil {
		t.Error("a NaN is tested")
	}
	if s, err := c.Test([]float64{0, 3}); err != nil || s.P != 2./3 || c.Failed() != 1 {
		t.Errorf("p = %v, %v; want 2/3, since a toy that failed counts as more extreme", s.P, err)
	}
}
