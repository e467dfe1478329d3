package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"sparker/data/tables"
)

func TestDataInspect(t *testing.T) {
	t.Chdir(t.TempDir())
	var wide, row []string
	for j := range 20 {
		wide = append(wide, fmt.Sprintf("c%d", j+1))
		row = append(row, fmt.Sprint(j))
	}
	writeFile(t, "wide.csv", strings.Join(wide, ",")+"\n"+strings.Join(row,
		",")+"\n"+strings.Join(row, ",")+"\n")
	got := mustSucceed(t, "data", "inspect", "wide.csv")
	holds(t, "inspect", got.stdout, "wide.csv (csv): 2 rows of 20 columns", "320 bytes in memory",
		"1 row equal to an earlier one", "c16", "constant",
		"and 4 more columns (--all shows them): from 16 to 19, 4 constant, 0 with missing or "+
			"infinite values")
	if strings.Contains(got.stdout, "c17") || got.stderr != "" {
		t.Errorf("stdout %q, stderr %q", got.stdout, got.stderr)
	}
	if all := mustSucceed(t, "data", "inspect", "--all", "wide.csv").stdout; !strings.Contains(all,
		"c20") || strings.Contains(all, "more column") {
		t.Errorf("--all prints %s", all)
	}
	one := mustSucceed(t, "data", "inspect", "wide.csv:c20")
	holds(t, "inspect of one column", one.stdout, "wide.csv:c20 (csv): 2 rows of 1 column\n", "c20")
	var in tables.Inspection
	if err := json.Unmarshal([]byte(mustSucceed(t, "data", "inspect", "--json", "wide.csv").stdout),
		&in); err != nil || in.Rows != 2 || len(in.Columns) != 20 || in.Columns[19].Max != 19 {
		t.Errorf("--json gives %+v (%v)", in, err)
	}
	writeFile(t, "odd.csv", "a,b,s\n1,,x\n2,inf,y")
	holds(t, "inspect", mustSucceed(t, "data", "inspect", "odd.csv").stdout,
		"2 rows with a missing or infinite value", "1 (50%)", "category", "x (50%), y (50%)",
		"note: the last line does not end with a line break")
}

// Wrong input: exit code 2, one message that names the file, nothing on stdout.
func TestDataInspectErrors(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("folder.npy", 0o755); err != nil {
		t.Fatal(err)
	}
	writeFile(t, "empty.npy", "")
	writeFile(t, "text.h5", "text")
	writeFile(t, "ragged.csv", "a,b\n1,2\n3\n")
	for _, c := range []struct {
		args  string
		parts []string
	}{
		{"data", []string{"data wants a command: inspect", "Run 'sparker data --help' for usage."}},
		{"data inspekt", []string{`unknown command "inspekt"`}},
		{"data inspect", []string{"want a FILE"}},
		{"data inspect a b", []string{`too many arguments, from "b" on`}},
		{"data inspect missing.npy", []string{
			"sparker: inspecting missing.npy: there is no such file"}},
		{"data inspect folder.npy", []string{"folder.npy is a folder"}},
		{"data inspect empty.npy", []string{"inspecting empty.npy: the file is empty"}},
		{"data inspect text.h5", []string{"inspecting text.h5: not an HDF5 file"}},
		{"data inspect ragged.csv",
			[]string{"inspecting ragged.csv: line 3 does not have as many cells"}},
		{"data inspect ragged.csv:z", []string{`no column is called "z"`}},
	} {
		got := sparker(t, strings.Fields(c.args)...)
		if got.code != exitUsage || got.stdout != "" {
			t.Errorf("sparker %s: exit code %d, stdout %q", c.args, got.code, got.stdout)
		}
		holds(t, "stderr of sparker "+c.args, got.stderr, c.parts...)
	}
}
