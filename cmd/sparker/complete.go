package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sparker/configs"
	"sparker/data/sources"
	"sparker/plots"
	"sparker/results"
)

// A completer returns the words that a shell offers for the last word of a command line.
type completer = cobra.CompletionFunc

// Both directives keep the shell from offering files. The first also keeps it from ending the word.
const (
	unfinished = cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
	finished   = cobra.ShellCompDirectiveNoFileComp
)

// isCompletionRequest reports whether an argument is the hidden command by which a shell asks for
// words. Commands that work do without completers, which package cobra would keep for ever.
func isCompletionRequest(arg string) bool {
	return arg == cobra.ShellCompRequestCmd || arg == cobra.ShellCompNoDescRequestCmd
}

// addCompletion adds the completion of arguments and flags to a command and to those below it. What
// the arguments are, its line of usage says.
func addCompletion(cmd *cobra.Command) {
	for _, inner := range cmd.Commands() {
		addCompletion(inner)
	}
	if cmd.ValidArgsFunction == nil && cmd.Runnable() {
		cmd.ValidArgsFunction = argumentCompleter(cmd.Use)
	}
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		complete := flagCompleter(cmd, f)
		if _, exists := cmd.GetFlagCompletionFunc(f.Name); complete == nil || exists {
			return
		}
		if err := cmd.RegisterFlagCompletionFunc(f.Name, complete); err != nil {
			panic(err) // the flag is one of the command
		}
	})
}

// argumentCompleter returns the completer of the arguments that a line of usage names.
func argumentCompleter(usage string) completer {
	first := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, finished
	}
	words := strings.Fields(usage)
	has := func(word string) bool { return slices.Contains(words[1:], word) }
	switch {
	case has("CONFIG"):
		first = completeConfig
	case has("RUN"), has("RUNS"):
		first = completeRun
	case has("RUN|CONFIG"):
		first = completeRunOrConfig
	case has("KEY"):
		first = completeKey
	case has("FILE[:key]"):
		first = completeFile
	case has("[key.path=value"):
		return completeOverride
	}
	rest := completer(func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, finished
	})
	switch {
	case has("[key.path=value"):
		rest = completeOverride
	case has("[RUN") || has("[RUNS") || strings.Count(usage, " RUN ") > 1:
		rest = first
	}
	return func(cmd *cobra.Command, args []string, word string) ([]string,
		cobra.ShellCompDirective) {
		if len(args) == 0 {
			return first(cmd, args, word)
		}
		return rest(cmd, args, word)
	}
}

// flagCompleter returns the completer of the value of a flag. It is nil if the shell shall offer
// files.
func flagCompleter(cmd *cobra.Command, f *pflag.Flag) completer {
	switch value, _ := pflag.UnquoteUsage(f); {
	case f.Name == "sweep":
		return completeAxis
	case f.Name == "by":
		return completeAxisOfRun
	case f.Name == "shard":
		return completeShard
	case value == "FOLDER":
		return completeFolder
	case value == "FILE" || strings.HasPrefix(value, "FILE:"):
		return completeFile
	}
	words := flagWords(cmd.Name(), f.Name)
	if f.Value.Type() == "stringSlice" {
		return func(_ *cobra.Command, _ []string, word string) ([]string,
			cobra.ShellCompDirective) {
			return completeList(word, ",", words), unfinished
		}
	}
	return func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		return beginning(words, word), finished
	}
}

// flagWords returns the words that a flag of a command takes, if it takes words.
func flagWords(command, name string) []string {
	switch name {
	case "progress":
		return progressModes
	case "calibration":
		return calibrations
	case "hypothesis":
		return hypotheses
	case "missing", "shared":
		return wordsOf("data.files." + name)
	case "toys":
		return []string{autoToys}
	case "size":
		return spelled(plots.Sizes())
	case "header":
		return sources.Headers
	case "format":
		if command == "plot" {
			return spelled(plots.Formats())
		}
		return formats
	}
	return nil
}

// spelled returns values as words.
func spelled[T any](values []T) []string {
	var all []string
	for _, v := range values {
		all = append(all, fmt.Sprint(v))
	}
	return all
}

func completeFile(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

func completeFolder(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

func completeShard(_ *cobra.Command, _ []string, word string) ([]string,
	cobra.ShellCompDirective) {
	return beginning([]string{"auto", "auto/", "1/"}, word), unfinished
}

// completeConfig offers the shipped configs and the YAML files next to the word. If none begins
// with the word, the shell offers folders and YAML files.
func completeConfig(_ *cobra.Command, _ []string, word string) ([]string,
	cobra.ShellCompDirective) {
	found := beginning(configs.ShippedNames(), word)
	for _, ending := range []string{".yaml", ".yml"} {
		for _, entry := range entriesNear(word) {
			if !entry.IsDir() && filepath.Ext(entry.path) == ending {
				found = append(found, entry.path)
			}
		}
	}
	if found = beginning(found, word); len(found) == 0 {
		return []string{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
	}
	return found, finished
}

// completeRun offers run folders: those of the default folder, and those next to the word. If none
// begins with the word, the shell offers folders.
func completeRun(_ *cobra.Command, given []string, word string) ([]string,
	cobra.ShellCompDirective) {
	near := entriesNear(word)
	if word == "" {
		near = append(near, entriesNear(defaultOut+string(filepath.Separator))...)
	}
	var found []string
	for _, entry := range near {
		if entry.IsDir() && !slices.Contains(given, entry.path) && results.IsRun(entry.path) {
			found = append(found, entry.path)
		}
	}
	if found = beginning(found, word); len(found) == 0 {
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	return found, finished
}

func completeRunOrConfig(cmd *cobra.Command, args []string, word string) ([]string,
	cobra.ShellCompDirective) {
	runs, _ := completeRun(cmd, args, word)
	found, directive := completeConfig(cmd, args, word)
	if directive == finished || len(runs) > 0 {
		return append(beginning(found, word), runs...), finished
	}
	return found, directive
}

// completeAxisOfRun offers the axes of the run that the command line names.
func completeAxisOfRun(_ *cobra.Command, args []string, _ string) ([]string,
	cobra.ShellCompDirective) {
	var names []string
	for _, dir := range args {
		store, err := results.Open(dir)
		if err != nil {
			continue
		}
		for _, axis := range store.Manifest().Axes {
			names = append(names, axis.Name)
		}
	}
	return names, finished
}

// nearbyEntry is an entry of a folder, with the path by which the user would name it.
type nearbyEntry struct {
	os.DirEntry
	path string
}

// entriesNear returns the entries of the folder that a word leads into.
func entriesNear(word string) []nearbyEntry {
	dir := word[:strings.LastIndexAny(word, "/"+string(filepath.Separator))+1]
	read := dir
	if read == "" {
		read = "."
	}
	entries, err := os.ReadDir(read)
	if err != nil {
		return nil // the shell offers nothing
	}
	var near []nearbyEntry
	for _, entry := range entries {
		near = append(near, nearbyEntry{entry, dir + entry.Name()})
	}
	return near
}

// beginning returns the words that begin with a prefix.
func beginning(words []string, prefix string) []string {
	return slices.DeleteFunc(slices.Clone(words),
		func(w string) bool { return !strings.HasPrefix(w, prefix) })
}
