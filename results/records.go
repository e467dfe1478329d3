package results

import (
	"encoding/json"
	"strings"
	"time"
)

// The two hypotheses that a toy is drawn under, and the sample that is no toy.
const (
	Null        = "null"
	Alternative = "alternative"
	Observed    = "observed"
)

// StatusOK is the status of a fit that ended as it should.
const StatusOK = "ok"

// Toy is one line of toys/*.jsonl: one synthetic (R, D) pair and its statistics.
type Toy struct {
	// Cell is the identity of what was drawn and how it was tested: a Cell's Null or Alternative.
	// Cells of a sweep that differ in other things, such as the size of the test, share toys.
	Key        string `json:"cell"`
	Hypothesis string `json:"hypothesis"`
	// N_S, the expected number of signal events; 0 under the null
	Signal float64 `json:"signal"`
	Index  int     `json:"index"`
	// T holds one t per scale, largest sigma first. It is empty when Status is not ok.
	T      []float64 `json:"t"`
	Status string    `json:"status"`
	Reason string    `json:"reason,omitempty"`
	// Events is N_D and Injected how many of them are anomalous.
	Events   int `json:"events"`
	Injected int `json:"injected"`
	// ClampedEpochs counts the epochs in which the exponential's argument was held at its limit.
	ClampedEpochs int `json:"clamped_epochs"`
	// Kernels are the kernels at every scale, where the config asks for them (record.kernels).
	Kernels []Kernels `json:"kernels,omitempty"`
	// Leading is what the most significant kernel holds, where the config asks for it
	// (record.leading).
	Leading *Leading `json:"leading,omitempty"`
	Seconds float64  `json:"seconds"`
}

// Leading is the kernel with the most significant excess in a toy with injected anomalies, at the
// scale where it is most significant.
type Leading struct {
	Sigma float64 `json:"sigma"`
	Z     float64 `json:"z"` // local; 0 where no kernel has an excess
	// Purity is the share of anomalies in the rows that it holds, weighted by what it holds of
	// each; NearestPurity that among the twenty that it holds most of; Efficiency what it holds of
	// the anomalies, on average.
	Purity        float64 `json:"purity"`
	NearestPurity float64 `json:"nearest_purity"`
	Efficiency    float64 `json:"efficiency"`
	// Found counts the injected classes that some kernel of the fit found, of Classes.
	Found   int `json:"found"`
	Classes int `json:"classes"`
}

// Named are means of Leading over the toys of a point, beside the share of anomalies in their data.
type LeadingSummary struct {
	Injected        float64 `json:"injected"`
	Purity          float64 `json:"purity"`
	PuritySE        float64 `json:"purity_se"`
	NearestPurity   float64 `json:"nearest_purity"`
	NearestPuritySE float64 `json:"nearest_purity_se"`
	Efficiency      float64 `json:"efficiency"`
	Found           float64 `json:"found"` // classes that were found
	Classes         int     `json:"classes"`
}

// Kernels are the places, in the data's own units, and the coefficients of a fit's kernels at one
// scale.
type Kernels struct {
	Centroids    [][]float64 `json:"centroids"`    // M rows of d
	Coefficients []float64   `json:"coefficients"` // M
}

// Manifest says what a run is; it is written before the first toy.
type Manifest struct {
	Schema string `json:"schema"`
	Name   string `json:"name"`
	Digest string `json:"digest"` // SHA-256 of the resolved config, in hex
	Seed   uint64 `json:"seed"`
	// Config is the resolved config as YAML text, with its sweep.
	Config string `json:"config"`
	// Axes are what the sweep varies, in the order of the config; a config without a sweep has
	// none.
	Axes []AxisRecord `json:"axes,omitempty"`
	// Cells are the experiments of the sweep; a config without a sweep has one.
	Cells []CellRecord `json:"cells"`
	// sparker, go, and the modules that numbers depend on
	Versions map[string]string `json:"versions"`
	// Inputs are the files that the config names, each with the SHA-256 of its content in hex.
	Inputs   map[string]string `json:"inputs,omitempty"`
	Started  time.Time         `json:"started"`
	Finished *time.Time        `json:"finished,omitempty"`
}

// Axis is one thing that a sweep varies: a key path, or a name that the config gives to several
// keys that vary together.
type AxisRecord struct {
	Name   string   `json:"name"`
	Labels []string `json:"labels"` // of its arms, in the order of the config
}

// Setting is where a cell stands on one axis.
type ArmRecord struct {
	Axis  string `json:"axis"`
	Label string `json:"label"`
}

