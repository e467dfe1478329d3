package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"sparker/experiments"
)

// patience is how long a signal waits for fits before a message says what it waits for.
const patience = time.Second

// signalError is the cause of the end of a context that a signal canceled.
type signalError struct{ signal syscall.Signal }

func (e *signalError) Error() string { return "stopped by the signal " + e.signal.String() }

// exitCode returns the exit code of a process that the signal ends, as shells have it.
func (e *signalError) exitCode() int { return 128 + int(e.signal) }

// stopCode returns the exit code of a command whose context ended.
func stopCode(ctx context.Context) int {
	if s, ok := context.Cause(ctx).(*signalError); ok {
		return s.exitCode()
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

// stopOnSignals returns a context that the first SIGINT or SIGTERM cancels. If no toy of a run is
// being fitted, that signal ends the process at once. Otherwise the fits under way end and are
// stored, and a message says so if that takes long. A second signal ends the process at once.
func (a *app) stopOnSignals() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		first := newSignalError(<-signals)
		fits, done := a.fits.running()
		cancel(first)
		if fits == 0 {
			stopAtOnce(a.stderr, first)
		}
		select {
		case again := <-signals:
			stopAtOnce(a.stderr, newSignalError(again))
		case <-time.After(patience):
			_, now := a.fits.running()
			a.fits.say(waitingFor(fits - (now - done)))
		}
		stopAtOnce(a.stderr, newSignalError(<-signals))
	}()
	return ctx
}

// newSignalError returns the error of a signal.
func newSignalError(s os.Signal) *signalError {
	number, ok := s.(syscall.Signal)
	if !ok {
		number = syscall.SIGINT
	}
	return &signalError{number}
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
func stopAtOnce(stderr io.Writer, s *signalError) {
	fmt.Fprintln(stderr, "sparker: stopped")
	os.Exit(s.exitCode())
}
