package plots

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"
)

func TestSpans(t *testing.T) {
	t.Parallel()
	plain := func(s string) textSpan { return textSpan{strings.ReplaceAll(s, " ", "\u00a0"), 1, 0} }
	sub := func(s string) textSpan { return textSpan{s, 0.7, -0.2} }
	super := func(s string) textSpan { return textSpan{s, 0.7, 0.36} }
	for line, want := range map[string][]textSpan{
		"":                 nil,
		"plain":            {plain("plain")},
		"N_{S} = 15":       {plain("N"), sub("S"), plain(" = 15")},
		"10^{-3}":          {plain("10"), super("-3")},
		"x_{1}^{2}":        {plain("x"), sub("1"), super("2")},
		"a_b^c":            {plain("a_b^c")},
		"a_b and c_{d}":    {plain("a_b and c"), sub("d")},
		"open _{ no end":   {plain("open _{ no end")},
		"_{}":              nil,
		"a\x1b[2J\u202eb":  {plain("a [2J b")},
		"closed } x_{y} }": {plain("closed } x"), sub("y"), plain(" }")},
	} {
		if diff := cmp.Diff(want, spans(line), cmp.AllowUnexported(textSpan{})); diff != "" {
			t.Errorf("spans(%q) (-want +got):\n%s", line, diff)
		}
	}
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "plain text": "plain text", "N_{S} = 15": "N_S = 15",
		"2×10^{−3}": "2×10^−3", "a_b": "a_b",
	} {
		if got := plainText(in); got != want {
			t.Errorf("plainText(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMarkupWidth(t *testing.T) {
	t.Parallel()
	sty := style(10)
	want := sty.Width("N") + style(7).Width("S") + sty.Width(" = 15")
	if got := sty.Width("N_{S} = 15"); math.Abs(float64(got-want)) > 1e-9 {
		t.Errorf("width %v, want %v", got, want)
	}
}

func TestShorten(t *testing.T) {
	t.Parallel()
	sty := style(10)
	// A text of a megabyte takes as long as one that is as wide as a figure.
	long := shorten(strings.Repeat("i", 1<<20), sty, 100)
	if want := shorten(strings.Repeat("i", 500), sty, 100); long != want || want == "" {
		t.Errorf("a long text is shortened to %q, want %q", long, want)
	}
	rapid.Check(t, func(t *rapid.T) {
		txt := printable(rapid.StringN(0, 40, -1).Draw(t, "text"))
		width := vg.Length(rapid.Float64Range(0, 200).Draw(t, "width"))
		got := shorten(txt, sty, width)
		if sty.Width(got) > width && got != "" {
			t.Fatalf("%q is %v wide, more than %v", got, sty.Width(got), width)
		}
		if got != txt && sty.Width(txt) <= width {
			t.Fatalf("%q was shortened to %q, though it fits", txt, got)
		}
		if head, cut := strings.CutSuffix(got, "…"); cut && !strings.HasPrefix(txt, head) {
			t.Fatalf("%q is not the beginning of %q", head, txt)
		}
	})
}

func TestWrap(t *testing.T) {
	t.Parallel()
	sty := style(8)
	rapid.Check(t, func(t *rapid.T) {
		txt := printable(rapid.StringN(0, 120, -1).Draw(t, "text"))
		width := vg.Length(rapid.Float64Range(20, 200).Draw(t, "width"))
		lines := wrap(txt, sty, width)
		for _, line := range lines {
			if sty.Width(line) > width && len([]rune(line)) > 1 {
				t.Fatalf("line %q is %v wide, more than %v", line, sty.Width(line), width)
			}
		}
		letters := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if letters(strings.Join(lines, " ")) != letters(txt) {
			t.Fatalf("%q became %q", txt, lines)
		}
	})
}
