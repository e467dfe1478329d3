package configs

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"sparker/twosample"
)

// Setup returns what the two-sample test is made from, as far as the config says. What the data say
// (Setup.Dim and the fields after it) is missing.
func (e Experiment) Setup() twosample.Setup {
	s := twosample.Setup{
		Model: e.Model, Loss: e.Loss, Train: e.Train, Statistics: e.Test.Statistics,
		Members:     e.Test.Members,
		Places:      e.RecordsPlaces(),
		Options:     e.Baselines.Options(),
		Standardize: e.Data.Standardize == "reference",
		FixedCount:  e.Data.Counting == "shape",
		Weighted:    e.Data.Weights.On(),
	}
	for _, n := range e.Data.Nuisances {
		if !n.Ignore {
			s.Nuisances++
		}
	}
	s.Nuisances += len(e.Data.Files.Variations)
	if e.Data.Signal.Kind == "gaussian" {
		s.Signal.Width = e.Data.Signal.Scale
		if e.Data.Source == "exponential" {
			s.Signal.Support = twosample.HalfLine
		}
	}
	if m, err := twosample.Lookup(e.Test.Method); err == nil && m.Limit {
		s.Standardize = false // the density of the background is in the data's own units
	}
	return s
}

// The words of record.places.
const (
	placesObserved = "observed"
	placesAll      = "all"
	placesNone     = "none"
)

// PlacesWords are the words of record.places.
var PlacesWords = []string{placesObserved, placesAll, placesNone}

// RecordsPlaces reports whether the places of toys are stored.
func (e Experiment) RecordsPlaces() bool {
	switch e.Record.Places {
	case placesAll:
		return true
	case placesNone:
		return false
	}
	return e.ObservedSamples() > 0
}

// fits reports whether the test, or a member of it, fits kernels.
func (e Experiment) fits() bool {
	names := []string{e.Test.Method}
	for _, m := range e.Test.Members {
		names = append(names, m.Method)
	}
	return slices.ContainsFunc(names, func(name string) bool {
		m, err := twosample.Lookup(name)
		return err == nil && m.Fits
	})
}

// weightsKey is the key of the weights of a generated reference.
const weightsKey = "data.weights"

// validateWeights reports a test, at the path of its key, that cannot take the weights of the data.
func validateWeights(m twosample.Method, s twosample.Setup, path string, report reportFunc) {
	if s.Weighted && !m.Weights {
		report(path, fmt.Sprintf("is %s, which cannot take weights of rows; sparker list --tests "+
			"says which tests can", m.Name), weightsKey)
	}
}

// columnsKey is the key of the labels and units of columns.
const columnsKey = "data.columns"

// The keys of the nuisance parameters of generators and of files.
const (
	nuisancesKey  = "data.nuisances"
	variationsKey = "data.files.variations"
)

// nuisancesPath returns the key of the nuisance parameters.
func (e Experiment) nuisancesPath() string {
	if len(e.Data.Files.Variations) > 0 {
		return variationsKey
	}
	return nuisancesKey
}

// partKeys are the keys of the parts of a setup.
var partKeys = map[twosample.Part]string{
	twosample.PartBackground: "data.source",
	twosample.PartSignal:     "data.signal.kind",
}

// withoutProfile says why a method cannot have the nuisance parameters of the data.
func (e Experiment) withoutProfile(method string, err *twosample.SetupError) string {
	return fmt.Sprintf("is %s, which %s (see %s)", method, err.Reason, e.nuisancesPath())
}

// columns returns the number of columns that the test sees, as far as the config says, and the key
// that says it. The number is 0 if it is not known. A table may have more columns than those that
// are named, since a category becomes several.
func (e Experiment) columns() (n int, key string) {
	files := e.Data.Files
	switch {
	case e.Data.Source == "exponential":
		return 1, "data.source"
	case e.Data.Source == "mixture":
		return 2, "data.source"
	case e.Data.Generated():
		return e.Data.Dim, "data.dim"
	case files.Transform.Kind != "" && files.Transform.Kind != "none":
		return files.Transform.Components, "data.files.transform.components"
	case len(files.Columns) > 1:
		return len(files.Columns), "data.files.columns"
	}
	return 0, "data.files"
}

// validateMethod checks whether the two-sample test can be made of the data, and whether it has
// what is to be recorded.
func (e Experiment) validateMethod(report reportFunc) {
	m, err := twosample.Lookup(e.Test.Method)
	if err != nil {
		report("test.method", notOneOf(e.Test.Method, twosample.MethodNames()))
		return
	}
	var impossible *twosample.SetupError
	setup := e.Setup()
	validateWeights(m, setup, "test.method", report)
	dim, dimKey := e.columns()
	setup.Dim = dim
	switch err := m.Check(setup); {
	case m.Limit && !e.Data.Generated():
		report("test.method", fmt.Sprintf("is %s, which must know the density of the "+
			"background; files have none", m.Name), "data.source")
	case errors.As(err, &impossible) && impossible.Part == twosample.PartDim:
		report("test.method", fmt.Sprintf("is %s, which %s", m.Name, impossible.Reason), dimKey)
	case errors.As(err, &impossible) && impossible.Part == twosample.PartNuisances:
		report("test.method", e.withoutProfile(m.Name, impossible), e.nuisancesPath())
	case errors.As(err, &impossible):
		key := partKeys[impossible.Part]
		value, _ := lookUp(reflect.ValueOf(e), key)
		report("test.method", fmt.Sprintf("is %s, which %s; %s is %v", m.Name, impossible.Reason,
			key, value), key)
	case err != nil:
		report("test.method", fmt.Sprintf("is %s: %v", m.Name, err))
	}
	for _, record := range []struct {
		key  string
		asks bool
	}{{"record.kernels", e.Record.Kernels}, {"record.leading", e.Record.Leading}} {
		if record.asks && !m.Fits {
			report(record.key, fmt.Sprintf("is true, but the test %s fits no kernels", m.Name),
				"test.method")
		}
	}
	if p := e.Record.Places; p != "" && !slices.Contains(PlacesWords, p) {
		report("record.places", notOneOf(p, PlacesWords))
	} else if p == placesAll && !e.fits() {
		report("record.places", fmt.Sprintf("is %s, but the test %s fits no kernels", p, m.Name),
			"test.method")
	}
	if m.Fits {
		e.validateKernels(report)
	}
	e.validateMembers(report)
}
