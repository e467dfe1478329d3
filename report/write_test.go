package report

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sparker/findings"
	"sparker/results"
)

// tag matches the beginning of an element of HTML.
var tag = regexp.MustCompile(`<([a-z0-9]+)[\s>]`)

// elements counts the elements of a page, by their names.
func elements(page []byte) map[string]int {
	n := map[string]int{}
	for _, match := range tag.FindAllSubmatch(page, -1) {
		n[string(match[1])]++
	}
	return n
}

// hostileTexts are what a browser, a reader or a layout would obey.
var hostileTexts = map[string]string{
	"markup":    `<b onclick=alert(1)>x</b><img src=x onerror=alert(1)>`,
	"script":    `</script><script>alert(1)</script>`,
	"style":     `</style><style>*{display:none}</style>`,
	"quotes":    `"' onload=alert(1) x="`,
	"comment":   `<!-- --><![CDATA[`,
	"entities":  `&lt;script&gt;&#x3c;b&#x3e;`,
	"url":       `javascript:alert(1)`,
	"template":  `{{.}}${alert(1)}` + "`",
	"control":   "a\x00b\x1b[31mred\x07\u009b2J\r",
	"direction": "\u202egnp.exe\u2066\u200f",
	"separator": "a\u2028b\u2029c",
	"long":      strings.Repeat("W", 100_000),
	"formula":   `=HYPERLINK("http://evil.example")`,
	"utf8":      "a\xff\xfeb",
}

// Texts of others add no element to the page, and none of the characters that cannot be seen.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	want := elements(written(t, madeTest("plain")))
	if want["table"] < 5 || want["svg"] < 5 || want["li"] < 3 {
		t.Fatalf("the page lacks its parts: %v", want)
	}
	for kind, text := range hostileTexts {
		page := written(t, madeTest(text))
		got := elements(page)
		for name := range got {
			if got[name] != want[name] {
				t.Errorf("%s: %d elements %s, want %d", kind, got[name], name, want[name])
			}
		}
		if i := strings.IndexFunc(string(page), invisible); i >= 0 {
			t.Errorf("%s: the page holds %q", kind, page[max(i-20, 0):i+10])
		}
		sweep := madeSweep(text, 2)
		if n := elements(written(t, sweep))["script"]; n != 1 {
			t.Errorf("%s: %d scripts in the page of a sweep", kind, n)
		}
	}
}

// invisible reports characters that change more than the place where they stand.
func invisible(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 ||
		strings.ContainsRune("\u200e\u200f\u2028\u2029\ufffe", r) || r >= 0x202a && r <= 0x202e ||
		r >= 0x2066 && r <= 0x2069
}

// The policy of the page allows its own scripts and styles, and nothing else.
func TestPolicy(t *testing.T) {
	t.Parallel()
	page := string(written(t, madeTest("plain")))
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).
		FindStringSubmatch(page)
	const begin = "default-src &#39;none&#39;; img-src data:; style-src &#39;sha256-"
	if policy == nil || !strings.HasPrefix(policy[1], begin) ||
		strings.Contains(policy[1], "unsafe") || strings.Contains(policy[1], "*") {
		t.Errorf("the policy is %q", policy)
	}
	page = strings.ReplaceAll(page, "url(#", "") // a part of the page
	for _, part := range []string{`src="http`, `href="http`, "url(", "@import", " style=",
		" onclick"} {
		if strings.Contains(page, part) {
			t.Errorf("the page holds %q", part)
		}
	}
}

// Pictures that do not fit are left out, and named.
func TestPageStaysSmall(t *testing.T) {
	t.Parallel()
	const limit = 5_000_000
	c := madeTest("plain")
	for _, name := range []string{"one", "two", "three"} {
		c.Sections[0].Drawings = append(c.Sections[0].Drawings, Drawing{Name: name,
			Title: name, Picture: madeSVG(1_500_000)})
	}
	before := len(c.Sections[0].Drawings)
	page := string(written(t, c))
	if len(page) >= limit || len(page) < 2_000_000 {
		t.Errorf("the page has %d bytes; want some pictures, and less than %d", len(page), limit)
	}
	if !strings.Contains(page, "which the folder of the run has:\nthree.") {
		t.Error("the page does not name the figure that it leaves out")
	}
	if len(c.Sections[0].Drawings) != before {
		t.Error("Write changes its argument")
	}
}

