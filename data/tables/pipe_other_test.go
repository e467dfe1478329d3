//go:build !unix

package tables

import "testing"

// makePipe skips the test: this system has no named pipes in folders.
func makePipe(t *testing.T, _ string) { t.Skip("no named pipes") }
