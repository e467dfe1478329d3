package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"sparker/configs"
	"sparker/experiments"
	"sparker/plots"
	"sparker/results"
)

// figuresFolder is where the figures of a run go.
const figuresFolder = "figures"

func (a *app) summariseCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "summarise RUN",
		Short: "Work out the power from the toys that a run has, without a fit",
		Long: `summarise reads the toys of a run folder and works out p-values, power and intervals again. It also reads a
run that was stopped, or one that is still going on; the summary then says that it is incomplete.`,
		Args: wants(1, 1, "a RUN folder"),
		RunE: action(func(_ context.Context, args []string) error {
			store, err := openRun(args[0])
			if err != nil {
				return err
			}
			summary, err := experiments.Summarise(store)
			if err != nil {
				return err
			}
			return a.showSummary(summary, asJSON)
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the summary as JSON in place of the table")
	return cmd
}

func (a *app) plotCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "plot RUN",
		Short: "Draw the figures of a run",
		Long: `plot draws every figure that the records of a run folder allow, as PNG and SVG, and prints their paths. It
also takes a run that was stopped, or one that is still going on.`,
		Args: wants(1, 1, "a RUN folder"),
		RunE: action(func(_ context.Context, args []string) error {
			store, err := openRun(args[0])
			if err != nil {
				return err
			}
			summary, err := experiments.Summarise(store)
			if err != nil {
				return err
			}
			if out == "" {
				out = filepath.Join(store.Dir(), figuresFolder)
			}
			paths, err := drawFigures(store, summary, out)
			for _, path := range paths {
				fmt.Fprintln(a.stdout, path)
			}
			return err
		}),
	}
	cmd.Flags().StringVar(&out, "out", "", "folder for the figures (default RUN/figures)")
	return cmd
}

// drawFigures draws what the records of a run allow and returns the paths of the files, also beside an error.
func drawFigures(store *results.Store, summary results.Summary, folder string) ([]string, error) {
	toys, err := store.Toys()
	if err != nil {
		return nil, err
	}
	fits, err := store.Fits()
	if err != nil {
		return nil, err
	}
	return plots.RunFigures(folder, summary, toys, fits, store.Manifest())
}

// openRun opens a run folder that the user named.
func openRun(dir string) (*results.Store, error) {
	store, err := results.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, badInput(err)
	}
	return store, err
}

// runConfig is the config that a run was made with.
func runConfig(store *results.Store) (configs.Experiment, error) {
	m := store.Manifest()
	e, err := configs.LoadBytes(filepath.Join(store.Dir(), "manifest.json"), []byte(m.Config), nil)
	if err != nil {
		return configs.Experiment{}, fmt.Errorf("reading the config of the run: %w", err)
	}
	digest, err := e.Digest()
	if err != nil {
		return configs.Experiment{}, err
	}
	if digest != m.Digest {
		return configs.Experiment{}, fmt.Errorf("the config of %s has digest %s, but its manifest says %s: the run was made by another version of sparker", store.Dir(), digest, m.Digest)
	}
	return e, nil
}
