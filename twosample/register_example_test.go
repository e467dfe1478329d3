package twosample_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"sparker/data"
	"sparker/stats"
	"sparker/twosample"
)

// This file is all that a new two-sample test needs. It compares the means of the first column.

func init() {
	twosample.Register(twosample.Method{
		Name:   "mean",
		Title:  "difference of means",
		About:  "Difference of the means of the first column: sees a shift.",
		Cost:   "O(n+m)",
		Source: "Welch, Biometrika 34 (1947)",
		Prepare: func(twosample.Setup) (twosample.Prepared, error) {
			return twosample.Prepared{
				Scales: twosample.NamedScales("mean"),
				New:    func() (twosample.Test, error) { return meanTest{}, nil },
			}, nil
		},
	})
}

// meanTest is the difference of the means of the first column, in units of its standard error.
type meanTest struct{}

func (meanTest) Name() string { return "difference of means" }

func (meanTest) Statistics(pair data.Pair, _ *rand.Rand) (twosample.Outcome, error) {
	if pair.Reference.N < 2 || pair.Data.N < 2 {
		return twosample.Outcome{Status: twosample.TooFewRows, Reason: "a mean needs two rows"}, nil
	}
	a, b := firstColumn(pair.Reference), firstColumn(pair.Data)
	t := math.Abs(a.mean-b.mean) / math.Sqrt(a.variance/a.n+b.variance/b.n)
	return twosample.Outcome{T: []float64{t}, Status: twosample.OK}, nil
}

// moments are the mean and the variance of n numbers.
type moments struct{ n, mean, variance float64 }

func firstColumn(s data.Sample) moments {
	m := moments{n: float64(s.N)}
	for i := range s.N {
		m.mean += s.Row(i)[0] / m.n
	}
	for i := range s.N {
		delta := s.Row(i)[0] - m.mean
		m.variance += delta * delta / (m.n - 1)
	}
	return m
}

// A new test is one file: a type that implements Test, and an init function that registers it. It
// is calibrated like any other test: here by 199 permutations of the rows of both samples.
func ExampleRegister() {
	method, err := twosample.Lookup("mean")
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
	pair := samples()
	permutation, err := data.NewPermutation(pair.Reference, pair.Data)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := rand.New(rand.NewPCG(3, 3))
	var toys [][]float64
	for range 199 {
		toy, err := test.Statistics(permutation.Draw(r), r)
		if err != nil {
			fmt.Println(err)
			return
		}
		toys = append(toys, toy.T)
	}
	calibration, err := stats.NewCalibration(toys, stats.Min)
	if err != nil {
		fmt.Println(err)
		return
	}
	observed, err := test.Statistics(pair, r)
	if err != nil {
		fmt.Println(err)
		return
	}
	significance, err := calibration.Test(observed.T)
	fmt.Println("p =", significance.P, err)
	// Output: p = 0.005 <nil>
}
