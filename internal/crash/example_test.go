package crash_test

import (
	"fmt"

	"sparker/internal/crash"
)

func ExampleCatch() {
	worker := func(rows []float64) (err error) {
		defer crash.Catch(&err)
		fmt.Println(rows[3])
		return nil
	}
	fmt.Println(worker([]float64{1, 2}))
	// Output: internal error: runtime error: index out of range [3] with length 2
}
