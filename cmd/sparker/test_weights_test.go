package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"sparker/results"
)

// weightedRows returns a table of n rows with the columns x, uniform from 0 to 4, y and w, the
// weight that a function gives to x.
func weightedRows(seed uint64, n int, weight func(x float64) string) string {
	r := rand.New(rand.NewPCG(seed, 7))
	var b strings.Builder
	b.WriteString("x,y,w\n")
	for range n {
		x := 4 * r.Float64()
		fmt.Fprintf(&b, "%.6f,%.6f,%s\n", x, r.NormFloat64(), weight(x))
	}
	return b.String()
}

func falling(x float64) string  { return fmt.Sprintf("%.6f", 1/(1+x)) }
func always(float64) string     { return "1" }
func word(x float64) string     { return fmt.Sprintf("w%.0f", x) }
func noWeight(float64) string   { return "0" }
func negative(x float64) string { return fmt.Sprintf("%.6f", 1-x) }

// weightedSamples makes a folder with references and data whose column w has weights the working
// directory.
func weightedSamples(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"mc.csv": weightedRows(1, 900, falling), "mc2.csv": weightedRows(2, 300, falling),
		"d.csv": weightedRows(3, 40, always), "wd.csv": weightedRows(4, 40, falling),
		"zero.csv": weightedRows(5, 300, noWeight), "words.csv": weightedRows(6, 300, word),
		"negative.csv": weightedRows(7, 300, negative),
	} {
		writeFile(t, name, text)
	}
	plain := strings.Split(weightedRows(3, 40, always), "\n")
	for i, line := range plain {
		plain[i] = line[:max(strings.LastIndexByte(line, ','), 0)]
	}
	writeFile(t, "plain.csv", strings.Join(plain, "\n"))
	gap := strings.Split(weightedRows(1, 900, falling), "\n")
	gap[5] = "1,1,"
	writeFile(t, "gap.csv", strings.Join(gap, "\n"))
	writeFile(t, "other.csv", "x,z,w\n1,2,3\n4,5,6\n")
}

// Everything that is wrong with weights and with several files ends with exit code 2, before any
// work, and says where and why.
func TestWrongWeights(t *testing.T) {
	weightedSamples(t)
	for _, c := range []struct{ args, want string }{
		{"--reference zero.csv --data d.csv --weight w", "--reference: the weights of the rows"},
		{"--reference negative.csv --data d.csv --weight w", "it must be above 0"},
		{"--reference words.csv --data d.csv --weight w", "reading weights"},
		{"--reference gap.csv --data d.csv --weight w",
			"gap.csv:w misses the weight of row 4 (counted from 0)"},
		{"--reference mc.csv --data d.csv --weight v", `no column is called "v"`},
		{"--reference mc.csv --data d.csv --weight mc2.csv:w", "none of the files of --reference"},
		{"--reference mc.csv --data d.csv --weight w --weight mc.csv:x", "two weights"},
		{"--reference mc.csv --data d.csv --weight mc.csv:w --calibration permutation",
			"leave out --calibration"},
		{"--reference mc.csv --data wd.csv --weight wd.csv:w", "those of the reference have none"},
		{"--reference mc.csv --data wd.csv --weight w --calibration pools",
			"--data: the rows have"},
		{"--reference mc.csv --data plain.csv", "name it by --weight"},
		{"--reference mc.csv --reference mc.csv --data d.csv", "given twice"},
		{"--reference mc.csv --reference ./mc.csv --data d.csv", "given twice"},
		{"--reference mc.csv --reference other.csv --data d.csv --weight w",
			"--reference: the columns of other.csv do not match: it lacks y"},
		{"--reference mc.csv --reference mc2.csv --split x=1", "give --reference once"},
		{"--reference mc.csv --reference mc2.csv --data d.csv --total 5", "want FILE=NUMBER"},
		{"--reference mc.csv --reference mc2.csv --data d.csv --total mc2.csv=-5", "above 0"},
		{"--reference mc.csv --data d.csv --weight w --total mc.csv=50", "has no effect"},
		{"--reference mc.csv --data d.csv --weight w tests=[mmd]",
			"mmd cannot take weights of rows"},
		{"--reference mc.csv --data d.csv --weight w --rows-fdr 0.1", "are not exchangeable"},
		{"--reference mc.csv --data d.csv --weight w --rows-fdr 0.1 --no-folder",
			"--rows-fdr: is 0.1, but"},
		{"--reference mc.csv --data d.csv --weight w --total mc.csv=1e300",
			"must be above 0 and at most 1e+100"},
		{"--reference mc.csv --data d.csv --weight w --no-folder data.expected=40 " +
			"data.counting=extended",
			"leave out data.counting=extended"},
		{"--reference mc.csv --data d.csv --weight w --no-folder data.files.split=0.3",
			"leave out data.files.split"},
	} {
		mustFail(t, "test --toys 19 "+c.args, c.want)
	}
}

