package configs

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

// isWhole reports whether a key takes whole numbers, alone or in a list, that are signed.
func isWhole(k Key) bool {
	return k.typ != nil && !k.IsBlock() && element(k.typ).Kind() == reflect.Int
}

// Every key of whole numbers has an upper end, of which a message gives the reason. The seed has
// that of its type. A value above the end is refused before it has an effect.
func TestEveryWholeNumberHasAnUpperEnd(t *testing.T) {
	t.Parallel()
	whole := 0
	for _, k := range Keys() {
		if !isWhole(k) {
			continue
		}
		whole++
		if !k.Range.Upper.Finite || k.Range.Upper.Value > 1e9 {
			t.Errorf("%s has no upper end that fits into memory", k.Path)
			continue
		}
		most := fmt.Sprintf("must be at most %s", formatNumber(k.Range.Upper.Value))
		if k.why == "" {
			continue // the range of a few numbers; TestLimits tries its ends
		}
		for _, value := range []float64{k.Range.Upper.Value + 1, math.MaxInt32 * 4,
			math.MaxInt64 / 1024 * 1023} {
			path := strings.ReplaceAll(k.Path, "[]", "[0]")
			text := fmt.Sprintf("%s=%.0f", path, value)
			if k.typ.Kind() == reflect.Slice {
				text = fmt.Sprintf("%s=[3, %.0f]", path, value)
			}
			for _, method := range []string{"sparker", methodOf(k.Path)} {
				_, err := LoadBytes("f.yaml", []byte("name: x\ntest: {members: [{name: other}]}\n"),
					[]string{"test.method=" + method, text})
				if err == nil || !strings.Contains(err.Error(), path) ||
					!strings.Contains(err.Error(), most+", since "+k.why) {
					t.Errorf("%s with %s: %v; want %s", text, method, err, most)
				}
			}
		}
	}
	if whole < 40 {
		t.Errorf("%d keys of whole numbers; want those of all blocks", whole)
	}
}

// methodOf returns the test that a key is an option of, and the usual test for the other keys.
func methodOf(path string) string {
	name, inside := strings.CutPrefix(path, baselinesKey+".")
	if !inside {
		return Defaults().Test.Method
	}
	name, _, _ = strings.Cut(name, ".")
	return name
}

// The largest whole number that a config can hold is refused with a message, by every command that
// reads a config.
func TestTheLargestWholeNumber(t *testing.T) {
	t.Parallel()
	for _, k := range Keys() {
		if !isWhole(k) || strings.Contains(k.Path, "[]") {
			continue
		}
		value := fmt.Sprint(math.MaxInt64)
		if k.typ.Kind() == reflect.Slice {
			value = "[" + value + "]"
		}
		assignment := k.Path + "=" + value
		_, err := LoadBytes("f.yaml", []byte("name: x\n"), []string{"test.method=" +
			methodOf(k.Path), assignment})
		if err == nil || strings.Contains(err.Error(), "would be") ||
			k.why != "" && !strings.Contains(err.Error(), "is 9223372036854775807;") {
			t.Errorf("%s: %v", assignment, err)
		}
		if _, err := LoadSweepBytes("f.yaml", []byte("name: x\n"),
			Changes{Sweeps: []string{k.Path + "=3," + value}}); err == nil {
			t.Errorf("%s is allowed in a sweep", assignment)
		}
		if _, err := LoadFit([]string{assignment}); err == nil {
			t.Errorf("%s is allowed in a fit", assignment)
		}
	}
}

// Products of keys that are each within their ranges are refused if an array of that size does not
// fit into memory.
func TestProducts(t *testing.T) {
	t.Parallel()
	base := "name: x\ndata: {source: gaussian, dim: 2}\n"
	for _, c := range []struct {
		overrides string
		want      string // part of the message; empty if the config is valid
	}{
		{"data.reference=100000000", ""},
		{"data.reference=100000000 data.dim=10", ""},
		{"data.reference=100000000 data.dim=11",
			"data.reference: is 100000000: the rows would be 100000000 (data.reference) x " +
				"11 (data.dim) numbers, more than 1073741824 (8 GiB)"},
		{"data.expected=1e9 data.dim=2", "data.expected: is 1000000000: the expected rows would"},
		{"data.expected=1e15", "data.expected: is 1e+15; must be at most 1000000000"},
		{"model.kernels=2000 data.expected=1e6 data.reference=1000000",
			"model.kernels: is 2000: an array of a fit would be 2000 (model.kernels) x " +
				"1000000 (data.reference)"},
		{"model.kernels=2000 data.expected=1e6 data.reference=1000000 test.method=energy", ""},
		{"model.kernels=1000 data.dim=1000 train.epochs=2000 train.checkpoints.count=1100 " +
			"record.fits=0", "the centroids at all scales would be"},
		{"model.kernels=1000 data.dim=1000 train.epochs=2000", "the trace of a fit would be"},
		{"model.kernels=1000 data.dim=1000 train.epochs=2000 record.fits=0", ""},
		{"test.method=network baselines.network.hidden=10000 data.reference=200000",
			"baselines.network.hidden: is 10000: an array of a fit would be 10000 " +
				"(baselines.network.hidden) x 200000 (data.reference)"},
		{"baselines.network.hidden=10000 data.reference=200000", ""},
		{"toys.null=10000000 toys.alternative=10000000", "toys.alternative: is 10000000 at each " +
			"of 5 signal strengths: the 60000000 toys are more than 20000000"},
	} {
		_, err := LoadBytes("f.yaml", []byte(base), append([]string{
			"data.signal={kind: scale, factor: 2}"}, strings.Fields(c.overrides)...))
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.overrides, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v; want %s", c.overrides, err, c.want)
		}
	}
}

