package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
)

// Labels and units of columns are on the axes of figures, and nowhere else.
func TestColumnLabels(t *testing.T) {
	t.Chdir(t.TempDir())
	r := rand.New(rand.NewPCG(4, 8))
	for name, n := range map[string]int{"r.csv": 200, "d.csv": 60} {
		text := "pt,eta\n"
		for range n {
			text += fmt.Sprintf("%.6f,%.6f\n", r.ExpFloat64(), r.NormFloat64())
		}
		writeFile(t, name, text)
	}
	const fast = " --toys 19 --progress none train.epochs=20 test.alpha=0.1 " +
		"train.checkpoints.count=2 record.fits=0"
	ran := mustSucceed(t, strings.Fields("test --reference r.csv --data d.csv --dir out "+
		"--column-label pt=p_{T} --column-unit pt=GeV preset=lead"+fast)...)
	svg := strings.ReplaceAll(readFile(t, filepath.Join("out", "figures", "where.svg")), "\u00a0",
		" ")
	holds(t, "figure", svg, ">p<", ">T<", "> [GeV]<", ">eta<")
	holds(t, "numbers", readFile(t, filepath.Join("out", "figures", "where.csv")), "p_T [GeV],eta")
	holds(t, "manifest", readFile(t, filepath.Join("out", "manifest.json")), `"label": "p_{T}"`)
	if strings.Contains(ran.stdout, "p_{T}") {
		t.Errorf("the answer has the label:\n%s", ran.stdout)
	}
	mustFail(t, "test --reference r.csv --data d.csv --column-label ptt=a",
		`"ptt" is not a column, did you mean "pt"?`)
	mustFail(t, "test --reference r.csv --data d.csv --column-unit pt", "want COLUMN=TEXT")
	mustFail(t, "test --reference r.csv --data d.csv --no-folder --column-unit pt=GeV",
		"--no-folder makes none")
}

// An error of a described column names the flag that describes it.
func TestErrorsNameTheFlagsOfColumns(t *testing.T) {
	inFolder(t)
	writeHostile(t, 60, 40)
	base := "test --reference R.csv --data D.csv --dir run "
	mustFail(t, base+"--column-unit nowhere=GeV", "--column-label or --column-unit: ", "nowhere")
}
