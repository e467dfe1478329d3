package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"

	library "sparker"
	"sparker/configs"
	"sparker/experiments"
	"sparker/findings"
)

// readRowList returns a list of rows, which must be of its schema.
func readRowList(t *testing.T, schema *jsonschema.Schema, path string) findings.RowList {
	t.Helper()
	list, err := findings.ReadRows(path)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(mustRead(t, path)))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		t.Errorf("%s: %v", path, err)
	}
	return list
}

// The rows of a cluster are listed, under both calibrations, in the files of the run. The list does
// not change the p-value, and a run that goes on writes it again.
func TestRowsFDR(t *testing.T) {
	if testing.Short() {
		t.Skip("fits toys and lists of rows")
	}
	schema := compiledSchema(t, "rows")
	t.Chdir(t.TempDir())
	r := rand.New(rand.NewPCG(2, 1))
	writeNPY(t, "r.npy", 4000, 2, func(int, int) float64 { return r.NormFloat64() })
	writeNPY(t, "new.npy", 150, 2, func(i, _ int) float64 {
		if i >= 130 {
			return 3 + 0.1*r.NormFloat64()
		}
		return r.NormFloat64()
	})
	for _, calibration := range []string{"pools", "permutation"} {
		args := []string{"test", "--reference", "r.npy", "--data", "new.npy", "--calibration",
			calibration, "--toys", "19", "train.epochs=60", "preset=lead", "--no-figures"}
		without := mustSucceed(t, append(args, "--json", "--dir", calibration+"-0")...)
		args = append(args, "--rows-fdr", "0.2", "--json", "--dir", calibration)
		with := mustSucceed(t, args...)
		pOf := func(text string) string {
			_, p, _ := strings.Cut(text, `"p": `)
			p, _, _ = strings.Cut(p, ",")
			return p
		}
		if p := pOf(with.stdout); p == "" || p != pOf(without.stdout) {
			t.Errorf("%s: p %s with a list, and %s", calibration, p, pOf(without.stdout))
		}
		if _, err := os.Stat(calibration + "-0/rows.json"); err == nil {
			t.Errorf("%s: there is a list that nobody asked for", calibration)
		}
		list := readRowList(t, schema, calibration+"/rows.json")
		cluster := 0
		for _, row := range list.Rows {
			if row.Row >= 130 {
				cluster++
			}
		}
		training := map[string]int{"pools": 2000, "permutation": 3700}[calibration]
		if list.Q != 0.2 || list.CalibrationRows != 300 || list.TrainingRows != training ||
			cluster < 15 || len(list.Rows) > 2*cluster || list.Novel == nil || list.Novel.Rows < 8 {
			t.Errorf("%s: %d rows of the cluster in %+v", calibration, cluster, list)
		}
		lines, err := csv.NewReader(bytes.NewReader(mustRead(t, calibration+"/rows.csv"))).ReadAll()
		if err != nil || len(lines) != 1+len(list.Rows) ||
			!slices.Equal(lines[0], []string{"row", "score", "p", "q", "x1", "x2"}) ||
			lines[1][0] != fmt.Sprint(list.Rows[0].Row) {
			t.Errorf("%s: rows.csv: %v %v", calibration, lines, err)
		}
		if err := os.Remove(calibration + "/rows.json"); err != nil {
			t.Fatal(err)
		}
		mustSucceed(t, args...)
		if diff := cmp.Diff(list, readRowList(t, schema, calibration+"/rows.json")); diff != "" {
			t.Error(diff)
		}
	}
}

// mixedTable is a table of two numbers, of which some are missing, and a word, with the first rows
// of another table at its end. Its first rows are a cluster.
func mixedTable(r *rand.Rand, n, cluster int, shared string) string {
	var b strings.Builder
	b.WriteString("a,b,word\n")
	words := []string{"red", "green", "blue"}
	for i := range n {
		x, y, word := r.NormFloat64(), r.NormFloat64(), words[r.IntN(3)]
		switch {
		case i < cluster:
			fmt.Fprintf(&b, "%.6g,%.6g,%s\n", 3+0.1*x, 3+0.1*y, words[0])
		case i%20 == 0:
			fmt.Fprintf(&b, "%.6g,,%s\n", x, word)
		default:
			fmt.Fprintf(&b, "%.6g,%.6g,%s\n", x, y, word)
		}
	}
	return b.String() + shared
}

