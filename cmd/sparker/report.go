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
	"unicode"

	"sparker/configs"
	"sparker/findings"
	"sparker/plots"
	"sparker/results"
)

// report is what a test prints, with what it was made from and the figures.
func report(in configs.TestFiles, store *results.Store, cells []testedCell,
	text string) ([]byte, error) {
	m := store.Manifest()
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Does %s differ from %s?\n\n```\n%s```\n\n", in.Data, in.Reference, text)
	for _, c := range cells {
		if err := reportCell(&b, store, c, len(cells) > 1); err != nil {
			return nil, fmt.Errorf("writing the report: %w", err)
		}
	}
	fmt.Fprintf(&b, "Everything else: summary.json. Made by sparker %s with seed %d from\n\n",
		m.Versions["sparker"], m.Seed)
	for _, path := range slices.Sorted(maps.Keys(m.Inputs)) {
		fmt.Fprintf(&b, "- %s (SHA-256 %s)\n", path, m.Inputs[path])
	}
	fmt.Fprintf(&b, "\nand the config\n\n```yaml\n%s```\n", m.Config)
	return b.Bytes(), nil
}

// reportCell writes the figures and the files of one test, with a heading if it is one of several.
func reportCell(b *bytes.Buffer, store *results.Store, c testedCell, several bool) error {
	if several {
		fmt.Fprintf(b, "## Cell %d, %s\n\n%s\n\n", c.summary.Cell, c.summary.Title(),
			verdict(*c.summary.Observed, c.summary.Null.Toys))
	}
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
	fmt.Fprintf(b, "Rows of each kernel: %s. All that was found: %s.\n\n",
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
		fmt.Fprintf(b, "![%s](%s)\n", figure.Name, filepath.ToSlash(path))
	}
	if len(figures) > 0 {
		b.WriteByte('\n')
	}
	return nil
}

const (
	reportedRows = 8   // of each kernel
	reportedText = 160 // characters of a text in the report
)

// reportRows writes the nearest rows of each kernel with their texts and images, where there are
// any.
func reportRows(b *bytes.Buffer, dir string, f findings.Findings) {
	type column struct {
		name string
		cell func(findings.Member) string
	}
	columns := []column{
		{"row", func(m findings.Member) string { return fmt.Sprint(m.Row) }},
		{"weight", func(m findings.Member) string { return fmt.Sprintf("%.2g", m.Weight) }},
		{"distance [sigma]", func(m findings.Member) string {
			return fmt.Sprintf("%.2g",
				m.Distance)
		}},
	}
	has := func(word func(findings.Member) string) bool {
		return slices.ContainsFunc(f.Kernels, func(k findings.Finding) bool {
			return slices.ContainsFunc(k.Nearest,
				func(m findings.Member) bool { return word(m) != "" })
		})
	}
	text := func(m findings.Member) string { return m.Text }
	image := func(m findings.Member) string { return m.Image }
	if !has(text) && !has(image) {
		return
	}
	for _, c := range []column{
		{"id", func(m findings.Member) string { return m.ID }},
		{"label", func(m findings.Member) string { return m.Label }}, {"text", text},
	} {
		if has(c.cell) {
			columns = append(columns, column{c.name,
				func(m findings.Member) string {
					return escaped(oneLine(c.cell(m), reportedText))
				}})
		}
	}
	if has(image) {
		columns = append(columns, column{"image", func(m findings.Member) string {
			if m.Image == "" {
				return ""
			}
			if _, err := os.Stat(m.Image); err != nil && !isURL(m.Image) {
				return "not there: " + escaped(oneLine(m.Image, reportedText))
			}
			return fmt.Sprintf("![row %d](%s)", m.Row, link(dir, m.Image))
		}})
	}
	for _, k := range f.Kernels {
		if len(k.Nearest) == 0 {
			continue
		}
		fmt.Fprintf(b, "Kernel %d: %.1f rows over %.1f expected, local Z = %.1f. Its nearest "+
			"rows:\n\n", k.Kernel, k.Soft.Data, k.Soft.Expected, k.Soft.Z)
		for _, c := range columns {
			fmt.Fprintf(b, "| %s ", c.name)
		}
		fmt.Fprintf(b, "|\n%s|\n", strings.Repeat("|---", len(columns)))
		for _, m := range k.Nearest[:min(reportedRows, len(k.Nearest))] {
			for _, c := range columns {
				fmt.Fprintf(b, "| %s ", c.cell(m))
			}
			b.WriteString("|\n")
		}
		b.WriteByte('\n')
	}
}

// oneLine is the beginning of a text, with spaces for line breaks, and for what cannot be printed.
func oneLine(text string, most int) string {
	line := []rune(strings.Join(strings.FieldsFunc(text,
		func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " "))
	if len(line) > most {
		return string(line[:most-1]) + "…"
	}
	return string(line)
}

// escaped is a text that Markdown shows as it is, in a table too.
func escaped(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune("\\`*_{}[]()<>#+!|~&$:@", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// isURL says whether the place of an image is no path.
func isURL(path string) bool { return strings.Contains(path, "://") }

// link is the destination of a Markdown link to a file: from the folder if it is below it, as it is
// otherwise.
func link(dir, path string) string {
	if isURL(path) {
		return path
	}
	if absolute, err := filepath.Abs(dir); err == nil {
		if inner, err := filepath.Rel(absolute, path); err == nil && filepath.IsLocal(inner) {
			path = inner
		}
	}
	plain := (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()
	return strings.NewReplacer("(", "%28", ")", "%29").Replace(plain)
}
