// The command scalestudy measures what large runs cost the commands that read them. It writes run
// folders with generated records instead of fitted ones, and runs the program on them:
//
//	go build -o sparker ./cmd/sparker
//	go run ./internal/scalestudy -program ./sparker -toys 10000,100000 -shards 1,1000
//	go run ./internal/scalestudy -program ./sparker -config sweep -layout folders
//
// The records have the keys, the number of statistics, and the digits of real ones, with places and
// health. Their statistics are correlated and rise with the signal strength. A line of the table
// is one command: its time, its processor time, and its peak memory. The commands after merge read
// the merged folder.
//
// With -write, the command writes a run folder and runs nothing.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// options are the flags.
type options struct {
	program, commands, folder, write string
	toys, shards                     string
	size                             size
}

// size is the form of a run.
type size struct {
	config string // a key of configTexts
	toys   int
	shards int
	layout string // oneFolder or folders
}

// The layouts: all shards in one folder, or each in a folder of its own.
const (
	oneFolder = "folder"
	folders   = "folders"
)

func main() {
	log.SetFlags(0)
	var o options
	flag.StringVar(&o.program, "program", "sparker", "measure the `PROGRAM`")
	flag.StringVar(&o.commands, "commands", "merge,summarize,status,compare,plot,report",
		"run the `COMMAND,...`")
	flag.StringVar(&o.toys, "toys", "10000", "write runs of `N,...` toys")
	flag.StringVar(&o.shards, "shards", "1", "write each run in `N,...` shards")
	flag.StringVar(&o.size.config, "config", "lead", "the config: lead, full or sweep")
	flag.StringVar(&o.size.layout, "layout", oneFolder, "shards in one folder, or in folders")
	flag.StringVar(&o.folder, "folder", "", "work in the `FOLDER` and leave the runs there "+
		"(default: a temporary one)")
	flag.StringVar(&o.write, "write", "", "write a single run into the `FOLDER`, and end")
	flag.Parse()
	if err := o.run(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// run measures the commands on runs of every size.
func (o options) run(w io.Writer) error {
	sizes, err := o.sizes()
	if err != nil {
		return err
	}
	if o.write != "" {
		return writeRun(o.write, sizes[0])
	}
	folder := o.folder
	if folder == "" {
		if folder, err = os.MkdirTemp("", "scalestudy"); err != nil {
			return err
		}
		defer os.RemoveAll(folder)
	}
	fmt.Fprintln(w, "| config | toys | shards | command | time [s] | CPU [s] | peak [MB] |")
	fmt.Fprintln(w, "|---|---|---|---|---|---|---|")
	for _, s := range sizes {
		dir := filepath.Join(folder, fmt.Sprintf("%s-%d-%d-%s", s.config, s.toys, s.shards,
			s.layout))
		if err := o.measure(w, dir, s); err != nil {
			return err
		}
	}
	return nil
}

// sizes returns the forms of all runs.
func (o options) sizes() ([]size, error) {
	var all []size
	for toys := range strings.SplitSeq(o.toys, ",") {
		for shards := range strings.SplitSeq(o.shards, ",") {
			s := o.size
			var err error
			if s.toys, err = strconv.Atoi(toys); err != nil {
				return nil, fmt.Errorf("-toys: %w", err)
			}
			if s.shards, err = strconv.Atoi(shards); err != nil {
				return nil, fmt.Errorf("-shards: %w", err)
			}
			all = append(all, s)
		}
	}
	return all, nil
}

// measure writes a run in a process of its own and measures the commands on it. The peak memory
// that the system reports of a process includes that of its parent at its start, which is why this
// process stays small.
func (o options) measure(w io.Writer, dir string, s size) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if _, err := os.Stat(dir); err != nil {
		writer := exec.Command(self, "-write", dir, "-config", s.config, "-layout", s.layout,
			"-toys", strconv.Itoa(s.toys), "-shards", strconv.Itoa(s.shards))
		if text, err := writer.CombinedOutput(); err != nil {
			return fmt.Errorf("writing %s: %w\n%s", dir, err, text)
		}
	}
	whole := filepath.Join(dir, "whole")
	for command := range strings.SplitSeq(o.commands, ",") {
		args := []string{command, whole}
		switch command {
		case "merge":
			if err := os.RemoveAll(whole); err != nil {
				return err
			}
			parts, err := filepath.Glob(filepath.Join(dir, "part-*"))
			if err != nil {
				return err
			}
			args = append(append([]string{command}, parts...), "--out", whole)
		case "compare":
			args = append(args, "--by", "test.combine")
		}
		cost, err := runProgram(o.program, args)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "| %s | %d | %d | %s | %.1f | %.1f | %.0f |\n", s.config, s.toys, s.shards,
			command, cost.time.Seconds(), cost.processor.Seconds(), cost.peak)
	}
	return nil
}
