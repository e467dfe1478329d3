package main

import (
	"strings"
	"testing"

	"sparker/configs"
	"sparker/results"
	"sparker/stats"
)

// inShape returns an experiment whose test does not use the number of rows.
func inShape() configs.Experiment {
	e := configs.Defaults()
	e.Data.Counting = countingShape
	return e
}

// answered returns a test of 150 rows of d.csv against 600 of r.csv.
func answered(o results.ObservedSummary, columns ...string) testedCell {
	o.Events = 150
	c := testedCell{
		cell: results.CellRecord{Pools: &results.PoolSizes{Calibration: "permutation",
			Reference: 600}},
		summary: results.CellSummary{Cell: 1, Alpha: 0.05, Observed: &o,
			Null: results.NullSummary{Toys: 39}},
		names: sampleNames{reference: "r.csv", data: "d.csv"}, experiment: inShape(),
	}
	for _, name := range columns {
		c.cell.Columns = append(c.cell.Columns, results.Column{Name: name})
	}
	return c
}

func TestSentence(t *testing.T) {
	t.Parallel()
	ok := func(p, z float64, bound bool) results.ObservedSummary {
		return results.ObservedSummary{P: &p, Z: &z, ZBound: bound, Status: results.StatusOK}
	}
	extended := answered(ok(0.2, 0.84, false), "x")
	extended.experiment.Data.Counting, extended.experiment.Data.Expected = "extended", 140
	for want, c := range map[string]testedCell{
		"p <= 0.025 (Z > 1.96): at alpha = 0.05, the 150 rows of d.csv differ from the 600 rows " +
			"of r.csv in 2 columns (pt, eta); the number of rows is not used": answered(
			ok(0.025, 1.96, true), "pt", "eta"),
		"p = 0.2 (Z = 0.84): at alpha = 0.05, no difference is found between the 150 rows of " +
			"d.csv and the 600 rows of r.csv in 1 column (x); the number of rows is used: 140 " +
			"are expected": extended,
		"no p-value: the test of the observed sample failed (no rows)": answered(
			results.ObservedSummary{Status: "failed", Reason: "no rows"}, "x"),
	} {
		if got := c.sentence(); got != want {
			t.Errorf("sentence %q, want %q", got, want)
		}
	}
}

// The verdict comes first, then warnings, of which those of the findings are not repeated.
func TestPrintAnswers(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	c := answered(results.ObservedSummary{P: new(0.025), Z: new(1.96), ZBound: true, Shared: 80,
		Status: results.StatusOK}, "x")
	c.summary.Warnings = []string{"few toys"}
	printAnswers(&b, results.Summary{}, []testedCell{c})
	want := `p <= 0.025 (Z > 1.96): at alpha = 0.05, the 150 rows of d.csv differ from the 600 rows of r.csv in 1
  column (x); the number of rows is not used; p is of no use, because 80 of the 150 observed rows are
  also in the reference; --shared drop tests the others
39 null toys by permutation, none of them as extreme as the data: more toys can lower p
warning: few toys
`
	if b.String() != want {
		t.Errorf("printed\n%swant\n%s", b.String(), want)
	}
}

// The line about the toys says what is known of the decision.
func TestCalibration(t *testing.T) {
	t.Parallel()
	for stop, want := range map[stats.Stop]string{
		"": "39 null toys by permutation, none of them as extreme as the data: more toys can " +
			"lower p",
		stats.StopLow: "39 null toys by permutation, none of them as extreme as the data; more " +
			"toys would change the decision with a probability below 0.001",
		stats.StopMaximum: "39 null toys by permutation, none of them as extreme as the data, " +
			"the largest number: too few to be sure of the decision; --max-toys allows more",
		stats.StopTime: "39 null toys by permutation, none of them as extreme as the data, as " +
			"many as there was time for: more could change the decision",
	} {
		c := answered(results.ObservedSummary{P: new(0.025), Z: new(1.96), ZBound: true,
			Stopped: string(stop), Status: results.StatusOK}, "x")
		if got := c.calibration(); got != want {
			t.Errorf("stopped %q: %q, want %q", stop, got, want)
		}
	}
}

// With --exit-code, the exit code says whether the samples differ, and the output is as without.
func TestExitCode(t *testing.T) {
	t.Chdir(t.TempDir())
	writeSamples(t)
	for _, folder := range []string{"--no-folder", "--no-figures"} {
		for _, c := range []struct {
			file, method string
			code         int
		}{
			{"new.npy", "test.method=energy", exitDiffers},
			{"same.npy", "test.method=energy", exitOK},
			{"same.npy", "test.method=falkon " + unanswered, exitFailure},
			{"r.npy", "test.method=energy", exitFailure}, // of no use
			{"two.npy", "", exitUsage},
		} {
			args := append([]string{"test", "--reference", "r.npy", "--data", c.file, "--toys",
				"39", folder}, strings.Fields(c.method)...)
			without, got := sparker(t, args...), sparker(t, append(args, "--exit-code")...)
			if got.code != c.code || got.stdout != without.stdout ||
				without.code == exitDiffers {
				t.Errorf("%s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got.code,
					c.code, got.stdout, got.stderr)
			}
			if c.code == exitDiffers && strings.Contains(got.stderr, "sparker: ") {
				t.Errorf("%s: message %q", strings.Join(args, " "), got.stderr)
			}
		}
	}
}
