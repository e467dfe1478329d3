package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sparker/findings"
	"sparker/results"
)

// writeSamples makes a reference of 600 normal rows in three columns, a sample of 150 rows like it,
// and one in which 15 of them are a cluster.
func writeSamples(t *testing.T) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 1))
	normal := func(int, int) float64 { return r.NormFloat64() }
	writeNPY(t, "r.npy", 600, 3, normal)
	writeNPY(t, "same.npy", 150, 3, normal)
	writeNPY(t, "new.npy", 150, 3, func(i, _ int) float64 {
		if i >= 135 {
			return 1.5 + 0.1*r.NormFloat64()
		}
		return r.NormFloat64()
	})
}

func TestTest(t *testing.T) {
	t.Chdir(t.TempDir())
	writeSamples(t)
	short := []string{"--toys", "39", "train.epochs=60", "--no-figures"}
	got := mustSucceed(t, append([]string{"test", "--reference", "r.npy", "--data", "new.npy",
		"--dir", "run"}, short...)...)
	holds(t, "output", got.stdout, "150 observed rows against 600 reference rows, 3 columns; 39 "+
		"null toys by permutation",
		"p <= 0.025: none of the 39 toys was as extreme; Z > 1.96")
	holds(t, "messages", got.stderr, "40 fits, about ", "results: run")
	holds(t, "report", readFile(t, "run/report.md"), "# Does new.npy differ from r.npy?",
		got.stdout, "(SHA-256 ", "source: files")
	// The cluster are the rows from 135 on; the kernel with the most significant excess names them.
	holds(t, "members", readFile(t, "run/members.csv"), "kernel,row,", ",135,", ",149,")
	holds(t, "findings", readFile(t, "run/findings.json"), `"schema": "sparker/findings/1"`)
	same := mustSucceed(t, append([]string{"test", "--reference", "r.npy", "--data", "same.npy",
		"--json"}, short...)...)
	var record struct {
		Summary  results.Summary
		Findings findings.Findings
	}
	if err := json.Unmarshal([]byte(same.stdout), &record); err != nil {
		t.Fatal(err)
	}
	summary := record.Summary
	if len(record.Findings.Kernels) != 5 || len(record.Findings.Columns) != 3 {
		t.Errorf("findings of %d kernels in %d columns", len(record.Findings.Kernels),
			len(record.Findings.Columns))
	}
	if o := summary.Cells[0].Observed; o == nil || o.P <= 0.05 ||
		len(o.ScaleP) != len(summary.Cells[0].Scales) {
		t.Errorf("a sample like the reference: %+v", o)
	}
	// The run goes on from its folder, and its config is one that run takes, to the same numbers.
	again := mustSucceed(t, append([]string{"test", "--reference", "r.npy", "--data", "new.npy",
		"--dir", "run"}, short...)...)
	if again.stdout != got.stdout || strings.Contains(again.stderr, "fits, about") {
		t.Errorf("again:\n%s%s", again.stdout, again.stderr)
	}
	mustSucceed(t, "run", "run/config.yaml", "--dir", "other", "--no-figures")
	if a, b := readFile(t, "run/summary.json"), readFile(t, "other/summary.json"); a != b {
		t.Errorf("test:\n%s\nrun:\n%s", a, b)
	}
	// With pools, one half of the reference is the reference.
	pools := mustSucceed(t, append([]string{"test", "--reference", "r.npy", "--data", "new.npy",
		"--calibration", "pools"}, short...)...)
	holds(t, "output", pools.stdout, "150 observed rows against 300 reference rows", "by pools",
		"below ten times", "p <= 0.025")
}

func TestTestRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	writeSamples(t)
	writeNPY(t, "two.npy", 150, 2, func(i, j int) float64 { return float64(i * j) })
	writeNPY(t, "few.npy", 3, 3, func(i, j int) float64 { return float64(i * j) })
	for _, c := range []struct{ args, want string }{
		{"--reference r.npy", "--data is missing"},
		{"--reference r.npy --data nowhere.npy", "nowhere.npy"},
		{"--reference r.npy --data two.npy", "columns"},
		{"--reference r.npy --data few.npy", "3 rows"},
		{"--reference r.npy --data new.npy --calibration shuffle",
			`data.files.calibration: is "shuffle"; want one of pools, permutation`},
		{"--reference r.npy --data new.npy --toys 10", "the test can never reject"},
		{"--reference r.npy --data new.npy --columns a,b", "a"},
		{"--reference r.npy --data new.npy data.counting=extended", "data.expected"},
		{"--reference r.npy --data new.npy data.counting=extended data.expected=150 " +
			"--calibration permutation", "data.counting: is extended"},
		{"--reference r.npy --data new.npy model.kernel=3", `did you mean "model.kernels"?`},
	} {
		got := sparker(t, append([]string{"test"}, strings.Fields(c.args)...)...)
		if got.code != exitUsage || !strings.Contains(got.stderr, c.want) {
			t.Errorf("%s: exit code %d, want %d; messages without %q:\n%s", c.args, got.code,
				exitUsage, c.want, got.stderr)
		}
		if got.stdout != "" {
			t.Errorf("%s: prints %q", c.args, fmt.Sprint(got.stdout))
		}
	}
}

