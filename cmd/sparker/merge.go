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
		Use:   "merge RUN RUN ... --out DIR",
		Short: "Put parts of one run, made in several folders, into one",
		Long: `merge puts the toys and fits of several folders of one run into the folder --out and summarizes it. The folders are
left as they are, and merging again changes nothing. Folders of different configs, and a toy that two folders hold
with different numbers, are errors; nothing is written then.`,
		Example: `  sparker run paper/losses --shard 1/2 --dir a
  sparker run paper/losses --shard 2/2 --dir b
  sparker merge a b --out whole`,
		Args: wants(1, anyNumber, "RUN folders"),
		RunE: action(func(_ context.Context, args []string) error {
			stores, err := openRuns(args)
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
			if err == nil {
				err = run.Write()
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stderr, "results: %s\n", merged.Dir())
			return a.showSummary(summary, asJSON)
		}),
	}
	cmd.Flags().StringVar(&out, "out", "", "folder for the whole")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the summary as JSON in place of the table")
	if err := cmd.MarkFlagRequired("out"); err != nil {
		panic(err) // the flag is defined above
	}
	return cmd
}
