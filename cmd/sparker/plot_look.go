package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"sparker/plots"
)

// lookFlags are the flags of the style of figures.
type lookFlags struct {
	size    string
	formats []string
	bare    bool
}

// add defines the flags.
func (l *lookFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&l.size, "size", plots.Screen.String(), "make the figures for a `SIZE`: "+
		listOf(plots.Sizes()))
	flags.StringSliceVar(&l.formats, "format", []string{string(plots.PNG), string(plots.SVG)},
		"write the figures in each `FORMAT`: "+listOf(plots.Formats()))
	flags.BoolVar(&l.bare, "bare", false, "leave out titles and captions, as for a paper; they "+
		"go into text files")
}

// style returns the style that the flags ask for.
func (l *lookFlags) style() (plots.Style, error) {
	style := plots.Style{Bare: l.bare}
	at := slices.IndexFunc(plots.Sizes(), func(s plots.Size) bool { return s.String() == l.size })
	if at < 0 {
		return style, usageError("--size is %q; allowed: %s", l.size, listOf(plots.Sizes()))
	}
	style.Size = plots.Sizes()[at]
	for _, name := range l.formats {
		format := plots.Format(strings.TrimSpace(name))
		if !slices.Contains(plots.Formats(), format) {
			return style, usageError("--format has %q; allowed: %s", name,
				listOf(plots.Formats()))
		}
		if !slices.Contains(style.Formats, format) {
			style.Formats = append(style.Formats, format)
		}
	}
	if len(style.Formats) == 0 {
		return style, usageError("--format names no format; allowed: %s",
			listOf(plots.Formats()))
	}
	return style, nil
}

// listOf lists values by their names.
func listOf[T any](values []T) string {
	var names []string
	for _, v := range values {
		names = append(names, fmt.Sprint(v))
	}
	return strings.Join(names, ", ")
}
