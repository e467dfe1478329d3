// Command sparker runs the experiments of package experiments: it reads a YAML config, draws toys,
// fits them, and writes the power of the test with its intervals into a run folder. `sparker help`
// lists what it can do.
//
// Results go to stdout; progress, messages and errors go to stderr. The exit code is 0 when
// everything went well, 2 when the command line, the config or an input file is wrong (nothing was
// done then), and 1 for any other failure. A run that was stopped goes on when the same command is
// given again.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"sparker/analysis"
	"sparker/configs"
	"sparker/experiments"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // from then on, a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// The exit codes.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

// app is what the commands share.
type app struct {
	args           []string // the command line, without the program's name
	stdin          io.Reader
	stdout, stderr io.Writer
}

// run is the whole program. Canceling ctx stops it cleanly.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	out := &checkedWriter{w: stdout}
	a := &app{args: args, stdin: stdin, stdout: out, stderr: stderr}
	root := a.rootCommand()
	root.SetArgs(append([]string{}, args...)) // never nil: cobra would take os.Args
	root.SetIn(stdin)
	root.SetOut(out)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	code := exitOK
	var failed *commandError
	switch {
	case errors.As(err, &failed):
		code = failed.code
		message := strings.TrimPrefix(failed.err.Error(), "sparker: ") // of the package at the root
		fmt.Fprintf(stderr, "sparker: %s\n", message)
		if failed.hint {
			printHint(stderr, cmd)
		}
	case err != nil: // from cobra: an unknown command or flag, a missing argument
		code = exitUsage
		fmt.Fprintf(stderr, "sparker: %s\n", strings.TrimSpace(err.Error()))
		printHint(stderr, cmd)
	}
	if out.err != nil && code == exitOK {
		code = exitFailure
		fmt.Fprintf(stderr, "sparker: writing the output: %v\n", out.err)
	}
	return code
}

func printHint(w io.Writer, cmd *cobra.Command) {
	fmt.Fprintf(w, "Run '%s --help' for usage.\n", cmd.CommandPath())
}

// rootCommand builds the tree of commands.
func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "sparker",
		Short: "Sparse Gaussian kernels that look for rare, local anomalies in a data sample",
		Long: `sparker asks whether a data sample is drawn from the same distribution as a reference sample, or holds a
rare, local anomaly, and where. It fits a few Gaussian kernels to the log-density ratio of the two and
calibrates the resulting statistic on toys (arXiv:2511.03095).

  sparker run quickstart     one experiment from toys to a power curve`,
		Version:       experiments.Versions()["sparker"],
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("sparker {{.Version}}\n")
	root.AddCommand(a.runCommand(), a.planCommand(), a.statusCommand(), a.mergeCommand(),
		a.summarizeCommand(), a.compareCommand(), a.plotCommand(),
		a.testCommand(), a.configCommand(), a.dataCommand(), a.listCommand(), a.toyCommand(),
		a.fitCommand(), a.versionCommand())
	return root
}

// commandError is the failure of a command that was called correctly, or (with a hint) was not.
type commandError struct {
	err  error
	code int
	hint bool // add where to read about the usage
}

func (e *commandError) Error() string { return e.err.Error() }
func (e *commandError) Unwrap() error { return e.err }

// usageError is a command line that makes no sense.
func usageError(format string, args ...any) error {
	return &commandError{err: fmt.Errorf(format, args...), code: exitUsage, hint: true}
}

// badInput is an input that the user named and that cannot be used: a config, or a folder that
// holds no run.
func badInput(err error) error { return &commandError{err: err, code: exitUsage} }

// action makes cobra's RunE of a command. An error without a code of its own is a failure at run
// time, unless it says what is wrong with a config or a file of the user's.
func action(f func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := f(cmd.Context(), args)
		var coded *commandError
		var config *configs.Error
		var input *experiments.InputError
		var question *analysis.QuestionError
		switch {
		case err == nil, errors.As(err, &coded):
			return err
		case stopped(cmd.Context(), err):
			return &commandError{err: errors.New("stopped"), code: exitFailure}
		case errors.As(err, &config), errors.As(err, &input), errors.As(err, &question):
			return badInput(withRemedy(err))
		default:
			return &commandError{err: err, code: exitFailure}
		}
	}
}

// stopped says whether an error is that of a context that was canceled.
func stopped(ctx context.Context, err error) bool {
	return ctx.Err() != nil && (errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx)))
}

// wants checks the number of arguments; what says which ones are wanted.
func wants(least, most int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return fmt.Errorf("an argument is missing; want %s", what)
		case most >= 0 && len(args) > most:
			return fmt.Errorf("too many arguments, from %q on; want %s", args[most], what)
		}
		return nil
	}
}

// anyNumber is the upper end of wants where there is none.
const anyNumber = -1

// checkedWriter keeps the first error, so that no write has to be checked on its own.
type checkedWriter struct {
	w   io.Writer
	err error
}

func (c *checkedWriter) Write(p []byte) (int, error) {
	if c.err == nil {
		_, c.err = c.w.Write(p)
	}
	return len(p), nil
}
