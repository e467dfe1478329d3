package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"sparker/experiments"
	"sparker/results"
)

// versionRecord is what `sparker version --json` prints.
type versionRecord struct {
	Schema   string            `json:"schema"`
	Versions map[string]string `json:"versions"` // as in the manifest of a run
}

func (a *app) versionCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the versions of sparker, Go and the modules that numbers depend on",
		Args:  wants(0, 0, "none"),
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
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// printJSON prints a record on stdout.
func (a *app) printJSON(record any) error {
	b, err := results.Encode(record)
	if err != nil {
		return fmt.Errorf("encoding the output: %w", err)
	}
	_, err = a.stdout.Write(b)
	return err
}
