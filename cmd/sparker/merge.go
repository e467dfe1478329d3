package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
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
--out and summarizes it. A folder that holds them stands for them, so that parts
is as good as parts/*. The folders stay as they are, and merging again changes
nothing. The folders must be of the same config. It is an error if two of them
hold the same toy with different numbers; nothing is written then. Files, and
folders that are empty, as that of a part that was killed at its start, are left
out, and a message says so.

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
	if err := checkWhole(out, stores); err != nil {
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

// checkWhole returns an error if the folder of the whole run is that of a part, or inside of one:
// the parts stay as they are.
func checkWhole(out string, parts []*results.Store) error {
	absolute, err := filepath.Abs(out)
	if err != nil {
		return badInput(err)
	}
	for _, part := range parts {
		own, err := os.Stat(part.Dir())
		if err != nil {
			return fmt.Errorf("looking for the part %s: %w", part.Dir(), err)
		}
		for up := absolute; ; up = filepath.Dir(up) {
			if info, err := os.Stat(up); err == nil && os.SameFile(info, own) {
				return usageError("--out %s is in the part %s, which stays as it is; choose "+
					"another folder", out, part.Dir())
			}
			if up == filepath.Dir(up) {
				break
			}
		}
	}
	return nil
}

// partsOf returns folders, with the content of those that are not run folders and hold some.
func partsOf(dirs []string) ([]string, error) {
	var all []string
	for _, dir := range dirs {
		if results.IsRun(dir) || len(runsIn(dir)) == 0 {
			all = append(all, dir)
			continue
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, fmt.Errorf("looking for the parts in %s: %w", dir, err)
		}
		for _, entry := range entries {
			all = append(all, filepath.Join(dir, entry.Name()))
		}
	}
	return all, nil
}

// openParts opens the run folders of the parts of a run. Files, and folders in which no run was
// begun, are left out with a message, unless nothing else is there.
func (a *app) openParts(dirs []string) ([]*results.Store, error) {
	dirs, err := partsOf(dirs)
	if err != nil {
		return nil, err
	}
	begun := slices.DeleteFunc(slices.Clone(dirs), func(dir string) bool {
		return results.IsUnbegun(dir) || isFile(dir)
	})
	if len(begun) == 0 {
		begun = dirs
	}
	stores, err := openRuns(begun)
	if err != nil {
		return nil, err
	}
	for _, dir := range dirs {
		if !slices.Contains(begun, dir) {
			what := "is empty"
			if isFile(dir) {
				what = "is a file"
			}
			fmt.Fprintf(a.stderr, "left out: %s %s\n", dir, what)
		}
	}
	return stores, nil
}
