package configs

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// sweepText is a config whose sweep has every part.
const sweepText = `name: sweep
toys: {null: 100}
sweep:
  grid:
    loss.kind: [np, bce]
    anomaly:
      tail: {data.signal: {kind: gaussian, loc: 6.4, scale: 0.16}}
      bulk:
        data.signal: {kind: gaussian, loc: 1.6, scale: 0.16} # in the bulk
        toys.signal: [0, 40]
  zip:
    model.kernels: {few: 3, many: 10}
    train.epochs: [400, 200]
  list:
    - {label: default}
    - {train.clip: 3, train.width.schedule: linear}
  exclude:
    - {loss.kind: bce, anomaly: bulk}
    - {arm: default, model.kernels: [few]}
`

func loadedSweep(t *testing.T, text string, changes Changes) Sweep {
	t.Helper()
	s, err := LoadSweepBytes("f.yaml", []byte(text), changes)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSweepCells(t *testing.T) {
	t.Parallel()
	s := loadedSweep(t, sweepText, Changes{})
	var got []string
	for _, c := range s.Cells {
		var words []string
		for _, x := range c.Arms {
			words = append(words, x.Axis+"="+x.Label)
		}
		e := c.Experiment
		got = append(got, fmt.Sprintf("%s: %s %v %v %d %d %v %s", strings.Join(words, ", "),
			e.Loss.Kind, e.Data.Signal.Loc, e.Toys.Signal, e.Model.Kernels, e.Train.Epochs,
			e.Train.Clip, e.Train.Width.Schedule))
	}
	want := []string{
		"loss.kind=np, anomaly=tail, model.kernels=few, train.epochs=400, arm=train.clip=3 " +
			"train.width.schedule=linear: np [6.4] [0 5 8 10 15] 3 400 3 linear",
		"loss.kind=np, anomaly=tail, model.kernels=many, train.epochs=200, arm=default: np " +
			"[6.4] [0 5 8 10 15] 10 200 10 exponential",
		"loss.kind=np, anomaly=tail, model.kernels=many, train.epochs=200, arm=train.clip=3 " +
			"train.width.schedule=linear: np [6.4] [0 5 8 10 15] 10 200 3 linear",
		"loss.kind=np, anomaly=bulk, model.kernels=few, train.epochs=400, arm=train.clip=3 " +
			"train.width.schedule=linear: np [1.6] [0 40] 3 400 3 linear",
		"loss.kind=np, anomaly=bulk, model.kernels=many, train.epochs=200, arm=default: np " +
			"[1.6] [0 40] 10 200 10 exponential",
		"loss.kind=np, anomaly=bulk, model.kernels=many, train.epochs=200, arm=train.clip=3 " +
			"train.width.schedule=linear: np [1.6] [0 40] 10 200 3 linear",
		"loss.kind=bce, anomaly=tail, model.kernels=few, train.epochs=400, arm=train.clip=3 " +
			"train.width.schedule=linear: bce [6.4] [0 5 8 10 15] 3 400 3 linear",
		"loss.kind=bce, anomaly=tail, model.kernels=many, train.epochs=200, arm=default: bce " +
			"[6.4] [0 5 8 10 15] 10 200 10 exponential",
		"loss.kind=bce, anomaly=tail, model.kernels=many, train.epochs=200, arm=train.clip=3 " +
			"train.width.schedule=linear: bce [6.4] [0 5 8 10 15] 10 200 3 linear",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	if s.Base.Loss.Kind != "np" || s.Base.Model.Kernels != 5 || s.Base.Train.Clip != 10 {
		t.Errorf("the sweep changed the base: %+v", s.Base)
	}
}

// The canonical text loads to the same sweep, whose text is the same.
func TestSweepRoundTrip(t *testing.T) {
	t.Parallel()
	s := loadedSweep(t, sweepText, Changes{})
	text, err := s.YAML()
	if err != nil {
		t.Fatal(err)
	}
	again, err := LoadSweepBytes("g.yaml", text, Changes{})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if diff := cmp.Diff(s.Cells, again.Cells); diff != "" {
		t.Errorf("cells of the canonical text (-want +got):\n%s", diff)
	}
	twice, err := again.YAML()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(text), string(twice)); diff != "" {
		t.Errorf("canonical text, twice:\n%s", diff)
	}
	plain, err := s.Base.Digest()
	if err != nil {
		t.Fatal(err)
	}
	if digest, err := s.Digest(); err != nil || digest == plain {
		t.Errorf("digest with the sweep %s, without %s (%v)", digest, plain, err)
	}
}

func TestOverridesOfASweep(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		overrides, sweeps []string
		cells             int
		check             func(e Experiment) bool
	}{
		"swept key": {[]string{"loss.kind=mse"}, nil, 6,
			func(e Experiment) bool { return e.Loss.Kind == "mse" }},
		"arm": {[]string{"anomaly=bulk"}, nil, 3,
			func(e Experiment) bool {
				return e.Data.Signal.Loc[0] == 1.6 &&
					len(e.Toys.Signal) == 2
			}},
		"arm of the list": {[]string{"arm=default"}, nil, 3,
			func(e Experiment) bool { return e.Train.Clip == 10 }},
		"other key": {[]string{"seed=9"}, nil, 9,
			func(e Experiment) bool { return e.Seed == 9 }},
		"another axis": {nil, []string{"seed=1,2"}, 18,
			func(e Experiment) bool { return e.Seed <= 2 }},
		"an axis replaced": {nil, []string{"loss.kind=mse"}, 6,
			func(e Experiment) bool { return e.Loss.Kind == "mse" }},
		"an axis of lists": {[]string{"anomaly=tail"}, []string{"toys.signal=[0],[0, 5]"}, 12,
			func(e Experiment) bool { return len(e.Toys.Signal) <= 2 }},
		"some arms": {nil, []string{"anomaly=bulk"}, 3,
			func(e Experiment) bool { return e.Data.Signal.Loc[0] == 1.6 }},
		"arms of the list": {nil, []string{"arm=train.clip=3 train.width.schedule=linear,default"},
			9, func(e Experiment) bool { return true }},
		"an axis of a zip": {[]string{"train.epochs=50"}, nil, 9,
			func(e Experiment) bool { return e.Train.Epochs == 50 }},
		"one value of many": {[]string{"loss.kind=np", "anomaly=tail", "model.kernels=7",
			"train.epochs=20", "arm=default"}, nil, 1,
			func(e Experiment) bool { return e.Model.Kernels == 7 }},
	} {
		s := loadedSweep(t, sweepText, Changes{c.overrides, c.sweeps})
		if len(s.Cells) != c.cells {
			t.Errorf("%s: %d cells, want %d", name, len(s.Cells), c.cells)
		}
		for _, cell := range s.Cells {
			if !c.check(cell.Experiment) {
				t.Errorf("%s: cell %v: %+v", name, cell.Arms, cell.Experiment)
			}
		}
	}
}

