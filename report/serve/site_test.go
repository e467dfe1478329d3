package serve_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sparker/report/serve"
)

// texts is a source that shows the text of toys/toys-0.jsonl of a run.
type texts struct{ made atomic.Int64 }

func (s *texts) read(folder string) (string, error) {
	s.made.Add(1)
	text, err := os.ReadFile(filepath.Join(folder, "toys", "toys-0.jsonl"))
	if err != nil {
		return "", errors.New("it has no toys <b>")
	}
	return string(text), nil
}

func (s *texts) Describe(folder string) (serve.Line, error) {
	text, err := s.read(folder)
	return serve.Line{Answer: "<i>" + text, Done: len(text), Toys: 10,
		Started: time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC), Left: 90 * time.Second}, err
}

func (s *texts) Report(w io.Writer, folder string) error {
	text, err := s.read(folder)
	if err == nil {
		_, err = fmt.Fprintf(w, "<!DOCTYPE html><link rel=icon href=data:,>"+
			"<title>report</title>%s", text)
	}
	return err
}

func (s *texts) Compare(a, b string) (serve.Pairing, error) {
	x, errA := s.read(a)
	y, errB := s.read(b)
	return serve.Pairing{Results: []serve.Versus{{Name: "text", First: x, Second: y}},
		Notes: []string{"<em>fair</em>"}}, errors.Join(errA, errB)
}

// makeRun makes a folder that is that of a run by its names.
func makeRun(t *testing.T, folder, toys string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(folder, "toys"), 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"manifest.json": "{}", "toys/toys-0.jsonl": toys,
		"results.csv": "a,b\n1,2\n", "config.yaml": "secret: yes", "report.html": "<b>stored</b>"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// ask sends a request to a site.
func ask(site http.Handler, method, target string, change ...func(*http.Request)) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	r.Host = "localhost:8080"
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	return w.Result()
}

func bodyOf(t *testing.T, r *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// want reports an error if the answer to a request has another status, or lacks a part.
func want(t *testing.T, site http.Handler, target string, status int, parts ...string) string {
	t.Helper()
	r := ask(site, "GET", target)
	text := bodyOf(t, r)
	if r.StatusCode != status {
		t.Errorf("GET %s is answered with %d; want %d: %.200s", target, r.StatusCode, status, text)
	}
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("GET %s does not say %q:\n%s", target, part, text)
		}
	}
	return text
}

func TestPages(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "one"), "abc")
	makeRun(t, filepath.Join(dir, `<img src=x> & "two"`), "defg")
	site := serve.New(&texts{}, []string{dir}, nil)
	text := want(t, site, "/", 200, `<a href="/run/one/">one</a>`, "&lt;i&gt;abc",
		"3 of 10 toys, about 1m30s of processor time left", `href="/run/one/results.csv"`,
		"&lt;img src=x&gt;")
	if strings.Contains(text, "<i>") || strings.Contains(text, "<img") {
		t.Errorf("the list has markup of others:\n%s", text)
	}
	want(t, site, "/run/one/", 200, "<title>report</title>abc")
	want(t, site, "/run/%3Cimg%20src=x%3E%20&%20%22two%22/", 200, "defg")
	want(t, site, "/run/one/results.csv", 200, "a,b\n1,2\n")
	want(t, site, "/compare?a=one&b=%3Cimg+src%3Dx%3E+%26+%22two%22", 200, "abc", "defg",
		"&lt;em&gt;fair&lt;/em&gt;")
	makeRun(t, filepath.Join(dir, "a\u202eb\x1b[31m"), "x")
	text = want(t, site, "/", 200, "<a href=\"/run/a%E2%80%AEb%1B%5B31m/\">a b [31m</a>")
	if strings.ContainsAny(text, "\u202e\x1b") {
		t.Error("the list has characters that cannot be seen")
	}
	want(t, site, "/compare?a=one&b=a%25E2%2580%25AEb%251B%255B31m", 200, "a b [31m")
	want(t, site, "/compare?a=one&b=three", 404)
	want(t, site, "/compare", 404)
	want(t, site, "/favicon.ico", 204)
	want(t, site, "/run/three/", 404)
}

// Nothing but reports and named tables can be asked for, under whatever name.
func TestEscapes(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "runs", "one"), "abc")
	for name, text := range map[string]string{"secret.csv": "hidden", "results.csv": "hidden"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{
		"runs/one/scales.csv": "secret.csv", "runs/linked": "elsewhere",
	} {
		err := os.Symlink(filepath.Join(dir, target), filepath.Join(dir, link))
		if err != nil {
			t.Skipf("links cannot be made: %v", err)
		}
	}
	makeRun(t, filepath.Join(dir, "elsewhere"), "hidden")
	site := serve.New(&texts{}, []string{filepath.Join(dir, "runs")}, nil)
	for _, target := range []string{
		"/run/one/manifest.json", "/run/one/config.yaml", "/run/one/report.html",
		"/run/one/toys/toys-0.jsonl", "/run/one/toys", "/run/one/scales.csv",
		"/run/one/..%2f..%2fsecret.csv", "/run/one/%2e%2e/secret.csv", "/run/..%2f/results.csv",
		"/run/%2e%2e/results.csv", "/run/../results.csv", "/run/linked/", "/run/linked/results.csv",
		"/run/one%2f..%2f..%2felsewhere/", "//run/one/../../secret.csv", "/secret.csv",
		"/run/one/results.csv/", "/run/one/results.csv%00", "/run/one/RESULTS.CSV%20",
		"/compare?a=one&b=..%2felsewhere", "/run/" + "%5c..%5c..%5celsewhere/",
	} {
		r := ask(site, "GET", target)
		if text := bodyOf(t, r); r.StatusCode < 300 || strings.Contains(text, "hidden") ||
			strings.Contains(text, "secret: yes") {
			t.Errorf("GET %s is answered with %d: %.200s", target, r.StatusCode, text)
		}
	}
	// A run that holds a link is not shown at all.
	want(t, site, "/run/one/", 500, "holds a link")
	want(t, site, "/", 200, "holds a link")
}

