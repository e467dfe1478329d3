package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"sparker/results"
)

// variedSamples makes a folder with a reference, its variations by 10% of the first column, and
// data whose first column is 10% too large, the working directory.
func variedSamples(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	rows := func(seed uint64, n int, scale float64, header string) string {
		r := rand.New(rand.NewPCG(seed, 8))
		var b strings.Builder
		b.WriteString(header + "\n")
		for range n {
			x, y := scale*r.ExpFloat64(), r.NormFloat64()
			switch header {
			case "pt,eta,w":
				fmt.Fprintf(&b, "%.6f,%.6f,%.6f\n", x, y, 1/(1+y*y))
			case "pt,eta,kind,d1,d2":
				fmt.Fprintf(&b, "%.6f,%.6f,a,%.8f,%.8f\n", x, y, 0.1*(x-1), -0.01*x)
			default:
				fmt.Fprintf(&b, "%.6f,%.6f\n", x, y)
			}
		}
		return b.String()
	}
	up, down := math.Exp(0.1), math.Exp(-0.1)
	for name, text := range map[string]string{
		"r.csv": rows(1, 4000, 1, "pt,eta"), "up.csv": rows(1, 4000, up, "pt,eta"),
		"down.csv": rows(1, 4000, down, "pt,eta"), "d.csv": rows(2, 150, up, "pt,eta"),
		"other.csv": rows(1, 20, 1, "pt,phi"),
		"wr.csv":    rows(1, 4000, 1, "pt,eta,w"), "wup.csv": rows(1, 4000, up, "pt,eta,w"),
		"wdown.csv": rows(1, 4000, down, "pt,eta,w"),
		"cr.csv":    rows(1, 4000, 1, "pt,eta,kind,d1,d2"),
		"cm.csv":    rows(3, 1500, 1, "pt,eta,kind,d1,d2"),
		"cd.csv":    rows(2, 150, up, "pt,eta,kind,d1,d2"),
		"d3.csv":    rows(2, 150, up*up*up, "pt,eta"),
		"cd3.csv":   rows(2, 150, up*up*up, "pt,eta,kind,d1,d2"),
		"cnan.csv":  "pt,eta,kind,d1,d2\n1,2,a,NaN,1\n2,1,a,1,1\n",
	} {
		writeFile(t, name, text)
	}
}

// A test with nuisance parameters says how they were fitted, on the terminal and in summary.json. A
// rate needs extended counting. Weights of the reference are those of its variations, too.
func TestNuisanceFlag(t *testing.T) {
	variedSamples(t)
	const fast = " --toys 20 --no-figures --progress none train.epochs=20 test.alpha=0.1"
	for i, args := range []string{
		"--reference r.csv --data d.csv --nuisance jes:up=up.csv,down=down.csv",
		"--reference r.csv --data d.csv --nuisance jes:up=up.csv,down=down.csv " +
			"--nuisance lumi:norm,sigma=0.05 data.counting=extended data.expected=150",
		"--reference wr.csv --data d.csv --weight w --nuisance jes:up=wup.csv,down=wdown.csv",
		"--reference cr.csv --reference cm.csv --data cd.csv --exclude kind " +
			"--nuisance jes:delta=d1,delta2=d2 data.counting=extended data.expected=150",
	} {
		dir := fmt.Sprint("run", i)
		out := mustSucceed(t, strings.Fields("test "+args+" --dir "+dir+fast)...).stdout
		holds(t, args, out, "nuisance jes: measured as 0;", "t = tau - Delta",
			"20 null toys by pools")
		if strings.Contains(out, "by their weights") != strings.Contains(args, "--weight") {
			t.Errorf("%s: only weights change what rows are worth:\n%s", args, out)
		}
		if strings.Contains(out, "count alike") {
			t.Errorf("%s: the variations have no weights:\n%s", args, out)
		}
		store, err := results.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		summary, err := store.Summary()
		if err != nil {
			t.Fatal(err)
		}
		n := summary.Cells[0].Observed.Nuisances
		if n == nil || n.Names[0] != "jes" || n.Null[0] < -1 || !(n.NullErrors[0] < 1) {
			t.Errorf("%s: %+v", args, n)
		}
	}
}

