//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package results

// systemLocks reports whether a second writer is noticed.
const systemLocks = true
