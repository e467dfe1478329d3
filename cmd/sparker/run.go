package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sparker/analysis"
	"sparker/configs"
	"sparker/experiments"
	"sparker/results"
)

func (a *app) runCommand() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run CONFIG [key.path=value ...]",
		Short: "Draw and test the toys of a config, and measure the power",
		Long: `run draws and tests the toys of a config, computes the power of the test with its
intervals, draws figures, and writes a report (report.html). CONFIG is the name
of a shipped config (sparker list prints them), the path of a YAML file, or - for
the standard input. Every key of the config can be set on the command line.

A config with a sweep describes several experiments, its cells. -S adds an axis
to the sweep. All cells are checked before the first toy. Cells that need the
same toy share it.

The run folder is named after the name and the digest of the config and of the
files that it names. The same command continues a run that was stopped, and
summarizes a complete run again without any fit.

With --shard I/N, each of N processes fits its own part of the toys, either into
the same run folder or, with --dir, into a folder of its own; sparker merge
combines such folders. With --shard auto/N, the number of the part is that of the
task in a job array of Slurm (SLURM_ARRAY_TASK_ID, from 1) or of an Indexed Job of
Kubernetes (JOB_COMPLETION_INDEX, from 0). --shard auto takes N from Slurm, too:
the part is the place of the task in the array. N may differ from one attempt to
the next: toys that are stored are not fitted again.`,
		Example: `  sparker run quickstart
  sparker run quickstart train.epochs=300 toys.signal=[0,10] -j 4
  sparker run paper/exp1d -S loss.kind=np,bce,mse -S model.softmax=true,false
  sparker run paper/losses anomaly=tail --shard 1/4
  sparker run paper/losses --shard auto/16 --dir losses
  sparker run my.yaml --out /scratch/runs --json > summary.json`,
		Args: atLeast(1, aConfig),
		RunE: action(func(ctx context.Context, args []string) error {
			return a.run(ctx, args, f)
		}),
	}
	f.define(cmd)
	f.defineShard(cmd)
	return cmd
}

func (a *app) run(ctx context.Context, args []string, f runFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	shard, err := f.part()
	if err != nil {
		return err
	}
	c, err := a.loadSweep(args[0], configs.Changes{Overrides: args[1:], Sweeps: f.sweeps})
	if err != nil {
		return err
	}
	run, err := a.execute(ctx, c, f, experiments.RunOptions{Shard: shard})
	if err != nil {
		return withFolder(err, args[0], c)
	}
	summary, err := run.Summary()
	if noNullToys(err) { // the shard is done; other shards have them
		fmt.Fprintf(a.stderr, "%s\nresults: %s\n", message(err), run.Store().Dir())
		return nil
	}
	if err != nil {
		return err
	}
	if err := a.showSummary(summary, f.asJSON); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "results: %s\n", run.Store().Dir())
	if shard.Count <= 1 || summary.Complete {
		if !f.noFigures {
			_, err = a.figures(run)
		}
		err = errors.Join(err, a.showPage(run, f))
	}
	return errors.Join(err, checkAnswers(summary))
}

// execute runs a sweep and shows its progress. The flags complete the options.
func (a *app) execute(ctx context.Context, c configs.Sweep, f runFlags,
	o experiments.RunOptions) (*analysis.Evaluation, error) {
	shown := newDisplay(f.progress, a.screen)
	var last experiments.Progress
	o.Out, o.Dir, o.Workers = f.out, f.dir, f.jobs
	o.Warn = func(text string) { fmt.Fprintf(a.stderr, "warning: %s\n", text) }
	o.Progress = func(p experiments.Progress) {
		last = p
		a.fits.update(p)
		shown.update(p)
	}
	a.fits.begin(f.workers(), shown.note)
	a.kept = "the run folder"
	store, run, err := experiments.Run(ctx, c, o)
	a.fits.end()
	shown.close()
	if store != nil {
		a.kept = store.Dir()
	}
	if err == nil && ctx.Err() != nil { // the last fit ended after the signal
		err = context.Cause(ctx)
	}
	if stopped(ctx, err) && store != nil {
		err = &commandError{err: a.interrupted(store, last), code: stopCode(ctx)}
	}
	if err != nil {
		return nil, err
	}
	if fitted := last.Done - last.Resumed; fitted > 0 {
		fmt.Fprintf(a.stderr, "%s in %v (%.3g/s)\n", count(fitted, "toy"),
			last.Elapsed.Round(time.Second/10), rate(last))
	}
	return run, nil
}

// interrupted returns the error of a run that a signal stopped. It tells how to continue.
func (a *app) interrupted(store *results.Store, p experiments.Progress) error {
	most := ""
	if p.AtMost {
		most = "at most "
	}
	return fmt.Errorf("stopped with %d of %s%d toys done, which are kept in %s; to continue, give "+
		"the same command again:\n  %s", p.Done, most, p.Total, store.Dir(), a.commandLine())
}

// plainWord matches what a shell leaves as it is.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// quote returns an argument in the form in which a POSIX shell reads it back.
func quote(arg string) string {
	if plainWord.MatchString(arg) {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}
