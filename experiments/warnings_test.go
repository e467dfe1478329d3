package experiments

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sparker/configs"
)

// A column that is constant in the reference, and not in the data, takes part in every test of the
// observed sample. Each cell names it, although the column varies in the permuted samples.
func TestEveryTestWarnsOfConstantColumns(t *testing.T) {
	dir := t.TempDir()
	var reference, data strings.Builder
	reference.WriteString("x,y,id\n")
	data.WriteString("x,y,id\n")
	for i := range 60 {
		fmt.Fprintf(&reference, "%v,7,%d\n", 0.1*float64(i*i%59), i)
		if i < 30 {
			fmt.Fprintf(&data, "%v,%v,%d\n", 0.1*float64(i*i%53), 9-min(i%7, 1), 99+i)
		}
	}
	for name, text := range map[string]string{"r.csv": reference.String(), "d.csv": data.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c, err := configs.LoadTest(configs.TestFiles{Reference: filepath.Join(dir, "r.csv"),
		Data: filepath.Join(dir, "d.csv"), Toys: 19, Calibration: "permutation"},
		configs.Changes{Overrides: []string{"tests=[sparker, energy, mahalanobis, falkon]",
			"train.epochs=20"}})
	if err != nil {
		t.Fatal(err)
	}
	var before Expectation
	_, summary := runSweep(t, c, RunOptions{Dir: filepath.Join(dir, "run"),
		Expect: func(e Expectation) { before = e }})
	separates := "column id separates the samples by itself"
	if before.Toys != 80 || len(slices.DeleteFunc(before.Warnings, func(w string) bool {
		return !strings.Contains(w, separates)
	})) != 1 {
		t.Errorf("before the first toy: %+v; want one warning with %q", before, separates)
	}
	for _, cell := range summary.Cells {
		warning := "column y is constant (7) in the reference and differs in 30 of 30 data rows"
		if !slices.Contains(cell.Warnings, warning) {
			t.Errorf("%s: warnings %q", cell.Method, cell.Warnings)
		}
		if p := *cell.Observed.P; p != 1./20 {
			t.Errorf("%s: p = %v with values that the reference does not have", cell.Method, p)
		}
	}
}
