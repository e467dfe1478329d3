package configs

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
	"pgregory.net/rapid"

	"sparker/data/sources"
	"sparker/train"
	"sparker/twosample/baselines"
)

// canonical is the whole form, keys in order, of a config that sets little. A change of this text
// is a change of every digest, and so of the names of all run folders.
const canonical = `name: golden
seed: 7
data:
  source: exponential
  signal:
    kind: bumps
    bumps:
      - loc: 3
        scale: 0.1
        fraction: 0.25
      - loc: 6.4
        scale: 0.16
        fraction: 0.75
  reference: 20000
  expected: 2000000
  counting: extended
  standardize: none
model:
  kind: ensemble
  kernels: 5
  softmax: true
  init: data
  centroids: trainable
  coefficients: signed
loss:
  kind: np
  l2: 0
train:
  epochs: 500
  optimizer: adam
  learning_rate:
    coefficients: 0.05
    centroids: 0.05
    unit: data
  births:
    every: 0
    candidates: 16
  clip: 10
  width:
    schedule: exponential
    start: 2.5
    end: auto
    end_factor: 1
    hold: 1
  checkpoints:
    count: 10
    spacing: log_sigma
  engine: fused
test:
  alpha: 0.05
  combine: mix
  method: sparker
  statistics: [t]
toys:
  "null": 300
  alternative: 100
  signal: [0, 5, 8, 10, 15]
record:
  fits: 2
  kernels: false
`

const sparse = `
# The same experiment in other words.
record: {fits: 2}
train: {width: {start: 2.50}}
description: it is not what an experiment is called that counts
data:
  expected: 2e6
  signal:
    bumps: [{fraction: .25, loc: [3], scale: 0.1}, {loc: 6.4, scale: 0.16, fraction: 75.0e-2}]
    kind: 'bumps'
seed: 0x7
name: golden
`

func TestCanonicalForm(t *testing.T) {
	t.Parallel()
	e, err := LoadBytes("f.yaml", []byte(sparse), nil)
	if err != nil {
		t.Fatal(err)
	}
	e.Description = ""
	got, err := e.YAML()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(canonical, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256([]byte(canonical))
	want := hex.EncodeToString(sum[:])
	for name, text := range map[string]string{"canonical": canonical, "sparse": sparse} {
		e, err := LoadBytes("f.yaml", []byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := e.Digest(); err != nil || got != want {
			t.Errorf("digest of the %s text is %s (%v); want %s", name, got, err, want)
		}
	}
}

// TestDigestSeesEveryKey changes each value of a config in turn: no two of the results share a
// digest, and only the description leaves it as it was.
func TestDigestSeesEveryKey(t *testing.T) {
	t.Parallel()
	start := func() Experiment {
		e := Defaults()
		e.Data.Signal.Bumps = make([]sources.Bump, 1)
		return e
	}
	unchanged, err := start().Digest()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{unchanged: "nothing"}
	for _, path := range append(keyPaths(reflect.TypeFor[Experiment](), ""),
		"data.signal.bumps[0].fraction", "toys.signal[1]") {
		e := start()
		v, ok := lookUp(reflect.ValueOf(&e).Elem(), path)
		if !ok {
			t.Fatalf("no value at %s", path)
		}
		switch v.Kind() {
		case reflect.String:
			v.SetString("other")
		case reflect.Bool:
			v.SetBool(!v.Bool())
		case reflect.Int:
			v.SetInt(v.Int() + 1)
		case reflect.Uint64:
			v.SetUint(v.Uint() + 1)
		case reflect.Float64:
			v.SetFloat(v.Float() + 1)
		case reflect.Slice:
			v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		case reflect.Struct:
			continue
		}
		digest, err := e.Digest()
		if err != nil {
			t.Fatal(err)
		}
		other, taken := seen[digest]
		if taken != (path == "description") {
			t.Errorf("a change of %s gives a new digest: %v (the same as a change of %s)", path,
				!taken, other)
		}
		seen[digest] = path
	}
}

func TestNoDigestOfWhatNoConfigCanHold(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*Experiment)
		want   string
	}{
		"not a number": {func(e *Experiment) { e.Train.LearningRate.Centroids = math.NaN() },
			"train.learning_rate.centroids is NaN"},
		"infinite": {func(e *Experiment) { e.Toys.Signal[2] = math.Inf(1) },
			"toys.signal[2] is +Inf"},
		"in a point": {func(e *Experiment) { e.Data.Signal.Loc = sources.Vector{math.NaN(), 1} },
			"data.signal.loc[0] is NaN"},
		"not text": {func(e *Experiment) { e.Model.Init = "\xff.npy" },
			`model.init is "\xff.npy"`},
	} {
		t.Run(name, func(t *testing.T) {
			e := Defaults()
			test.change(&e)
			if _, err := e.Digest(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v; want %q in it", err, test.want)
			}
		})
	}
}

