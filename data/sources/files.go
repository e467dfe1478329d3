package sources

import (
	"fmt"
	"math"
	"reflect"
	"slices"

	"sparker/data/tables"
)

// Files is the block `data.files`: measured events instead of generated ones. All tables have the
// same columns.
//
// Toys are drawn from pools that are split once and have no row in common: a reference pool, a
// background pool and a signal pool. An observed sample does not enter a pool.
type Files struct {
	// Folder is the folder of all files that are not given by an absolute path.
	Folder string `yaml:"folder"`
	// Reference is the table of the null hypothesis. Without a Background table, its rows are split
	// at random into the reference pool and the background pool.
	Reference FileSet `yaml:"reference"`
	// Background is the table that the background of a toy's data is drawn from.
	Background FileSet `yaml:"background"`
	// Signal is the table that anomalies are drawn from.
	Signal FileSet `yaml:"signal"`
	// Generator makes the anomalies instead of a Signal table: a Gaussian mixture is fitted to the
	// background pool, and its samples are the signal pool.
	Generator Generator `yaml:"generator"`
	// Observed is the sample to test. It enters no pool.
	Observed FileSet `yaml:"observed"`
	// Columns lists the names of the columns to take, in this order. If it is empty, all columns
	// are taken.
	Columns []string `yaml:"columns"`
	// Names lists other names for the columns, for reports and for Log.
	Names []string `yaml:"names"`
	// Missing says what happens to rows with missing or infinite values: refuse (the default) makes
	// them an error, drop leaves them out and counts them.
	Missing string `yaml:"missing"`
	// Memory is the memory that the numbers of a table may take, in GiB. 0 stands for 4. A larger
	// table is refused, unless a random subset of its rows is chosen.
	Memory float64 `yaml:"memory"`
	// Split is the share of the reference rows that go into the reference pool. The others go into
	// the background pool. 0 stands for one half of the rows that are not held out.
	Split float64 `yaml:"split"`
	// Holdout is the share of the reference rows that no calibration toy uses. The data of signal
	// toys are drawn from these rows. The type-I error and the power are then those of new data.
	Holdout float64 `yaml:"holdout"`
	// Calibration says what the null toys of an observed sample are. permutation: the rows of the
	// reference and the observed sample, shuffled. The p-value is then exact at any sample size.
	// Counting must be shape-only. pools: rows drawn from the reference and background pools, which
	// should have ten times the rows of a toy. Without this key, it is permutation in shape-only
	// counting, unless the background pool has ten times the observed rows.
	Calibration string `yaml:"calibration"`
	// Replacement says whether toys draw rows with replacement. Duplicate rows look like narrow
	// peaks.
	Replacement bool `yaml:"replacement"`
	// Log lists the names of columns to replace by their logarithm.
	Log []string `yaml:"log"`
	// Rows is the scaling of rows: unit divides every row by its Euclidean length.
	Rows string `yaml:"rows"`
	// Transform is a linear map of the columns that is computed from the reference rows. A
	// permutation computes it from the reference and the observed rows together.
	Transform Transform `yaml:"transform"`
}

// FileSet is a table and the rows to take from it.
type FileSet struct {
	// File is the address of the table: a path, or path:key for an array or a column inside a file.
	File string `yaml:"file"`
	// Labels is the address of one label for each row of the table. With several addresses, the
	// labels of a row are joined by a slash.
	Labels Words `yaml:"labels"`
	// Keep lists the labels of the rows to take. If it is empty, all rows are taken.
	Keep Words `yaml:"keep"`
	// ID is the address of a name for each row, for reports.
	ID string `yaml:"id"`
	// Text is the address of a text for each row, for reports. It applies to the observed sample
	// only.
	Text string `yaml:"text"`
	// Image is the address of the path of an image for each row, for reports. Paths are relative to
	// the folder of the file that holds them. It applies to the observed sample only.
	Image string `yaml:"image"`
	// Rows is the number of rows to take at random. 0 stands for all.
	Rows int `yaml:"rows"`
}

