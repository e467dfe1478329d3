//go:build !linux

package main

import "os"

// peak returns 0: the memory is measured on Linux alone.
func peak(*os.ProcessState) float64 { return 0 }
