package sources

import (
	"fmt"
	"math"
	"reflect"
	"slices"

	"sparker/data/tables"
)

// Files is the block `data.files`: measured events in the place of a generator's. Its tables have
// the same columns.
//
// Toys are drawn from pools, which are split once and have no row in common: a reference pool, a
// background pool and a signal pool. The observed sample, where there is one, enters no pool.
type Files struct {
	// Folder is put before every path that is not absolute.
	Folder string `yaml:"folder"`
	// Reference are the rows of the null hypothesis. Where Background names no file, they are
	// shared out at random between the reference pool and the background pool.
	Reference FileSet `yaml:"reference"`
	// Background are the rows that the background of the data of a toy is drawn from.
	Background FileSet `yaml:"background"`
	// Signal are the rows that anomalies are drawn from.
	Signal FileSet `yaml:"signal"`
	// Generator makes the anomalies, where Signal names no file.
	Generator Generator `yaml:"generator"`
	// Observed is a sample to test.
	Observed FileSet `yaml:"observed"`
	// Columns are the names of the columns to take, in this order; none is all of them. Names gives
	// other names to them, for reports.
	Columns []string `yaml:"columns"`
	Names   []string `yaml:"names"`
	// Missing says what to do with rows that have missing values: refuse (the default) or drop.
	Missing string `yaml:"missing"`
	// Memory is what the numbers of a table may take, in GiB; 0 is 4. A larger one is refused,
	// unless rows of it are chosen at random.
	Memory float64 `yaml:"memory"`
	// Split is the share of the reference rows that go into the reference pool where there is no
	// background file; 0 is one half of those that are not held out.
	Split float64 `yaml:"split"`
	// Holdout is the share of the reference rows that are put apart: the data of alternative toys
	// are drawn from them, so that their type-I error and power are those of data that the
	// calibration has never seen. It is taken before Split; 0 is none.
	Holdout float64 `yaml:"holdout"`
	// Calibration says what the null toys of an observed sample are: pools, or permutation, in
	// which they are the rows of the reference and of the observed sample, shuffled. The default is
	// permutation, which is exact at any size, where there is an observed sample and counting is
	// shape-only, unless the background pool has ten times its rows.
	Calibration string `yaml:"calibration"`
	// Replacement draws rows with replacement. Duplicates look like narrow peaks: a warning says
	// so.
	Replacement bool `yaml:"replacement"`
	// Log are columns, by name, of which the logarithm is taken; Rows is unit where every row is
	// divided by its length.
	Log  []string `yaml:"log"`
	Rows string   `yaml:"rows"`
	// Transform is a linear map of the columns, found once from the reference rows.
	Transform Transform `yaml:"transform"`
}

// FileSet is a table, and which of its rows to take.
type FileSet struct {
	// File is the address of the table: a path, or path:key in a container (see Read).
	File string `yaml:"file"`
	// Labels is the address of one label for each row of File (see ReadLabels). Of several, the
	// labels of a row are joined by "/".
	Labels Words `yaml:"labels"`
	// Keep are the labels of the rows to take; none is all of them.
	Keep Words `yaml:"keep"`
	// ID is the address of a name for each row of File, for reports.
	ID string `yaml:"id"`
	// Text and Image are the addresses of a text and of the path of an image for each row of the
	// observed sample (see ReadTexts), for reports. Paths are taken from the folder of the table
	// that holds them; a row may have none.
	Text  string `yaml:"text"`
	Image string `yaml:"image"`
	// Rows is the number of rows to take at random; 0 is all of them.
	Rows int `yaml:"rows"`
}

// HasSignal says whether there are rows that anomalies are drawn from.
func (f Files) HasSignal() bool { return f.Signal.File != "" || f.Generator.Components > 0 }

// Transform is a linear map of the columns that is found from the reference rows: none (the
// default), pca (the leading principal components) or whiten (the same, each divided by its
// standard deviation).
type Transform struct {
	Kind string `yaml:"kind"`
	// Components is the number of principal components that are kept; 0 is all that have variance.
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

// validateFiles checks the block of a source of files, as far as that is possible without the
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
	v.optional("files.missing", f.Missing, missingRefuse, missingDrop)
	v.optional("files.calibration", f.Calibration, calibrationPools, calibrationPermutation)
	v.optional("files.rows", f.Rows, rowsUnit)
	v.optional("files.transform.kind", f.Transform.Kind, transformNone, transformPCA,
		transformWhiten)
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
func (v validator) optional(path, value string, allowed ...string) {
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
