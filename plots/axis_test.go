package plots

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/plot"
	"pgregory.net/rapid"
)

func labels(ticks []plot.Tick) []string {
	var out []string
	for _, t := range ticks {
		if t.Label != "" {
			out = append(out, t.Label)
		}
	}
	return out
}

func TestLinearTickLabels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		extent
		want int
		out  []string
	}{
		{extent{0, 1}, 5, []string{"0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
		{extent{-14.6, 1.1}, 4, []string{"−10", "−5", "0"}},
		{extent{0, 1010}, 7, []string{"0", "200", "400", "600", "800", "1000"}},
		{extent{0, 5e-5}, 5, []string{"0", "1×10^{−5}", "2×10^{−5}", "3×10^{−5}", "4×10^{−5}",
			"5×10^{−5}"}},
		{extent{-2.1e6, 2.1e6}, 4, []string{"−2×10^{6}", "−1×10^{6}", "0", "1×10^{6}", "2×10^{6}"}},
		{extent{99.5, 100.6}, 2, []string{"99.5", "100.0", "100.5"}},
	} {
		if diff := cmp.Diff(c.out, labels(linearTicks(c.extent, c.want))); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.extent, diff)
		}
	}
}

// value reads a label back.
func value(t *rapid.T, label string) float64 {
	label = strings.ReplaceAll(label, "−", "-")
	label = strings.Replace(strings.TrimSuffix(label, "}"), "×10^{", "e", 1)
	label = strings.Replace(label, "10^{", "1e", 1)
	v, err := strconv.ParseFloat(label, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func anyExtent(t *rapid.T) extent {
	magnitude := func(name string) float64 {
		v := math.Pow(10, rapid.Float64Range(-110, 99).Draw(t, name))
		switch rapid.IntRange(0, 2).Draw(t, name+" sign") {
		case 0:
			return -v
		case 1:
			return 0
		}
		return v
	}
	e := empty().with(magnitude("a"), magnitude("b"))
	return e.padded(rapid.Float64Range(0, 0.1).Draw(t, "share"))
}

func TestLinearTicks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e, want := anyExtent(t), rapid.IntRange(1, 9).Draw(t, "want")
		ticks := linearTicks(e, want)
		if len(ticks) == 0 && want > 2 || len(ticks) > 2*want+2 {
			t.Fatalf("%d ticks in %v, %d wanted", len(ticks), e, want)
		}
		slack := 1e-6 * (e.high - e.low)
		for i, tick := range ticks {
			if tick.Value < e.low-slack || tick.Value > e.high+slack {
				t.Fatalf("tick %v outside of %v", tick.Value, e)
			}
			if i > 0 && tick.Value <= ticks[i-1].Value {
				t.Fatalf("ticks %v", ticks)
			}
			if v := value(t, tick.Label); math.Abs(v-tick.Value) > slack {
				t.Fatalf("the tick at %v says %q", tick.Value, tick.Label)
			}
		}
	})
}

func TestLogTickLabels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		extent
		out []string
	}{
		{extent{0.05, 14}, []string{"0.1", "1", "10"}},
		{extent{0.3, 0.9}, []string{"0.4", "0.6", "0.8"}},
		{extent{0.3, 6}, []string{"0.5", "1", "2", "5"}},
		{extent{1e-6, 1e6}, []string{"10^{−6}", "10^{−3}", "10^{0}", "10^{3}", "10^{6}"}},
	} {
		if diff := cmp.Diff(c.out, labels(logTicks(c.extent))); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.extent, diff)
		}
	}
}

func TestLogTicks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64Range(-100, 100).Draw(t, "a"),
			rapid.Float64Range(-100, 100).Draw(t, "b")
		e := empty().with(math.Pow(10, a), math.Pow(10, b)).logPadded(0.05)
		ticks := logTicks(e)
		if n := len(labels(ticks)); n < 2 || n > 12 {
			t.Fatalf("%d labels in %v: %v", n, e, ticks)
		}
		for _, tick := range ticks {
			if tick.Value < e.low*(1-1e-6) || tick.Value > e.high*(1+1e-6) {
				t.Fatalf("tick %v outside of %v", tick.Value, e)
			}
			if tick.Label == "" {
				continue
			}
			if v := value(t, tick.Label); math.Abs(v/tick.Value-1) > 1e-6 {
				t.Fatalf("the tick at %v says %q", tick.Value, tick.Label)
			}
		}
	})
}

func TestPadded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want extent }{
		{extent{0, 10}, extent{-1, 11}},
		{extent{0, 0}, extent{-1.2, 1.2}},
		{extent{100, 100}, extent{94, 106}},
	} {
		if got := c.in.padded(0.1); math.Abs(got.low-c.want.low) > 1e-12 ||
			math.Abs(got.high-c.want.high) > 1e-12 {
			t.Errorf("%v.padded(0.1) = %v, want %v", c.in, got, c.want)
		}
	}
}
