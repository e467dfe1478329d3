package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sparker/analysis"
	"sparker/results"
)

// printedCommand matches a command in a message.
var printedCommand = regexp.MustCompile(`(?m)^  sparker (run .*)$`)

// merge takes what is there and says which cells and which parts lack toys. What it says to type
// makes them. Parts that never started are left out.
func TestMergeSaysWhatIsMissing(t *testing.T) {
	inFolder(t)
	args := []string{"run", "tiny.yaml", "-S", "loss.kind=np,bce", "--progress", "none",
		"--no-figures"}
	whole := mustSucceed(t, append(args, "--dir", "whole")...)
	const parts = "5"
	for _, part := range []string{"1", "2", "5"} {
		mustSucceed(t, append(args, "--shard", part+"/"+parts, "--dir", "p/"+part)...)
	}
	if err := os.MkdirAll("p/3", 0o755); err != nil {
		t.Fatal(err)
	}
	got := sparker(t, "merge", "p/1", "p/2", "p/3", "p/5", "--out", "merged", "--json")
	if got.code != exitMissing {
		t.Fatalf("exit code %d, want %d\n%s", got.code, exitMissing, got.stderr)
	}
	summary := readSummary(t, got.stdout)
	if summary.Complete || got.stdout != readFile(t, "merged/summary.json") {
		t.Errorf("the summary is complete, or is not what is printed: %s", got.stdout)
	}
	holds(t, "message", got.stderr, "left out: p/3 is empty\n", "sparker: merged lacks ",
		"  cell 1 (loss.kind=np): ", "  cell 2 (loss.kind=bce): ", " of 20 null toys",
		"  parts 3-4 of 5 lack toys; to make them:\n")
	commands := printedCommand.FindAllStringSubmatch(got.stderr, -1)
	if len(commands) != 2 {
		t.Fatalf("%d commands in\n%s", len(commands), got.stderr)
	}
	again := sparker(t, "summarize", "merged") // the parts are not known from its files
	if again.code != exitMissing || !strings.HasSuffix(again.stderr,
		"to make them:\n  sparker run merged/config.yaml --dir merged\n") {
		t.Errorf("summarize: exit code %d\n%s", again.code, again.stderr)
	}
	for _, command := range commands {
		mustSucceed(t, append(strings.Fields(command[1]), "--progress", "none", "--no-figures")...)
	}
	end := mustSucceed(t, "summarize", "merged")
	if end.stdout != whole.stdout || end.stderr != "" {
		t.Errorf("in the end:\n%s%swant\n%s", end.stdout, end.stderr, whole.stdout)
	}
	if readFile(t, "merged/summary.json") != readFile(t, "whole/summary.json") {
		t.Error("summary.json is not that of the unbroken run")
	}
	mustFail(t, "merge nowhere p/3 --out other", "nowhere is not a run folder")
	mustFail(t, "merge p/1 p/4 --out other", "p/4 is not a run folder: there is no such folder")
	mustFail(t, "merge p/1 p/1/toys --out other",
		"p/1/toys is not a run folder: it has no manifest")
}

// A shard that has no null toys is done all the same.
func TestShardWithoutNullToys(t *testing.T) {
	inFolder(t)
	args := []string{"run", "tiny.yaml", "record.fits=0", "toys.null=9", "--progress", "none",
		"--no-figures", "--shard"}
	none := ""
	for i := 1; i <= 15 && none == ""; i++ { // one toy each
		dir := fmt.Sprintf("p/%d", i)
		got := mustSucceed(t, append(args, fmt.Sprintf("%d/15", i), "--dir", dir)...)
		if strings.Contains(got.stderr, "there are no null toys yet\nresults: "+dir) {
			none = dir
		}
	}
	if none == "" {
		t.Fatal("every part has null toys")
	}
	for _, args := range [][]string{{"summarize", none}, {"merge", none, "--out", "merged"}} {
		got := sparker(t, args...)
		if got.code != exitMissing || got.stdout != "" {
			t.Errorf("%s: exit code %d, %s", args[0], got.code, got.stdout)
		}
		holds(t, "message", got.stderr, "there are no null toys yet", " lacks 14 of 15 toys",
			"all 9 null toys")
	}
}

