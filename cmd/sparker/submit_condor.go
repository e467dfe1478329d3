package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

func (a *app) condorCommand() *cobra.Command {
	var f submitFlags
	cmd := &cobra.Command{
		Use:   "condor CONFIG [key.path=value ...] --shards N",
		Short: "Print a submit file for condor_submit of HTCondor",
		Long: `condor prints a file for condor_submit: a cluster of one job for each part of a
run. The jobs read and write the folder from which they are submitted, which all
machines must share. A job that is evicted goes on elsewhere. One that fails is
tried again three times, except after a fault of the config.`,
		Example: `  sparker submit condor paper/losses --shards 16 > job.sub
  sparker submit condor my.yaml --target 1h --option '+AccountingGroup = "group_u_x"' > job.sub
  condor_submit job.sub`,
		Args: atLeast(1, aConfig),
		RunE: action(a.submitRun(&f, (*clusterJob).condorFile)),
	}
	f.define(cmd)
	f.defineBatch(cmd, `'+JobFlavour = "longlunch"'`)
	return cmd
}

// condorFile returns a submit file of HTCondor.
func (j *clusterJob) condorFile() (string, error) {
	program, err := j.programPath()
	if err != nil {
		return "", err
	}
	if j.program != "" && !strings.Contains(j.program, "/") {
		return "", usageError("--sparker is %q; want the path of the program, as HTCondor does "+
			"not look for it", j.program)
	}
	arguments, err := j.condorArguments()
	if err != nil {
		return "", err
	}
	executable, err := condorPath(program)
	if err != nil {
		return "", err
	}
	lines := []string{
		"universe = vanilla",
		"batch_name = " + j.name,
		"executable = " + executable,
		"number = $(Process) + 1",
		"arguments = " + arguments,
		"output = " + j.name + "-$INT(number).out",
		"error = " + j.name + "-$INT(number).err",
		"log = " + j.name + ".log",
		fmt.Sprintf("request_cpus = %d", j.cpus),
		"request_memory = " + j.memory + "B",
		"",
		"# Files are not transferred: the machines share a file system.",
		"should_transfer_files = NO",
		"transfer_executable = False",
		"",
		"# A job that has to leave a machine gets a SIGTERM, and time for the toys under way. It",
		"# keeps what is done, exits with 75, and goes on elsewhere. 2 is a fault of the config.",
		fmt.Sprintf("job_max_vacate_time = %d", int(j.grace.Seconds())),
		"max_retries = 50",
		"retry_until = (ExitCode =?= 2) || (ExitCode =!= 75 && NumJobCompletions > 3)",
	}
	if j.limit > 0 {
		lines = append(lines, "", "# The batch system of CERN ends a job after this many seconds.",
			fmt.Sprintf("+MaxRuntime = %d", int(j.limit.Seconds())))
	}
	if j.parallel > 0 {
		lines = append(lines, fmt.Sprintf("max_materialize = %d", j.parallel))
	}
	lines = append(lines, j.options...)
	lines = append(lines, fmt.Sprintf("queue %d", j.shards))
	return j.condorComments(program) + strings.Join(lines, "\n") + "\n", nil
}

// condorComments returns what the file says about itself.
func (j *clusterJob) condorComments(program string) string {
	return comment(
		fmt.Sprintf("%s of the %s of a run, each a job of HTCondor. Printed by:",
			count(j.shards, "part"), count(j.toys, "toy")),
		"  "+j.command,
		"Submit it from the folder to which the paths of the config are relative:",
		"  condor_submit job.sub",
		"See how far it is. The latter lists what is missing, and can be given at any time:",
		"  condor_q",
		"  "+j.mergeLine(program),
		"Merge the parts, when they are done, by the same command.",
		"If parts are missing, submit the file again: complete parts end at once, others go on.")
}

// condorArguments returns the arguments of a job in the new syntax of HTCondor.
func (j *clusterJob) condorArguments() (string, error) {
	words := append(j.runArgs(), "--shard")
	tail := j.runFlags()
	var quoted []string
	for _, word := range words {
		q, err := condorWord(word)
		if err != nil {
			return "", err
		}
		quoted = append(quoted, q)
	}
	dir, err := condorText(j.folder())
	if err != nil {
		return "", err
	}
	quoted = append(quoted, fmt.Sprintf("$INT(number)/%d", j.shards), "--dir",
		"'"+dir+"/$INT(number)'")
	return `"` + strings.Join(append(quoted, tail...), " ") + `"`, nil
}

// condorWord returns an argument in the new syntax of HTCondor, inside its double quotes.
func condorWord(word string) (string, error) {
	if plainWord.MatchString(word) {
		return word, nil
	}
	text, err := condorText(word)
	return "'" + text + "'", err
}

// condorText returns a text between the single quotes of the new syntax: both kinds of quotes are
// doubled, and a dollar sign, which would begin a macro, is a macro itself.
func condorText(text string) (string, error) {
	if err := checkCondor(text); err != nil {
		return "", err
	}
	return strings.NewReplacer(`'`, `''`, `"`, `""`, `$`, `$(DOLLAR)`).Replace(text), nil
}

// checkCondor returns an error if a submit file cannot hold a text: it has no way to write a line
// break, and replaces what two dollar signs begin when a machine is found.
func checkCondor(text string) error {
	if strings.ContainsFunc(text, isBreak) || strings.Contains(text, "$$") {
		return usageError("%q has a line break or $$, which a submit file of HTCondor cannot "+
			"hold; choose another name", text)
	}
	return nil
}

// condorPath returns the absolute form of the path of the executable.
func condorPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("finding the path of the program: %w", err)
	}
	if err := checkCondor(path); err != nil {
		return "", err
	}
	return strings.ReplaceAll(path, "$", "$(DOLLAR)"), nil
}
