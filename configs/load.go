package configs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Load reads an experiment from a shipped config or from a file, over the defaults, and applies the
// overrides, each of the form key.path=value, in their order. A shipped config is named with or
// without its extension: "quickstart", "paper/exp1d".
//
// An existing file takes precedence over a shipped config if the argument has a separator or an
// extension. The error is always an *[Error], which holds everything that is wrong.
func Load(nameOrPath string, overrides []string) (Experiment, error) {
	file, text, err := readConfig(nameOrPath)
	if err != nil {
		return Experiment{}, err
	}
	return LoadBytes(file, text, overrides)
}

// LoadBytes is [Load] for a text in memory. Messages call it filename.
func LoadBytes(filename string, text []byte, overrides []string) (Experiment, error) {
	s, err := LoadSweepBytes(filename, text, Changes{Overrides: overrides})
	if err == nil && !s.Config.Empty() {
		err = fileError(filename, "has a sweep, which makes several experiments of it; want a "+
			"single experiment here")
	}
	if err != nil {
		return Experiment{}, err
	}
	return s.Base, nil
}

var tooLarge = fmt.Sprintf("is larger than %d KiB; this is not a config", MaxSize>>10)

// readConfig returns the text of the config that an argument names, and its name for messages. The
// error is an *Error.
func readConfig(nameOrPath string) (file string, text []byte, err error) {
	info, statErr := os.Stat(nameOrPath)
	exists := statErr == nil
	looksLikePath := strings.ContainsRune(nameOrPath, filepath.Separator) ||
		filepath.Ext(nameOrPath) != ""
	name := strings.TrimSuffix(path.Clean(filepath.ToSlash(nameOrPath)), ".yaml")
	if !(exists && !info.IsDir() && looksLikePath) {
		if text, err := shipped.ReadFile(name + ".yaml"); err == nil {
			return "configs/" + name + ".yaml", text, nil
		}
	}
	switch {
	case nameOrPath == "":
		return "", nil, fileError(`""`, notFound(name))
	case errors.Is(statErr, fs.ErrNotExist):
		return "", nil, fileError(nameOrPath, notFound(name))
	case exists && !info.Mode().IsRegular():
		return "", nil, fileError(nameOrPath, "is "+kindOf(info.Mode())+"; want a YAML file, or - "+
			"for the standard input")
	case exists && info.Size() > MaxSize:
		return "", nil, fileError(nameOrPath, tooLarge)
	}
	text, err = readFile(nameOrPath)
	if err != nil {
		return "", nil, fileError(nameOrPath, err.Error())
	}
	return nameOrPath, text, nil
}

// kindOf returns what a file is that is not a regular one. Reading it may wait for ever or never
// end.
func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	default:
		return "not a regular file"
	}
}

// readFile reads a file up to just above the size limit of a config. The error does not name the
// file.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", reasonOf(err))
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", reasonOf(err))
	}
	return text, nil
}

// reasonOf returns the reason inside an error that names a file.
func reasonOf(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

// notFound returns the message for a name that is neither a file nor a shipped config.
func notFound(name string) string {
	message := "there is no such file, and no shipped config of this name"
	base := path.Base(name)
	near := nearest(name, ShippedNames())
	for _, n := range ShippedNames() {
		if near == "" && nearest(base, []string{path.Base(n)}) != "" {
			near = n
		}
	}
	if near != "" {
		message += fmt.Sprintf(", did you mean %q?", near)
	}
	return message + " (sparker list prints the shipped configs)"
}