// sweepOf returns the text of a config with a sweep block of the given lines.
func sweepOf(lines string) string { return "name: x\nsweep:\n" + lines }

// wrongSweeps are configs with overrides and sweeps, and parts of the messages about them.
var wrongSweeps = map[string]struct {
	text              string
	overrides, sweeps []string
	want              []string
}{
	"misspelled key": {sweepOf("  grid: {loss.knd: [np]}"), nil, nil,
		[]string{`f.yaml:3:10: loss.knd: unknown key, did you mean "kind"?`}},
	"misspelled part": {sweepOf("  gird: {loss.kind: [np]}"), nil, nil,
		[]string{`f.yaml:3:3: sweep.gird: unknown key, did you mean "grid"?`}},
	"no values": {sweepOf("  grid: {loss.kind: []}"), nil, nil,
		[]string{"sweep.grid.loss.kind: has no values"}},
	"a single value": {sweepOf("  grid: {loss.kind: np}"), nil, nil,
		[]string{`is "np"; want a list of values of loss.kind`}},
	"not a block": {"name: x\nsweep: [1]\n", nil, nil,
		[]string{"f.yaml:2:8: sweep: is a list; want a block"}},
	"two equal values": {sweepOf("  grid: {loss.kind: [np, np]}"), nil, nil,
		[]string{`has two arms "np"`}},
	"wrong value": {sweepOf("  grid:\n    loss.kind: [np, hinge]"), nil, nil,
		[]string{
			`f.yaml:4:21: loss.kind: is "hinge"; want one of np, bce, mse ` +
				"(in the cell loss.kind=hinge)"}},
	"wrong type": {sweepOf("  grid: {model.kernels: [3, many]}"), nil, nil,
		[]string{
			`model.kernels: is "many"; want a whole number (in the cell model.kernels=many)`}},
	"impossible cells": {sweepOf("  grid: {model.kernels: [5, 5000], loss.kind: [np, bce]}"), nil,
		nil, []string{"more than the 2000 events expected in the data (data.expected) (in " +
			"2 of 4 cells, such as model.kernels=5000, loss.kind=np)"}},
	"a zip of two": {sweepOf("  zip: {model.kernels: [5, 6], loss.kind: [np]}"), nil, nil,
		[]string{"has 2 values of model.kernels and 1 of loss.kind"}},
	"one key twice": {sweepOf("  grid: {loss: {a: {kind: np}}, loss.kind: [np]}"), nil, nil,
		[]string{"sets loss.kind on two axes, loss and loss.kind"}},
	"excludes nothing": {sweepOf("  grid: {loss.kind: [np, bce]}\n  exclude: [{loss.kind: mse}]"),
		nil, nil, []string{"names loss.kind=mse; its labels are np, bce"}},
	"excludes an axis": {sweepOf("  grid: {loss.kind: [np, bce]}\n  exclude: [{loss.knd: np}]"),
		nil, nil, []string{
			`names loss.knd, which is not an axis of the sweep, did you mean "loss.kind"?`}},
	"excludes all": {sweepOf("  grid: {loss.kind: [np]}\n  exclude: [{loss.kind: np}]"), nil,
		nil, []string{"takes out every cell"}},
	"too many cells": {sweepOf("  grid: {seed: [" + strings.TrimSuffix(numbers(110), ",") +
		"], train.epochs: [" + strings.TrimSuffix(numbers(110), ",") + "]}"), nil, nil,
		[]string{"has more than 10000 cells"}},
	"list of a number": {sweepOf("  list: [3]"), nil, nil,
		[]string{"sweep.list[0]: is 3; want a block of key paths"}},
	"list, wrong key": {sweepOf("  list: [{label: a, train.epoch: 3}]"), nil, nil,
		[]string{`train.epoch: unknown key, did you mean "epochs"?`}},
	"swept by an arm": {sweepText, []string{"toys.signal=[3]"}, nil,
		[]string{"command line: toys.signal: is set by the sweep's axis anomaly; pick one " +
			"of its arms: anomaly=LABEL, of tail, bulk"}},
	"no such arm": {sweepText, []string{"anomaly=tial"}, nil,
		[]string{`command line: anomaly: is "tial"; the axis has the arms tail, bulk`}},
	"no such arms": {sweepText, nil, []string{"anomaly=tail,bluk"},
		[]string{`command line: anomaly: is "bluk"; the axis has the arms tail, bulk`}},
	"sweep of no key": {sweepText, nil, []string{"model.kernel=3,5"},
		[]string{`command line: model.kernel: unknown key, did you mean "model.kernels"?`}},
	"sweep, no values": {sweepText, nil, []string{"model.kernels"},
		[]string{"is not a sweep; want key.path=value,value,..."}},
	"base and sweep": {"name: x\nmodel: {kernles: 3}\nsweep: {grid: {loss.kind: [np, " +
		"hinge]}}\n", nil, nil, []string{"model.kernles: unknown key"}},
	"the sweep is twice": {"name: x\nsweep: {grid: {seed: [1]}}\nsweep: {grid: {seed: [2]}}\n",
		nil, nil, []string{"sweep: is set twice"}},
}

