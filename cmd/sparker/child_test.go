package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sparker/data"
	"sparker/twosample"
)

// childVariable is the environment variable that makes the binary of the tests the program itself,
// with a two-sample test named child that behaves as the variable says.
const childVariable = "SPARKER_CHILD"

// childReady is what the child prints first, on the standard error, when it handles signals.
const childReady = "the child is ready"

// registerChildTest registers the test child, which counts the rows of the data. A slow one takes
// minutes, a quick one milliseconds, and a faulty one panics on the sixth toy.
func registerChildTest(behavior string) {
	twosample.Register(twosample.Method{
		Name: "child", Title: "child", About: "Counts rows.", Cost: "O(1)", Source: "none",
		Prepare: func(twosample.Setup) (twosample.Prepared, error) {
			return twosample.Prepared{Scales: twosample.NamedScales("rows"),
				New: func() (twosample.Test, error) { return childTest(behavior), nil }}, nil
		},
	})
}

type childTest string

var childToys atomic.Int64

func (childTest) Name() string { return "child" }

func (c childTest) Statistics(pair data.Pair, _ *rand.Rand) (twosample.Outcome, error) {
	switch n := childToys.Add(1); {
	case c == "slow":
		time.Sleep(10 * time.Minute)
	case c == "faulty" && n == 6:
		panic("a kernel without a centroid")
	case c == "quick":
		time.Sleep(2 * time.Millisecond)
	default:
		time.Sleep(20 * time.Millisecond)
	}
	return twosample.Outcome{T: []float64{float64(pair.Data.N)}, Status: twosample.OK}, nil
}

// child is the program in a process of its own.
type child struct {
	*exec.Cmd
	stdin          io.WriteCloser
	stdout, stderr *watched
}

// watched collects an output, and can be waited for.
type watched struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not come in a minute", what)
		}
	}
}

// startChild starts the program with a standard input that stays open.
func startChild(t *testing.T, behavior string, args ...string) child {
	t.Helper()
	return startChildIn(t, "", behavior, args...)
}

// startChildIn is startChild in a working directory.
func startChildIn(t *testing.T, dir, behavior string, args ...string) child {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	c := child{Cmd: exec.CommandContext(ctx, os.Args[0], args...), stdout: &watched{},
		stderr: &watched{}}
	c.Env = append(os.Environ(), childVariable+"="+behavior)
	c.Stdout, c.Stderr, c.Dir = c.stdout, c.stderr, dir
	var err error
	if c.stdin, err = c.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the start of a child", func() bool { return c.messages() != c.stderr.String() })
	return c
}

// messages returns what the program printed on the standard error.
func (c child) messages() string {
	return strings.TrimPrefix(c.stderr.String(), childReady+"\n")
}

// signal sends a signal.
func (c child) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := c.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// exitCode waits for the end of the process and returns its exit code.
func (c child) exitCode(t *testing.T) int {
	t.Helper()
	err := c.Wait()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return c.ProcessState.ExitCode()
}

// toyLines returns the number of toys in a file.
func toyLines(path string) int {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	return strings.Count(string(b), "\n")
}
