package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// typeOfValue matches a flag in the help whose value is called by its type.
var typeOfValue = regexp.MustCompile(`--[\w-]+ (?:string|strings|stringArray|int|float) `)

// Every command has a help that fits into a terminal and names what flags take.
func TestHelp(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"help"}, {"--help"}, {"-h"}} {
		got := mustSucceed(t, args...)
		holds(t, "help", got.stdout, "run", "summarize", "plot", "config", "list", "toy", "fit",
			"version", "sparker run quickstart")
		if got.stderr != "" {
			t.Errorf("help wrote to stderr: %s", got.stderr)
		}
	}
	commands := []*cobra.Command{new(app).rootCommand()}
	for len(commands) > 0 {
		command := commands[0]
		commands = append(commands[1:], command.Commands()...)
		words := append(strings.Fields(command.CommandPath())[1:], "--help")
		help := mustSucceed(t, words...).stdout
		holds(t, "help", help, command.CommandPath())
		for line := range strings.Lines(help) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 100 {
				t.Errorf("%s: %d columns: %s", command.CommandPath(), n, line)
			}
			if typeOfValue.MatchString(line) {
				t.Errorf("%s: the value of a flag has no name: %s", command.CommandPath(), line)
			}
		}
		if command.Long == "" && !command.HasSubCommands() {
			t.Errorf("%s has no description", command.CommandPath())
		}
	}
}

// hint is the end of a message that tells how to print the usage.
const hint = "--help' for usage."

// wrongLines are command lines that the program refuses, and parts of the message. The last part of
// a message that ends in a hint is the hint.
var wrongLines = []struct {
	args  string
	parts []string
}{
	{"runn", []string{`unknown command "runn"`, "did you mean run?", "Run 'sparker " + hint}},
	{"--foo", []string{"unknown flag: --foo", "Run 'sparker " + hint}},
	{"run", []string{"want a CONFIG", "Run 'sparker run " + hint}},
	{"run --foo quickstart", []string{"unknown flag: --foo", "Run 'sparker run " + hint}},
	{"run quickstart -j two", []string{`--jobs is "two"; want a whole number`, hint}},
	{"run quickstart -j", []string{"--jobs lacks its value", hint}},
	{"compare r --regret --signal much", []string{`--signal is "much"; want a number`, hint}},
	{"run quickstart --json=2", []string{`--json is "2"; want true or false`, hint}},
	{"run quickstart -j -2", []string{"--jobs is -2", hint}},
	{"run quickstart --progress loud", []string{`"loud"`, "auto, bar, plain, none", hint}},
	{"run quickstart --out a --dir b", []string{"--out and --dir exclude each other", hint}},
	{"plan quickstart --out a --dir b", []string{"--out and --dir exclude each other", hint}},
	{"run quikstart", []string{"quikstart", `did you mean "quickstart"?`}},
	{"run quickstart trian.epochs=5", []string{"trian.epochs", `did you mean "train.epochs"?`}},
	{"run quickstart train.epochs", []string{"train.epochs"}},
	{"run quickstart train.epochs=many", []string{"train.epochs", "whole number"}},
	{"run quickstart train.width.end=-1", []string{"train.width.end"}},
	{"run quickstart loss.kind=hinge", []string{"loss.kind", "np, bce, mse"}},
	{"run bad.yaml", []string{"bad.yaml:3:3", "epohcs", `did you mean "epochs"?`, "bad.yaml:4:",
		"train.clip"}},
	{"run folder", []string{"folder"}},
	{"run missing.yaml", []string{"missing.yaml"}},
	{"config", []string{"check, show, explain or schema", hint}},
	{"config chekc quickstart", []string{`unknown command "chekc"`, "explain or schema", hint}},
	{"config check bad.yaml", []string{"bad.yaml:3:3", "epohcs"}},
	{"config show bad.yaml", []string{"bad.yaml:3:3", "epohcs"}},
	{"config explain", []string{"want a KEY", hint}},
	{"config explain train.widht.end", []string{"train.widht.end: unknown key",
		`did you mean "train.width.end"?`}},
	{"config schema train", []string{"too many", hint}},
	{"list quickstart", []string{"too many", `"quickstart"`, hint}},
	{"version 2", []string{"too many", `"2"`, hint}},
	{"summarize", []string{"want a RUN", hint}},
	{"summarize folder", []string{"folder is not a run folder: it has no manifest; sparker run " +
		"and sparker test make one"}},
	{"summarize missing", []string{"missing is not a run folder: there is no such folder"}},
	{"plot missing", []string{"missing", "is not a run folder"}},
	{"toy quickstart", []string{"--hypothesis is missing", hint}},
	{"toy quickstart --hypothesis h1", []string{`"h1"`, "null, alternative", hint}},
	{"toy quickstart --hypothesis null --index -1", []string{"--index is -1", hint}},
	{"toy quickstart --hypothesis null --signal 5", []string{"--signal is 5", hint}},
	{"toy folder --hypothesis null", []string{"folder", "is not a run folder"}},
	{"fit", []string{"--data, --out and --reference are missing", hint}},
	{"fit --data d.npy --reference r.npy --out fit",
		[]string{"--data", "d.npy", "no such file"}},
	{"fit --data bad.yaml --reference bad.yaml --out fit data.counting=sometimes",
		[]string{"data.counting", "extended"}},
	{"fit --data bad.yaml --reference bad.yaml --out fit --init-centroids c.npy",
		[]string{"--init-centroids", "c.npy"}},
	{"fit --data bad.yaml --reference bad.yaml --out fit --init-centroids bad.yaml",
		[]string{"--init-centroids", `"bad.yaml"`, ".npy", hint}},
	{"fit --data bad.yaml --reference bad.yaml --out fit trian.epochs=5",
		[]string{`did you mean "train.epochs"?`}},
	{"fit --data bad.yaml --reference bad.yaml --out fit toys.null=5",
		[]string{"toys.null", "no effect"}},
}

// Wrong command lines and configs: exit code 2, one message, nothing on stdout, and nothing done.
func TestUsage(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "bad.yaml", "name: bad\ntrain:\n  epohcs: 5\n  clip: -1\n")
	if err := os.Mkdir("folder", 0o755); err != nil {
		t.Fatal(err)
	}
	before := listing(t)
	for _, c := range wrongLines {
		got := sparker(t, strings.Fields(c.args)...)
		if got.code != exitUsage {
			t.Errorf("sparker %s: exit code %d, want %d", c.args, got.code, exitUsage)
		}
		if got.stdout != "" {
			t.Errorf("sparker %s wrote to stdout: %s", c.args, got.stdout)
		}
		if n := strings.Count(got.stderr, "sparker: "); n != 1 ||
			!strings.HasPrefix(got.stderr, "sparker: ") {
			t.Errorf("sparker %s: %d messages:\n%s", c.args, n, got.stderr)
		}
		holds(t, "message of sparker "+c.args, got.stderr, c.parts...)
		wantHint := strings.HasSuffix(c.parts[len(c.parts)-1], hint)
		if strings.Contains(got.stderr, hint) != wantHint {
			t.Errorf("sparker %s: hint is %v, want %v:\n%s", c.args, !wantHint, wantHint,
				got.stderr)
		}
	}
	if after := listing(t); len(after) != len(before) {
		t.Errorf("wrong command lines left files: %q, before %q", after, before)
	}
}
