package serve

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"sparker/internal/clean"
)

// Site answers requests for the reports of runs. Its methods may be called from several goroutines.
type Site struct {
	folders []string
	source  PageSource
	hosts   []string
	pages   *cache
	mux     *http.ServeMux
}

// New returns a site of the runs in some folders. Each is a run folder, or a folder of run folders,
// in which runs may begin at any time. Requests must be for localhost, for an IP address, or for
// one of hosts.
func New(source PageSource, folders, hosts []string) *Site {
	s := &Site{folders: folders, source: source, pages: newCache(), mux: http.NewServeMux()}
	for _, h := range hosts {
		s.hosts = append(s.hosts, strings.ToLower(strings.TrimSuffix(h, ".")))
	}
	s.mux.HandleFunc("/{$}", s.index)
	s.mux.HandleFunc("/run/{run}/{$}", s.report)
	s.mux.HandleFunc("/run/{run}/{table}", s.table)
	s.mux.HandleFunc("/compare", s.compare)
	s.mux.HandleFunc("/favicon.ico", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent) // browsers ask for it
	})
	return s
}

// ServeHTTP implements http.Handler.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", framePolicy)
	switch {
	case !s.knows(r.Host):
		http.Error(w, "this name is not served", http.StatusMisdirectedRequest)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "reports can only be read", http.StatusMethodNotAllowed)
	default:
		s.mux.ServeHTTP(w, r)
	}
}

// knows reports whether a request for a host is for this site. An IP address is: only a name can be
// made to point here by somebody else.
func (s *Site) knows(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil || host == "localhost" || slices.Contains(s.hosts, host)
}

//go:embed assets
var assets embed.FS

// framePolicy is the policy of all answers. The pages of this package, and the report in its own
// way, load nothing but themselves.
const framePolicy = "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"

// ownPolicy is the policy of the pages of this package.
var ownPolicy = fmt.Sprintf("default-src 'none'; img-src data:; connect-src 'self'; style-src %s; "+
	"script-src %s; %s", sourceOf("serve.css"), sourceOf("serve.js"), framePolicy)

// sourceOf returns the source of a policy that allows an embedded file as the text of an element.
func sourceOf(name string) string {
	sum := sha256.Sum256([]byte(mustAsset(name)))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"style":  func() template.CSS { return template.CSS(mustAsset("serve.css")) },
	"script": func() template.JS { return template.JS(mustAsset("serve.js")) },
	"line":   func(text string) string { return clean.Line(text, longestText) },
	"when":   func(t time.Time) string { return t.Format("2006-01-02 15:04") },
	"stamp":  func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	"pair": func(page pairPage, rows []Versus, what string) versusTable {
		return versusTable{page, rows, what}
	},
}).ParseFS(assets, "assets/*.tmpl"))

// longestText is the number of characters of a text that pages show.
const longestText = 500

// mustAsset returns an embedded file.
func mustAsset(name string) string {
	text, err := assets.ReadFile("assets/" + name)
	if err != nil {
		panic(err) // it is part of the program
	}
	return string(text)
}

// send executes a template of the package and sends the page.
func (s *Site) send(w http.ResponseWriter, r *http.Request, name string, value any) {
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, name, value); err != nil {
		s.fail(w, err)
		return
	}
	w.Header().Set("Content-Security-Policy", ownPolicy)
	sendPage(w, r, page.Bytes())
}

// sendPage sends a page, or tells the browser that it has it.
func sendPage(w http.ResponseWriter, r *http.Request, page []byte) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sha256.Sum256(page)))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(page))
}

// fail answers with an error. The message is for whoever runs the program.
func (s *Site) fail(w http.ResponseWriter, err error) {
	status, text := http.StatusInternalServerError, "The run cannot be shown: "+err.Error()
	if errors.Is(err, errNoRun) {
		status, text = http.StatusNotFound, "There is no such page."
	}
	var page bytes.Buffer
	if err := templates.ExecuteTemplate(&page, "error.tmpl", text); err != nil {
		http.Error(w, "the error cannot be shown", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", ownPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // the browser has gone if it fails
}
