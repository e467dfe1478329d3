package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestVersion(t *testing.T) {
	got := mustSucceed(t, "version")
	holds(t, "version", got.stdout, "sparker ", "go1.", "gonum.org/v1/gonum v",
		"gorgonia.org/gorgonia v")
	first, _, _ := strings.Cut(got.stdout, "\n")
	if flag := mustSucceed(t, "--version"); strings.TrimSpace(flag.stdout) != strings.TrimSpace(
		first) {
		t.Errorf("--version prints %q, version %q", flag.stdout, first)
	}
	var record versionRecord
	if err := json.Unmarshal([]byte(mustSucceed(t, "version", "--json").stdout),
		&record); err != nil {
		t.Fatal(err)
	}
	if record.Schema != "sparker/version/1" || !strings.HasPrefix(record.Versions["go"], "go1.") {
		t.Errorf("version --json: %+v", record)
	}
}
