package results

import (
	"bytes"
	"errors"
	"fmt"
	"os"
)

// openShard opens a toys file for appending, locks it and repairs its end.
func openShard(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return nil, fmt.Errorf("results: opening the toys: %w", err)
	}
	free, err := tryLock(f)
	switch {
	case err != nil:
		err = fmt.Errorf("results: locking %s: %w", path, err)
	case !free:
		err = fmt.Errorf("results: another process is writing to %s; wait for it, or stop it first",
			path)
	default:
		if err = repairTail(f); err != nil {
			err = fmt.Errorf("results: repairing the end of %s: %w", path, err)
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// repairTail makes the file end with a newline: a last line that is a whole toy gets one, and a
// torn line is cut off.
func repairTail(f *os.File) error {
	content, err := os.ReadFile(f.Name())
	if err != nil {
		return err
	}
	start := bytes.LastIndexByte(content, '\n') + 1
	if start == len(content) {
		return nil
	}
	if _, err := parseToy(content[start:]); err != nil {
		return f.Truncate(int64(start))
	}
	_, err = f.Write([]byte("\n"))
	return err
}
