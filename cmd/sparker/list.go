package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"

	"sparker/configs"
	"sparker/experiments"
	"sparker/twosample"
)

func (a *app) listCommand() *cobra.Command {
	var tests bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the shipped configs, or the two-sample tests",
		Long: `list prints the configs that come with the program: how many cells and toys they
have, how long a run takes on this machine with one fit per processor, and what
they are for. The time comes from a few epochs of each kind of fit and is good to
a factor of two. Configs that need files of yours are not timed.

With --tests, list prints the two-sample tests instead: what each of them sees,
what it costs, and where it is published.`,
		Example: `  sparker list
  sparker list --tests`,
		Args: exactly(0, "none"),
		RunE: action(func(ctx context.Context, _ []string) error {
			if tests {
				printMethods(a.stdout, twosample.Methods())
				return nil
			}
			return a.listConfigs(ctx)
		}),
	}
	cmd.Flags().BoolVar(&tests, "tests", false, "list the two-sample tests")
	return cmd
}

// purposeWidth is the number of columns for the purpose of a config, which makes the table fit into
// 120 columns.
const purposeWidth = 56

// listConfigs prints the configs that come with the program.
func (a *app) listConfigs(ctx context.Context) error {
	t := newTable("config", "cells", "toys", "time", "purpose")
	layout := []table.ColumnConfig{{Number: 1}}
	for number := 2; number <= 4; number++ {
		layout = append(layout, table.ColumnConfig{Number: number, Align: text.AlignRight,
			AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(append(layout, table.ColumnConfig{Number: 5, WidthMax: purposeWidth,
		WidthMaxEnforcer: text.WrapSoft}))
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
			duration(seconds / float64(experiments.DefaultWorkers())), entry.Description})
	}
	fmt.Fprintln(a.stdout, t.Render())
	return nil
}

// printMethods writes an entry for each two-sample test.
func printMethods(w io.Writer, methods []twosample.Method) {
	for _, m := range methods {
		fmt.Fprintf(w, "%s (%s)\n", m.Name, m.Title)
		fmt.Fprintf(w, "  %s\n", strings.Join(wrapped(m.About+" "+abilities(m), 78), "\n  "))
		fmt.Fprintf(w, "  cost    %s\n", m.Cost)
		fmt.Fprintf(w, "  source  %s\n\n", strings.Join(wrapped(m.Source, 70), "\n          "))
	}
	fmt.Fprintln(w, "Costs are for n reference rows, m data rows and d columns.")
}

// abilities returns the sentences on whether a method sees the number of data rows, whether it
// takes weights, and whether it can test measured data.
func abilities(m twosample.Method) string {
	text := "It does not see the number of rows."
	if m.Rate {
		text = "In extended counting it also sees the number of rows."
	}
	if m.Weights && !m.Limit {
		text += " It takes weights of rows."
	}
	if m.Limit {
		text += " It must know the density of the background, so it cannot test measured data."
	}
	return text
}

// duration returns a time in seconds as text, to about two figures.
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
