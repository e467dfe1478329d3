package main

import (
	"fmt"
	"io"

	"sparker/internal/clean"
	"sparker/results"
)

// cleanWriter writes texts as a terminal can show them; see [clean.Terminal]. All that the commands
// print goes through it, except the bar of the progress.
type cleanWriter struct{ w io.Writer }

func (c cleanWriter) Write(p []byte) (int, error) {
	if _, err := io.WriteString(c.w, clean.Terminal(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// checkedWriter keeps the first error of a writer, so that callers need not check each write.
type checkedWriter struct {
	w   io.Writer
	err error
}

func (c *checkedWriter) Write(p []byte) (int, error) {
	if c.err == nil {
		_, c.err = c.w.Write(p)
	}
	return len(p), nil
}

// printJSON prints a record on the standard output.
func (a *app) printJSON(record any) error {
	b, err := results.Encode(record)
	if err != nil {
		return fmt.Errorf("encoding the output: %w", err)
	}
	_, err = a.stdout.Write(b)
	return err
}

// showSummary prints a summary on the standard output, as a table or as JSON.
func (a *app) showSummary(s results.Summary, asJSON bool) error {
	if asJSON {
		return a.printJSON(s)
	}
	printSummary(a.stdout, s)
	return nil
}

// showFit prints a fit on the standard output, as a table or as JSON.
func (a *app) showFit(fit results.FitRecord, asJSON bool) error {
	if asJSON {
		return a.printJSON(fit)
	}
	printFit(a.stdout, fit)
	return nil
}

// printedLine is the number of characters of a message or a name that is shown.
const printedLine = 2000

// lineOf returns a text as one line of the output.
func lineOf(text string) string { return clean.Line(text, printedLine) }

// printWarnings writes a line for each warning.
func printWarnings(w io.Writer, warnings []string) {
	for _, warning := range warnings {
		fmt.Fprintf(w, "warning: %s\n", lineOf(warning))
	}
}