// String is axis=label.
func (s ArmRecord) String() string { return s.Axis + "=" + s.Label }

// Describe names a cell by its settings, as in "loss.kind=bce, model.softmax=false".
func Describe(settings []ArmRecord) string {
	words := make([]string, len(settings))
	for i, s := range settings {
		words[i] = s.String()
	}
	return strings.Join(words, ", ")
}

// Cell is one experiment of a run, and what was found out about it before the first toy.
type CellRecord struct {
	Arms []ArmRecord `json:"settings,omitempty"` // one for each axis
	// the cell's own resolved config, as YAML text without a sweep
	Config string `json:"config"`
	// Null and Alternative are the identities of the cell's toys without and with signal
	// (Toy.Cell): digests of everything that their numbers depend on.
	NullKey        string `json:"null"`
	AlternativeKey string `json:"alternative"`
	// Samples is the digest of what the samples of its toys depend on: cells of equal Samples see
	// the same toys.
	SamplesKey string `json:"samples"`
	// Widths are the pairwise distance quantiles of the reference and the widths that follow from
	// them.
	Widths  WidthsRecord  `json:"widths"`
	Scales  []ScaleRecord `json:"scales"`
	Columns []Column      `json:"columns"`
	// Pools are the files that toys are drawn from; absent for a generator.
	Pools    *PoolSizes `json:"pools,omitempty"`
	Warnings []string   `json:"warnings,omitempty"`
}

// Pools are the numbers of rows that toys are drawn from, and how.
type PoolSizes struct {
	// Calibration is pools, or permutation: null toys are the reference and the observed sample,
	// shuffled.
	Calibration string `json:"calibration"`
	Reference   int    `json:"reference"`  // rows of a toy's reference
	Background  int    `json:"background"` // rows of the pool of the data's background
	// rows that alternative toys are drawn from; 0: from the background pool
	HeldOut  int `json:"held_out"`
	Signal   int `json:"signal"`
	Observed int `json:"observed"`
}

// ToyCell is the identity of the cell's toys at a strength: without signal, an alternative toy is
// one of the null.
func (c CellRecord) ToyKey(signal float64) string {
	if signal == 0 {
		return c.NullKey
	}
	return c.AlternativeKey
}

// Widths are quantiles of the reference's pairwise distances, and the annealing's ends (in the
// units of the fit: standard deviations where the data are standardized).
type WidthsRecord struct {
	Q1    float64 `json:"q1"`
	Q50   float64 `json:"q50"`
	Q99   float64 `json:"q99"`
	Start float64 `json:"start"`
	End   float64 `json:"end"`
}

// Scale is one statistic of a toy: the epoch after which it was stored, and sigma at that epoch.
type ScaleRecord struct {
	Epoch int     `json:"epoch"`
	Sigma float64 `json:"sigma"`
	// Statistic is empty for t, and "lead" for the statistic of the best single kernel. Those of
	// other tests than SparKer's have names of their own, and neither epoch nor sigma.
	Statistic string `json:"statistic,omitempty"`
}

// Column names a coordinate of the data; Unit is empty where it has none.
type Column struct {
	Name string `json:"name"`
	Unit string `json:"unit,omitempty"`
}

// Checkpoint is the statistic at one scale.
type CheckpointRecord struct {
	Epoch int     `json:"epoch"`
	Sigma float64 `json:"sigma"`
	T     float64 `json:"t"`
}

// Fit is one fit in full: fits/*.json of a run, or fit.json of `sparker fit`. Centroids are in the
// data's own units.
type FitRecord struct {
	Schema     string             `json:"schema"`
	Statistics []CheckpointRecord `json:"statistics"`
	// Lead holds the lead statistic at the same scales, where the test takes it.
	Lead          []CheckpointRecord `json:"lead,omitempty"`
	Centroids     [][]float64        `json:"centroids"`    // M rows of d
	Coefficients  []float64          `json:"coefficients"` // M
	Status        string             `json:"status"`
	Reason        string             `json:"reason,omitempty"`
	ClampedEpochs int                `json:"clamped_epochs"`
	Warnings      []string           `json:"warnings,omitempty"`

	Hypothesis string   `json:"hypothesis,omitempty"`
	Signal     float64  `json:"signal"`
	Index      int      `json:"index"`
	Injected   int      `json:"injected"`
	Weight     float64  `json:"weight"` // w of each reference row
	Columns    []Column `json:"columns,omitempty"`
	// LengthUnit is what one unit of sigma means: the data's own units, or standard deviations.
	LengthUnit string `json:"length_unit,omitempty"`
	// Scale is the length of one unit of sigma along each column, in the data's own units, where it
	// is not 1; 0 for a column that is left out of the distance.
	Scale []float64 `json:"scale,omitempty"`

	Key   string `json:"cell,omitempty"` // that of the toy
	Trace *Trace `json:"trace,omitempty"`
	// Data and Reference are rows to draw under the trajectories (a subsample where there are
	// many).
	Data      [][]float64 `json:"data,omitempty"`
	Reference [][]float64 `json:"reference,omitempty"`
	Profile   *Profile    `json:"profile,omitempty"`
}

