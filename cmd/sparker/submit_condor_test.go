package main

import (
	"fmt"
	"strings"
	"testing"
)

// condorJob reads a submit file as condor_submit does: the commands of the job of a process, with
// all macros replaced. It follows the manual of condor_submit, "Macros and comments".
func condorJob(t *testing.T, file string, process int) map[string]string {
	t.Helper()
	commands := map[string]string{}
	for line := range strings.Lines(file) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if strings.HasSuffix(line, `\`) {
			t.Fatalf("%q continues in the next line", line)
		}
		if n, found := strings.CutPrefix(line, "queue "); found {
			commands["queue"] = n
			continue
		}
		key, value, found := strings.Cut(line, " = ")
		if !found {
			t.Fatalf("%q is not a command", line)
		}
		commands[key] = value
	}
	if commands["number"] != "$(Process) + 1" {
		t.Fatalf("the number of a part is %q", commands["number"])
	}
	for key, value := range commands {
		value = strings.ReplaceAll(value, "$INT(number)", fmt.Sprint(process+1))
		value = strings.ReplaceAll(value, "$(Process)", fmt.Sprint(process))
		if rest := strings.ReplaceAll(value, "$(DOLLAR)", ""); strings.Contains(rest, "$") {
			t.Errorf("%s = %s has an unknown macro", key, value)
		}
		commands[key] = strings.ReplaceAll(value, "$(DOLLAR)", "$")
	}
	return commands
}

// condorWords splits arguments in the new syntax of the manual of condor_submit, "arguments".
func condorWords(t *testing.T, text string) []string {
	t.Helper()
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		t.Fatalf("%s is not in double quotes", text)
	}
	inner := text[1 : len(text)-1]
	if strings.Contains(strings.ReplaceAll(inner, `""`, ""), `"`) {
		t.Fatalf("%s has a double quote that is not doubled", text)
	}
	inner = strings.ReplaceAll(inner, `""`, `"`)
	var words []string
	var word strings.Builder
	quoted, begun := false, false
	for i := 0; i < len(inner); i++ {
		switch c := inner[i]; {
		case c == '\'' && quoted && i+1 < len(inner) && inner[i+1] == '\'':
			word.WriteByte(c)
			i++
		case c == '\'':
			quoted, begun = !quoted, true
		case (c == ' ' || c == '\t') && !quoted:
			if begun {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteByte(c)
			begun = true
		}
	}
	if quoted {
		t.Fatalf("%s has a single quote without its end", text)
	}
	return append(words, word.String())
}

// HTCondor reads every word as it was given, or is not given it.
func TestCondorWords(t *testing.T) {
	for _, word := range hostileWords {
		file, err := hostileJob(word).condorFile()
		if err != nil {
			t.Fatal(err)
		}
		job := condorJob(t, file, 2)
		sameWords(t, word, condorWords(t, job["arguments"]), hostileWanted(word, "3/4", "3"))
		if job["executable"] != "/bin/"+word || job["queue"] != "4" {
			t.Errorf("%s: executable %s, queue %s", word, job["executable"], job["queue"])
		}
	}
	for _, word := range []string{"a\nb.yaml", "a$$b.yaml"} {
		if file, err := hostileJob(word).condorFile(); err == nil {
			t.Errorf("%q: no error, but\n%s", word, file)
		}
	}
}

// The flags become commands of the submit file.
func TestCondorCommands(t *testing.T) {
	inFolder(t)
	job := condorJob(t, mustSucceed(t, "submit", "condor", "tiny.yaml", "--shards", "4", "--cpus",
		"2", "--memory", "3G", "--time", "1h", "--grace", "5m", "--parallel", "3", "--name", "x",
		"--option", "+Group = \"g\"").stdout, 0)
	for key, want := range map[string]string{"request_cpus": "2", "request_memory": "3GB",
		"+MaxRuntime": "3600", "job_max_vacate_time": "300", "max_materialize": "3",
		"+Group": `"g"`, "log": "x.log", "output": "x-1.out", "should_transfer_files": "NO",
		"retry_until": "(ExitCode =?= 2) || (ExitCode =!= 75 && NumJobCompletions > 3)"} {
		if job[key] != want {
			t.Errorf("%s is %q, want %q", key, job[key], want)
		}
	}
}
