package configs

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// contexts are configs. Every value that the table of limits allows is valid in one of them.
var contexts = map[string]string{
	"default": "name: x\n",
	"small": `name: x
model: {kernels: 1}
train: {epochs: 1, checkpoints: {count: 1}}
toys: {null: 1}
test: {alpha: 0.5}
`,
	"bumps": "name: x\ndata: {signal: {kind: bumps, bumps: [{loc: 1, scale: 1, fraction: 1}]}}\n",
	"box": `name: x
data: {source: gaussian, dim: 1, signal: {kind: uniform, low: -1e10, high: 1e10}}
`,
	"scale": "name: x\ndata: {signal: {kind: scale, factor: 2}}\n",
	"shift": "name: x\ndata: {source: mixture, signal: {kind: shift, by: 2}}\n",
	"files": `name: x
data:
  source: files
  expected: 50
  files:
    reference: {file: r.npy, labels: l.npy}
    background: {file: b.npy, labels: l.npy}
    signal: {file: s.npy, labels: l.npy}
    transform: {kind: pca}
toys: {signal: [0]}
`,
	"observed": `name: x
data:
  source: files
  files: {reference: {file: r.npy}, observed: {file: o.npy, labels: l.npy}}
toys: {signal: []}
`,
	"simulation": `name: x
data:
  source: files
  counting: extended
  files:
    reference: {file: r.npy, weight: w.npy}
    observed: {file: o.npy}
toys: {signal: []}
`,
	"extended": `name: x
data:
  source: files
  counting: extended
  expected: 50
  files: {reference: {file: r.npy}}
toys: {signal: [0]}
`,
	"generator": `name: x
data:
  source: files
  expected: 50
  files: {reference: {file: r.npy}, generator: {components: 2, rows: 100}}
`,
	"blocks": `name: x
data:
  source: files
  counting: shape
  files:
    reference: {file: r.csv, block: "r.csv:run"}
    background: {file: b.csv, block: "b.csv:run"}
    observed: {file: d.csv, block: "d.csv:run"}
toys: {signal: [], alternative: 0}
`,
	"gaussian": "name: x\ndata: {source: gaussian, dim: 3}\n",
	"no toys":  "name: x\ntoys: {signal: [], alternative: 0}\n",
	"long":     "name: x\ntrain: {epochs: 10000}\nmodel: {kernels: 1}\n",
	"bins":     "name: x\nbaselines: {binned: {bins: fixed, low: -1e10, high: 1e10}}\n",
	"convex":   "name: x\nmodel: {centroids: frozen}\ntrain: {optimizer: convex}\n",
	"members":  "name: x\ntest: {members: [{name: other}], groups: [{name: all}]}\n",
	"convex member": "name: x\ntest: {members: [{name: c, model: {centroids: frozen}, " +
		"train: {optimizer: convex}}]}\n",
	"small member": `name: x
data: {reference: 100000, expected: 20000}
test:
  members: [{name: c, model: {kernels: 1}, train: {epochs: 1, checkpoints: {count: 1}}}]
`,
	"long member": "name: x\ntest: {members: [{name: c, train: {epochs: 10000}}]}\n",
	"bandwidth":   "name: x\nbaselines: {mmdagg: {low: -60, high: 60}}\n",
}

// override returns the override that sets a key to a value. A key in a list is set with the list.
func override(k Key, value string) string {
	if strings.HasPrefix(k.Type, "list of ") {
		value = "[" + value + "]"
	}
	bump := map[string]string{"loc": "1", "scale": "0.5", "fraction": "1"}
	if key, ok := strings.CutPrefix(k.Path, "data.signal.bumps[]."); ok {
		bump[key] = value
		return fmt.Sprintf("data.signal={kind: bumps, bumps: [{loc: %s, scale: %s, fraction: %s}]}",
			bump["loc"], bump["scale"], bump["fraction"])
	}
	nuisance := map[string]string{"name": "n", "kind": "norm", "sigma": "0.1"}
	if key, ok := strings.CutPrefix(k.Path, "data.nuisances[]."); ok {
		nuisance[key] = value
		text := fmt.Sprintf("data.nuisances=[{name: %s, kind: %s, sigma: %s", nuisance["name"],
			nuisance["kind"], nuisance["sigma"])
		for _, other := range []string{"at", "ignore"} {
			if set, there := nuisance[other]; there {
				text += fmt.Sprintf(", %s: %s", other, set)
			}
		}
		return text + "}]"
	}
	if key, ok := strings.CutPrefix(k.Path, columnsKey+"[]."); ok {
		column := map[string]string{"name": "x", "unit": "GeV"}
		column[key] = value
		return columnsKey + "=[" + flowBlock(column) + "]"
	}
	if key, ok := strings.CutPrefix(k.Path, "data.files.variations[]."); ok {
		return variation(key, value)
	}
	if key, ok := strings.CutPrefix(k.Path, "data.files.reference.more[]."); ok {
		more := map[string]string{"file": "m.npy", "weight": "w.npy", "labels": "l.npy"}
		if more[key] = value; key == "block" {
			delete(more, "weight")
		}
		var values []string
		for _, key := range slices.Sorted(maps.Keys(more)) {
			values = append(values, key+": "+more[key])
		}
		return fmt.Sprintf("data.files.reference.more=[{%s}]", strings.Join(values, ", "))
	}
	kinds := map[string]string{"gaussian": "loc: 1, scale: 1", "uniform": "low: 1, high: 2",
		"bumps": "bumps: [{loc: 1, scale: 1, fraction: 1}]", "scale": "factor: 2", "shift": "by: 2"}
	if k.Path == "data.signal.kind" {
		return fmt.Sprintf("data.signal={kind: %s, %s}", value, kinds[value])
	}
	return strings.ReplaceAll(k.Path, "[]", "[0]") + "=" + value
}

