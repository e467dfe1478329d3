//go:build !unix

package results

// noFollow is empty: this system has no such flags. The path is looked at before it is opened.
const noFollow = 0
