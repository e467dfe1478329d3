package experiments

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sparker/configs"
	"sparker/data"
	"sparker/data/sources"
	"sparker/internal/rng"
	"sparker/results"
	"sparker/twosample"
)

// deltaFiles writes a reference in two files and a sample whose first column is 10% too large, each
// with the effect of a scale of 10% in the columns d1 and d2, and returns the values of the first
// column of the reference.
func deltaFiles(t *testing.T, e *configs.Experiment) (reference []float64) {
	t.Helper()
	folder := t.TempDir()
	for k, name := range []string{"a.csv", "b.csv", "d.csv"} {
		r := rng.New(uint64(k), "rows")
		var b strings.Builder
		b.WriteString("d1,x,d2,y\n")
		for range []int{700, 500, 60}[k] {
			x, y := r.ExpFloat64(), r.NormFloat64()
			if name == "d.csv" {
				x *= math.Exp(0.1)
			} else {
				reference = append(reference, x)
			}
			fmt.Fprintf(&b, "%v,%v,%v,%v\n", 0.1*(x-1), x, -0.01*x, y)
		}
		err := os.WriteFile(filepath.Join(folder, name), []byte(b.String()), 0o666)
		if err != nil {
			t.Fatal(err)
		}
	}
	e.Data = sources.Config{Source: "files", Standardize: "reference", Files: sources.Files{
		Folder:   folder,
		Observed: sources.FileSet{File: "d.csv"},
		Reference: sources.ReferenceSet{FileSet: sources.FileSet{File: "a.csv"},
			More: []sources.MoreRows{{File: "b.csv"}}},
		Variations: []sources.VariationConfig{{Name: "jes", Delta: "d1", Delta2: "d2"}},
	}}
	return reference
}

// The statistics of a run whose nuisance parameter is in columns of the files are those of pairs
// with the formula of its effect at their rows, within 1e-9: of the observed sample and of toys, in
// both kinds of counting. In shape-only counting the formula is shifted by the means over all rows
// of the reference.
func TestDeltaColumns(t *testing.T) {
	t.Parallel()
	for _, counting := range []string{"extended", "shape"} {
		e := tiny()
		e.Toys = configs.ToysConfig{Null: 19, Signal: []float64{}}
		x := deltaFiles(t, &e)
		e.Data.Counting, e.Data.Expected = counting, 60
		var first, second float64
		if counting == "shape" {
			n := float64(len(x))
			for _, v := range x {
				first += 0.1 * (v - 1) / n
				second -= 0.01 * v / n
			}
			for _, v := range x {
				second += (0.1*(v-1) - first) * (0.1*(v-1) - first) / n
			}
		}
		effects := func(s data.Sample) (delta, delta2 []float64) {
			for i := range s.N {
				delta = append(delta, 0.1*(s.Row(i)[0]-1)-first)
				delta2 = append(delta2, -0.01*s.Row(i)[0]-second)
			}
			return delta, delta2
		}
		store, _ := run(t, e, RunOptions{Dir: filepath.Join(t.TempDir(), "run")})
		toys, err := store.Toys()
		if err != nil {
			t.Fatal(err)
		}
		c, err := newCell(e, newSharedInputs())
		if err != nil {
			t.Fatal(err)
		}
		test, err := c.newTest()
		if err != nil {
			t.Fatal(err)
		}
		observed := 0
		for _, toy := range toys {
			if toy.Hypothesis == results.Observed {
				observed++
			}
			pair, err := c.draw(toy.ID())
			if err != nil {
				t.Fatal(err)
			}
			n := data.Nuisance{Name: "jes", Sigma: 1, Measured: pair.Nuisances[0].Measured}
			n.Reference, n.ReferenceSecond = effects(pair.Reference)
			n.Data, n.DataSecond = effects(pair.Data)
			pair.Nuisances = []data.Nuisance{n}
			fit, err := test.(twosample.FittingTest).Fit(pair, c.fitStream(toy.ID()))
			if err != nil {
				t.Fatal(err)
			}
			for k, want := range fit.Outcome().T {
				if !(math.Abs(toy.T[k]-want) <= 1e-9) {
					t.Errorf("%s: t of %s toy %d is %v at scale %d; want %v", counting,
						toy.Hypothesis, toy.Index, toy.T[k], k, want)
				}
			}
		}
		if observed != 1 || len(toys) != 20 {
			t.Errorf("%s: %d toys, %d observed", counting, len(toys), observed)
		}
	}
}
