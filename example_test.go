package sparker_test

import (
	"context"
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"sparker"
	"sparker/twosample"
)

// events draws two tables of one column: 1,000 rows of an exponential distribution, and 400 more
// of which the last 20 are from a narrow bump at 4.
func events() (reference, data sparker.Rows) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		reference = append(reference, []float64{r.ExpFloat64()})
	}
	for range 380 {
		data = append(data, []float64{r.ExpFloat64()})
	}
	for range 20 {
		data = append(data, []float64{4 + 0.05*r.NormFloat64()})
	}
	return reference, data
}

// A p-value and the place of the anomaly, from two tables.
func ExampleTest() {
	reference, data := events()
	res, err := sparker.Test(context.Background(), reference, data, nil)
	if err != nil {
		log.Fatal(err)
	}
	place := res.Places[0]
	fmt.Printf("p <= %.3f\n", res.P)
	fmt.Printf("an %s around x = %.0f\n", place.Kind, place.Centroid[0])
	// Output:
	// p <= 0.007
	// an excess around x = 4
}

// The log-ratio of the two densities, at points of choice.
func ExampleFit() {
	reference, data := events()
	fit, err := sparker.Fit(context.Background(), reference, data, nil)
	if err != nil {
		log.Fatal(err)
	}
	ratios, err := fit.LogRatio(sparker.Rows{{1}, {4}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d kernels\n", len(fit.Kernels))
	fmt.Printf("twice the reference at x = 1: %v, at x = 4: %v\n", ratios[0] > math.Ln2,
		ratios[1] > math.Ln2)
	// Output:
	// 5 kernels
	// twice the reference at x = 1: false, at x = 4: true
}

// One p-value of two tests, and that of each.
func ExampleOptions() {
	reference, data := events()
	res, err := sparker.Test(context.Background(), reference, data, &sparker.Options{
		Toys: 99, Members: []twosample.MemberConfig{{Method: "energy"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("p <= %.2f\n", res.P)
	for _, group := range res.Groups {
		fmt.Printf("%s alone: p = %.2f\n", group.Name, group.P)
	}
	// Output:
	// p <= 0.01
	// sparker alone: p = 0.01
	// energy alone: p = 0.03
}
