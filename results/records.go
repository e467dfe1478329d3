package results

import (
	"encoding/json"
	"time"
)

// The two hypotheses that a toy is drawn under.
const (
	Null        = "null"
	Alternative = "alternative"
)

// StatusOK is the status of a fit that ended as it should.
const StatusOK = "ok"

// Toy is one line of toys/*.jsonl: one synthetic (R, D) pair and its statistics.
type Toy struct {
	Hypothesis string  `json:"hypothesis"`
	Signal     float64 `json:"signal"` // N_S, the expected number of signal events; 0 under the null
	Index      int     `json:"index"`
	// T holds one t per scale, largest sigma first. It is empty when Status is not ok.
	T      []float64 `json:"t"`
	Status string    `json:"status"`
	Reason string    `json:"reason,omitempty"`
	// Events is N_D and Injected how many of them are anomalous.
	Events   int `json:"events"`
	Injected int `json:"injected"`
	// ClampedEpochs counts the epochs in which the exponential's argument was held at its limit.
	ClampedEpochs int     `json:"clamped_epochs"`
	Seconds       float64 `json:"seconds"`
}

// Manifest says what a run is; it is written before the first toy.
type Manifest struct {
	Schema string `json:"schema"`
	Name   string `json:"name"`
	Digest string `json:"digest"` // SHA-256 of the resolved config, in hex
	Seed   uint64 `json:"seed"`
	// Config is the resolved config as YAML text.
	Config string `json:"config"`
	// Widths are the pairwise distance quantiles of the reference and the widths that follow from them.
	Widths   Widths            `json:"widths"`
	Scales   []Scale           `json:"scales"`
	Columns  []Column          `json:"columns"`
	Versions map[string]string `json:"versions"` // sparker, go, and the modules that numbers depend on
	// Inputs are the files that the config names, each with the SHA-256 of its content in hex.
	Inputs   map[string]string `json:"inputs,omitempty"`
	Started  time.Time         `json:"started"`
	Finished *time.Time        `json:"finished,omitempty"`
	Warnings []string          `json:"warnings"`
}

// Widths are quantiles of the reference's pairwise distances, and the annealing's ends (in the units of the
// fit: standard deviations where the data are standardised).
type Widths struct {
	Q1    float64 `json:"q1"`
	Q50   float64 `json:"q50"`
	Q99   float64 `json:"q99"`
	Start float64 `json:"start"`
	End   float64 `json:"end"`
}

// Scale is one checkpoint: the epoch after which t was stored, and sigma at that epoch.
type Scale struct {
	Epoch int     `json:"epoch"`
	Sigma float64 `json:"sigma"`
}

// Column names a coordinate of the data; Unit is empty where it has none.
type Column struct {
	Name string `json:"name"`
	Unit string `json:"unit,omitempty"`
}

// Checkpoint is the statistic at one scale.
type Checkpoint struct {
	Epoch int     `json:"epoch"`
	Sigma float64 `json:"sigma"`
	T     float64 `json:"t"`
}

// Fit is one fit in full: fits/*.json of a run, or fit.json of `sparker fit`. Centroids are in the data's
// own units.
type Fit struct {
	Schema        string       `json:"schema"`
	Statistics    []Checkpoint `json:"statistics"`
	Centroids     [][]float64  `json:"centroids"`    // M rows of d
	Coefficients  []float64    `json:"coefficients"` // M
	Status        string       `json:"status"`
	Reason        string       `json:"reason,omitempty"`
	ClampedEpochs int          `json:"clamped_epochs"`
	Warnings      []string     `json:"warnings,omitempty"`

	Hypothesis string   `json:"hypothesis,omitempty"`
	Signal     float64  `json:"signal"`
	Index      int      `json:"index"`
	Injected   int      `json:"injected"`
	Weight     float64  `json:"weight"` // w of each reference row
	Columns    []Column `json:"columns,omitempty"`
	// LengthUnit is what one unit of sigma means: the data's own units, or standard deviations.
	LengthUnit string `json:"length_unit,omitempty"`
	// Scale is the length of one unit of sigma along each column, in the data's own units, where it is not 1;
	// 0 for a column that is left out of the distance.
	Scale []float64 `json:"scale,omitempty"`

	Trace *Trace `json:"trace,omitempty"`
	// Data and Reference are rows to draw under the trajectories (a subsample where there are many).
	Data      [][]float64 `json:"data,omitempty"`
	Reference [][]float64 `json:"reference,omitempty"`
	Profile   *Profile    `json:"profile,omitempty"`
}

