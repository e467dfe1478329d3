//go:build linux

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A file that is being written is not a result, and times are not compared.
func Example() {
	for _, path := range []string{"summary.json", "figures/power.csv", "timings.csv",
		"manifest.json"} {
		fmt.Println(path, isCompared(path))
	}
	// Output:
	// summary.json true
	// figures/power.csv true
	// timings.csv false
	// manifest.json false
}

// A soak of a few seconds lives through an experiment without a difference, and leaves nothing.
func TestSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program, and runs it for some seconds")
	}
	t.Parallel()
	dir := t.TempDir()
	var out strings.Builder
	got, err := run(t.Context(), options{time: 3 * time.Second, seed: 15, dir: dir}, &out)
	if err != nil {
		t.Fatal(err)
	}
	// The unbroken run, the server, an attempt, and the end of the experiment.
	if got.lives == 0 || got.processes < 4 {
		t.Errorf("the soak did nothing: %+v", got)
	}
	if len(got.differences) > 0 {
		t.Errorf("differences:\n%s", strings.Join(got.differences, "\n"))
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("the soak left %v (%v)", left, err)
	}
	t.Log(out.String())
}

// The soak notices what it is there for: a result that differs, one that is missing, a toy that is
// lost, one too few, and a temporary file that nobody explains.
func TestSoakNotices(t *testing.T) {
	t.Parallel()
	line := func(index int) string {
		return fmt.Sprintf(`{"cell":"c","hypothesis":"null","signal":0,"index":%d}`+"\n", index)
	}
	write := func(l *life, name, text string) {
		t.Helper()
		path := filepath.Join(l.folder(whole), name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	remove := func(l *life, name string) {
		t.Helper()
		if err := os.Remove(filepath.Join(l.folder(whole), name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		change func(l *life)
		want   string
	}{
		"nothing":   {func(*life) {}, ""},
		"a result":  {func(l *life) { write(l, "results.csv", "2") }, "results.csv of "},
		"too much":  {func(l *life) { write(l, "figures/a.svg", "") }, "does not have"},
		"a toy":     {func(l *life) { write(l, "toys/toys-0.jsonl", line(0)) }, "a toy was lost"},
		"a file":    {func(l *life) { write(l, "fits/.sparker-tmp-1-0", "") }, "temporary files"},
		"a summary": {func(l *life) { remove(l, "summary.json") }, "there: false"},
	} {
		s := &soak{out: &strings.Builder{}, runs: t.TempDir(), twins: map[string]files{},
			tally: newTally()}
		l := &life{s: s, twin: "x", mode: single, lines: lineSet{}}
		write(l, "summary.json", "{}")
		write(l, "results.csv", "1")
		write(l, "timings.csv", "1")
		write(l, "toys/toys-0.jsonl", line(0)+line(1)+"torn")
		var err error
		if s.twins["x"], err = filesOf(l.folder(whole)); err != nil {
			t.Fatal(err)
		}
		if err := l.lines.see([]string{l.folder(whole)}); err != nil {
			t.Fatal(err)
		}
		c.change(l)
		if err := l.find(); err != nil {
			t.Fatal(err)
		}
		if err := l.compare(); err != nil {
			t.Fatal(err)
		}
		text := strings.Join(s.tally.differences, "\n")
		if c.want == "" && text != "" || !strings.Contains(text, c.want) {
			t.Errorf("%s: differences %q, want one with %q", name, text, c.want)
		}
	}
}
