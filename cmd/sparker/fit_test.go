package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"sparker/results"
)

// quantile returns the value of Exp(1) with a share u below it.
func quantile(u float64) float64 { return -math.Log1p(-u) }

// writeExcess writes R.npy, an even sample of Exp(1), and D.npy, another one with twenty more
// events at 6.4.
func writeExcess(t *testing.T) {
	t.Helper()
	writeNPY(t, "R.npy", 400, 1,
		func(i, _ int) float64 { return quantile((float64(i) + 0.5) / 400) })
	writeNPY(t, "D.npy", 100, 1, func(i, _ int) float64 {
		if i >= 80 {
			return 6.4 + 0.01*float64(i-90)
		}
		return quantile((float64(i) + 0.5) / 80)
	})
}

func TestFit(t *testing.T) {
	t.Chdir(t.TempDir())
	writeExcess(t)
	writeNPY(t, "mu0.npy", 2, 1, func(i, _ int) float64 { return []float64{1, 6}[i] })
	args := []string{"fit", "--data", "D.npy", "--reference", "R.npy", "--init-centroids",
		"mu0.npy", "--out", "fit", "data.counting=extended", "data.expected=80",
		"model.kernels=2", "train.epochs=60", "train.checkpoints.count=3", "data.standardize=none",
		"train.width.start=3", "train.width.end=0.2"}
	got := mustSucceed(t, args...)
	holds(t, "messages", got.stderr, "fit: fit/fit.json", "figures: fit")
	text := readFile(t, "fit/fit.json")
	checkKeysOfFit(t, text)
	var fit results.FitRecord
	if err := json.Unmarshal([]byte(text), &fit); err != nil {
		t.Fatal(err)
	}
	if fit.Schema != results.FitSchema || fit.Status != results.StatusOK || fit.Weight != 0.2 ||
		len(fit.Centroids) != 2 || len(fit.Coefficients) != 2 {
		t.Errorf("fit: schema %q, status %q, weight %v, centroids %v, coefficients %v", fit.Schema,
			fit.Status, fit.Weight, fit.Centroids, fit.Coefficients)
	}
	if last := fit.Statistics[2]; last.Epoch != 60 || last.Sigma != 0.2 || last.T < 20 {
		t.Errorf("the last statistic is %+v; an excess of twenty events gives more", last)
	}
	// One kernel starts next to the excess. It ends there with a positive coefficient.
	if math.Abs(fit.Centroids[1][0]-6.4) > 0.4 || fit.Coefficients[1] <= 0 {
		t.Errorf("the second kernel is at %v with coefficient %v", fit.Centroids[1],
			fit.Coefficients[1])
	}
	if again := mustSucceed(t, append(args, "--json")...); again.stdout != text {
		t.Errorf("the same fit again gives another fit.json")
	}
}

// checkKeysOfFit checks that the text of a fit.json has the documented keys.
func checkKeysOfFit(t *testing.T, text string) {
	t.Helper()
	var record map[string]any
	if err := json.Unmarshal([]byte(text), &record); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"schema", "statistics", "centroids", "coefficients", "status"} {
		if record[key] == nil {
			t.Errorf("fit.json has no %s", key)
		}
	}
	statistics, _ := record["statistics"].([]any)
	if len(statistics) != 3 {
		t.Fatalf("statistics: %v", record["statistics"])
	}
	for _, key := range []string{"epoch", "sigma", "t"} {
		if _, ok := statistics[0].(map[string]any)[key].(float64); !ok {
			t.Errorf("a statistic has no %s: %v", key, statistics[0])
		}
	}
}

// The weight of a reference row is N_D/N_R by default.
func TestFitWeight(t *testing.T) {
	t.Chdir(t.TempDir())
	writeExcess(t)
	got := mustSucceed(t, "fit", "--data", "D.npy", "--reference", "R.npy", "--out", "fit",
		"model.kernels=2", "train.epochs=5", "train.checkpoints.count=1", "--json")
	var fit results.FitRecord
	if err := json.Unmarshal([]byte(got.stdout), &fit); err != nil {
		t.Fatal(err)
	}
	if fit.Weight != 100.0/400 {
		t.Errorf("the weight is %v", fit.Weight)
	}
}

