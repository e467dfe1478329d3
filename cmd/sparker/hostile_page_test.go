package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// hostileKinds are texts that a page, an SVG document, Markdown, a table or a terminal would obey.
var hostileKinds = map[string]string{
	"markup":    `<b onclick=alert(1)>x</b><img src=x onerror=alert(1)>`,
	"script":    `</script><script>alert(1)</script>`,
	"style":     `</style><style>*{display:none}</style>`,
	"attribute": `" onload="alert(1)" x='`,
	"comment":   `<!--]]>&lt;i&gt;`,
	"svg":       `</text></svg><svg onload=alert(1)>`,
	"control":   "a\x01b\a\r\nc",
	"escape":    "\x1b[31m\x1b]0;title\a\u009b2J",
	"direction": "\u202egnp.exe\u2066\u200f",
	"separator": "a\u2028b\u2029c",
	"long":      strings.Repeat("long ", 4000),
	"formula":   `=HYPERLINK("http://evil.example";"x")`,
	"plus":      "+1+cmd|' /C calc'!A0",
	"at":        "@SUM(A1:A9)\t",
	"markdown":  "[x](javascript:alert(1)) ![y](http://evil.example/z) `|`",
	"template":  "{{.}}${alert(1)}%s%n",
}

// writeNamed writes two tables with the columns pt and the one of a name, and a table of ids,
// labels and texts that are the name, too.
func writeNamed(t *testing.T, folder, name string) {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 7))
	for _, file := range []string{"R.csv", "D.csv"} {
		rows := 60
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.Write([]string{"pt", name})
		for i := range rows {
			x, y := r.NormFloat64(), r.NormFloat64()
			if file == "D.csv" && i < 20 {
				x, y = 3+x/10, 3+y/10
			}
			w.Write([]string{strconv.FormatFloat(x, 'f', 4, 64),
				strconv.FormatFloat(y, 'f', 4, 64)})
		}
		w.Flush()
		writeFile(t, filepath.Join(folder, file), b.String())
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"id", "text", "image"})
	for i := range 60 {
		w.Write([]string{name + strconv.Itoa(i), name, name})
	}
	w.Flush()
	writeFile(t, filepath.Join(folder, "ids.csv"), b.String())
}

// tagNames counts the elements of a page by their names.
func tagNames(page string) map[string]int {
	n := map[string]int{}
	tag := regexp.MustCompile(`<(/?[a-z0-9]+)[\s>]`)
	for _, match := range tag.FindAllStringSubmatch(page, -1) {
		n[match[1]]++
	}
	delete(n, "li") // a name may change how the cells of a table are read, which is a warning
	delete(n, "/li")
	return n
}

// Names, ids, texts and images of every kind reach each output as texts: the page has the elements
// of a page with plain names, drawings are drawings, no cell of a table is a formula, and the
// terminal and Markdown obey nothing.
func TestHostileOutputs(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a test for each kind of text")
	}
	t.Chdir(t.TempDir())
	test := func(t *testing.T, name, figures string) (output, string) {
		t.Helper()
		// The files are in a folder of the name, as far as a path can have it: a colon ends the
		// path of a file, and escape sequences in a path are refused.
		path := strings.NewReplacer("/", "_", ":", "_", "\x1b", "_",
			"\u009b", "_").Replace(name)
		folder := filepath.Join(t.TempDir(), path[:min(len(path), 100)])
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		writeNamed(t, folder, name)
		dir := filepath.Join(folder, "run")
		line := []string{"test", "--reference", filepath.Join(folder, "R.csv"), "--data",
			filepath.Join(folder, "D.csv"), "--id", filepath.Join(folder, "ids.csv:id"), "--text",
			filepath.Join(folder, "ids.csv:text"), "--toys", "19", "--dir", dir, "--progress",
			"none", "preset=lead", "train.epochs=10", "record.fits=1", "--verbose"}
		if figures != "" { // with them, images that cannot be read are an error
			line = append(line, figures, "--image", filepath.Join(folder, "ids.csv:image"))
		}
		return mustSucceed(t, line...), dir
	}
	_, plain := test(t, "eta", "--no-figures")
	want := tagNames(readFile(t, filepath.Join(plain, "report.html")))
	for kind, text := range hostileKinds {
		t.Run(kind, func(t *testing.T) {
			figures := "--no-figures"
			if kind == "svg" || kind == "control" || kind == "long" {
				figures = ""
			}
			got, dir := test(t, text, figures)
			isHarmless(t, "terminal", got.stdout+got.stderr)
			isHarmless(t, "Markdown", readFile(t, filepath.Join(dir, "report.md")))
			page := readFile(t, filepath.Join(dir, "report.html"))
			isHarmless(t, "page", page)
			if figures == "" {
				checkDrawings(t, filepath.Join(dir, "figures"))
			} else if names := tagNames(page); !maps.Equal(names, want) {
				t.Errorf("the page has the elements %v, want %v", names, want)
			}
			if len(page) > 500_000 {
				t.Errorf("the page has %d bytes", len(page))
			}
			checkTables(t, dir)
		})
	}
}

// checkTables checks that no cell of the tables in a folder is a formula.
func checkTables(t *testing.T, folder string) {
	t.Helper()
	tables := 0
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".csv" {
			return err
		}
		tables++
		lines, err := csv.NewReader(strings.NewReader(readFile(t, path))).ReadAll()
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for _, line := range lines {
			for _, cell := range line {
				_, err := strconv.ParseFloat(cell, 64)
				if err != nil && strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
					t.Errorf("%s: the cell %.40q is a formula", path, cell)
				}
			}
		}
		return nil
	})
	if err != nil || tables == 0 {
		t.Errorf("%d tables: %v", tables, err)
	}
}

// Labels of arms reach the page of a sweep as texts.
func TestHostileArms(t *testing.T) {
	inFolder(t)
	sweep := func(label string) map[string]int {
		writeFile(t, "c.yaml", tiny+fmt.Sprintf("sweep: {grid: {loss.kind: {%q: np, b: bce}}}\n",
			label))
		dir := filepath.Join(t.TempDir(), "run")
		got := mustSucceed(t, "run", "c.yaml", "--dir", dir, "--no-figures", "--progress", "none",
			"train.epochs=4", "train.checkpoints.count=1", "record.fits=0")
		isHarmless(t, label, got.stdout+got.stderr)
		checkTables(t, dir)
		page := readFile(t, filepath.Join(dir, "report.html"))
		isHarmless(t, label, page)
		return tagNames(page)
	}
	want := sweep("a")
	if want["table"] < 3 {
		t.Fatalf("the page of a sweep lacks its tables: %v", want)
	}
	for _, kind := range []string{"markup", "script", "attribute", "comment", "formula", "plus",
		"markdown", "template"} {
		if got := sweep(hostileKinds[kind]); !maps.Equal(got, want) {
			t.Errorf("%s: the page has the elements %v, want %v", kind, got, want)
		}
	}
}
