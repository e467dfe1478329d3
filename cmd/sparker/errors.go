package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"sparker/analysis"
	"sparker/configs"
	"sparker/experiments"
	"sparker/internal/crash"
	"sparker/results"
)

// The exit codes.
const (
	exitOK       = 0
	exitFailure  = 1
	exitUsage    = 2
	exitDiffers  = 3  // test --exit-code: p <= alpha
	exitMissing  = 3  // merge, summarize: the run lacks toys
	exitFault    = 70 // a fault of the program; 2 is also that of a Go program that panics
	exitContinue = 75 // EX_TEMPFAIL of sysexits.h: the same command continues what a signal ended
)

// commandError is an error with the exit code of the program.
type commandError struct {
	err  error
	code int
	hint bool // how to print the usage follows the message
	// printed reports that the output says what the exit code means, so that no message is needed.
	printed bool
}

func (e *commandError) Error() string { return e.err.Error() }
func (e *commandError) Unwrap() error { return e.err }

// usageError returns the error of a wrong command line.
func usageError(format string, args ...any) error {
	return &commandError{err: fmt.Errorf(format, args...), code: exitUsage, hint: true}
}

// badInput returns the error of an input that the user names and that cannot be used, such as a
// folder that is not a run folder.
func badInput(err error) error { return &commandError{err: err, code: exitUsage} }

// action returns the RunE of a cobra command. An error that has no exit code yet gets one:
// exitUsage if a config, a file, a folder or a question from the user is wrong, and exitFailure
// otherwise.
func action(f func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := f(cmd.Context(), args)
		var coded *commandError
		switch {
		case err == nil, errors.As(err, &coded):
			return err
		case stopped(cmd.Context(), err):
			return &commandError{err: errors.New("stopped"), code: stopCode(cmd.Context())}
		case isInput(err):
			return badInput(withRemedy(err))
		default:
			return &commandError{err: withRemedy(err), code: exitFailure}
		}
	}
}

// reportFault prints a fault of the program: what to send to its authors, what became of the run,
// and the stack.
func (a *app) reportFault(fault *crash.Fault) {
	fmt.Fprintf(a.stderr, "sparker: %s\nThis is a fault of sparker. Please report it, with this "+
		"message, the output of 'sparker version', and the config:\n  %s\n", message(fault),
		a.commandLine())
	if a.kept != "" {
		fmt.Fprintf(a.stderr, "The toys that are done are kept in %s; the same command continues "+
			"from there.\n", a.kept)
	}
	fmt.Fprintf(a.stderr, "\n%s", fault.Stack)
}

// commandLine returns the command line in a form that a shell takes.
func (a *app) commandLine() string {
	line := "sparker"
	for _, arg := range a.args {
		line += " " + quote(arg)
	}
	return line
}

// isInput reports whether an error is about something that the user gave to the program.
func isInput(err error) bool {
	var config *configs.Error
	var input *experiments.InputError
	var question *analysis.QuestionError
	var folder *results.FolderError
	return errors.As(err, &config) || errors.As(err, &input) || errors.As(err, &question) ||
		errors.As(err, &folder)
}

// stopped reports whether an error is that of a canceled context.
func stopped(ctx context.Context, err error) bool {
	return ctx.Err() != nil && (errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx)))
}

// packagePrefix matches the names of packages that an error begins with, and those after a colon.
var packagePrefix = regexp.MustCompile(`(?m)(^|: )(?:(?:analysis|baselines|browser|clean|configs|` +
	`crash|data|experiments|findings|graph|hdf5|kernel|losses|machine|models|plots|report|` +
	`results|rng|rootfile|serve|signatures|sources|sparker|stats|tables|train|twosample): )+`)

// message returns the text of an error for the user. The names of packages, which errors begin with
// at each level, are left out. In the errors of configs, such names are keys and stay.
func message(err error) string {
	var config *configs.Error
	if errors.As(err, &config) {
		return err.Error()
	}
	return packagePrefix.ReplaceAllString(err.Error(), "$1")
}

// withSuggestions returns an error of cobra's on one line, with the commands that it suggests.
func withSuggestions(err error) error {
	text, suggested, found := strings.Cut(strings.TrimSpace(err.Error()),
		"\n\nDid you mean this?\n")
	if !found {
		return err
	}
	return fmt.Errorf("%s; did you mean %s?", text, enumerated(strings.Fields(suggested), "or"))
}

// enumerated returns words as in "a, b or c", with the given conjunction.
func enumerated(words []string, conjunction string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n-1], ", ") + " " + conjunction + " " + words[n-1]
}
