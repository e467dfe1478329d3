package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"
	"time"

	"sparker/experiments"
)

// patience is how long a signal waits for fits before a message says what it waits for.
const patience = time.Second

// signalError is the cause of the end of a context that a signal canceled.
type signalError struct {
	signal syscall.Signal
	code   int // the exit code of the process
}

func (e *signalError) Error() string { return "stopped by the signal " + e.signal.String() }

// continues reports whether the command of a command line keeps its toys in a run folder, so that
// the same command continues it. It looks at the words alone: a signal may come before the command
// is known to be right.
func continues(args []string) bool {
	if len(args) == 0 {
		return false
	}
	inMemory := slices.Contains(args, "--no-folder") || slices.Contains(args, "--no-folder=true")
	return args[0] == "run" || args[0] == "test" && !inMemory
}

// newSignalError returns the error of a signal. If the same command continues what the signal ends,
// the exit code asks a scheduler for that, except after SIGINT, which is the user's. Otherwise it
// is that of a process that the signal ends, as shells have it.
func (a *app) newSignalError(s os.Signal) *signalError {
	number, ok := s.(syscall.Signal)
	if !ok {
		number = syscall.SIGINT
	}
	if number != syscall.SIGINT && continues(a.args) {
		return &signalError{number, exitContinue}
	}
	return &signalError{number, 128 + int(number)}
}

// stopCode returns the exit code of a command whose context ended.
func stopCode(ctx context.Context) int {
	if s, ok := context.Cause(ctx).(*signalError); ok {
		return s.code
	}
	return exitFailure
}

// fitsUnderWay knows how many fits of a run would be lost if the process ended.
type fitsUnderWay struct {
	mu      sync.Mutex
	workers int
	last    experiments.Progress
	note    func(string) // shows a line next to the progress; nil outside a run
}

// begin says that toys will be fitted by some number of workers.
func (f *fitsUnderWay) begin(workers int, note func(string)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.workers, f.note, f.last = workers, note, experiments.Progress{}
}

// update takes the progress of the run.
func (f *fitsUnderWay) update(p experiments.Progress) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last = p
}

// end says that no toy is being fitted any more.
func (f *fitsUnderWay) end() { f.begin(0, nil) }

// running returns the number of fits under way, and how many toys are done.
func (f *fitsUnderWay) running() (fits, done int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return min(f.workers, f.last.Total-f.last.Done), f.last.Done
}

// say shows a line.
func (f *fitsUnderWay) say(line string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.note != nil {
		f.note(line)
	}
}

// stopOnSignals returns a context that the first SIGINT or SIGTERM cancels, and the first of the
// noticeSignals if the same command continues what it ends: the others ignore those. If no toy of a
// run is being fitted, that signal ends the process at once. Otherwise the fits under way end and
// are stored, and a message says so if that takes long. A second signal ends the process at once,
// with the exit code of the first.
func (a *app) stopOnSignals() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if continues(a.args) {
		signal.Notify(signals, noticeSignals...)
	} else if len(noticeSignals) > 0 { // without signals, Ignore ignores all of them
		signal.Ignore(noticeSignals...)
	}
	stopWithParent()
	go func() {
		first := a.newSignalError(<-signals)
		fits, done := a.fits.running()
		cancel(first)
		if fits == 0 {
			a.stopAtOnce(first)
		}
		select {
		case <-signals:
			a.stopAtOnce(first)
		case <-time.After(patience):
			_, now := a.fits.running()
			a.fits.say(waitingFor(fits - (now - done)))
		}
		<-signals
		a.stopAtOnce(first)
	}()
	return ctx
}

// waitingFor returns what a signal waits for.
func waitingFor(fits int) string {
	what := "the end of the run"
	if fits > 0 {
		what = count(fits, "fit") + " to end"
	}
	return fmt.Sprintf("waiting for %s; press Ctrl-C again to stop at once, which loses what is "+
		"not done", what)
}

// stopAtOnce ends the process.
func (a *app) stopAtOnce(s *signalError) {
	fmt.Fprintln(a.stderr, "sparker: stopped"+a.howToContinue())
	os.Exit(s.code)
}

// howToContinue says how a command that a signal ended is continued, if it can be.
func (a *app) howToContinue() string {
	if !continues(a.args) {
		return ""
	}
	return "; toys that are done are kept; to continue, give the same command again:\n  " +
		a.commandLine()
}
