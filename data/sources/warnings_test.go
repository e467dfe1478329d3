package sources

import (
	"strings"
	"testing"
)

func TestOverlap(t *testing.T) {
	t.Parallel()
	c := filesConfig(Files{Reference: null(FileSet{File: writeTable(t, "r.csv", 0, 1000)}),
		Observed: FileSet{File: writeTable(t, "d.csv", 990, 30)}})
	warnings := strings.Join(mustOpen(t, c).Warnings(), "\n")
	if !strings.Contains(warnings, "10 of the 30 observed rows are also in the reference") {
		t.Errorf("warnings: %s", warnings)
	}
}

func TestRepeatedIDs(t *testing.T) {
	t.Parallel()
	observed := writeTable(t, "d.csv", 2000, 30)
	c := filesConfig(Files{Reference: null(FileSet{File: writeTable(t, "r.csv", 0, 1000)}),
		Observed: FileSet{File: observed, ID: observed + ":label"}})
	warnings := strings.Join(mustOpen(t, c).Warnings(), "\n")
	// The ids are two labels.
	if !strings.Contains(warnings, "28 of the 30 observed rows have the id of an earlier one") {
		t.Errorf("warnings: %s", warnings)
	}
}
