package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The words that no scheduler may read in another way than as they are.
var hostileWords = []string{
	"plain.yaml", "two words.yaml", "it's.yaml", `say "so".yaml`, "$HOME.yaml",
	"$(touch oops).yaml", "`touch oops`.yaml", `back\slash.yaml`, "a;b&c|d.yaml", "*?[x].yaml",
	"~.yaml", "#no.yaml",
	"naïve λ 日本.yaml", "%a %A.yaml", "$(Process).yaml", "{{x}}: - y.yaml", "'.yaml", "''.yaml",
	"!x.yaml", "null", "=.yaml", `a'"b.yaml`,
}

// wrongSubmits are lines that submit refuses, and parts of its messages.
var wrongSubmits = map[string][]string{
	"slurm tiny.yaml":                               {"give --shards N or --target TIME"},
	"slurm tiny.yaml --shards 2 --target 1h":        {"exclude each other"},
	"slurm tiny.yaml --shards -1":                   {"--shards is -1", "from 1 to 100000"},
	"slurm tiny.yaml --shards 0":                    {"--shards is 0", "from 1 to 100000"},
	"slurm tiny.yaml --target 0s":                   {"--target is 0s", "from 1m"},
	"slurm tiny.yaml --shards 2 --time 0s":          {"--time is 0s", "leave it out"},
	"slurm tiny.yaml --shards 2 --dir tiny.yaml":    {`--dir is "tiny.yaml", which is a file`},
	"slurm tiny.yaml --shards 27":                   {"the run has 26 toys, so want 1 to 26"},
	"slurm tiny.yaml --shards x":                    {"want a whole number"},
	"slurm tiny.yaml --target 1s":                   {"--target is 1s"},
	"slurm tiny.yaml --shards 2 --cpus 0":           {"--cpus is 0"},
	"slurm tiny.yaml --shards 2 --memory 2":         {`--memory is "2"`, "such as 2G"},
	"slurm tiny.yaml --shards 2 --grace 1s":         {"--grace is 1s"},
	"slurm tiny.yaml --shards 2 --time 2m":          {"--time is 2m0s", "from 3m0s"},
	"slurm tiny.yaml --shards 2 --parallel -1":      {"--parallel is -1"},
	"slurm tiny.yaml --shards 2 --name A_b":         {"--name is", "sparker-a-b"},
	"slurm tiny.yaml --shards 2 toys.nul=3":         {"did you mean"},
	"slurm tiny.yml --shards 2":                     {"tiny.yml"},
	"slurm - --shards 2":                            {"standard input; name a file"},
	"slurm --shards 2":                              {"an argument is missing"},
	"condor tiny.yaml --shards 2 --sparker sparker": {"want the path of the program"},
	"k8s tiny.yaml --shards 2":                      {"--claim and --image are missing"},
	"k8s tiny.yaml --shards 2 --image i --claim C":  {"--claim is \"C\""},

	"k8s tiny.yaml --shards 2 --image i --claim c --dir /x":  {`--dir is "/x"`},
	"k8s tiny.yaml --shards 2 --image i --claim c --dir ../": {`--dir is "../"`},

	"pbs tiny.yaml": {"want slurm, condor or k8s"},
}

func TestSubmitRefuses(t *testing.T) {
	inFolder(t)
	for line, parts := range wrongSubmits {
		mustFail(t, "submit "+line, parts...)
	}
	for _, args := range [][]string{{"--dir", "a\x1b[2Jb"}, {"--option", "a\nb"},
		{"--setup", "a\rb"}, {"--dir", ""}, {"--dir", "a\u202eb"}} {
		got := sparker(t, append([]string{"submit", "slurm", "tiny.yaml", "--shards", "2"},
			args...)...)
		if got.code != exitUsage || got.stdout != "" {
			t.Errorf("%q: exit code %d, stdout %q", args, got.code, got.stdout)
		}
	}
	if names := listing(t); len(names) != 1 {
		t.Errorf("submit wrote files: %q", names)
	}
}