// variation returns the override that sets a key of a nuisance parameter of files.
func variation(key, value string) string {
	if key == "norm" {
		return "data.files.variations=[{name: n, sigma: 0.1, norm: " + value +
			map[string]string{"false": ", up: {file: u.npy}, down: {file: d.npy}"}[value] + "}]"
	}
	if key == "delta" || key == "delta2" {
		second := map[string]string{"delta": "e", "delta2": value}[key]
		return "data.files.variations=[{name: n, delta: d, delta2: " + second + "}]"
	}
	values := map[string]string{"name": "n"}
	blocks := map[string]string{}
	block, inner, nested := strings.Cut(key, ".")
	for _, name := range []string{"up", "down", "up2", "down2"} {
		rows := map[string]string{"file": "u.npy", "labels": "l.npy"}
		if nested && name == block {
			rows[inner] = value
		}
		blocks[name] = flowBlock(rows)
	}
	if !nested {
		values[key] = value
	}
	maps.Copy(values, blocks)
	return "data.files.variations=[" + flowBlock(values) + "]"
}

// flowBlock returns a block in YAML's flow style.
func flowBlock(block map[string]string) string {
	var values []string
	for _, key := range slices.Sorted(maps.Keys(block)) {
		values = append(values, key+": "+block[key])
	}
	return "{" + strings.Join(values, ", ") + "}"
}

// allows reports whether a key may have a value in at least one of the contexts. If not, it returns
// one of the errors.
func allows(t *testing.T, k Key, value string) (bool, error) {
	t.Helper()
	var last error
	for _, name := range slices.Sorted(maps.Keys(contexts)) {
		_, err := LoadBytes(name, []byte(contexts[name]), []string{override(k, value)})
		if err == nil {
			return true, nil
		}
		var problems *Error
		if !errors.As(err, &problems) {
			t.Fatalf("%s in %s: %v", override(k, value), name, err)
		}
		last = err
	}
	return false, last
}

// TestLimits compares the words and the ranges of all keys with what validation allows.
func TestLimits(t *testing.T) {
	t.Parallel()
	for name, text := range contexts {
		if _, err := LoadBytes(name, []byte(text), nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, k := range Keys() {
		inMember := k.Path != presetKey && lastOf(k.Path) == presetKey
		if k.IsBlock() || k.Path == testsKey || k.Path == combineKey || inMember {
			continue
		}
		t.Run(k.Path, func(t *testing.T) {
			t.Parallel()
			good, bad := samples(k)
			for _, value := range good {
				if ok, err := allows(t, k, value); !ok {
					t.Errorf("%s is not allowed: %v", value, err)
				}
			}
			for _, value := range bad {
				if ok, _ := allows(t, k, value); ok {
					t.Errorf("%s is allowed", value)
				}
			}
		})
	}
	for path := range limits {
		if !slices.ContainsFunc(Keys(), func(k Key) bool { return k.Path == path }) {
			t.Errorf("the table of limits has %s, which is not a key", path)
		}
	}
}

// observedOnly matches keys that all tables have and one of them may set.
var observedOnly = regexp.MustCompile(
	`^data\.files\.(reference|background|signal)\.(text|image)$|` +
		`^data\.files\.signal\.block$`)

// samples returns values that the key allows, by its words and its range, and values that it does
// not allow.
func samples(k Key) (good, bad []string) {
	switch {
	case len(k.Words) > 0:
		good, bad = k.Words, []string{"nosuchword"}
	case k.Path == "test.groups[].members":
		return []string{"sparker", "other"}, []string{"nosuchword"}
	case k.Path == "name":
		return []string{"x", "X_1.y-z"}, []string{"-x", "a/b", ".x"}
	case observedOnly.MatchString(k.Path):
		return nil, []string{"nosuchword"}
	case strings.Contains(k.Type, "text"):
		return []string{"nosuchword"}, nil
	case k.Type == "true or false":
		return []string{"true", "false"}, []string{"nosuchword"}
	}
	if k.Or == "the path of an .npy file" {
		good = append(slices.Clone(good), "folder/c.npy")
	}
	if !strings.Contains(k.Type, "number") {
		return good, bad
	}
	step := 0.01
	if strings.Contains(k.Type, "whole") {
		step = 1
	}
	if k.typ == reflect.TypeFor[uint64]() { // its lower end is that of its type
		return []string{"0", "18446744073709551615"}, []string{"-1"}
	}
	for _, end := range []struct {
		Bound
		inward float64
		free   string
	}{{k.Range.Lower, step, "-1e9"}, {k.Range.Upper, -step, "100"}} {
		switch {
		case !end.Finite:
			good = append(good, end.free)
		case end.Open && strings.HasPrefix(k.Path, "data.signal"): // 0 stands for an absent key
			bad = append(bad, fmt.Sprint(end.Value-end.inward))
			good = append(good, fmt.Sprint(end.Value+end.inward))
		case end.Open:
			bad = append(bad, fmt.Sprint(end.Value))
			good = append(good, fmt.Sprint(end.Value+end.inward))
		default:
			good = append(good, fmt.Sprint(end.Value))
			bad = append(bad, fmt.Sprint(end.Value-end.inward))
		}
	}
	return good, bad
}

func TestRangesInWords(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]Range{
		"":                           {},
		"above 0":                    above(0).numbers,
		"at least 1":                 atLeast(1).numbers,
		"at most 1":                  atMost(1).numbers,
		"above 0 and below 1":        above(0).and(below(1)).numbers,
		"at least 0 and at most 100": atLeast(0).and(atMost(100)).numbers,
	} {
		if got := r.String(); got != want {
			t.Errorf("%+v is %q; want %q", r, got, want)
		}
	}
}