// Ten arms and twenty recorded fits of a thousand epochs stay below the limit.
func TestLargePageStaysSmall(t *testing.T) {
	t.Parallel()
	const limit = 5_000_000
	page := written(t, madeLarge())
	t.Logf("%d bytes", len(page))
	if len(page) >= limit {
		t.Errorf("the page has %d bytes, want less than %d", len(page), limit)
	}
	if n := strings.Count(string(page), `"packed":`); n != 20 {
		t.Errorf("the page has %d fits, want 20", n)
	}
}

// A picture of another media type is refused: it could be a document.
func TestPictureIsAnImage(t *testing.T) {
	t.Parallel()
	c := madeTest("plain")
	c.Sections[0].Drawings[0].MediaType = `text/html"><script>`
	if err := Write(&strings.Builder{}, c); err == nil {
		t.Error("a document was taken for a picture")
	}
}

type brokenWriter struct{}

var errBroken = errors.New("broken")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteReportsErrors(t *testing.T) {
	t.Parallel()
	if err := Write(brokenWriter{}, madeTest("plain")); !errors.Is(err, errBroken) {
		t.Errorf("the error is %v", err)
	}
}

// Without an answer, the page gives neither a p-value nor places; without a useful one, it says so
// where the p-value stands.
func TestPageWithoutAnswer(t *testing.T) {
	t.Parallel()
	c := madeTest("plain")
	o := c.Sections[0].Summary.Observed
	o.P, o.Z, o.ScaleP, o.Status = nil, nil, nil, results.StatusTooManyFailures
	page := string(written(t, c))
	for _, part := range []string{"0.002", "p_place", "Where the samples differ"} {
		if strings.Contains(page, part) {
			t.Errorf("a page without an answer holds %q", part)
		}
	}
	c = madeTest("plain")
	c.Sections[0].Summary.Observed.Shared = 900
	page = string(written(t, c))
	for _, part := range []string{"0.002 (of no use)",
		"of 1\u202f000 rows are also in the reference"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page of shared rows does not say %q", part)
		}
	}
}

// Places that do not stand out are not shown as a difference: the heading says so, and their cards
// are closed.
func TestNoPlaceStandsOut(t *testing.T) {
	t.Parallel()
	c := madeTest("plain")
	places := c.Sections[0].Findings.Places
	if page := string(written(t, c)); !strings.Contains(page, ">Where the samples differ</h2>") ||
		strings.Contains(page, "No place stands out") ||
		!strings.Contains(page, "<summary>1 more place, which does not stand out</summary>") {
		t.Error("the place that stands out is not shown as a difference")
	}
	for _, p := range []*float64{new(0.95), nil} {
		places[0].P, places[1].P = p, p
		page := string(written(t, c))
		for _, part := range []string{">No place stands out</h2>",
			"no place stands out; the first is an excess of 15.0 rows",
			"<details><summary>2 places, none of which stands out</summary>\n<article"} {
			if !strings.Contains(page, part) {
				t.Errorf("p_place %v: the page does not say %q", p, part)
			}
		}
		if strings.Contains(page, "Where the samples differ") ||
			strings.Contains(page, "card stands") {
			t.Errorf("p_place %v: the place is shown as a difference", p)
		}
	}
}

// A deficit has one sign on its card, and the sentences of the page have those of its tables.
func TestSignsOfDeficit(t *testing.T) {
	t.Parallel()
	c := madeTest("plain")
	c.Answer = []string{"p <= 0.025 at x = -3", "from -1 to (-2, x-1)"}
	p := &c.Sections[0].Findings.Places[0]
	low, high := -6.3, 1.2
	p.Kind, p.Data, p.Expected, p.Excess, p.Z = findings.KindDeficit, 1, 4.9, -3.9, -2
	p.Interval = &findings.ExcessInterval{Level: 0.68, Low: &low, High: &high}
	page := string(written(t, c))
	for _, part := range []string{"a deficit of 3.9 rows (68% interval −1.2 to 6.3)",
		"<dt>deficit</dt><dd>3.9 <small>rows, 68% interval −1.2 to 6.3</small>",
		"p ≤ 0.025 at x = −3", "from −1 to (−2, x-1)"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page does not say %q", part)
		}
	}
}

