package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sparker/experiments"
)

// runFlags are the flags of the commands that run a sweep.
type runFlags struct {
	jobs      int
	sweeps    []string
	shard     string
	out, dir  string
	progress  string
	asJSON    bool
	noFigures bool
}

// define adds the flags that every command that runs a sweep has.
func (f *runFlags) define(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.definePlace(cmd)
	flags.StringVar(&f.progress, "progress", progressModes[0],
		"show progress as `MODE`: "+enumerated(progressModes, "or"))
	flags.BoolVar(&f.noFigures, "no-figures", false, "draw no figures")
}

// definePlace adds the flags that say what is run, how fast and in which folder.
func (f *runFlags) definePlace(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVarP(&f.sweeps, "sweep", "S", nil,
		"add an `AXIS` to the sweep, key.path=value,value,..., or keep some arms of one, "+
			"axis=label,label,... (can be repeated)")
	flags.IntVarP(&f.jobs, "jobs", "j", 0, "fit `N` toys at the same time (0: one for each "+
		"processor that the job may use)")
	flags.StringVar(&f.out, "out", "", "make the run folder in `FOLDER` (default \"runs\")")
	flags.StringVar(&f.dir, "dir", "", "use `FOLDER` itself as the run folder")
	defineJSON(cmd, &f.asJSON)
}

// defineJSON adds the flag --json.
func defineJSON(cmd *cobra.Command, asJSON *bool) {
	cmd.Flags().BoolVar(asJSON, "json", false, "print JSON instead of text")
}

// check returns an error if the flags have values that they cannot have.
func (f *runFlags) check() error {
	if f.progress != "" {
		if err := oneOf("progress", f.progress, progressModes); err != nil {
			return err
		}
	}
	switch {
	case f.jobs < 0:
		return usageError("--jobs is %d; want 0 or more", f.jobs)
	case f.out != "" && f.dir != "":
		return usageError("--out and --dir exclude each other; give one of them")
	}
	return nil
}

// workers returns the number of fits at the same time.
func (f *runFlags) workers() int {
	if f.jobs > 0 {
		return f.jobs
	}
	return experiments.DefaultWorkers()
}

// oneOf returns an error if the value of a flag is not one of its words.
func oneOf(flag, value string, words []string) error {
	if slices.Contains(words, value) {
		return nil
	}
	return usageError("--%s is %q; want one of %s", flag, value, strings.Join(words, ", "))
}

// require marks flags of a command that it cannot do without; see requireFlags.
func require(cmd *cobra.Command, flags ...string) {
	for _, name := range flags {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the command does not define the flag
		}
	}
}

// requireFlags returns an error if a command line lacks flags that the command requires.
func requireFlags(cmd *cobra.Command, _ []string) error {
	var missing []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if _, required := f.Annotations[cobra.BashCompOneRequiredFlag]; required && !f.Changed {
			missing = append(missing, "--"+f.Name)
		}
	})
	switch len(missing) {
	case 0:
		return nil
	case 1:
		return usageError("%s is missing", missing[0])
	}
	return usageError("%s are missing", enumerated(missing, "and"))
}

// wantedValues says what a flag of a type of package pflag takes.
var wantedValues = map[string]string{"int": "a whole number", "float64": "a number",
	"bool": "true or false", "duration": "a time, such as 90s or 10m"}

// flagError rewords an error of package pflag.
func flagError(_ *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	var lacking *pflag.ValueRequiredError
	switch {
	case errors.As(err, &value):
		wanted := wantedValues[value.GetFlag().Value.Type()]
		if wanted != "" {
			return usageError("--%s is %q; want %s", value.GetFlag().Name, value.GetValue(), wanted)
		}
	case errors.As(err, &lacking):
		return usageError("--%s lacks its value", lacking.GetFlag().Name)
	}
	return err
}

// exactly returns a check for n arguments. The description says which ones are wanted.
func exactly(n int, description string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > n {
			return fmt.Errorf("too many arguments, from %q on; want %s", args[n], description)
		}
		return atLeast(n, description)(cmd, args)
	}
}

// atLeast returns a check for n arguments or more. The description says which ones are wanted.
func atLeast(n int, description string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < n {
			return fmt.Errorf("an argument is missing; want %s", description)
		}
		return nil
	}
}

// aConfig describes the arguments of the commands that read a config.
const aConfig = "a CONFIG, then overrides of the form key.path=value"

// withCommands makes a command a group of others, which does nothing on its own.
func withCommands(group *cobra.Command, inner ...*cobra.Command) *cobra.Command {
	var names []string
	for _, command := range inner {
		names = append(names, command.Name())
	}
	group.AddCommand(inner...)
	group.Args = func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return fmt.Errorf("%s wants a command: %s", group.Name(), enumerated(names, "or"))
		}
		return fmt.Errorf("unknown command %q for %q; want %s", args[0], group.CommandPath(),
			enumerated(names, "or"))
	}
	group.RunE = func(*cobra.Command, []string) error { return nil } // Args returns an error before
	return group
}

// usageTemplate is the template of the usage that --help prints below the description of a command.
// Aliases, which are old spellings, are not part of it.
const usageTemplate = `Usage:
  {{if .HasAvailableSubCommands}}{{.CommandPath}} COMMAND{{else}}{{.UseLine}}{{end}}
{{- if .HasExample}}

Examples:
{{.Example}}
{{- end}}
{{- if .HasAvailableSubCommands}}
{{- $commands := .Commands}}
{{- range $group := .Groups}}

{{.Title}}:
{{- range $commands}}
{{- if and (eq .GroupID $group.ID) (or .IsAvailableCommand (eq .Name "help"))}}
  {{rpad .Name .NamePadding}} {{.Short}}
{{- end}}{{end}}{{end}}
{{- if not .Groups}}

Commands:
{{- range $commands}}
  {{rpad .Name .NamePadding}} {{.Short}}
{{- end}}{{end}}{{end}}
{{- if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsagesWrapped 80 | trimTrailingWhitespaces}}
{{- end}}
{{- if .HasAvailableSubCommands}}

'{{.CommandPath}} COMMAND --help' describes a command.
{{- end}}
`
