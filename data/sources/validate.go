package sources

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// The words that a Config takes.
const (
	sourceExponential = "exponential"
	sourceMixture     = "mixture"
	sourceGaussian    = "gaussian"
	sourceFiles       = "files"

	kindGaussian = "gaussian"
	kindBumps    = "bumps"
	kindShape    = "shape"
	kindUniform  = "uniform"
	kindScale    = "scale"
	kindShift    = "shift"

	countingExtended = "extended"
	countingShape    = "shape"

	standardizeNone      = "none"
	standardizeReference = "reference"
)

// The words of the block, by key.
var (
	Names            = []string{sourceExponential, sourceMixture, sourceGaussian, sourceFiles}
	Countings        = []string{countingExtended, countingShape}
	Standardizations = []string{standardizeNone, standardizeReference}
	SignalKinds      = kindsOf("")
)

// kindsOf lists the kinds of signal that a source can hold.
func kindsOf(source string) []string {
	if source == sourceFiles {
		return nil
	}
	kinds := []string{kindGaussian, kindBumps, kindShape, kindUniform, kindScale, kindShift}
	if source == sourceMixture || source == sourceGaussian {
		kinds = slices.DeleteFunc(kinds, func(k string) bool { return k == kindShape })
	}
	return kinds
}

// keysOf lists the keys that a kind of signal takes, beside kind.
func keysOf(kind string) []string {
	switch kind {
	case kindGaussian:
		return []string{"loc", "scale"}
	case kindBumps:
		return []string{"bumps"}
	case kindUniform:
		return []string{"low", "high"}
	case kindScale:
		return []string{"factor"}
	case kindShift:
		return []string{"by"}
	default:
		return nil
	}
}

// maxCoordinate bounds the numbers of a configuration, so that their squares are finite.
const maxCoordinate = 1e100

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (c Config) Validate(report func(path, message string)) {
	v := validator{report: report, source: c.Source, counting: c.Counting}
	v.word("source", c.Source, Names)
	v.word("counting", c.Counting, Countings)
	v.word("standardize", c.Standardize, Standardizations)
	if c.Source == sourceFiles {
		v.files(c)
		return
	}
	if !blank(reflect.ValueOf(c.Files)) {
		v.say("files", "is set, but the source is %s; want source: files", c.Source)
	}
	switch c.Source {
	case sourceExponential:
		v.fixedDim(c.Dim, 1)
	case sourceMixture:
		v.fixedDim(c.Dim, 2)
	case sourceGaussian:
		if c.Dim < 1 {
			v.say("dim", "is %d; the gaussian source needs at least 1", c.Dim)
		}
		v.dim = c.Dim
	}
	d := float64(max(v.dim, 1))
	switch {
	case c.Reference < 1:
		v.say("reference", "is %d; must be at least 1", c.Reference)
	case float64(c.Reference)*d > maxValues:
		v.say("reference", "is %d in %v dimensions; a sample holds at most %g values", c.Reference,
			d, float64(maxValues))
	}
	switch {
	case !(c.Expected > 0) || math.IsInf(c.Expected, 0):
		v.say("expected", "is %v; must be a finite number above 0", c.Expected)
	case c.Expected*d > maxValues:
		v.say("expected", "is %v in %v dimensions; a sample holds at most %g values", c.Expected, d,
			float64(maxValues))
	case c.Counting == countingShape && math.Round(c.Expected) < 1:
		v.say("expected", "is %v; shape-only counting rounds it to the number of events, which "+
			"must be at least 1", c.Expected)
	}
	v.signal(c.Signal)
}

// validator carries what the checks of one configuration share.
type validator struct {
	report   func(path, message string)
	source   string
	counting string
	dim      int // below 1 where the dimension is not known
}

func (v validator) say(path, format string, args ...any) {
	v.report(path, fmt.Sprintf(format, args...))
}

func (v validator) word(path, value string, allowed []string) {
	if !slices.Contains(allowed, value) {
		v.say(path, "is %q; %s", value, oneOf(allowed))
	}
}

// fixedDim checks the dimension of a source that leaves no choice.
func (v *validator) fixedDim(given, want int) {
	v.dim = want
	if given != 0 && given != want {
		v.say("dim", "is %d; the %s source has %d", given, v.source, want)
	}
}

