//go:build unix

package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The signals, and the exit codes of a run that they end.
var stops = map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 75, syscall.SIGUSR1: 75}

// The first signal ends at once what is not a fit of a run: here a process that reads from a pipe,
// or that measures the times of fits. The exit code says whether the same command continues.
func TestSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	inMemory := map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143}
	for line, codes := range map[string]map[syscall.Signal]int{
		"config check -": inMemory, "plan - train.epochs=5": inMemory, "list": inMemory,
		"run -": stops,
	} {
		for signal, code := range codes {
			c := startChild(t, "plain", strings.Fields(line)...)
			c.signal(t, signal)
			start := time.Now()
			if got := c.exitCode(t); got != code {
				t.Errorf("%s: exit code %d after %v, want %d; %s", line, got, signal, code,
					c.messages())
			}
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("%s: %v ended it after %v", line, signal, took)
			}
			if out := c.stdout.String(); out != "" {
				t.Errorf("%s wrote %q", line, out)
			}
			want := "sparker: stopped\n"
			if line == "run -" {
				want = "sparker: stopped; toys that are done are kept; to continue, give the " +
					"same command again:\n  sparker run -\n"
			}
			if got := c.messages(); got != want {
				t.Errorf("%s: %v: message %q, want %q", line, signal, got, want)
			}
		}
	}
}

// A command that keeps nothing goes on after a signal that announces the end of a job.
func TestNoticeIsIgnored(t *testing.T) {
	t.Parallel()
	c := startChild(t, "plain", "config", "check", "-")
	c.signal(t, syscall.SIGUSR1)
	if _, err := io.WriteString(c.stdin, tiny); err != nil {
		t.Fatal(err)
	}
	if err := c.stdin.Close(); err != nil {
		t.Fatal(err)
	}
	if got := c.exitCode(t); got != exitOK {
		t.Errorf("exit code %d; %s", got, c.messages())
	}
}

// A command that runs toys into a folder is continued by the same command.
func TestContinues(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]bool{
		"": false, "run quickstart": true, "run --help": true, "test --reference a --data b": true,
		"test --reference a --no-folder --data b": false, "test --no-folder=true": false,
		"test --no-folder=false": true, "summarize run": false, "plan run": false, "fit run": false,
	} {
		if got := continues(strings.Fields(line)); got != want {
			t.Errorf("continues(%q) = %v", line, got)
		}
	}
}

// slowRun is the line of a run whose every toy takes minutes.
const slowRun = "run tiny.yaml test.method=child record.fits=0 -j 2 --no-figures --dir slow"

// A signal during fits says what it waits for. A second one ends the process at once.
func TestSecondSignal(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and ends eight processes")
	}
	inFolder(t)
	for first, code := range map[syscall.Signal]int{syscall.SIGTERM: 75, syscall.SIGINT: 130} {
		for _, mode := range progressModes {
			if err := os.RemoveAll("slow"); err != nil {
				t.Fatal(err)
			}
			c := startChild(t, "slow", append(strings.Fields(slowRun), "--progress", mode)...)
			eventually(t, "the start of the toys", func() bool {
				_, err := os.Stat("slow/toys")
				return err == nil && (mode == "none" || c.messages() != "")
			})
			time.Sleep(100 * time.Millisecond) // of minutes
			start := time.Now()
			c.signal(t, first)
			eventually(t, "the message", func() bool {
				return strings.Contains(c.messages(), "waiting for 2 fits to end; press "+
					"Ctrl-C again to stop at once")
			})
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("%s: the message came after %v", mode, took)
			}
			start = time.Now()
			second := syscall.SIGINT // the exit code is that of the first signal
			if first == syscall.SIGINT {
				second = syscall.SIGTERM
			}
			c.signal(t, second)
			if got := c.exitCode(t); got != code {
				t.Errorf("%s: exit code %d after %v, %v; want %d", mode, got, first, second, code)
			}
			if took := time.Since(start); took > time.Second {
				t.Errorf("%s: the second signal took %v", mode, took)
			}
		}
	}
}

// The test of a sample with a run folder is continued, too, and ends with the same exit code. One
// without a folder ends as any other process.
func TestSignalDuringTest(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	rows := "x\n" + strings.Repeat("1\n2\n3\n5\n", 10)
	writeFile(t, filepath.Join(dir, "reference.csv"), rows)
	writeFile(t, filepath.Join(dir, "data.csv"), rows+"4\n")
	const line = "test --reference reference.csv --data data.csv test.method=child " +
		"data.files.shared=keep"
	for _, c := range []struct {
		flag   string
		signal syscall.Signal
		code   int
	}{{"--dir=kept", syscall.SIGUSR1, 75}, {"--no-folder", syscall.SIGTERM, 143}} {
		child := startChildIn(t, dir, "slow", append(strings.Fields(line), c.flag)...)
		child.signal(t, c.signal)
		if got := child.exitCode(t); got != c.code {
			t.Errorf("%s: exit code %d, want %d; %s", c.flag, got, c.code, child.messages())
		}
	}
}

