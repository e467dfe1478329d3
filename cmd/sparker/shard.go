package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"sparker/results"
)

// The variables in which schedulers tell a process its number: those of a job array of Slurm, and
// that of an Indexed Job of Kubernetes, which counts from 0.
const (
	slurmID    = "SLURM_ARRAY_TASK_ID"
	slurmMin   = "SLURM_ARRAY_TASK_MIN"
	slurmMax   = "SLURM_ARRAY_TASK_MAX"
	slurmCount = "SLURM_ARRAY_TASK_COUNT"
	slurmStep  = "SLURM_ARRAY_TASK_STEP"
	kubernetes = "JOB_COMPLETION_INDEX"
)

// autoShard is the number of a shard that the scheduler knows.
const autoShard = "auto"

// defineShard adds the flag --shard.
func (f *runFlags) defineShard(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.shard, "shard", "", "fit only the part `I/N` of the toys, from 1/N "+
		"to N/N; auto/N or auto: that of this task of Slurm or Kubernetes")
}

// part returns the shard that --shard names, with the name of this machine.
func (f *runFlags) part() (results.Shard, error) {
	s, err := parseShard(f.shard, os.Getenv)
	if err != nil {
		return s, err
	}
	return onThisHost(s)
}

// environment looks a variable up, as os.Getenv does.
type environment func(name string) string

// parseShard returns the shard that I/N names, or that auto or auto/N name with the number that a
// scheduler gives to the process. An empty text names all toys.
func parseShard(text string, env environment) (results.Shard, error) {
	if text == "" {
		return results.Shard{}, nil
	}
	if text == autoShard {
		s, err := env.shard()
		return s, shardError(text, err)
	}
	number, count, found := strings.Cut(text, "/")
	n, errCount := strconv.Atoi(count)
	if found && number == autoShard && errCount == nil && n > 0 {
		i, err := env.number(n)
		return results.Shard{Number: i, Count: n}, shardError(text, err)
	}
	i, errNumber := strconv.Atoi(number)
	if !found || errNumber != nil || errCount != nil || i < 1 || i > n {
		return results.Shard{}, usageError("--shard is %q; want I/N, part I of N, with I "+
			"from 1 to N; auto/N or auto takes the number from Slurm or Kubernetes", text)
	}
	return results.Shard{Number: i, Count: n}, nil
}

// shardError returns the error of a shard that the scheduler does not number; nil for nil.
func shardError(text string, err error) error {
	if err == nil {
		return nil
	}
	return usageError("--shard %s: %w", text, err)
}

// errNoScheduler says that neither of the variables is set.
var errNoScheduler = errors.New("neither " + slurmID + " (a job array of Slurm) nor " + kubernetes +
	" (an Indexed Job of Kubernetes) is set; name the part, such as --shard 1/4")

// shard returns the shard of the process if the scheduler knows the count, too.
func (env environment) shard() (results.Shard, error) {
	switch {
	case env(slurmID) != "":
		return env.slurmShard()
	case env(kubernetes) != "":
		return results.Shard{}, fmt.Errorf("%s does not tell how many parts there are; give their "+
			"number, the completions of the Job, by --shard auto/N", kubernetes)
	}
	return results.Shard{}, errNoScheduler
}

// slurmShard returns the shard of a task of an array without gaps: its place in the array.
func (env environment) slurmShard() (results.Shard, error) {
	step := 1
	var id, least, most, count int
	for _, v := range []struct {
		name  string
		value *int
	}{{slurmID, &id}, {slurmMin, &least}, {slurmMax, &most}, {slurmCount, &count},
		{slurmStep, &step}} {
		if v.name == slurmStep && env(v.name) == "" {
			continue
		}
		n, err := env.whole(v.name)
		if err != nil {
			return results.Shard{}, fmt.Errorf("%w; name the number of parts by --shard auto/N",
				err)
		}
		*v.value = n
	}
	step = max(step, 1)
	if id < least || id > most || (id-least)%step != 0 || (most-least)/step+1 != count {
		return results.Shard{}, fmt.Errorf("task %d is one of %d from %d to %d in steps of %d: "+
			"the array has gaps; with the numbers of parts in --array, name the number of all "+
			"parts by --shard auto/N", id, count, least, most, step)
	}
	return results.Shard{Number: (id-least)/step + 1, Count: count}, nil
}

// number returns the number of the process, from 1, out of n.
func (env environment) number(n int) (int, error) {
	name, first, remedy := slurmID, 1, fmt.Sprintf("sbatch --array=1-%d", n)
	switch {
	case env(slurmID) != "":
	case env(kubernetes) != "":
		name, first, remedy = kubernetes, 0, fmt.Sprintf("completions: %d", n)
	default:
		return 0, errNoScheduler
	}
	id, err := env.whole(name)
	if err != nil {
		return 0, err
	}
	if id < first || id >= first+n {
		return 0, fmt.Errorf("%s is %d; want a number from %d to %d, as of %s", name, id, first,
			first+n-1, remedy)
	}
	return id - first + 1, nil
}

// whole returns the value of a variable that holds a whole number of at least 0.
func (env environment) whole(name string) (int, error) {
	text := env(name)
	if text == "" {
		return 0, fmt.Errorf("%s is not set", name)
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s is %q; want a whole number", name, text)
	}
	return n, nil
}

// onThisHost returns a shard with the name of the machine, so that no other machine appends to the
// same file. A shard without number stays as it is.
func onThisHost(s results.Shard) (results.Shard, error) {
	if s.Count == 0 {
		return s, nil
	}
	host, err := os.Hostname()
	if err != nil {
		return s, fmt.Errorf("asking for the name of this machine: %w", err)
	}
	s.Host = host
	return s, nil
}
