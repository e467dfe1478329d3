package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// hostileNames are the names of columns that a terminal, a Markdown viewer, a browser or a
// spreadsheet would obey.
var hostileNames = []string{
	"\x1b[31mRED\x1b[2J\a",
	"two\nlines <script>alert(1)</script>",
	`=HYPERLINK("http://evil.example")`,
	"![x](http://evil.example)|`\"&<b>",
	"\u202egnp.\u009b2J```",
}

// hostileTexts are ids and texts of rows of the same kind.
var hostileTexts = []string{"=1+1", "@SUM(A1)", "\x1b]0;title\a", "a|b\n# heading",
	"<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "\u202etxt", "-3"}

// writeHostile writes two tables of n and m rows with such names. The data have a cluster.
func writeHostile(t *testing.T, n, m int) {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 7))
	for name, rows := range map[string]int{"R.csv": n, "D.csv": m} {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.Write(hostileNames)
		for i := range rows {
			var line []string
			for range hostileNames {
				x := r.NormFloat64()
				if name == "D.csv" && i < m/5 {
					x = 3 + x/10
				}
				line = append(line, strconv.FormatFloat(x, 'f', 4, 64))
			}
			w.Write(line)
		}
		w.Flush()
		writeFile(t, name, b.String())
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"id", "text", "image"})
	for i := range m {
		text := hostileTexts[(i+3)%len(hostileTexts)] // the cluster shows the link
		location := []string{"javascript://x/%0aalert(1)", "data:image/svg+xml,<svg>",
			"https://example.org/a) <b>.png", "no|`file", "dot.png"}[i%5]
		w.Write([]string{text, text, location})
	}
	w.Flush()
	writeFile(t, "ids.csv", b.String())
	var dot bytes.Buffer
	if err := png.Encode(&dot, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	writeFile(t, "dot.png", dot.String())
}

// isHarmless checks that a text has no character that a terminal obeys.
func isHarmless(t *testing.T, what, text string) {
	t.Helper()
	for _, r := range text {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			t.Errorf("%s holds the character %U:\n%.1000q", what, r, text)
			return
		}
	}
}

// Names and texts of a table reach the terminal, the report, the figures and the tables as texts.
func TestHostileTable(t *testing.T) {
	if testing.Short() {
		t.Skip("makes tests and figures")
	}
	t.Chdir(t.TempDir())
	writeHostile(t, 200, 60)
	line := "test --reference R.csv --data D.csv --id ids.csv:id --text ids.csv:text --image " +
		"ids.csv:image --toys 19 --dir run --progress plain train.epochs=20 tests=[sparker,energy]"
	args := strings.Fields(line)
	outputs := []output{mustSucceed(t, args...), mustSucceed(t, append(args, "--json")...),
		mustSucceed(t, "data", "inspect", "R.csv"), mustSucceed(t, "data", "inspect", "--json",
			"R.csv"), sparker(t, "data", "inspect", "ids.csv")}
	for _, format := range []string{"text", "md", "csv", "json"} {
		outputs = append(outputs, sparker(t, "compare", "run", "--format", format))
	}
	for i, got := range outputs {
		isHarmless(t, fmt.Sprintf("output %d", i), got.stdout+got.stderr)
	}
	checkHostileJSON(t, outputs[3].stdout)
	checkHostileReport(t, readFile(t, "run/report.md"))
	checkHostileMembers(t, "run/findings/cell-1-sparker/members.csv")
	checkTables(t, "run")
	checkDrawings(t, "run/figures")
	isHarmless(t, "page", readFile(t, "run/report.html"))
}

// checkHostileJSON checks that JSON keeps the names of the columns.
func checkHostileJSON(t *testing.T, text string) {
	t.Helper()
	var in struct{ Columns []struct{ Name string } }
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for i, c := range in.Columns {
		if c.Name != hostileNames[i] {
			t.Errorf("column %d is called %q, want %q", i, c.Name, hostileNames[i])
		}
	}
}

// checkHostileReport checks the report: nothing outside the code blocks is markup of the table.
func checkHostileReport(t *testing.T, report string) {
	t.Helper()
	isHarmless(t, "report", report)
	fence := ""
	var b strings.Builder
	for line := range strings.Lines(report) {
		ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && len(ticks) >= 3:
			fence = ticks
		case fence != "" && strings.TrimSpace(line) == fence:
			fence = ""
		case fence == "":
			b.WriteString(line)
		}
	}
	if fence != "" {
		t.Errorf("a code block of the report does not end")
	}
	prose := b.String()
	active := regexp.MustCompile(`\\.`).ReplaceAllString(prose, "") // what is not escaped
	for _, markup := range []string{"<script", "<img", "<b>", "](javascript", "](data:",
		"](./data:", "\n# heading", "| a|b"} {
		if strings.Contains(active, markup) {
			t.Errorf("the report holds %q:\n%s", markup, prose)
		}
	}
	holds(t, "report", prose, `\[x\]\(javascript\:alert\(1\)\)`, `a\|b \# heading`,
		"](https://example.org/a%29%20%3Cb%3E.png)", `missing: javascript\:`)
}

