package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"sparker/configs"
)

func (a *app) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain KEY",
		Short: "Print what a key of a config does, its default, and what it takes",
		Long: `explain prints what a key of a config does, its default, and what it takes. KEY is a
key path, such as train.epochs. For a block, such as train.width, all keys in it are explained.`,
		Args: wants(1, 1, "a KEY, such as train.epochs, or a block of keys, such as train.width"),
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

// explain prints a key.
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

// wrapped breaks a text into lines of at most width characters, except for longer words.
func wrapped(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}
