package machine_test

import (
	"fmt"

	"sparker/internal/machine"
)

// A pool of goroutines has as many as may compute at the same time.
func ExampleWorkers() {
	fmt.Println(machine.Workers() >= 1)
	// Output: true
}
