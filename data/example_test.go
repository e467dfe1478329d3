package data_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"sparker/data"
)

func ExampleNewSample() {
	s, err := data.NewSample([]float64{1, 10, 2, 20, 3, 30}, 3, 2)
	fmt.Println(s.Row(1), err)

	_, err = data.NewSample([]float64{1, 10, 2, math.NaN()}, 2, 2)
	fmt.Println(err)
	// Output:
	// [2 20] <nil>
	// data: row 1, column 1 (counted from 0) is NaN; a sample holds finite numbers only
}

func ExampleSample_Draw() {
	s := data.Sample{X: []float64{0, 1, 2, 3, 4, 5, 6, 7}, N: 8, D: 1}
	r := rand.New(rand.NewPCG(1, 2))
	fmt.Println(s.Draw(r, 3).X)
	// Output: [2 1 5]
}

func ExampleColumnNames() {
	fmt.Println(data.ColumnNames(1), data.ColumnNames(3))
	// Output: [x] [x1 x2 x3]
}

// Masses in GeV and angles in radians contribute equally to a distance once both are in units of
// the standard deviations of the reference. The flag never occurs in the reference.
func ExampleNewStandardizer() {
	pair := data.Pair{
		Reference: data.Sample{X: []float64{60, -1, 0, 90, 0, 0, 120, 1, 0}, N: 3, D: 3},
		Data:      data.Sample{X: []float64{150, 0.5, 1}, N: 1, D: 3},
		Columns:   []string{"mass", "angle", "flag"},
	}
	s, warnings := data.NewStandardizer(pair)
	z := s.Apply(pair.Data)
	fmt.Printf("%.4f\n", z.Row(0))
	fmt.Printf("%.4f\n", s.Invert(z.Row(0)))
	fmt.Println(warnings[0])
	// Output:
	// [2.4495 0.6124 2.3094]
	// [150.0000 0.5000 1.0000]
	// column flag is constant (0) in the reference and differs in 1 of 1 data rows
}

// The default widths of a fit: twice the 99th percentile of the distances and half the first.
func ExamplePairwiseQuantiles() {
	s := data.Sample{X: []float64{0, 2, 3, 6}, N: 4, D: 1} // distances 1, 2, 3, 3, 4 and 6
	q, err := data.PairwiseQuantiles(s, nil, 2000, 0.01, 0.5, 0.99)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("q1 %.2f, q50 %.2f, q99 %.2f\n", q[0], q[1], q[2])
	fmt.Printf("widths from %.2f to %.3f\n", 2*q[2], q[0]/2)
	// Output:
	// q1 1.05, q50 3.00, q99 5.90
	// widths from 11.80 to 0.525
}

func ExampleErrTooFewRows() {
	s := data.Sample{X: []float64{5, 5, 5}, N: 3, D: 1}
	_, err := data.PairwiseQuantiles(s, nil, 2000, 0.5)
	fmt.Println(errors.Is(err, data.ErrTooFewRows))
	// Output: true
}

func ExampleDistance() {
	fmt.Println(data.Distance([]float64{1, 1}, []float64{4, 5}))
	// Output: 5
}

// A null toy of a permutation test: the rows of both samples, divided at random.
func ExamplePermutation() {
	reference := data.Sample{X: []float64{1, 2, 3, 4, 5}, N: 5, D: 1}
	observed := data.Sample{X: []float64{60, 70}, N: 2, D: 1}
	p, err := data.NewPermutation(reference, observed)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 2 {
		toy := p.Draw(r)
		fmt.Println(toy.Reference.X, toy.Data.X, toy.Weight)
	}
	// Output:
	// [2 5 1 3 70] [4 60] 0.4
	// [60 70 2 5 1] [3 4] 0.4
}

// Unweighted null data from a simulation whose rows have weights: the rows of weight 3 are three
// times as frequent.
func ExampleThrower() {
	pool := data.Sample{N: 1000, D: 1}
	var weights []float64
	for j := range pool.N {
		pool.X = append(pool.X, float64(j%2))
		weights = append(weights, []float64{1, 3}[j%2])
	}
	thrower, err := data.NewThrower(pool, weights, 40)
	if err != nil {
		fmt.Println(err)
		return
	}
	report := thrower.Report()
	fmt.Printf("%d rows count as %.0f\n", report.Rows, report.Effective)
	rows, err := thrower.Throw(rand.New(rand.NewPCG(1, 2)), 40)
	ones := 0.0
	for _, j := range rows {
		ones += pool.X[j]
	}
	fmt.Println(len(rows), "rows,", ones, "of weight 3", err)
	// Output:
	// 1000 rows count as 800
	// 40 rows, 32 of weight 3 <nil>
}
