//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"sparker/results"
)

// killedRun is the line of a sweep of two cells and 880 toys, some of them with fits.
const killedRun = "run tiny.yaml toys.null=416 toys.alternative=12 -S test.method=child,sparker " +
	"--no-figures --progress none"

// linesOf returns the whole lines of all toys files of a run.
func linesOf(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "toys", "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, path := range paths {
		for line := range strings.Lines(readFile(t, path)) {
			if strings.HasSuffix(line, "\n") {
				all = append(all, line)
			}
		}
	}
	return all
}

// toyID returns what tells the toy of a line from others.
func toyID(t *testing.T, line string) results.ToyID {
	t.Helper()
	var toy results.Toy
	if err := json.Unmarshal([]byte(line), &toy); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return toy.ID()
}

// kill kills a process at once. It reports whether the process had not ended.
func (c child) kill(t *testing.T) bool {
	t.Helper()
	c.signal(t, syscall.SIGKILL)
	c.exitCode(t)
	return c.ProcessState.Sys().(syscall.WaitStatus).Signaled()
}

// A run that is killed 50 times in one folder, as a whole and as parts whose count changes, loses
// no toy that was there before, counts none twice, and ends with the bytes of an unbroken run.
func TestFiftyKills(t *testing.T) {
	if testing.Short() {
		t.Skip("kills 50 processes")
	}
	inFolder(t)
	r := rand.New(rand.NewPCG(19, 50))
	kills, torn, seen := 0, 0, map[string]bool{}
	for attempt := 0; kills < 50; attempt++ {
		if attempt == 100 {
			t.Fatalf("only %d of 100 processes were killed before their end", kills)
		}
		line := killedRun + " --dir killed -j " + fmt.Sprint(1+r.IntN(2))
		if parts := 1 + r.IntN(4); parts > 1 {
			line += fmt.Sprintf(" --shard %d/%d", 1+r.IntN(parts), parts)
		}
		c := startChild(t, "quick", strings.Fields(line)...)
		before := len(linesOf(t, "killed"))
		wait := time.Duration(r.IntN(40)) * time.Millisecond
		if more := r.IntN(8); more > 0 { // toys, unless the part ends before
			wait = time.Duration(r.IntN(3000)) * time.Microsecond
			for end := time.Now().Add(time.Second / 2); time.Now().Before(end) &&
				len(linesOf(t, "killed")) < before+more; {
				time.Sleep(5 * time.Millisecond)
			}
		}
		time.Sleep(wait)
		now := linesOf(t, "killed")
		if c.kill(t) {
			kills++
		}
		for _, l := range now {
			seen[l] = true
		}
		torn += tornFiles(t, "killed")
	}
	complete := func(dir string) {
		t.Helper()
		c := startChild(t, "quick", strings.Fields(killedRun+" --dir "+dir)...)
		if code := c.exitCode(t); code != exitOK {
			t.Fatalf("exit code %d; %s", code, c.messages())
		}
	}
	t.Logf("%d kills, of which %d left a torn line; %d toys seen before them", kills, torn,
		len(seen))
	complete("killed")
	complete("unbroken")
	ids := map[results.ToyID]int{}
	for _, l := range linesOf(t, "killed") {
		ids[toyID(t, l)]++
		delete(seen, l)
	}
	for l := range seen {
		t.Errorf("a toy was there before a kill, and is lost: %s", l)
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("%v is stored %d times", id, n)
		}
	}
	if want := len(linesOf(t, "unbroken")); len(ids) != want || want != 880 {
		t.Errorf("%d toys, want %d, which are 880", len(ids), want)
	}
	sameRuns(t, "killed", "unbroken")
}

// tornFiles returns the number of toys files that do not end with a newline.
func tornFiles(t *testing.T, dir string) (torn int) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "toys", "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if text := readFile(t, path); text != "" && !strings.HasSuffix(text, "\n") {
			torn++
		}
	}
	return torn
}

// Commands that write into a run folder may be killed at any time: every file is whole, either of
// before or of after. A second try gives the bytes of an unbroken command.
func TestKilledWriters(t *testing.T) {
	if testing.Short() {
		t.Skip("kills processes")
	}
	inFolder(t)
	mustSucceed(t, strings.Fields("run tiny.yaml record.fits=0 --no-figures --progress none "+
		"--dir run")...)
	r := rand.New(rand.NewPCG(19, 51))
	for _, c := range []struct {
		line  string // of the command; DIR is the folder that it writes into
		kills int
	}{
		{"merge run --out DIR", 4}, {"summarize DIR", 4}, {"plot DIR", 3}, {"report DIR", 3},
	} {
		command := func(dir string) []string {
			return strings.Fields(strings.ReplaceAll(c.line, "DIR", dir))
		}
		name := strings.Fields(c.line)[0]
		dir, unbroken := name+"-killed", name+"-whole"
		for _, folder := range []string{dir, unbroken} {
			if name == "merge" {
				continue
			}
			if err := os.CopyFS(folder, os.DirFS("run")); err != nil {
				t.Fatal(err)
			}
		}
		start := time.Now()
		mustSucceed(t, command(unbroken)...)
		took := time.Since(start)
		for range c.kills {
			p := startChild(t, "plain", command(dir)...)
			time.Sleep(time.Duration(r.Int64N(int64(took) + 1)))
			p.kill(t)
			wholeFiles(t, dir)
		}
		mustSucceed(t, command(dir)...)
		wholeFiles(t, dir)
		sameRuns(t, dir, unbroken)
	}
}

// wholeFiles checks that every file of a folder has its end. Temporary files, which no command
// reads, are those that a killed process was writing.
func wholeFiles(t *testing.T, dir string) {
	t.Helper()
	ends := map[string]string{".json": "}\n", ".csv": "\n", ".png": "IEND\xaeB\x60\x82",
		".svg": "</svg>\n", ".html": "</html>\n", ".yaml": "\n"}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(d.Name(), ".sparker-tmp-") {
			return err
		}
		content, err := os.ReadFile(path)
		if end := ends[filepath.Ext(path)]; end != "" && !bytes.HasSuffix(content, []byte(end)) {
			t.Errorf("%s ends with %q, not with %q", path, content[max(0, len(content)-20):], end)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}