// TestRoundTrip: whatever values a config holds, its YAML reads back as the same config, with the
// same digest. The values need not make sense together.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		// which has settings that are not keys
		e := Experiment{Baselines: baselines.Default()}
		fill(t, reflect.ValueOf(&e).Elem(), "")
		for i := range e.Test.Members { // what a member leaves out is not zero
			m := &e.Test.Members[i]
			m.Name, m.Model.Kernels, m.Loss.L2, m.Train.Epochs = "m", 1, 1, 1
			m.Statistics = append(m.Statistics, "t")
		}
		text, err := e.YAML()
		if err != nil {
			t.Fatal(err)
		}
		back := Defaults()
		d := newDecoder(&back)
		if !d.text("f.yaml", text) || len(d.problems) > 0 {
			t.Fatalf("%v\n%s", &Error{d.problems}, text)
		}
		if diff := cmp.Diff(e, back); diff != "" {
			t.Fatalf("(-want +got):\n%s\n%s", diff, text)
		}
		want, err := e.Digest()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := back.Digest(); err != nil || got != want {
			t.Fatalf("digest is %s (%v); want %s", got, err, want)
		}
	})
}

// fill draws a value for everything that v holds.
func fill(t *rapid.T, v reflect.Value, path string) {
	switch {
	case v.Type() == reflect.TypeFor[train.Extent]():
		v.SetFloat(rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(math.SmallestNonzeroFloat64,
			math.MaxFloat64)).Draw(t, path))
	case v.Kind() == reflect.String:
		v.SetString(rapid.OneOf(rapid.String(), rapid.SampledFrom(awkward)).Draw(t, path))
	case v.Kind() == reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, path))
	case v.Kind() == reflect.Int:
		v.SetInt(int64(rapid.Int().Filter(func(i int) bool { return i != math.MinInt }).Draw(t,
			path)))
	case v.Kind() == reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(t, path))
	case v.Kind() == reflect.Float64:
		v.SetFloat(rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).Draw(t, path))
	case v.Kind() == reflect.Slice:
		v.SetZero()
		if n := rapid.IntRange(0, 3).Draw(t, path+" length"); n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
		}
		for i := range v.Len() {
			fill(t, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	case v.Kind() == reflect.Struct:
		for _, f := range fields(v.Type()) {
			fill(t, v.FieldByIndex(f.index), joinPath(path, f.key))
		}
	default:
		t.Fatalf("no way to draw a %s", v.Type())
	}
}

// awkward are texts that YAML could read as something else.
var awkward = []string{
	"", " ", "~", "null", "true", "yes", "1", "0x1", "1e3", ".inf", "2024-01-01", "auto", "<<", "=",
	"-", "- a", "a: b", "#", "a #b",
	"'", `"`, "*a", "&a", "!a", "%a", "@a", "`a", "[", "{", "a\nb", "a\n", "\n a", "\t", " a", "a ",
	"\r", "\u0085", "\u2028", "\ufeff", "\x00", "---", "...",
}

// TestDigestIgnoresTheWriting: keys in any order, blocks in either style and comments leave the
// digest alone.
func TestDigestIgnoresTheWriting(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256([]byte(canonical))
	want := hex.EncodeToString(sum[:])
	rapid.Check(t, func(t *rapid.T) {
		n, err := parseDocument([]byte(canonical))
		if err != nil {
			t.Fatal(err)
		}
		rewrite(t, n)
		text, err := yaml.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		e, err := LoadBytes("f.yaml", text, nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if got, err := e.Digest(); err != nil || got != want {
			t.Fatalf("digest is %s (%v); want %s\n%s", got, err, want, text)
		}
	})
}

// rewrite shuffles the keys of every block and gives the blocks new styles and comments.
func rewrite(t *rapid.T, n *yaml.Node) {
	if rapid.Bool().Draw(t, "other style") {
		n.Style ^= yaml.FlowStyle
	}
	if n.Kind == yaml.MappingNode {
		var pairs [][2]*yaml.Node
		for i := 0; i < len(n.Content); i += 2 {
			pairs = append(pairs, [2]*yaml.Node{n.Content[i], n.Content[i+1]})
		}
		n.Content = nil
		for _, p := range rapid.Permutation(pairs).Draw(t, "order") {
			if n.Style&yaml.FlowStyle == 0 {
				p[0].HeadComment = rapid.SampledFrom([]string{"", "# seed: 3"}).Draw(t, "comment")
			}
			n.Content = append(n.Content, p[0], p[1])
		}
	}
	for _, c := range n.Content {
		if c.Kind != yaml.ScalarNode {
			rewrite(t, c)
		}
	}
}
