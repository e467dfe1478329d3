package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"sparker/analysis"
	"sparker/results"
)

func (a *app) mergeCommand() *cobra.Command {
	var out string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "merge RUN RUN ... --out FOLDER",
		Short: "Combine the parts of one run from several folders",
		Long: `merge copies the toys and fits of several folders of one run into the folder
--out and summarizes it. The folders stay as they are, and merging again changes
nothing. The folders must be of the same config. It is an error if two of them
hold the same toy with different numbers; nothing is written then. A folder that
is empty, as that of a part that was killed at its start, is left out, and a
message says so.

If toys are missing, the summary says that it is incomplete, the exit code is 3,
and the last message says which toys and which parts are missing, and what makes
them.`,
		Example: `  sparker run paper/losses --shard 1/2 --dir a
  sparker run paper/losses --shard 2/2 --dir b
  sparker merge a b --out whole`,
		Args: atLeast(1, "RUN folders"),
		RunE: action(func(_ context.Context, args []string) error {
			return a.merge(args, out, asJSON)
		}),
	}
	cmd.Flags().StringVar(&out, "out", "", "write the whole run into `FOLDER`")
	require(cmd, "out")
	defineJSON(cmd, &asJSON)
	return cmd
}

func (a *app) merge(dirs []string, out string, asJSON bool) error {
	stores, err := a.openParts(dirs)
	if err != nil {
		return err
	}
	merged, err := results.Merge(out, stores)
	if err != nil {
		return err
	}
	shards, err := shardsOf(append(stores, merged)...)
	if err != nil {
		return err
	}
	run, err := analysis.Open(merged)
	if err != nil {
		return err
	}
	summary, err := run.Summary()
	if noNullToys(err) {
		fmt.Fprintf(a.stderr, "%s\nresults: %s\n", message(err), merged.Dir())
		return checkMissing(run, summary, shards)
	}
	if err != nil {
		return err
	}
	if err := run.Write(); err != nil {
		return err
	}
	if err := run.Finish(time.Now().UTC()); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "results: %s\n", merged.Dir())
	if err := a.showSummary(summary, asJSON); err != nil {
		return err
	}
	return checkMissing(run, summary, shards)
}

// openParts opens the run folders of the parts of a run. Folders in which none was begun are left
// out with a message, unless that is so for all of them.
func (a *app) openParts(dirs []string) ([]*results.Store, error) {
	begun := slices.DeleteFunc(slices.Clone(dirs), results.IsUnbegun)
	if len(begun) == 0 {
		begun = dirs
	}
	stores, err := openRuns(begun)
	if err != nil {
		return nil, err
	}
	for _, dir := range dirs {
		if !slices.Contains(begun, dir) {
			fmt.Fprintf(a.stderr, "left out: %s is empty\n", dir)
		}
	}
	return stores, nil
}
