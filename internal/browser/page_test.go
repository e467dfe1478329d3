package browser_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sparker/internal/browser"
)

func contains(list []string, part string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, part) })
}

const quiet = `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>a page</title>
<link rel="icon" href="data:,"><p id="out"></p><button>once</button>
<script>
addEventListener("keydown", e => { out.textContent += (e.shiftKey ? "shift " : "") + e.key + ";" });
document.querySelector("button").onclick = () => { out.textContent += "click;" };
</script>`

// A single browser serves all tests of the package: its start takes most of the time.
func TestPage(t *testing.T) {
	p := browser.Open(t)
	t.Run("A page that does nothing wrong is quiet", func(t *testing.T) {
		p.Show([]byte(quiet))
		p.Quiet()
		p.Press("ArrowRight")
		p.Press("Shift+Tab")
		p.Press("a")
		p.Click("button")
		p.Press("Space") // clicks on the button that has the focus
		want := "ArrowRight;shift Tab;a;click; ;click;"
		p.Wait(`out.textContent.endsWith(" ;click;")`)
		if got := browser.Value[string](p, "out.textContent"); got != want {
			t.Errorf("the page got %q; want %q", got, want)
		}
		p.Quiet()
	})
	t.Run("The window and what its user prefers", func(t *testing.T) {
		p.Size(400, 700)
		if got := browser.Value[int](p, "innerWidth"); got != 400 {
			t.Errorf("the window is %d pixels wide; want 400", got)
		}
		const dark = `matchMedia("(prefers-color-scheme: dark)").matches`
		for _, scheme := range []string{"dark", "light"} {
			p.Prefer("prefers-color-scheme", scheme)
			if got := browser.Value[bool](p, dark); got != (scheme == "dark") {
				t.Errorf("%s: dark is %v", scheme, got)
			}
		}
		file := filepath.Join(t.TempDir(), "page.png")
		p.Screenshot(file)
		if png, err := os.ReadFile(file); err != nil || !strings.HasPrefix(string(png), "\x89PNG") {
			t.Errorf("the screenshot is not a PNG file (%v)", err)
		}
	})
	t.Run("Errors and requests are recorded", func(t *testing.T) {
		p.Show([]byte(`<!DOCTYPE html><title>wrong</title><link rel="icon" href="data:,">
			<img src="elsewhere.png" alt=""><script>console.error("it", 7, "failed")</script>
			<script>setTimeout(() => { throw new Error("nobody catches") }, 0)</script>
			<script>Promise.reject(new Error("nobody awaits"))</script>`))
		p.Wait("document.readyState === 'complete'")
		problems := p.Problems()
		for _, part := range []string{"failed", "nobody catches", "nobody awaits"} {
			if !contains(problems, part) {
				t.Errorf("%q is not among the problems %q", part, problems)
			}
		}
		if requests := p.Requests(); !contains(requests, "elsewhere.png") || len(requests) != 1 {
			t.Errorf("the requests are %q; want one for elsewhere.png", requests)
		}
	})
	t.Run("A policy that blocks a request makes a problem", func(t *testing.T) {
		p.Show([]byte(`<!DOCTYPE html><meta http-equiv="Content-Security-Policy"
			content="default-src 'none'"><title>strict</title><img src="blocked.png" alt="">`))
		if problems := p.Problems(); !contains(problems, "blocked.png") {
			t.Errorf("the blocked request is not among the problems %q", problems)
		}
	})
}
