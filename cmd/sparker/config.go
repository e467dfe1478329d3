package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"sparker/configs"
	"sparker/experiments"
)

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Check and show configs, and explain their keys",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("config wants a command: check, show, explain or schema")
			}
			return fmt.Errorf("unknown command %q for %q; want check, show, explain or schema",
				args[0], cmd.CommandPath())
		},
		RunE: func(*cobra.Command, []string) error { return nil }, // Args always fails before
	}
	cmd.AddCommand(a.checkCommand(), a.showCommand(), a.explainCommand(), a.schemaCommand())
	return cmd
}

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check CONFIG [key.path=value ...]",
		Short: "List everything that is wrong with a config",
		Args:  wants(1, anyNumber, "a CONFIG, then overrides of the form key.path=value"),
		RunE: action(func(_ context.Context, args []string) error {
			c, err := a.loadSweep(args[0], configs.Changes{Overrides: args[1:]})
			if err != nil {
				return err
			}
			digest, err := c.Digest()
			if err != nil {
				return err
			}
			cells := ""
			if n := len(c.Cells); n > 1 {
				cells = fmt.Sprintf(", %d cells", n)
			}
			fmt.Fprintf(a.stdout, "%s: the config is valid (digest %s%s)\n", c.Base.Name, digest,
				cells)
			return nil
		}),
	}
}

func (a *app) showCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show CONFIG [key.path=value ...]",
		Short: "Print the resolved config as YAML; it runs again as it is",
		Args:  wants(1, anyNumber, "a CONFIG, then overrides of the form key.path=value"),
		RunE: action(func(_ context.Context, args []string) error {
			c, err := a.loadSweep(args[0], configs.Changes{Overrides: args[1:]})
			if err != nil {
				return err
			}
			text, err := c.YAML()
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(text)
			return err
		}),
	}
}

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print a JSON Schema of configs, for editors",
		Long: `schema prints a JSON Schema (draft-07) of configs. An editor that knows YAML schemas
completes and checks keys with it. Save it next to a config, and begin the config with the line

    # yaml-language-server: $schema=config.schema.json`,
		Args: wants(0, 0, "none"),
		RunE: action(func(context.Context, []string) error {
			text, err := configs.Schema()
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(text)
			return err
		}),
	}
}

func (a *app) listCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the configs that come with the program, with their sizes",
		Long: `list names the configs that come with the program: their cells, their toys, the time that a run takes here with
one fit per processor, from a few epochs of each kind of fit (good to a factor of two), and their purpose. Those that need
files of yours are not timed.`,
		Args: wants(0, 0, "none"),
		RunE: action(func(ctx context.Context, _ []string) error {
			t := newTable("config", "cells", "toys", "time", "purpose")
			t.SetColumnConfigs([]table.ColumnConfig{
				{Number: 1}, {Number: 2, Align: text.AlignRight},
				{Number: 3, Align: text.AlignRight}, {Number: 4, Align: text.AlignRight},
				{Number: 5},
			})
			for _, entry := range configs.Shipped() {
				if err := ctx.Err(); err != nil {
					return err
				}
				if slices.ContainsFunc(entry.Sweep.Cells,
					func(c configs.Cell) bool { return !c.Experiment.Data.Generated() }) {
					t.AppendRow(table.Row{entry.Name, len(entry.Sweep.Cells), "-", "needs files",
						entry.Description})
					continue
				}
				toys, seconds, err := experiments.Estimate(entry.Sweep)
				if err != nil {
					return err
				}
				t.AppendRow(table.Row{entry.Name, len(entry.Sweep.Cells), toys,
					duration(seconds / float64(runtime.GOMAXPROCS(0))), entry.Description})
			}
			fmt.Fprintln(a.stdout, t.Render())
			return nil
		}),
	}
}

// duration is a time in seconds as text, to two figures or so.
func duration(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	switch {
	case d < 10*time.Second:
		return d.Round(100 * time.Millisecond).String()
	case d < time.Minute:
		return d.Round(time.Second).String()
	default:
		return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	}
}
