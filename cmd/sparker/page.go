package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sparker/analysis"
	"sparker/configs"
	"sparker/data/sources"
	"sparker/report"
	"sparker/results"
)

// writePage writes the report of a run into a file. A figure that cannot be drawn is an error after
// the page is written, which says what it lacks.
func writePage(run *analysis.Evaluation, drawn drawings, path string) error {
	contents, err := pageOf(run, drawn)
	if err != nil {
		return fmt.Errorf("the report: %w", err)
	}
	var page bytes.Buffer
	if err := report.Write(&page, contents); err != nil {
		return err
	}
	if err := results.WriteFile(path, page.Bytes()); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return drawn.failed
}

// pageOf returns what the report of a run shows.
func pageOf(run *analysis.Evaluation, drawn drawings) (report.Contents, error) {
	store, status := run.Store(), run.Status()
	m := store.Manifest()
	c := report.Contents{Manifest: m, Drawings: drawn.sweep,
		Command: "sparker run " + quote(fromHere(store.ConfigFile()))}
	if status.Done < status.Toys {
		c.Partial = &report.Partial{Done: status.Done, Toys: status.Toys,
			AtMost: endsEarly(run), Growing: m.Finished == nil,
			Observed: observedToys(run),
			Continue: continuation(fromHere(store.Dir()))}
	}
	if !hasNullToys(status) {
		c.Question = questionOf(run)
		c.Answer = []string{"No null toys yet: nothing can be said."}
		return c, nil
	}
	var err error
	if c.Summary, err = run.Summary(); err != nil {
		return report.Contents{}, err
	}
	cells, damaged := pageCells(run, c.Summary)
	c.Question, c.Answer = questionOf(run), answerOf(cells, m.Axes)
	if len(m.Axes) > 0 {
		if c.Comparisons, err = comparisons(run, m.Axes, methodAxis{}); err != nil {
			return report.Contents{}, err
		}
		c.Drawings = withoutCurves(drawn.sweep)
	}
	fits, damagedFits := store.Fits()
	for _, text := range sentencesOf(damaged, damagedFits, drawn.failed) {
		c.Missing = append(c.Missing,
			strings.ReplaceAll(text, store.Dir(), fromHere(store.Dir())))
	}
	for i, cell := range cells {
		s := cell.section(fits)
		if i < len(drawn.cells) {
			s.Drawings = drawn.cells[i]
		}
		c.Sections = append(c.Sections, s)
	}
	return c, nil
}

// withoutCurves leaves out the figures of power curves by arm, which the page draws itself.
func withoutCurves(sweep []report.Drawing) []report.Drawing {
	return slices.DeleteFunc(slices.Clone(sweep), func(d report.Drawing) bool {
		return strings.HasPrefix(d.Name, "panels-") || strings.HasPrefix(d.Name, "power-") &&
			!strings.HasPrefix(d.Name, "power-against-")
	})
}

// sentencesOf returns the messages of errors, each once. Those of joined errors are apart.
func sentencesOf(all ...error) (sentences []string) {
	for _, err := range all {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			sentences = append(sentences, sentencesOf(joined.Unwrap()...)...)
		} else if err != nil {
			sentences = append(sentences, lineOf(message(withRemedy(err))))
		}
	}
	slices.Sort(sentences)
	return slices.Compact(sentences)
}

// fromHere returns a path relative to the working directory, or its last two elements if it leads
// elsewhere: a report does not tell where the folders of its author are.
func fromHere(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	if here, err := os.Getwd(); err == nil {
		if inner, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(inner) {
			return inner
		}
	}
	return filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path))
}

// observedToys returns the number of toys of a run that are observed samples.
func observedToys(run *analysis.Evaluation) (n int) {
	for i := range run.Store().Manifest().Cells {
		n += run.Experiment(i + 1).ObservedSamples()
	}
	return n
}

// endsEarly reports whether the null toys of any cell end as soon as the decision is certain.
func endsEarly(run *analysis.Evaluation) bool {
	for i := range run.Store().Manifest().Cells {
		if run.Experiment(i + 1).Toys.Auto {
			return true
		}
	}
	return false
}

// hasNullToys reports whether any cell of a run has null toys.
func hasNullToys(status analysis.RunStatus) bool {
	return slices.ContainsFunc(status.Cells,
		func(c analysis.CellStatus) bool { return c.Null > 0 })
}

// pageCells returns the cells of a run with their findings and the names of their samples. Findings
// that cannot be read are missing, and the error says so.
func pageCells(run *analysis.Evaluation, summary results.Summary) ([]testedCell, error) {
	cells, err := testedCells(run.Store(), summary)
	for i := range cells {
		cells[i].experiment = run.Experiment(cells[i].summary.Cell)
		cells[i].names = samplesOf(cells[i].experiment.Data.Files)
	}
	return cells, err
}

