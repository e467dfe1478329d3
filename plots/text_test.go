package plots

import (
	"strings"
	"testing"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
)

func TestNumber(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]string{
		0: "0", 1: "1", 15: "15", 0.05: "0.05", 0.04983: "0.0498", 1234.4: "1230",
		999999: "1×10^{6}", -2.5: "−2.5",
		1e6: "1×10^{6}", -1.5e7: "−1.5×10^{7}", 2.34e-5: "2.34×10^{−5}", 0.001: "0.001", 0.3: "0.3",
		1e-100: "1×10^{−100}",
	} {
		if got := number(v); got != want {
			t.Errorf("number(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain σ μ α ± χ": "plain σ μ α ± χ",
		"tab\tand\nline":  "tab and line",
		"10⁻³":            "10?³", // the font has no superscript minus
		"漢字":              "??",
		"bad \xff byte":   "bad ? byte",
	} {
		if got := printable(in); got != want {
			t.Errorf("printable(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFonts(t *testing.T) {
	t.Parallel()
	for want, sty := range map[string]text.Style{"LiberationSans-Regular": style(10),
		"LiberationSans-Bold": bold(10)} {
		face := font.DefaultCache.Lookup(sty.Font, sty.Font.Size)
		if !font.DefaultCache.Has(sty.Font) || face.Name() != want {
			t.Errorf("font %s, want %s", face.Name(), want)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0 toys", 1: "1 toy", 2: "2 toys"} {
		if got := count(n, "toy"); got != want {
			t.Errorf("count(%d) = %q, want %q", n, got, want)
		}
	}
}

// A text of many words that does not fit takes no longer to break than to measure.
func BenchmarkFitText(b *testing.B) {
	long := strings.Repeat("long ", 4000)
	for b.Loop() {
		fitText(long, labelSize, 200)
	}
}
