package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"sparker/configs"
	"sparker/experiments"
	"sparker/results"
)

func (a *app) testCommand() *cobra.Command {
	var f runFlags
	var in configs.TestInput
	cmd := &cobra.Command{
		Use:   "test --reference R --data D [key.path=value ...]",
		Short: "Test whether a sample differs from a reference, and where",
		Long: `test asks whether the rows of --data are from the same distribution as those of --reference, or hold a rare,
local anomaly. It prints the p-value with its significance, the statistic at every scale, and what each kernel found.

The files are tables of numbers: .npy, .npz, .csv, .parquet or .h5, with path:key for an array in a container (see
sparker data inspect). Both have the same columns, which are standardised by the reference.

The statistic is calibrated on toys. With --calibration permutation they are the rows of both files, shuffled, which is
exact; with pools, one part of the reference is the reference of all toys, and their data are drawn from the rest. Without the
flag it is pools where the reference is large enough, twenty times the data, and otherwise permutation.

Every key of a config can be set, such as preset=paper, model.kernels=10, train.width.end_factor=0.5,
data.counting=extended data.expected=1000. The run folder holds the config, which sparker run takes too.`,
		Example: `  sparker test --reference trusted.npy --data new.npy
  sparker test --reference all.npz:train --data all.npz:test --toys 1000 --json
  sparker test --reference r.parquet --data d.parquet --columns pt,eta,phi --id d.parquet:event`,
		Args: wants(0, anyNumber, "overrides of the form key.path=value"),
		RunE: action(func(ctx context.Context, args []string) error { return a.test(ctx, args, f, in) }),
	}
	flags := cmd.Flags()
	flags.StringVar(&in.Reference, "reference", "", "the trusted sample")
	flags.StringVar(&in.Data, "data", "", "the sample to test")
	flags.StringSliceVar(&in.Columns, "columns", nil, "columns to take, by name (default: all)")
	flags.BoolVar(&in.DropMissing, "drop-missing", false, "leave out rows with missing values")
	flags.StringVar(&in.ID, "id", "", "where a name for each row of the data is, for members.csv")
	flags.StringVar(&in.Calibration, "calibration", "", "pools or permutation")
	flags.IntVar(&in.Toys, "toys", 200, "null toys: p goes down to 1/(toys + 1)")
	f.define(cmd, "print the result as JSON in place of the tables")
	for _, name := range []string{"data", "reference"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flag is defined above
		}
	}
	return cmd
}

func (a *app) test(ctx context.Context, args []string, f runFlags, in configs.TestInput) error {
	if err := f.check(); err != nil {
		return err
	}
	c, err := configs.LoadTest(in, args)
	if err != nil {
		return err
	}
	store, summary, err := a.execute(ctx, c, experiments.Shard{}, f, func(toys int, d time.Duration) {
		fmt.Fprintf(a.stderr, "%d fits, about %v\n", toys, d.Round(time.Second))
	})
	if err != nil {
		return err
	}
	found, err := experiments.FindingsOf(store)
	if err != nil && !errors.Is(err, fs.ErrNotExist) { // a failed fit has none
		return err
	}
	var text bytes.Buffer
	printTest(&text, store.Manifest().Cells[0], summary.Cells[0])
	printFindings(&text, found)
	if f.asJSON {
		err = a.printJSON(testRecord{summary, found})
	} else {
		_, err = a.stdout.Write(text.Bytes())
	}
	if err != nil {
		return err
	}
	if err := results.WriteFile(filepath.Join(store.Dir(), reportName), report(in, store.Manifest(), text.String(), !f.noFigures)); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "results: %s\n", store.Dir())
	if f.noFigures {
		return nil
	}
	return a.figures(store, summary)
}

const reportName = "report.md"

