package results

import "fmt"

// FindingsSchema is the version of findings.json.
const FindingsSchema = "sparker/findings/1"

// ReadFindings reads findings.json; the error wraps fs.ErrNotExist where there is none.
func ReadFindings(path string) (Findings, error) {
	var f Findings
	if err := readRecord(path, &f); err != nil {
		return Findings{}, err
	}
	if f.Schema != FindingsSchema {
		return Findings{}, fmt.Errorf("results: %s holds no findings that this version reads "+
			"(schema %q, not %q)", path, f.Schema, FindingsSchema)
	}
	return f, nil
}

// Findings is findings.json: what a fit found at one scale, kernel by kernel. Kernels and columns
// are counted from 0. Significances here are local, without a correction for the choice of the
// places or the number of them; whether there is anything at all is what the p-value of the test
// says.
type Findings struct {
	Schema string `json:"schema"`
	// Checkpoint is the scale that was read, counted from 1; Epoch, Sigma and T are those of it.
	Checkpoint    int     `json:"checkpoint"`
	Epoch         int     `json:"epoch"`
	Sigma         float64 `json:"sigma"`
	T             float64 `json:"t"`
	DataRows      int     `json:"data_rows"`      // N_D
	ReferenceRows int     `json:"reference_rows"` // N_R
	Weight        float64 `json:"weight"`         // w of each reference row
	// LengthUnit and Scale are those of a Fit: what one unit of sigma means.
	LengthUnit string    `json:"length_unit"`
	Scale      []float64 `json:"scale,omitempty"`
	Columns    []Column  `json:"columns"`
	// Kernels are listed with the most significant first, by the size of Soft.Z.
	Kernels []Finding `json:"kernels"`
	// History holds the counts at every scale, widest first.
	History []ScaleCounts `json:"history"`
	// Classes say which of the labels were found, where there are labels.
	Classes  []Class  `json:"classes,omitempty"`
	Warnings []string `json:"warnings"`

	// Rows to draw kernels over: in one dimension a histogram of all of them, in two the rows
	// themselves, or evenly spaced ones where there are many.
	Histogram *Histogram  `json:"histogram,omitempty"`
	Data      [][]float64 `json:"data,omitempty"`
	Reference [][]float64 `json:"reference,omitempty"`
}

// Finding is what one kernel found.
type Finding struct {
	Kernel      int       `json:"kernel"`
	Coefficient float64   `json:"coefficient"` // above 0: an excess of data; below: a deficit
	Centroid    []float64 `json:"centroid"`    // in the data's own units
	Ball        BallCount `json:"ball"`
	Soft        SoftCount `json:"soft"`
	// Nearest are the data rows with the most weight, by falling weight. All rows of the ball are
	// in members.csv.
	Nearest []Member `json:"nearest"`
	// Bulk and Local are the columns in which the members differ most from all of the reference,
	// and from the reference rows near by; the most different first.
	Bulk  []Feature `json:"bulk"`
	Local []Feature `json:"local"`
	// Noise is the standard error of Feature.Bulk from the number of members alone; 0 where there
	// are none.
	Noise     float64   `json:"noise"`
	Distances Distances `json:"distances"`
	Truth     *Truth    `json:"truth,omitempty"` // absent without labels
}

// BallCount counts the rows within sigma of a centroid that no other centroid is nearer to.
type BallCount struct {
	Data      int     `json:"data"`      // rows of D
	Reference int     `json:"reference"` // rows of R
	Expected  float64 `json:"expected"`  // w times Reference
	Z         float64 `json:"z"`         // signed: above 0 for an excess
	P         float64 `json:"p"`         // one-sided, on the side of Z
}

// SoftCount weights every row by the kernel's share phi in the log-ratio.
type SoftCount struct {
	Data     float64 `json:"data"`     // Σ_D phi
	Expected float64 `json:"expected"` // w Σ_R phi
	// EffectiveData and EffectiveReference are (Σ phi)²/Σ phi², how many rows of equal weight the
	// sums are worth.
	EffectiveData      float64 `json:"effective_data"`
	EffectiveReference float64 `json:"effective_reference"`
	// Score is the excess over its standard error by the reference, absent where no reference row
	// has weight; good only where EffectiveReference is large.
	Score *float64 `json:"score,omitempty"`
	Z     float64  `json:"z"` // the same, with tails that hold at few rows
}