// hostile are texts whose cost does not grow with what they seem to hold, and parts of the message.
// A text without a part is valid.
var hostile = map[string]struct{ text, part string }{
	"an axis inside itself": {"sweep: {grid: {model.kernels: &a [*a]}}",
		"the alias *a stands inside the value that it repeats"},
	"an arm inside itself": {"sweep: {list: [&a {label: x, data.signal: *a}]}",
		"the alias *a"},
	"tests inside themselves":       {"tests: &a [*a]", "the alias *a"},
	"two anchors inside each other": {"sweep: {list: [&a {label: &b {x: *a}}]}", "the alias *a"},
	"an alias as a key of itself":   {"sweep: {grid: &a {? [*a] : 1}}", "the alias *a"},
	"a bomb": {bomb(12),
		"has more than 100000 keys and values, counting what aliases stand for"},
	"a small bomb": {bomb(3), "unknown key"},
	"deep lists": {"train: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
		"more than 100"},
	"deep blocks": {"train: " + strings.Repeat("{a: ", 5000) + strings.Repeat("}", 5000),
		"more than 100"},
	"60,000 arms": {"sweep: {grid: {seed: [" + strings.Repeat("1,", 60000) + "]}}",
		"sweep.grid.seed: has 60000 arms; want at most 2000"},
	"60,000 labeled arms": {"sweep: {grid: {x: {" + numbered("a%d: {seed: 1},", 30000) + "}}}",
		"has more than 100000 keys and values"},
	"a list of arms": {"sweep: {list: [" + strings.Repeat("{seed: 1},", 20000) + "]}",
		"sweep.list: has 20000 arms; want at most 2000"},
	"9,000 axes": {"sweep: {grid: {" + numbered("a%d: {x: {seed: 1}},", 9000) + "}}",
		"sweep.grid: has 9000 axes; want at most 100"},
	"exclusions": {"sweep: {grid: {seed: [1, 2]}, exclude: [" +
		strings.Repeat("{seed: 1},", 20000) + "]}", "has 20000 exclusions; want at most 2000"},
	"unknown keys": {numbered("trian_%d: 1\n", 40000), "and 39950 more"},
	"a long key":   {"? " + strings.Repeat("k", 500_000) + "\n: 1\n", "kkk…: unknown key"},
	"a long list": {"toys: {signal: [" + strings.Repeat("1,", 20000) + "]}",
		"toys.signal: has 20000 elements; want at most 10000"},
	"a long vector": {"data: {signal: {kind: gaussian, scale: 1, loc: [" +
		strings.Repeat("1,", 20000) + "]}}", "data.signal.loc: has 20000 elements"},
	"cells that are all wrong": {"sweep: {grid: {train.epochs: [" + numbered("-%d,", 1999) + "]}}",
		"more"},
	"many cells of many values": {"toys: {alternative: 1, signal: [" + numbered("%d,", 500) +
		"]}\nsweep: {grid: {seed: [" + numbered("%d,", 500) + "]}}", ""},
}

// bomb returns a sweep whose lists hold the ones before ten times.
func bomb(levels int) string {
	var b strings.Builder
	b.WriteString("sweep: {grid: {x: {a0: {loc: &a0 [1,1,1,1,1,1,1,1,1,1]}")
	for i := 1; i < levels; i++ {
		before := strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 10), ",")
		fmt.Fprintf(&b, ", a%d: {loc: &a%d [%s]}", i, i, before)
	}
	return b.String() + "}}}"
}

// numbered returns n texts of a format that takes a number from 1.
func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i+1)
	}
	return b.String()
}

// Whatever a text of at most 1 MiB holds, reading it ends, with at most 50 problems.
func TestHostileTexts(t *testing.T) {
	if testing.Short() {
		t.Skip("loads texts of millions of characters")
	}
	t.Parallel()
	for name, test := range hostile {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := LoadSweepBytes("f.yaml", []byte("name: x\n"+test.text), Changes{})
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
			if test.part == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.part) {
				t.Fatalf("error %.300v; want %q", err, test.part)
			}
			if lines := strings.Count(err.Error(), "\n") + 1; lines > maxPrinted+1 {
				t.Errorf("%d lines", lines)
			}
		})
	}
}

// A value of the command line has the limits of a text.
func TestHostileOverrides(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		changes Changes
		part    string
	}{
		{Changes{Overrides: []string{"toys.signal=&a [*a]"}}, "toys.signal: the alias *a"},
		{Changes{Overrides: []string{"tests=&a [*a]"}}, "tests: the alias *a"},
		{Changes{Overrides: []string{"train=" + strings.Repeat("[", 200) +
			strings.Repeat("]", 200)}}, "train: has more than 100 blocks"},
		{Changes{Sweeps: []string{"seed=" + strings.Repeat("1,", 3000) + "1"}},
			"seed: has 3001 arms"},
		{Changes{Sweeps: []string{"seed=" + strings.Repeat("[", 200) + strings.Repeat("]", 200)}},
			"is not a list of values"},
	} {
		_, err := LoadSweepBytes("f.yaml", []byte("name: x\n"), c.changes)
		if err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%.60v: %.300v; want %q", c.changes, err, c.part)
		}
	}
}
