package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"sparker/analysis"
)

func (a *app) summarizeCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "summarize RUN",
		Aliases: []string{"summarise"}, // the spelling until November 2026
		Short:   "Compute the power again from the stored toys of a run",
		Long: `summarize computes p-values, power and intervals again from the toys of a run
folder, without any fit, and writes summary.json. The run may be finished,
stopped or under way; the summary of a run that lacks toys says that it is
incomplete. Then the exit code is 3, and the last message says which toys and
which parts of the run are missing, and what makes them.`,
		Args: exactly(1, "a RUN folder"),
		RunE: action(func(_ context.Context, args []string) error {
			return a.summarize(args[0], asJSON)
		}),
	}
	defineJSON(cmd, &asJSON)
	return cmd
}

func (a *app) summarize(dir string, asJSON bool) error {
	run, err := evaluateRun(dir)
	if err != nil {
		return err
	}
	shards, err := shardsOf(run.Store())
	if err != nil {
		return err
	}
	summary, err := run.Summary()
	if noNullToys(err) {
		fmt.Fprintln(a.stderr, message(err))
		return checkMissing(run, summary, shards)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(a.showSummary(summary, asJSON), a.writeSummary(run)); err != nil {
		return err
	}
	return checkMissing(run, summary, shards)
}

// noNullToys reports whether an error is that of a run that has no null toys yet.
func noNullToys(err error) bool {
	var none *analysis.NoToysError
	return errors.As(err, &none)
}
