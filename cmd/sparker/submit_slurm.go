package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) slurmCommand() *cobra.Command {
	var f submitFlags
	cmd := &cobra.Command{
		Use:   "slurm CONFIG [key.path=value ...] --shards N",
		Short: "Print a script for sbatch of Slurm",
		Long: `slurm prints a script for sbatch: an array of one task for each part of a run. A
task whose time ends keeps the toys that are done, and is queued again, up to 20
times. So is one whose node fails. A task that is canceled or fails is not.`,
		Example: `  sparker submit slurm paper/losses --shards 16 --time 1h > job.sh
  sparker submit slurm my.yaml --target 1h --cpus 4 --option --partition=short > job.sh
  sbatch job.sh`,
		Args: atLeast(1, aConfig),
		RunE: action(a.submitRun(&f, a.slurmScript)),
	}
	f.define(cmd)
	f.defineBatch(cmd, "--partition=short")
	cmd.Flags().StringArrayVar(&f.setup, "setup", nil, "run the shell `COMMAND` before the "+
		"program, such as \"module load sparker\" (can be repeated)")
	return cmd
}

// mostRequeues is how often a task of Slurm is queued again at the end of its time.
const mostRequeues = 20

// usualArray is the largest number of a task in an array that Slurm takes unless it is configured
// otherwise (MaxArraySize).
const usualArray = 1000

// slurmScript returns a script for sbatch.
func (a *app) slurmScript(j *clusterJob) (string, error) {
	program, err := j.programPath()
	if err != nil {
		return "", err
	}
	if j.shards > usualArray {
		fmt.Fprintf(a.stderr, "warning: many clusters allow no task number above %d; MaxArraySize "+
			"of 'scontrol show config' tells\n", usualArray)
	}
	var b strings.Builder
	b.WriteString("#!/bin/bash\n")
	b.WriteString(j.slurmComments(program))
	for _, option := range j.slurmOptions() {
		b.WriteString("#SBATCH " + option + "\n")
	}
	b.WriteString("\n")
	for _, line := range j.setup {
		b.WriteString(line + "\n")
	}
	fmt.Fprintf(&b, slurmBody, mostRequeues, j.slurmCommand(program))
	return b.String(), nil
}

// slurmComments returns what the script says about itself.
func (j *clusterJob) slurmComments(program string) string {
	return comment(
		fmt.Sprintf("%s of the %s of a run, each a task of an array of Slurm. Printed by:",
			count(j.shards, "part"), count(j.toys, "toy")),
		"  "+j.command,
		"Submit it from the folder to which the paths of the config are relative:",
		"  sbatch job.sh",
		"See how far it is. The latter lists what is missing, and can be given at any time:",
		"  squeue --me --array",
		"  "+j.mergeLine(program),
		"Merge the parts, when they are done, by the same command.",
		"Go on with parts that ended early, such as 3 and 7:",
		"  sbatch --array=3,7 job.sh")
}

// slurmOptions returns the options of sbatch.
func (j *clusterJob) slurmOptions() []string {
	array := fmt.Sprintf("--array=1-%d", j.shards)
	if j.parallel > 0 {
		array += fmt.Sprintf("%%%d", j.parallel)
	}
	options := []string{"--job-name=" + j.name, array, "--ntasks=1",
		fmt.Sprintf("--cpus-per-task=%d", j.cpus), "--mem=" + j.memory}
	if j.limit > 0 {
		options = append(options, "--time="+slurmTime(j.limit))
	}
	options = append(options, fmt.Sprintf("--signal=B:USR1@%d", int(j.grace.Seconds())),
		"--requeue", "--open-mode=append", "--output="+j.name+"-%a.log")
	return append(options, j.options...)
}

// slurmTime returns a time as Slurm reads it, in minutes rounded up.
func slurmTime(d time.Duration) string {
	minutes := int((d + time.Minute - 1) / time.Minute)
	return fmt.Sprintf("%d-%02d:%02d:00", minutes/(24*60), minutes/60%24, minutes%60)
}

// slurmCommand returns the command of a task, for a shell.
func (j *clusterJob) slurmCommand(program string) string {
	words := append([]string{program}, j.runArgs()...)
	words = append(words, "--shard", fmt.Sprintf("auto/%d", j.shards), "--dir")
	var quoted []string
	for _, word := range words {
		quoted = append(quoted, quote(word))
	}
	quoted = append(quoted, quote(j.folder()+"/")+`"$SLURM_ARRAY_TASK_ID"`)
	return strings.Join(append(quoted, j.runFlags()...), " ")
}

// slurmBody is the script of a task, for the number of times that it is queued again and for its
// command. A signal interrupts the command wait of a shell, which then returns a code above 128.
const slurmBody = `
most=%d # times that a task is queued again at the end of its time

# Slurm sends USR1 to this script before the time ends, and TERM to all processes when the task is
# canceled or preempted. Each makes sparker keep what is done and exit with 75.
again=no
interrupted=no
run=
trap 'again=yes interrupted=yes; kill -s USR1 "$run" 2>/dev/null' USR1
trap 'interrupted=yes' TERM

%s &
run=$!
code=129 interrupted=yes
while [ "$interrupted" = yes ] && [ "$code" -gt 128 ]; do
	interrupted=no
	wait "$run"
	code=$?
done

if [ "$code" -eq 75 ] && [ "$again" = yes ]; then
	task=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
	if [ "${SLURM_RESTART_COUNT:-0}" -ge "$most" ]; then
		echo "the task $task was queued $most times; sbatch --array=$SLURM_ARRAY_TASK_ID goes on" >&2
	else
		scontrol requeue "$task" ||
			echo "the task $task is not queued again; sbatch --array=$SLURM_ARRAY_TASK_ID goes on" >&2
	fi
fi
exit "$code"
`