// HasSignal says whether there are rows that anomalies are drawn from.
func (f Files) HasSignal() bool { return f.Signal.File != "" || f.Generator.Components > 0 }

// Transform is a linear map of the columns that is computed from the reference rows.
type Transform struct {
	// Kind is the map: none (the default), pca (the leading principal components) or whiten (the
	// same, each divided by its standard deviation).
	Kind string `yaml:"kind"`
	// Components is the number of principal components to keep. 0 stands for all with a variance
	// above 0.
	Components int `yaml:"components"`
}

// Words are texts: in YAML a list, or one alone; whole numbers are taken as they are written.
type Words []string

// UnmarshalYAML accepts a word or a list of words.
func (w *Words) UnmarshalYAML(decode func(any) error) error {
	var many []any
	if err := decode(&many); err != nil {
		var one any
		if err := decode(&one); err != nil {
			return err
		}
		many = []any{one}
	}
	*w = nil
	for _, x := range many {
		switch x := x.(type) {
		case string:
			*w = append(*w, x)
		case int, int64, uint64, bool:
			*w = append(*w, fmt.Sprint(x))
		default:
			return fmt.Errorf("want a text or a whole number, or a list of these")
		}
	}
	return nil
}

// MarshalYAML writes a list of texts.
func (w Words) MarshalYAML() (any, error) { return []string(w), nil }

// The words that the block takes.
const (
	missingRefuse = "refuse"
	missingDrop   = "drop"

	calibrationPools       = "pools"
	calibrationPermutation = "permutation"

	rowsUnit = "unit"

	transformNone   = "none"
	transformPCA    = "pca"
	transformWhiten = "whiten"
)

// The words of the block, by key. All of these keys may be left out.
var (
	MissingPolicies = []string{missingRefuse, missingDrop}
	Calibrations    = []string{calibrationPools, calibrationPermutation}
	RowNorms        = []string{rowsUnit}
	TransformKinds  = []string{transformNone, transformPCA, transformWhiten}
)