// Everything that is wrong with a sweep is reported, with its place, before anything runs.
func TestWrongSweeps(t *testing.T) {
	t.Parallel()
	for name, c := range wrongSweeps {
		_, err := LoadSweepBytes("f.yaml", []byte(c.text),
			Changes{c.overrides, c.sweeps})
		var all *Error
		if !errors.As(err, &all) {
			t.Errorf("%s: error %v", name, err)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: the error is\n%v\nwithout %q", name, err, want)
			}
		}
	}
}

func numbers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d,", i+10)
	}
	return b.String()
}

// A config with a sweep is not a single experiment.
func TestLoadRefusesASweep(t *testing.T) {
	t.Parallel()
	if _, err := LoadBytes("f.yaml", []byte(sweepText), nil); err == nil ||
		!strings.Contains(err.Error(), "has a sweep") {
		t.Errorf("error %v", err)
	}
}

// Whatever the axes of a grid, there is a cell for each combination, each with its own values, and
// none but these.
func TestGridIsTheProduct(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		kernels := rapid.SliceOfNDistinct(rapid.IntRange(1, 50), 1, 4, rapid.ID).Draw(t, "kernels")
		kinds := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"np", "bce", "mse"}), 1, 3,
			rapid.ID).Draw(t, "kinds")
		text := fmt.Sprintf("name: x\nsweep: {grid: {model.kernels: [%s], loss.kind: [%s]}}\n",
			strings.Trim(strings.ReplaceAll(fmt.Sprint(kernels), " ", ", "), "[]"),
			strings.Join(kinds, ", "))
		s, err := LoadSweepBytes("f.yaml", []byte(text), Changes{})
		if err != nil {
			t.Fatal(err)
		}
		i := 0
		for _, m := range kernels {
			for _, kind := range kinds {
				if e := s.Cells[i].Experiment; e.Model.Kernels != m || e.Loss.Kind != kind {
					t.Errorf("cell %d is %d %s, want %d %s", i, e.Model.Kernels, e.Loss.Kind, m,
						kind)
				}
				i++
			}
		}
		if i != len(s.Cells) {
			t.Errorf("%d cells, want %d", len(s.Cells), i)
		}
	})
}

