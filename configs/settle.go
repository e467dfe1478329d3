package configs

import (
	"math"
	"reflect"
	"slices"

	"sparker/data/sources"
)

// ofSource are the keys whose defaults are others for files.
var ofSource = []string{"data.counting", "data.standardize", "data.reference", "data.expected"}

// settle fills in what defaults are where they depend on other keys. Measured events have arbitrary
// units and no expected number: the columns of files are standardized, counting is shape-only, and
// the whole reference pool is taken, unless the config says otherwise. With strengths, the
// fractions of signal become numbers of events.
func (d *decoder) settle(e *Experiment, strengths bool) {
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
	if len(e.Toys.Fractions) == 0 {
		return
	}
	if d.isWritten("toys.signal") && len(e.Toys.Signal) > 0 {
		d.report(d.written["toys.fractions"], "toys.fractions",
			"is set beside toys.signal; want one of them")
		return
	}
	e.Toys.Signal = nil
	if !strengths {
		return
	}
	for _, f := range e.Toys.Fractions {
		e.Toys.Signal = append(e.Toys.Signal, math.Round(f*e.Data.Expected*1e9)/1e9)
	}
	e.Toys.Fractions = nil
}

// prefer takes back what a config holds and the own values of a cell replace: strengths or their
// fractions, where the cell sets the other of the two, and the keys whose defaults depend on the
// source of the data, where the cell sets another source and not these keys. Only so does a
// resolved config, in which every key is written, mean what the config means.
func (d *decoder) prefer(e *Experiment, values []Assignment) {
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

// isWritten says whether a key, or a block that it is in, was written by the user.
func (d *decoder) isWritten(path string) bool {
	_, there := d.written[path]
	return there
}
