package results

import (
	"bytes"
	"errors"
	"fmt"
	"os"
)

// openShard opens a toys file for appending, locks it and repairs its end.
func openShard(path string) (*os.File, error) {
	f, err := openRegular(path, os.O_RDWR|os.O_CREATE|os.O_APPEND)
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
		if err = repairTail(f); errors.Is(err, errForeignTail) {
			lines, counting := countLines(path)
			err = errors.Join(&DamageError{path, lines + 1, err}, counting)
		} else if err != nil {
			err = fmt.Errorf("results: repairing the end of %s: %w", path, err)
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// lineStart begins every line of a toys file.
const lineStart = `{"cell":"`

// errForeignTail says that the last line of a toys file is not one of a process that was killed.
var errForeignTail = errors.New("the last line is not the beginning of a toy")

// repairTail makes the file end with a newline: a last line that is a whole toy gets one, and a
// torn line is cut off. It is an error, and nothing is changed, if the file ends in anything else.
func repairTail(f *os.File) error {
	tail, start, err := lastLine(f)
	if err != nil || len(tail) == 0 {
		return err
	}
	if _, _, err := parseToy(tail); err == nil {
		_, err = f.Write([]byte("\n"))
		return err
	}
	// A machine that lost its power may leave zeros instead of the line.
	n := min(len(tail), len(lineStart))
	if string(tail[:n]) != lineStart[:n] && len(bytes.Trim(tail, "\x00")) > 0 {
		return errForeignTail
	}
	return f.Truncate(start)
}

// lastLine returns what follows the last newline of a file, and where it begins.
func lastLine(f *os.File) (tail []byte, start int64, err error) {
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	size := info.Size()
	for length := min(size, lineBuffer); ; length = min(size, 2*length) {
		tail = make([]byte, length)
		if _, err := f.ReadAt(tail, size-length); err != nil {
			return nil, 0, err
		}
		newline := bytes.LastIndexByte(tail, '\n')
		if newline >= 0 || length == size {
			return tail[newline+1:], size - length + int64(newline) + 1, nil
		}
	}
}