func TestValues(t *testing.T) {
	t.Parallel()
	e := Defaults()
	e.Name = "x"
	values, err := e.Values()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, v := range values {
		got[v.Path] = v.Text
	}
	for path, want := range map[string]string{
		"seed": "1", "loss.kind": "np", "train.width.start": "auto",
		"toys.signal": "[0, 5, 8, 10, 15]",
		"data.signal": "{kind: gaussian, loc: 6.4, scale: 0.16}",
	} {
		if got[path] != want {
			t.Errorf("%s is %q, want %q", path, got[path], want)
		}
	}
}

// The key tests is an axis of the sweep: every test on the same toys.
// What is excluded of the listed tests stays excluded, also where another list takes the place of
// theirs.
func TestTestsAreExcluded(t *testing.T) {
	t.Parallel()
	const text = `name: x
tests: [sparker, scan]
sweep:
  grid:
    anomaly:
      tail: {data.signal: {kind: gaussian, loc: 6.4, scale: 0.16}}
      shape: {data.signal: {kind: shape}}
  exclude:
    - {anomaly: shape, test.method: scan}
`
	for _, c := range []struct {
		overrides, sweeps []string
		cells             int
	}{
		{nil, nil, 3},
		{[]string{"tests=[sparker, ks, scan]"}, nil, 5},
		{[]string{"tests=[sparker, ks]"}, nil, 4},
		{nil, []string{"test.method=scan,sparker"}, 3},
	} {
		s := loadedSweep(t, text, Changes{c.overrides, c.sweeps})
		for _, cell := range s.Cells {
			if cell.Experiment.Test.Method == "scan" &&
				cell.Experiment.Data.Signal.Kind == "shape" {
				t.Errorf("%v %v: %+v is there", c.overrides, c.sweeps, cell.Arms)
			}
		}
		if len(s.Cells) != c.cells {
			t.Errorf("%v %v: %d cells, want %d", c.overrides, c.sweeps, len(s.Cells), c.cells)
		}
	}
}

