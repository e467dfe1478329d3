//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The ways in which the toys of an experiment are dealt.
const (
	single = "single"     // one process
	shared = "one folder" // parts that write into one folder
	apart  = "merged"     // parts with folders of their own
)

// A life is one experiment, from its first process to its comparison with an unbroken run.
type life struct {
	s        *soak
	number   int
	twin     string
	scenario scenario
	mode     string
	parts    int      // of the attempt that is under way
	folders  []string // that processes were started in
	lines    lineSet  // that were seen in the folders
	stopped  bool     // a process was ended by a signal
	failures int      // differences before it began
}

// newLife begins an experiment.
func (s *soak) newLife(number int, dir string) *life {
	c, twin := s.draw(dir)
	l := &life{s: s, number: number, scenario: c, twin: twin, lines: lineSet{},
		mode: []string{single, shared, apart}[s.random.IntN(3)], failures: len(s.tally.differences)}
	if c.whole {
		l.mode = single
	}
	return l
}

// mostAttempts is the number of times that an experiment is tried under faults, at most.
const mostAttempts = 8

// live runs the experiment under faults, completes it and compares it.
func (l *life) live(ctx context.Context) error {
	if _, known := l.s.twins[l.twin]; !known {
		if err := l.unbroken(); err != nil {
			return err
		}
	}
	attempts := 1 + l.s.random.IntN(mostAttempts)
	for n := 0; n < attempts && ctx.Err() == nil && (n == 0 || !l.s.over()); n++ {
		if err := l.attempt(); err != nil {
			return err
		}
		if n > 0 {
			l.s.tally.resumes++
		}
		if err := l.damage(); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	if err := l.complete(); err != nil {
		return err
	}
	l.s.tally.resumes++
	l.s.tally.lives++
	l.s.say("%d %s, %s: %d attempts", l.number, l.twin, l.mode, attempts)
	return l.compare()
}

// folder returns the path of a folder of the experiment.
func (l *life) folder(name string) string {
	return filepath.Join(l.s.runs, fmt.Sprintf("%06d-%s", l.number, name))
}

// whole is the name of the folder that holds the whole experiment in the end.
const whole = "whole"

// command returns the command line of a part, and its folder.
func (l *life) command(part int) (args []string, folder string) {
	args = append(args, l.scenario.args...)
	folder = l.folder(whole)
	if l.mode != single {
		args = append(args, "--shard", fmt.Sprintf("%d/%d", part, l.parts), "--no-figures")
	}
	if l.mode == apart {
		folder = l.folder(fmt.Sprintf("part-%d", part))
	}
	return append(args, "--dir", folder, "--jobs", fmt.Sprint(1+l.s.random.IntN(3)), "--progress",
		"none"), folder
}

// attempt starts one or two processes, reads what is there meanwhile, and stops them.
func (l *life) attempt() error {
	l.parts = 1 + l.s.random.IntN(5)
	var all []*process
	for range 1 + l.s.random.IntN(2) {
		args, folder := l.command(1 + l.s.random.IntN(l.parts))
		l.folders = appendNew(l.folders, folder)
		p, err := l.s.start(args...)
		if err != nil {
			return err
		}
		all = append(all, p)
	}
	for range l.s.random.IntN(3) {
		all[0].ended(l.s.upTo(l.scenario.time / 4))
		if err := l.read(); err != nil {
			return err
		}
	}
	for _, p := range all {
		if err := l.s.disturb(p, l.scenario.time); err != nil {
			return err
		}
		if err := l.lines.see(l.folders); err != nil {
			return err
		}
	}
	for _, p := range all {
		l.s.finish(p, 0)
		l.stopped = l.stopped || len(p.sent) > 0
	}
	return l.find()
}

// find looks for the toys that were seen before.
func (l *life) find() error {
	found, missing, err := l.lines.find()
	l.s.tally.toys += found
	for _, line := range missing {
		l.s.differ("a toy was lost: %s", line)
	}
	return err
}

// read runs a command that reads the folders while others write. It may be stopped, too.
func (l *life) read() error {
	run := l.begun()
	if len(run) == 0 {
		return nil
	}
	one := run[l.s.random.IntN(len(run))]
	l.s.server.visit(filepath.Base(one))
	reads := [][]string{{"status", one}, {"summarize", one}, {"report", "--partial", one}}
	if l.mode == apart && l.s.one(2) {
		return l.merge()
	}
	p, err := l.s.start(reads[l.s.random.IntN(len(reads))]...)
	if err != nil {
		return err
	}
	if l.s.one(4) {
		l.stopped = true
		if err := l.s.disturb(p, l.scenario.time/4); err != nil {
			return err
		}
	}
	l.s.tally.reads++
	l.s.finish(p, 0, incomplete)
	return nil
}

// incomplete is the exit code of merge and summarize if toys are missing.
const incomplete = 3

// begun returns the run folders that have a manifest.
func (l *life) begun() []string {
	var all []string
	for _, folder := range l.folders {
		if _, err := os.Stat(filepath.Join(folder, "manifest.json")); err == nil {
			all = append(all, folder)
		}
	}
	return all
}

// merge merges what is there into the whole, now and then twice at the same time. It may be
// stopped.
func (l *life) merge() error {
	args := append([]string{"merge", "--out", l.folder(whole)}, l.begun()...)
	var all []*process
	for n := 1; n == 1 || n == 2 && l.s.one(4); n++ {
		p, err := l.s.start(args...)
		if err != nil {
			return err
		}
		all = append(all, p)
	}
	if l.s.one(3) {
		l.stopped = true
		if err := l.s.disturb(all[0], l.scenario.time/4); err != nil {
			return err
		}
	}
	for _, p := range all {
		l.s.tally.merges++
		l.s.finish(p, 0, incomplete)
	}
	return nil
}

// must runs the program, which must succeed.
func (l *life) must(args ...string) error {
	p, err := l.s.start(args...)
	if err != nil {
		return err
	}
	l.s.finish(p, 0)
	return nil
}

// complete runs what is missing, part by part, and puts it together.
func (l *life) complete() error {
	l.parts = 1 + l.s.random.IntN(4)
	if l.mode == single {
		l.parts = 1
	}
	for part := 1; part <= l.parts; part++ {
		args, folder := l.command(part)
		l.folders = appendNew(l.folders, folder)
		if err := l.must(args...); err != nil {
			return err
		}
	}
	if err := l.find(); err != nil {
		return err
	}
	switch l.mode {
	case apart:
		args := append([]string{"merge", "--out", l.folder(whole)}, l.begun()...)
		if err := l.must(args...); err != nil {
			return err
		}
		l.s.tally.merges++
		return l.must("plot", l.folder(whole))
	case shared:
		args := append([]string{}, l.scenario.args...)
		return l.must(append(args, "--dir", l.folder(whole), "--progress", "none")...)
	}
	return nil
}

// bury removes the folders of the experiment, or keeps them if something differs.
func (l *life) bury() error {
	entries, err := os.ReadDir(l.s.runs)
	if err != nil {
		return err
	}
	for _, e := range entries {
		path := filepath.Join(l.s.runs, e.Name())
		if len(l.s.tally.differences) > l.failures {
			err = os.Rename(path, filepath.Join(l.s.kept, e.Name()))
		} else {
			err = os.RemoveAll(path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unbroken runs the experiment without faults, in a folder that the server does not show.
func (l *life) unbroken() error {
	folder := filepath.Join(l.s.kept, "twin-"+l.twin)
	args := append([]string{}, l.scenario.args...)
	if err := l.must(append(args, "--dir", folder, "--jobs", "1", "--progress",
		"none")...); err != nil {
		return err
	}
	f, err := filesOf(folder)
	if err != nil {
		return err
	}
	if len(f.compared) == 0 || f.toys == 0 {
		return fmt.Errorf("%s holds no results: %s", folder, strings.Join(args, " "))
	}
	l.s.twins[l.twin] = f
	return nil
}

// appendNew appends a word unless it is there.
func appendNew(all []string, word string) []string {
	for _, w := range all {
		if w == word {
			return all
		}
	}
	return append(all, word)
}
