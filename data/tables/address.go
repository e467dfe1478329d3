package tables

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// place is an address, resolved.
type place struct {
	path, key string
	format    format
	gzipped   bool
	size      int64   // bytes on disk, or of the content of a stream
	stdin     bool    // the file is standard input or a pipe
	content   []byte  // of a stream, nil for a file
	dialect   Dialect // of labels and texts; tables have that of ReadOptions
	survey    bool    // all rows are read to find out what the columns hold
}

// MissingFileError reports that the file of an address does not exist. It is an [fs.ErrNotExist].
type MissingFileError struct{ Address string }

func (e *MissingFileError) Error() string { return "there is no such file" }

// Unwrap returns fs.ErrNotExist.
func (e *MissingFileError) Unwrap() error { return fs.ErrNotExist }

// Path returns the path of the file that an address names. The error is a [*MissingFileError] if
// there is no such file, and a [*StreamError] if it is standard input or a pipe. A folder, an empty
// file and an unknown format are errors too.
func Path(address string) (string, error) {
	p, err := locate(address, 0)
	if err == nil && p.stdin {
		err = &StreamError{Address: address}
	}
	if err != nil {
		return "", fmt.Errorf("data: %s: %w", address, err)
	}
	return p.path, nil
}

// locate finds the file of an address and its format. A stream is read into memory if it takes at
// most maxBytes; if maxBytes is 0, it is not read.
func locate(address string, maxBytes int64) (place, error) {
	p, info, err := split(address)
	if err != nil {
		return place{}, err
	}
	switch {
	case p.stdin && maxBytes == 0:
		return p, nil
	case p.stdin:
		return p, p.readStream(maxBytes)
	case info.IsDir():
		return place{}, fmt.Errorf("%s is a folder; want a file", p.path)
	case !info.Mode().IsRegular():
		return place{}, fmt.Errorf("%s is not a regular file", p.path)
	case info.Size() == 0:
		return place{}, errors.New("the file is empty")
	}
	p.size = info.Size()
	p.format, p.gzipped, err = formatOf(p.path)
	return p, err
}

// split divides an address into a path and a key. The path is the longest one that exists.
func split(address string) (place, fs.FileInfo, error) {
	path, key, info, err := splitPath(address)
	return place{path: path, key: key, stdin: err == nil && streamAt(path, info)}, info, err
}

func splitPath(address string) (path, key string, info fs.FileInfo, err error) {
	if address == "-" {
		return address, "", nil, nil
	}
	if key, isStdin := strings.CutPrefix(address, "-:"); isStdin {
		return "-", key, nil, nil
	}
	info, err = os.Stat(address)
	if err == nil {
		return address, "", info, nil
	}
	for at := len(address); ; {
		if at = strings.LastIndexByte(address[:at], ':'); at < 1 {
			return "", "", nil, &MissingFileError{address}
		}
		info, err := os.Stat(address[:at])
		switch {
		case err == nil && at+1 == len(address):
			return "", "", nil, errors.New("nothing follows the colon; want the name of a part " +
				"of the file")
		case err == nil:
			return address[:at], address[at+1:], info, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", "", nil, err
		}
	}
}
