package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"sparker/configs"
)

func (a *app) configCommand() *cobra.Command {
	return withCommands(&cobra.Command{
		Use:   "config",
		Short: "Check and show configs, and explain their keys",
	}, a.checkCommand(), a.showCommand(), a.explainCommand(), a.schemaCommand())
}

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check CONFIG [key.path=value ...]",
		Short: "List everything that is wrong with a config",
		Long: `check reads a config as run does and lists everything that is wrong with it, with
the line, the key and what is allowed. It draws no toys and reads no tables.`,
		Args: atLeast(1, aConfig),
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
		Short: "Print a config with all its keys",
		Long: `show prints a config as YAML with the overrides and with every default filled in.
sparker run takes the output as a config.`,
		Example: `  sparker config show quickstart > my.yaml
  sparker config show paper/exp1d train.epochs=1000`,
		Args: atLeast(1, aConfig),
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

func (a *app) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain KEY",
		Short: "Print what a key of a config does, its default and its values",
		Long: `explain prints what a key of a config does, its type, its default and the values
that it takes. KEY is a key path, such as train.epochs. For a block of keys, such
as train.width, it explains every key of the block.`,
		Example: `  sparker config explain train.epochs
  sparker config explain data.files`,
		Args: exactly(1, "a KEY, such as train.epochs, or a block of keys, such as train.width"),
		RunE: action(func(_ context.Context, args []string) error {
			keys, err := configs.Explain(args[0])
			if err != nil {
				return err
			}
			for i, k := range keys {
				if i > 0 {
					fmt.Fprintln(a.stdout)
				}
				explain(a.stdout, k)
			}
			return nil
		}),
	}
}

// explain writes what a key does.
func explain(w io.Writer, k configs.Key) {
	fmt.Fprintln(w, k.Path)
	fmt.Fprintf(w, "  type     %s\n", k.Type)
	switch {
	case k.Default != "":
		fmt.Fprintf(w, "  default  %s\n", k.Default)
	case !k.IsBlock():
		fmt.Fprintln(w, "  default  none")
	}
	if allowed := k.Allowed(); allowed != "" {
		fmt.Fprintf(w, "  allowed  %s\n", strings.Join(wrapped(allowed, 69), "\n           "))
	}
	fmt.Fprintf(w, "  %s\n", strings.Join(wrapped(k.Text, 78), "\n  "))
}

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print a JSON Schema of configs, for editors",
		Long: `schema prints a JSON Schema (draft-07) of configs. An editor that supports YAML
schemas completes and checks keys with it. Save the schema next to a config as
config.schema.json and begin the config with the line

  # yaml-language-server: $schema=config.schema.json`,
		Example: `  sparker config schema > config.schema.json`,
		Args:    exactly(0, "none"),
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
