package main

import (
	"context"
	"fmt"

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
hold the same toy with different numbers; nothing is written then.`,
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
	stores, err := openRuns(dirs)
	if err != nil {
		return err
	}
	merged, err := results.Merge(out, stores)
	if err != nil {
		return err
	}
	run, err := analysis.Open(merged)
	if err != nil {
		return err
	}
	summary, err := run.Summary()
	if err != nil {
		return err
	}
	if err := run.Write(); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "results: %s\n", merged.Dir())
	return a.showSummary(summary, asJSON)
}