func (v validator) signal(s Signal) {
	kinds := kindsOf(v.source)
	if !slices.Contains(kinds, s.Kind) {
		on := ""
		if slices.Contains(kindsOf(""), s.Kind) {
			on = " on the " + v.source + " source"
		}
		v.say("signal.kind", "is %q%s; %s", s.Kind, on, oneOf(kinds))
		return
	}
	takes := keysOf(s.Kind)
	for _, f := range []struct {
		key string
		set bool
	}{
		{"loc", len(s.Loc) > 0}, {"scale", s.Scale != 0}, {"bumps", len(s.Bumps) > 0},
		{"low", len(s.Low) > 0},
		{"high", len(s.High) > 0}, {"factor", s.Factor != 0}, {"by", len(s.By) > 0},
	} {
		if f.set && !slices.Contains(takes, f.key) {
			only := "nothing else"
			if len(takes) > 0 {
				only = "only " + strings.Join(takes, " and ")
			}
			v.say("signal."+f.key, "does not apply to a %s signal, which takes %s", s.Kind, only)
		}
	}
	switch s.Kind {
	case kindGaussian:
		v.cluster("signal", s.Loc, s.Scale)
	case kindBumps:
		if len(s.Bumps) == 0 {
			v.say("signal.bumps", "is empty; a bumps signal needs at least one")
		}
		for i, b := range s.Bumps {
			path := "signal.bumps" + index(i)
			v.cluster(path, b.Loc, b.Scale)
			v.fraction(path, b)
		}
	case kindUniform:
		v.box(s.Low, s.High)
	case kindScale:
		v.positive("signal.factor", s.Factor)
	case kindShift:
		v.point("signal.by", s.By, "would move events below 0, where the exponential source has none")
	}
}

func (v validator) cluster(path string, loc Vector, scale float64) {
	v.point(path+".loc", loc, "lies below 0, where the exponential source has no events")
	v.positive(path+".scale", scale)
}

// fraction checks the share of a bump, which is a deficit if negative.
func (v validator) fraction(path string, b Bump) {
	switch {
	case !(b.Fraction != 0 && math.Abs(b.Fraction) <= maxCoordinate):
		v.say(path+".fraction", "is %v; must be a finite number other than 0 (at most %g)",
			b.Fraction, float64(maxCoordinate))
	case b.Fraction > 0:
	case v.counting == countingShape:
		v.say(path+".fraction", "is %v; a deficit needs extended counting, since shape-only "+
			"counting fixes the number of events", b.Fraction)
	case (v.source == sourceMixture || v.source == sourceGaussian) && b.Scale >= 1:
		v.say(path+".scale", "is %v; a deficit must be narrower than the Gaussians of the %s "+
			"source, of scale 1, or it exceeds them far out", b.Scale, v.source)
	}
}

func (v validator) box(low, high Vector) {
	ok := v.point("signal.low", low, "lies below 0, where the exponential source has no events")
	ok = v.point("signal.high", high, "lies below 0, where the exponential source has no events") &&
		ok
	if !ok {
		return
	}
	for _, corner := range []struct {
		path string
		at   Vector
	}{{"signal.low", low}, {"signal.high", high}} {
		if v.dim >= 1 && len(corner.at) != v.dim {
			v.say(corner.path, "has length %d; a corner needs one number for each of the %d "+
				"dimensions", len(corner.at), v.dim)
			ok = false
		}
	}
	for j := range min(len(low), len(high)) {
		if ok && !(low[j] < high[j]) {
			v.say(entry("signal.high", high, j), "is %v; must be above low, which is %v", high[j],
				low[j])
		}
	}
}

// point checks a vector of 1 to d numbers; onHalfLine is what is wrong with a negative one on the
// exponential source. It returns whether the point is sound.
func (v validator) point(path string, p Vector, onHalfLine string) bool {
	if len(p) == 0 {
		v.say(path, "is missing; want a number or a list of numbers")
		return false
	}
	ok := true
	if v.dim >= 1 && len(p) > v.dim {
		v.say(path, "has length %d; the %s source has dimension %d", len(p), v.source, v.dim)
		ok = false
	}
	for j, x := range p {
		switch {
		case !(math.Abs(x) <= maxCoordinate):
			v.say(entry(path, p, j), "is %v; must be a finite number (at most %g)", x,
				float64(maxCoordinate))
			ok = false
		case v.source == sourceExponential && x < 0:
			v.say(entry(path, p, j), "is %v; it %s", x, onHalfLine)
			ok = false
		}
	}
	return ok
}

func (v validator) positive(path string, x float64) {
	if !(x > 0 && x <= maxCoordinate) {
		v.say(path, "is %v; must be a finite number above 0 (at most %g)", x,
			float64(maxCoordinate))
	}
}

// entry is the path of the j-th number of a vector; a vector of one is written as a plain number.
func entry(path string, p Vector, j int) string {
	if len(p) == 1 {
		return path
	}
	return path + index(j)
}

func index(i int) string { return "[" + strconv.Itoa(i) + "]" }
