package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"sparker/configs"
)

// oneTable writes a table of 60 rows whose column release has the given values in turn.
func oneTable(t *testing.T, releases ...string) {
	t.Helper()
	t.Chdir(t.TempDir())
	x := rows(3, 60, 2)
	var b strings.Builder
	b.WriteString("a,b,release\n")
	for i := range 60 {
		cells := []string{number(x[2*i]), number(x[2*i+1]), releases[i%len(releases)]}
		b.WriteString(strings.Join(cells, ",") + "\n")
	}
	writeFile(t, "t.csv", b.String())
}

func number(x float64) string {
	text, _ := json.Marshal(x)
	return string(text)
}

// sizesOf returns the numbers of rows of the data and the reference, and that of columns, in the
// verdict of a test.
func sizesOf(t *testing.T, args ...string) string {
	t.Helper()
	got := mustSucceed(t, append([]string{"test", "--toys", "19", "train.epochs=10", "--no-folder",
		"test.method=energy"}, args...)...)
	text := strings.Join(strings.Fields(got.stdout), " ")
	sizes := regexp.MustCompile(`the (\d+) rows of .* and the (\d+) rows of .* in (\d+) column`).
		FindStringSubmatch(strings.ReplaceAll(text, " differ from ", " and "))
	if sizes == nil {
		t.Fatalf("there are no sizes in %s", got.stdout)
	}
	return strings.Join(sizes[1:], " ")
}

// Labels choose the rows of both samples, from one table or two, and are not tested.
func TestLabelFlags(t *testing.T) {
	oneTable(t, "1", "1", "2")
	for _, c := range []struct{ args, want string }{
		{"--split release=2.0", "40 20 2"}, {"--split release=2", "40 20 2"},
		{"--split release", "20 40 2"},
		{"--data t.csv --reference-label release=1,2 --data-label release=2", "20 60 2"},
	} {
		args := append([]string{"--reference", "t.csv"}, strings.Fields(c.args)...)
		if sizes := sizesOf(t, args...); sizes != c.want {
			t.Errorf("%s: %s; want %s", c.args, sizes, c.want)
		}
	}
	oneTable(t, "1.8", "1.9-rc,1")
	writeFile(t, "t.csv", strings.ReplaceAll(readFile(t, "t.csv"), "1.9-rc,1", `"1.9,rc"`))
	sizes := sizesOf(t, "--reference", "t.csv", "--split", `release="1.9,rc"`, "--columns", "a,b")
	if sizes != "30 30 2" {
		t.Errorf("a value with a comma: %s", sizes)
	}
}

func TestLabelFlagErrors(t *testing.T) {
	oneTable(t, "u", "v", "w")
	for _, c := range []struct{ args, want string }{
		{"", "--data is missing"},
		{"--split release", "--split release has 3 values: u, v, w; say which of them are the " +
			"reference, as in --split release=u"},
		{"--split a", "--split a has 60 values: "},
		{"--split released=u", `no column is called "released"`},
		{"--split release=x", `has the label "x"; the labels are u, v, w`},
		{"--split =u", `--split is "=u"; want COLUMN=VALUE,...`},
		{"--split release=", `--split is "release="; want COLUMN=VALUE,...`},
		{"--split release=u --data t.csv", "leave out --data"},
		{"--split release=u --data-label a=1", "exclude each other"},
		{"--data t.csv --reference-label release", `--reference-label is "release"; want COLUMN=`},
		{"--data t.csv --missing keep",
			`--missing is "keep"; want one of refuse, drop, indicator`},
		{"--data t.csv --missing drop --drop-missing", "--drop-missing is --missing drop"},
		{"--data t.csv --decimal x", `data.files.csv.decimal: is "x"; want one of point, comma`},
		{"--data t.csv --exclude nowhere", `no column of any file matches "nowhere"`},
	} {
		args := append([]string{"test", "--reference", "t.csv", "--toys", "19"},
			strings.Fields(c.args)...)
		got := sparker(t, args...)
		if got.code != exitUsage || !strings.Contains(got.stderr, c.want) {
			t.Errorf("%s: exit code %d, %s; want %s", c.args, got.code, got.stderr, c.want)
		}
	}
}

// The report names samples by the labels that choose their rows.
func TestSampleName(t *testing.T) {
	t.Parallel()
	for want, rows := range map[string]configs.LabeledRows{
		"t.csv":               {},
		"t.csv with run=1,2":  {Labels: "t.csv:run", Keep: []string{"1", "2"}},
		"t.csv without run=1": {Labels: "t.h5:/events/run", Drop: []string{"1"}},
	} {
		if got := sampleName("t.csv", rows); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestToysFlagErrors(t *testing.T) {
	oneTable(t, "u", "v", "w")
	for _, c := range []struct{ args, want string }{
		{"--toys many", `--toys is "many"; want a whole number, or auto`},
		{"--toys 0", "toys.null: is 0; must be at least 1"},
		{"--toys 19 --max-toys 50", "--max-toys is for --toys auto"},
		{"--toys 19 --time-limit 1m", "--time-limit is for --toys auto"},
		{"--time-limit -1s", "--time-limit is -1s; want a time above 0"},
		{"--time-limit soon", `--time-limit is "soon"; want a time, such as 90s or 10m`},
		{"--max-toys 0", "--max-toys is 0; want 1 to 100000"},
		{"--max-toys 18", "toys.null: is 18, too few for test.alpha 0.05"},
		{"toys.auto=false --time-limit 1h", "set toys.auto=true"},
	} {
		args := append([]string{"test", "--reference", "t.csv", "--split", "release=u", "--dir",
			"run", "test.method=energy"}, strings.Fields(c.args)...)
		got := sparker(t, args...)
		if got.code != exitUsage || !strings.Contains(got.stderr, c.want) {
			t.Errorf("%s: exit code %d, %s; want %s", c.args, got.code, got.stderr, c.want)
		}
	}
}

// A limit of time that leaves too few toys is a failure of the run, with and without a folder.
func TestTimeLimitThatIsTooShort(t *testing.T) {
	oneTable(t, "u", "v", "w")
	for _, place := range []string{"--dir=run", "--no-folder"} {
		got := sparker(t, "test", "--reference", "t.csv", "--split", "release=u", place,
			"test.method=energy", "--time-limit", "1ns")
		if got.code != exitFailure || got.stdout != "" ||
			!strings.Contains(got.stderr, "longer --time-limit") {
			t.Errorf("%s: exit code %d\n%s%s", place, got.code, got.stdout, got.stderr)
		}
	}
}
