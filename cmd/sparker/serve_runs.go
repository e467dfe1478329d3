package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sparker/analysis"
	"sparker/report"
	"sparker/report/serve"
	"sparker/results"
)

// shownRuns makes the pages of runs for a browser.
type shownRuns struct{}

// Describe implements serve.PageSource. A finished run is described by its stored summary.
func (shownRuns) Describe(folder string) (serve.Line, error) {
	store, err := results.Open(folder)
	if err != nil {
		return serve.Line{}, err
	}
	m := store.Manifest()
	if m.Finished != nil && store.SummaryIsFresh() {
		if summary, err := store.Summary(); err == nil && summary.Complete {
			return serve.Line{Answer: shortAnswer(summary), Warnings: warningsOf(summary),
				Started: m.Started, Finished: *m.Finished}, nil
		}
	}
	run, err := analysis.Open(store)
	if err != nil {
		return serve.Line{}, err
	}
	s := run.Status()
	line := serve.Line{Done: s.Done, Toys: s.Toys, Started: s.Started,
		Left: time.Duration(s.MeanSeconds * float64(s.Toys-s.Done) * float64(time.Second))}
	if s.Finished != nil && s.Done == s.Toys {
		line.Finished = *s.Finished
	}
	if slices.ContainsFunc(s.Cells, func(c analysis.CellStatus) bool { return c.Null > 0 }) {
		summary, err := run.Summary()
		if err != nil {
			return serve.Line{}, err
		}
		line.Answer, line.Warnings = shortAnswer(summary), warningsOf(summary)
	}
	return line, nil
}

// warningsOf returns the warnings of a run and of its cells, each once.
func warningsOf(s results.Summary) []string {
	all := slices.Clone(s.Warnings)
	for _, c := range s.Cells {
		for _, warning := range c.Warnings {
			if !slices.Contains(all, warning) {
				all = append(all, warning)
			}
		}
	}
	return all
}

// shortAnswer returns the answer of a run in a sentence.
func shortAnswer(s results.Summary) string {
	if len(s.Cells) == 0 {
		return ""
	}
	var answers []string
	for _, c := range s.Cells {
		answers = append(answers, shortCellAnswer(c))
	}
	if len(answers) == 1 {
		return answers[0]
	}
	return fmt.Sprintf("%d cells; %s: %s", len(answers), lineOf(s.Cells[0].Title()), answers[0])
}

// shortCellAnswer returns the answer of a cell in a sentence.
func shortCellAnswer(c results.CellSummary) string {
	if c.Observed != nil {
		return verdict(*c.Observed, c.Null.Toys)
	}
	var words []string
	for _, p := range c.Points {
		if c.HasPower(p) {
			words = append(words, fmt.Sprintf("%.2f at N_S = %v", p.Power, p.Signal))
		}
	}
	if len(words) == 0 && c.Null.Toys > 0 && c.Null.Failed == c.Null.Toys {
		return fmt.Sprintf("no power: every null fit failed (%d)", c.Null.Failed)
	}
	if len(words) == 0 {
		return ""
	}
	return fmt.Sprintf("power %s (alpha = %v)", strings.Join(words, ", "), c.Alpha)
}

// Report implements serve.PageSource. A run that goes on is shown without figures, which would take
// longer to draw than the page lasts. A page says itself which figures and records it lacks.
func (shownRuns) Report(w io.Writer, folder string) error {
	run, err := evaluateRun(folder)
	if err != nil {
		return err
	}
	var drawn drawings
	if s := run.Status(); s.Done == s.Toys || s.Finished != nil {
		drawn = drawnAside(run)
	}
	contents, err := pageOf(run, drawn)
	if err != nil {
		return err
	}
	return report.Write(w, contents)
}

// Compare implements serve.PageSource.
func (shownRuns) Compare(first, second string) (serve.Pairing, error) {
	var p serve.Pairing
	var said, keys [2]map[string]string
	var order, paths []string
	var manifests [2]results.Manifest
	for i, folder := range []string{first, second} {
		run, err := evaluateRun(folder)
		if err != nil {
			return p, err
		}
		manifests[i] = run.Store().Manifest()
		if s := run.Status(); s.Done < s.Toys {
			p.Notes = append(p.Notes, fmt.Sprintf("%s has %d of %d toys.",
				filepath.Base(folder), s.Done, s.Toys))
		}
		var names []string
		if said[i], names, err = numbersOf(run); err != nil {
			return p, err
		}
		order = merged(order, names)
		if keys[i], names, err = keysOf(run); err != nil {
			return p, err
		}
		paths = merged(paths, names)
	}
	p.Results = versus(order, said)
	p.Keys = slices.DeleteFunc(versus(paths, keys),
		func(v serve.Versus) bool { return v.First == v.Second })
	p.Notes = append(p.Notes, fairness(manifests)...)
	return p, nil
}

