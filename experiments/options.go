package experiments

import (
	"fmt"
	"maps"
	"path/filepath"
	"sync"
	"time"

	"sparker/analysis"
	"sparker/configs"
	"sparker/internal/machine"
	"sparker/results"
)

// RunOptions say where and how to run an experiment. They do not change its results.
type RunOptions struct {
	// Out is the folder that holds run folders; "runs" if it is empty.
	Out string
	// Dir is the run folder itself. If it is empty, the run folder is <name>-<digest8> in Out, with
	// the digest of the config and, if the config names files, of their content.
	Dir string
	// Shard is the part of the toys to test.
	Shard results.Shard
	// Workers is the number of toys that are tested at the same time. If it is 0, that is
	// [DefaultWorkers].
	Workers int
	// Progress, if it is not nil, is called at the start and after every toy, by one goroutine at a
	// time.
	Progress func(Progress)
	// Warn, if it is not nil, is called before the first toy if other versions began the run.
	Warn func(text string)
	// Expect, if it is not nil, is called before the first toy.
	Expect func(Expectation)
	// TimeLimit, if it is above 0, is the time after the start of [Run] at which the last toy
	// begins. It needs a config whose null toys end by their outcomes (toys.auto). The results then
	// depend on the speed of the machine; a run without the limit continues it.
	TimeLimit time.Duration

	begun time.Time // the start of Run
}

// end returns the time after which no toy begins; zero if there is no limit.
func (o RunOptions) end() time.Time {
	if o.TimeLimit <= 0 {
		return time.Time{}
	}
	return o.begun.Add(o.TimeLimit)
}

// Expectation is what is known before the first toy of a run.
type Expectation struct {
	Toys     int           // to test
	AtMost   bool          // fewer may do: Toys and Time are upper bounds
	Time     time.Duration // that they take, a rough estimate
	Warnings []string      // of the cells, each once: how files were read, for example
}

// DefaultWorkers returns the number of toys that are tested at the same time if nobody says
// otherwise: one for each processor that the process may use.
func DefaultWorkers() int { return machine.Workers() }

// workers returns the number of workers.
func (o RunOptions) workers() int {
	if o.Workers < 1 {
		return DefaultWorkers()
	}
	return o.Workers
}

// RunDir returns the folder that a sweep runs in. It reads the files that the config names.
func RunDir(c configs.Sweep, o RunOptions) (string, error) {
	files, all := inputFiles{}, map[string]string{}
	for _, own := range c.Cells {
		sums, err := files.of(own.Experiment)
		if err != nil {
			return "", &InputError{err}
		}
		maps.Copy(all, sums)
	}
	return runDir(c, o, all)
}

// runDir is RunDir for files with the given checksums.
func runDir(c configs.Sweep, o RunOptions, inputs map[string]string) (string, error) {
	if o.Dir != "" {
		return o.Dir, nil
	}
	digest, err := c.Digest()
	if err != nil {
		return "", fmt.Errorf("experiments: %w", err)
	}
	out := o.Out
	if out == "" {
		out = "runs"
	}
	m := results.Manifest{Name: c.Base.Name, Digest: digest, Inputs: inputs}
	return filepath.Join(out, m.FolderName()), nil
}

// ownedBy reports for each job whether its toy belongs to a shard, as [analysis.Deal] deals them.
func ownedBy(s results.Shard, jobs []job, seed uint64) []bool {
	own := make([]bool, len(jobs))
	if s.Count <= 1 {
		for i := range own {
			own[i] = true
		}
		return own
	}
	toys := make([]results.ToyID, len(jobs))
	for i, j := range jobs {
		toys[i] = j.toy
	}
	for i, part := range analysis.Deal(seed, toys, s.Count) {
		own[i] = part == s.Number
	}
	return own
}

// Progress is how far a run is.
type Progress struct {
	Done, Total int  // toys of the shard
	AtMost      bool // fewer toys than Total may do
	Resumed     int  // toys that were stored when this run started
	Elapsed     time.Duration
}

// progressReport calls a function with the progress of a run.
type progressReport struct {
	mu    sync.Mutex
	state Progress
	start time.Time
	call  func(Progress) // nil: nobody asks
}

// add reports that n more toys are done.
func (r *progressReport) add(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state.Done += n
	r.state.Elapsed = time.Since(r.start)
	if r.call != nil {
		r.call(r.state)
	}
}

// finish reports that no more toys are needed.
func (r *progressReport) finish() {
	r.mu.Lock()
	r.state.Total, r.state.AtMost = r.state.Done, false
	r.mu.Unlock()
	r.add(0)
}
