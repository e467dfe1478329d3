//go:build !windows

package results

import "os"

// rename renames a file, over another one if need be.
func rename(from, to string) error { return os.Rename(from, to) }
