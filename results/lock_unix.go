//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package results

import (
	"errors"
	"os"
	"syscall"
)

// tryLock takes the advisory lock of an open file and says whether it could: false when another
// process has it. The lock goes with the file's closing, or the process's end however it comes, and
// leaves nothing behind.
func tryLock(f *os.File) (bool, error) {
	err := flock(f, syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return true, err
}

// waitLock takes the advisory lock of an open file as soon as it is free.
func waitLock(f *os.File) error { return flock(f, syscall.LOCK_EX) }

// flock does nothing on a file system without such locks (NFS has none for folders, some servers
// none at all).
func flock(f *os.File, how int) error {
	for {
		switch err := syscall.Flock(int(f.Fd()), how); err {
		case syscall.EINTR:
		case syscall.ENOSYS, syscall.ENOTSUP, syscall.ENOLCK, syscall.EBADF, syscall.EINVAL:
			return nil
		default:
			return err
		}
	}
}
