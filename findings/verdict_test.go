package findings_test

import (
	"fmt"
	"strings"
	"testing"

	"sparker/findings"
)

func ExampleVerdict() {
	v := findings.Verdict{P: 0.012, Z: 2.26, Alpha: 0.05, DataRows: 1000, ReferenceRows: 8000,
		Columns: []string{"mass"}}
	result, compared, _ := strings.Cut(v.String(), " differ from ")
	fmt.Println(result)
	fmt.Println(compared)
	// Output:
	// p = 0.012 (Z = 2.26): at alpha = 0.05, the 1000 data rows
	// the 8000 reference rows in 1 column (mass); the number of rows is not used
}

// The sentence says which way the test went, what a bound is, and what was compared.
func TestVerdict(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]findings.Verdict{
		"p <= 0.025 (Z > 1.96): at alpha = 0.05, the 150 data rows differ from the 600 reference " +
			"rows in 2 columns (pt, eta); the number of rows is not used": {P: 0.025, Z: 1.96,
			Bound: true, Alpha: 0.05, DataRows: 150, ReferenceRows: 600,
			Columns: []string{"pt", "eta"}},
		"p = 0.05 (Z = 1.64): at alpha = 0.05, the 1 row of d.csv differs from the 600 rows of " +
			"r.csv in 1 column (x); the number of rows is not used": {P: 0.05, Z: 1.6449,
			Alpha: 0.05, Data: "d.csv", DataRows: 1, Reference: "r.csv", ReferenceRows: 600,
			Columns: []string{"x"}},
		"p = 0.051 (Z = 1.64): at alpha = 0.05, no difference is found between the 150 data rows " +
			"and the 600 reference rows in 5 columns; the number of rows is used: 140 are " +
			"expected": {P: 0.051, Z: 1.635, Alpha: 0.05, DataRows: 150, ReferenceRows: 600,
			Columns: []string{"a", "b", "c", "d", "e"}, Expected: 140},
		"p = 0.5 (Z = 0.00): at alpha = 0.05, no difference is found between the 2 data rows and " +
			"the 6 reference rows in 1 column (x); the number of rows is not used": {P: 0.5,
			Z: -1e-9, Alpha: 0.05, DataRows: 2, ReferenceRows: 6, Columns: []string{"x"}},
	} {
		if got := v.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
