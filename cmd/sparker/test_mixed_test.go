package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// orders returns n rows of a table of orders: an amount, a cost that some rows miss, a way to pay
// and a region. A share of the orders is paid in a new way.
func orders(seed uint64, n int, wallet float64) []string {
	r := rand.New(rand.NewPCG(seed, 0))
	rows := make([]string, n)
	for i := range rows {
		pay := []string{"card", "card", "card", "transfer", "invoice"}[r.IntN(5)]
		if r.Float64() < wallet {
			pay = "wallet"
		}
		cost := fmt.Sprintf("%.3f", 5+r.NormFloat64())
		if r.IntN(20) == 0 {
			cost = ""
		}
		rows[i] = fmt.Sprintf("%.3f,%s,%s,%s", r.ExpFloat64(), cost, pay,
			[]string{"north", "south"}[r.IntN(2)])
	}
	return rows
}

// A new word in 5% of the data is found, and named in every output.
func TestNewWordIsFound(t *testing.T) {
	if testing.Short() {
		t.Skip("fits toys of a wide table")
	}
	t.Chdir(t.TempDir())
	header := "amount,cost,pay,region\n"
	writeFile(t, "r.csv", header+strings.Join(orders(1, 800, 0), "\n")+"\n")
	writeFile(t, "d.csv", header+strings.Join(orders(2, 400, 0.05), "\n")+"\n")
	args := []string{"test", "--reference", "r.csv", "--data", "d.csv", "--missing", "indicator",
		"--toys", "39", "--no-figures"}
	folder := mustSucceed(t, append(args, "--dir", "run")...)
	memory := mustSucceed(t, append(args, "--no-folder")...)
	record := mustSucceed(t, append(args, "--no-folder", "--json")...)
	for what, text := range map[string]string{"table": folder.stdout, "report": readFile(t,
		"run/report.md"), "summary.json": readFile(t, "run/summary.json"),
		"--no-folder": memory.stdout, "--json": record.stdout} {
		holds(t, what, text, "pay=wallet (")
	}
	holds(t, "table", folder.stdout, "p <= 0.025", "pay=wallet ", "(expected 0%)")
	var r testRecord
	if err := json.Unmarshal([]byte(record.stdout), &r); err != nil {
		t.Fatal(err)
	}
	best := r.Findings.Kernels[0].Bulk[0]
	if best.Name != "pay=wallet" || !best.Indicator || best.Mean < 0.2 || best.ReferenceMean != 0 {
		t.Errorf("the first kernel differs in %+v", best)
	}
}

// If the data are the reference and a few rows, the verdict says that p is of no use; --shared drop
// tests the few rows.
func TestSharedRowsInVerdict(t *testing.T) {
	t.Chdir(t.TempDir())
	reference, extra := rows(1, 300, 2), rows(2, 30, 2)
	for i := range extra {
		extra[i] = 3 + extra[i]/5
	}
	writeFile(t, "r.npy", string(plainNPY(t, reference, 2)))
	writeFile(t, "d.npy", string(plainNPY(t, slices.Concat(reference, extra), 2)))
	args := []string{"test", "--reference", "r.npy", "--data", "d.npy", "--toys", "39",
		"--no-figures", "train.epochs=50"}
	const useless = "of no use, because 300 of the 330 observed rows are also in the reference; " +
		"--shared drop tests the others"
	unwrapped := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	holds(t, "table", unwrapped(mustSucceed(t, append(args, "--dir", "run")...).stdout), useless)
	holds(t, "report", unwrapped(readFile(t, "run/report.md")), useless)
	holds(t, "summary.json", readFile(t, "run/summary.json"), `"shared": 300`)
	holds(t, "--no-folder", unwrapped(mustSucceed(t, append(args, "--no-folder")...).stdout),
		useless)
	holds(t, "several tests", mustSucceed(t, append(args, "--dir", "several",
		"tests=[energy,mahalanobis]")...).stdout, useless)
	holds(t, "--shared drop", mustSucceed(t, append(args, "--shared", "drop",
		"--no-folder")...).stdout, "the 30 rows of d.npy differ from the 300 rows", "p <= 0.025",
		"300 of 330 observed rows (90.9%) are also in the reference, and are left out")
}
