package findings_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sparker/data"
	"sparker/findings"
	"sparker/train"
	"sparker/twosample"
)

// bump is a pair with an excess at 5, and a fit of two kernels that ended at 5 and at 0. Such a fit
// comes from SparKer's test in package twosample.
func bump() (data.Pair, twosample.Fit) {
	background := []float64{-2, -1, -1, 0, 0, 0, 0, 1, 1, 2}
	pair := data.Pair{
		Data:      sample(append(background, 4.75, 4.875, 5, 5.125, 5.25)),
		Reference: sample(append(slices.Repeat(background, 3), 5)),
	}
	pair.Weight = float64(pair.Data.N) / float64(pair.Reference.N)
	fit := twosample.Fit{SoftMax: true, FitResult: train.FitResult{Status: train.OK}}
	for i, sigma := range []float64{4, 0.5} {
		fit.Checkpoints = append(fit.Checkpoints, train.Checkpoint{
			Scale: train.Scale{Epoch: 100 * (i + 1), Sigma: sigma}, T: float64(3 + i),
			Centroids: []float64{5, 0}, Coefficients: []float64{1.2, -0.4},
		})
	}
	return pair, fit
}

// sample is a sample of one column.
func sample(x []float64) data.Sample { return data.Sample{X: x, N: len(x), D: 1} }

// The rows of a pair that the kernels of a fit hold, at the scale of the largest t.
func ExampleFind() {
	pair, fit := bump()
	found, err := findings.Find(pair, fit, findings.FindOptions{
		Columns: []string{"energy"}, Nearest: 2,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("sigma = %.1f\n", found.Sigma)
	for _, k := range found.Kernels {
		fmt.Printf("kernel %d at %s = %.0f: %.1f rows, %.1f expected, local Z = %.1f; nearest",
			k.Kernel, found.Columns[0].Name, k.Centroid[0], k.Soft.Data, k.Soft.Expected, k.Soft.Z)
		for _, m := range k.Nearest {
			fmt.Print(" ", m.Row)
		}
		fmt.Println()
	}
	// Output:
	// sigma = 0.5
	// kernel 0 at energy = 5: 4.7 rows, 0.5 expected, local Z = 2.1; nearest 12 11
	// kernel 1 at energy = 0: 4.5 rows, 6.6 expected, local Z = -0.5; nearest 3 4
}

// With null toys, the scale is the one with the smallest p-value. Findings.Excesses leaves out
// kernels that hold fewer rows than expected.
func ExampleFind_calibrated() {
	pair, fit := bump()
	found, err := findings.Find(pair, fit, findings.FindOptions{Scales: []findings.ScaleEvidence{
		{T: 3, P: 0.02, NullMean: 1, NullSD: 0.7},
		{T: 4, P: 0.04, NullMean: 2, NullSD: 0.9},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	leading := found.Excesses()[0]
	fmt.Printf("checkpoint %d: kernel %d at %.0f\n", found.Checkpoint, leading.Kernel,
		leading.Centroid[0])
	// Output:
	// checkpoint 1: kernel 0 at 5
}

// Without null toys, the scale can be the one at which an excess is most significant.
func ExampleFindExcess() {
	pair, fit := bump()
	found, err := findings.FindExcess(pair, fit, findings.FindOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, scale := range found.History {
		fmt.Printf("checkpoint %d: local Z = %.1f\n", i+1, scale.Kernels[0].SoftZ)
	}
	fmt.Printf("read: checkpoint %d\n", found.Checkpoint)
	// Output:
	// checkpoint 1: local Z = 1.5
	// checkpoint 2: local Z = 2.1
	// read: checkpoint 2
}

// Labels say whether a kernel found what was planted.
func ExampleTruth() {
	pair, fit := bump()
	pair.Labels = make([]string, pair.Data.N)
	for i := 10; i < pair.Data.N; i++ {
		pair.Labels[i] = "bump"
	}
	found, err := findings.Find(pair, fit, findings.FindOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	t := found.Kernels[0].Truth
	fmt.Printf("%s: purity %.2f, efficiency %.2f, found %v\n", t.Label, t.LabelPurity,
		t.Efficiency, t.Found)
	// Output:
	// bump: purity 1.00, efficiency 1.00, found true
}

// The scale with the smallest p-value; of equal ones, the farthest above the null toys.
func ExampleMostTelling() {
	fmt.Println(findings.MostTelling([]findings.ScaleEvidence{
		{T: 3, P: 0.10, NullMean: 2, NullSD: 1},
		{T: 9, P: 0.01, NullMean: 3, NullSD: 2},
		{T: 8, P: 0.01, NullMean: 4, NullSD: 1},
	}))
	// Output:
	// 2
}

// The rows that each kernel holds, as a table.
func ExampleWriteMembers() {
	pair, fit := bump()
	found, err := findings.Find(pair, fit, findings.FindOptions{Checkpoint: 2, Nearest: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	var table bytes.Buffer
	if err := findings.WriteMembers(&table, pair, found); err != nil {
		fmt.Println(err)
		return
	}
	lines, err := csv.NewReader(&table).ReadAll()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Join(lines[0], " "))
	for _, line := range lines[1:4] {
		fmt.Println(strings.Join(line[:4], " "))
	}
	// Output:
	// kernel row distance in_ball weight contribution x
	// 0 12 0 true
	// 0 11 0.25 true
	// 0 13 0.25 true
}

// Findings are kept as JSON.
func ExampleRead() {
	pair, fit := bump()
	found, err := findings.Find(pair, fit, findings.FindOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	dir, err := os.MkdirTemp("", "findings")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "findings.json")
	var content bytes.Buffer
	if err := found.Write(&content); err != nil {
		fmt.Println(err)
		return
	}
	if err := os.WriteFile(path, content.Bytes(), 0o666); err != nil {
		fmt.Println(err)
		return
	}
	again, err := findings.Read(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(again.Schema, "with", len(again.Kernels), "kernels")
	// Output:
	// sparker/findings/1 with 2 kernels
}

// The rows of a cluster in a sample, with a false-discovery rate of 0.1.
func ExampleListRows() {
	r := rand.New(rand.NewPCG(1, 2))
	draw := func(n, cluster int) data.Sample {
		x := make([]float64, n)
		for i := range x {
			if x[i] = r.NormFloat64(); i < cluster {
				x[i] = 5 + 0.1*x[i]
			}
		}
		return sample(x)
	}
	pair := data.Pair{Reference: draw(2000, 0), Data: draw(300, 25), Weight: 300. / 2000}
	method, err := twosample.Lookup("sparker")
	if err != nil {
		fmt.Println(err)
		return
	}
	recipe := twosample.Lead()
	list, err := findings.ListRows(pair, findings.RowOptions{Method: method, Q: 0.1,
		Setup: twosample.Setup{Model: recipe.Model, Loss: recipe.Loss, Train: recipe.Train}}, r)
	if err != nil {
		fmt.Println(err)
		return
	}
	cluster := 0
	for _, row := range list.Rows {
		if row.Row < 25 {
			cluster++
		}
	}
	fmt.Printf("%d rows, %d of the cluster of 25\n", len(list.Rows), cluster)
	fmt.Printf("at least %d rows are not from the reference, at a level of %v\n", list.Novel.Rows,
		list.Novel.Level)
	// Output:
	// 28 rows, 25 of the cluster of 25
	// at least 21 rows are not from the reference, at a level of 0.95
}