// A message names the file that cannot be used, and nothing is written.
func TestFitRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	one := func(i, _ int) float64 { return float64(i) }
	writeNPY(t, "good.npy", 50, 1, one)
	writeNPY(t, "wide.npy", 50, 2, one)
	writeNPY(t, "short.npy", 1, 1, one)
	writeNPY(t, "nan.npy", 50, 1, func(i, _ int) float64 {
		if i == 7 {
			return math.NaN()
		}
		return float64(i)
	})
	if err := os.WriteFile("text.npy", []byte("1 2 3"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		data, reference, centroids string
		parts                      []string
	}{
		{"nan.npy", "good.npy", "", []string{"nan.npy", "row 7", "missing"}},
		{"good.npy", "nan.npy", "", []string{"nan.npy", "row 7"}},
		{"wide.npy", "good.npy", "", []string{"wide.npy", "2"}},
		{"text.npy", "good.npy", "", []string{"text.npy"}},
		{"good.npy", "good.npy", "wide.npy", []string{"wide.npy"}},
		{"good.npy", "good.npy", "short.npy", []string{"short.npy", "model.kernels"}},
	} {
		args := []string{"fit", "--data", c.data, "--reference", c.reference, "--out", "fit",
			"model.kernels=2", "train.epochs=5", "train.checkpoints.count=1"}
		if c.centroids != "" {
			args = append(args, "--init-centroids", c.centroids)
		}
		got := sparker(t, args...)
		if got.code != exitUsage || got.stdout != "" {
			t.Errorf("%+v: exit code %d, stdout %q", c, got.code, got.stdout)
		}
		holds(t, "message", got.stderr, c.parts...)
	}
	if _, err := os.Stat("fit"); !os.IsNotExist(err) {
		t.Errorf("a refused fit made its folder (%v)", err)
	}
}

// A folder that cannot be made is an error before the fit.
func TestFitChecksTheFolder(t *testing.T) {
	inFolder(t)
	writeNPY(t, "good.npy", 40, 1, func(i, _ int) float64 { return float64(i) })
	if err := os.WriteFile("file", []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{"file", "file/below", "file/below/that"} {
		got := sparker(t, "fit", "--data", "good.npy", "--reference", "good.npy", "--out", out)
		if got.code != exitUsage || got.stdout != "" {
			t.Errorf("--out %s: exit code %d, stdout %q", out, got.code, got.stdout)
		}
		holds(t, "message", got.stderr, "file is a file")
	}
	if err := checkFolder("new/folder"); err != nil {
		t.Error(err)
	}
	if names := listing(t); len(names) != 3 { // with the config that inFolder writes
		t.Errorf("left behind: %v", names)
	}
}

// fit takes weights of rows: twice the weight is a row that is there twice. Without --weight, the
// column is fitted, with a warning.
func TestFitWithWeights(t *testing.T) {
	t.Chdir(t.TempDir())
	r := rand.New(rand.NewPCG(1, 1))
	weighted, repeated, events, both := "x,w\n", "x\n", "x\n", "x,w\n"
	for i := range 200 {
		x := r.ExpFloat64()
		weighted += fmt.Sprintf("%v,%d\n", x, 1+i%2)
		for range 1 + i%2 {
			repeated += fmt.Sprintf("%v\n", x)
		}
		if i < 80 {
			y := r.ExpFloat64()
			events += fmt.Sprintf("%v\n", y)
			both += fmt.Sprintf("%v,1\n", y)
		}
	}
	writeFile(t, "weighted.csv", weighted)
	writeFile(t, "repeated.csv", repeated)
	writeFile(t, "events.csv", events)
	writeFile(t, "both.csv", both)
	writeNPY(t, "start.npy", 2, 1, func(i, _ int) float64 { return float64(i) })
	fit := func(flags string) results.FitRecord {
		got := mustSucceed(t, strings.Fields("fit --json --out out --init-centroids start.npy "+
			"model.kernels=2 train.epochs=20 train.width.start=3 train.width.end=0.3 "+
			"train.checkpoints.count=2 "+flags)...)
		var f results.FitRecord
		if err := json.Unmarshal([]byte(got.stdout), &f); err != nil {
			t.Fatal(err)
		}
		return f
	}
	want := fit("--reference repeated.csv --data events.csv")
	for _, sample := range []string{"events.csv", "both.csv"} {
		got := fit("--reference weighted.csv --weight w --data " + sample)
		for i, at := range want.Statistics {
			if math.Abs(got.Statistics[i].T-at.T) > 1e-8*(1+math.Abs(at.T)) {
				t.Errorf("%s: t = %v at scale %d; want %v of repeated rows", sample,
					got.Statistics[i].T, i, at.T)
			}
		}
	}
	writeNPY(t, "start.npy", 2, 2, func(i, _ int) float64 { return float64(i) })
	plain := fit("--reference weighted.csv --data both.csv")
	holds(t, "warnings", strings.Join(plain.Warnings, "\n"), "the column w is fitted")
	mustFail(t, "fit --out out --reference weighted.csv --data both.csv --weight v",
		`no column is called "v"`)
}