// Trace is the history of a fit, one entry per recorded epoch in every slice: every epoch, or, in a
// long fit of many numbers, evenly spaced ones, those of checkpoints and births, and the last.
// Epoch counts from 1; what it lists holds after that epoch's step and clip.
type Trace struct {
	Epoch []int     `json:"epoch"`
	Sigma []float64 `json:"sigma"`
	// the training loss, without the penalty, before the step
	Loss    []float64 `json:"loss"`
	Penalty []float64 `json:"penalty"` // lambda·Σ a², before the step
	T       []float64 `json:"t"`       // the statistic after the step
	// epoch, kernel, coordinate; in the data's own units
	Centroids    [][][]float64 `json:"centroids"`
	Coefficients [][]float64   `json:"coefficients"` // epoch, kernel
	// DataForce and ReferenceForce are the two parts of -dL/dmu before the step (epoch, kernel,
	// coordinate).
	DataForce      [][][]float64 `json:"data_force"`
	ReferenceForce [][][]float64 `json:"reference_force"`
	// GateEntropy is the entropy of the gate in nats, averaged over the data (0 without a gate).
	GateEntropy []float64 `json:"gate_entropy"`
	// MinDistance is the smallest distance between two centroids in units of sigma (0 for one
	// kernel).
	MinDistance []float64 `json:"min_distance"`
	// Born lists the kernels that were born again, and when; their paths have a break there.
	Born []Birth `json:"born,omitempty"`
}

// Birth is the epoch at whose beginning a kernel, counted from 0, started again at another place.
type Birth struct {
	Epoch  int `json:"epoch"`
	Kernel int `json:"kernel"`
}

// Profile compares the learned with the true log-ratio on a grid, in one dimension.
type Profile struct {
	X     []float64 `json:"x"`
	Truth []float64 `json:"truth,omitempty"` // log(n_alt/n_0); absent where it is not known
	// one curve per checkpoint, in the order of Fit.Statistics
	Learned [][]float64 `json:"learnt"`
}

// Summary is summary.json: everything that is said about a run. It depends on the config and the
// toys alone, so two runs of one config give the same bytes, whatever the number of workers.
type Summary struct {
	Schema string `json:"schema"`
	Name   string `json:"name"`
	Digest string `json:"digest"`
	// Complete says whether every toy that the config asks for is here.
	Complete bool         `json:"complete"`
	Axes     []AxisRecord `json:"axes,omitempty"`
	// Cells are the experiments of the run, in the order of the manifest, as far as they have null
	// toys.
	Cells []CellSummary `json:"cells"`
	// Warnings concern the run as a whole; each cell has its own beside.
	Warnings []string `json:"warnings"`
}

// CellSummary is what is said about one experiment of a run.
type CellSummary struct {
	// Cell is its number in the run, from 1 on, and Settings are where it stands on each axis.
	Cell     int         `json:"cell"`
	Name     string      `json:"name"`
	Arms     []ArmRecord `json:"settings,omitempty"`
	Complete bool        `json:"complete"`
	// Method is the two-sample test whose statistics these are.
	Method  string `json:"method"`
	Combine string `json:"combine"`
	// Alpha is the size asked for, AlphaAttained the largest size at or below it that B null toys
	// can give, and AlphaError the standard error of the size that the calibration really has.
	Alpha         float64      `json:"alpha"`
	AlphaAttained float64      `json:"alpha_attained"`
	AlphaError    float64      `json:"alpha_error"`
	Null          NullSummary  `json:"null"`
	Scales        []ScaleStats `json:"scales"`
	Points        []Point      `json:"points"`
	// Observed is what the test says of the observed sample, where there is one.
	Observed *ObservedSummary `json:"observed,omitempty"`
	Widths   WidthsRecord     `json:"widths"`
	Warnings []string         `json:"warnings"`
}

