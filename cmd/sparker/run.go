package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sparker/analysis"
	"sparker/configs"
	"sparker/data/tables"
	"sparker/experiments"
	"sparker/results"
)

type runFlags struct {
	jobs      int
	sweeps    []string
	shard     string
	out, dir  string
	progress  string
	asJSON    bool
	noFigures bool
}

func (a *app) runCommand() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run CONFIG [key.path=value ...]",
		Short: "Draw and fit the toys of a config, and work out the power",
		Long: `run draws and fits the toys of a config, works out the power of the test with its intervals, and draws the
figures. CONFIG is the name of a shipped config (see sparker list), the path of a YAML file, or - for the
standard input. Every key of the config can be set on the command line.

A config with a sweep makes several experiments, its cells, which are resolved and checked before the first
toy; -S adds an axis. Toys are interleaved over the cells, and cells that need the same toy share it.

The results go into a folder that is named after the config's name and digest. A run that was stopped goes on
when the same command is given again; a run that is complete is summarized again without a single fit. With
--shard I/N, one of N processes fits its part of the toys: into the same folder, or into one of its own with --dir,
for sparker merge.`,
		Example: `  sparker run quickstart
  sparker run quickstart train.epochs=300 toys.signal=[0,10] -j 4
  sparker run paper/exp1d -S loss.kind=np,bce,mse -S model.softmax=true,false
  sparker run paper/losses anomaly=tail --shard 1/4
  sparker run my.yaml --out /scratch/runs --json > summary.json`,
		Args: wants(1, anyNumber, "a CONFIG, then overrides of the form key.path=value"),
		RunE: action(func(ctx context.Context, args []string) error { return a.run(ctx, args, f) }),
	}
	flags := cmd.Flags()
	f.defineSweeps(cmd)
	flags.StringVar(&f.shard, "shard", "", "fit part I of N of the toys, I/N with I from 1 on")
	f.define(cmd, "print the summary as JSON in place of the table")
	return cmd
}

// define adds the flags that every command that runs a sweep has.
func (f *runFlags) define(cmd *cobra.Command, asJSON string) {
	flags := cmd.Flags()
	flags.IntVarP(&f.jobs, "jobs", "j", 0, "toys fitted at the same time (0: one per processor)")
	flags.StringVar(&f.out, "out", "runs", "folder that holds the run folders")
	flags.StringVar(&f.dir, "dir", "", "the run folder itself, in place of one in --out")
	flags.StringVar(&f.progress, "progress", "auto", "one of "+strings.Join(progressModes, ", "))
	flags.BoolVar(&f.asJSON, "json", false, asJSON)
	flags.BoolVar(&f.noFigures, "no-figures", false, "draw no figures")
	cmd.MarkFlagsMutuallyExclusive("out", "dir")
}

// defineSweeps adds the flag for axes of a sweep.
func (f *runFlags) defineSweeps(cmd *cobra.Command) {
	cmd.Flags().StringArrayVarP(&f.sweeps, "sweep", "S", nil,
		"add an axis to the sweep, key.path=value,value,..., or keep some arms of one, "+
			"axis=label,label,... (can be given again)")
}

// check refuses values that these flags cannot have.
func (f *runFlags) check() error {
	if err := oneOf("progress", f.progress, progressModes); err != nil {
		return err
	}
	if f.jobs < 0 {
		return usageError("--jobs is %d; want 0 or more", f.jobs)
	}
	return nil
}

func (a *app) run(ctx context.Context, args []string, f runFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	shard, err := parseShard(f.shard)
	if err != nil {
		return err
	}
	c, err := a.loadSweep(args[0], configs.Changes{Overrides: args[1:], Sweeps: f.sweeps})
	if err != nil {
		return err
	}
	run, err := a.execute(ctx, c, shard, f, nil)
	if err != nil {
		return whereFiles(err, args[0], c)
	}
	summary, err := run.Summary()
	if err != nil {
		return err
	}
	if err := a.showSummary(summary, f.asJSON); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "results: %s\n", run.Store().Dir())
	if f.noFigures || shard.Count > 1 && !summary.Complete {
		return nil
	}
	_, err = a.figures(run)
	return err
}

