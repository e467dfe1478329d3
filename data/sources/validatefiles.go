package sources

import (
	"fmt"
	"math"
	"path"
	"reflect"
)

// files checks the configuration of the source files as far as that is possible without reading
// them.
func (v validation) files(c Config) {
	f := c.Files
	if c.Dim != 0 {
		v.say("dim", "is %d; the dimension of files is the number of their columns", c.Dim)
	}
	if c.Signal.Kind != "" {
		v.say("signal.kind", "is %q; the anomalies of files are the rows of files.signal",
			c.Signal.Kind)
	}
	v.eventCounts(c)
	if f.Reference.File == "" {
		v.say("files.reference.file", "is missing; it holds the rows of the null hypothesis")
	}
	v.fileSet("files.reference", f.Reference.FileSet)
	v.reference(c)
	v.fileSet("files.background", f.Background)
	v.fileSet("files.signal", f.Signal)
	v.fileSet("files.observed", f.Observed)
	v.generator(f)
	v.variations(c)
	v.columns(f)
	v.optional("files.missing", f.Missing, MissingPolicies)
	v.optional("files.shared", f.Shared, SharedPolicies)
	v.csv(f.CSV)
	v.optional("files.calibration", f.Calibration, Calibrations)
	v.optional("files.rows", f.Rows, RowNorms)
	v.transform(f.Transform)
	v.shares(f)
	v.blocks(c)
	if f.Calibration == calibrationPermutation {
		v.permutation(c)
	}
}

// eventCounts checks the numbers of rows and events.
func (v validation) eventCounts(c Config) {
	// With blocks, another counting is refused, and the reason is not a number that is missing.
	ofObserved := c.Expected == 0 && c.Files.Observed.File != "" &&
		(c.Counting == countingShape || c.Files.blocked())
	switch {
	case c.Reference < 0:
		v.say("reference", "is %d; must be at least 1, or 0 for the whole reference pool",
			c.Reference)
	case ofObserved, c.Expected == 0 && c.Files.Reference.yields():
	case !(c.Expected > 0) || math.IsInf(c.Expected, 0):
		v.say("expected", "is %v; must be a finite number above 0", c.Expected)
	case math.Round(c.Expected) < 1:
		v.say("expected", "is %v; must be at least one event", c.Expected)
	}
}

// yields reports whether the set says how many events its rows stand for.
func (s ReferenceSet) yields() bool {
	for _, more := range s.More {
		if more.Weight == "" && more.Total == 0 {
			return false
		}
	}
	return s.Weight != "" && s.Rows == 0 || s.Total > 0
}

// reference checks what only the reference has: the events that rows stand for, and more files.
func (v validation) reference(c Config) {
	s := c.Files.Reference
	if s.Total > 0 && len(s.More) == 0 && (c.Counting == countingShape || c.Expected > 0) &&
		(c.Expected > 0 || c.Files.Observed.File != "") {
		v.say("files.reference.total", "is %v, which has no effect: the reference is one file, "+
			"and the number of events is that of the data or of the key expected", s.Total)
	}
	if s.File == "" && (s.Total != 0 || len(s.More) > 0) {
		v.say("files.reference.file", "is missing, although other keys of the block are set")
	}
	v.total("files.reference.total", s.Total)
	for i, more := range s.More {
		key := "files.reference.more" + index(i)
		if more.File == "" {
			v.say(key+".file", "is missing; it holds further rows of the reference")
			continue
		}
		v.fileSet(key, more.set())
		v.total(key+".total", more.Total)
	}
}

func (v validation) total(key string, total float64) {
	if !(total >= 0 && total <= maxCoordinate) {
		v.say(key, "is %v; must be above 0 and at most %g, or 0 for the sum of the weights", total,
			maxCoordinate)
	}
}

// fileSet checks the block of one table.
func (v validation) fileSet(key string, s FileSet) {
	withoutFile := s
	withoutFile.File = ""
	observed := key == "files.observed"
	switch {
	case s.File == "" && !isBlank(reflect.ValueOf(withoutFile)):
		v.say(key+".file", "is missing, although other keys of the block are set")
	case !observed && s.Text != "":
		v.say(key+".text", "is set, but texts are shown only of the rows of files.observed")
	case !observed && s.Image != "":
		v.say(key+".image", "is set, but images are shown only of the rows of files.observed")
	case s.Block != "" && key == "files.signal":
		v.say(key+".block", "is set, but anomalous rows are drawn one by one")
	case len(s.Keep) > 0 && len(s.Labels) == 0:
		v.say(key+".keep", "names labels, but %s.labels does not say where they are", key)
	case len(s.Drop) > 0 && len(s.Labels) == 0:
		v.say(key+".drop", "names labels, but %s.labels does not say where they are", key)
	case s.Rows < 0:
		v.say(key+".rows", "is %d; must be 0 (all) or more", s.Rows)
	}
}