// Member is a data row that a kernel looks at.
type Member struct {
	Row          int     `json:"row"`             // in the user's file, counted from 0
	ID           string  `json:"id,omitempty"`    // what the user calls it
	Label        string  `json:"label,omitempty"` // its class
	Text         string  `json:"text,omitempty"`  // what the user says of it
	Image        string  `json:"image,omitempty"` // absolute path, or URL, of a picture of it
	Distance     float64 `json:"distance"`        // to the centroid, in units of sigma
	InBall       bool    `json:"in_ball"`
	Weight       float64 `json:"weight"`       // phi
	Contribution float64 `json:"contribution"` // a·phi, the kernel's share in f(x)
}

// Feature compares the members of a kernel with the reference in one column. Means are in the
// data's own units, deviations in standard deviations of the reference. What concerns the reference
// rows near by is absent where these are too few.
type Feature struct {
	Column        int      `json:"column"`
	Name          string   `json:"name"`
	Mean          float64  `json:"mean"` // of the data rows, weighted by phi
	ReferenceMean float64  `json:"reference_mean"`
	ReferenceSD   float64  `json:"reference_sd"`
	Bulk          float64  `json:"bulk"`                 // from the reference's mean
	LocalMean     *float64 `json:"local_mean,omitempty"` // of the reference rows, weighted by phi
	Local         *float64 `json:"local,omitempty"`      // from LocalMean
	LocalError    *float64 `json:"local_error,omitempty"`
}

// Distances are two histograms of distance to a centroid, in units of sigma. Bin k holds the
// distances from (First+k)·Width on.
type Distances struct {
	First           int     `json:"first"`
	Width           float64 `json:"width"`
	Data            []int   `json:"data"`
	Reference       []int   `json:"reference"`
	BeyondData      int     `json:"beyond_data"` // rows farther away than any bin
	BeyondReference int     `json:"beyond_reference"`
}

// Histogram counts all rows of a single column in even bins from Low to High.
type Histogram struct {
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	Data      []int   `json:"data"`
	Reference []int   `json:"reference"`
}

// Truth compares a kernel with labels; what begins with Label is about the class with the most
// weight, and so is the rest but for the two purities.
type Truth struct {
	Purity         float64 `json:"purity"`         // share of labeled rows in Σ_D phi
	NearestPurity  float64 `json:"nearest_purity"` // share of labeled rows among the nearest
	Label          string  `json:"label,omitempty"`
	LabelPurity    float64 `json:"label_purity"`    // share of the class in Σ_D phi
	Efficiency     float64 `json:"efficiency"`      // share of the class that is in the ball
	SoftEfficiency float64 `json:"soft_efficiency"` // mean phi of the class
	P              float64 `json:"p"`               // of as pure a draw by chance
	Found          bool    `json:"found"`
}

// Class is one label and the kernels that found it.
type Class struct {
	Label   string `json:"label"`
	Rows    int    `json:"rows"`
	Kernels []int  `json:"kernels"`
}

// ScaleCounts are the counts of all kernels, in the order of the fit, at one scale.
type ScaleCounts struct {
	Epoch   int            `json:"epoch"`
	Sigma   float64        `json:"sigma"`
	T       float64        `json:"t"`
	Kernels []KernelCounts `json:"kernels"`
}

// KernelCounts is a kernel at one scale.
type KernelCounts struct {
	Coefficient  float64 `json:"coefficient"`
	Data         int     `json:"data"`     // rows of D in the ball
	Expected     float64 `json:"expected"` // weight of R in the ball
	Z            float64 `json:"z"`
	SoftData     float64 `json:"soft_data"`
	SoftExpected float64 `json:"soft_expected"`
	SoftZ        float64 `json:"soft_z"`
}
