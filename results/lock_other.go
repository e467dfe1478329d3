//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package results

import "os"

// tryLock does nothing: this system has no advisory lock that the standard library knows.
func tryLock(*os.File) (bool, error) { return true, nil }

// waitLock does nothing, for the same reason.
func waitLock(*os.File) error { return nil }