// A nuisance parameter in columns of the tables gives what the same one in files gives, as far as
// learning goes. The first column of the data is e^0.3 times too large: the fitted values are above
// 0.8, and differ by at most 0.25, with errors of 0.5 to 0.75. The columns are not tested.
func TestNuisanceColumns(t *testing.T) {
	variedSamples(t)
	const fast = " --toys 20 --no-figures --progress none train.epochs=20 test.alpha=0.1"
	var fits []float64
	for i, args := range []string{
		"--reference r.csv --data d3.csv --nuisance jes:up=up.csv,down=down.csv",
		"--reference cr.csv --data cd3.csv --exclude kind --nuisance jes:delta=d1,delta2=d2",
	} {
		dir := fmt.Sprint("run", i)
		out := mustSucceed(t, strings.Fields("test "+args+" --dir "+dir+fast)...).stdout
		holds(t, args, out, "nuisance jes: measured as 0;", "columns (pt, eta)",
			"20 null toys by pools")
		store, err := results.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		summary, err := store.Summary()
		if err != nil {
			t.Fatal(err)
		}
		n := summary.Cells[0].Observed.Nuisances
		if nu, sigma := n.Null[0], n.NullErrors[0]; !(nu > 0.8 && sigma > 0.5 && sigma < 0.75) {
			t.Errorf("%s: nu is fitted as %v ± %v", args, nu, sigma)
		}
		fits = append(fits, n.Null[0])
	}
	if math.Abs(fits[0]-fits[1]) > 0.25 {
		t.Errorf("nu is fitted as %v with files and %v with columns", fits[0], fits[1])
	}
}

// Everything that is wrong with nuisance parameters ends with exit code 2, before any work.
func TestWrongNuisances(t *testing.T) {
	variedSamples(t)
	const jes = "--nuisance jes:up=up.csv,down=down.csv"
	for _, c := range []struct{ args, want string }{
		{"--nuisance jes", "want NAME:up=FILE"},
		{"--nuisance jes:up=up.csv", "has no files up and down"},
		{"--nuisance jes:up=up.csv,up=down.csv", "has up twice"},
		{"--nuisance jes:up=up.csv,down=other.csv", "data.files.variations[0].down: the columns"},
		{"--nuisance jes:up=up.csv,down=none.csv", "none.csv: there is no such file"},
		{"--nuisance jes:left=up.csv", `has "left=up.csv"`},
		{jes + ",sigma=0", "want a number above 0"},
		{jes + ",sigma=-1", "want a number above 0"},
		{jes + ",at=x", "want a number"},
		{jes + ",at=0", "has at=0; want a number above 0"},
		{jes + ",at=-1", "has at=-1; want a number above 0"},
		{jes + ",at=nan", "has at=nan; want a number above 0"},
		{jes + ",at=1e200", "at most 1e+100"},
		{jes + ",size=1", "[,sigma=S][,measured=M][,throw=T]"},
		{jes + " " + jes, `is "jes", as that of an earlier one`},
		{"--nuisance lumi:norm data.counting=extended data.expected=150", "sigma: is missing"},
		{"--nuisance lumi:norm,sigma=0.1", "fixes the number of events"},
		{jes + " --calibration permutation", "not exchangeable"},
		{jes + " data.files.calibration=permutation", "not exchangeable"},
		{jes + " --no-folder", "--no-folder does not fit the parameters"},
		{jes + " preset=full", "does not profile nuisance parameters"},
		{jes + " test.method=energy", "is energy, which does not profile nuisance parameters"},
	} {
		mustFail(t, "test --reference r.csv --data d.csv "+c.args, c.want)
	}
	const column = " --nuisance jes:delta=d1"
	for _, c := range []struct{ args, want string }{
		{"--reference r.csv --data cd.csv" + column, "variations[0].delta: reading the effect"},
		{"--reference cr.csv --data cr.csv --nuisance jes:delta=d3", `"d3"`},
		{"--reference cr.csv --data d.csv --exclude d2" + column, "reading d.csv: no column is " +
			`called "d1"`},
		{"--reference cr.csv --data cnan.csv" + column, "misses the value of row 0"},
		{"--reference cnan.csv --data cd.csv" + column, "misses the value of row 0"},
		{"--reference cr.csv --data cd.csv --nuisance jes:delta=kind", `"kind" holds no numbers`},
		{"--reference cr.csv --data cd.csv --columns pt,d1" + column, "leave it out of"},
		{"--reference cr.csv --data cd.csv --nuisance jes:delta2=d1", "delta: is missing"},
		{"--reference cr.csv --data cd.csv --nuisance jes:delta=", "want NAME:up=FILE"},
		{"--reference cr.csv --data cd.csv" + column + ",delta=d2", "has delta twice"},
		{"--reference cr.csv --data cd.csv" + column + ",norm,sigma=1", "norm says that"},
		{"--reference cr.csv --data cd.csv" + column + ",up=up.csv,down=down.csv",
			"up: is set, and so is delta"},
		{"--reference cr.csv --data cd.csv" + column + column, `is "jes", as that of an earlier`},
		{"--reference cr.csv --data cd.csv --no-folder" + column, "--no-folder does not fit"},
	} {
		mustFail(t, "test --exclude kind "+c.args, c.want)
	}
}
