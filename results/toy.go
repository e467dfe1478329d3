package results

import "fmt"

// The hypotheses that a toy is drawn under, and the word for the observed sample, which is stored
// like a toy.
const (
	Null        = "null"
	Alternative = "alternative"
	Observed    = "observed"
)

// StatusOK is the status of a toy whose test yielded statistics.
const StatusOK = "ok"

// StatusTooManyFailures is the status of an observed sample that has statistics, but no p-value,
// because too many of its null toys failed.
const StatusTooManyFailures = "too_many_failures"

// Toy is one line of toys/*.jsonl: one synthetic pair (R, D) and its statistics, or those of the
// observed sample.
type Toy struct {
	// Key is the digest of what was drawn and how it was tested: NullKey or AlternativeKey of a
	// cell. Cells of a sweep that differ in other things, such as the size of the test, share toys.
	Key        string  `json:"cell"`
	Hypothesis string  `json:"hypothesis"`
	Signal     float64 `json:"signal"` // N_S, in expected signal events; 0 under the null
	Index      int     `json:"index"`  // from 0
	// T holds one statistic per scale, in the order of the cell's scales. It is empty if Status is
	// not StatusOK.
	T        []float64 `json:"t"`
	Status   string    `json:"status"`
	Reason   string    `json:"reason,omitempty"` // why there are no statistics
	Events   int       `json:"events"`           // N_D
	Injected int       `json:"injected"`         // how many of the events are anomalous
	// Warnings, of an observed sample, say what a reader of its statistics should know.
	Warnings []string `json:"warnings,omitempty"`
	// ClampedEpochs counts the epochs in which the argument of the loss's exponential was held at
	// its limit.
	ClampedEpochs int `json:"clamped_epochs"`
	// Kernels holds the kernels at every scale, if the config asks for them.
	Kernels []Kernels `json:"kernels,omitempty"`
	// Leading says what the most significant kernel holds, if the config asks for it.
	Leading *Leading `json:"leading,omitempty"`
	// Places holds the largest local significances of the places of the fit, if the config asks for
	// them and the test fits kernels.
	Places *PlaceRecord `json:"places,omitempty"`
	// Health is that of the annealed fit of the test itself; nil if it has none.
	Health *HealthRecord `json:"health,omitempty"`
	// Nuisances says how the nuisance parameters of the toy were fitted; nil if it has none.
	Nuisances *NuisanceRecord `json:"nuisances,omitempty"`

	Seconds float64 `json:"seconds"` // time to draw and to test
	// Checksum is that of the line. A store writes it, and leaves it empty in the toys that it
	// returns.
	Checksum string `json:"checksum,omitempty"`
}

// String returns the toy in words, as in "null toy 3" or "alternative toy 3 at N_S = 10".
func (t Toy) String() string { return t.ID().String() }

// ID returns the name of the toy within its run.
func (t Toy) ID() ToyID { return ToyID{t.Key, t.Hypothesis, t.Signal, t.Index} }

// ToyID names a toy within a run. The fields are those of [Toy].
type ToyID struct {
	Key, Hypothesis string
	Signal          float64
	Index           int
}

// String returns the toy in words, as in "null toy 3" or "alternative toy 3 at N_S = 10".
func (id ToyID) String() string {
	switch id.Hypothesis {
	case Null:
		return fmt.Sprintf("null toy %d", id.Index)
	case Observed:
		return "the observed sample"
	}
	return fmt.Sprintf("%s toy %d at N_S = %v", id.Hypothesis, id.Index, id.Signal)
}

// Kernels holds the kernels of a fit at one scale.
type Kernels struct {
	Centroids    [][]float64 `json:"centroids"`    // M rows of d, in the data's own units
	Coefficients []float64   `json:"coefficients"` // M
}

// HealthRecord is what an annealed fit shows of its own quality.
type HealthRecord struct {
	Kernels int `json:"kernels"` // M
	// Together is the largest number of kernels with coefficients of one sign that are linked by
	// distances of at most half of sigma, after the last epoch.
	Together int `json:"together"`
	// Far is the number of kernels that no row is near to at any scale.
	Far int `json:"far"`
	// Swing is by how much the loss goes up and down over the last ten epochs, in units of t: twice
	// the median size of the second difference from one epoch to the next.
	Swing float64 `json:"swing"`
}

// PlaceRecord holds the largest local significance of a place of a fit at every scale, widest
// first: of an excess, and of a deficit as a number above 0. It is 0 where there is none.
type PlaceRecord struct {
	Excess  []float64 `json:"excess"`
	Deficit []float64 `json:"deficit"`
	// Purity is the share of anomalies in the weighted data rows of the excess at every scale. It
	// is absent from toys without anomalies.
	Purity []float64 `json:"purity,omitempty"`
}

// Leading describes the kernel with the most significant excess in a toy with injected anomalies,
// at the scale at which it is most significant.
type Leading struct {
	Sigma float64 `json:"sigma"`
	Z     float64 `json:"z"` // local significance; 0 if no kernel has an excess
	// Purity is the share of anomalies in the data rows, weighted by the kernel's share phi in the
	// log-ratio. NearestPurity is their share among the rows of largest weight.
	Purity        float64 `json:"purity"`
	NearestPurity float64 `json:"nearest_purity"`
	// Efficiency is the mean weight phi of the anomalies.
	Efficiency float64 `json:"efficiency"`
	// Found counts the injected classes that some kernel of the fit found, out of Classes.
	Found   int `json:"found"`
	Classes int `json:"classes"`
}
