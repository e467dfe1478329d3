// Command sparker tests whether a data sample differs from a reference, and measures the power of
// such tests on toys. `sparker help` lists its commands.
//
// Results go to the standard output; progress, messages and errors go to the standard error. The
// exit code is 0 after success. It is 2 if the command line, the config or an input file is wrong;
// nothing has been done then. It is 1 after any other failure. A run that was stopped continues
// when the same command is given again.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"sparker/experiments"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// app holds what the commands share.
type app struct {
	args           []string // the command line, without the program's name
	stdin          io.Reader
	stdout, stderr io.Writer
}

// run is the whole program; it returns the exit code. Canceling ctx stops it cleanly.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	out := &checkedWriter{w: stdout}
	a := &app{args: args, stdin: stdin, stdout: out, stderr: stderr}
	root := a.rootCommand()
	root.SetArgs(append([]string{}, args...)) // nil would make cobra take os.Args
	root.SetIn(stdin)
	root.SetOut(out)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	code := exitOK
	if err != nil {
		var failed *commandError
		if !errors.As(err, &failed) { // an error of cobra's, such as an unknown command
			failed = &commandError{err: withSuggestions(err), code: exitUsage, hint: true}
		}
		code = failed.code
		fmt.Fprintf(stderr, "sparker: %s\n", message(failed.err))
		if failed.hint {
			fmt.Fprintf(stderr, "Run '%s --help' for usage.\n", cmd.CommandPath())
		}
	}
	if out.err != nil && code == exitOK {
		code = exitFailure
		fmt.Fprintf(stderr, "sparker: writing the output: %v\n", out.err)
	}
	return code
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
		groupTest: {a.testCommand(), a.fitCommand()},
		groupPower: {a.runCommand(), a.planCommand(), a.statusCommand(), a.mergeCommand(),
			a.summarizeCommand(), a.compareCommand(), a.plotCommand(), a.toyCommand()},
		groupInfo: {a.listCommand(), a.configCommand(), a.dataCommand(), a.versionCommand()},
	} {
		for _, command := range commands {
			command.GroupID = group
			root.AddCommand(command)
		}
	}
	return root
}
