package main

import (
	"os"
	"runtime/debug"
)

// recordsGarbage is the garbage, in percent of the memory in use, at which it is collected while
// records are read. The records of a million toys fill most of the memory of a small machine, and
// the default of 100 would take as much again.
const recordsGarbage = 40

// saveMemory lets a command that reads many records take less memory and a little more time. The
// environment variable GOGC takes precedence.
func saveMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(recordsGarbage)
	}
}
