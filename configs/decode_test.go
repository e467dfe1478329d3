package configs

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wrongText is a config and what is wrong with it.
type wrongText struct{ text, want string }

// TestWrongTexts holds the whole answer to each wrong text: every problem, its place, and what is
// allowed.
func TestWrongTexts(t *testing.T) {
	t.Parallel()
	for _, group := range []map[string]wrongText{wrongDocuments, wrongKeys, wrongTypes,
		wrongValues} {
		for name, test := range group {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				_, err := LoadBytes("f.yaml", []byte(test.text), nil)
				compareProblems(t, err, test.want)
			})
		}
	}
}

// compareProblems holds an error against the lines that it should have. A line of want that begins
// with four spaces continues the line before. A line that ends with "..." is compared up to there:
// the rest is the wording of another package.
func compareProblems(t *testing.T, err error, want string) {
	t.Helper()
	want = strings.ReplaceAll(want, "\n    ", " ")
	if err == nil {
		t.Fatalf("no error; want\n%s", want)
	}
	var configError *Error
	if !errors.As(err, &configError) {
		t.Fatalf("error of type %T: %v; want *Error", err, err)
	}
	got, wanted := strings.Split(err.Error(), "\n"), strings.Split(want, "\n")
	for i := range min(len(got), len(wanted)) {
		if start, cut := strings.CutSuffix(wanted[i], "..."); cut &&
			strings.HasPrefix(got[i], start) {
			got[i] = wanted[i]
		}
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestValuesAsWritten(t *testing.T) {
	t.Parallel()
	e, err := LoadBytes("f.yaml", []byte(`
name: x
seed: 18446744073709551615
data:
  expected: 1e3
  reference: 2e+3
  signal: {kind: gaussian, loc: [3], scale: &s 0.5}
model: {softmax: False, kernels: 0x10}
train:
  clip: *s
  width: {start: 3, end: auto, hold: .5}
toys: {null: 1_000, signal: []}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := Defaults()
	want.Name = "x"
	want.Seed = 18446744073709551615
	want.Data.Expected = 1000
	want.Data.Reference = 2000
	want.Data.Signal.Loc = []float64{3}
	want.Data.Signal.Scale = 0.5
	want.Model.SoftMax = false
	want.Model.Kernels = 16
	want.Train.Clip = 0.5
	want.Train.Width.Start = 3
	want.Train.Width.Hold = 0.5
	want.Toys.Null = 1000
	want.Toys.Signal = nil
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnAliasAsKey(t *testing.T) {
	t.Parallel()
	e, err := LoadBytes("f.yaml", []byte("name: &n seed\n*n : 3\n"), nil)
	if err != nil || e.Name != "seed" || e.Seed != 3 {
		t.Errorf("name %q, seed %d (%v); want seed, 3", e.Name, e.Seed, err)
	}
}

func TestBlocksAreMergedOverDefaults(t *testing.T) {
	t.Parallel()
	e, err := LoadBytes("f.yaml", []byte("name: x\ntrain: {learning_rate: {centroids: "+
		"0.1}}\ntoys: {signal: [3]}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := Defaults()
	want.Name = "x"
	want.Train.LearningRate.Centroids = 0.1
	want.Toys.Signal = []float64{3}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSignalReplacesTheDefault(t *testing.T) {
	t.Parallel()
	e, err := LoadBytes("f.yaml", []byte("name: x\ndata: {signal: {kind: scale, factor: 1.5}}\n"),
		nil)
	if err != nil {
		t.Fatal(err)
	}
	if s := e.Data.Signal; s.Kind != "scale" || s.Factor != 1.5 || s.Loc != nil || s.Scale != 0 {
		t.Errorf("signal is %+v; want a scale signal with nothing of the default's", s)
	}
}