// Several tests of one sample: a row for each, the findings of SparKer's in folders of their own,
// and all of it in the report and the JSON.
func TestTestByMethods(t *testing.T) {
	t.Chdir(t.TempDir())
	writeSamples(t)
	args := []string{"test", "--reference", "r.npy", "--data", "new.npy", "--toys", "39",
		"train.epochs=60", "tests=[sparker,energy]", "--dir", "run"}
	got := mustSucceed(t, append(args, "-S", "model.kernels=2,5")...)
	holds(t, "output", got.stdout, "150 observed rows against 600 reference rows, 3 columns; 39 "+
		"null toys by permutation\n",
		"│ cell │ test.method │ model.kernels │        p │      Z │",
		"│    1 │     sparker │             2 │ <= 0.025 │ > 1.96 │",
		"│    4 │      energy │             5 │", "4 tests of one sample",
		"cell 1, test.method=sparker, model.kernels=2\nwhat the kernels hold",
		"cell 2, test.method=sparker, model.kernels=5\n")
	if n := strings.Count(got.stdout, "39 null toys: p cannot"); n != 1 {
		t.Errorf("the warning that all cells have stands there %d times", n)
	}
	if strings.Contains(got.stdout, "power") {
		t.Errorf("a power is spoken of, which was not measured:\n%s", got.stdout)
	}
	holds(t, "report", readFile(t, "run/report.md"), got.stdout,
		"## Cell 2, test.method=sparker, model.kernels=5", "![where](figures/cell-2/where.png)",
		"Rows of each kernel: findings/cell-2-sparker-5/members.csv",
		"## Cell 4, test.method=energy, model.kernels=5")
	for cell, name := range []string{"cell-1-sparker-2", "cell-2-sparker-5"} {
		holds(t, "members", readFile(t, "run/findings/"+name+"/members.csv"), "kernel,row,",
			",149,")
		readFile(t, fmt.Sprintf("run/figures/cell-%d/where.png", cell+1))
	}
	if _, err := os.Stat("run/findings/cell-3-energy-2"); err == nil {
		t.Error("a test without kernels has findings")
	}
	var record struct {
		Summary results.Summary
		Cells   []struct {
			Cell     int
			Folder   string
			Findings findings.Findings
		}
	}
	again := mustSucceed(t, append(args, "-S", "model.kernels=2,5", "--json", "--no-figures")...)
	if err := json.Unmarshal([]byte(again.stdout), &record); err != nil {
		t.Fatal(err)
	}
	if c := record.Cells; len(record.Summary.Cells) != 4 || len(c) != 2 || c[1].Cell != 2 ||
		c[1].Folder != "run/findings/cell-2-sparker-5" || len(c[0].Findings.Kernels) != 2 ||
		len(c[1].Findings.Kernels) != 5 {
		t.Errorf("the JSON has %d cells, findings %+v", len(record.Summary.Cells), c)
	}
	// The summary of such a run speaks of the observed sample, with and without a sweep.
	holds(t, "summary", mustSucceed(t, "summarize", "run").stdout, "test: the observed sample\n",
		"│ observed p │ observed Z │", "<= 0.025 │     > 1.96 │")
	mustSucceed(t, "test", "--reference", "r.npy", "--data", "new.npy", "--toys", "19",
		"test.method=knn", "--dir", "single", "--no-figures")
	holds(t, "summary", mustSucceed(t, "summarize", "single").stdout,
		"test: the observed sample\nobserved, 150 rows: p")
	holds(t, "messages", sparker(t, append(args, "tests=energy")...).stderr, "tests: is",
		"want a list")
}

