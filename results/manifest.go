package results

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// ManifestSchema is the version of manifest.json.
const ManifestSchema = "sparker/manifest/2"

// Manifest is manifest.json: what a run is. It is written before the first toy.
type Manifest struct {
	Schema string `json:"schema"`
	Name   string `json:"name"`
	Digest string `json:"digest"` // SHA-256 of the resolved config, in hex
	Seed   uint64 `json:"seed"`
	// Config is the resolved config as YAML text, with its sweep.
	Config string `json:"config"`
	// Axes are what the sweep varies, in the order of the config. A config without a sweep has
	// none.
	Axes []AxisRecord `json:"axes,omitempty"`
	// Cells are the experiments of the sweep. A config without a sweep has one.
	Cells []CellRecord `json:"cells"`
	// Versions are those of sparker, of Go, and of the modules that numbers depend on.
	Versions map[string]string `json:"versions"`
	// Inputs are the files that the config names, each with the SHA-256 of its content in hex.
	Inputs   map[string]string `json:"inputs,omitempty"`
	Started  time.Time         `json:"started"`
	Finished *time.Time        `json:"finished,omitempty"` // nil while toys are missing
	// Stretches are the parts of the run that were made by other versions than those of Versions,
	// in the order in which they began.
	Stretches []Stretch `json:"stretches,omitempty"`
	// Checksum is that of the file. A store writes it, and leaves it empty in the manifests that it
	// returns.
	Checksum string `json:"checksum,omitempty"`
}

// Stretch is a part of a run that was made by other versions than the part before it.
type Stretch struct {
	// Shard is the name of the toys file, and Toys the number of its toys when the stretch began.
	// The name is empty for a part that was merged from a folder of its own.
	Shard    string            `json:"shard"`
	Toys     int               `json:"toys"`
	Versions map[string]string `json:"versions"`
	Started  time.Time         `json:"started"`
}

// AxisRecord is one thing that a sweep varies: a key path, or a name that the config gives to
// several keys that vary together.
type AxisRecord struct {
	Name   string   `json:"name"`
	Labels []string `json:"labels"` // of its arms, in the order of the config
}

// ArmRecord is the arm of one axis that a cell belongs to.
type ArmRecord struct {
	Axis  string `json:"axis"`
	Label string `json:"label"`
}

// String returns AXIS=LABEL.
func (a ArmRecord) String() string { return a.Axis + "=" + a.Label }

// Describe names a cell by its arms, as in "loss.kind=bce, model.softmax=false".
func Describe(arms []ArmRecord) string {
	words := make([]string, len(arms))
	for i, a := range arms {
		words[i] = a.String()
	}
	return strings.Join(words, ", ")
}

// Varied returns the arms whose axes have several: those of the others are the same everywhere.
func Varied(arms []ArmRecord, axes []AxisRecord) []ArmRecord {
	return slices.DeleteFunc(slices.Clone(arms), func(arm ArmRecord) bool {
		return slices.ContainsFunc(axes,
			func(axis AxisRecord) bool { return axis.Name == arm.Axis && len(axis.Labels) == 1 })
	})
}

// CellRecord is one experiment of a run, with what is known about it before the first toy.
type CellRecord struct {
	Arms []ArmRecord `json:"settings,omitempty"` // one for each axis
	// Config is the cell's own resolved config as YAML text, without a sweep.
	Config string `json:"config"`
	// NullKey and AlternativeKey are the keys of the cell's toys without and with signal: digests
	// of everything that their numbers depend on.
	NullKey        string `json:"null"`
	AlternativeKey string `json:"alternative"`
	// SamplesKey is the digest of what the samples of the toys depend on. Cells of equal SamplesKey
	// test the same samples.
	SamplesKey string        `json:"samples"`
	Widths     WidthsRecord  `json:"widths"`
	Scales     []ScaleRecord `json:"scales"`
	Columns    []Column      `json:"columns"`
	// Pools describe the files that toys are drawn from; nil for a generator.
	Pools    *PoolSizes `json:"pools,omitempty"`
	Warnings []string   `json:"warnings,omitempty"`
}

// ToyKey returns the key of the cell's toys at a signal strength. At strength 0, alternative toys
// have the key of the null toys.
func (c CellRecord) ToyKey(signal float64) string {
	if signal == 0 {
		return c.NullKey
	}
	return c.AlternativeKey
}

// PoolSizes holds the numbers of rows that toys are drawn from.
type PoolSizes struct {
	// Calibration is how null toys are drawn: "pools", or "permutation" of the reference and the
	// observed sample.
	Calibration string `json:"calibration"`
	Reference   int    `json:"reference"`  // rows of a toy's reference
	Background  int    `json:"background"` // rows of the pool of the data's background
	// HeldOut is the number of rows that alternative toys are drawn from. It is 0 if they are drawn
	// from the background pool.
	HeldOut  int `json:"held_out"`
	Signal   int `json:"signal"`
	Observed int `json:"observed"`
	// Shared is the number of observed rows that are also in the reference, if that is more than
	// the repeats within the reference explain, and 0 otherwise.
	Shared int `json:"shared,omitempty"`
	// Expected is the number of events that the reference stands for by its weights, if that is the
	// expected number of data rows, and 0 otherwise.
	Expected float64 `json:"expected,omitempty"`
}

// WidthsRecord holds quantiles of the reference's pairwise distances, and the ends of the
// annealing. All are in the units of the fit: standard deviations of the reference if the data are
// standardized, the data's own units otherwise.
type WidthsRecord struct {
	Q1    float64 `json:"q1"`
	Q50   float64 `json:"q50"`
	Q99   float64 `json:"q99"`
	Start float64 `json:"start"`
	End   float64 `json:"end"`
}

// ScaleRecord is one statistic of a toy.
type ScaleRecord struct {
	// Member is the member of the test that the statistic is of; empty for the test of the method.
	Member string  `json:"member,omitempty"`
	Epoch  int     `json:"epoch"` // after which the statistic was taken, from 1
	Sigma  float64 `json:"sigma"` // width at that epoch
	// Statistic is empty for t, and "lead" for the statistic of the best single kernel. Statistics
	// of tests other than SparKer have names of their own, and neither epoch nor sigma.
	Statistic string `json:"statistic,omitempty"`
}

// Label names the statistic in tables and figures, with the member that it is of.
func (s ScaleRecord) Label() string {
	label := cmp.Or(s.Statistic, "t")
	if s.Member != "" {
		return s.Member + ": " + label
	}
	return label
}

// Column names a coordinate of the data.
type Column struct {
	Name string `json:"name"`
	// Label is what figures write instead of the name. _{...} is a subscript, ^{...} a superscript.
	Label string `json:"label,omitempty"`
	Unit  string `json:"unit,omitempty"`
}

// Title is the text of an axis: the label, or else the name, and the unit in brackets.
func (c Column) Title() string {
	title := cmp.Or(c.Label, c.Name)
	if c.Unit != "" {
		title += " [" + c.Unit + "]"
	}
	return title
}
