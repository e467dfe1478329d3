//go:build unix

package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// stands for a run that USR1 and TERM end after a moment, as they end sparker
const stoppable = `trap 'sleep 0.2; exit 75' USR1 TERM
touch "$0.ready"
for _ in $(seq 400); do sleep 0.05; done
exit 1`

// A task whose time ends is queued again, for a number of times. One that is canceled is not.
func TestSlurmRequeue(t *testing.T) {
	for _, c := range []struct {
		name   string
		signal syscall.Signal
		all    bool // whether the signal goes to all processes of the task
		env    string
		again  bool
	}{
		{"the time ends", syscall.SIGUSR1, false, "X=", true},
		{"the time ends again", syscall.SIGUSR1, false, "SLURM_RESTART_COUNT=19", true},
		{"the time ends too often", syscall.SIGUSR1, false, "SLURM_RESTART_COUNT=20", false},
		{"canceled", syscall.SIGTERM, true, "X=", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newSlurmTask(t, stoppable, hostileJob("x"))
			cmd := s.command(c.env)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the start of the run", func() bool {
				_, err := os.Stat(filepath.Join(s.dir, "stand in.ready"))
				return err == nil
			})
			pid := cmd.Process.Pid
			if c.all {
				pid = -pid
			}
			if err := syscall.Kill(pid, c.signal); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() != exitContinue {
				t.Errorf("it ended with %v, want the exit code %d", err, exitContinue)
			}
			var want []string
			if c.again {
				want = []string{"requeue", "7_3"}
			}
			sameWords(t, "scontrol", s.arguments("scontrol"), want)
		})
	}
}