// columns checks how columns and rows are chosen.
func (v validation) columns(f Files) {
	for i, pattern := range f.Exclude {
		if _, err := path.Match(pattern, ""); err != nil {
			v.say(fmt.Sprintf("files.exclude[%d]", i), "is %q, which is not a pattern", pattern)
		}
	}
	switch {
	case f.Levels < -1 || f.Levels > mostLevels:
		v.say("files.levels", "is %d; must be from -1 (skip text) to %d (0: %d)", f.Levels,
			mostLevels, defaultLevels)
	case !(f.MaxDropped >= 0 && f.MaxDropped <= 1):
		v.say("files.max_dropped", "is %v; must be a share from 0 to 1 (0: %v)", f.MaxDropped,
			defaultMaxDropped)
	case f.Rows == rowsUnit && f.Missing == missingIndicator:
		v.say("files.rows", "is unit, but files.missing is indicator: the length of a row is not "+
			"known if a value is missing")
	case f.Shared == sharedDrop && f.Observed.File == "":
		v.say("files.shared", "is drop, but files.observed names no sample")
	}
}

func (v validation) generator(f Files) {
	switch g := f.Generator; {
	case g.Components < 0 || g.Rows < 0:
		v.say("files.generator", "has %d components and %d rows; want 0 (no generator) or more",
			g.Components, g.Rows)
	case (g.Components == 0) != (g.Rows == 0):
		v.say("files.generator", "has %d components and makes %d rows; both must be set",
			g.Components, g.Rows)
	case g.Components > 0 && f.Signal.File != "":
		v.say("files.generator", "is set, and so is files.signal; anomalies come from one of them")
	}
}

func (v validation) transform(t Transform) {
	v.optional("files.transform.kind", t.Kind, TransformKinds)
	switch {
	case t.Components < 0:
		v.say("files.transform.components", "is %d; must be 0 (all) or more", t.Components)
	case t.Components > 0 && !t.used():
		v.say("files.transform.components", "is %d, but files.transform.kind is none",
			t.Components)
	}
}

// shares checks the limit of the memory, and how the reference rows are divided.
func (v validation) shares(f Files) {
	switch {
	case !(f.Memory >= 0 && f.Memory < 1<<20):
		v.say("files.memory", "is %v; must be a number of GiB above 0 (0: 4)", f.Memory)
	case !(f.Split >= 0 && f.Split < 1):
		v.say("files.split", "is %v; must be a share between 0 and 1 (0: one half)", f.Split)
	case !(f.Holdout >= 0 && f.Holdout < 1):
		v.say("files.holdout", "is %v; must be a share between 0 and 1 (0: none)", f.Holdout)
	case f.Holdout+f.Split >= 1:
		v.say("files.holdout", "is %v and files.split is %v, which leaves nothing for the "+
			"background pool", f.Holdout, f.Split)
	case f.Background.File != "" && (f.Split != 0 || f.Holdout != 0):
		v.say("files.background.file", "is set, so the reference rows are not divided; leave "+
			"out files.split and files.holdout")
	}
}

// permutation checks that a permutation of an observed sample can be drawn.
func (v validation) permutation(c Config) {
	f := c.Files
	switch {
	case f.Observed.File == "":
		v.say("files.calibration", "is permutation, which shuffles the reference and an "+
			"observed sample, but files.observed names none")
	case f.Background.File != "" || f.HasSignal() || f.Split != 0 || f.Holdout != 0:
		v.say("files.calibration", "is permutation, which uses the reference and the observed "+
			"sample only; leave out files.background, signal, split and holdout")
	case c.Counting == countingExtended:
		v.say("counting", "is extended, but a permutation keeps the numbers of rows; want shape")
	case f.Replacement:
		v.say("files.replacement", "is true, but a permutation uses every row once")
	}
}

// optional checks a word that may be left out.
func (v validation) optional(path, value string, allowed []string) {
	if value != "" {
		v.word(path, value, allowed)
	}
}

// isBlank reports whether nothing is set in a value: it is zero, an empty list, or a block whose
// values are blank.
func isBlank(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice:
		return v.Len() == 0
	case reflect.Struct:
		for i := range v.NumField() {
			if !isBlank(v.Field(i)) {
				return false
			}
		}
		return true
	default:
		return v.IsZero()
	}
}