// section returns what the report shows of a cell.
func (c testedCell) section(fits []results.FitRecord) report.Section {
	s := report.Section{Record: c.cell, Summary: c.summary, Warnings: c.warnings(),
		Findings: c.findings, Rows: c.rows, Images: c.images()}
	for _, f := range fits {
		if f.Key == c.cell.ToyKey(f.Signal) {
			s.Fits = append(s.Fits, f)
		}
	}
	if c.summary.Observed != nil {
		s.Answer = c.answerSentences()
	}
	return s
}

// samplesOf returns the names of the samples of a config.
func samplesOf(files sources.Files) sampleNames {
	return namesOf(configs.TestFiles{Reference: files.Reference.File, Data: files.Observed.File,
		ReferenceRows: rowsOf(files.Reference.FileSet), DataRows: rowsOf(files.Observed),
		More: files.Reference.More})
}

// rowsOf returns the rows of a table that a config chooses.
func rowsOf(f sources.FileSet) configs.LabeledRows {
	return configs.LabeledRows{Labels: strings.Join(f.Labels, ""), Keep: f.Keep, Drop: f.Drop}
}

// shownImages is the number of images of a place that the report looks up.
const shownImages = 8

// images returns the pictures of the rows of places and of the list of rows, by their names.
func (c testedCell) images() map[string]report.Picture {
	var names []string
	if c.findings != nil {
		for _, h := range allHeldRows(*c.findings) {
			for _, m := range h.nearest[:min(shownImages, len(h.nearest))] {
				names = append(names, m.Image)
			}
		}
	}
	if c.rows != nil {
		for _, r := range c.rows.Rows {
			names = append(names, r.Image)
		}
	}
	slices.Sort(names)
	images := map[string]report.Picture{}
	for _, name := range slices.Compact(names) {
		if p, ok := readPicture(name); ok {
			images[name] = p
		}
	}
	return images
}

// observedIn returns the first cell with an observed sample, or nil.
func observedIn(cells []testedCell) *testedCell {
	k := slices.IndexFunc(cells,
		func(c testedCell) bool { return c.summary.Observed != nil })
	if k < 0 {
		return nil
	}
	return &cells[k]
}

// questionOf returns the question that a run answers.
func questionOf(run *analysis.Evaluation) string {
	m := run.Store().Manifest()
	for i := range m.Cells {
		if e := run.Experiment(i + 1); e.ObservedSamples() > 0 {
			names := samplesOf(e.Data.Files)
			return fmt.Sprintf("Does %s differ from %s?", lineOf(names.data),
				lineOf(names.reference))
		}
	}
	var axes []string
	for _, a := range m.Axes {
		if len(a.Labels) != 1 { // a single arm says nothing about its axis
			axes = append(axes, lineOf(a.Name))
		}
	}
	if len(axes) > 0 {
		return fmt.Sprintf("How does the power depend on %s?", enumerated(axes, "and"))
	}
	return fmt.Sprintf("How often is the signal of %s found?", lineOf(m.Name))
}

// answerOf returns the answer of a run, the shortest sentence first.
func answerOf(cells []testedCell, axes []results.AxisRecord) []string {
	switch c := observedIn(cells); {
	case c != nil && len(cells) == 1:
		return append([]string{c.headline()}, c.answerSentences()...)
	case c != nil:
		return []string{severalHeadline(cells), fmt.Sprintf("%d tests of one sample: the smallest "+
			"of their p-values is not a p-value of the sample.", len(cells)), c.sizes()}
	case cells[0].experiment.ObservedSamples() > 0:
		return []string{"No answer yet: the observed sample is not tested."}
	case len(cells) == 1:
		return append([]string{powerHeadline(cells[0].summary)}, cells[0].description()...)
	}
	return []string{sweepHeadline(cells, axes)}
}

// description returns what the config says that the experiment is for, and what the null rests on.
func (c testedCell) description() (lines []string) {
	if text := c.experiment.Description; text != "" {
		lines = append(lines, lineOf(text))
	}
	return append(lines, nullOf(c.summary))
}

// headline answers the question in a few words.
func (c testedCell) headline() string {
	o := *c.summary.Observed
	switch {
	case o.Status != results.StatusOK:
		return "No answer, and " + verdictOfP(o, c.summary.Null.Toys) + "."
	case o.Useless():
		return "No answer: the p-value is " + useless(o) + "."
	case c.differs():
		return fmt.Sprintf("Yes, they differ: %s.", pAndZ(o))
	}
	return fmt.Sprintf("No difference is found: %s.", pAndZ(o))
}

