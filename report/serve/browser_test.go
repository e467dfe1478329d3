package serve_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"sparker/internal/browser"
	"sparker/report/serve"
)

// The list follows runs without being loaded again, leads to reports and comparisons, and is
// accessible.
func TestListInABrowser(t *testing.T) {
	page := browser.Open(t)
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "one"), "abc")
	makeRun(t, filepath.Join(dir, "it's <b>two"), "defg")
	server := httptest.NewServer(serve.New(&texts{}, []string{dir}, nil))
	defer server.Close()
	page.Visit(server.URL + "/")
	browser.Value[bool](page, "globalThis.loadedOnce = true")
	if err := os.WriteFile(filepath.Join(dir, "one", "toys", "toys-0.jsonl"), []byte("abcdefgh"),
		0o666); err != nil {
		t.Fatal(err)
	}
	page.Wait(`document.body.innerText.includes("8 of 10 toys")`)
	if !browser.Value[bool](page, "globalThis.loadedOnce === true") {
		t.Error("the list was loaded again")
	}
	axe, err := os.ReadFile("../testdata/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	comparison := server.URL + "/compare?" + url.Values{"a": {"one"},
		"b": {"it's <b>two"}}.Encode()
	for _, address := range []string{server.URL + "/", comparison} {
		page.Visit(address)
		for _, scheme := range []string{"dark", "light"} {
			for _, width := range []int{400, 1280} {
				page.Size(width, 800)
				page.Prefer("prefers-color-scheme", scheme)
				wide := browser.Value[int](page, "document.documentElement.scrollWidth")
				if wide > width {
					t.Errorf("%s is %d pixels wide in a window of %d", address, wide, width)
				}
				browser.Value[bool](page, string(axe)+";true")
				for _, v := range browser.Value[[]string](page, `axe.run().then(r =>
					r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.html)))`) {
					t.Errorf("%s, %s: %s", address, scheme, v)
				}
			}
		}
	}
	page.Visit(server.URL + "/")
	page.Click("form button")
	page.Wait(`document.title === "it's <b>two and one"`)
	page.Click("thead a")
	page.Wait(fmt.Sprintf(`document.title === "report" && location.pathname === %q`,
		"/run/it%27s%20%3Cb%3Etwo/"))
	page.Quiet()
}
