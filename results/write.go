package results

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// temporaryPrefix begins the name of a file that is being written; a process that is killed may
// leave one.
const temporaryPrefix = ".sparker-tmp-"

func isTemporary(name string) bool { return strings.HasPrefix(name, temporaryPrefix) }

// WriteRecord writes a record as indented JSON. The file appears whole or not at all, in place of
// an earlier one. A record with a number that is not finite is an error.
func WriteRecord(path string, record any) error {
	b, err := Encode(record)
	if err != nil {
		return fmt.Errorf("results: encoding %s: %w", path, err)
	}
	if err := WriteFile(path, b); err != nil {
		return fmt.Errorf("results: writing %s: %w", path, err)
	}
	return nil
}

// WriteFile puts content into a temporary file beside path, flushes it to the disk and gives it its
// name: the file appears whole or not at all, in place of an earlier one.
func WriteFile(path string, content []byte) (err error) {
	f, err := createTemporary(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// createTemporary makes a new file with the mode that the umask gives any other (os.CreateTemp
// gives 0600, which would hide results from the group).
func createTemporary(dir string) (*os.File, error) {
	for i := 0; ; i++ {
		name := filepath.Join(dir, fmt.Sprintf("%s%d-%d", temporaryPrefix, os.Getpid(), i))
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}
