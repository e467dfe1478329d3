package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sparker/analysis"
	"sparker/results"
)

// checkMissing returns the error of a run that lacks toys, with what is missing and what makes it;
// nil for a complete run. The shards are those of the files that the toys are from.
func checkMissing(run *analysis.Evaluation, summary results.Summary,
	shards []results.Shard) error {
	if summary.Complete {
		return nil
	}
	missing := run.Missing()
	most := ""
	if missing.AtMost {
		most = "at most "
	}
	lines := []string{fmt.Sprintf("%s lacks %s%d of %s", run.Store().Dir(), most, missing.Toys,
		count(missing.Wanted, "toy"))}
	lines = append(lines, missingCells(missing.Cells)...)
	lines = append(lines, remedyLines(run, run.Parts(shards))...)
	return &commandError{err: errors.New(strings.Join(lines, "\n  ")), code: exitMissing}
}

// mostCells is the number of cells whose missing toys a message lists.
const mostCells = 10

// missingCells returns a line for each of the first cells that lack toys.
func missingCells(cells []analysis.MissingCell) []string {
	var lines []string
	for _, c := range cells[:min(mostCells, len(cells))] {
		name := fmt.Sprintf("cell %d", c.Cell)
		if len(c.Arms) > 0 {
			name += " (" + results.Describe(c.Arms) + ")"
		}
		lines = append(lines, name+": "+kindsText(c.Kinds))
	}
	if more := len(cells) - mostCells; more > 0 {
		lines = append(lines, fmt.Sprintf("and %s more", count(more, "cell")))
	}
	return lines
}

// mostKinds is the number of kinds of toys that a line of a message names.
const mostKinds = 6

// kindsText lists kinds of toys that are missing.
func kindsText(kinds []analysis.MissingKind) string {
	var words []string
	for _, k := range kinds[:min(mostKinds, len(kinds))] {
		words = append(words, k.String())
	}
	if more := len(kinds) - mostKinds; more > 0 {
		words = append(words, fmt.Sprintf("toys at %d more N_S", more))
	}
	return strings.Join(words, ", ")
}

// remedyLines say which parts of a run lack toys, and what makes them.
func remedyLines(run *analysis.Evaluation, parts []analysis.PartStatus) []string {
	again := continuation(run.Store().Dir())
	where := ""
	for path := range run.Store().Manifest().Inputs {
		if _, err := os.Stat(path); err != nil && !filepath.IsAbs(path) {
			where = ", from the folder in which the run was begun"
		}
	}
	var lacking []int
	for _, p := range parts {
		if p.Done < p.Toys {
			lacking = append(lacking, p.Part)
		}
	}
	if len(lacking) == 0 {
		return []string{"to make them" + where + ":", again}
	}
	text, n := "part %s of %d lacks toys; to make them%s:", len(parts)
	if len(lacking) > 1 {
		text = "parts %s of %d lack toys; to make them%s:"
	}
	lines := []string{fmt.Sprintf(text, ranges(lacking), n, where)}
	const most = 3
	for _, part := range lacking[:min(most, len(lacking))] {
		lines = append(lines, fmt.Sprintf("%s --shard %d/%d", again, part, n))
	}
	if len(lacking) > most {
		lines = append(lines, "and so on, or all of them by the first line without --shard")
	}
	return lines
}

// ranges returns increasing numbers as a job array takes them, as in 1,4-7.
func ranges(numbers []int) string {
	var words []string
	for first := 0; first < len(numbers); {
		last := first
		for last+1 < len(numbers) && numbers[last+1] == numbers[last]+1 {
			last++
		}
		word := fmt.Sprint(numbers[first])
		if last > first {
			word += fmt.Sprintf("-%d", numbers[last])
		}
		words, first = append(words, word), last+1
	}
	return strings.Join(words, ",")
}

// shardsOf returns the shards of the toys files of several runs, each once.
func shardsOf(stores ...*results.Store) ([]results.Shard, error) {
	var all []results.Shard
	for _, store := range stores {
		shards, err := store.Shards()
		if err != nil {
			return nil, err
		}
		for _, s := range shards {
			if !slices.Contains(all, s) {
				all = append(all, s)
			}
		}
	}
	return all, nil
}
