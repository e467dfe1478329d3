package main

import (
	"os"
	"strconv"
	"syscall"
	"time"
)

// parentVariable is the environment variable with the number of the process that started the
// program, if the program is to stop when that process ends. A program in a session of its own gets
// no signal then: the package for Python starts it so.
const parentVariable = "SPARKER_PARENT"

// parentEvery is how often the program looks for its parent.
const parentEvery = time.Second

// stopWithParent stops the process as SIGTERM does when its parent ends, if parentVariable names
// the parent. The children of the process inherit the variable, and are not meant.
func stopWithParent() {
	parent := os.Getppid()
	if os.Getenv(parentVariable) != strconv.Itoa(parent) {
		return
	}
	go func() {
		for os.Getppid() == parent {
			time.Sleep(parentEvery)
		}
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Signal(syscall.SIGTERM)
		}
		if err != nil {
			os.Exit(exitFailure)
		}
	}()
}
