package report

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sparker/internal/browser"
)

// A single browser serves all tests of the page: its start takes most of the time.
func TestPageInBrowser(t *testing.T) {
	p := browser.Open(t)
	t.Run("sorting", func(t *testing.T) { testSorting(t, p) })
	t.Run("arms", func(t *testing.T) { testArms(t, p) })
	t.Run("hint", func(t *testing.T) { testHint(t, p) })
	t.Run("links", func(t *testing.T) { testLinks(t, p) })
	for name, c := range map[string]Contents{"test": madeTest("mass <m>"),
		"sweep": madeSweep("model.kernels", 9), "hostile": madeTest(hostileTexts["script"] +
			hostileTexts["direction"] + hostileTexts["long"][:1000])} {
		t.Run(name, func(t *testing.T) { testWindows(t, p, c) })
	}
	t.Run("reload", func(t *testing.T) { testReload(t, p) })
	t.Run("large", func(t *testing.T) { testLarge(t, p) })
	p.Quiet()
}

// The page of a run that goes on loads itself again while it is served, and not as a file.
func testReload(t *testing.T, p *browser.Page) {
	c := madeTest("plain")
	c.Partial = &Partial{Done: 12, Toys: 99, Growing: true}
	page := bytes.Replace(written(t, c), []byte(`data-seconds="10"`),
		[]byte(`data-seconds="0.2"`), 1)
	const loaded = `performance.getEntriesByType("navigation")[0].type`
	p.Show(page)
	browser.Value[bool](p, "new Promise(r => setTimeout(() => r(true), 500))")
	if got := browser.Value[string](p, loaded); got != "navigate" {
		t.Errorf("a file is loaded by %q", got)
	}
	var loads atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(
		func(w http.ResponseWriter, _ *http.Request) {
			loads.Add(1)
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Write(page)
		}))
	defer server.Close()
	p.Visit(server.URL)
	p.Wait(`document.readyState === "complete"`)
	for range 100 {
		if loads.Load() > 1 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if n := loads.Load(); n < 2 {
		t.Errorf("the served page was loaded %d times", n)
	}
	p.Visit("about:blank")
}

// testLarge opens a page of many recorded fits. The time depends on the machine: it is logged.
func testLarge(t *testing.T, p *browser.Page) {
	p.Show(written(t, madeLarge()))
	p.Wait("performance.timing.loadEventEnd > 0")
	t.Logf("the page opens in %d ms", browser.Value[int](p,
		"performance.timing.loadEventEnd - performance.timing.navigationStart"))
	browser.Value[bool](p, `document.querySelector("#cell-1 .training").scrollIntoView(), true`)
	p.Wait(`!document.querySelector("#cell-1 .player").hidden`)
}

// texts returns the texts of the cells of a column, counted from 1, in the first table of a part.
func texts(p *browser.Page, part string, column int) []string {
	return browser.Value[[]string](p, fmt.Sprintf(
		`[...document.querySelector(%q).tBodies[0].rows].map(r => r.cells[%d].textContent.trim())`,
		part+" table", column-1))
}

// Rows are sorted by the button in the head of a column, also by the keyboard: by number, up and
// then down.
func testSorting(t *testing.T, p *browser.Page) {
	c := madeSweep("kernels", 12)
	c.Sections, c.Summary.Cells = c.Sections[:2], c.Summary.Cells[:2]
	p.Show(written(t, c))
	before := texts(p, ".comparison", 4)
	const head = ".comparison th:nth-child(4)"
	for _, want := range []string{"ascending", "descending"} {
		browser.Value[bool](p, fmt.Sprintf(`document.querySelector(%q).focus(), true`,
			head+" button"))
		p.Press("Enter")
		got := browser.Value[string](p, fmt.Sprintf(
			`document.querySelector(%q).getAttribute("aria-sort")`, head))
		if got != want {
			t.Errorf("the column is sorted %q, want %s", got, want)
		}
		sorted := slices.Clone(before)
		slices.Sort(sorted) // powers have equally many digits
		if want == "descending" {
			slices.Reverse(sorted)
		}
		if now := texts(p, ".comparison", 4); !slices.Equal(now, sorted) {
			t.Errorf("%s: the powers are %q", want, now)
		}
	}
	p.Click(".comparison th:nth-child(1) button")
	labels := texts(p, ".comparison", 1)
	if labels[0] != "1 kernels" || labels[len(labels)-1] != "12 kernels" {
		t.Errorf("the labels are %q", labels)
	}
	if n := browser.Value[int](p, `document.querySelectorAll("[aria-sort]").length`); n != 1 {
		t.Errorf("%d columns are sorted", n)
	}
}

// A box hides its arm in the chart and in the table, and shows it again.
func testArms(t *testing.T, p *browser.Page) {
	p.Show(written(t, madeSweep("kernels", 3)))
	visible := func(arm string) int {
		return browser.Value[int](p, fmt.Sprintf(
			`[...document.querySelectorAll(".comparison [data-arm='%s']")]
			.filter(e => getComputedStyle(e).display !== "none").length`, arm))
	}
	all := visible("1")
	if all != 4 { // a curve, and three rows
		t.Errorf("an arm has %d parts", all)
	}
	const box = ".arms input[value='1']"
	p.Click(box)
	if visible("1") != 0 || visible("0") != all {
		t.Errorf("after a click %d parts of the arm are visible, and %d of another", visible("1"),
			visible("0"))
	}
	browser.Value[bool](p, `document.querySelector("`+box+`").focus(), true`)
	p.Press("Space")
	if visible("1") != all {
		t.Errorf("%d parts are visible again, want %d", visible("1"), all)
	}
}

// A table that is wider than the window says so, and one that is not does not.
func testHint(t *testing.T, p *browser.Page) {
	p.Show(written(t, madeSweep("kernels", 3)))
	hint := func() string {
		return browser.Value[string](p, `getComputedStyle(document.querySelector(
			".comparison caption"), "::after").content`)
	}
	p.Size(400, 800)
	p.Wait(`document.querySelector(".comparison .scroll.more")`)
	if !strings.Contains(hint(), "scroll") {
		t.Errorf("a wide table says %q", hint())
	}
	p.Size(1280, 800)
	p.Wait(`!document.querySelector(".comparison .scroll.more")`)
	if hint() != "none" {
		t.Errorf("a narrow table says %q", hint())
	}
}

// A link to a cell unfolds it.
func testLinks(t *testing.T, p *browser.Page) {
	p.Show(written(t, madeSweep("kernels", 3)))
	open := func() bool { return browser.Value[bool](p, `document.querySelector("#cell-2").open`) }
	if open() {
		t.Error("the second cell is unfolded")
	}
	p.Click(`a[href="#cell-2"]`)
	p.Wait(`document.querySelector("#cell-2").open`)
}

// In narrow and wide windows, light and dark, nothing is wider than the window, and axe-core has
// nothing to object to.
func testWindows(t *testing.T, p *browser.Page, c Contents) {
	p.Show(written(t, c))
	browser.Value[bool](p,
		`document.querySelectorAll("details").forEach(d => { d.open = true }), true`)
	for _, width := range []int{400, 1280} {
		for _, scheme := range []string{"dark", "light"} {
			p.Size(width, 800)
			p.Prefer("prefers-color-scheme", scheme)
			wide := browser.Value[int](p, "document.documentElement.scrollWidth")
			if wide > width {
				t.Errorf("%d pixels, %s: the page is %d pixels wide", width, scheme, wide)
			}
			if (width == 400) == (scheme == "dark") {
				accessible(t, p, "html")
			}
		}
	}
}
