//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A process is the program at work.
type process struct {
	*exec.Cmd
	stderr bytes.Buffer
	done   chan struct{} // closed at its end
	sent   []syscall.Signal
	seen   sample // the most that it took whenever it was looked at
	// watched is closed when nobody looks any more.
	watched chan struct{}
}

// patience is how long a process may take to end.
const patience = 5 * time.Minute

// command returns a process of the program that has not begun. Its messages are kept.
func (s *soak) command(args ...string) *process {
	p := &process{Cmd: exec.Command(s.program, args...), done: make(chan struct{}),
		watched: make(chan struct{})}
	p.Env = append(os.Environ(), "GOMAXPROCS=1")
	p.Stderr = &p.stderr
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	return p
}

// start starts the program.
func (s *soak) start(args ...string) (*process, error) {
	p := s.command(args...)
	return p, s.begin(p)
}

// begin starts a process, and waits for its end in the background.
func (s *soak) begin(p *process) error {
	if err := p.Start(); err != nil {
		return err
	}
	s.tally.processes++
	if err := syscall.Setpriority(syscall.PRIO_PROCESS, p.Process.Pid, s.nice); err != nil &&
		!errors.Is(err, syscall.ESRCH) {
		return err
	}
	go func() {
		p.Wait() // the state of the process says how it ended
		close(p.done)
	}()
	go p.watch()
	return nil
}

// lookEvery is how often a process is looked at.
const lookEvery = 50 * time.Millisecond

// watch looks at a process until it ends. The system's own account (rusage) begins with the memory
// of the process that started it, which is the soak.
func (p *process) watch() {
	defer close(p.watched)
	for !p.ended(lookEvery) {
		if v, ok := sampleOf(p.Process.Pid, mostMemory); ok {
			p.seen = sample{max(p.seen.memory, v.memory), max(p.seen.files, v.files)}
		}
	}
}

// send sends a signal to a process, which may have ended.
func (p *process) send(s syscall.Signal) error {
	p.sent = append(p.sent, s)
	if err := p.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// ended waits for the end of a process for some time, and reports whether it came.
func (p *process) ended(wait time.Duration) bool {
	select {
	case <-p.done:
		return true
	case <-time.After(wait):
		return false
	}
}

// words returns the command line without the path of the program.
func (p *process) words() string { return strings.Join(p.Args[1:], " ") }

// how returns in words how a process ended.
func (p *process) how() string {
	return fmt.Sprintf("%s after the signals %v: %s", p.ProcessState, p.sent, p.stderr.String())
}

// The exit codes of a process, by the last signal that it got: 75 asks a scheduler to start it
// again.
var stopCodes = map[syscall.Signal][]int{syscall.SIGTERM: {143, 75}, syscall.SIGUSR1: {75},
	syscall.SIGINT: {130}}

// stopped reports whether a process ended by a signal that it got.
func (p *process) stopped() bool {
	status := p.ProcessState.Sys().(syscall.WaitStatus)
	for _, s := range p.sent {
		if status.Signaled() && status.Signal() == s ||
			slices.Contains(stopCodes[s], status.ExitStatus()) {
			return true
		}
	}
	return false
}

// finish waits for the end of a process and counts what it took. It is a difference if the process
// hangs, if it leaves another process, and if it fails otherwise than by a signal that it got. A
// command may succeed with several codes. The result reports whether it did.
func (s *soak) finish(p *process, success ...int) bool {
	if !p.ended(patience) {
		s.differ("%s hangs", p.words())
		if err := p.send(syscall.SIGKILL); err != nil {
			s.differ("%s cannot be killed: %v", p.words(), err)
			return false
		}
		<-p.done
	}
	if <-p.watched; p.seen.memory > 0 {
		s.tally.children.add(time.Since(s.begun), p.seen)
	}
	if err := syscall.Kill(-p.Process.Pid, 0); !errors.Is(err, syscall.ESRCH) {
		s.differ("%s left a process of its group (%v)", p.words(), err)
	}
	switch {
	case slices.Contains(success, p.ProcessState.ExitCode()):
		return true
	case p.stopped():
		s.tally.stops[lastOf(p.sent).String()]++
	case strings.Contains(p.stderr.String(), "another process is writing"):
		s.tally.faults["a second writer was refused"]++
	default:
		s.differ("%s: %s", p.words(), p.how())
	}
	return false
}

func lastOf(signals []syscall.Signal) syscall.Signal {
	return signals[len(signals)-1]
}

// disturb lets a process work for a random time, and then stops it in a random way, or not at all.
// A process that is paused goes on later.
func (s *soak) disturb(p *process, most time.Duration) error {
	if p.ended(s.upTo(most)) {
		return nil
	}
	if s.one(4) {
		pause := s.upTo(most / 2)
		if err := p.send(syscall.SIGSTOP); err != nil {
			return err
		}
		p.ended(pause)
		if err := p.send(syscall.SIGCONT); err != nil {
			return err
		}
		s.tally.faults["paused"]++
		if p.ended(s.upTo(most / 2)) {
			return nil
		}
	}
	signals := []syscall.Signal{syscall.SIGKILL, syscall.SIGKILL, syscall.SIGKILL, syscall.SIGTERM,
		syscall.SIGUSR1, syscall.SIGINT, 0}
	if which := signals[s.random.IntN(len(signals))]; which != 0 {
		return p.send(which)
	}
	return nil
}