// A run that a signal stops keeps the toys that are done, and says how to continue. The same
// command then ends with the bytes of an unbroken run.
func TestSignalAndResume(t *testing.T) {
	if testing.Short() {
		t.Skip("runs three experiments")
	}
	inFolder(t)
	const line = "run tiny.yaml record.fits=0 toys.null=100 test.method=child --no-figures " +
		"--progress none -j 1 --dir " // every toy takes 20 ms
	for signal, code := range stops {
		dir := "stopped-" + signal.String()
		args := strings.Fields(line + strings.ReplaceAll(dir, " ", "-"))
		dir = args[len(args)-1]
		toys := filepath.Join(dir, "toys", "toys-0.jsonl")
		c := startChild(t, "plain", args...)
		eventually(t, "the fifth toy", func() bool { return toyLines(toys) >= 5 })
		c.signal(t, signal)
		if got := c.exitCode(t); got != code {
			t.Errorf("exit code %d after %v, want %d; %s", got, signal, code, c.messages())
		}
		done := toyLines(toys)
		if done >= 106 {
			t.Fatalf("%v came after the end of the run", signal)
		}
		holds(t, "message", c.messages(), "stopped with ", "of 106 toys done, which are kept "+
			"in "+dir, "sparker run tiny.yaml")
		resumed := startChild(t, "plain", args...)
		unbroken := startChild(t, "plain", append(args[:len(args)-1:len(args)-1], "unbroken")...)
		if a, b := resumed.exitCode(t), unbroken.exitCode(t); a != exitOK || b != exitOK {
			t.Fatalf("exit codes %d and %d; %s", a, b, resumed.messages())
		}
		if a, b := resumed.stdout.String(), unbroken.stdout.String(); a != b {
			t.Errorf("%v: the resumed run prints\n%swant\n%s", signal, a, b)
		}
		for _, name := range []string{"summary.json", "scales.csv", "config.yaml"} {
			if readFile(t, filepath.Join(dir, name)) != readFile(t, "unbroken/"+name) {
				t.Errorf("%v: %s differs from that of the unbroken run", signal, name)
			}
		}
	}
}

// A panic in a worker is a fault of the program: the exit code is not that of a wrong command line,
// the message says what to report, and the toys that are done are kept.
func TestFault(t *testing.T) {
	inFolder(t)
	args := strings.Fields("run tiny.yaml test.method=child record.fits=0 toys.signal=[0] -j 1 " +
		"--no-figures --progress none --dir faulty")
	c := startChild(t, "faulty", args...)
	if got := c.exitCode(t); got != exitFault {
		t.Errorf("exit code %d, want %d; %s", got, exitFault, c.messages())
	}
	holds(t, "message", c.messages(), "sparker: internal error: a kernel without a centroid",
		"This is a fault of sparker. Please report it", "'sparker version'",
		"sparker run tiny.yaml test.method=child record.fits=0 'toys.signal=[0]' -j 1",
		"The toys that are done are kept in faulty; the same command continues from there.",
		"childTest.Statistics")
	if done := toyLines("faulty/toys/toys-0.jsonl"); done != 5 {
		t.Errorf("%d toys are kept, want 5", done)
	}
	again := startChild(t, "plain", args...)
	if got := again.exitCode(t); got != exitOK {
		t.Errorf("the run was not continued: exit code %d; %s", got, again.messages())
	}
	if done := toyLines("faulty/toys/toys-0.jsonl"); done != 23 {
		t.Errorf("%d toys in the end, want 23", done)
	}
}

// A signal ends serving, which is what ends it, with the answers that are under way.
func TestSignalEndsServing(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		c := startChild(t, "plain", "serve", t.TempDir(), "--address", "127.0.0.1:0")
		eventually(t, "the address", func() bool {
			return strings.Contains(c.messages(), "Ctrl-C ends it")
		})
		c.signal(t, signal)
		if got := c.exitCode(t); got != exitOK {
			t.Errorf("%v: exit code %d, want %d; %s", signal, got, exitOK, c.messages())
		}
	}
}
