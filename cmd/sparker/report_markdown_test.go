package main

import (
	"encoding/csv"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sparker/findings"
)

// textOf returns the text of a row: it has characters that mean something in Markdown, and one that
// means something to a terminal.
func textOf(row int) string { return fmt.Sprintf("text | %d\n*of* <b>the</b> row\x1b[2J", row) }

// imageNameOf returns the path of the image of a row, relative to the folder words.
func imageNameOf(row int) string {
	if row%2 == 1 {
		return fmt.Sprintf("../%d.png", row)
	}
	return fmt.Sprintf("img/%d (a).png", row)
}

// hasImage reports whether the image of a row exists.
func hasImage(row int) bool { return row%7 != 0 }

// writeTextsAndImages makes a sample of 180 rows, d.csv, and words/words.csv with a text and an
// image for each. Every sixth row lacks a number. The rows from 150 on are a cluster.
func writeTextsAndImages(t *testing.T) {
	t.Helper()
	r := rand.New(rand.NewPCG(2, 2))
	var table, words strings.Builder
	table.WriteString("a,b,c\n")
	words.WriteString("said,picture\n")
	if err := os.MkdirAll("words/img", 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range 180 {
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
		fmt.Fprintf(&words, "\"%s\",%s\n", textOf(i), imageNameOf(i))
		if hasImage(i) {
			writeImage(t, filepath.Join("words", imageNameOf(i)))
		}
	}
	writeFile(t, "d.csv", table.String())
	writeFile(t, "words/words.csv", words.String())
}

func writeImage(t *testing.T, path string) {
	t.Helper()
	file, err := os.Create(path)
	if err == nil {
		err = png.Encode(file, image.NewGray(image.Rect(0, 0, 8, 8)))
	}
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// The rows of the kernels are shown with their texts and images, also if rows are left out.
func TestTestShowsTextsAndImages(t *testing.T) {
	t.Chdir(t.TempDir())
	writeSamples(t)
	writeTextsAndImages(t)
	got := mustSucceed(t, "test", "--reference", "r.npy", "--data", "d.csv", "--drop-missing",
		"--text", "words/words.csv:said", "--image", "words/words.csv:picture",
		"--toys", "39", "train.epochs=60", "--dir", "run", "--verbose")
	holds(t, "output", got.stdout,
		"30 of 180 rows of the observed file (16.7%) have missing values",
		"text | 151 *of* <b>the</b> row [2J", "image files are missing, such as ")
	if strings.ContainsRune(got.stdout, 0x1b) {
		t.Error("a text of the user's reaches the terminal as it is")
	}
	found, err := findings.Read("run/findings.json")
	if err != nil {
		t.Fatal(err)
	}
	checkNearest(t, found)
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
	checkReportedRows(t, found.Kernels[0])
}

// checkNearest checks the texts and images of the nearest rows of all kernels, and that the first
// kernel holds the cluster.
func checkNearest(t *testing.T, found findings.Findings) {
	t.Helper()
	cluster := 0
	for _, k := range found.Kernels {
		for _, m := range k.Nearest {
			image, err := filepath.Abs(filepath.Join("words", imageNameOf(m.Row)))
			if err != nil || m.Row%6 == 0 || m.Text != textOf(m.Row) || m.Image != image {
				t.Errorf("row %d has the text %q and the image %s (%v)", m.Row, m.Text, m.Image,
					err)
			}
			if m.Row >= 150 && k.Kernel == found.Kernels[0].Kernel {
				cluster++
			}
		}
	}
	if cluster < 10 {
		t.Errorf("%d of the cluster among the nearest rows of the first kernel", cluster)
	}
}

// checkReportedRows checks the rows of a kernel in the report.
func checkReportedRows(t *testing.T, k findings.Finding) {
	t.Helper()
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	report := readFile(t, "run/report.md")
	holds(t, "report", report, "![where-images](figures/where-images.png)",
		"| row | weight | distance [sigma] | text | image |\n|---|---|---|---|---|\n")
	for _, m := range k.Nearest[:reportedRows] {
		link := fmt.Sprintf("![row %d](%s/words/img/%d%%20%%28a%%29.png)", m.Row, here, m.Row)
		switch {
		case !hasImage(m.Row):
			link = "missing: "
		case m.Row%2 == 1:
			link = fmt.Sprintf("![row %d](%s/%d.png)", m.Row, here, m.Row)
		}
		holds(t, "report", report, fmt.Sprintf(`| text \| %d \*of\* \<b\>the\</b\> row \[2J | %s`,
			m.Row, link))
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
		"https://example.org/a?b=(c)": "https://example.org/a?b=%28c%29",
		"https://e.org/) <b>|`":       "https://e.org/%29%20%3Cb%3E%7C%60",
		"javascript://%0aalert(1)":    "./javascript://%250aalert%281%29",
		"javascript:alert(1)":         "./javascript:alert%281%29",
		"data:text/html,<b>":          "./data:text/html,%3Cb%3E",
		"a\nb\x1b.png":                "a%0Ab%1B.png",
	} {
		if got := link("run", path); got != want {
			t.Errorf("%s is linked as %s, want %s", path, got, want)
		}
	}
}
