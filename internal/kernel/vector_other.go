//go:build !amd64

package kernel

// vectorPaths returns the paths in assembly that this processor runs, the fastest first.
func vectorPaths() []passes { return nil }
