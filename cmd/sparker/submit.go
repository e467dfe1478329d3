package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sparker/configs"
	"sparker/experiments"
	"sparker/internal/clean"
)

func (a *app) submitCommand() *cobra.Command {
	return withCommands(&cobra.Command{
		Use:   "submit",
		Short: "Print a job for a cluster that runs a config in parts",
		Long: `submit prints a script for Slurm, a submit file for HTCondor, or a manifest for
Kubernetes. Its job runs the parts of a config, and continues those that are
stopped. Nothing is submitted: the comments of the output say how to do that, how
to see how far the job is, how to merge the parts, and how to do a part again.`,
	}, a.slurmCommand(), a.condorCommand(), a.kubernetesCommand())
}

// submitFlags are the flags of the commands of submit. Not all of them have all.
type submitFlags struct {
	sweeps    []string
	shards    int
	target    time.Duration
	cpus      int
	memory    string
	grace     time.Duration
	parallel  int
	dir, name string

	program string        // Slurm and HTCondor
	limit   time.Duration // Slurm and HTCondor
	options []string      // Slurm and HTCondor
	setup   []string      // Slurm
	image   string        // Kubernetes
	claim   string        // Kubernetes
	// given reports whether the command line has a flag.
	given func(flag string) bool
}

// define adds the flags that the commands for all schedulers have.
func (f *submitFlags) define(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.given = flags.Changed
	flags.StringArrayVarP(&f.sweeps, "sweep", "S", nil, "add an `AXIS` to the sweep, as in run")
	flags.IntVar(&f.shards, "shards", 0, "cut the run into `N` parts")
	flags.DurationVar(&f.target, "target", 0, "cut the run into parts that take about `TIME`, "+
		"such as 1h, by the time of pilot toys on this machine")
	flags.IntVar(&f.cpus, "cpus", 1, "ask for `N` processors for a part, which fits as many toys "+
		"at the same time")
	flags.StringVar(&f.memory, "memory", "2G", "ask for `SIZE` of memory for a part")
	flags.DurationVar(&f.grace, "grace", 2*time.Minute, "let the toys under way go on for `TIME` "+
		"when a part is stopped; more than one toy takes")
	flags.IntVar(&f.parallel, "parallel", 0, "run at most `N` parts at the same time (0: all)")
	flags.StringVar(&f.dir, "dir", "parts", "make the run folders of the parts in `FOLDER`")
	flags.StringVar(&f.name, "name", "", "name the job `NAME` (default \"sparker-\" and the name "+
		"of the config)")
}

// defineBatch adds the flags of batch systems.
func (f *submitFlags) defineBatch(cmd *cobra.Command, example string) {
	flags := cmd.Flags()
	flags.DurationVar(&f.limit, "time", 0, "limit the time of a part to `TIME`; a part that meets "+
		"it goes on later (default: twice that of --target, or the limit of the cluster)")
	flags.StringArrayVar(&f.options, "option", nil, "add a `LINE` of options, such as "+example+
		" (can be repeated)")
	flags.StringVar(&f.program, "sparker", "", "run the program at `PATH` (default: this program)")
}

// The limits of the flags.
const (
	mostShards = 100_000 // of an Indexed Job of Kubernetes
	mostCPUs   = 1024
	// leastGrace is the time that the process has to stop.
	leastGrace = 10 * time.Second
	// mostGrace is the longest time before its end at which Slurm signals a job.
	mostGrace = 65535 * time.Second
	mostLimit = 365 * 24 * time.Hour
)

// memorySize matches a size of memory: a number and the unit.
var memorySize = regexp.MustCompile(`^([1-9][0-9]{0,6})([MGT])$`)

