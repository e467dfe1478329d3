package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"sparker/experiments"
)

// versionRecord is the output of `sparker version --json`.
type versionRecord struct {
	Schema   string            `json:"schema"`
	Versions map[string]string `json:"versions"` // those in the manifest of a run
}

func (a *app) versionCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the versions of sparker, of Go and of the modules behind its numbers",
		Long: `version prints the versions of sparker, of Go and of the modules that the numbers
depend on, and the instruction set of the fits. The manifest of a run has them
too.`,
		Args: exactly(0, "none"),
		RunE: action(func(context.Context, []string) error {
			versions := experiments.Versions()
			if asJSON {
				return a.printJSON(versionRecord{Schema: "sparker/version/1", Versions: versions})
			}
			fmt.Fprintf(a.stdout, "sparker %s\n", versions["sparker"])
			delete(versions, "sparker")
			for _, name := range slices.Sorted(maps.Keys(versions)) {
				fmt.Fprintf(a.stdout, "%s %s\n", name, versions[name])
			}
			return nil
		}),
	}
	defineJSON(cmd, &asJSON)
	return cmd
}
