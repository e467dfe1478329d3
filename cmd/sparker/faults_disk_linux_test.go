package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// diskVariable is the environment variable that says that a process may mount a small disk: it has
// namespaces of its own.
const diskVariable = "SPARKER_DISK"

// inNamespace runs a test in a process that can mount a disk without being root, and that nobody
// else sees. The test is skipped if the system does not allow that.
func inNamespace(t *testing.T, name string) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs a dozen experiments")
	}
	c := exec.Command(os.Args[0], "-test.run=^"+name+"$", "-test.v")
	c.Env = append(os.Environ(), diskVariable+"=1")
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}}
	text, err := c.CombinedOutput()
	var failed *exec.ExitError
	switch {
	case err != nil && !errors.As(err, &failed):
		t.Skipf("no namespaces: %v", err)
	case strings.Contains(string(text), noDisk):
		t.Skipf("no disk can be mounted: %s", text)
	case err != nil:
		t.Errorf("%v\n%s", err, text)
	}
}

// noDisk begins the message of a process that cannot mount a disk.
const noDisk = "mounting failed"

// mountDisk makes the folder disk in the working directory a disk of 2 MiB.
func mountDisk(t *testing.T) {
	t.Helper()
	if os.Getenv(diskVariable) == "" {
		t.Skip("only runs in the namespaces of another test")
	}
	err := errors.Join(os.Mkdir("disk", 0o777),
		syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""),
		syscall.Mount("tmpfs", "disk", "tmpfs", 0, "size=2m"))
	if err != nil {
		t.Fatalf("%s: %v", noDisk, err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount("disk", syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
}

// fillDisk fills the disk except for a number of KiB.
func fillDisk(t *testing.T, free int) {
	t.Helper()
	writeFile(t, "disk/free", strings.Repeat("x", free<<10))
	if err := os.WriteFile("disk/fill", make([]byte, 4<<20), 0o666); !errors.Is(err,
		syscall.ENOSPC) {
		t.Fatalf("the disk is not full: %v", err)
	}
	removeFile(t, "disk/free")
}

func removeFile(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// fails checks that a command fails with a message of at most two lines.
func fails(t *testing.T, code int, line string, parts ...string) {
	t.Helper()
	got := sparker(t, strings.Fields(line)...)
	if got.code != code {
		t.Errorf("%s: exit code %d, want %d", line, got.code, code)
	}
	_, errors, _ := strings.Cut(got.stderr, "sparker: ")
	if n := strings.Count(errors, "\n"); n > 2 {
		t.Errorf("%s: the message has %d lines:\n%s", line, n, errors)
	}
	holds(t, "message of "+line, got.stderr, parts...)
}

// full are parts of the message of a full disk.
var full = []string{"disk/", "no space left on device", "make space, and give the same command"}

func TestFullDisk(t *testing.T) { inNamespace(t, "TestFullDiskInside") }

// TestFullDiskInside is the test of TestFullDisk. Every command that finds a full disk names the
// file and what to do. What was stored is kept, and the same command completes it.
func TestFullDiskInside(t *testing.T) {
	inFolder(t)
	mountDisk(t)
	for _, c := range []struct {
		free   int // KiB
		config string
		torn   int // toys files whose last line does not end
	}{
		{0, "record.fits=1", 0}, {4, "record.fits=1", 0}, {100, "record.fits=1", 0},
		{12, "record.fits=0", 1},
	} {
		line := "run tiny.yaml " + c.config + quiet + " --dir "
		whole := "whole-" + c.config
		if _, err := os.Stat(whole); err != nil {
			mustSucceed(t, strings.Fields(line+whole)...)
		}
		fillDisk(t, c.free)
		fails(t, exitFailure, line+"disk/run", full...)
		kept := linesOf(t, "disk/run")
		if torn := tornFiles(t, "disk/run"); torn != c.torn {
			t.Errorf("%d KiB: %d torn files, want %d", c.free, torn, c.torn)
		}
		if c.free == 100 && len(kept) == 0 {
			t.Errorf("no toy is kept of a run that had %d KiB", c.free)
		}
		removeFile(t, "disk/fill")
		mustSucceed(t, strings.Fields(line+"disk/run")...)
		now := strings.Join(linesOf(t, "disk/run"), "")
		for _, toy := range kept {
			if !strings.Contains(now, toy) {
				t.Errorf("%d KiB: the toy %s is lost", c.free, toy)
			}
		}
		sameRuns(t, "disk/run", whole)
		if err := os.RemoveAll("disk/run"); err != nil {
			t.Fatal(err)
		}
	}
	fullDiskWriters(t, "whole-record.fits=0")
}

// fullDiskWriters checks the commands that write into a finished run, or into a folder of its own.
func fullDiskWriters(t *testing.T, whole string) {
	t.Helper()
	if err := os.CopyFS("disk/run", os.DirFS(whole)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"summary.json", "report.html"} {
		if err := os.RemoveAll(filepath.Join("disk/run", name)); err != nil {
			t.Fatal(err)
		}
	}
	commands := []string{"summarize disk/run", "plot disk/run", "report disk/run",
		"merge " + whole + " --out disk/merged"}
	for _, line := range commands {
		fillDisk(t, 0)
		fails(t, exitFailure, line, full...)
		removeFile(t, "disk/fill")
		mustSucceed(t, strings.Fields(line)...)
	}
	wholeFiles(t, "disk")
	sameRuns(t, "disk/run", whole)
	sameRuns(t, "disk/merged", whole)
}

func TestReadOnlyDisk(t *testing.T) { inNamespace(t, "TestReadOnlyDiskInside") }

// TestReadOnlyDiskInside is the test of TestReadOnlyDisk. A run folder that cannot be written can
// be read, summarized and merged; what would write into it says where else.
func TestReadOnlyDiskInside(t *testing.T) {
	inFolder(t)
	mountDisk(t)
	line := "run tiny.yaml record.fits=0" + quiet + " --dir disk/run"
	mustSucceed(t, strings.Fields(line)...)
	if err := syscall.Mount("", "disk", "", syscall.MS_REMOUNT|syscall.MS_RDONLY,
		""); err != nil {
		t.Fatalf("%s: %v", noDisk, err)
	}
	for _, readers := range []string{"status disk/run", "summarize disk/run",
		"merge disk/run --out merged", "report disk/run --out report.html",
		"plot disk/run --out figures"} {
		mustSucceed(t, strings.Fields(readers)...)
	}
	sameRuns(t, "merged", "disk/run")
	const remedy = "make the folder writable, or name another one"
	fails(t, exitFailure, line, "disk/run", "read-only", remedy)
	fails(t, exitFailure, strings.ReplaceAll(line, "disk/run", "disk/new"), "disk/new", remedy)
	fails(t, exitFailure, "merge merged --out disk/new", "disk/new", remedy)
	fails(t, exitFailure, "plot disk/run", "disk/run/figures", "other error", remedy)
	fails(t, exitUsage, "report disk/run", "disk/run/report.html", "--out FILE")
}
