package findings

import "slices"

// Schema is the version of findings.json.
const Schema = "sparker/findings/1"

// Findings is what a fit found at one scale, and the content of findings.json. Kernels and columns
// are counted from 0, checkpoints from 1.
type Findings struct {
	Schema string `json:"schema"`
	// Member is the member of the test whose fit was read; empty for the test itself.
	Member string `json:"member,omitempty"`
	// Checkpoint is the scale that was read, counted from 1. Epoch, Sigma, Ridge and T belong to
	// it.
	Checkpoint    int     `json:"checkpoint"`
	Epoch         int     `json:"epoch"`
	Sigma         float64 `json:"sigma"`           // the width, in the units of the fit
	Ridge         float64 `json:"ridge,omitempty"` // that of a convex fit; 0 for other fits
	T             float64 `json:"t"`
	DataRows      int     `json:"data_rows"`      // N_D
	ReferenceRows int     `json:"reference_rows"` // N_R
	Weight        float64 `json:"weight"`         // w of each reference row; the mean with weights
	// EffectiveDataRows and EffectiveReferenceRows are (Σ w)²/Σ w² of samples whose rows have
	// different weights; 0 for others.
	EffectiveDataRows      float64 `json:"effective_data_rows,omitempty"`
	EffectiveReferenceRows float64 `json:"effective_reference_rows,omitempty"`
	// LengthUnit says what one unit of Sigma means: "data" for the units of the columns, or
	// "standard deviations of the reference". Scale then holds those deviations, one per column.
	LengthUnit string       `json:"length_unit"`
	Scale      []float64    `json:"scale,omitempty"`
	Columns    []ColumnName `json:"columns"`
	// Places says where the samples differ, the most significant first: at least the first three,
	// and of the others, up to ten in all, those with a p-value of at most 0.1 or, without null
	// toys, a local significance of at least 3. They are empty for a fit without them.
	Places []Place `json:"places,omitempty"`
	// PlacesMember is the member of the test whose fit has the places; empty for the test itself.
	PlacesMember string `json:"places_member,omitempty"`
	// Kernels are sorted by falling |Soft.Z|. Of a convex fit, which has many, at most 10 are
	// listed, no two within sigma of each other.
	Kernels []Finding `json:"kernels"`
	// History holds the counts at every scale of the same ridge, widest first.
	History []ScaleCounts `json:"history"`
	// Classes says which of the labels were found. It is empty if no row has a label.
	Classes []Class `json:"classes,omitempty"`
	// Warnings are those of the fit, and then of what it found.
	Warnings []string `json:"warnings"`
	// KernelNotes say what to know about single kernels, such as that two of them are at one place.
	// They do not concern the places.
	KernelNotes []string `json:"kernel_notes,omitempty"`
	// FitWarnings is the number of warnings of the fit. It is not in findings.json.
	FitWarnings int `json:"-"`

	// Marginals compares the samples column by column: the columns in which they differ most, up to
	// 12 of them. The reweighted reference is that of the scale that was read.
	Marginals []Marginal `json:"marginals,omitempty"`

	// The rows to draw kernels over. Pairs of one column have a histogram of all rows. Pairs of two
	// columns have the rows themselves, or evenly spaced ones if there are many.
	Histogram *Histogram  `json:"histogram,omitempty"`
	Data      [][]float64 `json:"data,omitempty"`
	Reference [][]float64 `json:"reference,omitempty"`
}

// ColumnName names a column of the pair.
type ColumnName struct {
	Name string `json:"name"`
	// Label is what figures write instead of the name, and Unit its unit. Both may be empty.
	Label string `json:"label,omitempty"`
	Unit  string `json:"unit,omitempty"`
}

// Finding is what one kernel found.
type Finding struct {
	Kernel int `json:"kernel"`
	// Coefficient is above 0 for an excess of data, and below 0 for a deficit.
	Coefficient float64   `json:"coefficient"`
	Centroid    []float64 `json:"centroid"` // d values, in the data's own units
	Ball        BallCount `json:"ball"`
	Soft        SoftCount `json:"soft"`
	// Nearest are the data rows of the most weight, by falling weight.
	Nearest []Member `json:"nearest"`
	// Others are the rows of the ball that are not in Nearest, by falling weight. They are in
	// members.csv, and not in findings.json.
	Others []Member `json:"-"`
	// Bulk and Local are the columns in which the members differ most from all of the reference,
	// and from the reference rows around the kernel; most different first. Both are empty far from
	// all rows (see SoftCount.Z). Local is empty if Soft.EffectiveReference is below 5.
	Bulk  []Feature `json:"bulk"`
	Local []Feature `json:"local"`
	// Noise is the standard error that Feature.Bulk has from the number of members alone,
	// 1/√Soft.EffectiveData. It is 0 if there are no members.
	Noise float64 `json:"noise"`
	// Distances counts all rows by their distance to the centroid.
	Distances Distances `json:"distances"`
	Truth     *Truth    `json:"truth,omitempty"` // nil without labels
}

// IsExcess reports whether the kernel holds more data than expected, by its coefficient and by the
// rows around it.
func (f Finding) IsExcess() bool { return f.Coefficient > 0 && f.Soft.Z > 0 }

// Excesses returns the kernels that are an excess, the most significant first. It is empty if none
// is.
func (f Findings) Excesses() []Finding {
	return slices.DeleteFunc(slices.Clone(f.Kernels), func(k Finding) bool { return !k.IsExcess() })
}

// Member is a data row that a kernel holds.
type Member struct {
	// Row is the number of the row in the user's file, counted from 0, or Index if the pair does
	// not say.
	Row   int    `json:"row"`
	ID    string `json:"id,omitempty"`    // the user's name of the row
	Label string `json:"label,omitempty"` // its class
	Text  string `json:"text,omitempty"`  // a text that the user gave for it
	Image string `json:"image,omitempty"` // absolute path, or URL, of a picture of it

	Distance     float64 `json:"distance"` // to the centroid, in units of sigma
	InBall       bool    `json:"in_ball"`
	Weight       float64 `json:"weight"`       // phi
	Contribution float64 `json:"contribution"` // a·phi, the share of the kernel in f(x)
	// RowWeight is the weight of the row relative to the others of the data; nil if they are equal.
	RowWeight *float64 `json:"row_weight,omitempty"`

	// Index is the number of the row in the data of the pair, counted from 0. It is not in
	// findings.json.
	Index int `json:"-"`
}

// Feature compares the members of a kernel with the reference in one column. Means are in the
// data's own units. Deviations are in units of the standard deviation of the reference in the
// column. LocalMean, Local and LocalError are nil if Soft.EffectiveReference is below 5.
type Feature struct {
	Column        int     `json:"column"`
	Name          string  `json:"name"`
	Mean          float64 `json:"mean"` // of the data rows, weighted by phi
	ReferenceMean float64 `json:"reference_mean"`
	ReferenceSD   float64 `json:"reference_sd"`
	Bulk          float64 `json:"bulk"` // (Mean - ReferenceMean)/ReferenceSD
	// Indicator reports that all rows of both samples are 0 or 1 here, so that the means are shares
	// of rows.
	Indicator bool `json:"indicator,omitempty"`
	// LocalMean is the mean of the reference rows, weighted by phi.
	LocalMean *float64 `json:"local_mean,omitempty"`
	Local     *float64 `json:"local,omitempty"` // (Mean - LocalMean)/ReferenceSD
	// LocalError is the standard error of Local from the effective numbers of rows of both samples,
	// each with the variance that the reference has around the kernel.
	LocalError *float64 `json:"local_error,omitempty"`
}
