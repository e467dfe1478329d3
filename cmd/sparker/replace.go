package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"sparker/report"
	"sparker/results"
)

// checkPageFile returns an error if a report cannot be written into a file that the user names, or
// if the file holds anything but a report: it may be the only copy of something.
func checkPageFile(path string) error {
	parent := filepath.Dir(path)
	info, err := os.Stat(parent)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return badInput(fmt.Errorf("--out is %s; the folder %s does not exist: make it first",
			path, parent))
	case err == nil && !info.IsDir():
		return badInput(fmt.Errorf("--out: %s is a file, not a folder to write into", parent))
	case err != nil:
		return badInput(fmt.Errorf("--out: %w", err))
	}
	info, err = os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return checkFolder(parent)
	case err != nil:
		return badInput(fmt.Errorf("--out: %w", err))
	case info.IsDir():
		inner := filepath.Join(path, "report.html")
		return badInput(fmt.Errorf("--out is %s, which is a folder; name a file in it, as in "+
			"--out %s", path, quote(inner)))
	}
	if old := info.Mode().IsRegular() && isPage(path); !old {
		return badInput(fmt.Errorf("--out is %s, which exists and is not a report of "+
			"sparker; it stays as it is: name a new file, as in --out %s", path,
			quote(newPage(path))))
	}
	return checkFolder(parent)
}

// isPage reports whether a file holds a report. One that cannot be read does not.
func isPage(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	beginning := make([]byte, 1<<10)
	n, err := io.ReadFull(f, beginning)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return false
	}
	return bytes.Contains(beginning[:n], []byte(report.Mark))
}

// newPage returns the name of a file that does not exist, in the folder of another file.
func newPage(path string) string {
	parent := filepath.Dir(path)
	for i := 1; ; i++ {
		name := "report.html"
		if i > 1 {
			name = fmt.Sprintf("report-%d.html", i)
		}
		name = filepath.Join(parent, name)
		if _, err := os.Lstat(name); err != nil {
			return name
		}
	}
}

// checkFitFile returns an error if the folder for a fit holds a fit.json of another program.
func checkFitFile(folder string) error {
	path := results.FitFile(folder)
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil // the folder is checked by itself
	}
	var fit struct{ Schema string }
	if err != nil || json.Unmarshal(content, &fit) != nil ||
		!strings.HasPrefix(fit.Schema, "sparker/fit/") {
		return badInput(fmt.Errorf("%s exists and is not a fit of sparker; it stays as it is: "+
			"name another folder by --out", path))
	}
	return nil
}

// isReadOnly reports whether an error says that a folder cannot be written.
func isReadOnly(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}
