//go:build linux

package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// A tally counts what happened.
type tally struct {
	lives, processes, resumes, merges, reads, pages int
	// toys counts the lines that were seen before a fault, and looked for after it.
	toys        int
	stops       map[string]int // processes that ended by a signal, by the last of them
	faults      map[string]int
	differences []string
	server      *series
	children    *series // one sample for each process that lived long enough to be seen
}

func newTally() tally {
	return tally{stops: map[string]int{}, faults: map[string]int{}, server: &series{},
		children: &series{}}
}

// print writes the tally as a table.
func (t tally) print(w io.Writer, total time.Duration) {
	fmt.Fprintf(w, "\nsoaked for %v\n", total.Round(time.Second))
	row := func(name string, n int) { fmt.Fprintf(w, "  %-38s %7d\n", name, n) }
	row("experiments completed", t.lives)
	row("processes", t.processes)
	for _, name := range slices.Sorted(maps.Keys(t.stops)) {
		row("stopped: "+name, t.stops[name])
	}
	row("resumed", t.resumes)
	row("merged", t.merges)
	row("summarized, reported, asked for status", t.reads)
	row("pages served", t.pages)
	for _, name := range slices.Sorted(maps.Keys(t.faults)) {
		row("fault: "+name, t.faults[name])
	}
	row("toys seen before a fault and after it", t.toys)
	row("differences", len(t.differences))
	fmt.Fprintf(w, "\n%-12s %26s %26s\n%-12s", "", "memory, MiB: median (most)",
		"open files: median (most)", "third of the time")
	fmt.Fprintln(w)
	for _, s := range []struct {
		name string
		*series
	}{{"server", t.server}, {"others", t.children}} {
		for third, name := range []string{"first", "second", "last"} {
			memory, files := s.third(third, total)
			fmt.Fprintf(w, "%s, %-10s %26s %26s\n", s.name, name, memory, files)
		}
	}
	if len(t.differences) > 0 {
		fmt.Fprintf(w, "\nwhat differs:\n  %s\n", strings.Join(t.differences, "\n  "))
	}
}

// A series is samples with their times.
type series struct {
	mu  sync.Mutex
	at  []time.Duration
	all []sample
}

// add adds a sample.
func (s *series) add(at time.Duration, v sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at, s.all = append(s.at, at), append(s.all, v)
}

// third returns the medians and the largest values in a third of the time, from 0, in words.
func (s *series) third(number int, total time.Duration) (memory, files string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var some []sample
	for i, v := range s.all {
		if min(2, int(3*s.at[i]/total)) == number {
			some = append(some, v)
		}
	}
	if len(some) == 0 {
		return "none", "none"
	}
	slices.SortFunc(some, func(a, b sample) int { return cmp.Compare(a.memory, b.memory) })
	mebibytes := func(v sample) float64 { return float64(v.memory) / (1 << 20) }
	memory = fmt.Sprintf("%.1f (%.1f)", mebibytes(some[len(some)/2]),
		mebibytes(some[len(some)-1]))
	slices.SortFunc(some, func(a, b sample) int { return cmp.Compare(a.files, b.files) })
	return memory, fmt.Sprintf("%d (%d)", some[len(some)/2].files, some[len(some)-1].files)
}
