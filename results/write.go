package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// temporaryPrefix begins the name of a file that is being written. A process that is killed may
// leave one behind.
const temporaryPrefix = ".sparker-tmp-"

func isTemporary(name string) bool { return strings.HasPrefix(name, temporaryPrefix) }

// Encode returns a record as indented JSON with a final newline. It is an error if the record holds
// a number that is not finite.
func Encode(record any) ([]byte, error) {
	b, err := json.MarshalIndent(record, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(b, '\n'), nil
}

// WriteRecord writes a record as indented JSON and replaces an earlier file, as [WriteFile] does.
// It is an error if the record holds a number that is not finite.
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

// WriteFile writes a file and replaces an earlier one. The content is written to a temporary file
// in the same folder, flushed to the disk and renamed, so that readers see the old file or the new
// one, never a part.
func WriteFile(path string, content []byte) error {
	return writeFile(path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// writeFile is WriteFile for content that a function writes.
func writeFile(path string, write func(io.Writer) error) error {
	name, err := writeTemporary(filepath.Dir(path), write)
	if err != nil {
		return err
	}
	if err := rename(name, path); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}

// writeNew is WriteFile for a file that must not exist. The error wraps fs.ErrExist if it does. On
// a file system without hard links, a file that appears at the same moment is replaced.
func writeNew(path string, content []byte) error {
	name, err := writeTemporary(filepath.Dir(path), func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
	if err != nil {
		return err
	}
	switch err := os.Link(name, path); {
	case err == nil, errors.Is(err, fs.ErrExist):
		return errors.Join(err, os.Remove(name))
	}
	if err := rename(name, path); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}

// writeTemporary writes a temporary file in a folder, flushes it to the disk, and returns its name.
func writeTemporary(dir string, write func(io.Writer) error) (name string, err error) {
	f, err := createTemporary(dir)
	if err != nil {
		return "", err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

// createTemporary makes a new file with the mode that the umask gives. The mode of os.CreateTemp,
// 0600, would hide results from the group.
func createTemporary(dir string) (*os.File, error) {
	for i := 0; ; i++ {
		name := filepath.Join(dir, fmt.Sprintf("%s%d-%d", temporaryPrefix, os.Getpid(), i))
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}
