package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sparker/analysis"
	"sparker/plots"
	"sparker/results"
)

func (a *app) plotCommand() *cobra.Command {
	var out string
	var methods methodAxis
	var look lookFlags
	var moving motion
	cmd := &cobra.Command{
		Use:   "plot RUN",
		Short: "Draw the figures of a run",
		Long: `plot draws every figure that the records of a run folder allow, as PNG and SVG,
with its numbers as CSV, and prints the paths of the files. The run may be finished,
stopped or under way.

--size makes the figures for a column (86 mm) or a page (178 mm) of a paper, or
for a slide (16:9), with text that can be read there. Figures of many panels have
the width of a page in a column too. --bare leaves out titles and captions, and
writes them, with the warnings in them, into a text file next to each figure.

--animate shows the training of each recorded fit: the kernels as circles of the
radius sigma that move over the rows, and the width and t with the epoch. It
writes an animated GIF and a folder with the frames as SVG, for slides.

If one axis of a sweep lists tests and one other axis varies, plot also draws
the power of each test, its regret (how far its power is below that of the best
test), and power against computing time. The axis of the tests is test.method or
method, or the one of --by. Limits do not compete for the best: these are tests
that are told the density of the background, or the arms of --limit.`,
		Example: `  sparker plot runs/quickstart-0123abcd
  sparker plot runs/methods-0123abcd --by method --limit scan --out figures
  sparker plot runs/quickstart-0123abcd --size column --format pdf,svg --bare
  sparker plot runs/quickstart-0123abcd --animate --size slide`,
		Args: exactly(1, "a RUN folder"),
		RunE: action(func(_ context.Context, args []string) error {
			style, err := look.style()
			if err != nil {
				return err
			}
			if err := moving.check(); err != nil {
				return err
			}
			return a.plot(args[0], plots.Output{Dir: out, Style: style}, methods, moving)
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&out, "out", "", "write the figures into `FOLDER` (default RUN/figures, "+
		"and RUN/figures/SIZE for another --size than screen)")
	look.add(flags)
	moving.add(flags)
	flags.StringVar(&methods.by, "by", "", "the `AXIS` whose arms are compared with the best "+
		"(default: test.method or method, if one other axis varies)")
	flags.StringArrayVar(&methods.limits, "limit", nil, "the arm `LABEL` is a limit: it does not "+
		"compete for the best (can be repeated; default: the tests that are limits)")
	return cmd
}

func (a *app) plot(dir string, to plots.Output, methods methodAxis, moving motion) error {
	run, err := evaluateRun(dir)
	if err != nil {
		return err
	}
	if err := methods.check(run.Store().Manifest().Axes); err != nil {
		return err
	}
	if to.Dir == "" {
		to.Dir = run.Store().FiguresDir()
		if to.Size != plots.Screen {
			to.Dir = filepath.Join(to.Dir, to.Size.String())
		}
	} else if err := checkFolder(to.Dir); err != nil {
		return err
	}
	scenes, err := moving.scenes(run.Store(), to)
	if err != nil {
		return err
	}
	if err := a.writeSummary(run); err != nil {
		return err
	}
	drawn, err := drawFigures(run, to, methods)
	for _, path := range drawn.files() {
		fmt.Fprintln(a.stdout, path)
	}
	return errors.Join(err, a.animate(scenes))
}

// methodAxis is the axis of a sweep whose arms are tests, together with the arms that are limits.
type methodAxis struct {
	by     string // empty: one of the usual names
	limits []string
}

// check returns an error if the sweep does not have the axis.
func (m methodAxis) check(axes []results.AxisRecord) error {
	var names []string
	for _, a := range axes {
		names = append(names, a.Name)
	}
	switch {
	case m.by != "" && len(axes) == 0:
		return usageError("--by is %q; the run has no sweep", m.by)
	case m.by != "" && !slices.Contains(names, m.by):
		return usageError("--by is %q; the axes of the run are %s", m.by, strings.Join(names, ", "))
	case m.limits != nil && m.of(axes) == "":
		return usageError("--limit needs an axis of tests; name it with --by")
	}
	return nil
}

// of returns the name of the axis. It is empty if there is none.
func (m methodAxis) of(axes []results.AxisRecord) string {
	if m.by != "" {
		return m.by
	}
	varied := slices.DeleteFunc(slices.Clone(axes),
		func(a results.AxisRecord) bool { return len(a.Labels) < 2 })
	if len(varied) != 2 {
		return ""
	}
	for _, name := range []string{"test.method", "method"} {
		if slices.ContainsFunc(varied,
			func(a results.AxisRecord) bool { return a.Name == name }) {
			return name
		}
	}
	return ""
}

// addRegret adds the regret to the comparison by the axis. That there is none is an error only if
// the user asked for it.
func (m methodAxis) addRegret(c *results.Comparison) error {
	r, err := analysis.Regret(*c, 0, m.limits)
	var question *analysis.QuestionError
	if errors.As(err, &question) && m.by == "" && m.limits == nil {
		return nil
	}
	if err == nil {
		c.Regret = &r
	}
	return err
}
