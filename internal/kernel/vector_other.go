//go:build !amd64

package kernel

// vectorPaths returns the paths in assembly that this processor supports: none.
func vectorPaths() []passes { return nil }
