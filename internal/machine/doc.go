// Package machine says how many processors the process may use. Beside what Go knows, that is what
// schedulers grant to a job, and what the cgroups of Linux around the process allow.
package machine