func TestMethodsAndHosts(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "one"), "abc")
	site := serve.New(&texts{}, []string{dir}, []string{"Login.Cluster.org"})
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT",
		"get"} {
		for _, target := range []string{"/", "/run/one/", "/compare"} {
			r := ask(site, method, target)
			if r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s is answered with %d", method, target, r.StatusCode)
			}
		}
	}
	if r := ask(site, "HEAD", "/run/one/"); r.StatusCode != 200 || bodyOf(t, r) != "" {
		t.Errorf("HEAD is answered with %d", r.StatusCode)
	}
	for host, status := range map[string]int{
		"localhost": 200, "localhost:9000": 200, "LOCALHOST.:1": 200, "127.0.0.1:8080": 200,
		"[::1]:8080": 200, "192.168.3.4:80": 200, "login.cluster.org:8080": 200,
		"evil.example": 421, "localhost.evil.example:8080": 421, "127.0.0.1.evil.example": 421,
		"": 421, "cluster.org": 421, "localhost:80:80": 421,
	} {
		r := ask(site, "GET", "/", func(r *http.Request) { r.Host = host })
		if r.StatusCode != status {
			t.Errorf("the host %q is answered with %d; want %d", host, r.StatusCode, status)
		}
		if status != 200 && strings.Contains(bodyOf(t, r), "one") {
			t.Errorf("the host %q sees runs", host)
		}
	}
}

func TestHeaders(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "one"), "abc")
	site := serve.New(&texts{}, []string{dir}, nil)
	for _, target := range []string{"/", "/run/one/", "/run/one/results.csv", "/none"} {
		h := ask(site, "GET", target).Header
		for name, part := range map[string]string{"X-Content-Type-Options": "nosniff",
			"X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Content-Security-Policy":      "frame-ancestors 'none'"} {
			if !strings.Contains(h.Get(name), part) {
				t.Errorf("GET %s: the header %s is %q; want %q", target, name, h.Get(name), part)
			}
		}
	}
	if got := ask(site, "GET", "/").Header.Get("Content-Security-Policy"); !strings.Contains(got,
		"default-src 'none'") || strings.Contains(got, "unsafe") {
		t.Errorf("the policy of the list is %q", got)
	}
}

// A page is made once, and again when the run has grown.
func TestARunThatGrows(t *testing.T) {
	dir := t.TempDir()
	run := filepath.Join(dir, "one")
	makeRun(t, run, "abc")
	source := &texts{}
	site := serve.New(source, []string{dir}, nil)
	want(t, site, "/run/one/", 200, "abc")
	want(t, site, "/run/one/", 200, "abc")
	if n := source.made.Load(); n != 1 {
		t.Errorf("the page was made %d times; want once", n)
	}
	tag := ask(site, "GET", "/run/one/").Header.Get("ETag")
	have := func(r *http.Request) { r.Header.Set("If-None-Match", tag) }
	if r := ask(site, "GET", "/run/one/", have); r.StatusCode != http.StatusNotModified {
		t.Errorf("a page that the browser has is answered with %d", r.StatusCode)
	}
	// What is drawn from a run does not make it another.
	if err := os.WriteFile(filepath.Join(run, "report.html"), []byte("new"), 0o666); err != nil {
		t.Fatal(err)
	}
	want(t, site, "/run/one/", 200, "abc")
	if n := source.made.Load(); n != 1 {
		t.Errorf("the page was made %d times; want once", n)
	}
	f, err := os.OpenFile(filepath.Join(run, "toys", "toys-0.jsonl"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("def"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	want(t, site, "/run/one/", 200, "abcdef")
	if r := ask(site, "GET", "/run/one/", have); r.StatusCode != http.StatusOK {
		t.Errorf("a page that has changed is answered with %d", r.StatusCode)
	}
	want(t, site, "/", 200, "6 of 10 toys")
	// Runs that begin later are found, and those of the same name in other folders.
	makeRun(t, filepath.Join(dir, "two"), "x")
	want(t, site, "/", 200, `href="/run/two/"`)
	want(t, serve.New(source, []string{run, dir}, nil), "/", 200, `href="/run/one%20%282%29/"`)
}

// A run that cannot be read does not hide the others.
func TestDamagedRun(t *testing.T) {
	dir := t.TempDir()
	makeRun(t, filepath.Join(dir, "one"), "abc")
	makeRun(t, filepath.Join(dir, "bad"), "")
	if err := os.RemoveAll(filepath.Join(dir, "bad", "toys")); err != nil {
		t.Fatal(err)
	}
	site := serve.New(&texts{}, []string{dir}, nil)
	want(t, site, "/", 200, "abc", "it has no toys &lt;b&gt;")
	want(t, site, "/run/bad/", 500, "it has no toys")
	want(t, serve.New(&texts{}, []string{filepath.Join(dir, "none")}, nil), "/", 200, "None yet")
}
