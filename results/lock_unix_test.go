//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package results

// systemLocks says whether a second writer is noticed.
const systemLocks = true
