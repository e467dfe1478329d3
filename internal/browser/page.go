package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// programs are the names of Chromium, in the order in which they are looked up.
var programs = []string{"chromium", "chromium-browser", "google-chrome"}

// limit is the time that a single action may take. A page on a busy machine needs seconds.
const limit = 60 * time.Second

// Page is a tab of a browser that a test owns. Its methods end the test if the browser fails.
type Page struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	problems []string
	requests []string
}

// Open starts a browser without a window and returns an empty page. The browser ends with the test.
// The test is skipped if Chromium is not installed, and in short runs.
func Open(t testing.TB) *Page {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	program := ""
	for _, name := range programs {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skipf("none of %s is installed", strings.Join(programs, ", "))
	}
	// The sandbox needs rights that containers do not give, and the pages are those of tests.
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("hide-scrollbars", true))
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(end)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	p := &Page{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, p.record); err != nil {
		t.Fatalf("browser: starting %s: %v", program, err)
	}
	p.call("recording requests", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
		return err
	})
	p.Size(1280, 800)
	return p
}

// call runs an action within the limit and ends the test if it fails.
func (p *Page) call(doing string, action func(context.Context) error) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, limit)
	defer cancel()
	if err := action(ctx); err != nil {
		p.t.Fatalf("browser: %s: %v", doing, err)
	}
}

// do runs an action without a value.
func (p *Page) do(doing string, action chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	p.call(doing, func(ctx context.Context) error { return chromedp.Do(ctx, action) })
}

// record keeps what a page must not do.
func (p *Page) record(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		p.problems = append(p.problems, text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "assert" {
			p.problems = append(p.problems, consoleText(e.Args))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" {
			p.problems = append(p.problems, strings.TrimSpace(e.Entry.Text+" "+e.Entry.URL))
		}
	case *network.EventRequestWillBeSent:
		url := e.Request.URL
		inside := strings.HasPrefix(url, "data:") || strings.HasPrefix(url, "blob:")
		if !inside && url != e.DocumentURL {
			p.requests = append(p.requests, url)
		}
	}
}

// consoleText returns the arguments of a call of the console.
func consoleText(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		if a.Description != "" {
			words = append(words, a.Description)
			continue
		}
		words = append(words, fmt.Sprint(a.Value))
	}
	return strings.Join(words, " ")
}

// Problems returns the errors of the console and the uncaught exceptions since the page was opened.
func (p *Page) Problems() []string {
	p.settle()
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.problems...)
}

// Requests returns the addresses that pages asked for, without those of the pages themselves and
// without data in the page.
func (p *Page) Requests() []string {
	p.settle()
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.requests...)
}

// settle waits for two frames, so that events of what the page has done have arrived.
func (p *Page) settle() {
	p.t.Helper()
	Value[bool](p, `new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() =>
		setTimeout(() => r(true), 0))))`)
}

// Quiet reports an error of the test for each problem and each request of the page.
func (p *Page) Quiet() {
	p.t.Helper()
	for _, problem := range p.Problems() {
		p.t.Errorf("the page reports: %s", problem)
	}
	for _, url := range p.Requests() {
		p.t.Errorf("the page asks for %s", url)
	}
}

// Load shows a file and waits until it is loaded.
func (p *Page) Load(file string) {
	p.t.Helper()
	path, err := filepath.Abs(file)
	if err != nil {
		p.t.Fatalf("browser: %v", err)
	}
	p.Visit("file://" + filepath.ToSlash(path))
}

// Visit shows the page of an address and waits until it is loaded.
func (p *Page) Visit(address string) {
	p.t.Helper()
	p.do("loading "+address, chromedp.Navigate(address))
}

// Show writes HTML into a file of the test, and loads it.
func (p *Page) Show(html []byte) {
	p.t.Helper()
	file := filepath.Join(p.t.TempDir(), "page.html")
	if err := os.WriteFile(file, html, 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.Load(file)
}

// Value returns the value of a JavaScript expression, and that of a promise once it is settled.
func Value[T any](p *Page, expression string) T {
	p.t.Helper()
	var value T
	p.call("evaluating "+expression, func(ctx context.Context) (err error) {
		value, err = chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
		return err
	})
	return value
}

// Wait waits until a JavaScript expression is true, also on a page that is loaded meanwhile.
func (p *Page) Wait(expression string) {
	p.t.Helper()
	p.call("waiting for "+expression, func(ctx context.Context) error {
		last := errors.New("it is false")
		for ctx.Err() == nil {
			holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
			if holds && err == nil {
				return nil
			}
			if err != nil && ctx.Err() == nil {
				last = err // such as that of a page that is being replaced
			}
			time.Sleep(10 * time.Millisecond)
		}
		return fmt.Errorf("%w: %w", ctx.Err(), last)
	})
}

// Click clicks on the first element of a CSS selector.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.do("clicking on "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// keys are names of keys, as the key of a KeyboardEvent has them.
var keys = map[string]string{"ArrowLeft": kb.ArrowLeft, "ArrowRight": kb.ArrowRight,
	"ArrowUp": kb.ArrowUp, "ArrowDown": kb.ArrowDown, "Home": kb.Home, "End": kb.End,
	"PageUp": kb.PageUp, "PageDown": kb.PageDown, "Tab": kb.Tab, "Enter": kb.Enter,
	"Escape": kb.Escape, "Space": " "}

// Press presses a key, such as ArrowRight, Shift+Tab or a. The element that has the focus gets it.
func (p *Page) Press(key string) {
	p.t.Helper()
	name, shifted := strings.CutPrefix(key, "Shift+")
	if special, ok := keys[name]; ok {
		name = special
	}
	var options []chromedp.KeyOption
	if shifted {
		options = append(options, chromedp.KeyModifiers(chromedp.ModifierShift))
	}
	p.do("pressing "+key, chromedp.KeyEvent(name, options...))
}

// Size sets the size of the window in CSS pixels.
func (p *Page) Size(width, height int) {
	p.t.Helper()
	p.do("resizing", chromedp.EmulateViewport(int64(width), int64(height)))
}

// Prefer sets what a user prefers, such as Prefer("prefers-color-scheme", "dark"). Other
// preferences are those of the browser.
func (p *Page) Prefer(feature, value string) {
	p.t.Helper()
	p.call("preferring "+value, func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: feature, Value: value}}})
		return err
	})
}

// Screenshot writes a PNG file of the whole page.
func (p *Page) Screenshot(file string) {
	p.t.Helper()
	p.call("drawing", func(ctx context.Context) error {
		png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil {
			return err
		}
		return os.WriteFile(file, png, 0o600)
	})
}
