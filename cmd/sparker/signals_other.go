//go:build !unix

package main

import "os"

// noticeSignals are those that schedulers send some time before they end a job: none here.
var noticeSignals []os.Signal
