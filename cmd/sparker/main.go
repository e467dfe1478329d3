// Command sparker tests whether a data sample differs from a reference, and measures the power of
// such tests on toys. `sparker help` lists its commands.
//
// Results go to the standard output; progress, messages and errors go to the standard error. The
// exit code is 0 after success. It is 2 if the command line, the config or an input file is wrong;
// nothing has been done then. It is 3 if merge or summarize finds that toys are missing, and if
// test --exit-code finds a difference. It is 70 after a fault of the program, and 130 after SIGINT.
// After SIGTERM it is 75 if the same command continues what the signal ended, which is so for run
// and for test with a run folder, and 143 otherwise. SIGUSR1 is SIGTERM to the former and nothing
// to the latter. It is 1 after any other failure.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"sparker/experiments"
	"sparker/internal/crash"
)

func main() {
	a := newApp(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	os.Exit(a.main(a.stopOnSignals()))
}

// app holds what the commands share.
type app struct {
	args   []string // the command line, without the program's name
	stdin  io.Reader
	stdout *checkedWriter
	stderr io.Writer
	screen io.Writer // the standard error as it is, for the bar of the progress
	fits   fitsUnderWay
	kept   string // where the toys of the run are that is being made; empty if there is none
}

func newApp(args []string, stdin io.Reader, stdout, stderr io.Writer) *app {
	return &app{args: args, stdin: stdin, stdout: &checkedWriter{w: cleanWriter{stdout}},
		stderr: cleanWriter{stderr}, screen: stderr}
}

// run is the whole program; it returns the exit code. Canceling ctx stops it cleanly.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return newApp(args, stdin, stdout, stderr).main(ctx)
}

// main executes the command line and returns the exit code.
func (a *app) main(ctx context.Context) int {
	root := a.rootCommand()
	if slices.ContainsFunc(a.args, isCompletionRequest) {
		addCompletion(root)
	}
	root.SetArgs(append([]string{}, a.args...)) // nil would make cobra take os.Args
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	cmd, err := execute(ctx, root)
	code := exitOK
	if err != nil {
		code = a.report(cmd, err)
	}
	if a.stdout.err != nil && code == exitOK {
		code = exitFailure
		fmt.Fprintf(a.stderr, "sparker: writing the output: %v\n", a.stdout.err)
	}
	return code
}

// execute executes a command. A panic becomes an error.
func execute(ctx context.Context, root *cobra.Command) (cmd *cobra.Command, err error) {
	defer crash.Catch(&err)
	return root.ExecuteContextC(ctx)
}

// report prints an error and returns the exit code that it asks for.
func (a *app) report(cmd *cobra.Command, err error) int {
	var fault *crash.Fault
	if errors.As(err, &fault) {
		a.reportFault(fault)
		return exitFault
	}
	var failed *commandError
	if !errors.As(err, &failed) { // an error of cobra's, such as an unknown command
		failed = &commandError{err: withSuggestions(err), code: exitUsage, hint: true}
	}
	if failed.printed {
		return failed.code
	}
	fmt.Fprintf(a.stderr, "sparker: %s\n", message(failed.err))
	if failed.hint {
		fmt.Fprintf(a.stderr, "Run '%s --help' for usage.\n", cmd.CommandPath())
	}
	return failed.code
}

// The groups of commands in the help.
const (
	groupTest  = "test"
	groupPower = "power"
	groupInfo  = "info"
)

// rootCommand returns the tree of commands.
func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "sparker",
		Short: "Sparse Gaussian kernels that look for rare, local anomalies in a data sample",
		Long: `sparker tests whether a data sample has the same distribution as a reference
sample, or holds a rare, local anomaly, and shows where. It fits a few Gaussian
kernels to the log-density ratio of the two samples and calibrates the resulting
statistic on toys (arXiv:2511.03095).

Two commands to start with:

  sparker test --reference trusted.csv --data new.csv    test a sample of yours
  sparker run quickstart                                 measure the power on toys`,
		Version:           experiments.Versions()["sparker"],
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: requireFlags,
	}
	root.SetVersionTemplate("sparker {{.Version}}\n")
	root.SetUsageTemplate(usageTemplate)
	root.SetFlagErrorFunc(flagError)
	root.AddGroup(&cobra.Group{ID: groupTest, Title: "Test a sample"},
		&cobra.Group{ID: groupPower, Title: "Measure the power of tests on toys"},
		&cobra.Group{ID: groupInfo, Title: "Configs, tables and the program itself"})
	root.SetHelpCommandGroupID(groupInfo)
	root.SetCompletionCommandGroupID(groupInfo)
	for group, commands := range map[string][]*cobra.Command{
		groupTest: {a.testCommand(), a.fitCommand(), a.reportCommand(),
			a.serveCommand()},
		groupPower: {a.runCommand(), a.planCommand(), a.submitCommand(), a.statusCommand(),
			a.mergeCommand(), a.summarizeCommand(), a.compareCommand(), a.plotCommand(),
			a.toyCommand()},
		groupInfo: {a.listCommand(), a.configCommand(), a.dataCommand(), a.versionCommand(),
			a.manCommand()},
	} {
		for _, command := range commands {
			command.GroupID = group
			root.AddCommand(command)
		}
	}
	return root
}
