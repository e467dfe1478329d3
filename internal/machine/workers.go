package machine

import (
	"os"
	"runtime"
	"strconv"
)

// Workers returns the number of goroutines that compute at the same time, at least 1: the smallest
// of GOMAXPROCS, of the processors that Slurm grants to the task, and of the quotas of the cgroups
// around the process, rounded up. Go itself looks at the innermost cgroup alone
// (https://go.dev/issue/81180).
func Workers() int { return limited(runtime.GOMAXPROCS(0), os.Getenv, system{"/"}) }

// slurmVariables hold the number of processors that Slurm grants: to each task, or, if the job does
// not ask for that, to the job on this machine. The first that is set counts.
var slurmVariables = []string{"SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE"}

// limited is Workers for a number of processors, an environment, and the files of a system.
func limited(processors int, getenv func(string) string, s system) int {
	n := processors
	for _, name := range slurmVariables {
		if granted, err := strconv.Atoi(getenv(name)); err == nil && granted > 0 {
			n = min(n, granted)
			break
		}
	}
	if quota, limits := s.processors(); limits {
		n = min(n, quota)
	}
	return max(1, n)
}
