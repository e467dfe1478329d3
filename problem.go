package sparker

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"gonum.org/v1/gonum/mat"

	"sparker/data"
	"sparker/findings"
	"sparker/internal/rng"
	"sparker/stats"
	"sparker/train"
	"sparker/twosample"
)

// problem is a pair of samples with everything that is worked out once, for [Test] and for [Fit].
type problem struct {
	options  Options
	method   twosample.Method
	prepared twosample.Prepared
	group    stats.Group
	nulls    nulls
	pair     data.Pair
	warnings []string
	begun    time.Time // the start of Test

	distances train.DistanceQuantiles // in the units of the fit
}

// The hypotheses in the names of random streams. They are those of the records of a run, so that a
// test of the same tables by the program has the same numbers.
const (
	hypothesisNull     = "null"
	hypothesisObserved = "observed"
)

// stream returns the random stream of a toy for one purpose: "fit" or "data".
func (p *problem) stream(purpose, hypothesis string, index int) *rand.Rand {
	noSignal := math.Float64bits(0)
	return rng.New(p.options.Seed, purpose+"/"+hypothesis, noSignal, uint64(index))
}

// newProblem checks the two tables and the options, measures the distances between rows that the
// widths of kernels come from, and prepares the method.
func newProblem(reference, table mat.Matrix, o *Options) (*problem, error) {
	p := &problem{}
	var err error
	if p.pair.Reference, err = sample("reference", reference); err != nil {
		return nil, err
	}
	if p.pair.Data, err = sample("data", table); err != nil {
		return nil, err
	}
	if nR, nD := p.pair.Reference, p.pair.Data; nR.D != nD.D {
		return nil, &ShapeError{Table: "data", Row: -1, Columns: nD.D, Want: nR.D}
	}
	if p.options, err = o.complete(p.pair.Data.N, p.pair.Data.D); err != nil {
		return nil, err
	}
	p.pair.IDs, p.pair.Index = p.options.IDs, p.options.RowNumbers
	p.pair.Columns, p.pair.Quantities = p.options.columns(p.pair.Data.D), p.options.Quantities
	p.pair.Weight = float64(p.pair.Data.N) / float64(p.pair.Reference.N)
	if p.nulls, err = p.newNulls(); err != nil {
		return nil, err
	}
	return p, p.prepare()
}

// prepare looks the method up and prepares it and its members for the pair.
func (p *problem) prepare() error {
	var err error
	if p.method, err = twosample.Lookup(p.options.Method); err != nil {
		return &OptionError{"Method", err.Error()}
	}
	setup := p.setup()
	if err := p.method.Check(setup); err != nil {
		return fmt.Errorf("sparker: %w", err)
	}
	if err := twosample.Check(p.method, setup); err != nil {
		return &OptionError{"Members", "has an impossible member: " + err.Error()}
	}
	if p.options.RowsFDR > 0 && setup.Weighted {
		return &OptionError{"RowsFDR", fmt.Sprintf("is %v, but %v", p.options.RowsFDR,
			&findings.WeightedRowsError{})}
	}
	if p.options.RowsFDR > 0 {
		if err := p.rowOptions().Check(); err != nil {
			return &OptionError{"RowsFDR", fmt.Sprintf("is %v, but %v", p.options.RowsFDR, err)}
		}
	}
	percentiles, err := twosample.Percentiles(p.method, setup)
	if err != nil {
		return fmt.Errorf("sparker: %w", err)
	}
	setup.Dim, setup.Places = p.pair.Data.D, true
	r := rng.New(p.options.Seed, "widths")
	rows, err := p.nulls.rows(r, twosample.DistanceRows)
	if err != nil {
		return fmt.Errorf("sparker: finding the widths: %w", err)
	}
	setup.Distances, err = twosample.MeasureDistances(rows, r, twosample.DistanceOptions{
		Standardize: setup.Standardize, Percentiles: percentiles, Columns: p.pair.Columns,
		Quantities: p.pair.Quantities,
	})
	if err != nil {
		return fmt.Errorf("sparker: finding the widths: %w", err)
	}
	if p.prepared, err = twosample.Prepare(p.method, setup); err != nil {
		return fmt.Errorf("sparker: %w", err)
	}
	p.distances = setup.Distances.DistanceQuantiles
	// The warnings of the distances come with the test of the data.
	p.warnings = slices.Concat(p.warnings, setup.Distances.Tails, p.prepared.Warnings)
	if p.group, err = p.options.Grouping.Of(p.method.Name, p.prepared.Scales); err != nil {
		return &OptionError{"Grouping", strings.TrimPrefix(err.Error(), "twosample: ")}
	}
	return nil
}

// setup returns what the method and its members are made from, except what the samples say.
func (p *problem) setup() twosample.Setup {
	recipe := p.options.Recipe
	return twosample.Setup{
		Model: recipe.Model, Loss: recipe.Loss, Train: recipe.Train, Statistics: recipe.Statistics,
		Members: p.options.Members, Options: p.options.MethodOptions,
		Standardize: !p.options.KeepUnits && !p.method.Limit, FixedCount: true,
		Weighted: data.Uneven(p.pair.ReferenceWeights) || data.Uneven(p.pair.DataWeights),
	}
}

// rowOptions returns how rows of the data are listed.
func (p *problem) rowOptions() findings.RowOptions {
	return findings.RowOptions{Method: p.method, Setup: p.setup(), Q: p.options.RowsFDR}
}
