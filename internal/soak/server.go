//go:build linux

package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A server is the process that shows the reports. It runs all the time.
type server struct {
	s       *soak
	process *process
	address string
	quit    chan struct{}
	sampled sync.WaitGroup
}

// serving matches the message of the server with its address.
var serving = regexp.MustCompile(`http://[0-9.:]+/`)

// interval is the time between two samples of the server.
const interval = 500 * time.Millisecond

// serve starts the server, and takes samples of its memory and of its open files.
func (s *soak) serve() (*server, error) {
	messages := filepath.Join(s.kept, "server.txt")
	f, err := os.Create(messages)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p := s.command("serve", s.runs, "--address", "127.0.0.1:0")
	p.Stderr = f
	if err := s.begin(p); err != nil {
		return nil, err
	}
	v := &server{s: s, process: p, quit: make(chan struct{})}
	for deadline := time.Now().Add(time.Minute); v.address == ""; {
		text, err := os.ReadFile(messages)
		if err != nil {
			return nil, err
		}
		if v.address = serving.FindString(string(text)); v.address == "" &&
			(p.ended(50*time.Millisecond) || time.Now().After(deadline)) {
			return nil, fmt.Errorf("the server does not start: %s", text)
		}
	}
	v.sampled.Go(v.watch)
	return v, nil
}

// watch takes samples until the end.
func (v *server) watch() {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-v.quit:
			return
		case <-ticker.C:
			if s, ok := sampleOf(v.process.Process.Pid, memoryNow); ok {
				v.s.tally.server.add(time.Since(v.s.begun), s)
			}
		}
	}
}

// end ends the server, which must still be there.
func (v *server) end() error {
	close(v.quit)
	v.sampled.Wait()
	if v.process.ended(0) {
		v.s.differ("the server ended by itself: %s", v.process.how())
		return nil
	}
	if err := v.process.send(syscall.SIGINT); err != nil {
		return err
	}
	v.s.finish(v.process, 0)
	return nil
}

// visit asks for the list of runs and, now and then, for a report. A run that is not complete has
// none yet, so that only the list must be there.
func (v *server) visit(run string) {
	if code := v.get(""); code != http.StatusOK {
		v.s.differ("the server answers with %d", code)
	}
	if run != "" && v.s.one(4) {
		v.get("run/" + url.PathEscape(run) + "/")
	}
}

// get asks for a page and returns the code of the answer, or 0 for none.
func (v *server) get(page string) int {
	client := http.Client{Timeout: patience}
	r, err := client.Get(v.address + page)
	if err != nil {
		v.s.differ("the server does not answer: %v", err)
		return 0
	}
	defer r.Body.Close()
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		v.s.differ("the server does not answer in full: %v", err)
	}
	v.s.tally.pages++
	return r.StatusCode
}

// A sample is what a process takes at one time.
type sample struct {
	memory int64 // bytes
	files  int   // open files
}

// The lines of the state of a process that tell its memory.
const (
	memoryNow  = "VmRSS:"
	mostMemory = "VmHWM:"
)

// sampleOf returns what a process takes. It is false if the process has ended.
func sampleOf(pid int, memory string) (s sample, ok bool) {
	folder := filepath.Join("/proc", strconv.Itoa(pid))
	status, err := os.ReadFile(filepath.Join(folder, "status"))
	if err != nil {
		return s, false
	}
	_, rest, found := strings.Cut(string(status), memory)
	fields := strings.Fields(rest)
	entries, err := os.ReadDir(filepath.Join(folder, "fd"))
	if !found || err != nil || len(fields) == 0 {
		return s, false // it has ended, and waits to be noticed
	}
	kilobytes, err := strconv.ParseInt(fields[0], 10, 64)
	return sample{kilobytes << 10, len(entries)}, err == nil
}