// checkHostileMembers checks the table of members: no cell is a formula, and numbers are numbers.
func checkHostileMembers(t *testing.T, path string) {
	t.Helper()
	content := readFile(t, path)
	isHarmless(t, path, content)
	lines, err := csv.NewReader(strings.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	quoted := 0
	for _, line := range lines {
		for _, cell := range line {
			_, err := strconv.ParseFloat(cell, 64)
			if err != nil && strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
				t.Errorf("the cell %q is a formula", cell)
			}
			if strings.HasPrefix(cell, "'=") {
				quoted++
			}
		}
	}
	if quoted < 2 || !strings.HasSuffix(strings.Join(lines[0], ","),
		hostileNames[3]+",\\u202egnp.\\u009b2J```") {
		t.Errorf("%d cells have an apostrophe; the header is %q", quoted, lines[0])
	}
}

// checkDrawings checks that every SVG document of a folder can be read, and that none has a script.
func checkDrawings(t *testing.T, folder string) {
	t.Helper()
	drawings := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".svg" {
			return err
		}
		drawings++
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		decoder := xml.NewDecoder(bytes.NewReader(content))
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			element, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			if !slices.Contains([]string{"svg", "g", "path", "text", "image"},
				element.Name.Local) {
				t.Errorf("%s has an element %s", path, element.Name.Local)
			}
			for _, a := range element.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" &&
					!strings.HasPrefix(a.Value, "data:image/") {
					t.Errorf("%s has the attribute %s", path, a.Name.Local)
				}
			}
		}
	})
	if err != nil || drawings == 0 {
		t.Errorf("%d drawings: %v", drawings, err)
	}
}

// Keys, labels and descriptions of a config cannot reach the terminal as escape sequences.
func TestHostileConfig(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct{ text, part string }{
		{`"\e[31mfast\a": 1`, "[31mfast: unknown key"},
		{`"two\nlines": 1`, "two lines: unknown key"},
		{`description: "\e[2J"`, "want one line of text that can be printed"},
		{`description: "\u202Etxt"`, "want one line of text that can be printed"},
		{`loss: {kind: "\e[2J"}`, `is "\x1b[2J"`},
		{`sweep: {grid: {seed: {"\e[31mred": 2}}}`, `has an arm "[31mred"; want a label`},
		{`sweep: {grid: {seed: {"two\nlines": 2}}}`, `has an arm "two lines"; want a label`},
		{`sweep: {grid: {"\e[31m": {x: {seed: 2}}}}`, `is an axis of the name "[31m"`},
		{`sweep: {list: [{label: "\u202Ex", seed: 1}]}`, `has an arm "x"; want a label`},
		{`sweep: {grid: {seed: [1]}, exclude: ["\e[0m"]}`, "want a block of axes and labels"},
		{`sweep: {grid: {seed: [1]}, exclude: [{"\e[0m": 1}]}`, "which is not an axis"},
		{`data: {files: {columns: ["\e[2J"]}}`, ""},
	} {
		text, part := c.text, c.part
		writeFile(t, "c.yaml", "name: x\n"+text+"\n")
		got := sparker(t, "config", "check", "c.yaml")
		if got.code != exitUsage && part != "" {
			t.Errorf("%s: exit code %d", text, got.code)
		}
		holds(t, text, got.stderr, part)
		isHarmless(t, text, got.stdout+got.stderr)
		isHarmless(t, text, sparker(t, "config", "show", "c.yaml").stdout)
	}
	for _, args := range [][]string{{"config", "check", "\x1b[2J"}, {"run", "\x1b[2J.yaml"},
		{"\x1b[2J"}, {"--\x1b[2J"}, {"summarize", "a\x1b[2J"}, {"data", "inspect", "\x1b[2J.csv"},
		{"config", "explain", "\x1b[2J"}, {"list", "\x1b[2J"}, {"config", "\x1b[2J"},
		{"test", "--reference", "\x1b[2J", "--data", "\u202e"}, {"compare", "x", "--by", "\x1b"},
		{"run", "c.yaml", "\x1b[2J=1"}, {"run", "c.yaml", "-S", "\x1b[2J=1"},
		{"toy", "c.yaml", "--hypothesis", "\x1b[2J"}} {
		got := sparker(t, args...)
		if got.code != exitUsage {
			t.Errorf("%q: exit code %d", args, got.code)
		}
		isHarmless(t, fmt.Sprintf("%q", args), got.stdout+got.stderr)
	}
}

// Labels that can be printed reach CSV and Markdown as texts.
func TestHostileLabels(t *testing.T) {
	inFolder(t)
	writeFile(t, "c.yaml", tiny+`sweep: {grid: {loss.kind: {'=np|`+"`<b>`"+`': np, '@bce': bce}}}
`)
	mustSucceed(t, "run", "c.yaml", "--dir", "run", "--no-figures", "--progress", "none",
		"train.epochs=4", "train.checkpoints.count=1")
	for _, regret := range []string{"", " --regret"} {
		line := "compare run --by loss.kind" + regret + " --format "
		holds(t, "CSV", mustSucceed(t, strings.Fields(line+"csv")...).stdout, "'=np|`<b>`",
			"'@bce")
		md := mustSucceed(t, strings.Fields(line+"md")...).stdout
		holds(t, "Markdown", md, `\<b\>`, `\@bce`)
	}
	results := readFile(t, "run/results.csv")
	holds(t, "results.csv", results, "'=np|`<b>`", "'@bce")
}