// merged returns the names of two lists, each once. Those that only the second list has follow the
// name that they follow there.
func merged(first, second []string) []string {
	all := slices.Clone(first)
	at := 0
	for _, name := range second {
		k := slices.Index(all, name)
		if k < 0 {
			k = at
			all = slices.Insert(all, k, name)
		}
		at = k + 1
	}
	return all
}

// versus pairs what two runs say under the same names, in the order of names.
func versus(names []string, said [2]map[string]string) []serve.Versus {
	var all []serve.Versus
	for _, name := range names {
		all = append(all, serve.Versus{Name: name, First: cmp.Or(said[0][name], "–"),
			Second: cmp.Or(said[1][name], "–")})
	}
	return all
}

// numbersOf returns what a run says, by names, and the names in order. Cells of a sweep are told
// apart by their arms.
func numbersOf(run *analysis.Evaluation) (map[string]string, []string, error) {
	said := map[string]string{}
	var names []string
	status := run.Status()
	if !slices.ContainsFunc(status.Cells, func(c analysis.CellStatus) bool { return c.Null > 0 }) {
		return said, nil, nil
	}
	summary, err := run.Summary()
	if err != nil {
		return nil, nil, err
	}
	for _, c := range summary.Cells {
		prefix := ""
		if len(c.Arms) > 0 {
			prefix = results.Describe(c.Arms) + ": "
		}
		say := func(name, text string) {
			said[prefix+name] = text
			names = append(names, prefix+name)
		}
		if c.Observed != nil {
			say("answer", verdict(*c.Observed, c.Null.Toys))
		}
		for _, p := range c.Points {
			name := fmt.Sprintf("power at N_S = %v", p.Signal)
			switch {
			case c.HasPower(p):
				say(name, fmt.Sprintf("%.3f %s", p.Power, interval(p.CI95)))
			case p.Toys > 0:
				say(name, "none: every null fit failed")
			}
		}
		say("null toys", fmt.Sprintf("%d (%d failed)", c.Null.Toys, c.Null.Failed))
		say("alpha", fmt.Sprintf("%v, attained %.4g", c.Alpha, c.AlphaAttained))
		if len(c.Warnings) > 0 {
			say("warnings", strings.Join(c.Warnings, "; "))
		}
	}
	return said, names, nil
}

// keysOf returns the keys of the cells of a run, each with its values.
func keysOf(run *analysis.Evaluation) (map[string]string, []string, error) {
	var paths []string
	values := map[string][]string{}
	for i := range run.Store().Manifest().Cells {
		all, err := run.Experiment(i + 1).Values()
		if err != nil {
			return nil, nil, err
		}
		for _, v := range all {
			if !slices.Contains(paths, v.Path) {
				paths = append(paths, v.Path)
			}
			if !slices.Contains(values[v.Path], v.Text) {
				values[v.Path] = append(values[v.Path], v.Text)
			}
		}
	}
	texts := map[string]string{}
	for path, list := range values {
		texts[path] = strings.Join(list, ", ")
	}
	return texts, paths, nil
}

// fairness says what a reader of the numbers of two runs should know.
func fairness(m [2]results.Manifest) []string {
	var notes []string
	if m[0].Digest == m[1].Digest {
		notes = append(notes, "The configs are the same.")
	}
	if !maps.Equal(m[0].Inputs, m[1].Inputs) {
		notes = append(notes, "The runs have read different files.")
	}
	if m[0].Versions["sparker"] != m[1].Versions["sparker"] {
		notes = append(notes, fmt.Sprintf("The runs were made by sparker %s and %s.",
			m[0].Versions["sparker"], m[1].Versions["sparker"]))
	}
	return append(notes, "Intervals are of 95%, each for its own run. Differences with intervals, "+
		"and tests on the same toys, are those of sparker compare.")
}
