package clean

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// each calls a cleaner with texts and compares what it returns.
func each(t *testing.T, clean func(string) string, want map[string]string) {
	t.Helper()
	for text, cleaned := range want {
		if got := clean(text); got != cleaned {
			t.Errorf("%q became %q, want %q", text, got, cleaned)
		}
	}
}

func TestTerminal(t *testing.T) {
	t.Parallel()
	each(t, Terminal, map[string]string{
		"":                       "",
		"pt [GeV], Δφ\n\t日本 ½":   "pt [GeV], Δφ\n\t日本 ½",
		"a\u00a0b\u2009c":        "a\u00a0b\u2009c", // spaces of other widths
		"\x1b[31mred\a":          `\u001b[31mred\u0007`,
		"a\rb\x00\x7f":           `a\u000db\u0000\u007f`,
		"\u009b2J":               `\u009b2J`, // a control sequence in one character
		"\x9b2J":                 "\ufffd2J", // and in one byte
		"\u202egnp.exe\u2066":    `\u202egnp.exe\u2066`,
		"a\u2028b":               `a\u2028b`,
		"\U000e0041":             `\udb40\udc41`, // a tag, which cannot be seen
		"👩\u200d🔬":               "👩\u200d🔬",
		"\x1b]8;;http://x\x1b\\": `\u001b]8;;http://x\u001b\`,
	})
}

// The text of JSON that is cleaned stands for the same value.
func TestTerminalKeepsJSON(t *testing.T) {
	t.Parallel()
	for r := rune(0); r < 0x110000; r++ {
		if r >= 0xd800 && r < 0xe000 {
			continue
		}
		name := fmt.Sprintf("a%cb", r)
		encoded, err := json.Marshal(name)
		if err != nil {
			t.Fatal(err)
		}
		cleaned := Terminal(string(encoded))
		if strings.ContainsFunc(cleaned, func(r rune) bool {
			return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
		}) {
			t.Fatalf("%q is not clean", cleaned)
		}
		var back string
		if err := json.Unmarshal([]byte(cleaned), &back); err != nil || back != name {
			t.Fatalf("%q became %q (%v)", name, back, err)
		}
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	each(t, func(s string) string { return Line(s, 6) }, map[string]string{
		"": "", " a\r\n\tb ": "a b", "ä\x00ö": "ä ö", "123456": "123456", "1234567": "12345…",
		"日本語日本語日": "日本語日本…", "\x1b[31mx": "[31mx", "a\u202eb": "a b", "a\u2028b": "a b",
	})
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	each(t, Markdown, map[string]string{
		"":                     "",
		"pt, 3 GeV":            "pt, 3 GeV",
		"<script>x</script>":   `\<script\>x\</script\>`,
		"a|b":                  `a\|b`,
		"![x](http://e.vil)":   `\!\[x\]\(http\://e.vil\)`,
		"*a* _b_ `c` # d":      "\\*a\\* \\_b\\_ \\`c\\` \\# d",
		"javascript:alert(1)":  `javascript\:alert\(1\)`,
		"&lt;b&gt;":            `\&lt;b\&gt;`,
		`\`:                    `\\`,
		"http://x, www.y a@b.": `http\://x, www.y a\@b.`,
	})
}

func TestBlock(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"p = 1\n":              "```yaml\np = 1\n```\n",
		"p = 1":                "```yaml\np = 1\n```\n",
		"a\n```\n<script>\n":   "````yaml\na\n```\n<script>\n````\n",
		"`````` and ```\x1b\n": "```````yaml\n`````` and ```\\u001b\n```````\n",
	} {
		if got := Block("yaml", text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// Every character can be drawn and read back from XML.
func TestFigure(t *testing.T) {
	t.Parallel()
	each(t, Figure, map[string]string{"Δφ\nb": "Δφ\nb", "a\x1bb": "a b", "\xff": "?",
		"a\u202eb": "a b", "a\ufffe": "a "})
	for r := rune(0); r < 0x20000; r++ {
		document := "<text>" + html.EscapeString(Figure(fmt.Sprintf("a%cb", r))) + "</text>"
		var text string
		if err := xml.Unmarshal([]byte(document), &text); err != nil {
			t.Fatalf("U+%04X: %v", r, err)
		}
	}
}

func TestCSV(t *testing.T) {
	t.Parallel()
	each(t, CSV, map[string]string{
		"": "", "pt": "pt", "-5": "-5", "+1e3": "+1e3", "-Inf": "-Inf", "-0.5": "-0.5",
		`=HYPERLINK("http://e.vil")`: `'=HYPERLINK("http://e.vil")`,
		"+A1":                        "'+A1", "-A1": "'-A1", "@SUM(A1)": "'@SUM(A1)",
		"\tx": "'\tx", "\r=1": `\u000d=1`, "-5 and more": "'-5 and more", "a=1": "a=1",
		"'=1":        "'=1",
		"\x1b[31mpt": `\u001b[31mpt`, "a\u202eb": `a\u202eb`, "two\r\nlines": "two\nlines",
		"\u202e=1": `\u202e=1`, "π \U0001F600": "π \U0001F600",
	})
	if got := CSVLine([]string{"-1", "=1"}); !slices.Equal(got, []string{"-1", "'=1"}) {
		t.Errorf("line %q", got)
	}
}
