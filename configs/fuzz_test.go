package configs

import (
	"errors"
	"strings"
	"testing"
)

// maxFuzzed is the size of the texts that are tried, in bytes. What is found in a large text is
// found in a small one, in much less time.
const maxFuzzed = 2000

// fuzzedTexts are small configs that hold every construct.
var fuzzedTexts = []string{
	"", "name: x", "a: [1", "name: x\n---\n", "&a [*a]", "name: &n x\ndescription: *n\n",
	"? {a: b}\n: 1\n", "<<: *a", "!!map {name: x}", "name: x\ntrain: &t {width: *t}\n",
	"name: x\ndata: {signal: {kind: bumps, bumps: [&b {loc: 1, scale: 1, fraction: 1}, *b]}}\n",
	"\xff\xfe", "- \n-\n  -\n#", "name: x\nseed: 0x10\ntoys: {fractions: [0, 1e-3], null: 1_0}\n",
	"name: x\npreset: lead\ndata: {source: gaussian, dim: 2, signal: {kind: scale, factor: 2}}\n",
	"name: x\ndata: {source: files, files: {reference: {file: r.npy, labels: [a, b], keep: [1]}, " +
		"observed: {file: o.csv}, columns: [a, b], log: [a]}}\ntoys: {signal: []}\n",
	"name: x\nbaselines: {mmd: {widths: [1, 2]}, knn: {k: [1, 5]}}\ntest: {method: knn}\n",
}

// fuzzedSweeps are small configs with a sweep.
var fuzzedSweeps = []string{
	"name: x\ntests: [sparker, energy, ks]\n",
	"name: x\nsweep: {grid: {loss.kind: [np, bce], model.kernels: {few: 3, more: 5}}}\n",
	"name: x\nsweep: {zip: {seed: [1, 2], train.epochs: [20, 30]}, exclude: [{seed: 1}]}\n",
	"name: x\nsweep: {list: [{label: a, preset: paper}, {train.clip: 3, loss: {kind: bce}}]}\n",
	"name: x\nsweep:\n  grid:\n    how:\n      a: {data.source: mixture}\n      b: &b {seed: 2}\n" +
		"      c: *b\n  exclude: [{how: [a, b]}]\n",
	"name: x\nsweep: {grid: {preset: [lead, paper], toys.signal: [[0], [0, 5]]}}\n",
	"name: x\nsweep: {grid: {model.kernels: &a [*a]}}\n",
}

// checkProblems checks that an error is an *Error whose problems have words.
func checkProblems(t *testing.T, err error) {
	t.Helper()
	var problems *Error
	if !errors.As(err, &problems) || len(problems.Problems) == 0 {
		t.Fatalf("error of type %T: %v", err, err)
	}
	for _, p := range problems.Problems {
		if p.Message == "" || p.File == "" {
			t.Errorf("problem without words: %+v", p)
		}
	}
	if lines := strings.Count(err.Error(), "\n"); lines > maxPrinted {
		t.Errorf("%d lines", lines)
	}
}

// checkRoundTrip checks that the canonical form of a sweep loads to the same cells and the same
// digest.
func checkRoundTrip(t *testing.T, s Sweep) {
	t.Helper()
	canonical, err := s.YAML()
	if err != nil {
		t.Fatal(err)
	}
	back, err := LoadSweepBytes("f.yaml", canonical, Changes{})
	if err != nil {
		t.Fatalf("the canonical form does not load: %v\n%s", err, canonical)
	}
	first, err := s.Digest()
	if err != nil {
		t.Fatal(err)
	}
	if second, err := back.Digest(); err != nil || second != first {
		t.Errorf("digest %s became %s (%v)\n%s", first, second, err, canonical)
	}
	if len(back.Cells) != len(s.Cells) {
		t.Fatalf("%d cells became %d\n%s", len(s.Cells), len(back.Cells), canonical)
	}
	for i, c := range s.Cells {
		a, errA := c.Experiment.Digest()
		b, errB := back.Cells[i].Experiment.Digest()
		if errA != nil || errB != nil || a != b {
			t.Errorf("cell %d: digest %s became %s (%v, %v)\n%s", i, a, b, errA, errB, canonical)
		}
	}
}

// FuzzLoadBytes: any text and any override give an experiment that survives a round trip, or an
// *Error with at least one problem; never a panic.
func FuzzLoadBytes(f *testing.F) {
	for i, text := range fuzzedTexts {
		override := []string{"data.signal={kind: shift, by: 1}", "toys.signal=[0, *a]", "seed=0x",
			"=", "train.width.start=.nan", "train.clip=3"}[i%6]
		f.Add([]byte(text), override)
	}
	f.Fuzz(func(t *testing.T, text []byte, override string) {
		if len(text)+len(override) > maxFuzzed {
			return
		}
		e, err := LoadBytes("f.yaml", text, []string{override})
		if err != nil {
			checkProblems(t, err)
			return
		}
		checkRoundTrip(t, Single(e))
	})
}

// FuzzOverride: any value of any key gives an experiment that survives a round trip, or an *Error.
func FuzzOverride(f *testing.F) {
	keys := Keys()
	for i, k := range keys {
		value := k.Default
		if value == "" {
			value = "[x, 1, {a: b}]"
		}
		f.Add(uint16(i), value)
	}
	for _, value := range []string{"9223372036854775807", "-1", "1e300", ".inf", "~", "&a [*a]",
		"\"\\e[2J\"", "{kind: shift, by: 1}"} {
		f.Add(uint16(3), value)
	}
	f.Fuzz(func(t *testing.T, key uint16, value string) {
		if len(value) > maxFuzzed {
			return
		}
		path := keys[int(key)%len(keys)].Path
		e, err := LoadBytes("f.yaml", []byte("name: x\n"), []string{path + "=" + value})
		if err != nil {
			checkProblems(t, err)
			return
		}
		checkRoundTrip(t, Single(e))
	})
}

// FuzzSweep: any text and any axis of the command line give a sweep that survives a round trip, or
// an *Error.
func FuzzSweep(f *testing.F) {
	axes := []string{"model.kernels=3,5", "loss.kind=np,bce", "how=a", "preset=lead,paper",
		"toys.signal=[0],[0,5]", "seed=&a [*a]", "test.method=energy,scan"}
	for i, text := range fuzzedSweeps {
		f.Add([]byte(text), axes[i%len(axes)])
		f.Add([]byte(text), "seed=1,2")
	}
	f.Fuzz(func(t *testing.T, text []byte, axis string) {
		if len(text)+len(axis) > maxFuzzed/2 {
			return
		}
		changes := Changes{}
		if axis != "" {
			changes.Sweeps = []string{axis}
		}
		s, err := LoadSweepBytes("f.yaml", text, changes)
		if err != nil {
			checkProblems(t, err)
			return
		}
		checkRoundTrip(t, s)
	})
}

// FuzzFit: any override of a single fit gives a config that is valid, or an *Error.
func FuzzFit(f *testing.F) {
	for _, override := range []string{"train.epochs=5", "preset=lead", "data.counting=extended",
		"model={kernels: 3}", "toys.null=5", "train.width={start: auto}", "loss.l2=1e-3"} {
		f.Add(override, "seed=2")
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		if len(first)+len(second) > maxFuzzed {
			return
		}
		fit, err := LoadFit([]string{first, second})
		if err != nil {
			checkProblems(t, err)
			return
		}
		fit.validate(func(path, message string, _ ...string) {
			t.Errorf("%s: %s, but no error", path, message)
		})
	})
}
