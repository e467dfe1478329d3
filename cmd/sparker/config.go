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
		Short: "Check a config, or show it with every default filled in",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("config wants a command: check or show")
			}
			return fmt.Errorf("unknown command %q for %q; want check or show", args[0], cmd.CommandPath())
		},
		RunE: func(*cobra.Command, []string) error { return nil }, // Args never lets it come to this
	}
	check := &cobra.Command{
		Use:   "check CONFIG [key.path=value ...]",
		Short: "List everything that is wrong with a config",
		Args:  wants(1, anyNumber, "a CONFIG, then overrides of the form key.path=value"),
		RunE: action(func(_ context.Context, args []string) error {
			e, err := a.loadConfig(args[0], args[1:])
			if err != nil {
				return err
			}
			digest, err := e.Digest()
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stdout, "%s: the config is valid (digest %s)\n", e.Name, digest)
			return nil
		}),
	}
	show := &cobra.Command{
		Use:   "show CONFIG [key.path=value ...]",
		Short: "Print the resolved config as YAML; it runs again as it is",
		Args:  wants(1, anyNumber, "a CONFIG, then overrides of the form key.path=value"),
		RunE: action(func(_ context.Context, args []string) error {
			e, err := a.loadConfig(args[0], args[1:])
			if err != nil {
				return err
			}
			text, err := e.YAML()
			if err != nil {
				return err
			}
			_, err = a.stdout.Write(text)
			return err
		}),
	}
	cmd.AddCommand(check, show)
	return cmd
}

func (a *app) listCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the configs that come with the program",
		Args:  wants(0, 0, "none"),
		RunE: action(func(context.Context, []string) error {
			entries := configs.Shipped()
			width := 0
			for _, entry := range entries {
				width = max(width, len(entry.Name))
			}
			for _, entry := range entries {
				fmt.Fprintf(a.stdout, "%-*s  %s\n", width, entry.Name, entry.Description)
			}
			return nil
		}),
	}
}
