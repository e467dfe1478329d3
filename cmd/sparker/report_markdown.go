package main

import (
	"bytes"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sparker/configs"
	"sparker/findings"
	"sparker/internal/clean"
	"sparker/plots"
	"sparker/results"
)

// testReport is what the report of a test is made of.
type testReport struct {
	summary results.Summary
	cells   []testedCell
}

// markdown returns the report of a run.
func (r testReport) markdown(store *results.Store) ([]byte, error) {
	m := store.Manifest()
	var b bytes.Buffer
	var text bytes.Buffer
	printAnswers(&text, r.summary, r.cells)
	printTables(&text, r.cells)
	names := r.cells[0].names
	fmt.Fprintf(&b, "# Does %s differ from %s?\n\n%s\n", literally(names.data),
		literally(names.reference), clean.Block("", text.String()))
	for _, c := range r.cells {
		if len(r.cells) > 1 {
			fmt.Fprintf(&b, "## Cell %d, %s\n\n%s\n\n", c.summary.Cell,
				literally(c.summary.Title()), verdict(*c.summary.Observed, c.summary.Null.Toys))
		}
		if err := reportCell(&b, store, c); err != nil {
			return nil, fmt.Errorf("writing the report: %w", err)
		}
	}
	fmt.Fprintf(&b, "All numbers are in summary.json. Made by sparker %s with seed %d from\n\n",
		m.Versions["sparker"], m.Seed)
	for _, path := range slices.Sorted(maps.Keys(m.Inputs)) {
		fmt.Fprintf(&b, "- %s (SHA-256 %s)\n", literally(path), m.Inputs[path])
	}
	fmt.Fprintf(&b, "\nand the config\n\n%s", clean.Block("yaml", m.Config))
	return b.Bytes(), nil
}

// sampleName names a sample by its table, and by the labels that choose its rows.
func sampleName(table string, rows configs.LabeledRows) string {
	column := rows.Labels[strings.LastIndexAny(rows.Labels, ":/")+1:]
	switch {
	case len(rows.Keep) > 0:
		return fmt.Sprintf("%s with %s=%s", table, column, strings.Join(rows.Keep, ","))
	case len(rows.Drop) > 0:
		return fmt.Sprintf("%s without %s=%s", table, column, strings.Join(rows.Drop, ","))
	}
	return table
}

// reportCell writes the figures and the findings of one test.
func reportCell(b *bytes.Buffer, store *results.Store, c testedCell) error {
	if err := reportFigures(b, store.Dir(), c.figures); err != nil {
		return err
	}
	if c.findings == nil {
		return nil
	}
	members, err := filepath.Rel(store.Dir(), store.MembersFile(c.summary.Cell))
	if err != nil {
		return fmt.Errorf("the table of members: %w", err)
	}
	found, err := filepath.Rel(store.Dir(), store.FindingsFile(c.summary.Cell))
	if err != nil {
		return fmt.Errorf("the file of the findings: %w", err)
	}
	reportRows(b, store.Dir(), *c.findings)
	fmt.Fprintf(b, "Rows of each kernel: %s. All findings: %s.\n\n",
		filepath.ToSlash(members), filepath.ToSlash(found))
	return nil
}

// reportFigures shows figures by their images.
func reportFigures(b *bytes.Buffer, dir string, figures []plots.Drawn) error {
	for _, figure := range figures {
		path, err := filepath.Rel(dir, figure.Files[0])
		if err != nil {
			return fmt.Errorf("the figure %s: %w", figure.Name, err)
		}
		fmt.Fprintf(b, "![%s](%s)\n", literally(figure.Name), destination(path))
	}
	if len(figures) > 0 {
		b.WriteByte('\n')
	}
	return nil
}

const (
	reportedRows = 8   // rows for each place
	reportedText = 160 // characters of a text in the report
)

// memberColumn is a column of the table of the rows that a kernel holds.
type memberColumn struct {
	name string
	cell func(findings.Member) string
}

// heldRows are the nearest rows of a place or, without places, of a kernel, below a heading.
type heldRows struct {
	heading string
	nearest []findings.Member
}

// allHeldRows returns the rows of all places or kernels that hold any.
func allHeldRows(f findings.Findings) (all []heldRows) {
	for _, p := range f.Places {
		all = append(all, heldRows{fmt.Sprintf("Place %d: %v", p.Number, p), p.Nearest})
	}
	if len(f.Places) == 0 {
		for _, k := range f.Kernels {
			all = append(all, heldRows{fmt.Sprintf("Kernel %d: %.1f rows over %.1f expected, "+
				"local Z = %.1f", k.Kernel, k.Soft.Data, k.Soft.Expected, k.Soft.Z), k.Nearest})
		}
	}
	return slices.DeleteFunc(all, func(h heldRows) bool { return len(h.nearest) == 0 })
}

