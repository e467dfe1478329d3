package configs

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

const small = "name: x\nmodel:\n  kernels: 5\ndata:\n  source: mixture\n  signal: {kind: " +
	"gaussian, loc: [1, 2], scale: 3}\n"

func TestOverrides(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		overrides []string
		change    func(e *Experiment)
	}{
		"none":     {nil, func(*Experiment) {}},
		"a number": {[]string{"train.clip=3"}, func(e *Experiment) { e.Train.Clip = 3 }},
		"a list": {[]string{"toys.signal=[0,5]"},
			func(e *Experiment) { e.Toys.Signal = []float64{0, 5} }},
		"no list": {[]string{"toys.signal=[]"},
			func(e *Experiment) { e.Toys.Signal = nil }},
		"auto": {[]string{"train.width.start=4", "train.width.start=auto"},
			func(*Experiment) {}},
		"the last one": {[]string{"seed=4", "seed=5"}, func(e *Experiment) { e.Seed = 5 }},
		"quoted text":  {[]string{`name="2024"`}, func(e *Experiment) { e.Name = "2024" }},
		"an equals sign": {[]string{"description=a=b"},
			func(e *Experiment) { e.Description = "a=b" }},
		"spaces": {[]string{"train.clip = 3"}, func(e *Experiment) { e.Train.Clip = 3 }},
		"a block": {[]string{"train={clip: 3, width: {hold: 0.5}}"},
			func(e *Experiment) { e.Train.Clip, e.Train.Width.Hold = 3, 0.5 }},
		"a key of signal": {[]string{"data.signal.scale=4"},
			func(e *Experiment) { e.Data.Signal.Scale = 4 }},
		"a point": {[]string{"data.signal.loc=7"},
			func(e *Experiment) { e.Data.Signal.Loc = []float64{7} }},
		"the whole signal": {[]string{"data.signal={kind: shift, by: [1, 1]}"}, shiftByOne},
		"a signal in data": {[]string{"data={signal: {kind: shift, by: [1, 1]}}"}, shiftByOne},
		"a signal, edited": {[]string{"data.signal={kind: shift, by: 3}", "data.signal.by=[1, 1]"},
			shiftByOne},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			want, err := LoadBytes("f.yaml", []byte(small), nil)
			if err != nil {
				t.Fatal(err)
			}
			test.change(&want)
			got, err := LoadBytes("f.yaml", []byte(small), test.overrides)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func shiftByOne(e *Experiment) {
	e.Data.Signal = Defaults().Data.Signal
	e.Data.Signal.Kind, e.Data.Signal.Loc, e.Data.Signal.Scale, e.Data.Signal.By = "shift", nil, 0,
		[]float64{1, 1}
}

// wrongOverrides are overrides of the config small, and what is wrong with them.
var wrongOverrides = map[string]struct {
	overrides []string
	want      string
}{
	"no equals sign": {[]string{"train.clip"},
		`command line: "train.clip" is not an override; want key.path=value, such as
    train.epochs=200`},
	"no path": {[]string{"=3"},
		`command line: "=3" is not an override; want key.path=value, such as train.epochs=200`},
	"no value": {[]string{"train.clip="},
		`command line: train.clip: has no value; want train.clip=value`},
	"a misspelled key": {[]string{"train.clpi=3"},
		`command line: train.clpi: unknown key, did you mean "train.clip"? allowed here:
    epochs, optimizer, ridges, learning_rate, births, clip, width, checkpoints, engine`},
	"a misspelled block": {[]string{"trian.clip=3"},
		`command line: trian.clip: unknown key, did you mean "train.clip"? allowed here: name,
    description, seed, data, model, loss, train, test, baselines, toys, record, preset, tests, combine`},
	"the block missing": {[]string{"hold=0.5"},
		`command line: hold: unknown key, did you mean "train.width.hold"? allowed here: name,
    description, seed, data, model, loss, train, test, baselines, toys, record, preset, tests, combine`},
	"a block too much": {[]string{"train.seed=3"},
		`command line: train.seed: unknown key, did you mean "seed"? allowed here: epochs,
    optimizer, ridges, learning_rate, births, clip, width, checkpoints, engine`},
	"nothing near": {[]string{"model.depth=3"},
		`command line: model.depth: unknown key; allowed here: kind, kernels, softmax, init,
    centroids, coefficients`},
	"two dots": {[]string{"train..clip=3"},
		`command line: train..clip: unknown key; allowed here: epochs, optimizer,
    ridges, learning_rate, births, clip, width, checkpoints, engine`},
	"inside a value": {[]string{"train.width.start.x=3"},
		`command line: train.width.start.x: train.width.start holds a single value; it has no
    keys`},
	"an index": {[]string{"toys.signal[1]=3"},
		`command line: toys.signal[1]: a list is set as a whole: toys.signal=[...]`},
	"an inner index": {[]string{"data.signal.bumps[0].loc=3"},
		`command line: data.signal.bumps[0].loc: a list is set as a whole:
    data.signal.bumps=[...]`},
	"broken YAML": {[]string{"toys.signal=[0, 5"},
		`command line: toys.signal: not valid YAML: did not find expected ',' or ']'`},
	"a wrong type": {[]string{"toys.null=many"},
		`command line: toys.null: is "many"; want a whole number`},
	"in a block": {[]string{"toys={null: many, nul: 3, null: 4}"},
		"command line: toys.null: is \"many\"; want a whole number\ncommand line: toys.nul: " +
			"unknown key, did you mean \"toys.null\"? allowed here: null, auto, " +
			"alternative, signal, fractions\ncommand line: toys.null: is set twice"},
	"a wrong element": {[]string{"toys.signal=[0, 5, 5]"},
		`command line: toys.signal[2]: is 5, which the list holds already`},
	"text from a shell": {[]string{"name=2024"},
		`command line: name: is 2024; want text (quotes make it text)`},
	"an impossible value in a block that the file lacks": {[]string{"train.epochs=4"},
		`command line: train.checkpoints.count: is 10; must be at least 1 and at most the
    number of epochs (4) (a default)`},
	"an impossible value in a block that the file has": {[]string{"model.kernels=0"},
		`command line: model.kernels: ...`},
	"a value of the file that no longer fits": {[]string{"data.expected=4"},
		`f.yaml:3:3: model.kernels: is 5, more than the 4 events expected in the data
    (data.expected)`},
	"a default that no longer fits": {[]string{"test.alpha=0.001"},
		`command line: toys.null: is 300, too few for test.alpha 0.001: the smallest p-value is
    1/(300 + 1), so the test can never reject; want at least 999 null toys (a default)`},
	"a signal of another kind": {[]string{"data.signal.kind=shift"},
		"f.yaml:6:3: data.signal.by: is missing; want a number or a list of numbers (not set)\n" +
			"f.yaml:6:28: data.signal.loc: does not apply to a shift signal...\nf.yaml:6:41: " +
			"data.signal.scale: does not apply to a shift signal..."},
}

func TestWrongOverrides(t *testing.T) {
	t.Parallel()
	for name, test := range wrongOverrides {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := LoadBytes("f.yaml", []byte(small), test.overrides)
			compareProblems(t, err, test.want)
		})
	}
}

