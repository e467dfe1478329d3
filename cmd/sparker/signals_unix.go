//go:build unix

package main

import (
	"os"
	"syscall"
)

// noticeSignals are those that schedulers send some time before they end a job.
var noticeSignals = []os.Signal{syscall.SIGUSR1}
