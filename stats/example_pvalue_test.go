package stats_test

import (
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"sparker/stats"
)

// Two of nine null values are at least as large as the observed one.
func ExamplePValue() {
	null := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}
	fmt.Println(stats.PValue(null, 8))
	// Output: 0.3
}

func ExampleZ() {
	for _, p := range []float64{0.05, 1.35e-3, 2.87e-7} {
		fmt.Printf("p = %.3g: Z = %.3f\n", p, stats.Z(p))
	}
	// Output:
	// p = 0.05: Z = 1.645
	// p = 0.00135: Z = 3.000
	// p = 2.87e-07: Z = 5.000
}

// One of three scales is anomalous: the combinations weight its p-value differently.
func ExampleCombination_Score() {
	p := []float64{0.5, 0.001, 0.4}
	for _, c := range stats.Combinations() {
		fmt.Printf("%-8s %.2f\n", c, c.Score(p))
	}
	// Output:
	// mix      4.87
	// half     7.42
	// min      6.91
	// fisher   8.52
	// cauchy   106.21
	// harmonic 334.83
}

func ExampleParseCombination() {
	_, err := stats.ParseCombination("mean")
	fmt.Println(err)
	// Output: stats: unknown combination "mean": want one of [mix half min fisher cauchy harmonic]
}

func ExampleNewCalibration() {
	null := [][]float64{{1, 4}, {2, 3}, {3, 2}, {4, 1}} // four toys, two scales
	calibration, err := stats.NewCalibration(null, stats.Fisher)
	if err != nil {
		log.Fatal(err)
	}
	s, err := calibration.Test([]float64{5, 5})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("p = %.1f, a bound: %v\n", s.P, s.ZBound)
	// Output: p = 0.2, a bound: true
}

// Six events in a region where the reference has ten rows of weight 0.1.
func ExampleOnOff() {
	z, p := stats.OnOff(6, 10, 0.1)
	fmt.Printf("Z = %.2f, p = %.2g\n", z, p)
	// Output: Z = 2.87, p = 0.002
}

// The probability of at least 9 heads in 10 throws of a coin: 11/1024.
func ExampleBinomialTail() {
	fmt.Printf("%.6f\n", stats.BinomialTail(9, 10, 0.5))
	// Output: 0.010742
}

// Null statistics that are evenly spaced quantiles of a chi-square with two degrees of freedom.
func ExampleFitChiSquare() {
	t := make([]float64, 200)
	for i := range t {
		t[i] = -2 * math.Log(1-(float64(i)+0.5)/200)
	}
	fit, err := stats.FitChiSquare(t)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("dof %.2f, Kolmogorov-Smirnov distance %.3f\n", fit.DoF, fit.KS)
	// Output: dof 2.00, Kolmogorov-Smirnov distance 0.003
}

// Squares of uniform values are not uniform.
func ExampleKolmogorovSmirnov() {
	var x []float64
	for i := range 100 {
		u := (float64(i) + 0.5) / 100
		x = append(x, u*u)
	}
	distance, p := stats.KolmogorovSmirnov(x, func(v float64) float64 { return v })
	fmt.Printf("distance %.3f, p = %.1g\n", distance, p)
	// Output: distance 0.255, p = 3e-06
}

func ExampleUniformity() {
	var p []float64
	for k := 1; k <= 100; k++ {
		p = append(p, float64(k)/100)
	}
	u := stats.Uniformity(p)
	fmt.Printf("Kolmogorov-Smirnov p = %.2f, chi-square %.0f (p = %.2f)\n", u.KSP, u.ChiSquare,
		u.ChiSquareP)
	// Output: Kolmogorov-Smirnov p = 1.00, chi-square 0 (p = 1.00)
}

// Three tests of one sample, of which the first takes two statistics. The first has twice the
// weight of the others.
func ExampleCalibrateGroups() {
	r := rand.New(rand.NewPCG(1, 1))
	var null []stats.NullToy
	for range 199 {
		null = append(null, stats.NullToy{T: []float64{r.ExpFloat64(), r.ExpFloat64(),
			r.NormFloat64(), r.NormFloat64()}})
	}
	calibration, err := stats.CalibrateGroups(null, 4, stats.Group{
		Name: "all", Combine: stats.Harmonic, Groups: []stats.Group{
			{Name: "first", Combine: stats.Mix, Columns: []int{0, 1}, Weight: 2},
			{Name: "second", Combine: stats.Mix, Columns: []int{2}},
			{Name: "third", Combine: stats.Mix, Columns: []int{3}},
		}})
	if err != nil {
		log.Fatal(err)
	}
	s, err := calibration.Test([]float64{3, 4.5, 1.5, -1})
	if err != nil {
		log.Fatal(err)
	}
	for _, g := range s.Groups {
		fmt.Printf("%-6s p = %.3f\n", g.Name, g.P)
	}
	// Output:
	// all    p = 0.045
	// first  p = 0.025
	// second p = 0.055
	// third  p = 0.850
}