// Title names a cell: its settings, or the run's name where the run has no axes.
func (c CellSummary) Title() string {
	if len(c.Arms) == 0 {
		return c.Name
	}
	return Describe(c.Arms)
}

// ObservedSummary is the result of the test of an observed sample.
type ObservedSummary struct {
	Events int `json:"events"` // N_D
	// P is the global p-value and Z its significance; with ZBound, no toy was as extreme, and both
	// are bounds.
	P      float64 `json:"p"`
	Z      float64 `json:"z"`
	ZBound bool    `json:"z_bound"`
	// T holds the statistics and ScaleP the p-value of each scale alone, for information.
	T      []float64 `json:"t"`
	ScaleP []float64 `json:"scale_p"`
	Status string    `json:"status"`
	Reason string    `json:"reason,omitempty"`
}

// NullSummary counts the calibration toys.
type NullSummary struct {
	Toys    int `json:"toys"`
	Failed  int `json:"failed"`
	Clamped int `json:"clamped"` // toys with at least one clamped epoch
}

// ScaleStats describes t under the null at one scale.
type ScaleStats struct {
	Epoch     int     `json:"epoch"`
	Sigma     float64 `json:"sigma"`
	Statistic string  `json:"statistic,omitempty"` // as in Scale
	Mean      float64 `json:"mean"`
	SD        float64 `json:"sd"`
	Median    float64 `json:"median"`
	// ChiSquare is the fit of a chi-square distribution to the null t, absent where t cannot follow
	// one.
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
	// MedianP is the median p-value and MedianZ its significance; with MedianZBound it is a lower
	// bound.
	MedianP      float64 `json:"median_p"`
	MedianZ      float64 `json:"median_z"`
	MedianZBound bool    `json:"median_z_bound"`
	// ScalePower is the power of each scale's t taken alone, for information.
	ScalePower []float64 `json:"scale_power"`
	// Oracle is the power of the likelihood ratio of the true alternative at the same alpha, and
	// OracleZ its median significance (with OracleZBound a lower bound); absent where the
	// alternative is not known.
	Oracle       *float64 `json:"oracle,omitempty"`
	OracleZ      *float64 `json:"oracle_z,omitempty"`
	OracleZBound bool     `json:"oracle_z_bound,omitempty"`
	// Found says on how many of the injected bumps the fits ended, where the kernels were kept.
	Found *FoundBumps `json:"found,omitempty"`
	// Named says what the leading kernels hold, where that was kept.
	Leading *LeadingSummary `json:"named,omitempty"`
}

// Found counts the bumps that kernels found, over the toys of a point whose fits did not fail: a
// bump of standard deviation s is found by a kernel of positive coefficient (of negative, if it is
// a hole) within 2·sqrt(s² + sigma²) of its center, at the scale whose sigma is nearest (in its
// logarithm) to s.
type FoundBumps struct {
	Kernels int `json:"kernels"` // kernels in a fit
	Bumps   int `json:"bumps"`   // bumps in a toy
	// Mean is the mean number of bumps found, and SE its standard error.
	Mean float64 `json:"mean"`
	SE   float64 `json:"se"`
	// Share counts the toys in which 0, 1, 2, ... bumps were found.
	Share []int `json:"share"`
	// Crowded is the mean number of kernels beyond the first on a bump, all bumps of a toy added
	// up.
	Crowded float64 `json:"crowded"`
}

// Comparison holds the arms of one axis (or of several together) against their first, on the same
// toys where they have the same.
type Comparison struct {
	By     []string          `json:"by"` // the axes
	Alpha  float64           `json:"alpha"`
	Groups []ComparisonGroup `json:"groups"`
	// Regret says how far the arms are from the best, where that was asked for.
	Regret *Regret `json:"regret,omitempty"`
	// Warnings name, among others, keys in which the arms differ although they are not compared.
	Warnings []string `json:"warnings"`
}

// ComparisonGroup is one comparison: cells that differ in the compared axes only.
type ComparisonGroup struct {
	Common      []ArmRecord     `json:"settings,omitempty"` // what the arms have in common
	Arms        []ComparisonArm `json:"arms"`               // the first is the baseline
	Differences []Difference    `json:"differences"`
}

// At is the arm of a label and its point at N_S; ok is false where the group has no such arm, or it
// no toys there.
func (g ComparisonGroup) At(label string, signal float64) (a ComparisonArm, p Point, ok bool) {
	for _, a := range g.Arms {
		if a.Label != label {
			continue
		}
		for _, p := range a.Points {
			if p.Signal == signal && p.Toys > 0 {
				return a, p, true
			}
		}
	}
	return ComparisonArm{}, Point{}, false
}

