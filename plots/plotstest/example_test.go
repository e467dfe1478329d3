package plotstest_test

import (
	"fmt"

	"sparker/plots/plotstest"
)

// The summary of an experiment has a power at each N_S.
func ExampleSummary() {
	for _, p := range plotstest.Summary().Points[:3] {
		fmt.Printf("N_S = %v: power %.2f, oracle %.2f\n", p.Signal, p.Power, *p.Oracle)
	}
	// Output:
	// N_S = 0: power 0.04, oracle 0.05
	// N_S = 2: power 0.09, oracle 0.28
	// N_S = 5: power 0.22, oracle 0.62
}
