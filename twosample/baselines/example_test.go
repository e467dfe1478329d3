package baselines_test

import (
	"fmt"
	"math/rand/v2"

	"sparker/data"
	"sparker/twosample"
	"sparker/twosample/baselines"
)

// samples draws a reference of 400 rows and data of 100 rows, both normal. The data are shifted by
// 0.3.
func samples() data.Pair {
	r := rand.New(rand.NewPCG(1, 1))
	draw := func(n int, mean float64) data.Sample {
		s := data.Sample{N: n, D: 1}
		for range n {
			s.X = append(s.X, mean+r.NormFloat64())
		}
		return s
	}
	return data.Pair{Reference: draw(400, 0), Data: draw(100, 0.3), Weight: 0.25}
}

// A test is made from its options and the number of columns.
func ExampleNewMMD() {
	options := baselines.DefaultMMD()
	options.Widths = []float64{1}
	test, err := baselines.NewMMD(options, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	outcome, err := test.Statistics(samples(), rand.New(rand.NewPCG(2, 2)))
	fmt.Printf("%s %v: %.4f %v\n", test.Name(), test.Labels(), outcome.T[0], err)
	// Output: MMD [1 median]: 0.0189 <nil>
}

// All tests of the package are in the registry of package twosample. They are looked up by name,
// prepared once, and made for each goroutine.
func Example() {
	method, err := twosample.Lookup("mmd")
	if err != nil {
		fmt.Println(err)
		return
	}
	prepared, err := method.Prepare(twosample.Setup{Dim: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	test, err := prepared.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	outcome, err := test.Statistics(samples(), rand.New(rand.NewPCG(2, 2)))
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, scale := range prepared.Scales {
		fmt.Printf("%s: %.4f\n", scale.Statistic, outcome.T[i])
	}
	// Output:
	// 2 median: 0.0175
	// 1 median: 0.0189
	// 0.5 median: 0.0118
}

// The registry describes each test.
func ExampleMethods() {
	for _, m := range twosample.Methods()[:3] {
		fmt.Printf("%s: %s (%s)\n", m.Name, m.Title, m.Source)
	}
	// Output:
	// sparker: SparKer (arXiv:2511.03095)
	// ad: Anderson-Darling (Scholz and Stephens, J. Am. Stat. Assoc. 82 (1987))
	// binned: binned (Baker and Cousins, Nucl. Instrum. Meth. 221 (1984))
}

// The options of all tests are one block of a config.
func ExampleConfig() {
	c := baselines.Default()
	c.KNN.K = []int{3}
	method, err := twosample.Lookup("knn")
	if err != nil {
		fmt.Println(err)
		return
	}
	prepared, err := method.Prepare(twosample.Setup{Dim: 2, Options: c.Options()})
	for _, scale := range prepared.Scales {
		fmt.Println(scale.Statistic)
	}
	fmt.Println(err)
	// Output:
	// share of 3
	// kl of 3
	// <nil>
}

// Options that are impossible are refused with the key and what is allowed.
func ExampleConfig_Validate() {
	c := baselines.Default()
	c.Falkon.Lambda = -1
	c.Validate(func(path, message string) { fmt.Println(path, message) })
	// Output: falkon.lambda is -1; must be a finite number above 0
}

// Standardized makes a test blind to the units of the columns.
func Example_standardized() {
	method, err := twosample.Lookup("energy")
	if err != nil {
		fmt.Println(err)
		return
	}
	prepared, err := method.Prepare(twosample.Setup{Dim: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	test, err := prepared.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	test = twosample.Standardized(test)
	pair := samples()
	before, err := test.Statistics(pair, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, x := range [][]float64{pair.Reference.X, pair.Data.X} {
		for i := range x {
			x[i] *= 1024
		}
	}
	after, err := test.Statistics(pair, nil)
	fmt.Println(before.T[0] == after.T[0], err)
	// Output: true <nil>
}