// A test against weighted files is calibrated by pools, says so, and names the files in the
// manifest. The same command continues its run.
func TestWeightedReference(t *testing.T) {
	if testing.Short() {
		t.Skip("fits toys")
	}
	weightedSamples(t)
	args := strings.Fields("test --reference mc.csv --reference mc2.csv --data d.csv --weight w " +
		"--total mc2.csv=100 --toys 19 --no-figures --dir run tests=[mahalanobis] --json")
	first := mustSucceed(t, args...)
	store, err := results.Open("run")
	if err != nil {
		t.Fatal(err)
	}
	m := store.Manifest()
	if len(m.Inputs) != 3 || m.Cells[0].Pools.Calibration != "pools" ||
		m.Cells[0].Pools.Reference != 600 || len(m.Cells[0].Columns) != 2 {
		t.Errorf("inputs %v, pools %+v", m.Inputs, m.Cells[0].Pools)
	}
	holds(t, "result", first.stdout, "every toy has the same reference of 600 rows")
	if again := mustSucceed(t, args...); again.stdout != first.stdout {
		t.Errorf("the run was continued with other numbers:\n%s\n%s", first.stdout, again.stdout)
	}
}

// In extended counting, the reference stands for as many events as its weights say.
func TestExpectedEventsOfWeights(t *testing.T) {
	if testing.Short() {
		t.Skip("fits toys")
	}
	weightedSamples(t)
	got := mustSucceed(t, strings.Fields("test --reference mc.csv --data d.csv --weight w "+
		"--total mc.csv=50 --toys 19 --no-figures data.counting=extended train.epochs=40")...)
	holds(t, "test of extended counting", got.stdout, "50")
	if strings.Contains(got.stdout, "the number of rows is not used") {
		t.Errorf("the number of rows is used, but the answer is\n%s", got.stdout)
	}
}

// If both tables have the column of weights, rows keep their weights in a permutation. If the
// column is not named, it is tested, and a warning says so.
func TestWeightsOfBothSamples(t *testing.T) {
	if testing.Short() {
		t.Skip("fits toys")
	}
	weightedSamples(t)
	both := mustSucceed(t, strings.Fields("test --reference mc.csv --data wd.csv --weight w "+
		"--toys 19 --no-figures tests=[mahalanobis]")...)
	holds(t, "test of weighted samples", both.stdout, "permutation", "in 2 columns (x, y)")
	tested := mustSucceed(t, strings.Fields("test --reference mc.csv --data wd.csv --toys 19 "+
		"--no-figures tests=[energy]")...)
	holds(t, "test of a column of weights", tested.stdout, "in 3 columns (x, y, w)",
		"give it as --weight w")
}

// Weights that are all equal do not change a test without a run folder, however large the reference
// is. Pools that are asked for are refused, as without weights.
func TestEqualWeightsWithoutFolder(t *testing.T) {
	weightedSamples(t)
	writeFile(t, "equal.csv", weightedRows(1, 900, always))
	p := func(args string) string {
		out := mustSucceed(t, strings.Fields("test --reference equal.csv --data plain.csv "+
			"--toys 19 --no-folder tests=[mahalanobis] "+args)...).stdout
		holds(t, args, out, "19 null toys by permutation")
		return strings.Fields(out)[2]
	}
	if weighted, plain := p("--weight w"), p("--exclude w"); weighted != plain {
		t.Errorf("p = %s with equal weights, and %s without", weighted, plain)
	}
	mustFail(t, "test --reference equal.csv --data plain.csv --weight w --no-folder "+
		"--calibration pools", "leave out the calibration by pools")
}

// With and without a run folder, a test of weighted rows prints the same.
func TestWeightsWithoutFolder(t *testing.T) {
	if testing.Short() {
		t.Skip("fits toys")
	}
	weightedSamples(t)
	for i, line := range []string{
		"--reference mc.csv --data d.csv --weight w tests=[mahalanobis]",
		"--reference mc.csv --data d.csv --weight w train.epochs=40",
		"--reference mc.csv --reference mc2.csv --data d.csv --weight mc.csv:w " +
			"--total mc.csv=40 --total mc2.csv=3 --exclude w train.epochs=40 seed=3",
		"--reference mc.csv --data wd.csv --weight w train.epochs=40",
	} {
		args := append([]string{"test", "--toys", "19"}, strings.Fields(line)...)
		memory := mustSucceed(t, append(args, "--no-folder")...)
		folder := mustSucceed(t, append(args, "--no-figures", "--dir", fmt.Sprint("run", i))...)
		if memory.stdout != folder.stdout {
			t.Errorf("%s: --no-folder prints\n%s\nwith a folder\n%s", line, memory.stdout,
				folder.stdout)
		}
	}
}
