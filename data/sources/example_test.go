package sources_test

import (
	"errors"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"sparker/data/sources"
)

// A toy of the benchmark of the paper, with 20 expected signal events.
func ExampleNew() {
	source, err := sources.New(sources.Default())
	if err != nil {
		log.Fatal(err)
	}
	pair, err := source.Draw(rand.New(rand.NewPCG(1, 2)), 20)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(pair.Reference.N, "rows of weight", pair.Weight)
	fmt.Println(pair.Data.N, "events, of which", pair.Injected, "are anomalous")
	// Output:
	// 20000 rows of weight 0.1
	// 2036 events, of which 14 are anomalous
}

// The true log-ratio of a signal of 20 events, far from the signal and at its center.
func ExampleAlternative() {
	source, err := sources.New(sources.Default())
	if err != nil {
		log.Fatal(err)
	}
	known := source.(sources.Alternative)
	for _, x := range []float64{1, 6.4} {
		fmt.Printf("x = %.1f: %.3f\n", x, known.LogRatio([]float64{x}, 20))
	}
	// Output:
	// x = 1.0: 0.000
	// x = 6.4: 2.773
}

// A configuration is checked as a whole.
func ExampleConfig_Validate() {
	c := sources.Default()
	c.Signal.Loc, c.Signal.Scale = sources.Vector{-1}, 0
	c.Validate(func(path, message string) { fmt.Println(path, message) })
	// Output:
	// signal.loc is -1; it lies below 0, where the exponential source has no events
	// signal.scale is 0; must be a finite number above 0 (at most 1e+100)
}

// table writes a table of n rows to a folder and returns its path.
func table(dir, name string, n int) string {
	text := "x,y\n"
	for i := range n {
		text += fmt.Sprintf("%d,%d\n", i, i*i%17)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		log.Fatal(err)
	}
	return path
}

// An observed sample with a reference of twice its size: the null toys are permutations.
func ExampleLibrary_Open() {
	dir, err := os.MkdirTemp("", "sources")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	c := sources.Config{Source: "files", Counting: "shape", Standardize: "reference",
		Files: sources.Files{
			Reference: sources.ReferenceSet{
				FileSet: sources.FileSet{File: table(dir, "reference.csv", 200)}},
			Observed: sources.FileSet{File: table(dir, "observed.csv", 100)},
		}}

	var library sources.Library
	source, err := library.Open(c, rand.New(rand.NewPCG(1, 2)))
	if err != nil {
		log.Fatal(err)
	}
	pools := source.(*sources.Pools)
	fmt.Println(pools.Calibration(), pools.Columns())
	fmt.Println(strings.SplitN(pools.Warnings()[0], ":", 2)[0])
	toy, err := pools.Draw(rand.New(rand.NewPCG(3, 4)), 0)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(toy.Reference.N, toy.Data.N, toy.Weight)
	// Output:
	// permutation [x y]
	// 100 of the 100 observed rows are also in the reference
	// 200 100 0.5
}

// The error of a file says which key of the configuration names it.
func ExampleKeyError() {
	c := sources.Config{Source: "files", Counting: "shape", Standardize: "none", Expected: 100,
		Files: sources.Files{Reference: sources.ReferenceSet{
			FileSet: sources.FileSet{File: "nowhere.npy"}}}}
	var library sources.Library
	_, err := library.Open(c, rand.New(rand.NewPCG(1, 2)))
	var key *sources.KeyError
	if errors.As(err, &key) {
		fmt.Println(key.Key + ": " + key.Err.Error())
	}
	// Output: files.reference: data: reading nowhere.npy: there is no such file
}