// A page of several cells begins with their warnings, has intervals, and leaves out an axis of one
// arm.
func TestPageOfCells(t *testing.T) {
	t.Parallel()
	c := madeSweep("kernels", 3)
	constant := results.AxisRecord{Name: "loss.kind", Labels: []string{"np"}}
	c.Manifest.Axes = append(c.Manifest.Axes, constant)
	c.Summary.Axes = c.Manifest.Axes
	for i := range c.Sections {
		arms := &c.Sections[i].Summary.Arms
		*arms = append(slices.Clone(*arms), results.ArmRecord{Axis: "loss.kind", Label: "np"})
		c.Summary.Cells[i].Arms = *arms
		c.Sections[i].Warnings = []string{"everywhere"}
		c.Sections[i].Summary.Signatures = []results.Signature{{Name: "few-toys",
			Text: fmt.Sprintf("%d toys", i), Remedy: "more"}}
	}
	c.Sections[1].Warnings = append(c.Sections[1].Warnings, "here")
	c.Summary.Warnings = []string{"few-toys: in 3 of 3 cells; see their warnings"}
	page := string(written(t, c))
	for _, part := range []string{`<h2 id="known">What to know</h2>`, "<li>everywhere</li>",
		"<li>here <em>(cell 2)</em></li>", "<li>few-toys: 0 toys; more</li>",
		"0.667 (0.533–0.733)", "with 95% intervals", "Cell 1: kernels=3 kernels</summary>"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page does not say %q", part)
		}
	}
	if strings.Contains(page, "see their warnings") {
		t.Error("the page counts warnings instead of showing them")
	}
	if strings.Contains(page, "loss.kind") {
		t.Error("the page repeats an axis of one arm")
	}
}

// Rows have their images in the page. An image that the page does not have is a text.
func TestImagesOfRows(t *testing.T) {
	t.Parallel()
	c := madeTest("https://example.org/a.png")
	if page := string(written(t, c)); strings.Contains(page, `alt="image of row`) ||
		!strings.Contains(page, `<td class="short">https://example.org/a.png`) {
		t.Error("the address of an image is not a text")
	}
	for _, path := range []string{"/home/somebody/a.png", `C:\somebody\a.png`} {
		page := string(written(t, madeTest(path)))
		if !strings.Contains(page, `<td class="short">not shown: a.png</td>`) {
			t.Errorf("the page does not say that %s is not shown", path)
		}
	}
	c.Sections[0].Images = map[string]Picture{"https://example.org/a.png": {
		MediaType: "image/png", Content: []byte("a picture")}}
	page := string(written(t, c))
	const source = `<img class="row" src="data:image/png;base64,YSBwaWN0dXJl" alt="image of row `
	if strings.Count(page, source+`17">`) != 2 || strings.Count(page, source+`3">`) != 1 {
		t.Error("the page lacks the images of its rows")
	}
}

// A run that goes on says so to its script, and one that stopped does not.
func TestPartialPage(t *testing.T) {
	t.Parallel()
	for _, growing := range []bool{true, false} {
		c := madeTest("plain")
		c.Partial = &Partial{Done: 12, Toys: 99, AtMost: true, Observed: 1, Growing: growing}
		s := &c.Sections[0]
		s.Warnings = append(s.Warnings, "partial: 12 of 99 null toys")
		s.Summary.Null.Toys, s.Summary.AlphaAttained = 15, 0
		page := string(written(t, c))
		if strings.Count(page, "partial: ") != 1 ||
			!strings.Contains(page, "<strong>partial: 12 of at most 99 toys</strong>") ||
			!strings.Contains(page, "One of the latter is the observed sample.") ||
			!strings.Contains(page, "<small>cannot be attained with 15 toys</small>") ||
			strings.Contains(page, "alternative toys") ||
			strings.Contains(page, `id="partial" data-seconds="10">`) != growing {
			t.Errorf("growing %v: the page does not say how far the run is", growing)
		}
	}
}

// Charts have the labels and units that figures have, as texts.
func TestTitlesOfCharts(t *testing.T) {
	t.Parallel()
	c := madeTest("m")
	c.Sections[0].Record.Columns[0] = results.Column{Name: "m", Label: "m_{jj}^{2}",
		Unit: "GeV/c^{2}"}
	page := string(written(t, c))
	const head = "<figcaption>m<sub>jj</sub><sup>2</sup> [GeV/c<sup>2</sup>]</figcaption>"
	if n := strings.Count(page, head); n < 3 {
		t.Errorf("%d charts have the label of their column", n)
	}
	for _, want := range []string{"Distribution of m_jj² [GeV/c²]", ">m_jj² (m) [GeV/c²]<"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	c.Sections[0].Record.Columns[0].Name = "another"
	if page := string(written(t, c)); strings.Contains(page, "GeV") {
		t.Error("a chart has the unit of another column")
	}
}
