package main

import (
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"sparker/results"
)

// variables returns an environment of words NAME=VALUE. SLURM stands for SLURM_ARRAY_TASK.
func variables(words string) environment {
	values := map[string]string{}
	for _, word := range strings.Fields(words) {
		name, value, _ := strings.Cut(word, "=")
		values[strings.Replace(name, "SLURM", "SLURM_ARRAY_TASK", 1)] = value
	}
	return func(name string) string { return values[name] }
}

func TestParseShard(t *testing.T) {
	t.Parallel()
	const array = "SLURM_MIN=1 SLURM_MAX=16 SLURM_COUNT=16 SLURM_STEP=1 SLURM_ID="
	for _, c := range []struct {
		text, env string
		want      results.Shard
		problem   string // part of the message; empty for none
	}{
		{"", "SLURM_ID=3", results.Shard{}, ""},
		{"3/4", "SLURM_ID=1", results.Shard{Number: 3, Count: 4}, ""},
		{"1/1", "", results.Shard{Number: 1, Count: 1}, ""},
		{"auto", array + "1", results.Shard{Number: 1, Count: 16}, ""},
		{"auto", array + "16", results.Shard{Number: 16, Count: 16}, ""},
		{"auto/16", array + "16", results.Shard{Number: 16, Count: 16}, ""},
		{"auto/20", array + "16", results.Shard{Number: 16, Count: 20}, ""},
		{"auto", "SLURM_ID=0 SLURM_MIN=0 SLURM_MAX=3 SLURM_COUNT=4",
			results.Shard{Number: 1, Count: 4}, ""},
		{"auto", "SLURM_ID=4 SLURM_MIN=0 SLURM_MAX=6 SLURM_COUNT=4 SLURM_STEP=2",
			results.Shard{Number: 3, Count: 4}, ""},
		{"auto", "SLURM_ID=5 SLURM_MIN=5 SLURM_MAX=5 SLURM_COUNT=1 SLURM_STEP=0",
			results.Shard{Number: 1, Count: 1}, ""},
		{"auto", "SLURM_ID=3 SLURM_MIN=3 SLURM_MAX=7 SLURM_COUNT=2 SLURM_STEP=1",
			results.Shard{}, "the array has gaps"},
		{"auto", "SLURM_ID=3 SLURM_MIN=0 SLURM_MAX=6 SLURM_COUNT=4 SLURM_STEP=2",
			results.Shard{}, "the array has gaps"},
		{"auto", "SLURM_ID=9 SLURM_MIN=1 SLURM_MAX=4 SLURM_COUNT=4", results.Shard{},
			"the array has gaps"},
		{"auto/16", "SLURM_ID=7 SLURM_MIN=3 SLURM_MAX=7 SLURM_COUNT=2",
			results.Shard{Number: 7, Count: 16}, ""},
		{"auto", "SLURM_ID=1", results.Shard{},
			"SLURM_ARRAY_TASK_MIN is not set; name the number of parts by --shard auto/N"},
		{"auto", "SLURM_ID=one SLURM_MIN=1", results.Shard{}, `SLURM_ARRAY_TASK_ID is "one"`},
		{"auto/4", "SLURM_ID=1.5", results.Shard{}, `SLURM_ARRAY_TASK_ID is "1.5"`},
		{"auto/4", "SLURM_ID=-1", results.Shard{}, `SLURM_ARRAY_TASK_ID is "-1"`},
		{"auto/4", "SLURM_ID=99999999999999999999", results.Shard{}, "want a whole number"},
		{"auto/4", "SLURM_ID=0", results.Shard{},
			"SLURM_ARRAY_TASK_ID is 0; want a number from 1 to 4, as of sbatch --array=1-4"},
		{"auto/4", "SLURM_ID=5", results.Shard{}, "want a number from 1 to 4"},
		{"auto/4", "JOB_COMPLETION_INDEX=0", results.Shard{Number: 1, Count: 4}, ""},
		{"auto/4", "JOB_COMPLETION_INDEX=3", results.Shard{Number: 4, Count: 4}, ""},
		{"auto/4", "JOB_COMPLETION_INDEX=4", results.Shard{},
			"JOB_COMPLETION_INDEX is 4; want a number from 0 to 3, as of completions: 4"},
		{"auto", "JOB_COMPLETION_INDEX=0", results.Shard{}, "--shard auto/N"},
		{"auto/4", "JOB_COMPLETION_INDEX=x", results.Shard{}, `JOB_COMPLETION_INDEX is "x"`},
		{"auto", "", results.Shard{}, "neither SLURM_ARRAY_TASK_ID (a job array of Slurm) nor " +
			"JOB_COMPLETION_INDEX (an Indexed Job of Kubernetes) is set; name the part, such as " +
			"--shard 1/4"},
		{"auto/4", "", results.Shard{}, "neither SLURM_ARRAY_TASK_ID"},
		{"auto/0", array + "1", results.Shard{}, `--shard is "auto/0"; want I/N`},
		{"auto/", array + "1", results.Shard{}, `--shard is "auto/"; want I/N`},
		{"automatic", array + "1", results.Shard{}, `--shard is "automatic"; want I/N`},
		{"5/4", "", results.Shard{}, `--shard is "5/4"; want I/N`},
		{"0/4", "", results.Shard{}, `--shard is "0/4"; want I/N`},
		{"1", "", results.Shard{}, `--shard is "1"; want I/N`},
	} {
		got, err := parseShard(c.text, variables(c.env))
		switch {
		case c.problem == "" && (err != nil || got != c.want):
			t.Errorf("--shard %s with %q: %+v, %v; want %+v", c.text, c.env, got, err, c.want)
		case c.problem != "" && (err == nil || !strings.Contains(err.Error(), c.problem)):
			t.Errorf("--shard %s with %q: %v; want %q", c.text, c.env, err, c.problem)
		}
	}
}

