package configs

import (
	"fmt"
	"math"
	"reflect"
	"slices"

	"sparker/data/sources"
)

// ofSource holds the keys whose defaults depend on the source of the data.
var ofSource = []string{"data.counting", "data.standardize", "data.reference", "data.expected"}

// resolveDefaults sets the defaults that depend on other keys. Measured events have arbitrary units
// and no expected number. So the columns of files are standardized, counting is shape-only, and the
// whole reference pool is taken, unless the config says otherwise. Fractions of signal replace the
// default strengths.
func (d *decoder) resolveDefaults(e *Experiment) {
	e.resolveMembers()
	if !e.Data.Generated() {
		if reflect.DeepEqual(e.Data.Signal, sources.Default().Signal) { // nobody's choice
			e.Data.Signal = sources.Signal{}
		}
		if !d.isWritten("data.counting") {
			e.Data.Counting = "shape"
		}
		if !d.isWritten("data.standardize") {
			e.Data.Standardize = "reference"
		}
		if !d.isWritten("data.reference") {
			e.Data.Reference = 0
		}
		if !d.isWritten("data.expected") {
			e.Data.Expected = 0
		}
	}
	switch {
	case len(e.Toys.Fractions) == 0:
	case d.isWritten("toys.signal") && len(e.Toys.Signal) > 0:
		d.report(d.written["toys.fractions"], "toys.fractions",
			"is set as well as toys.signal; want one of them")
	default:
		e.Toys.Signal = nil
	}
}

// resolveFractions turns fractions of signal into numbers of events.
func (d *decoder) resolveFractions(e *Experiment) {
	if len(e.Toys.Fractions) == 0 || len(e.Toys.Signal) > 0 {
		return
	}
	for i, f := range e.Toys.Fractions {
		if f < 0 {
			path := fmt.Sprintf("toys.fractions[%d]", i)
			at, _ := d.locate(path)
			d.report(at, path, fmt.Sprintf("is %s; must be at least 0", formatNumber(f)))
			continue
		}
		if f > 0 && e.Data.Expected == 0 {
			d.report(d.written["toys.fractions"], "toys.fractions", "are fractions of "+
				"data.expected, which is 0 (the number of observed rows); set data.expected, or "+
				"toys.signal instead")
			break
		}
		e.Toys.Signal = append(e.Toys.Signal, math.Round(f*e.Data.Expected*1e9)/1e9)
	}
	e.Toys.Fractions = nil
}

// dropReplaced takes back values of the config that the assignments of a cell replace indirectly.
// If the cell sets strengths, fractions of the config go, and the other way round. If the cell sets
// the source of the data, the keys whose defaults depend on it get these defaults, except those
// that the cell sets. This gives a config the same meaning as its resolved form, in which every key
// is written.
func (d *decoder) dropReplaced(e *Experiment, values []Assignment) {
	sets := func(path string) bool {
		return slices.ContainsFunc(values, func(v Assignment) bool { return v.Path == path })
	}
	if sets("data.source") {
		for _, key := range ofSource {
			if !sets(key) {
				delete(d.written, key)
			}
		}
	}
	switch signal, fractions := sets("toys.signal"), sets("toys.fractions"); {
	case fractions && !signal:
		d.forget("toys.signal")
		delete(d.written, "toys.signal")
		e.Toys.Signal = nil
	case signal && !fractions:
		d.forget("toys.fractions")
		delete(d.written, "toys.fractions")
		e.Toys.Fractions = nil
	}
}

// isWritten reports whether the user wrote the key at path.
func (d *decoder) isWritten(path string) bool {
	_, there := d.written[path]
	return there
}