// pAndZ returns a p-value with its significance. Lines do not break within the numbers.
func pAndZ(o results.ObservedSummary) string {
	format := "p = %.3g, Z = %.2f"
	if o.ZBound {
		format = "p ≤ %.3g, Z > %.2f"
	}
	words := strings.ReplaceAll(fmt.Sprintf(format, *o.P, *o.Z), " ", "\u00a0")
	return strings.ReplaceAll(words, ",\u00a0", ", ")
}

// answerSentences returns the verdict and what it rests on.
func (c testedCell) answerSentences() []string {
	lines := []string{c.sentence(), c.calibration()}
	if text := c.extrapolation(); text != "" {
		lines = append(lines, text)
	}
	return append(lines, c.nuisances()...)
}

// severalHeadline says how many of several tests find a difference.
func severalHeadline(cells []testedCell) string {
	differ, answers := 0, 0
	for _, c := range cells {
		if o := c.summary.Observed; o != nil && o.Status == results.StatusOK && !o.Useless() {
			answers++
			if c.differs() {
				differ++
			}
		}
	}
	find := "find"
	if differ == 1 {
		find = "finds"
	}
	text := fmt.Sprintf("%d of %s %s a difference.", differ, count(answers, "test"),
		find)
	if missing := len(cells) - answers; missing > 0 {
		text += fmt.Sprintf(" %d of them have no answer of use.", missing)
	}
	return text
}

// powersOf returns the points of a cell whose power is known.
func powersOf(c results.CellSummary) []results.Point {
	return slices.DeleteFunc(slices.Clone(c.Points), func(p results.Point) bool {
		return p.Toys == 0 || c.Null.Failed == c.Null.Toys
	})
}

// powerWords returns a power with its interval.
func powerWords(p results.Point) string {
	return fmt.Sprintf("%.3f (95%% interval %.3f to %.3f)", p.Power, p.CI95[0], p.CI95[1])
}

// powerHeadline says the power of a cell at its signal strengths.
func powerHeadline(c results.CellSummary) string {
	const most = 4
	var words []string
	points := powersOf(c)
	for _, p := range points {
		if p.Signal > 0 {
			words = append(words, fmt.Sprintf("%s at N_S = %v", powerWords(p), p.Signal))
		}
	}
	switch {
	case c.Null.Failed > 0 && c.Null.Failed == c.Null.Toys:
		return "No answer: every null fit failed."
	case len(points) == 0:
		return "No answer: the power needs alternative toys, and none is there."
	case len(words) == 0:
		return fmt.Sprintf("At alpha = %v, the type-I error is %s.", c.Alpha, powerWords(points[0]))
	case len(words) > most:
		return fmt.Sprintf("At alpha = %v, the power goes from %s to %s.", c.Alpha, words[0],
			words[len(words)-1])
	}
	return fmt.Sprintf("At alpha = %v, the power is %s.", c.Alpha, enumerated(words, "and"))
}

// sweepHeadline says between which powers the cells of a sweep are.
func sweepHeadline(cells []testedCell, axes []results.AxisRecord) string {
	type power struct {
		point results.Point
		title string
	}
	var all []power
	for _, c := range cells {
		if points := powersOf(c.summary); len(points) > 0 {
			c.summary.Arms = results.Varied(c.summary.Arms, axes)
			all = append(all, power{points[len(points)-1], lineOf(c.summary.Title())})
		}
	}
	if len(all) == 0 {
		return "No answer: the power needs alternative toys, and none is there."
	}
	order := func(a, b power) int { return cmp.Compare(a.point.Power, b.point.Power) }
	low, high := slices.MinFunc(all, order), slices.MaxFunc(all, order)
	if low.point.Power == high.point.Power && low.point.CI95 == high.point.CI95 {
		return fmt.Sprintf("At the last signal strength of each cell, the power is %s.",
			powerWords(low.point))
	}
	return fmt.Sprintf("At the last signal strength of each cell, the power goes from %s with %s "+
		"to %s with %s.", powerWords(low.point), low.title, powerWords(high.point), high.title)
}

// nullOf says what the null distribution of a cell rests on.
func nullOf(s results.CellSummary) string {
	combined := "by " + s.Combine
	if len(s.Groups) > 0 {
		combined = "in " + count(len(s.Groups), "group")
	}
	return fmt.Sprintf("%s (%d failed, %d clamped); %s; scales combined %s",
		count(s.Null.Toys, "null toy"), s.Null.Failed, s.Null.Clamped, attained(s), combined)
}
