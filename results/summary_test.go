package results

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSummary(t *testing.T) {
	t.Parallel()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	if _, err := s.Summary(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a summary before there is one: %v", err)
	}
	oracle := 0.9
	want := Summary{
		Schema: SummarySchema, Name: "exp1d", Digest: "d1", Complete: true,
		Axes: []AxisRecord{{Name: "loss.kind", Labels: []string{"np"}}},
		Cells: []CellSummary{{
			Cell: 1, Arms: []ArmRecord{{"loss.kind", "np"}}, Combine: "mix", Alpha: 0.05,
			Points: []Point{{Signal: 8, Toys: 50, Rejected: 20, Power: 0.4,
				CI68: Interval{0.3, 0.5}, ScalePower: []float64{0.1, 0.2}, Oracle: &oracle}},
		}},
		Warnings: []string{"few toys"},
	}
	for range 2 { // the second replaces the first
		if err := s.WriteSummary(want); err != nil {
			t.Fatal(err)
		}
	}
	reader, err := Open(s.Dir())
	if err != nil {
		t.Fatal(err)
	}
	got, err := reader.Summary()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}

	bad := want
	bad.Cells = []CellSummary{{Alpha: math.NaN()}}
	wantError(t, s.WriteSummary(bad), "summary.json", "NaN")
	if again, err := s.Summary(); err != nil || !cmp.Equal(again, want) {
		t.Errorf("a refused summary touched the one that is there: %v, %v", again, err)
	}
	if err := os.WriteFile(filepath.Join(s.Dir(), "summary.json"),
		[]byte(`{"schema": "sparker/summary/0"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = s.Summary()
	wantError(t, err, "summary.json", "sparker/summary/0")
}

// A summary is fresh until toys follow it.
func TestSummaryIsFresh(t *testing.T) {
	t.Parallel()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	if s.SummaryIsFresh() {
		t.Error("a summary that is missing is fresh")
	}
	if err := s.WriteSummary(Summary{}); err != nil {
		t.Fatal(err)
	}
	at := func(path string, when time.Time) {
		t.Helper()
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	at(filepath.Join(s.dir, summaryName), now)
	at(s.shard, now.Add(-time.Second))
	if !s.SummaryIsFresh() {
		t.Error("a summary of later than the toys is not fresh")
	}
	at(s.shard, now.Add(time.Second))
	if s.SummaryIsFresh() {
		t.Error("a summary of before the toys is fresh")
	}
	// The clock was set back by an hour after the summary, and toys followed.
	at(filepath.Join(s.dir, summaryName), now.Add(time.Hour))
	if s.SummaryIsFresh() {
		t.Error("a summary of the future is fresh")
	}
}

func TestWriteTable(t *testing.T) {
	t.Parallel()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	header := []string{"signal", "note"}
	rows := [][]string{{"0", "plain"}, {"8", `has "quotes", commas`}, {"10", "two\nlines"},
		{"12", ""}}
	if err := s.WriteTable("power.csv", header, rows); err != nil {
		t.Fatal(err)
	}
	text := snapshot(t, s.Dir())["power.csv"]
	want := "signal,note\n0,plain\n8,\"has \"\"quotes\"\", commas\"\n10,\"two\nlines\"\n12,\n"
	if text != want {
		t.Errorf("table is\n%q want\n%q", text, want)
	}
	got, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(append([][]string{header}, rows...), got); diff != "" {
		t.Errorf("table read back (-want +got):\n%s", diff)
	}
	wantError(t, s.WriteTable("power.csv", header, [][]string{{"0", "x"}, {"1"}}), "row 1",
		"power.csv")
	for _, name := range []string{"power", "../power.csv", "a/power.csv"} {
		wantError(t, s.WriteTable(name, header, nil), name)
	}
	if after := snapshot(t, s.Dir())["power.csv"]; after != want {
		t.Errorf("a refused table touched the one that is there")
	}
}

// A cell that a spreadsheet takes for a formula begins with an apostrophe; numbers do not.
func TestWriteTableWithoutFormulas(t *testing.T) {
	t.Parallel()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	err := s.WriteTable("arms.csv", []string{"=arm", "p"}, [][]string{{"@SUM(A1)", "-0.5"},
		{"+1+1", "1e-3"}})
	if err != nil {
		t.Fatal(err)
	}
	want := "'=arm,p\n'@SUM(A1),-0.5\n'+1+1,1e-3\n"
	if text := snapshot(t, s.Dir())["arms.csv"]; text != want {
		t.Errorf("table is %q, want %q", text, want)
	}
}

// A write that fails leaves neither a part of a file nor a temporary one.
func TestWriteRecordFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "fit.json")
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err) // a folder has the name of the file
	}
	wantError(t, WriteRecord(path, FitRecord{}), "fit.json")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if files := snapshot(t, dir); len(files) != 0 {
		t.Errorf("left behind: %v", files)
	}
	wantError(t, WriteRecord(filepath.Join(dir, "no", "such", "folder.json"), FitRecord{}),
		"folder.json")
}