// claimName matches the names of objects of Kubernetes.
var claimName = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`)

// check returns an error if the flags have values that they cannot have.
func (f *submitFlags) check() error {
	switch {
	case f.given("shards") && f.shards == 0:
		return usageError("--shards is 0; want a number of parts from 1 to %d", mostShards)
	case f.given("target") && f.target == 0:
		return usageError("--target is 0s; want a time from 1m to a year")
	case f.given("time") && f.limit == 0:
		return usageError("--time is 0s; leave it out for the limit of the cluster")
	case f.shards == 0 && f.target == 0:
		return usageError("into how many parts is missing; give --shards N or --target TIME")
	case f.shards != 0 && f.target != 0:
		return usageError("--shards and --target exclude each other; give one of them")
	case f.shards < 0 || f.shards > mostShards:
		return usageError("--shards is %d; want a number of parts from 1 to %d", f.shards,
			mostShards)
	case f.cpus < 1 || f.cpus > mostCPUs:
		return usageError("--cpus is %d; want a number of processors from 1 to %d", f.cpus,
			mostCPUs)
	case !memorySize.MatchString(f.memory):
		return usageError("--memory is %q; want a number with M, G or T, such as 2G", f.memory)
	case !within(f.grace, leastGrace, mostGrace):
		return usageError("--grace is %v; want a time from %v to %v", f.grace, leastGrace,
			mostGrace)
	case f.limit != 0 && !within(f.limit, f.grace+time.Minute, mostLimit):
		return usageError("--time is %v; want a time from %v, a minute more than --grace, to a "+
			"year", f.limit, f.grace+time.Minute)
	case f.parallel < 0:
		return usageError("--parallel is %d; want 0 or more", f.parallel)
	case f.dir == "":
		return usageError("--dir is empty; want a folder for the parts")
	case f.name != "" && f.name != plainName(f.name):
		return usageError("--name is %q; want up to %d small letters, digits and hyphens, as in %s",
			f.name, longestName, plainName("sparker-"+f.name))
	}
	if err := checkTarget(f.target); err != nil {
		return err
	}
	if f.claim != "" && !claimName.MatchString(f.claim) {
		return usageError("--claim is %q; want the name of a persistent volume claim, of small "+
			"letters, digits, hyphens and periods", f.claim)
	}
	for _, option := range f.options {
		if strings.ContainsFunc(option, isBreak) {
			return usageError("--option is %q; want one line", option)
		}
	}
	return checkVisible(slices.Concat(f.sweeps, f.options, f.setup,
		[]string{f.dir, f.program, f.image, f.claim}))
}

// isFile reports whether a path exists and is not a folder.
func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// checkVisible returns an error if a word has characters that the output of the program does not
// show: the job would have another word.
func checkVisible(words []string) error {
	for _, word := range words {
		if clean.Terminal(word) != word {
			return usageError("%q has characters that a terminal cannot show; choose another name",
				word)
		}
	}
	return nil
}

// checkTarget returns an error if parts cannot take a time, which is 0 if none is given.
func checkTarget(d time.Duration) error {
	if d != 0 && !within(d, time.Minute, mostLimit) {
		return usageError("--target is %v; want a time from 1m to a year", d)
	}
	return nil
}

// within reports whether a time is between two others, or one of them.
func within(d, least, most time.Duration) bool { return least <= d && d <= most }

// clusterJob is a run in parts on a cluster.
type clusterJob struct {
	submitFlags
	command string // that made the job, for a shell
	config  configs.Sweep
	shipped bool     // whether the config is a shipped one
	args    []string // the config and its changes, as sparker run takes them
	toys    int
}

// clusterJob returns the job that the arguments and flags of a command describe. It says on the
// standard error what it assumes.
func (a *app) clusterJob(args []string, f submitFlags) (*clusterJob, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if err := checkVisible(args); err != nil {
		return nil, err
	}
	if args[0] == "-" {
		return nil, usageError("the parts cannot read the config from the standard input; name " +
			"a file")
	}
	sweep, err := a.loadSweep(args[0], configs.Changes{Overrides: args[1:], Sweeps: f.sweeps})
	if err != nil {
		return nil, err
	}
	run, err := experiments.NewShardedRun(sweep)
	if err != nil {
		return nil, withFolder(err, args[0], sweep)
	}
	if f.target > 0 {
		if err := a.setShards(&f, run); err != nil {
			return nil, err
		}
	}
	if f.shards > run.Toys() {
		return nil, usageError("--shards is %d; the run has %s, so want 1 to %d", f.shards,
			count(run.Toys(), "toy"), run.Toys())
	}
	if f.name == "" {
		f.name = plainName("sparker-" + sweep.Base.Name)
	}
	job := &clusterJob{submitFlags: f, command: a.commandLine(), config: sweep,
		shipped: configs.IsShipped(args[0]), args: args, toys: run.Toys()}
	for _, axis := range f.sweeps {
		job.args = append(job.args, "-S", axis)
	}
	return job, nil
}

// setShards sets the number of parts by the time that the toys take, and says so. The limit of the
// time of a part becomes twice that time unless it is given: the estimate is that good.
func (a *app) setShards(f *submitFlags, run *experiments.ShardedRun) error {
	seconds, err := run.Seconds()
	if err != nil {
		return err
	}
	f.shards = partsFor(seconds, run.Toys(), f.cpus, f.target)
	if f.limit == 0 {
		f.limit = max(2*f.target, f.grace+time.Minute)
	}
	part := seconds / float64(f.shards) / float64(f.cpus)
	fmt.Fprintf(a.stderr, "%s: %s that take about %s of processor time on this machine; each part "+
		"takes about %s with %s\n", count(f.shards, "part"), count(run.Toys(), "toy"),
		duration(seconds), duration(part), count(f.cpus, "processor"))
	if longest := seconds / float64(run.Toys()); longest > f.grace.Seconds() {
		fmt.Fprintf(a.stderr, "warning: a toy takes about %s, which is more than --grace %v: a "+
			"part that is stopped loses the toys under way\n", duration(longest), f.grace)
	}
	return nil
}

// partsFor returns the number of parts of a run that take a given time.
func partsFor(seconds float64, toys, cpus int, target time.Duration) int {
	parts := math.Ceil(seconds / (target.Seconds() * float64(cpus)))
	return int(max(1, min(parts, float64(toys), mostShards)))
}

// runArgs returns the arguments of sparker that run one part: what is before the number of the
// part, and the flags that do not depend on it.
func (j *clusterJob) runArgs() []string { return append([]string{"run"}, j.args...) }

// runFlags returns the flags of sparker run that all parts have.
func (j *clusterJob) runFlags() []string {
	return []string{"--jobs", fmt.Sprint(j.cpus), "--no-figures", "--progress", "plain"}
}

// programPath returns the path of the program that the parts run on machines that share the file
// system. It is an error if the folder of the parts is a file there.
func (j *clusterJob) programPath() (string, error) {
	if isFile(j.dir) {
		return "", usageError("--dir is %q, which is a file; want a folder for the parts", j.dir)
	}
	if j.program != "" {
		return j.program, nil
	}
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding the path of this program: %w; give it by --sparker", err)
	}
	return path, checkKept(path)
}

// goBuild matches the names of the folders in which the go command builds programs, and keeps them
// for some time.
var goBuild = regexp.MustCompile(`^go-build[0-9]*$`)

// checkKept returns an error if go run made the program at a path: it is gone when a part begins.
func checkKept(path string) error {
	for folder := filepath.Dir(path); ; folder = filepath.Dir(folder) {
		if goBuild.MatchString(filepath.Base(folder)) && !strings.HasSuffix(path, ".test") {
			return usageError("this program was made by go run, and is not kept; install it (go " +
				"install ./cmd/sparker), or name one that the parts can run by --sparker PATH")
		}
		if folder == filepath.Dir(folder) {
			return nil
		}
	}
}

// longestName is the length up to which a name of a job and the number of a part are a host name.
const longestName = 52

// otherThanPlain matches what is not part of a plain name.
var otherThanPlain = regexp.MustCompile(`[^a-z0-9]+`)

// plainName returns a name that every scheduler takes, also as a part of the names of files.
func plainName(text string) string {
	name := otherThanPlain.ReplaceAllString(strings.ToLower(text), "-")
	return strings.Trim(name[:min(len(name), longestName)], "-")
}

// comment returns lines of text as comments of a script. A line break in a name does not end them.
func comment(lines ...string) string {
	var b strings.Builder
	for _, line := range lines {
		for _, part := range strings.FieldsFunc(line+" ", isBreak) {
			b.WriteString(strings.TrimRight("# "+part, " ") + "\n")
		}
	}
	return b.String()
}

// isBreak reports whether a character ends a line for some reader of it.
func isBreak(r rune) bool { return strings.ContainsRune("\n\r\v\f\u0085\u2028\u2029", r) }

// mergeLine returns the command of a program that merges the parts.
func (j *clusterJob) mergeLine(program string) string {
	return quote(program) + " merge " + j.quotedDir() + "/* --out whole"
}

// folder returns the folder of the parts, without slashes at its end.
func (j *clusterJob) folder() string { return strings.TrimRight(j.dir, "/") }

// quotedDir returns the folder of the parts for a shell, in a form that is not read as a flag.
func (j *clusterJob) quotedDir() string {
	if strings.HasPrefix(j.dir, "-") {
		return quote("./" + j.folder())
	}
	return quote(j.folder())
}

// submitRun returns what a command of submit does.
func (a *app) submitRun(f *submitFlags, print func(*clusterJob) (string, error)) func(
	context.Context, []string) error {
	return func(_ context.Context, args []string) error {
		job, err := a.clusterJob(args, *f)
		if err != nil {
			return err
		}
		text, err := print(job)
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(a.stdout, text)
		return err
	}
}
