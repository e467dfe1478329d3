package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"sparker/internal/clean"
)

//go:embed assets
var assets embed.FS

// The files of the page, in the order in which it holds them. Those of players are left out of a
// page without recorded fits.
var (
	styleFiles       = []string{"page.css"}
	scriptFiles      = []string{"page.js"}
	playerStyleFiles = []string{"uPlot.min.css", "training.css"}
	// The license of uPlot asks that copies contain it.
	playerScriptFiles = []string{"uPlot.LICENSE", "uPlot.iife.min.js", "training.js",
		"training_views.js", "training_curves.js", "training_player.js"}
	templateFiles = []string{"page.tmpl", "cell.tmpl", "parts.tmpl", "training.tmpl"}
)

// pageTemplate is the page. It is parsed once, from files that are part of the program.
var pageTemplate = template.Must(template.New("page.tmpl").Funcs(functions).ParseFS(assets,
	inAssets(templateFiles)...))

// Mark is an element that every report holds within its first 200 bytes. It tells a report from
// other files.
const Mark = `<meta name="generator" content="sparker report">`

// functions are those that the templates call.
var functions = template.FuncMap{
	"mark":   func() template.HTML { return Mark },
	"look":   func(arm int) int { return arm % armLooks },
	"minus":  func(a, b float64) float64 { return a - b },
	"source": Picture.source,
	"under":  newHeading,
}

// inAssets returns the paths of files in the embedded folder.
func inAssets(names []string) []string {
	paths := make([]string, len(names))
	for i, name := range names {
		paths[i] = "assets/" + name
	}
	return paths
}

// Write writes the report as one HTML document in UTF-8. Characters that cannot be seen, such as
// control characters and marks of the writing direction, are written as escapes. Pictures that do
// not fit into a page of 5 MB are left out, and named. Write returns an error if w fails.
func Write(w io.Writer, c Contents) error {
	p, err := newPage(c)
	if err != nil {
		return err
	}
	styles, scripts := styleFiles, scriptFiles
	if slices.ContainsFunc(p.Cells, func(c cell) bool { return c.Training != "" }) {
		styles = slices.Concat(styles, playerStyleFiles)
		scripts = slices.Concat(scripts, playerScriptFiles)
	}
	style, err := joined(styles)
	if err != nil {
		return err
	}
	script, err := joined(scripts)
	if err != nil {
		return err
	}
	p.Style, p.Script = template.CSS(style), template.JS(script)
	p.Policy = fmt.Sprintf("default-src 'none'; img-src data:; style-src %s; script-src %s; "+
		"base-uri 'none'; form-action 'none'", hash(style), hash(script))
	var b bytes.Buffer
	if err := pageTemplate.Execute(&b, p); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if _, err := io.WriteString(w, clean.Terminal(b.String())); err != nil {
		return fmt.Errorf("report: writing the page: %w", err)
	}
	return nil
}

// joined returns the text of several embedded files, with licenses as comments.
func joined(names []string) (string, error) {
	var b strings.Builder
	for _, path := range inAssets(names) {
		text, err := assets.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("report: %w", err)
		}
		if strings.HasSuffix(path, ".LICENSE") {
			text = fmt.Appendf(nil, "/*\n%s*/\n", text)
		}
		b.Write(text)
	}
	return b.String(), nil
}

// hash returns the source of a policy that allows an element with this text.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
