package main

import (
	"regexp"
	"strings"
	"testing"

	"sparker/configs"
)

var (
	codeBlock = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")
	indented  = regexp.MustCompile(`(?m)^(?: {4}|\t)\S.*$`)
	inlined   = regexp.MustCompile("`([^`\n]+)`")
	// placeholder is a word of a command that stands for something of the reader's.
	placeholder = regexp.MustCompile(`^[A-Z_]+$|\.\.\.|\*$`)
)

// documentedCommands returns the calls of sparker in a page, without the name of the program: those
// of its blocks, and of code in a line that says more than a command's name.
func documentedCommands(page string) [][]string {
	var lines []string
	joined := strings.ReplaceAll(page, "\\\n", " ")
	for _, block := range codeBlock.FindAllStringSubmatch(joined, -1) {
		if block[1] != "console" && block[1] != "sh" {
			continue
		}
		for line := range strings.Lines(block[2]) {
			lines = append(lines, strings.TrimPrefix(line, "$ "))
		}
	}
	for _, line := range indented.FindAllString(joined, -1) {
		lines = append(lines, strings.TrimSpace(line))
	}
	for _, span := range inlined.FindAllStringSubmatch(joined, -1) {
		lines = append(lines, span[1])
	}
	var calls [][]string
	for _, line := range lines {
		line, _, _ = strings.Cut(line, " > ")
		line, _, _ = strings.Cut(line, " | ")
		line, _, _ = strings.Cut(line, " && ")
		line, _, _ = strings.Cut(line, "  #")
		if line = strings.TrimSpace(line); program.MatchString(line) {
			calls = append(calls, words(program.ReplaceAllString(line, "")))
		}
	}
	return calls
}

// checkCall reports what is wrong with a call of sparker, without making it: an unknown command or
// flag, or arguments that a shipped config or a test of two files does not take.
func checkCall(call []string) error {
	root := new(app).rootCommand()
	root.InitDefaultCompletionCmd()
	command, rest, err := root.Find(call)
	if err != nil {
		return err
	}
	if err := command.ParseFlags(rest); err != nil {
		return err
	}
	args := command.Flags().Args()
	for _, word := range call {
		if placeholder.MatchString(word) {
			return nil
		}
	}
	sweeps, _ := command.Flags().GetStringArray("sweep")
	switch {
	case command.Name() == "test":
		in := configs.TestFiles{Reference: "r.npy", Data: "d.npy", Toys: 200}
		_, err = configs.LoadTest(in, configs.Changes{Overrides: args, Sweeps: sweeps})
	case len(args) > 0 && configs.IsShipped(args[0]):
		_, err = configs.LoadSweep(args[0],
			configs.Changes{Overrides: args[1:], Sweeps: sweeps})
	}
	return err
}

// The documented calls of sparker have commands and flags that exist, and valid overrides.
func TestDocumentedCalls(t *testing.T) {
	found := 0
	for name, page := range documents(t) {
		for _, call := range documentedCommands(page) {
			found++
			if err := checkCall(call); err != nil {
				t.Errorf("%s: sparker %s: %v", name, strings.Join(call, " "), err)
			}
		}
	}
	if found < 60 {
		t.Errorf("%d calls found; the pattern misses some", found)
	}
}

// TestCheckCall checks that wrong calls are found.
func TestCheckCall(t *testing.T) {
	for _, call := range []string{"runs quickstart", "run quickstart --shards 1/2",
		"run quickstart model.kernel=3", "run quickstart -S loss.kind=np,bec",
		"test --reference r.npy --data d.npy presets=paper"} {
		if err := checkCall(words(call)); err == nil {
			t.Errorf("sparker %s: no error", call)
		}
	}
}
