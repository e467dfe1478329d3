package results

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// sharingViolation is the error of a file that another process has open.
const sharingViolation syscall.Errno = 32

// rename renames a file, over another one if need be. Windows refuses that while a reader has the
// other file open, which takes a moment: it is tried again for about a second.
func rename(from, to string) error {
	for wait := time.Millisecond; ; wait *= 2 {
		err := os.Rename(from, to)
		busy := errors.Is(err, syscall.ERROR_ACCESS_DENIED) || errors.Is(err, sharingViolation)
		if !busy || wait > time.Second/2 {
			return err
		}
		time.Sleep(wait)
	}
}
