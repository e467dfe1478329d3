package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"sparker/results"
)

func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "man FOLDER",
		Short: "Write the manual pages",
		Long: `man writes a manual page for the program and for each of its commands into a
folder, which it makes. The reader man finds them in a folder called man1 of its
path. Their date is that of the variable SOURCE_DATE_EPOCH, if it is set.`,
		Example: `  sparker man ~/.local/share/man/man1`,
		Args:    exactly(1, "a FOLDER"),
		RunE: action(func(_ context.Context, args []string) error {
			date, err := sourceDate()
			if err != nil {
				return badInput(err)
			}
			return writeManual(a.rootCommand(), args[0], date)
		}),
	}
}

// sourceDate returns the date of the source, as programs that build it are told by a variable
// (https://reproducible-builds.org/specs/source-date-epoch/). It is empty without the variable.
func sourceDate() (string, error) {
	const variable = "SOURCE_DATE_EPOCH"
	text := os.Getenv(variable)
	if text == "" {
		return "", nil
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return "", fmt.Errorf("the variable %s is %q; want seconds since 1970", variable, text)
	}
	return time.Unix(seconds, 0).UTC().Format(time.DateOnly), nil
}

// writeManual writes the pages of a command and of those below it.
func writeManual(cmd *cobra.Command, folder, date string) error {
	if err := checkFolder(folder); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return fmt.Errorf("making the folder of the manual: %w", err)
	}
	var errs []error
	for _, c := range documented(cmd) {
		path := filepath.Join(folder, pageName(c)+".1")
		if err := results.WriteFile(path, manualPage(c, date)); err != nil {
			errs = append(errs, fmt.Errorf("writing a page of the manual: %w", err))
		}
	}
	return errors.Join(errs...)
}

// documented returns a command and those below it, without those that package cobra adds and those
// that are hidden.
func documented(cmd *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{cmd}
	for _, inner := range cmd.Commands() {
		if !inner.Hidden && inner.Name() != "help" && inner.Name() != "completion" {
			all = append(all, documented(inner)...)
		}
	}
	return all
}
