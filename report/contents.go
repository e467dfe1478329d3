package report

import (
	"sparker/findings"
	"sparker/results"
)

// Contents is what the report of a run shows.
type Contents struct {
	// Question is the title of the page. Answer has the answer as a short sentence, and then the
	// sentences that it rests on.
	Question string
	Answer   []string
	Manifest results.Manifest
	Summary  results.Summary
	// Partial says how far the run is; nil if all of its toys are there.
	Partial *Partial
	// Missing says what the page lacks, such as a damaged record, in a sentence each.
	Missing []string
	// Command is a command line that makes the run again.
	Command string
	// Sections are the cells of the summary, in its order.
	Sections []Section
	// Drawings are the figures of all cells together, and Comparisons those of their arms.
	Drawings    []Drawing
	Comparisons []results.Comparison
}

// Partial is the progress of a run whose toys are not all there.
type Partial struct {
	Done, Toys int
	AtMost     bool // the run may end with fewer than Toys
	Observed   int  // how many of Toys are observed samples, and not null or alternative toys
	// Growing reports that toys are still added: the page loads itself again while it is served.
	Growing bool
	// Continue is a command line that adds the other toys; empty if it is not known.
	Continue string
}

// Section is one cell of a run.
type Section struct {
	Record  results.CellRecord
	Summary results.CellSummary
	// Answer has the sentences about the observed sample, the verdict first; empty without one.
	Answer   []string
	Warnings []string
	Findings *findings.Findings // nil if the test makes no fit, and if the fit failed
	Rows     *findings.RowList  // nil without a list
	Drawings []Drawing
	Fits     []results.FitRecord // the recorded ones
	// Images are the pictures of rows, by Member.Image. Those that are missing are shown by their
	// names.
	Images map[string]Picture
}

// Picture is an image as a page embeds it.
type Picture struct {
	MediaType string // such as image/png
	Content   []byte
}

// Drawing is a figure of the page.
type Drawing struct {
	Name    string // that of its files, without an ending
	Title   string
	Caption []string // paragraphs
	Picture
}
