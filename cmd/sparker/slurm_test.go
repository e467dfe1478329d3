//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// slurmScriptVariable is the environment variable that names the program that starts a Slurm for
// TestSlurm. Without it, that is a file next to the folder of the project, if there is one.
const slurmScriptVariable = "SPARKER_SLURM_LOCAL"

// slurmPrograms are those of the packages munge, slurmctld, slurmd and slurm-client of Debian.
var slurmPrograms = []string{"munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel",
	"scontrol", "sinfo"}

// A slurm is a Slurm of one node on this machine, which a test starts.
type slurm struct{ conf string }

// startSlurm starts a Slurm, and ends it with the test. The test is skipped if that is impossible.
func startSlurm(t *testing.T) slurm {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a Slurm and waits for its jobs")
	}
	script := os.Getenv(slurmScriptVariable)
	if script == "" {
		script = filepath.Join("..", "..", "..", "shared", "slurm-local.sh")
	}
	script, err := filepath.Abs(script)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(script); err != nil {
		t.Skipf("no program that starts a Slurm: %v (%s names it)", err, slurmScriptVariable)
	}
	t.Setenv("PATH", os.Getenv("PATH")+":/usr/sbin:/sbin")
	for _, program := range slurmPrograms {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("Slurm is not installed: %v", err)
		}
	}
	dir, err := os.MkdirTemp("", "slurm") // a path that sockets can have
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("bash", script, "stop", dir).CombinedOutput(); err != nil {
			t.Errorf("stopping Slurm: %v: %s", err, out)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if out, err := exec.Command("bash", script, "start", dir).CombinedOutput(); err != nil {
		t.Fatalf("starting Slurm: %v: %s", err, out)
	}
	return slurm{conf: filepath.Join(dir, "slurm.conf")}
}

// command runs a program of Slurm and returns what it prints.
func (s slurm) command(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "SLURM_CONF="+s.conf, childVariable+"=plain")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v: %s", name, args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// state returns the state of a task, such as RUNNING.
func (s slurm) state(t *testing.T, job string, task int) string {
	t.Helper()
	text := s.command(t, "scontrol", "show", "job", fmt.Sprintf("%s_%d", job, task))
	_, rest, _ := strings.Cut(text, "JobState=")
	state, _, _ := strings.Cut(rest, " ")
	return state
}

// wait waits until no task of a job is pending or running.
func (s slurm) wait(t *testing.T, job string) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for s.command(t, "squeue", "-h", "-j", job) != "" {
		if time.Now().After(deadline) {
			t.Fatalf("the job %s goes on:\n%s", job, s.command(t, "squeue", "--array"))
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// An array of Slurm runs the script of submit. One task is canceled, and submitted again. One is
// queued again in its middle, one meets the signal that comes before the end of its time, and the
// file of one is torn. The merged summary is that of an unbroken run, to the byte.
func TestSlurm(t *testing.T) {
	s := startSlurm(t)
	inFolder(t)
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	config := []string{"tiny.yaml", "test.method=child", "toys.null=400", "record.fits=0"}
	unbroken := startChild(t, "plain", append(append([]string{"run"}, config...), "--dir",
		"unbroken", "-j", "8", "--no-figures", "--progress", "none")...)
	line := append(append([]string{"submit", "slurm"}, config...), "--shards", "4", "--sparker",
		program, "--memory", "100M", "--dir", "the parts")
	script := startChild(t, "plain", line...)
	if a, b := script.exitCode(t), unbroken.exitCode(t); a != exitOK || b != exitOK {
		t.Fatal(script.messages(), unbroken.messages())
	}
	writeFile(t, "job.sh", script.stdout.String())

	job := s.submit(t, "job.sh")
	s.atFifthToy(t, 1)
	s.command(t, "scancel", job+"_1")
	s.atFifthToy(t, 2)
	s.command(t, "scontrol", "requeue", job+"_2")
	s.atFifthToy(t, 3)
	// As Slurm does before the end of the time, of which it takes account twice a minute.
	s.command(t, "scancel", "--batch", "--signal=USR1", job+"_3")
	s.wait(t, job)
	for task, want := range map[int]string{1: "CANCEL", 2: "COMPLETED", 3: "COMPLETED",
		4: "COMPLETED"} {
		if got := s.state(t, job, task); !strings.HasPrefix(got, want) {
			t.Errorf("task %d is %s, want %s:\n%s", task, got, want, s.log(t, task))
		}
	}
	s.tear(t, 4)

	parts := []string{"the parts/1", "the parts/2", "the parts/3", "the parts/4"}
	merge := append(append([]string{"merge"}, parts...), "--out", "merged")
	early := startChild(t, "plain", merge...)
	if code := early.exitCode(t); code != exitMissing {
		t.Errorf("merge of incomplete parts: exit code %d\n%s", code, early.messages())
	}
	holds(t, "message", early.messages(), "--shard 1/4", "--shard 4/4")

	s.wait(t, s.submit(t, "--array=1,4", "job.sh"))
	late := startChild(t, "plain", merge...)
	if code := late.exitCode(t); code != exitOK {
		t.Fatalf("merge: exit code %d\n%s", code, late.messages())
	}
	for _, name := range []string{"summary.json", "scales.csv"} {
		if readFile(t, "merged/"+name) != readFile(t, "unbroken/"+name) {
			t.Errorf("%s of the merged parts differs from that of an unbroken run", name)
		}
	}
}

// submit submits a script and returns the number of the job.
func (s slurm) submit(t *testing.T, args ...string) string {
	t.Helper()
	return s.command(t, "sbatch", append([]string{"--parsable"}, args...)...)
}

// toyFile returns the file of the toys of a part; empty if it does not exist yet.
func (s slurm) toyFile(t *testing.T, part int) string {
	t.Helper()
	found, err := filepath.Glob(fmt.Sprintf("the parts/%d/toys/*.jsonl", part))
	if err != nil || len(found) > 1 {
		t.Fatalf("%q, %v; want a file", found, err)
	}
	return strings.Join(found, "")
}

// atFifthToy waits until a part has five toys, of a hundred.
func (s slurm) atFifthToy(t *testing.T, part int) {
	t.Helper()
	eventually(t, fmt.Sprintf("the fifth toy of part %d", part), func() bool {
		file := s.toyFile(t, part)
		return file != "" && toyLines(file) >= 5
	})
}

// tear cuts the last toys of a part off, in the middle of a line.
func (s slurm) tear(t *testing.T, part int) {
	t.Helper()
	text := readFile(t, s.toyFile(t, part))
	writeFile(t, s.toyFile(t, part), text[:len(text)-len(text)/10-3])
}

// log returns the output of a task.
func (s slurm) log(t *testing.T, task int) string {
	t.Helper()
	return readFile(t, fmt.Sprintf("sparker-tiny-%d.log", task))
}
