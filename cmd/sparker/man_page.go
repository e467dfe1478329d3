package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// exitCodes says what the exit codes mean, in the order of the manual.
var exitCodes = []struct {
	code    int
	meaning string
}{
	{exitOK, "Success."},
	{exitFailure, "A failure while the command worked."},
	{exitUsage, "The command line, the config, or an input file is wrong; nothing was done."},
	{exitMissing, "The commands merge and summarize: the run lacks toys. The command test with " +
		"--exit-code: p <= alpha."},
	{exitFault, "A fault of the program; the message says what to report."},
	{exitContinue, "The command run, or test with a run folder, stopped by SIGTERM or SIGUSR1: " +
		"the same command continues."},
	{130, "Stopped by SIGINT (Ctrl-C)."},
	{143, "Any other command, stopped by SIGTERM."},
}

// pageName returns the name of the manual page of a command, such as sparker-config-show.
func pageName(cmd *cobra.Command) string {
	return strings.ReplaceAll(cmd.CommandPath(), " ", "-")
}

// manualPage returns the manual page of a command, in the macros man of troff.
func manualPage(cmd *cobra.Command, date string) []byte {
	page := new(bytes.Buffer)
	root := cmd.Root()
	fmt.Fprintf(page, ".TH \"%s\" 1 \"%s\" \"sparker %s\" \"Manual of sparker\"\n",
		roff(strings.ToUpper(pageName(cmd))), date, roff(root.Version))
	fmt.Fprintf(page, ".SH NAME\n%s \\- %s\n", roff(pageName(cmd)), roff(cmd.Short))
	rest := strings.TrimPrefix(cmd.UseLine(), cmd.CommandPath())
	fmt.Fprintf(page, ".SH SYNOPSIS\n.B %s\n%s\n", roff(cmd.CommandPath()),
		roff(strings.TrimSpace(rest)))
	page.WriteString(".SH DESCRIPTION\n")
	if cmd.Long == "" {
		writeParagraphs(page, cmd.Short+".")
	} else {
		writeParagraphs(page, cmd.Long)
	}
	writeCommands(page, cmd)
	writeFlags(page, cmd)
	if cmd.Example != "" {
		page.WriteString(".SH EXAMPLES\n")
		writeLiteral(page, strings.Split(strings.Trim(cmd.Example, "\n"), "\n"))
	}
	if cmd != root {
		fmt.Fprintf(page, ".SH SEE ALSO\n.BR %s (1)\n", roff(pageName(cmd.Parent())))
	} else {
		page.WriteString(".SH EXIT STATUS\n")
		for _, c := range exitCodes {
			fmt.Fprintf(page, ".TP\n.B %d\n%s\n", c.code, roff(c.meaning))
		}
		page.WriteString(".SH ENVIRONMENT\n.TP\n.B SPARKER_SIMD\nThe instructions of the fits: " +
			"avx512, avx2, or off.\n")
	}
	return page.Bytes()
}

// writeCommands writes the commands directly below a command.
func writeCommands(page *bytes.Buffer, cmd *cobra.Command) {
	title := ".SH COMMANDS\n"
	for _, c := range documented(cmd) {
		if c.Parent() == cmd {
			fmt.Fprintf(page, "%s.TP\n.BR %s (1)\n%s.\n", title, roff(pageName(c)), roff(c.Short))
			title = ""
		}
	}
}

// writeFlags writes the flags of a command.
func writeFlags(page *bytes.Buffer, cmd *cobra.Command) {
	title := ".SH OPTIONS\n"
	cmd.InitDefaultHelpFlag()
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		page.WriteString(title)
		title = ""
		value, usage := pflag.UnquoteUsage(f)
		page.WriteString(".TP\n")
		if f.Shorthand != "" {
			fmt.Fprintf(page, "\\fB%s\\fR, ", roff("-"+f.Shorthand))
		}
		fmt.Fprintf(page, "\\fB%s\\fR", roff("--"+f.Name))
		if value != "" {
			fmt.Fprintf(page, " \\fI%s\\fR", roff(value))
		}
		fmt.Fprintf(page, "\n%s%s\n", roff(usage), roff(defaultOf(f)))
	})
}

// defaultOf returns the default of a flag in parentheses. It is empty for a flag that is off or
// empty by default, as in --help.
func defaultOf(f *pflag.Flag) string {
	switch f.DefValue {
	case "", "0", "0s", "false", "[]":
		return ""
	}
	if f.Value.Type() == "string" {
		return " (default " + strconv.Quote(f.DefValue) + ")"
	}
	return " (default " + f.DefValue + ")"
}

// writeParagraphs writes a text whose paragraphs are separated by empty lines. Paragraphs that are
// indented keep their lines.
func writeParagraphs(page *bytes.Buffer, text string) {
	for i, paragraph := range strings.Split(strings.TrimSpace(text), "\n\n") {
		lines := strings.Split(paragraph, "\n")
		if strings.HasPrefix(paragraph, "  ") {
			page.WriteString(".PP\n")
			writeLiteral(page, lines)
			continue
		}
		if i > 0 {
			page.WriteString(".PP\n")
		}
		for _, line := range lines {
			fmt.Fprintln(page, roff(strings.TrimSpace(line)))
		}
	}
}

// writeLiteral writes lines as they are.
func writeLiteral(page *bytes.Buffer, lines []string) {
	page.WriteString(".RS 4\n.nf\n")
	for _, line := range lines {
		fmt.Fprintln(page, roff(strings.TrimPrefix(line, "  ")))
	}
	page.WriteString(".fi\n.RE\n")
}

// roff returns a text for a line of troff: without escapes, and without a request at its beginning.
// Hyphens are those of the keyboard, so that what is copied from a page can be typed.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, `"`, `\(dq`, "`", `\(ga`).Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}