// files checks the block of a source of files, as far as that is possible without the
// files.
func (v validator) files(c Config) {
	f := c.Files
	if c.Dim != 0 {
		v.say("dim", "is %d; files have the dimension of their columns", c.Dim)
	}
	if c.Signal.Kind != "" {
		v.say("signal.kind", "is %q; the anomalies of files are the rows of files.signal",
			c.Signal.Kind)
	}
	switch {
	case c.Reference < 0:
		v.say("reference", "is %d; must be at least 1, or 0 for the whole reference pool",
			c.Reference)
	// the number of observed rows
	case c.Expected == 0 && f.Observed.File != "" && c.Counting == countingShape:
	case !(c.Expected > 0) || math.IsInf(c.Expected, 0):
		v.say("expected", "is %v; must be a finite number above 0", c.Expected)
	case math.Round(c.Expected) < 1:
		v.say("expected", "is %v; must be at least one event", c.Expected)
	}
	if f.Reference.File == "" {
		v.say("files.reference.file", "is missing; the rows of the null hypothesis are wanted")
	}
	for _, s := range []struct {
		path string
		set  FileSet
	}{{"files.reference", f.Reference}, {"files.background", f.Background},
		{"files.signal", f.Signal}, {"files.observed", f.Observed}} {
		switch {
		case s.set.File == "" && (len(s.set.Labels) > 0 || len(s.set.Keep) > 0 || s.set.ID != "" ||
			s.set.Text != "" || s.set.Image != "" || s.set.Rows != 0):
			v.say(s.path+".file", "is missing, although other keys of the block are set")
		case s.path != "files.observed" && s.set.Text != "":
			v.say(s.path+".text", "is set, but texts are shown of the rows of files.observed only")
		case s.path != "files.observed" && s.set.Image != "":
			v.say(s.path+".image", "is set, but images are shown of the rows of files.observed only")
		case len(s.set.Keep) > 0 && len(s.set.Labels) == 0:
			v.say(s.path+".keep", "names labels, but %s.labels does not say where they are", s.path)
		case s.set.Rows < 0:
			v.say(s.path+".rows", "is %d; must be 0 (all) or more", s.set.Rows)
		}
	}
	switch g := f.Generator; {
	case g.Components < 0 || g.Rows < 0:
		v.say("files.generator", "has %d components and %d rows; want 0 (no generator) or more",
			g.Components, g.Rows)
	case (g.Components == 0) != (g.Rows == 0):
		v.say("files.generator", "has %d components and makes %d rows; both are wanted",
			g.Components, g.Rows)
	case g.Components > 0 && f.Signal.File != "":
		v.say("files.generator", "is set beside files.signal; anomalies come from one of them")
	}
	v.optional("files.missing", f.Missing, MissingPolicies)
	v.optional("files.calibration", f.Calibration, Calibrations)
	v.optional("files.rows", f.Rows, RowNorms)
	v.optional("files.transform.kind", f.Transform.Kind, TransformKinds)
	switch {
	case f.Transform.Components < 0:
		v.say("files.transform.components", "is %d; must be 0 (all) or more",
			f.Transform.Components)
	case f.Transform.Components > 0 && !f.Transform.used():
		v.say("files.transform.components", "is %d, but files.transform.kind is none",
			f.Transform.Components)
	}
	switch {
	case !(f.Memory >= 0 && f.Memory < 1<<20):
		v.say("files.memory", "is %v; must be a number of GiB above 0 (0: 4)", f.Memory)
	case !(f.Split >= 0 && f.Split < 1):
		v.say("files.split", "is %v; must be a share between 0 and 1 (0: one half)", f.Split)
	case !(f.Holdout >= 0 && f.Holdout < 1):
		v.say("files.holdout", "is %v; must be a share between 0 and 1 (0: none)", f.Holdout)
	case f.Holdout+f.Split >= 1:
		v.say("files.holdout", "is %v beside files.split %v, which leaves nothing for the "+
			"background pool", f.Holdout, f.Split)
	case f.Background.File != "" && (f.Split != 0 || f.Holdout != 0):
		v.say("files.background.file", "is given, so the reference rows are not split; leave "+
			"out files.split and files.holdout")
	}
	if f.Calibration != calibrationPermutation {
		return
	}
	switch {
	case f.Observed.File == "":
		v.say("files.calibration", "is permutation, which shuffles the reference and an "+
			"observed sample, but files.observed names none")
	case f.Background.File != "" || f.HasSignal() || f.Split != 0 || f.Holdout != 0:
		v.say("files.calibration", "is permutation, which takes the reference and the observed "+
			"sample alone; leave out files.background, signal, split and holdout")
	case c.Counting == countingExtended:
		v.say("counting", "is extended, but a permutation keeps the numbers of rows; want shape")
	case f.Replacement:
		v.say("files.replacement", "is true, but a permutation takes every row once")
	}
}

// optional checks a word that may be left out.
func (v validator) optional(path, value string, allowed []string) {
	if value != "" {
		v.word(path, value, allowed)
	}
}

func (t Transform) used() bool { return t.Kind != "" && t.Kind != transformNone }

// blank says whether nothing is set in a value: zero, a list without elements, or a block of such.
func blank(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice:
		return v.Len() == 0
	case reflect.Struct:
		for i := range v.NumField() {
			if !blank(v.Field(i)) {
				return false
			}
		}
		return true
	default:
		return v.IsZero()
	}
}

// Paths are the files that the block names, each once, with the folder before them and without keys
// in containers.
func (f Files) Paths() ([]string, error) {
	var all []string
	for _, s := range []FileSet{f.Reference, f.Background, f.Signal, f.Observed} {
		for _, a := range append([]string{s.File, s.ID, s.Text, s.Image}, s.Labels...) {
			if a == "" {
				continue
			}
			path, err := tables.Path(f.address(a))
			if err != nil {
				return nil, err
			}
			if !slices.Contains(all, path) {
				all = append(all, path)
			}
		}
	}
	return all, nil
}
