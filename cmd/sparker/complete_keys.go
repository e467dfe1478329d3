package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sparker/configs"
)

// completeKey offers the next part of a key path. Blocks end in a dot.
func completeKey(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	found, whole := keyPaths(word)
	if whole {
		return found, finished
	}
	return found, unfinished
}

// completeOverride offers the next part of an override of the form key.path=value.
func completeOverride(_ *cobra.Command, _ []string, word string) ([]string,
	cobra.ShellCompDirective) {
	if strings.Contains(word, "=") {
		return overrideValues(word, false)
	}
	found, _ := keyPaths(word)
	return withEquals(found), unfinished
}

// completeAxis offers the next part of an axis of the form key.path=value,value,...
func completeAxis(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	if strings.Contains(word, "=") {
		return overrideValues(word, true)
	}
	found, _ := keyPaths(word)
	return withEquals(found), unfinished
}

// keyPaths returns the key paths that begin with a word, up to their next dot, with the first
// sentences of their texts. It reports whether all of them are whole keys.
func keyPaths(word string) (found []string, whole bool) {
	seen := map[string]bool{}
	whole = true
	for _, key := range configs.Keys() {
		rest, ok := strings.CutPrefix(key.Path, word)
		if !ok || strings.Contains(key.Path, "[]") {
			continue
		}
		if next, _, inner := strings.Cut(rest, "."); inner || key.IsBlock() {
			part := word + next + "."
			if !seen[part] {
				found = append(found, described(part, key, inner))
				whole = false
			}
			seen[part] = true
			continue
		}
		found = append(found, described(key.Path, key, false))
	}
	return found, whole
}

// described returns a word with the text of its key. An inner key does not describe its block.
func described(word string, key configs.Key, inner bool) string {
	if inner {
		return word
	}
	text, _, _ := strings.Cut(key.Text, ". ")
	return cobra.CompletionWithDesc(word, strings.TrimSuffix(text, "."))
}

// withEquals ends the paths of keys with an equals sign. Those of blocks end in a dot.
func withEquals(paths []string) []string {
	var all []string
	for _, path := range paths {
		word, text, found := strings.Cut(path, "\t")
		if !strings.HasSuffix(word, ".") {
			word += "="
		}
		if found {
			word = cobra.CompletionWithDesc(word, text)
		}
		all = append(all, word)
	}
	return all
}

// wordsOf returns the words that a key takes.
func wordsOf(path string) []string {
	keys := configs.Keys()
	i := slices.IndexFunc(keys, func(k configs.Key) bool { return k.Path == path })
	switch {
	case i < 0:
		return nil
	case keys[i].Type == "true or false":
		return []string{"true", "false"}
	}
	return keys[i].Words
}

// overrideValues offers the values of a key in a word of the form key=value. The word may hold
// several values if the key takes a list, in brackets, or if it is an axis.
func overrideValues(word string, axis bool) ([]string, cobra.ShellCompDirective) {
	path, value, _ := strings.Cut(word, "=")
	words := wordsOf(path)
	if axis || strings.HasPrefix(value, "[") {
		return completeList(word, "=[,", words), unfinished
	}
	var found []string
	for _, w := range words {
		found = append(found, path+"="+w)
	}
	return beginning(found, word), finished
}

// completeList completes the last item of a list, whose items end in one of some separators. It
// offers no item twice.
func completeList(list, separators string, words []string) []string {
	at := strings.LastIndexAny(list, separators) + 1
	given := strings.FieldsFunc(list[:at],
		func(r rune) bool { return strings.ContainsRune(separators, r) })
	var found []string
	for _, w := range words {
		if !slices.Contains(given, w) {
			found = append(found, list[:at]+w)
		}
	}
	return beginning(found, list)
}