// execute runs a sweep, and shows how far it is.
func (a *app) execute(ctx context.Context, c configs.Sweep, shard experiments.Shard, f runFlags,
	expect func(int, time.Duration)) (*analysis.Evaluation, error) {
	shown := newProgress(f.progress, a.stderr)
	var last experiments.Progress
	store, run, err := experiments.Run(ctx, c, experiments.RunOptions{
		Out: f.out, Dir: f.dir, Workers: f.jobs, Shard: shard, Expect: expect,
		Progress: func(p experiments.Progress) {
			last = p
			shown.update(p)
		},
	})
	shown.close()
	if stopped(ctx, err) && store != nil {
		err = a.interrupted(store, last)
	}
	if err != nil {
		return nil, err
	}
	if fitted := last.Done - last.Resumed; fitted > 0 {
		fmt.Fprintf(a.stderr, "%d toys in %v (%.3g/s)\n", fitted,
			last.Elapsed.Round(time.Second/10), rate(last))
	}
	return run, nil
}

// figures draws the figures of a run into its folder.
func (a *app) figures(run *analysis.Evaluation) (drawnFigures, error) {
	folder := run.Store().FiguresDir()
	drawn, err := drawFigures(run, folder, methodAxis{})
	fmt.Fprintf(a.stderr, "figures: %s (%d files)\n", folder, len(drawn.files()))
	return drawn, err
}

// parseShard reads I/N; an empty text is no sharding.
func parseShard(text string) (experiments.Shard, error) {
	if text == "" {
		return experiments.Shard{}, nil
	}
	number, count, found := strings.Cut(text, "/")
	i, errNumber := strconv.Atoi(number)
	n, errCount := strconv.Atoi(count)
	if !found || errNumber != nil || errCount != nil || i < 1 || i > n {
		return experiments.Shard{}, usageError("--shard is %q; want I/N, part I of N, with I "+
			"from 1 to N", text)
	}
	return experiments.Shard{Number: i, Count: n}, nil
}

// interrupted says how to go on with a run that was stopped by a signal.
func (a *app) interrupted(store *results.Store, p experiments.Progress) error {
	words := make([]string, len(a.args))
	for i, arg := range a.args {
		words[i] = quote(arg)
	}
	return fmt.Errorf("stopped with %d of %d toys done, which %s keeps; to go on, give the same "+
		"command again:\n  sparker %s",
		p.Done, p.Total, store.Dir(), strings.Join(words, " "))
}

// plainWord is what a shell leaves as it is.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// quote writes an argument as a POSIX shell reads it back.
func quote(arg string) string {
	if plainWord.MatchString(arg) {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}

// loadSweep reads a config from the standard input (-), a file or the shipped ones.
func (a *app) loadSweep(config string, changes configs.Changes) (configs.Sweep, error) {
	if config != "-" {
		return configs.LoadSweep(config, changes)
	}
	text, err := io.ReadAll(a.stdin)
	if err != nil {
		return configs.Sweep{}, fmt.Errorf("reading the config from the standard input: %w", err)
	}
	return configs.LoadSweepBytes("standard input", text, changes)
}

// whereFiles adds to the error of a file that is not there which key says where the files of a
// config are, and, of a shipped config, where they can be had.
func whereFiles(err error, config string, c configs.Sweep) error {
	var missing *tables.MissingFileError
	if !errors.As(err, &missing) {
		return err
	}
	const key = "data.files.folder"
	hint := key + "=FOLDER says where yours are"
	if axis, ok := c.Config.AxisOf(key); ok {
		hint = fmt.Sprintf("%s=LABEL %s, for one LABEL of %s", axis.Name, hint,
			strings.Join(axis.Labels(), ", "))
	}
	if configs.IsShipped(config) {
		hint += "; docs/science/applications.md says where to get them"
	}
	return fmt.Errorf("%w; %s", err, hint)
}

// showSummary prints a summary on stdout, as a table or as JSON.
func (a *app) showSummary(s results.Summary, asJSON bool) error {
	if asJSON {
		return a.printJSON(s)
	}
	printSummary(a.stdout, s)
	return nil
}
