package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
)

// output is what one call of the program gave.
type output struct {
	code           int
	stdout, stderr string
}

// sparker calls the program.
func sparker(t *testing.T, args ...string) output {
	t.Helper()
	return sparkerWith(t, "", args...)
}

// sparkerWith calls the program with a text on its standard input.
func sparkerWith(t *testing.T, stdin string, args ...string) output {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(stdin), &stdout, &stderr)
	return output{code, stdout.String(), stderr.String()}
}

// mustSucceed calls the program and ends the test unless it ends well.
func mustSucceed(t *testing.T, args ...string) output {
	t.Helper()
	got := sparker(t, args...)
	if got.code != exitOK {
		t.Fatalf("sparker %q: exit code %d\n%s", args, got.code, got.stderr)
	}
	return got
}

// holds checks that a text has every one of some parts.
func holds(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s does not hold %q:\n%s", what, part, text)
		}
	}
}

// listing is the names in the working directory.
func listing(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{nil, {"help"}, {"--help"}, {"-h"}} {
		got := mustSucceed(t, args...)
		holds(t, "help", got.stdout, "run", "summarize", "plot", "config", "list", "toy", "fit",
			"version", "sparker run quickstart")
		if got.stderr != "" {
			t.Errorf("help wrote to stderr: %s", got.stderr)
		}
	}
	for _, command := range []string{"run", "summarize", "plot", "config", "config check",
		"config show", "config explain", "config schema", "list", "toy", "fit", "version"} {
		got := mustSucceed(t, append(strings.Fields(command), "--help")...)
		holds(t, "help", got.stdout, "sparker "+command)
	}
}

// Wrong command lines and configs: exit code 2, one message, nothing on stdout, and nothing done.
func TestUsage(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("bad.yaml", []byte("name: bad\ntrain:\n  epohcs: 5\n  clip: -1\n"),
		0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("folder", 0o755); err != nil {
		t.Fatal(err)
	}
	before := listing(t)
	const hint = "--help' for usage."
	for _, c := range []struct {
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
		{"summarize folder", []string{"folder", "is not a run folder"}},
		{"summarize missing", []string{"missing", "is not a run folder"}},
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
	} {
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
		if wantHint := c.parts[len(c.parts)-1] == hint ||
			strings.HasSuffix(c.parts[len(c.parts)-1], hint); strings.Contains(got.stderr,
			hint) != wantHint {
			t.Errorf("sparker %s: hint is %v, want %v:\n%s", c.args, !wantHint, wantHint,
				got.stderr)
		}
	}
	if after := listing(t); len(after) != len(before) {
		t.Errorf("wrong command lines left files: %q, before %q", after, before)
	}
}

func TestVersion(t *testing.T) {
	got := mustSucceed(t, "version")
	holds(t, "version", got.stdout, "sparker ", "go1.", "gonum.org/v1/gonum v",
		"gorgonia.org/gorgonia v")
	first, _, _ := strings.Cut(got.stdout, "\n")
	if flag := mustSucceed(t, "--version"); strings.TrimSpace(flag.stdout) != strings.TrimSpace(
		first) {
		t.Errorf("--version prints %q, version %q", flag.stdout, first)
	}
	var record versionRecord
	if err := json.Unmarshal([]byte(mustSucceed(t, "version", "--json").stdout),
		&record); err != nil {
		t.Fatal(err)
	}
	if record.Schema != "sparker/version/1" || !strings.HasPrefix(record.Versions["go"], "go1.") {
		t.Errorf("version --json: %+v", record)
	}
}

// fullDisk is a writer that fails.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestOutputFails(t *testing.T) {
	for _, args := range [][]string{{"list"}, {"version", "--json"}, {"--help"},
		{"config", "show", "quickstart"}} {
		var stderr bytes.Buffer
		if code := run(t.Context(), args, strings.NewReader(""), fullDisk{},
			&stderr); code != exitFailure {
			t.Errorf("sparker %q: exit code %d, want %d", args, code, exitFailure)
		}
		holds(t, "message", stderr.String(), "no space left on device")
	}
}

func TestQuote(t *testing.T) {
	for arg, want := range map[string]string{
		"quickstart": "quickstart", "train.epochs=5": "train.epochs=5",
		"toys.signal=[0, 5]": "'toys.signal=[0, 5]'",
		"it's":               `'it'\''s'`, "": "''", "$HOME": "'$HOME'", "a\nb": "'a\nb'",
		"../x_y": "../x_y",
	} {
		if got := quote(arg); got != want {
			t.Errorf("quote(%q) is %s, want %s", arg, got, want)
		}
	}
}