// A target is the time of a part: the number of parts is that of the whole time, rounded up.
func TestPartsFor(t *testing.T) {
	for _, c := range []struct {
		seconds    float64
		toys, cpus int
		target     time.Duration
		want       int
	}{
		{7200, 1000, 1, time.Hour, 2}, {7201, 1000, 1, time.Hour, 3}, {7201, 1000, 4, time.Hour, 1},
		{0, 1000, 1, time.Hour, 1}, {1e9, 50, 1, time.Minute, 50},
		{1e12, 1e9, 1, time.Minute, mostShards},
	} {
		if got := partsFor(c.seconds, c.toys, c.cpus, c.target); got != c.want {
			t.Errorf("%+v: %d parts", c, got)
		}
	}
}

// submit --target says what it assumes, and limits the time of a part to twice the target.
func TestSubmitTarget(t *testing.T) {
	inFolder(t)
	got := mustSucceed(t, "submit", "slurm", "tiny.yaml", "--target", "90m")
	holds(t, "script", got.stdout, "#SBATCH --array=1-1\n", "#SBATCH --time=0-03:00:00\n",
		"--shard auto/1 ")
	holds(t, "message", got.stderr, "1 part: 26 toys that take about ", "on this machine")
}

func TestSlurmTime(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Second: "0-00:01:00", time.Hour: "0-01:00:00", 25*time.Hour + 1: "1-01:01:00",
		61 * time.Minute: "0-01:01:00",
	} {
		if got := slurmTime(d); got != want {
			t.Errorf("%v is %s, want %s", d, got, want)
		}
	}
}

func TestPlainName(t *testing.T) {
	for text, want := range map[string]string{
		"sparker-exp1d": "sparker-exp1d", "My Study: λ=3": "my-study-3", "--": "",
		strings.Repeat("ab-", 30): strings.Repeat("ab-", 17) + "a",
	} {
		if got := plainName(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// A line break of a name does not end a comment.
func TestComment(t *testing.T) {
	got := comment("one", "two\nthree\r\nfour\u2028five", "")
	if want := "# one\n# two\n# three\n# four\n# five\n#\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// hostileJob is a job of four parts whose config, override and folder have a word in their names.
func hostileJob(word string) *clusterJob {
	return &clusterJob{submitFlags: submitFlags{shards: 4, cpus: 2, memory: "2G", dir: word + " d",
		grace: time.Minute, name: "x", program: "/bin/" + word, image: "i:1", claim: "c"},
		command: "sparker submit " + word, shipped: true, toys: 26,
		args: []string{word, "description=" + word, "-S", "model.kernels=1,2"}}
}

// hostileWanted are the arguments of sparker in part 3 of a hostile job, for the numbers of the
// shard and of the folder.
func hostileWanted(word, shard, folder string) []string {
	return []string{"run", word, "description=" + word, "-S", "model.kernels=1,2", "--shard", shard,
		"--dir", word + " d/" + folder, "--jobs", "2", "--no-figures", "--progress", "plain"}
}

// A slurmTask is the script of a task with programs that stand for sparker and scontrol.
type slurmTask struct {
	dir    string
	script string
}

// newSlurmTask writes the script of a job, and a program that stands for sparker: a shell script
// with the given body, which writes its arguments into a file first.
func newSlurmTask(t *testing.T, body string, job *clusterJob) slurmTask {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash")
	}
	dir := t.TempDir()
	program := func(name, body string) string {
		path := filepath.Join(dir, name)
		text := "#!/bin/bash\nprintf '%s\\0' \"$@\" >" + quote(path+".args") + "\n" + body + "\n"
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
		return path
	}
	program("scontrol", "")
	job.program = program("stand in", body)
	script, err := newApp(nil, nil, io.Discard, io.Discard).slurmScript(job)
	if err != nil {
		t.Fatal(err)
	}
	task := slurmTask{dir: dir, script: filepath.Join(dir, "job.sh")}
	writeFile(t, task.script, script)
	return task
}

// command returns the process of part 3.
func (s slurmTask) command(variables ...string) *exec.Cmd {
	cmd := exec.Command("bash", s.script)
	cmd.Env = append(append(os.Environ(), "PATH="+s.dir+":"+os.Getenv("PATH"),
		"SLURM_ARRAY_JOB_ID=7", "SLURM_ARRAY_TASK_ID=3"), variables...)
	return cmd
}

// arguments returns those that a program was called with; none if it was not called.
func (s slurmTask) arguments(name string) []string {
	text, err := os.ReadFile(filepath.Join(s.dir, name+".args"))
	if err != nil || len(text) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(text), "\x00"), "\x00")
}

// exitCodeOf runs a process to its end and returns the exit code.
func exitCodeOf(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatalf("%v: %s", err, out)
	}
	return cmd.ProcessState.ExitCode()
}