// Long lists are cut.
func TestMissingIsShort(t *testing.T) {
	t.Parallel()
	var kinds []analysis.MissingKind
	for i := range 9 {
		kinds = append(kinds, analysis.MissingKind{Hypothesis: results.Alternative,
			Signal: float64(i), Toys: 1, Wanted: 2})
	}
	got := kindsText(kinds)
	if !strings.HasSuffix(got, "1 of 2 toys at N_S = 5, toys at 3 more N_S") {
		t.Error(got)
	}
	cells := make([]analysis.MissingCell, 14)
	if got := missingCells(cells); len(got) != 11 || got[10] != "and 4 cells more" {
		t.Errorf("%q", got)
	}
	for want, numbers := range map[string][]int{"": nil, "3": {3}, "1-2": {1, 2},
		"1,4-7,9": {1, 4, 5, 6, 7, 9}} {
		if got := ranges(numbers); got != want {
			t.Errorf("ranges(%v) is %q, want %q", numbers, got, want)
		}
	}
}

// status lists the parts that lack toys.
func TestStatusOfParts(t *testing.T) {
	inFolder(t)
	args := []string{"run", "tiny.yaml", "--progress", "none", "--no-figures", "--dir", "run",
		"--shard"}
	mustSucceed(t, append(args, "1/3")...)
	mustSucceed(t, append(args, "3/3")...)
	got := mustSucceed(t, "status", "run").stdout
	holds(t, "status", got, "│  2/3 │  0/9 │        - │", "2 of 3 parts have all of their toys\n",
		"17 of 26 toys done")
	if strings.Contains(got, "1/3") {
		t.Errorf("a part that is done is listed:\n%s", got)
	}
	var status analysis.RunStatus
	if err := json.Unmarshal([]byte(mustSucceed(t, "status", "run", "--json").stdout),
		&status); err != nil || len(status.Parts) != 3 || len(status.Parts[0].Hosts) != 1 {
		t.Errorf("JSON: %+v, %v", status, err)
	}
	exist(t, "run", filepath.Join("toys", "toys-1-of-3-"+status.Parts[0].Hosts[0]+".jsonl"))
	mustSucceed(t, append(args, "2/3")...)
	holds(t, "status", mustSucceed(t, "status", "run").stdout,
		"3 of 3 parts have all of their toys\n", ", finished ")
}

// The parts of a test are the whole test: the same command without --shard gives its answer from
// their toys, with the bytes of an unbroken one. A part alone gives no p-value.
func TestTestInParts(t *testing.T) {
	t.Chdir(t.TempDir())
	var reference, data strings.Builder
	for i := range 120 {
		fmt.Fprintf(&reference, "%g,%d\n", float64(i*i%97)/9, i*7%31)
		if i < 30 {
			fmt.Fprintf(&data, "%g,%d\n", float64(i*i%89)/8, i*5%29)
		}
	}
	writeFile(t, "reference.csv", "x,y\n"+reference.String())
	writeFile(t, "data.csv", "x,y\n"+data.String())
	args := strings.Fields("test --reference reference.csv --data data.csv --toys 19 " +
		"--no-figures --progress none train.epochs=12 --dir")
	whole := mustSucceed(t, append(args, "whole")...)
	for _, part := range []string{"1/3", "2/3", "3/3"} {
		got := mustSucceed(t, append(args, "part"+part[:1], "--shard", part)...)
		if got.stdout != "" {
			t.Errorf("part %s prints %q", part, got.stdout)
		}
		holds(t, "message", got.stderr, "part "+part[:1]+" of 3 is done", "without --shard gives "+
			"the answer")
	}
	mustSucceed(t, "merge", "part1", "part2", "part3", "--out", "merged")
	merged := mustSucceed(t, append(args, "merged")...)
	if merged.stdout != strings.ReplaceAll(whole.stdout, "whole", "merged") {
		t.Errorf("the parts give\n%swant\n%s", merged.stdout, whole.stdout)
	}
	for _, name := range []string{"summary.json", "findings.json", "members.csv"} {
		if readFile(t, "merged/"+name) != readFile(t, "whole/"+name) {
			t.Errorf("%s of the parts differs", name)
		}
	}
	line := "test --reference reference.csv --data data.csv --shard 1/3"
	mustFail(t, line, "--shard needs --toys N")
	mustFail(t, line+" --toys 19 --no-folder", "--no-folder excludes --shard")
	mustFail(t, "test --reference reference.csv --data data.csv --toys 19 --shard 4/3",
		`--shard is "4/3"`)
}