func TestTests(t *testing.T) {
	t.Parallel()
	s := loadedSweep(t, "name: x\ntests: [sparker, mmd, ks]\n", Changes{})
	var methods []string
	for _, c := range s.Cells {
		methods = append(methods, c.Experiment.Test.Method)
	}
	if len(s.Config.Grid) != 1 || s.Config.Grid[0].Name != "test.method" ||
		strings.Join(methods, " ") != "sparker mmd ks" {
		t.Errorf("methods %q of %+v", methods, s.Config.Grid)
	}
	text, err := s.YAML()
	if err != nil {
		t.Fatal(err)
	}
	if again := loadedSweep(t, string(text), Changes{}); len(again.Cells) != 3 ||
		again.Cells[2].Experiment.Test.Method != "ks" {
		t.Errorf("read back: %+v", again.Cells)
	}
	// On the command line it takes precedence over the config's, and means the same.
	for _, base := range []string{"name: x\n", "name: x\ntests: [knn, c2st]\n"} {
		again, err := loadedSweep(t, base,
			Changes{Overrides: []string{"tests=[sparker, mmd, ks]"}}).YAML()
		if err != nil || string(again) != string(text) {
			t.Errorf("%q with tests=[sparker, mmd, ks]: %v\n%s\nwant\n%s", base, err, again, text)
		}
	}
	for override, want := range map[string]string{"tests=mmd": "want a list",
		"tests=": "has no value", "tests=[": "tests"} {
		if _, err := LoadSweepBytes("f.yaml", []byte("name: x\n"),
			Changes{Overrides: []string{override}}); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", override, err, want)
		}
	}
	for text, want := range map[string]string{
		"name: x\ntests: [sparker, mdm]\n": `"mdm", did you mean "mmd"? want one of sparker, ` +
			"ad, binned",
		"name: x\ntests: mmd\n":                "tests",
		"name: x\ntests: [mmd]\ntests: [ks]\n": "tests: is set twice",
	} {
		if _, err := LoadSweepBytes("f.yaml", []byte(text), Changes{}); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", text, err, want)
		}
	}
}

// A cell with a source of its own has the defaults of that source, in a config and in the resolved
// form of it.
func TestCellsOfOtherSources(t *testing.T) {
	t.Parallel()
	const text = `name: x
data: {expected: 500}
toys: {signal: [0]}
sweep:
  grid:
    set:
      toy: {data.source: exponential}
      real: {data.source: files, data.files.reference: {file: X.npy}, data.expected: 50}
`
	s := loadedSweep(t, text, Changes{})
	toy, real := s.Cells[0].Experiment.Data, s.Cells[1].Experiment.Data
	if toy.Counting != "extended" || toy.Standardize != "none" || toy.Expected != 500 {
		t.Errorf("generated: %+v", toy)
	}
	if real.Counting != "shape" || real.Standardize != "reference" || real.Reference != 0 ||
		real.Expected != 50 {
		t.Errorf("files: %+v", real)
	}
	resolved, err := s.YAML()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.Cells, loadedSweep(t, string(resolved), Changes{}).Cells); diff != "" {
		t.Errorf("resolved (-want +got):\n%s", diff)
	}
}