// Trace is the history of a fit, one entry per recorded epoch in every slice: every epoch, or, in a long fit of
// many numbers, evenly spaced ones and those of the checkpoints. Epoch counts from 1; what it lists holds
// after that epoch's step and clip.
type Trace struct {
	Epoch        []int         `json:"epoch"`
	Sigma        []float64     `json:"sigma"`
	Loss         []float64     `json:"loss"`         // the training loss, without the penalty, before the step
	Penalty      []float64     `json:"penalty"`      // lambda·Σ a², before the step
	T            []float64     `json:"t"`            // the statistic after the step
	Centroids    [][][]float64 `json:"centroids"`    // epoch, kernel, coordinate; in the data's own units
	Coefficients [][]float64   `json:"coefficients"` // epoch, kernel
	// DataForce and ReferenceForce are the two parts of -dL/dmu before the step (epoch, kernel, coordinate).
	DataForce      [][][]float64 `json:"data_force"`
	ReferenceForce [][][]float64 `json:"reference_force"`
	// GateEntropy is the entropy of the gate in nats, averaged over the data (0 without a gate).
	GateEntropy []float64 `json:"gate_entropy"`
	// MinDistance is the smallest distance between two centroids in units of sigma (0 for one kernel).
	MinDistance []float64 `json:"min_distance"`
}

// Profile compares the learnt with the true log-ratio on a grid, in one dimension.
type Profile struct {
	X      []float64   `json:"x"`
	Truth  []float64   `json:"truth,omitempty"` // log(n_alt/n_0); absent where it is not known
	Learnt [][]float64 `json:"learnt"`          // one curve per checkpoint, in the order of Fit.Statistics
}

// Summary is summary.json: everything that is said about a run. It depends on the config and the toys alone,
// so two runs of one config give the same bytes, whatever the number of workers.
type Summary struct {
	Schema string `json:"schema"`
	Name   string `json:"name"`
	Digest string `json:"digest"`
	// Complete says whether every toy that the config asks for is here.
	Complete bool   `json:"complete"`
	Combine  string `json:"combine"`
	// Alpha is the size asked for, AlphaAttained the largest size at or below it that B null toys can
	// give, and AlphaError the standard error of the size that the calibration really has.
	Alpha         float64      `json:"alpha"`
	AlphaAttained float64      `json:"alpha_attained"`
	AlphaError    float64      `json:"alpha_error"`
	Null          NullSummary  `json:"null"`
	Scales        []ScaleStats `json:"scales"`
	Points        []Point      `json:"points"`
	Widths        Widths       `json:"widths"`
	Warnings      []string     `json:"warnings"`
}

// NullSummary counts the calibration toys.
type NullSummary struct {
	Toys    int `json:"toys"`
	Failed  int `json:"failed"`
	Clamped int `json:"clamped"` // toys with at least one clamped epoch
}

// ScaleStats describes t under the null at one scale.
type ScaleStats struct {
	Epoch  int     `json:"epoch"`
	Sigma  float64 `json:"sigma"`
	Mean   float64 `json:"mean"`
	SD     float64 `json:"sd"`
	Median float64 `json:"median"`
	// ChiSquare is the fit of a chi-square distribution to the null t, absent where t cannot follow one.
	ChiSquare *ChiSquare `json:"chi_square,omitempty"`
}

// ChiSquare is a fitted chi-square distribution and how well it fits.
type ChiSquare struct {
	DoF float64 `json:"dof"`
	KS  float64 `json:"ks"` // Kolmogorov-Smirnov distance
	P   float64 `json:"p"`  // its p-value
}

// Interval is a two-sided confidence interval.
type Interval [2]float64

// Point is the power at one signal strength. At N_S = 0 it is the type-I error.
type Point struct {
	Signal   float64 `json:"signal"`
	Toys     int     `json:"toys"`
	Failed   int     `json:"failed"` // toys whose fit failed; they count as not rejected
	Clamped  int     `json:"clamped"`
	Rejected int     `json:"rejected"`
	Power    float64 `json:"power"`
	// CI68 and CI95 are Clopper-Pearson intervals.
	CI68 Interval `json:"ci68"`
	CI95 Interval `json:"ci95"`
	// MedianP is the median p-value and MedianZ its significance; with MedianZBound it is a lower bound.
	MedianP      float64 `json:"median_p"`
	MedianZ      float64 `json:"median_z"`
	MedianZBound bool    `json:"median_z_bound"`
	// ScalePower is the power of each scale's t taken alone, for information.
	ScalePower []float64 `json:"scale_power"`
	// Oracle is the power of the likelihood ratio of the true alternative at the same alpha, and
	// OracleZ its median significance (with OracleZBound a lower bound); absent where the alternative is not
	// known.
	Oracle       *float64 `json:"oracle,omitempty"`
	OracleZ      *float64 `json:"oracle_z,omitempty"`
	OracleZBound bool     `json:"oracle_z_bound,omitempty"`
}

// The versions of the file formats.
const (
	ManifestSchema = "sparker/manifest/1"
	FitSchema      = "sparker/fit/1"
	SummarySchema  = "sparker/summary/1"
)

// Encode writes a record as indented JSON with a final newline.
func Encode(record any) ([]byte, error) {
	b, err := json.MarshalIndent(record, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(b, '\n'), nil
}