// The shell of a task reads every word as it was given, and the exit code is that of sparker.
func TestSlurmWords(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, word := range append(hostileWords, "a\nb.yaml", "a\n#SBATCH --array=1-9") {
		s := newSlurmTask(t, "exit 1", hostileJob(word))
		if code := exitCodeOf(t, s.command()); code != exitFailure {
			t.Errorf("%s: exit code %d", word, code)
		}
		sameWords(t, word, s.arguments("stand in"), hostileWanted(word, "auto/4", "3"))
		if called := s.arguments("scontrol"); called != nil {
			t.Errorf("%s: scontrol was called with %q", word, called)
		}
		head, _, _ := strings.Cut(readFile(t, s.script), "\nmost=")
		for line := range strings.Lines(head) {
			if !strings.HasPrefix(line, "#") && line != "\n" {
				t.Errorf("%s: a line before the script is not a comment: %s", word, line)
			}
		}
		if n := strings.Count(head, "\n#SBATCH --array"); n != 1 {
			t.Errorf("%s: %d arrays", word, n)
		}
	}
	if names := listing(t); len(names) > 0 {
		t.Errorf("a word was run as a command: %q", names)
	}
}

// sameWords checks the arguments of a program.
func sameWords(t *testing.T, what string, got, want []string) {
	t.Helper()
	if strings.Join(got, "\x00") != strings.Join(want, "\x00") {
		t.Errorf("%s: arguments\n%q, want\n%q", what, got, want)
	}
}

// A run whose toys end by their outcomes cannot be cut into parts.
func TestSubmitOfAutomaticToys(t *testing.T) {
	inFolder(t)
	writeFile(t, "r.csv", "x\n"+strings.Repeat("1\n2\n3\n5\n8\n", 20))
	writeFile(t, "d.csv", "x\n"+strings.Repeat("1\n3\n5\n9\n", 10))
	writeFile(t, "files.yaml", `name: files
data:
  source: files
  files: {reference: {file: r.csv}, observed: {file: d.csv}, calibration: permutation}
test: {method: ks}
toys: {null: 100, alternative: 0, signal: [], auto: true}
`)
	mustFail(t, "submit slurm files.yaml --shards 2", "set toys.auto=false for shards")
	got := mustSucceed(t, "submit", "slurm", "files.yaml", "--shards", "2", "toys.auto=false")
	holds(t, "script", got.stdout, "# 2 parts of the 101 toys of a run")
	mustFail(t, "submit slurm files.yaml --shards 2 data.files.observed.file=none.csv", "none.csv",
		"data.files.folder=FOLDER")
}

// A program of go run is gone when a part begins.
func TestSubmitKeepsNoTemporaryProgram(t *testing.T) {
	for path, kept := range map[string]bool{
		"/tmp/go-build3299140760/b001/exe/sparker":   false,
		"/home/me/.cache/go-build/0f/0f3a-d/sparker": false,
		"/home/me/go/bin/sparker":                    true,
		"/home/me/go-builder/sparker":                true,
		"/tmp/go-build3299140760/b001/sparker.test":  true,
		"/home/me/work/sparker":                      true,
	} {
		if err := checkKept(filepath.FromSlash(path)); (err == nil) != kept {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// A file of the name of the folder of parts matters where they share the file system.
func TestSubmitIntoAFile(t *testing.T) {
	inFolder(t)
	mustFail(t, "submit slurm tiny.yaml --shards 2 --dir tiny.yaml", "is a file")
	mustFail(t, "submit condor tiny.yaml --shards 2 --dir tiny.yaml", "is a file")
	mustSucceed(t, "submit", "k8s", "tiny.yaml", "--shards", "2", "--dir", "tiny.yaml", "--image",
		"x:1", "--claim", "c")
}