// Texts and images stand beside the rows that the kernels hold, also where rows are left out.
func TestTestShowsTextsAndImages(t *testing.T) {
	t.Chdir(t.TempDir())
	writeSamples(t)
	r := rand.New(rand.NewPCG(2, 2))
	var table, words strings.Builder
	table.WriteString("a,b,c\n")
	words.WriteString("said,picture\n")
	if err := os.MkdirAll("words/img", 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range 180 { // every sixth row lacks a number; rows from 150 on are the cluster
		center, sd := 0.0, 1.0
		if i >= 150 {
			center, sd = 1.5, 0.1
		}
		line := fmt.Sprintf("%v,%v,%v", center+sd*r.NormFloat64(), center+sd*r.NormFloat64(),
			center+sd*r.NormFloat64())
		if i%6 == 0 {
			line = line[strings.IndexByte(line, ','):]
		}
		table.WriteString(line + "\n")
		name := fmt.Sprintf("img/%d (a).png", i)
		if i%2 == 1 {
			name = fmt.Sprintf("../%d.png", i)
		}
		fmt.Fprintf(&words, "\"text | %d\n*of* <b>the</b> row\x1b[2J\",%s\n", i, name)
		if i%7 == 0 {
			continue
		}
		picture := image.NewGray(image.Rect(0, 0, 8, 8))
		file, err := os.Create(filepath.Join("words", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := png.Encode(file, picture); err != nil {
			t.Fatal(err)
		}
		file.Close()
	}
	for name, text := range map[string]string{"d.csv": table.String(),
		"words/words.csv": words.String()} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got := mustSucceed(t, "test", "--reference", "r.npy", "--data", "d.csv", "--drop-missing",
		"--text", "words/words.csv:said", "--image", "words/words.csv:picture",
		"--toys", "39", "train.epochs=60", "--dir", "run")
	holds(t, "output", got.stdout, "30 rows of the observed file have missing values",
		"text | 151 *of* <b>the</b> row [2J", "image files are missing, such as ")
	if strings.ContainsRune(got.stdout, 0x1b) {
		t.Error("a text of the user's reaches the terminal as it is")
	}
	found, err := findings.Read("run/findings.json")
	if err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	cluster := 0
	for _, k := range found.Kernels {
		for _, m := range k.Nearest {
			image := filepath.Join(here, "words", "img", fmt.Sprintf("%d (a).png", m.Row))
			if m.Row%2 == 1 {
				image = filepath.Join(here, fmt.Sprintf("%d.png", m.Row))
			}
			if m.Row%6 == 0 || m.Text != fmt.Sprintf("text | %d\n*of* <b>the</b> row\x1b[2J",
				m.Row) || m.Image != image {
				t.Errorf("row %d has the text %q and the image %s", m.Row, m.Text, m.Image)
			}
			if m.Row >= 150 && k.Kernel == found.Kernels[0].Kernel {
				cluster++
			}
		}
	}
	if cluster < 10 {
		t.Errorf("%d of the cluster among the nearest rows of the first kernel", cluster)
	}
	lines, err := csv.NewReader(strings.NewReader(readFile(t, "run/members.csv"))).ReadAll()
	if err != nil || strings.Join(lines[0],
		",") != "kernel,row,distance,in_ball,weight,contribution,text,image,x1,x2,x3" {
		t.Fatalf("members: %q, %v", lines[0], err)
	}
	for _, line := range lines[1:] {
		if !strings.HasPrefix(line[6], "text | "+line[1]+"\n") ||
			!strings.Contains(line[7], "/"+line[1]) {
			t.Errorf("members: row %s has the text %q and the image %q", line[1], line[6], line[7])
		}
	}
	report := readFile(t, "run/report.md")
	holds(t, "report", report, "![where-images](figures/where-images.png)",
		"| row | weight | distance [sigma] | text | image |\n|---|---|---|---|---|\n")
	for _, m := range found.Kernels[0].Nearest[:reportedRows] {
		link := fmt.Sprintf("![row %d](%s/words/img/%d%%20%%28a%%29.png)", m.Row, here, m.Row)
		switch {
		case m.Row%7 == 0:
			link = "not there: "
		case m.Row%2 == 1:
			link = fmt.Sprintf("![row %d](%s/%d.png)", m.Row, here, m.Row)
		}
		holds(t, "report", report, fmt.Sprintf(`| text \| %d \*of\* \<b\>the\</b\> row \[2J | %s`,
			m.Row, link))
	}
}

func TestOneLine(t *testing.T) {
	for text, want := range map[string]string{
		"": "", " a\r\n\tb ": "a b", "ä\x00ö": "ä ö", "123456": "123456", "1234567": "12345…",
		"日本語日本語日": "日本語日本…", "\x1b[31mx": "[31mx",
	} {
		if got := oneLine(text, 6); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestLink(t *testing.T) {
	t.Chdir(t.TempDir())
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		here + "/run/img/1.png": "img/1.png", here + "/runs/1.png": here + "/runs/1.png",
		"/a b/(c).png": "/a%20b/%28c%29.png", here + "/run/..png": "..png",
		"https://example.org/a?b=(c)": "https://example.org/a?b=(c)",
	} {
		if got := link("run", path); got != want {
			t.Errorf("%s is linked as %s, want %s", path, got, want)
		}
	}
}