// The tasks of an array take all parts, each once, whatever its first number and its step are.
func TestArrayTakesEveryPart(t *testing.T) {
	t.Parallel()
	for _, array := range []struct{ first, count, step int }{{0, 5, 1}, {1, 5, 1}, {10, 7, 3},
		{0, 1, 1}} {
		parts := map[int]int{}
		for i := range array.count {
			values := map[string]int{slurmID: array.first + i*array.step, slurmMin: array.first,
				slurmMax: array.first + (array.count-1)*array.step, slurmCount: array.count,
				slurmStep: array.step}
			s, err := parseShard("auto", numbers(values))
			if err != nil || s.Count != array.count {
				t.Fatalf("%+v, task %d: %+v, %v", array, i, s, err)
			}
			parts[s.Number]++
		}
		want := map[int]int{}
		for i := range array.count {
			want[i+1] = 1
		}
		if !maps.Equal(parts, want) {
			t.Errorf("%+v: tasks by part %v", array, parts)
		}
	}
}

// numbers returns an environment of whole numbers.
func numbers(values map[string]int) environment {
	return func(name string) string {
		if n, ok := values[name]; ok {
			return fmt.Sprint(n)
		}
		return ""
	}
}

// Tasks of a job array that write into one folder make the whole run, in files of their own.
// Another attempt with other parts finds nothing to do.
func TestShardsOfAScheduler(t *testing.T) {
	inFolder(t)
	args := []string{"run", "tiny.yaml", "--progress", "plain", "--no-figures"}
	whole := mustSucceed(t, append(args, "--dir", "whole")...)
	args = append(args, "--dir", "parts", "--shard")
	for i := range 3 {
		t.Setenv(kubernetes, fmt.Sprint(i))
		mustSucceed(t, append(args, "auto/3")...)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		s := results.Shard{Number: i + 1, Count: 3, Host: host}
		exist(t, "parts/toys", s.FileName())
	}
	if readFile(t, "parts/summary.json") != readFile(t, "whole/summary.json") {
		t.Error("the summary of the parts is not that of the whole run")
	}
	again := mustSucceed(t, append(args, "2/7")...)
	if again.stdout != whole.stdout || !strings.Contains(again.stderr, "done=4 total=4 resumed=4") {
		t.Errorf("another attempt prints\n%s%s", again.stdout, again.stderr)
	}
	t.Setenv(kubernetes, "3")
	mustFail(t, "run tiny.yaml --shard auto/3", "JOB_COMPLETION_INDEX is 3")
}
