package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"sparker/configs"
)

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Check and show configs, and explain their keys",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("config wants a command: check, show, explain or schema")
			}
			return fmt.Errorf("unknown command %q for %q; want check, show, explain or schema",
				args[0], cmd.CommandPath())
		},
		RunE: func(*cobra.Command, []string) error { return nil }, // Args always fails before
	}
	cmd.AddCommand(a.checkCommand(), a.showCommand(), a.explainCommand(), a.schemaCommand())
	return cmd
}

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check CONFIG [key.path=value ...]",
		Short: "List everything that is wrong with a config",
		Args:  wants(1, anyNumber, "a CONFIG, then overrides of the form key.path=value"),
		RunE: action(func(_ context.Context, args []string) error {
			c, err := a.loadSweep(args[0], configs.Changes{Overrides: args[1:]})
			if err != nil {
				return err
			}
			digest, err := c.Digest()
			if err != nil {
				return err
			}
			cells := ""
			if n := len(c.Cells); n > 1 {
				cells = fmt.Sprintf(", %d cells", n)
			}
			fmt.Fprintf(a.stdout, "%s: the config is valid (digest %s%s)\n", c.Base.Name, digest,
				cells)
			return nil
		}),
	}
}

func (a *app) showCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show CONFIG [key.path=value ...]",
		Short: "Print the resolved config as YAML; it runs again as it is",
		Args:  wants(1, anyNumber, "a CONFIG, then overrides of the form key.path=value"),
		RunE: action(func(_ context.Context, args []string) error {
			c, err := a.loadSweep(args[0], configs.Changes{Overrides: args[1:]})
			if err != nil {
				return err
			}
			text, err := c.YAML()
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(text)
			return err
		}),
	}
}

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print a JSON Schema of configs, for editors",
		Long: `schema prints a JSON Schema (draft-07) of configs. An editor that knows YAML schemas
completes and checks keys with it. Save it next to a config, and begin the config with the line

    # yaml-language-server: $schema=config.schema.json`,
		Args: wants(0, 0, "none"),
		RunE: action(func(context.Context, []string) error {
			text, err := configs.Schema()
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(text)
			return err
		}),
	}
}
