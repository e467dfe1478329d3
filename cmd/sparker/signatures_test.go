package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sparker/results"
	"sparker/signatures"
)

// sound is an experiment without a failure signature. It takes half a second.
const sound = `name: sound
seed: 1
preset: paper
data:
  source: exponential
  signal: {kind: gaussian, loc: 6.4, scale: 0.16}
  reference: 400
  expected: 100
  counting: extended
model: {kernels: 5, softmax: true}
train:
  epochs: 60
  width: {schedule: exponential, start: 4, end: 0.15}
  checkpoints: {count: 3, spacing: log_sigma}
toys: {null: 99, alternative: 1, signal: [0]}
record: {fits: 0}
`

// failing says which overrides of sound provoke each signature.
var failing = map[string][]string{
	"": {"toys.alternative=20"},
	// without competition, all kernels go to the signal
	signatures.Collapse: {"model.softmax=false", "train.epochs=200", "toys.alternative=12",
		"toys.signal=[100]"},
	signatures.NoConvergence: {"train.width.end=0.02", "train.learning_rate.coefficients=0.3",
		"train.learning_rate.centroids=0.2"},
	// a small reference, and coefficients that nothing bounds
	signatures.HighVariance: {"train.width.end=0.05", "data.reference=60", "train.clip=100",
		"train.learning_rate.coefficients=0.5"},
	// the toys have a rate that the null toys do not know of
	signatures.TypeI: {"toys.alternative=40",
		"data.nuisances=[{name: rate, kind: norm, sigma: 0.3, at: 2, ignore: true}]"},
	// the first steps throw kernels out of the data
	signatures.Stuck: {"train.learning_rate.centroids=3",
		"train.learning_rate.coefficients=1"},
	signatures.NoLocalization: {"train.width.start=8", "train.width.end=3"},
	signatures.UntrainedScale: {"train.width.schedule=linear", "train.width.end=0.01"},
	signatures.FewToys:        {"toys.null=39"},
}

// Each failure signature has a config that provokes it, and no other one. It is in the terminal, in
// summary.json and in its warnings, with a remedy that names keys. The guide has a paragraph that
// begins with its name.
func TestSignatures(t *testing.T) {
	if testing.Short() {
		t.Skip("runs nine experiments")
	}
	guide := readFile(t, filepath.Join("..", "..", "docs", "guide", "troubleshooting.md"))
	holds(t, "the guide", guide, sound)
	t.Chdir(t.TempDir())
	writeFile(t, "sound.yaml", sound)
	for name, overrides := range failing {
		if name != "" {
			holds(t, "the guide", guide, "| "+name+" | `"+strings.Join(overrides, " ")+"` |")
		}
		dir := "run-" + name
		args := append([]string{"run", "sound.yaml", "--dir", dir, "--no-figures", "--progress",
			"none"}, overrides...)
		got := mustSucceed(t, args...)
		summary := readSummary(t, readFile(t, filepath.Join(dir, "summary.json")))
		var found []string
		for _, s := range summary.Cells[0].Signatures {
			found = append(found, s.Name)
			checkSignature(t, s, got, summary.Cells[0])
		}
		if want := slices.DeleteFunc([]string{name}, func(n string) bool {
			return n == ""
		}); !slices.Equal(found, want) {
			t.Errorf("%v has the signatures %q; want %q\n%s", overrides, found, want, got.stdout)
		}
		if name != "" && !strings.Contains(guide, "\n**"+name+"**") {
			t.Errorf("no paragraph of the guide begins with %s", name)
		}
	}
}

// checkSignature checks that a signature of a cell is in all outputs of its run.
func checkSignature(t *testing.T, s results.Signature, printed output, c results.CellSummary) {
	t.Helper()
	holds(t, "the terminal", printed.stdout+printed.stderr, "warning: "+s.String())
	if !slices.Contains(c.Warnings, s.String()) {
		t.Errorf("the warnings lack %v", s)
	}
	if !strings.Contains(s.Remedy, "toys.null") && !strings.Contains(s.Remedy, "train.") &&
		!strings.Contains(s.Remedy, "model.") {
		t.Errorf("the remedy of %s names no key: %q", s.Name, s.Remedy)
	}
	for _, w := range c.Warnings {
		if w != s.String() && strings.HasPrefix(w, s.Text) {
			t.Errorf("%s is said twice: %q", s.Name, w)
		}
	}
}

// A test of a sample has its signatures in the terminal, in its report, and in its JSON, with a run
// folder and without one. The library has them among its warnings.
func TestSignaturesOfATest(t *testing.T) {
	if testing.Short() {
		t.Skip("runs two tests")
	}
	data, err := filepath.Abs("testdata/pinned")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for _, folder := range [][]string{{"--dir", "run"}, {"--no-folder"}} {
		args := append([]string{"test", "--reference", filepath.Join(data, "reference.csv"),
			"--data", filepath.Join(data, "data.csv"), "--columns", "mass,energy", "--toys", "20",
			"--no-figures", "--progress", "none", "--json", "preset=paper", "train.epochs=40"},
			folder...)
		if folder[0] == "--no-folder" {
			args = slices.DeleteFunc(args, func(a string) bool { return a == "--no-figures" })
		}
		var answer testRecord
		got := mustSucceed(t, args...)
		if err := json.Unmarshal([]byte(got.stdout), &answer); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, s := range answer.Summary.Cells[0].Signatures {
			names = append(names, s.Name)
			if !slices.Contains(answer.Warnings, s.String()) {
				t.Errorf("%v: the warnings %q lack %v", folder, answer.Warnings, s)
			}
			if report, err := os.ReadFile("run/report.md"); err != nil ||
				!strings.Contains(string(report), s.Name+": ") {
				t.Errorf("report.md does not name %s (%v)", s.Name, err)
			}
		}
		want := []string{signatures.UntrainedScale, signatures.FewToys}
		if !slices.Equal(names, want) {
			t.Errorf("%v has the signatures %q; want %q", folder, names, want)
		}
	}
}
