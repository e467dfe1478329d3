package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// fullDisk is a writer that fails.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestOutputFails(t *testing.T) {
	lines := [][]string{{"list", "--tests"}, {"version", "--json"}, {"--help"},
		{"config", "show", "quickstart"}}
	if !testing.Short() {
		lines = append(lines, []string{"list"}) // which times a toy of every config
	}
	for _, args := range lines {
		var stderr bytes.Buffer
		if code := run(t.Context(), args, strings.NewReader(""), fullDisk{},
			&stderr); code != exitFailure {
			t.Errorf("sparker %q: exit code %d, want %d", args, code, exitFailure)
		}
		holds(t, "message", stderr.String(), "no space left on device")
	}
}