// TestProblemsOfBothComeTogether: the file's problems first, in the order of their position, then
// the command line's in the order given.
func TestProblemsOfBothComeTogether(t *testing.T) {
	t.Parallel()
	_, err := LoadBytes("f.yaml", []byte("train: {clip: -1}\nseed: a\nname: x\n"),
		[]string{"toys.nul=3", "model.kernels=x"})
	compareProblems(t, err, `f.yaml:1:9: train.clip: is -1; ...
f.yaml:2:1: seed: is "a"; want a whole number, 0 or more
command line: toys.nul: unknown key, did you mean "toys.null"? allowed here: null, auto,
    alternative, signal, fractions
command line: model.kernels: is "x"; want a whole number`)
}

// TestEveryKeyCanBeSet sets each key, one by one, to the value that it has in a config which sets
// them all: nothing may change, and nothing may be refused.
func TestEveryKeyCanBeSet(t *testing.T) {
	t.Parallel()
	e, err := LoadBytes("f.yaml", []byte(small), nil)
	if err != nil {
		t.Fatal(err)
	}
	want, err := e.Digest()
	if err != nil {
		t.Fatal(err)
	}
	set := 0
	for _, path := range keyPaths(reflect.TypeFor[Experiment](), "") {
		v, ok := lookUp(reflect.ValueOf(e), path)
		if !ok {
			t.Fatalf("no value at %s", path)
		}
		if isEmpty(v) && (strings.HasPrefix(path, "data.signal.") || path == "data.dim" ||
			path == "description") {
			continue // does not apply
		}
		n, err := encode(v, path, allKeys)
		if err != nil {
			t.Fatal(err)
		}
		flow(n)
		text, err := yaml.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		changed, err := LoadBytes("f.yaml", []byte(small), []string{path + "=" + string(text)})
		if err != nil {
			t.Errorf("%s=%s: %v", path, text, err)
			continue
		}
		if got, err := changed.Digest(); err != nil || got != want {
			t.Errorf("%s=%s changes the config (%v)", path, text, err)
		}
		set++
	}
	if set < 30 {
		t.Errorf("only %d keys were tried", set)
	}
}

// flow puts a node on one line.
func flow(n *yaml.Node) {
	n.Style |= yaml.FlowStyle
	for _, c := range n.Content {
		flow(c)
	}
}
