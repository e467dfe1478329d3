package report

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"sparker/internal/browser"
	"sparker/plots/plotstest"
	"sparker/results"
)

// playedPage returns a page with players for two cells: fits in one, two, and four dimensions, with
// births, and a fit with hostile names.
func playedPage(t *testing.T) []byte {
	t.Helper()
	plane := plotstest.PlaneFitWithBirths()
	plane.Signal = 20
	space := plotstest.Fit(plotstest.FitShape{Kernels: 3, Epochs: 60, Dim: 4})
	space.Signal = 0
	space.Columns = []results.Column{{Name: "</script><script>alert(1)</script>"},
		{Name: `"><img src=x onerror=alert(1)>`, Unit: "\u202ekeV"}, {Name: strings.Repeat("long ",
			50)}, {Name: "{{.}} \x1b[31m"}}
	space.Warnings = []string{"<b>not bold</b>"}
	line := plotstest.LineFitWithBirths()
	for i := range line.Trace.Epoch {
		line.Trace.DataInSphere = append(line.Trace.DataInSphere, []float64{float64(i), 2, 3, 4, 5})
		line.Trace.ReferenceInSphere = append(line.Trace.ReferenceInSphere,
			[]float64{0.5, 1, 1, 1, 1})
	}
	var page bytes.Buffer
	err := Write(&page, Contents{Question: "Does D differ from R?", Sections: []Section{
		{Record: results.CellRecord{}, Fits: []results.FitRecord{space, plane}},
		{Fits: []results.FitRecord{line}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return page.Bytes()
}

// A script that sets the slider of the player p, as a user who drags it.
const drag = `(() => { const s = p.querySelector(".epoch"); s.value = %d;
	s.dispatchEvent(new Event("input")); return s.getAttribute("aria-valuetext") })()`

// told returns the number with a label in the readout of the player p.
func told(page *browser.Page, label string) string {
	return browser.Value[string](page, fmt.Sprintf(`[...p.querySelectorAll(".readout div")]
		.find(d => d.firstChild.textContent.startsWith(%q)).lastChild.textContent`, label))
}

// sphere returns the center and the radius of the first kernel of the player p.
func sphere(page *browser.Page) [3]float64 {
	return browser.Value[[3]float64](page, `["cx", "cy", "rx"].map(a =>
		Number(p.querySelector(".view .sphere").getAttribute(a)))`)
}

// choose chooses an option of a select of the player p by its index.
func choose(page *browser.Page, selector string, index int) {
	browser.Value[bool](page, fmt.Sprintf(`(() => { const s = p.querySelector(%q);
		s.selectedIndex = %d; s.dispatchEvent(new Event("change")); return true })()`, selector,
		index))
}

func TestPlayer(t *testing.T) {
	page := browser.Open(t)
	page.Show(playedPage(t))
	browser.Value[bool](page, `globalThis.all = [...document.querySelectorAll(".training")],
		globalThis.p = all[0], true`)
	page.Wait(`!p.querySelector(".player").hidden`)
	for _, part := range []struct {
		name string
		test func(*testing.T, *browser.Page)
	}{
		{"slider", testSlider}, {"keys", testKeys}, {"marks", testMarks}, {"click", testClick},
		{"hover", testHover}, {"zoom", testZoom}, {"play", testPlay}, {"calm", testCalm},
		{"choices", testChoices}, {"one dimension", testLine}, {"near", testNear},
		{"looks", testLooks}, {"many fits", testManyFits}, {"first", testFirst},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, page) })
	}
	page.Quiet()
}

// The first player is made without scrolling to it: paper and pictures of the page show it. The
// numbers of kernels are those of the records, from 0.
func testFirst(t *testing.T, page *browser.Page) {
	page.Show(bytes.Replace(playedPage(t), []byte("<main>"),
		[]byte("<main>"+strings.Repeat("<br>", 500)), 1))
	page.Wait(`document.querySelector(".training .view .center")`)
	got := browser.Value[[]string](page, `[
		[...document.querySelectorAll(".training .view")[0].querySelectorAll(".number")]
			.map(e => e.textContent).sort().join(" "),
		[...document.querySelector(".training select.kernel").options].map(o => o.text).join(" "),
		String(document.querySelectorAll(".training .player")[1].hidden)]`)
	if want := []string{"0 1 2 3", "all 0 1 2 3", "true"}; !slices.Equal(got, want) {
		t.Errorf("kernels of the picture, of the list, and whether the second player is hidden: "+
			"%q; want %q", got, want)
	}
}

// marks returns where the charts of the player p have their marks, in pixels.
func marks(page *browser.Page) []float64 {
	return browser.Value[[]float64](page, `[...p.querySelectorAll(".panel .cursor")].map(c =>
		new DOMMatrix(getComputedStyle(c).transform).e)`)
}

// The fit of the largest signal is shown first, at the checkpoint of its largest t. The slider
// moves kernels and numbers.
func testSlider(t *testing.T, page *browser.Page) {
	f := plotstest.PlaneFitWithBirths()
	best := slices.MaxFunc(f.Statistics, func(a, b results.CheckpointRecord) int {
		return cmp.Compare(a.T, b.T)
	})
	if got, want := told(page, "epoch"), fmt.Sprintf("%d of 400", best.Epoch); got != want {
		t.Errorf("the player opens at epoch %s; want %s", got, want)
	}
	browser.Value[string](page, fmt.Sprintf(drag, 399))
	end := sphere(page)
	text := browser.Value[string](page, fmt.Sprintf(drag, 99))
	if !strings.HasPrefix(text, "epoch 100 of 400, width σ ") {
		t.Errorf("the slider says %q", text)
	}
	if got, want := told(page, "statistic t"), fmt.Sprintf("%.2f", f.Trace.T[99]); got != want {
		t.Errorf("t is %s; want %s", got, want)
	}
	if got, want := told(page, "width"), fmt.Sprintf("%.0f", f.Trace.Sigma[99]); got != want {
		t.Errorf("sigma is %s; want %s", got, want)
	}
	middle := sphere(page)
	if middle[0] == end[0] && middle[1] == end[1] {
		t.Error("the kernel has not moved")
	}
	// Circles shrink as sigma does.
	want := f.Trace.Sigma[99] / f.Trace.Sigma[399]
	if got := middle[2] / end[2]; got < 0.99*want || got > 1.01*want {
		t.Errorf("the sphere shrinks by %v; want %v", got, want)
	}
	// Kernel 1 was born again at epoch 150.
	browser.Value[string](page, fmt.Sprintf(drag, 149))
	if got := browser.Value[int](page, `[...p.querySelectorAll(".ring.born")]
		.filter(e => e.getAttribute("visibility") === "visible").length`); got != 1 {
		t.Errorf("%d kernels have a ring of birth; want 1", got)
	}
}

func testKeys(t *testing.T, page *browser.Page) {
	browser.Value[string](page, fmt.Sprintf(drag, 50))
	browser.Value[bool](page, `p.querySelector(".epoch").focus(), true`)
	for _, step := range []struct{ key, epoch string }{
		{"ArrowRight", "52"}, {"ArrowLeft", "51"}, {"Shift+ArrowRight", "61"}, {"ArrowDown", "60"},
		{"Home", "1"}, {"ArrowLeft", "1"}, {"End", "400"},
	} {
		page.Press(step.key)
		if got := told(page, "epoch"); got != step.epoch+" of 400" {
			t.Errorf("after %s the epoch is %s; want %s", step.key, got, step.epoch)
		}
	}
}

// The marks of all charts follow the slider, and so do their text alternatives.
func testMarks(t *testing.T, page *browser.Page) {
	browser.Value[string](page, fmt.Sprintf(drag, 99))
	before := marks(page)
	browser.Value[string](page, fmt.Sprintf(drag, 299))
	after := marks(page)
	if len(before) < 6 || len(after) != len(before) {
		t.Fatalf("there are %d and %d marks", len(before), len(after))
	}
	width := browser.Value[float64](page, `p.querySelector(".panel .u-over").clientWidth`)
	for i, x := range after {
		if want := width * 200 / 399; math.Abs(x-before[i]-want) > 1 {
			t.Errorf("the mark of chart %d moves by %v pixels; want %v", i, x-before[i], want)
		}
	}
	want := fmt.Sprintf("statistic t against epoch: %.3g at epoch 300,",
		plotstest.PlaneFitWithBirths().Trace.T[299])
	if got := browser.Value[string](page, `p.querySelectorAll(".panel")[2]
		.getAttribute("aria-label")`); !strings.HasPrefix(got, want) {
		t.Errorf("the chart of t is %q; want %q", got, want)
	}
}

// A click into a history goes to its epoch, and all marks follow.
func testClick(t *testing.T, page *browser.Page) {
	page.Click(".training .panel:nth-child(3) .u-over")
	if got := told(page, "epoch"); got != "201 of 400" && got != "200 of 400" {
		t.Errorf("after a click into the middle the epoch is %s", got)
	}
	at := marks(page)
	slices.Sort(at)
	if at = slices.Compact(at); len(at) != 1 {
		t.Errorf("the marks are at %v", at)
	}
}

// mouse sends an event of the mouse to the chart of t of the player p, at a share of its width.
func mouse(page *browser.Page, event string, share float64) {
	browser.Value[bool](page, fmt.Sprintf(`(() => {
		const over = p.querySelectorAll(".panel")[2].querySelector(".u-over");
		const box = over.getBoundingClientRect();
		over.dispatchEvent(new MouseEvent(%q, {bubbles: true, clientX: box.left + %v * box.width,
			clientY: box.top + 30, movementX: 1}));
		return true })()`, event, share))
}

// The chart below the mouse shows its value there, and the others show theirs at the same epoch.
// The epoch of the player stays.
func testHover(t *testing.T, page *browser.Page) {
	f := plotstest.PlaneFitWithBirths()
	browser.Value[string](page, fmt.Sprintf(drag, 99))
	shown := func(panel int) string {
		return browser.Value[string](page, fmt.Sprintf(`p.querySelectorAll(".panel")[%d]
			.querySelector("b").textContent`, panel))
	}
	mouse(page, "mousemove", 0.75)
	if got, want := shown(2), fmt.Sprintf("%.3g", f.Trace.T[299]); got != want {
		t.Errorf("t is %s at three quarters; want %s", got, want)
	}
	if got, want := shown(0), fmt.Sprintf("%.1f", f.Trace.Sigma[299]); got != want {
		t.Errorf("the width is %s at three quarters; want %s", got, want)
	}
	if got := browser.Value[string](page, `[...p.querySelectorAll(".when")]
		.filter(e => !e.hidden).map(e => e.textContent).join()`); got != "epoch 300" {
		t.Errorf("the charts say %q; want epoch 300 once", got)
	}
	if got := told(page, "epoch"); got != "100 of 400" {
		t.Errorf("the mouse moves the player to epoch %s", got)
	}
	mouse(page, "mouseleave", 0.75)
	if got, want := shown(2), fmt.Sprintf("%.2f", f.Trace.T[99]); got != want {
		t.Errorf("t is %s without the mouse; want %s", got, want)
	}
}

// Dragging shows the same part of the epochs in all charts, and so do keys. A double click, and a
// button, show all of them. Charts follow the player to epochs that they do not show.
func testZoom(t *testing.T, page *browser.Page) {
	first := func() float64 { return marks(page)[0] }
	whole := `p.querySelector(".whole").hidden`
	browser.Value[string](page, fmt.Sprintf(drag, 199))
	all := first()
	mouse(page, "mousedown", 0.25)
	mouse(page, "mousemove", 0.75)
	mouse(page, "mouseup", 0.75)
	page.Wait("!" + whole)
	if got := first(); math.Abs(got-all) > 1 {
		t.Errorf("the mark in the middle moves from %v to %v", all, got)
	}
	browser.Value[string](page, fmt.Sprintf(drag, 219))
	zoomed := first()
	if again := slices.Compact(marks(page)); len(again) != 1 {
		t.Errorf("the marks of charts that show a part are at %v", again)
	}
	for _, event := range []string{"mousedown", "mouseup", "click", "dblclick"} {
		mouse(page, event, 0.3)
	}
	page.Wait(whole)
	if got := told(page, "epoch"); got != "220 of 400" {
		t.Errorf("a double click moves the player to epoch %s", got)
	}
	if want := all + (zoomed-all)/2; math.Abs(first()-want) > 1 {
		t.Errorf("after a double click the mark is at %v; want %v", first(), want)
	}
	browser.Value[bool](page, `p.querySelector(".epoch").focus(), true`)
	page.Press("+")
	page.Wait("!" + whole)
	page.Press("Home")
	page.Wait(`!p.querySelector(".panel .cursor").hidden`)
	page.Click(".training .whole")
	page.Wait(whole)
}

func testPlay(t *testing.T, page *browser.Page) {
	browser.Value[string](page, fmt.Sprintf(drag, 399))
	choose(page, ".speed", 2)
	page.Click(".training .play") // from the end: it begins again
	page.Wait(`p.querySelector(".play").textContent === "Pause" &&
		Number(p.querySelector(".epoch").value) > 5 && Number(p.querySelector(".epoch").value) < 399`)
	browser.Value[bool](page, `p.querySelector(".epoch").focus(), true`)
	page.Press("Space")
	at := told(page, "epoch")
	if got := browser.Value[string](page, `p.querySelector(".play").textContent`); got != "Play" {
		t.Errorf("the button says %q after space", got)
	}
	page.Problems() // some frames pass
	if got := told(page, "epoch"); got != at {
		t.Errorf("the pause moves from epoch %s to %s", at, got)
	}
	browser.Value[string](page, fmt.Sprintf(drag, 390))
	page.Press("Space")
	page.Wait(`p.querySelector(".play").textContent === "Play"`) // at the end
	if got := told(page, "epoch"); got != "400 of 400" {
		t.Errorf("playing ends at epoch %s", got)
	}
}

// Users who prefer little motion see a few pictures instead.
func testCalm(t *testing.T, page *browser.Page) {
	page.Prefer("prefers-reduced-motion", "reduce")
	browser.Value[string](page, fmt.Sprintf(drag, 0))
	choose(page, ".speed", 0)
	pictures := browser.Value[int](page, `new Promise(end => {
		let seen = 0;
		const observer = new MutationObserver(() => { seen++ });
		observer.observe(p.querySelector(".epoch"), {attributeFilter: ["aria-valuetext"]});
		p.querySelector(".play").click();
		setTimeout(() => { p.querySelector(".play").click(); end(seen) }, 800);
	})`)
	if pictures < 1 || pictures > 2 {
		t.Errorf("there are %d pictures in 0.8 s; want one", pictures)
	}
	page.Prefer("prefers-color-scheme", "light")
}

// Another fit has other epochs; in four dimensions, axes can be chosen.
func testChoices(t *testing.T, page *browser.Page) {
	if !browser.Value[bool](page, `p.querySelector(".across").parentElement.hidden`) {
		t.Error("there is a choice of axes in two dimensions")
	}
	choose(page, ".fit", 0)
	page.Wait(`p.querySelector(".epoch").max === "59"`)
	browser.Value[string](page, fmt.Sprintf(drag, 59))
	if got := told(page, "epoch"); got != "60 of 60" {
		t.Errorf("the epoch of the other fit is %s", got)
	}
	title := func() string {
		return browser.Value[string](page, `p.querySelector(".view .title").textContent`)
	}
	if got := title(); !strings.HasPrefix(got, "component 1 (") {
		t.Errorf("the horizontal axis is %q", got)
	}
	before := sphere(page)
	choose(page, ".across", 3)
	if got := title(); !strings.HasPrefix(got, `"><img src=x onerror=alert(1)> [`) {
		t.Errorf("the horizontal axis of the second column is %q", got)
	}
	if after := sphere(page); after[0] == before[0] {
		t.Error("the kernel is at the same place along another axis")
	}
	choose(page, ".kernel", 2)
	if got := browser.Value[int](page, `p.querySelectorAll(".view .kernel.dim").length`); got != 2 {
		t.Errorf("%d kernels are dim; want 2", got)
	}
	if got := browser.Value[string](page, `p.querySelector(".says").innerHTML`); got !=
		"&lt;b&gt;not bold&lt;/b&gt;" {
		t.Errorf("the warning is %q", got)
	}
	page.Click(".training summary")
	page.Wait(`p.querySelectorAll(".kernels tbody tr").length === 3`)
}

// The second player is made when it comes near. It has kernels over densities.
func testLine(t *testing.T, page *browser.Page) {
	browser.Value[bool](page, `all[1].closest("details").open = true, all[1].scrollIntoView(),
		globalThis.p = all[1], true`)
	page.Wait(`!p.querySelector(".player").hidden`)
	if got := browser.Value[int](page, `p.querySelectorAll(".view .density, .view .outline")
		.length`); got != 2 {
		t.Errorf("there are %d densities; want 2", got)
	}
	x := func() string {
		return browser.Value[string](page, `p.querySelector(".view .center").getAttribute("cx")`)
	}
	end := x()
	browser.Value[string](page, fmt.Sprintf(drag, 20))
	if x() == end {
		t.Error("the kernel has not moved")
	}
	if got := browser.Value[string](page, `[...p.querySelectorAll(".panel")].at(-1)
		.getAttribute("aria-label")`); !strings.Contains(got, "rows in spheres") {
		t.Errorf("the last panel is %q", got)
	}
}

// The picture can be limited to the rows: it is then not larger than their range.
func testNear(t *testing.T, page *browser.Page) {
	click := func() {
		browser.Value[bool](page, `p.querySelector(".near").click(), true`)
	}
	x := func() string {
		return browser.Value[string](page, `p.querySelector(".view .center").getAttribute("cx")`)
	}
	whole := x()
	click()
	if x() == whole {
		t.Error("the picture of the rows alone is that of everything")
	}
	click()
	if got := x(); got != whole {
		t.Errorf("the kernel is at %s; want %s again", got, whole)
	}
}

// The page of ten cells with two fits of a thousand epochs each is below 5 MB, and opens in less
// than 2 s.
func testManyFits(t *testing.T, page *browser.Page) {
	sections := make([]Section, 10)
	for i := range sections {
		for k := range 2 {
			f := noisyFit(plotstest.FitShape{Kernels: 16, Epochs: 1000, Dim: 2}, uint64(2*i+k))
			f.Index = k
			sections[i].Fits = append(sections[i].Fits, f)
			sections[i].Summary.Cell = i + 1
		}
	}
	var many bytes.Buffer
	if err := Write(&many, Contents{Sections: sections}); err != nil {
		t.Fatal(err)
	}
	if many.Len() > 5_000_000 {
		t.Errorf("the page has %d bytes", many.Len())
	}
	page.Show(many.Bytes())
	loaded := browser.Value[float64](page,
		`performance.getEntriesByType("navigation")[0].loadEventEnd`)
	if loaded <= 0 || loaded > 2000 {
		t.Errorf("the page is open after %.0f ms", loaded)
	}
	page.Wait(`document.querySelector(".player") && !document.querySelector(".player").hidden`)
}

// In narrow and wide windows, light and dark, nothing is wider than the window, and axe-core has
// nothing to object to.
func testLooks(t *testing.T, page *browser.Page) {
	for _, width := range []int{400, 1280} {
		curves := map[string]string{}
		for _, scheme := range []string{"dark", "light"} {
			page.Size(width, 800)
			page.Prefer("prefers-color-scheme", scheme)
			page.Wait(`p.querySelector(".view").viewBox.baseVal.width ===
				Math.max(p.querySelector(".view").clientWidth, 200)`)
			wide := browser.Value[int](page, "document.documentElement.scrollWidth")
			if wide > width {
				t.Errorf("%d pixels, %s: the page is %d pixels wide", width, scheme, wide)
			}
			accessible(t, page, ".training")
			moves := browser.Value[[]float64](page, `(() => {
				const slider = p.querySelector(".epoch"), heights = new Set();
				for (let i = 0; i <= slider.max; i += 7) {
					slider.value = i;
					slider.dispatchEvent(new Event("input"));
					heights.add(p.querySelector(".panels").clientHeight);
				}
				return [...heights] })()`)
			if len(moves) != 1 {
				t.Errorf("%d pixels: the charts have the heights %v as values change", width, moves)
			}
			curves[scheme] = browser.Value[string](page,
				`p.querySelector(".panel canvas").toDataURL()`)
			fits := browser.Value[bool](page, `[...p.querySelectorAll(".panel")].every(e =>
				e.querySelector("canvas").clientWidth === e.clientWidth)`)
			if !fits {
				t.Errorf("%d pixels, %s: a chart is not as wide as its column", width, scheme)
			}
		}
		if curves["dark"] == curves["light"] {
			t.Errorf("%d pixels: the curves have the same colors in the dark", width)
		}
	}
}
