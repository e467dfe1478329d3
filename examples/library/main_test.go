package main

import (
	"bytes"
	"strings"
	"testing"
)

// The library finds the bump of the sample files, at its place.
func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("fits 150 toys")
	}
	var out bytes.Buffer
	if err := run(t.Context(), &out, ".."); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"p <= 0.00662 (Z > 2.48)", "near x = 125.",
		"log-ratio 0.00 at 100"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output does not contain %q:\n%s", want, out.String())
		}
	}
}