// The program and the library list the same rows, of tables with categories, missing numbers, and
// rows that both samples have, in which the names of rows are those of the files.
func TestRowsOfLibraryAndProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("fits toys and lists of rows")
	}
	schema := compiledSchema(t, "rows")
	t.Chdir(t.TempDir())
	r := rand.New(rand.NewPCG(3, 1))
	reference := mixedTable(r, 900, 0, "")
	writeFile(t, "r.csv", reference)
	shared := strings.Join(strings.Split(reference, "\n")[1:21], "\n") + "\n"
	writeFile(t, "d.csv", mixedTable(r, 200, 30, shared))
	args := []string{"--reference", "r.csv", "--data", "d.csv", "--missing", "indicator", "--toys",
		"19", "train.epochs=60", "--rows-fdr", "0.1"}
	mustSucceed(t, append([]string{"test", "--dir", "run", "--no-figures"}, args...)...)
	want := readRowList(t, schema, "run/rows.json")
	if len(want.Rows) < 20 || want.Novel.Rows < 12 || want.Member != "" {
		t.Errorf("%+v", want)
	}
	sweep, err := configs.LoadTest(configs.TestFiles{Reference: "r.csv", Data: "d.csv",
		Missing: "indicator", Toys: 19, RowsFDR: 0.1, Calibration: permutation},
		configs.Changes{Overrides: []string{"train.epochs=60"}})
	if err != nil {
		t.Fatal(err)
	}
	e := sweep.Cells[0].Experiment
	observed, err := experiments.ReadObserved(e)
	if err != nil {
		t.Fatal(err)
	}
	options, err := frontDoor(e)
	if err != nil {
		t.Fatal(err)
	}
	options.Columns, options.Quantities = observed.Columns, observed.Pair.Quantities
	options.RowNumbers = observed.Pair.Index
	result, err := library.Test(context.Background(), dense(observed.Pair.Reference),
		dense(observed.Pair.Data), &options)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&want, result.Rows, cmpopts.IgnoreFields(findings.ListedRow{},
		"Index")); diff != "" {
		t.Error(diff)
	}
}

// Every test of a sweep has a list of its own. One of a test without kernels is that of a member.
func TestRowsOfSeveralTests(t *testing.T) {
	schema := compiledSchema(t, "rows")
	t.Chdir(t.TempDir())
	writeSamples(t)
	mustSucceed(t, "test", "--reference", "r.npy", "--data", "new.npy", "--toys", "19",
		"train.epochs=30", "--no-figures", "--dir", "run", "--rows-fdr", "0.1", "preset=lead",
		"test.method=energy", "test.members=[{name: lead, method: sparker, preset: lead}]",
		"-S", "seed=1,2")
	for _, folder := range []string{"cell-1-1", "cell-2-2"} {
		list := readRowList(t, schema, "run/findings/"+folder+"/rows.json")
		if list.Member != "lead" || list.Novel == nil {
			t.Errorf("%s: %+v", folder, list)
		}
	}
}

func TestRowsFDRRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	writeSamples(t)
	for want, args := range map[string][]string{
		"test.rows_fdr: is 0.1, but the test energy fits no kernels": {"--rows-fdr", "0.1",
			"test.method=energy"},
		"test.rows_fdr: is 0.7; must be at least 0 and at most 0.5": {"--rows-fdr", "0.7"},
		"test.rows_fdr: is -0.1; must be":                           {"--rows-fdr", "-0.1"},
	} {
		for _, where := range []string{"--no-folder", "--dir=run"} {
			got := sparker(t, append([]string{"test", "--reference", "r.npy", "--data", "new.npy",
				where}, args...)...)
			if got.code != exitUsage || !strings.Contains(got.stderr, want) {
				t.Errorf("%v %s: exit code %d: %s", args, where, got.code, got.stderr)
			}
		}
	}
	got := sparker(t, "run", "quickstart", "test.rows_fdr=0.1")
	if got.code != exitUsage || !strings.Contains(got.stderr,
		"test.rows_fdr: is 0.1, but the config lacks an observed sample") {
		t.Errorf("exit code %d: %s", got.code, got.stderr)
	}
}
