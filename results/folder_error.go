package results

import (
	"errors"
	"fmt"
	"syscall"
)

// FolderError reports a folder that cannot take a run: its path leads through a file, or it holds
// another run or other files. Nothing in it is changed.
type FolderError struct {
	Dir string
	Err error // what is wrong, and what to do
}

// Error returns the folder and what is wrong with it.
func (e *FolderError) Error() string { return fmt.Sprintf("results: %s %v", e.Dir, e.Err) }

// Unwrap returns the cause.
func (e *FolderError) Unwrap() error { return e.Err }

// errNotFolder says that a part of the path of a folder is a file.
var errNotFolder = errors.New("is not a folder, or its path leads through a file; choose another")

// errInnerFile says that a file has the name of a folder of a run.
var errInnerFile = errors.New("is a file; a run folder has a folder of this name: move the file " +
	"elsewhere")

// makingError returns the error of a folder that cannot be made.
func makingError(dir string, err error) error {
	if errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.EEXIST) {
		return &FolderError{dir, errNotFolder}
	}
	return fmt.Errorf("results: making the run folder: %w", err)
}
