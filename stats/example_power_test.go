package stats_test

import (
	"fmt"
	"log"
	"math"

	"sparker/stats"
)

// A test that rejects none of 50 toys may still have a power of several percent.
func ExampleClopperPearson() {
	lo, hi := stats.ClopperPearson(0, 50, 0.95)
	fmt.Printf("0 of 50: [%.4f, %.4f]\n", lo, hi)
	// Output: 0 of 50: [0.0000, 0.0711]
}

// Of 100 toys the first test alone rejects 15, the second alone 5.
func ExampleMcNemar() {
	fmt.Printf("p = %.4f\n", stats.McNemar(15, 5))
	// Output: p = 0.0414
}

// Two tests on the same 100 toys: 40 are rejected by both.
func ExamplePairedDifference() {
	counts := stats.PairedCounts{Toys: 100, Both: 40, Gained: 15, Lost: 5}
	lo, hi := stats.PairedDifference(counts, 0.95)
	fmt.Printf("difference in power 0.10, interval [%.3f, %.3f]\n", lo, hi)
	// Output: difference in power 0.10, interval [0.012, 0.184]
}

// Two tests on toys of their own.
func ExampleDifference() {
	first := stats.Proportion{Successes: 55, Trials: 100}
	second := stats.Proportion{Successes: 45, Trials: 100}
	lo, hi := stats.Difference(first, second, 0.95)
	fmt.Printf("difference in power 0.10, interval [%.3f, %.3f]\n", lo, hi)
	// Output: difference in power 0.10, interval [-0.038, 0.233]
}

// The size that a test at 5% can have with few null toys, and its standard error.
func ExampleAttainedSize() {
	for _, toys := range []int{10, 30, 2000} {
		fmt.Printf("%d toys: size %.4f ± %.4f\n", toys, stats.AttainedSize(0.05, toys),
			stats.SizeError(0.05, toys))
	}
	// Output:
	// 10 toys: size 0.0000 ± 0.0689
	// 30 toys: size 0.0323 ± 0.0398
	// 2000 toys: size 0.0500 ± 0.0049
}

func ExampleSizeError() {
	fmt.Printf("%.4f\n", stats.SizeError(0.05, 300))
	// Output: 0.0126
}

// The best possible power to find 10 events in a bin that expects 4 background events: the number
// of events in the bin is the only information. Rows outside the bin have no weight in the sum.
func ExampleOraclePower() {
	inBin := math.Log(14.0 / 4.0) // log-ratio of the event densities
	result, err := stats.OraclePower(stats.OracleInput{
		Y:          []float64{inBin, 0}, // in the bin, and outside
		NullWeight: []float64{4, 96}, AltWeight: []float64{14, 96},
		NullCount: 100, AltCount: 110,
	}, 0.05)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("power %.3f, median Z = %.2f\n", result.Power, result.MedianZ)
	// Output: power 0.938, median Z = 3.79
}
