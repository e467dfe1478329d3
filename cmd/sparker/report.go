package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"sparker/configs"
	"sparker/experiments"
	"sparker/results"
)

const reportName = "report.md"

// report is what a test prints, with what it was made from and the figures.
func report(in configs.TestInput, store *results.Store, cells []testedCell, text string) []byte {
	m := store.Manifest()
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Does %s differ from %s?\n\n```\n%s```\n\n", in.Data, in.Reference, text)
	for _, c := range cells {
		reportCell(&b, store, c, len(cells) > 1)
	}
	fmt.Fprintf(&b, "Everything else: summary.json. Made by sparker %s with seed %d from\n\n", m.Versions["sparker"], m.Seed)
	for _, path := range slices.Sorted(maps.Keys(m.Inputs)) {
		fmt.Fprintf(&b, "- %s (SHA-256 %s)\n", path, m.Inputs[path])
	}
	fmt.Fprintf(&b, "\nand the config\n\n```yaml\n%s```\n", m.Config)
	return b.Bytes()
}

// reportCell writes the figures and the files of one test, with a heading if it is one of several.
func reportCell(b *bytes.Buffer, store *results.Store, c testedCell, several bool) {
	if several {
		fmt.Fprintf(b, "## Cell %d, %s\n\n%s\n\n", c.summary.Cell, c.summary.Title(), verdict(*c.summary.Observed, c.summary.Null.Toys))
	}
	folder := filepath.Join(figuresFolder, cellFolder(store.Manifest(), c.summary.Cell))
	drawn := false
	for _, figure := range []string{"where", "members", "null-scales", "fit-observed-0-0-trajectory"} {
		path := filepath.Join(folder, figure+".png")
		if _, err := os.Stat(filepath.Join(store.Dir(), path)); err == nil {
			fmt.Fprintf(b, "![%s](%s)\n", figure, filepath.ToSlash(path))
			drawn = true
		}
	}
	if drawn {
		b.WriteByte('\n')
	}
	if c.findings == nil {
		return
	}
	files, err := filepath.Rel(store.Dir(), experiments.FindingsDir(store, c.summary.Cell))
	if err != nil {
		files = "." // a folder of the run is below it
	}
	at := func(name string) string { return filepath.ToSlash(filepath.Join(files, name)) }
	fmt.Fprintf(b, "Rows of each kernel: %s. All that was found: %s.\n\n", at("members.csv"), at("findings.json"))
}
