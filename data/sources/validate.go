package sources

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// kindsOf returns the kinds of signal that a generator can have.
func kindsOf(source string) []string {
	switch source {
	case sourceFiles:
		return nil
	case sourceClusters: // the others look at one coordinate at a time
		return []string{kindGaussian, kindBumps, kindUniform}
	case sourceMixture, sourceGaussian:
		return []string{kindGaussian, kindBumps, kindUniform, kindScale, kindShift}
	default:
		return []string{kindGaussian, kindBumps, kindShape, kindUniform, kindScale, kindShift}
	}
}

// keysOf returns the keys that a kind of signal has in addition to kind.
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

// maxCoordinate limits the numbers of a configuration, so that their squares are finite.
const maxCoordinate = 1e100

// Validate passes every impossible value to report: the path of its key inside the block, such as
// "signal.loc[1]", and a message that continues the path with what is wrong and what is allowed.
func (c Config) Validate(report func(path, message string)) {
	v := validation{report: report, source: c.Source, counting: c.Counting}
	v.word("source", c.Source, Names)
	v.word("counting", c.Counting, Countings)
	v.word("standardize", c.Standardize, Standardizations)
	v.labels(c.Columns)
	if c.Source == sourceFiles {
		if len(c.Nuisances) > 0 {
			v.say("nuisances", "is set, but the source is files; want files.variations")
		}
		if c.Weights != (WeightsConfig{}) {
			v.say("weights", "is set, but the source is files; want files.reference.weight")
		}
		v.files(c)
		return
	}
	if !isBlank(reflect.ValueOf(c.Files)) {
		v.say("files", "is set, but the source is %s; want source: files", c.Source)
	}
	switch c.Source {
	case sourceExponential:
		v.fixedDim(c, 1)
	case sourceMixture:
		v.fixedDim(c, 2)
	case sourceGaussian, sourceClusters:
		if c.Dim < 1 {
			v.say("dim", "is %d; the %s source needs at least 1", c.Dim, c.Source)
		}
		v.dim = c.Dim
	}
	v.sizes(c)
	v.signal(c.Signal)
	v.nuisances(c)
	v.weights(c.Weights)
}

// validation carries what the checks of one configuration share.
type validation struct {
	report   func(path, message string)
	source   string
	counting string
	dim      int // less than 1 if the dimension is not known
}

func (v validation) say(path, format string, args ...any) {
	v.report(path, fmt.Sprintf(format, args...))
}

// word checks that a value is one of the allowed words.
func (v validation) word(path, value string, allowed []string) {
	if !slices.Contains(allowed, value) {
		v.say(path, "is %q; %s", value, oneOf(allowed))
	}
}

// oneOf returns what a message says of the allowed words.
func oneOf(words []string) string { return "want one of " + strings.Join(words, ", ") }

// fixedDim sets the dimension of a source whose dimension is fixed, and checks the configured one.
func (v *validation) fixedDim(c Config, dim int) {
	v.dim = dim
	if c.Dim != 0 && c.Dim != dim {
		v.say("dim", "is %d; the %s source has %d", c.Dim, v.source, dim)
	}
}

// sizes checks the sizes of the samples of a generator.
func (v validation) sizes(c Config) {
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
}

func (v validation) signal(s Signal) {
	kinds := kindsOf(v.source)
	if !slices.Contains(kinds, s.Kind) {
		on := ""
		if slices.Contains(kindsOf(""), s.Kind) {
			on = " on the " + v.source + " source"
		}
		v.say("signal.kind", "is %q%s; %s", s.Kind, on, oneOf(kinds))
		return
	}
	v.foreignKeys(s)
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
		v.point("signal.by", s.By,
			"would move events below 0, where the exponential source has none")
	}
}

// foreignKeys checks that no key is set that belongs to signals of other kinds.
func (v validation) foreignKeys(s Signal) {
	own := keysOf(s.Kind)
	for _, f := range []struct {
		key string
		set bool
	}{
		{"loc", len(s.Loc) > 0}, {"scale", s.Scale != 0}, {"bumps", len(s.Bumps) > 0},
		{"low", len(s.Low) > 0}, {"high", len(s.High) > 0}, {"factor", s.Factor != 0},
		{"by", len(s.By) > 0},
	} {
		if f.set && !slices.Contains(own, f.key) {
			only := "nothing else"
			if len(own) > 0 {
				only = "only " + strings.Join(own, " and ")
			}
			v.say("signal."+f.key, "does not apply to a %s signal, which takes %s", s.Kind, only)
		}
	}
}

// cluster checks the keys of a Gaussian below a path.
func (v validation) cluster(path string, loc Vector, scale float64) {
	v.point(path+".loc", loc, "lies below 0, where the exponential source has no events")
	v.positive(path+".scale", scale)
}

// fraction checks the share of a bump, which is a deficit if the share is negative.
func (v validation) fraction(path string, b Bump) {
	switch {
	case !(b.Fraction != 0 && math.Abs(b.Fraction) <= maxCoordinate):
		v.say(path+".fraction", "is %v; must be a finite number other than 0 (at most %g)",
			b.Fraction, float64(maxCoordinate))
	case b.Fraction > 0:
	case v.counting == countingShape:
		v.say(path+".fraction", "is %v; a deficit needs extended counting, since shape-only "+
			"counting fixes the number of events", b.Fraction)
	case v.source == sourceClusters:
		v.say(path+".fraction", "is %v; the clusters source has no deficits", b.Fraction)
	case (v.source == sourceMixture || v.source == sourceGaussian) && b.Scale >= 1:
		v.say(path+".scale", "is %v; a deficit must be narrower than the Gaussians of the %s "+
			"source, of scale 1, or it exceeds them far from its center", b.Scale, v.source)
	}
}

// box checks the corners of a uniform signal.
func (v validation) box(low, high Vector) {
	const below = "lies below 0, where the exponential source has no events"
	lowIsPoint := v.point("signal.low", low, below)
	highIsPoint := v.point("signal.high", high, below)
	if !lowIsPoint || !highIsPoint {
		return
	}
	lowIsShort, highIsShort := v.short("signal.low", low), v.short("signal.high", high)
	if lowIsShort || highIsShort {
		return
	}
	for j := range min(len(low), len(high)) {
		if !(low[j] < high[j]) {
			v.say(entry("signal.high", high, j), "is %v; must be above low, which is %v", high[j],
				low[j])
		}
	}
}

// short checks that a corner has an entry for each dimension and reports whether it does not.
func (v validation) short(path string, corner Vector) bool {
	if v.dim < 1 || len(corner) == v.dim {
		return false
	}
	v.say(path, "has length %d; a corner needs one number for each of the %d dimensions",
		len(corner), v.dim)
	return true
}

// point checks a vector of 1 to d numbers and reports whether it is one. onHalfLine says what is
// wrong with a negative number on the exponential source.
func (v validation) point(path string, p Vector, onHalfLine string) bool {
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

// positive checks that a number is greater than 0.
func (v validation) positive(path string, x float64) {
	if !(x > 0 && x <= maxCoordinate) {
		v.say(path, "is %v; must be a finite number above 0 (at most %g)", x,
			float64(maxCoordinate))
	}
}

// entry returns the path of entry j of a vector. A vector of one entry is written as a number.
func entry(path string, p Vector, j int) string {
	if len(p) == 1 {
		return path
	}
	return path + index(j)
}

func index(i int) string { return "[" + strconv.Itoa(i) + "]" }
