//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// damage does to the files, between two attempts, what the crash of a machine or a careless hand
// does.
func (l *life) damage() error {
	kinds := map[string]func() error{
		"a last line was torn":            l.tear,
		"a line was begun":                l.beginLine,
		"zeros instead of a line":         l.zeros,
		"a line was doubled":              l.doubleLine,
		"a file of toys was doubled":      l.doubleFile,
		"a fit was torn":                  l.tearFit,
		"a copy of a part":                l.copyPart,
		"the summary was torn":            l.tearSummary,
		"a temporary file of a dead node": l.leaveTemporary,
	}
	names := []string{"a last line was torn", "a line was begun", "zeros instead of a line",
		"a line was doubled", "a file of toys was doubled", "a fit was torn", "a copy of a part",
		"the summary was torn", "a temporary file of a dead node"}
	if l.s.one(2) {
		return nil
	}
	name := names[l.s.random.IntN(len(names))]
	err := kinds[name]()
	if errors.Is(err, errNothing) {
		return nil
	}
	if err == nil {
		l.s.tally.faults[name]++
		l.lines = lineSet{} // a line that was torn is not lost by the program
		err = l.lines.see(l.folders)
	}
	return err
}

// errNothing says that there is nothing to damage.
var errNothing = errors.New("soak: there is nothing to damage")

// toys returns a random file of toys that holds a whole line, its content, and the line.
func (l *life) toys() (path string, content, line []byte, err error) {
	paths, err := toysFiles(l.folders)
	if err != nil {
		return "", nil, nil, err
	}
	l.s.random.Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return "", nil, nil, err
		}
		lines := bytes.SplitAfter(content, []byte("\n"))
		if len(lines) > 1 && len(lines[len(lines)-1]) == 0 {
			return path, content, lines[l.s.random.IntN(len(lines)-1)], nil
		}
	}
	return "", nil, nil, errNothing
}

// tear cuts the last line of a file somewhere.
func (l *life) tear() error {
	path, content, _, err := l.toys()
	if err != nil {
		return err
	}
	start := bytes.LastIndexByte(content[:len(content)-1], '\n') + 1
	return os.Truncate(path, int64(start+l.s.random.IntN(len(content)-start)))
}

// beginLine appends the first bytes of a line.
func (l *life) beginLine() error {
	path, _, line, err := l.toys()
	if err != nil {
		return err
	}
	return appendTo(path, line[:l.s.random.IntN(len(line)-1)])
}

// zeros appends zeros, which a file system may leave after a loss of power.
func (l *life) zeros() error {
	path, _, _, err := l.toys()
	if err != nil {
		return err
	}
	return appendTo(path, make([]byte, 1+l.s.random.IntN(5000)))
}

// doubleLine appends a line of a file to the file.
func (l *life) doubleLine() error {
	path, _, line, err := l.toys()
	if err != nil {
		return err
	}
	return appendTo(path, line)
}

func appendTo(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// doubleFile copies a file of toys to another name in its folder.
func (l *life) doubleFile() error {
	path, content, _, err := l.toys()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(filepath.Dir(path), "toys-copy.jsonl"), content, 0o666)
}

// tearFit cuts a recorded fit somewhere.
func (l *life) tearFit() error {
	return l.tearOne("fits/*.json")
}

// tearSummary cuts a summary somewhere.
func (l *life) tearSummary() error {
	return l.tearOne("summary.json")
}

// tearOne cuts a random file of those that match a pattern in the folders.
func (l *life) tearOne(pattern string) error {
	var all []string
	for _, folder := range l.folders {
		paths, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return err
		}
		all = append(all, paths...)
	}
	if len(all) == 0 {
		return errNothing
	}
	path := all[l.s.random.IntN(len(all))]
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return os.Truncate(path, l.s.random.Int64N(info.Size()+1))
}

// copyPart copies the folder of a part, which is then merged twice.
func (l *life) copyPart() error {
	begun := l.begun()
	if l.mode != apart || len(begun) == 0 {
		return errNothing
	}
	part := begun[l.s.random.IntN(len(begun))]
	target := l.folder(fmt.Sprintf("copy-%d", len(l.folders)))
	l.folders = append(l.folders, target)
	return os.CopyFS(target, os.DirFS(part))
}

// leaveTemporary leaves what a process leaves that is killed while it writes a file.
func (l *life) leaveTemporary() error {
	begun := l.begun()
	if len(begun) == 0 {
		return errNothing
	}
	l.stopped = true
	folder := begun[l.s.random.IntN(len(begun))]
	inner := []string{"", "toys", "fits"}[l.s.random.IntN(3)]
	return os.WriteFile(filepath.Join(folder, inner, temporaryPrefix+"1-0"), []byte("{"), 0o666)
}