// reportRows writes the nearest rows of each place, if they have texts or images.
func reportRows(b *bytes.Buffer, dir string, f findings.Findings) {
	held := allHeldRows(f)
	columns := memberColumns(dir, held)
	if columns == nil {
		return
	}
	for _, h := range held {
		fmt.Fprintf(b, "%s\n\n", clean.Markdown(h.heading))
		for _, c := range columns {
			fmt.Fprintf(b, "| %s ", c.name)
		}
		fmt.Fprintf(b, "|\n%s|\n", strings.Repeat("|---", len(columns)))
		for _, m := range h.nearest[:min(reportedRows, len(h.nearest))] {
			for _, c := range columns {
				fmt.Fprintf(b, "| %s ", c.cell(m))
			}
			b.WriteString("|\n")
		}
		b.WriteByte('\n')
	}
}

// memberColumns returns the columns of the rows of places that have content. It returns nil if no
// row has a text or an image.
func memberColumns(dir string, held []heldRows) []memberColumn {
	has := func(cell func(findings.Member) string) bool {
		return slices.ContainsFunc(held, func(h heldRows) bool {
			return slices.ContainsFunc(h.nearest,
				func(m findings.Member) bool { return cell(m) != "" })
		})
	}
	text := func(m findings.Member) string { return m.Text }
	hasImages := has(func(m findings.Member) string { return m.Image })
	if !has(text) && !hasImages {
		return nil
	}
	columns := []memberColumn{
		{"row", func(m findings.Member) string { return fmt.Sprint(m.Row) }},
		{"weight", func(m findings.Member) string { return fmt.Sprintf("%.2g", m.Weight) }},
		{"distance [sigma]",
			func(m findings.Member) string { return fmt.Sprintf("%.2g", m.Distance) }},
	}
	for _, c := range []memberColumn{
		{"id", func(m findings.Member) string { return m.ID }},
		{"label", func(m findings.Member) string { return m.Label }},
		{"text", text},
	} {
		if has(c.cell) {
			columns = append(columns, memberColumn{c.name, func(m findings.Member) string {
				return literally(c.cell(m))
			}})
		}
	}
	if hasImages {
		columns = append(columns, memberColumn{"image",
			func(m findings.Member) string { return imageOf(dir, m) }})
	}
	return columns
}

// imageOf returns the image of a row in Markdown, or a note that its file is missing.
func imageOf(dir string, m findings.Member) string {
	if m.Image == "" {
		return ""
	}
	if info, err := os.Stat(m.Image); (err != nil || info.IsDir()) && !isURL(m.Image) {
		return "missing: " + literally(m.Image)
	}
	return fmt.Sprintf("![row %d](%s)", m.Row, link(dir, m.Image))
}

// literally returns the beginning of a text as Markdown that shows it literally on one line.
func literally(text string) string { return clean.Markdown(clean.Line(text, reportedText)) }

// isURL reports whether the location of an image is a URL of the web instead of a path. Others,
// such as javascript: and data:, are not followed.
func isURL(location string) bool {
	parsed, err := url.Parse(location)
	return err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https") && parsed.Host != ""
}

// link returns the destination of a Markdown link to a file: relative to a folder that holds the
// file, and the path itself otherwise.
func link(dir, path string) string {
	if isURL(path) {
		return inParentheses(path)
	}
	if absolute, err := filepath.Abs(dir); err == nil {
		if inner, err := filepath.Rel(absolute, path); err == nil && filepath.IsLocal(inner) {
			path = inner
		}
	}
	return destination(path)
}

// destination returns the path of a file as the destination of a Markdown link.
func destination(path string) string {
	escaped := (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()
	if first, _, _ := strings.Cut(escaped, "/"); strings.Contains(first, ":") {
		escaped = "./" + escaped // not a scheme
	}
	return inParentheses(escaped)
}

// inParentheses escapes what ends the destination of a Markdown link, or begins HTML.
func inParentheses(destination string) string {
	return strings.NewReplacer("(", "%28", ")", "%29", " ", "%20", "<", "%3C", ">", "%3E", "\\",
		"%5C", "|", "%7C", "`", "%60").Replace(clean.Line(destination, len(destination)))
}