// report is what a test prints, with what it was made from and the figures.
func report(in configs.TestInput, m results.Manifest, text string, figures bool) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Does %s differ from %s?\n\n```\n%s```\n\n", in.Data, in.Reference, text)
	if figures {
		for _, figure := range []string{"where", "members", "null-scales", "fit-observed-0-0-trajectory"} {
			fmt.Fprintf(&b, "![%s](%s/%s.png)\n", figure, figuresFolder, figure)
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "Rows of each kernel: members.csv. Everything else: findings.json, summary.json. Made by sparker %s with seed %d from\n\n", m.Versions["sparker"], m.Seed)
	for _, path := range slices.Sorted(maps.Keys(m.Inputs)) {
		fmt.Fprintf(&b, "- %s (SHA-256 %s)\n", path, m.Inputs[path])
	}
	fmt.Fprintf(&b, "\nand the config\n\n```yaml\n%s```\n", m.Config)
	return b.Bytes()
}

// testRecord is what test prints as JSON: summary.json and findings.json.
type testRecord struct {
	Summary  results.Summary  `json:"summary"`
	Findings results.Findings `json:"findings"`
}

// printTest writes the result of the test of an observed sample.
func printTest(w io.Writer, cell results.Cell, s results.CellSummary) {
	pools, observed := cell.Pools, s.Observed
	fmt.Fprintf(w, "%d observed rows against %d reference rows, %d columns; %d null toys by %s\n",
		observed.Events, pools.Reference, len(cell.Columns), s.Null.Toys, pools.Calibration)
	t := newTable("sigma", "statistic", "observed", "null mean", "p alone")
	for i, scale := range s.Scales {
		statistic, value := "t", "-"
		if scale.Statistic != "" {
			statistic = scale.Statistic
		}
		if i < len(observed.T) {
			value = fmt.Sprintf("%.4g", observed.T[i])
		}
		t.AppendRow(table.Row{fmt.Sprintf("%.4g", scale.Sigma), statistic, value, fmt.Sprintf("%.4g", scale.Mean), fmt.Sprintf("%.4g", observed.ScaleP[i])})
	}
	fmt.Fprintln(w, t.Render())
	fmt.Fprintln(w, verdict(*observed, s.Null.Toys))
	for _, warning := range s.Warnings {
		fmt.Fprintf(w, "warning: %s\n", warning)
	}
}

// printFindings writes a row for each kernel, the most significant first.
func printFindings(w io.Writer, f results.Findings) {
	if len(f.Kernels) == 0 {
		return
	}
	fmt.Fprintf(w, "what the kernels hold at sigma = %.3g (%s); their significance Z is local, the p-value above is what counts\n", f.Sigma, f.LengthUnit)
	t := newTable("kernel", "coefficient", "data", "expected", "local Z", "nearest rows", "differs in")
	for _, k := range f.Kernels {
		var rows, columns []string
		for _, m := range k.Nearest[:min(4, len(k.Nearest))] {
			name := m.ID
			if name == "" {
				name = fmt.Sprint(m.Row)
			}
			rows = append(rows, name)
		}
		for _, c := range k.Bulk[:min(3, len(k.Bulk))] {
			columns = append(columns, fmt.Sprintf("%s %+.1f sd", c.Name, c.Bulk))
		}
		t.AppendRow(table.Row{k.Kernel, fmt.Sprintf("%.3g", k.Coefficient), fmt.Sprintf("%.1f", k.Soft.Data), fmt.Sprintf("%.1f", k.Soft.Expected),
			fmt.Sprintf("%.1f", k.Soft.Z), strings.Join(rows, ", "), strings.Join(columns, ", ")})
	}
	fmt.Fprintln(w, t.Render())
	for _, warning := range f.Warnings {
		fmt.Fprintf(w, "note: %s\n", warning)
	}
}

// verdict is the global p-value of an observed sample in words.
func verdict(o results.ObservedSummary, toys int) string {
	switch {
	case o.Status != results.StatusOK:
		return fmt.Sprintf("p = 1: the fit of the observed sample failed (%s)", o.Reason)
	case o.ZBound:
		return fmt.Sprintf("p <= %.3g: none of the %d toys was as extreme; Z > %.2f (more toys go further)", o.P, toys, o.Z)
	default:
		return fmt.Sprintf("p = %.3g, Z = %.2f", o.P, o.Z)
	}
}