// Arm is one cell of a comparison.
type ComparisonArm struct {
	Label string `json:"label"`
	CellSummary
	Seconds float64 `json:"seconds"` // mean time of a toy
	// MedianSeconds is the median time of an alternative toy, 0 while there is none.
	MedianSeconds float64 `json:"median_seconds"`
}

// Difference compares one arm with the baseline at one strength.
type Difference struct {
	Arm    string  `json:"arm"`
	Signal float64 `json:"signal"`
	// Paired says that both were tested on the same toys; Toys is the number of toys that both
	// have, or the smaller of their numbers.
	Paired bool `json:"paired"`
	Toys   int  `json:"toys"`
	// Power and Baseline are the two powers over those toys.
	Power    float64 `json:"power"`
	Baseline float64 `json:"baseline"`
	// Difference is Power - Baseline. CI95 is its interval: Newcombe's score interval for the toys,
	// widened by the noise of the two calibrations.
	Difference float64  `json:"difference"`
	CI95       Interval `json:"ci95"`
	// Gained and Lost are the toys that only the arm, and only the baseline rejects, and McNemar is
	// the exact two-sided p-value of as uneven a split; absent where the toys are not the same.
	Gained  int      `json:"gained"`
	Lost    int      `json:"lost"`
	McNemar *float64 `json:"mcnemar,omitempty"`
}

// Regret says what each arm of a comparison lacks, in power, to the best one of each group: methods
// of testing as a rule, and anomalies. Limits, arms that know more than a test may, are not in the
// running for the best.
type Regret struct {
	// Groups are those of the comparison, in their order.
	Groups []RegretGroup `json:"groups"`
	// Rows are the arms by rising mean regret, and after them the limits likewise.
	Rows []RegretRow `json:"rows"`
	// Oracle is the limit of all: the likelihood ratio of the true alternative, where a group knows
	// it.
	Oracle *RegretRow `json:"oracle,omitempty"`
	// Costs hold power against time: of all arms, over the groups that all of them have; and, where
	// these are not all groups, of the arms that have every group.
	Costs []Cost `json:"costs,omitempty"`
}

// RegretGroup is what the arms of a group are measured against.
type RegretGroup struct {
	Signal float64 `json:"signal"` // N_S; 0 where no arm has toys with signal
	// Best is the label of the arm of the largest power, the first of several, and Power its power.
	// It is empty where no arm that is no limit has toys at the N_S.
	Best  string  `json:"best,omitempty"`
	Power float64 `json:"power"`
	// Oracle is the power of the oracle of the best arm; absent where it is not known.
	Oracle *float64 `json:"oracle,omitempty"`
}

// RegretRow is one arm in all groups.
type RegretRow struct {
	Label string `json:"label"`
	Limit bool   `json:"limit,omitempty"`
	// Regrets are the best power of each group less that of the arm; absent where the arm has no
	// toys there. They are below 0 for limits alone.
	Regrets []*float64 `json:"regrets"`
	// Mean is their mean over the groups that the arm has, and Groups the number of these.
	Mean   float64 `json:"mean"`
	Groups int     `json:"groups"`
}

// Cost holds the mean power of arms over groups that all of them have, beside the time that a toy
// takes.
type Cost struct {
	Groups []int     `json:"groups"` // places in Regret.Groups
	Rows   []CostRow `json:"rows"`   // in the order of Regret.Rows
	// Oracle is the mean power of the oracle over the groups; absent where one of them has none.
	Oracle *float64 `json:"oracle,omitempty"`
}

// CostRow is the mean power of one arm.
type CostRow struct {
	Label string `json:"label"`
	Limit bool   `json:"limit,omitempty"`
	// Power is the mean, and SE its standard error from the numbers of toys (not from those of the
	// null toys).
	Power float64 `json:"power"`
	SE    float64 `json:"se"`
	// Seconds is the geometric mean over the groups of the median time of an alternative toy; 0
	// where one is not known.
	Seconds float64 `json:"seconds"`
}

// The versions of the file formats.
const (
	ManifestSchema = "sparker/manifest/2"
	FitSchema      = "sparker/fit/1"
	SummarySchema  = "sparker/summary/2"
)

// Encode writes a record as indented JSON with a final newline.
func Encode(record any) ([]byte, error) {
	b, err := json.MarshalIndent(record, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(b, '\n'), nil
}
