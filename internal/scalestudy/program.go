package main

import (
	"fmt"
	"os"
	"os/exec"
	"time"
)

// cost is what a process took.
type cost struct {
	time, processor time.Duration
	peak            float64 // resident memory, in MB; 0 where the system does not say
}

// runProgram runs the program and measures it.
func runProgram(program string, args []string) (cost, error) {
	command := exec.Command(program, args...)
	log, err := os.CreateTemp("", "scalestudy")
	if err != nil {
		return cost{}, err
	}
	defer os.Remove(log.Name())
	defer log.Close()
	command.Stdout, command.Stderr = log, log
	start := time.Now()
	if err := command.Run(); err != nil {
		text, _ := os.ReadFile(log.Name()) // the error of the command counts
		return cost{}, fmt.Errorf("%s %s: %w\n%s", program, args[0], err, text)
	}
	state := command.ProcessState
	return cost{time.Since(start), state.UserTime() + state.SystemTime(), peak(state)}, nil
}
