//go:build linux

// The command soak runs the program over and over under faults, and compares what is left with
// unbroken runs.
//
//	go run ./internal/soak -time 1h -seed 1
//
// It lives through one small experiment after the other. The processes of an experiment get random
// numbers of jobs, and share a folder or have folders of their own, as parts of a count that
// changes from one attempt to the next. They are killed, stopped, interrupted and resumed at random
// times, while other processes read, merge and summarize what is there. Between two attempts, lines
// and files are torn, doubled and copied. In the end, the experiment is completed. Its summary, its
// tables, its fits and its figures must be equal to those of an unbroken run, byte for byte, and no
// toy that a reader saw may be gone.
//
// A server of reports runs all the time. Its memory and its open files are printed for the first,
// the second and the last third of the time, with those of the other processes. The exit code is 1
// if anything differs; the folders of that experiment are kept. Each process takes one processor,
// at the lowest priority.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"sparker/internal/rng"
)

// options are the flags of the command.
type options struct {
	time    time.Duration
	seed    uint64
	program string // the binary; empty to build it
	dir     string // where the folder of the soak is made; empty for that of temporary files
	nice    int    // the priority of the processes, as setpriority has it
}

// A soak is the state of the command.
type soak struct {
	options
	random *rand.Rand
	out    io.Writer
	begun  time.Time
	runs   string // the folder of the run folders, which the server shows
	kept   string // the folder of those that differ
	twins  map[string]files
	tally  tally
	server *server
}

func main() {
	var o options
	flag.DurationVar(&o.time, "time", time.Hour, "begin nothing new after `TIME`")
	flag.Uint64Var(&o.seed, "seed", 1, "draw the faults by the seed `N`")
	flag.StringVar(&o.program, "program", "", "soak the binary `FILE` instead of building one")
	flag.StringVar(&o.dir, "dir", "", "work in a new folder inside `FOLDER`")
	flag.IntVar(&o.nice, "nice", 19, "give processes the priority `N`, from 0 to 19 (the lowest)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	t, err := run(ctx, o, os.Stdout)
	if err != nil {
		log.Fatal(err)
	}
	if len(t.differences) > 0 {
		os.Exit(1)
	}
}

// run soaks the program, and prints what happens. The folder of the soak is removed unless
// something differs.
func run(ctx context.Context, o options, out io.Writer) (t tally, err error) {
	dir, err := os.MkdirTemp(o.dir, "sparker-soak-")
	if err != nil {
		return t, err
	}
	defer func() {
		if len(t.differences) == 0 {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	s := &soak{options: o, random: rng.New(o.seed, "soak"), out: out,
		runs: filepath.Join(dir, "runs"), kept: filepath.Join(dir, "kept"),
		twins: map[string]files{}, tally: newTally()}
	for _, folder := range []string{s.runs, s.kept} {
		if err := os.Mkdir(folder, 0o777); err != nil {
			return t, err
		}
	}
	if s.program == "" {
		s.program = filepath.Join(dir, "sparker")
		build := exec.CommandContext(ctx, "go", "build", "-o", s.program, "sparker/cmd/sparker")
		if text, err := build.CombinedOutput(); err != nil {
			return t, fmt.Errorf("building the program: %w\n%s", err, text)
		}
	}
	if err := writeSamples(dir); err != nil {
		return t, err
	}
	err = s.live(ctx, dir)
	s.tally.print(out, time.Since(s.begun))
	return s.tally, err
}

// live lives through experiments until the time is over.
func (s *soak) live(ctx context.Context, dir string) (err error) {
	s.begun = time.Now()
	if s.server, err = s.serve(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.server.end()) }()
	for number := 1; ctx.Err() == nil && !s.over(); number++ {
		l := s.newLife(number, dir)
		if err := l.live(ctx); err != nil {
			return fmt.Errorf("experiment %d: %w", number, err)
		}
		if err := l.bury(); err != nil {
			return err
		}
	}
	return nil
}

// over reports whether the time is over.
func (s *soak) over() bool { return time.Since(s.begun) >= s.time }

// say prints a line with the time since the beginning.
func (s *soak) say(format string, args ...any) {
	fmt.Fprintf(s.out, "%8.1fs  %s\n", time.Since(s.begun).Seconds(), fmt.Sprintf(format, args...))
}

// differ notes something that must not be.
func (s *soak) differ(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	s.tally.differences = append(s.tally.differences, text)
	s.say("DIFFERS: %s", text)
}

// upTo returns a random time.
func (s *soak) upTo(most time.Duration) time.Duration {
	return time.Duration(s.random.Int64N(int64(most)))
}

// one returns whether something happens that has odds of one in n.
func (s *soak) one(n int) bool { return s.random.IntN(n) == 0 }
