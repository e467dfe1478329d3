package signatures_test

import (
	"fmt"
	"strings"

	"sparker/signatures"
)

// Of 40 null toys, two are expected at p <= 0.05.
func ExampleFind() {
	for _, s := range signatures.Find(signatures.Evidence{NullToys: 40, Alpha: 0.05}) {
		fmt.Println(s.Name)
		fmt.Println(strings.ReplaceAll(s.Text, ", and", ",\nand"))
		fmt.Println(s.Remedy)
	}
	// Output:
	// few-toys
	// 40 null toys: p cannot go below 0.024,
	// and the rate of false alarms at alpha = 0.05 is uncertain by ±69%
	// 1900 toys make it ±10%
}
