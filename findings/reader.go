package findings

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"sparker/data"
	"sparker/twosample"
)

// leastLocal is the effective number of reference rows below which they give no mean to compare
// with.
const leastLocal = 5

// A reader goes through the rows of a pair once.
type reader struct {
	FindOptions
	pair         data.Pair
	fit          twosample.Fit
	kernels, dim int
	units        units
	scales       []*census // one for each checkpoint of the ridge that is read
	checkpoints  []int     // their indices in the fit
	chosen       int       // the index of the scale that is read
	detail       detail
	labels       labels
	marginals    *marginals
	graded       []bool    // columns with a value other than 0 and 1
	differs      []bool    // columns that the distance leaves out and in which the data differ
	shift        []float64 // sums of the data in each column, in standard deviations
}

func newReader(pair data.Pair, fit twosample.Fit, o FindOptions) (*reader, error) {
	d := pair.Data.D
	r := &reader{FindOptions: o, pair: pair, fit: fit, dim: d}
	if err := checkPair(pair); err != nil {
		return nil, err
	}
	if err := r.complete(); err != nil {
		return nil, err
	}
	if err := r.open(); err != nil {
		return nil, err
	}
	var err error
	if r.labels, err = newLabels(pair); err != nil {
		return nil, err
	}
	if r.units, err = newUnits(pair, fit.Standardizer); err != nil {
		return nil, err
	}
	r.marginals = newMarginals(pair, r.Columns)
	r.graded = make([]bool, d)
	r.detail = newDetail(r.kernels, d, len(r.labels.names))
	r.differs, r.shift = make([]bool, d), make([]float64, d)
	return r, nil
}

// checkPair returns an error for a pair that no fit is of, and for lists that are not of its rows.
func checkPair(pair data.Pair) error {
	if d := pair.Data.D; d < 1 || pair.Reference.D != d {
		return fmt.Errorf("the data have %d columns and the reference %d", d, pair.Reference.D)
	}
	if pair.Reference.N == 0 {
		return errors.New("the reference has no rows")
	}
	if !(pair.Weight > 0) || math.IsInf(pair.Weight, 0) {
		return fmt.Errorf("reference rows of weight %v; want a finite number above 0", pair.Weight)
	}
	for _, list := range []struct {
		name    string
		entries int
		absent  bool
	}{
		{"row numbers", len(pair.Index), pair.Index == nil},
		{"ids", len(pair.IDs), pair.IDs == nil},
		{"labels", len(pair.Labels), pair.Labels == nil},
		{"texts", len(pair.Texts), pair.Texts == nil},
		{"images", len(pair.Images), pair.Images == nil},
	} {
		if !list.absent && list.entries != pair.Data.N {
			return fmt.Errorf("%d %s for %d data rows", list.entries, list.name, pair.Data.N)
		}
	}
	return nil
}

// complete checks the options and fills in the defaults.
func (r *reader) complete() error {
	checkpoints := len(r.fit.Checkpoints)
	switch {
	case checkpoints == 0 && r.fit.Reason == "":
		return errors.New("the fit has no checkpoint")
	case checkpoints == 0:
		return errors.New("the fit has no checkpoint: " + r.fit.Reason)
	case r.Checkpoint < 0 || r.Checkpoint > checkpoints:
		return fmt.Errorf("no checkpoint %d; the fit has %d", r.Checkpoint, checkpoints)
	case len(r.Scales)%checkpoints != 0:
		return fmt.Errorf("%d scales for a fit with %d checkpoints", len(r.Scales), checkpoints)
	case r.Nearest < 0 || r.Features < 0:
		return fmt.Errorf("%d nearest rows and %d columns; want numbers of at least 0", r.Nearest,
			r.Features)
	case r.Columns != nil && len(r.Columns) != r.dim:
		return fmt.Errorf("%d names for %d columns", len(r.Columns), r.dim)
	}
	switch {
	case r.Checkpoint > 0:
		r.chosen = r.Checkpoint - 1
	case len(r.Scales) > 0: // every statistic has the same checkpoints
		r.chosen = MostTelling(r.Scales) % checkpoints
	default:
		r.chosen = largestT(r.fit)
	}
	if r.Columns == nil {
		r.Columns = data.ColumnNames(r.dim)
	}
	r.Nearest = cmp.Or(r.Nearest, defaultNearest)
	r.Features = min(cmp.Or(r.Features, defaultFeatures), r.dim)
	return nil
}

// open prepares the counts at every checkpoint.
func (r *reader) open() error {
	r.kernels = len(r.fit.Checkpoints[0].Coefficients)
	read := r.chosen
	for i, c := range r.fit.Checkpoints {
		m := len(c.Coefficients)
		if m == 0 || m != r.kernels || len(c.Centroids) != m*r.dim || !(c.Sigma > 0) ||
			math.IsInf(c.Sigma, 0) {
			return fmt.Errorf("checkpoint %d has %d coefficients, %d coordinates of centroids and "+
				"sigma %v, which are not those of kernels in %d columns", i+1, m,
				len(c.Centroids), c.Sigma, r.dim)
		}
		if c.Ridge != r.fit.Checkpoints[read].Ridge {
			continue
		}
		if i == read {
			r.chosen = len(r.scales)
		}
		r.scales = append(r.scales, newCensus(c, r.dim, r.fit.SoftMax))
		r.checkpoints = append(r.checkpoints, i)
	}
	return nil
}

// read goes through the rows of the data, then through those of the reference.
func (r *reader) read() error {
	chosen := r.scales[r.chosen]
	for i := range r.pair.Data.N {
		x, w := r.pair.Data.Row(i), rowWeight(r.pair.DataWeights, i)
		if err := r.count(inData, x, w); err != nil {
			return fmt.Errorf("row %d of the data %w", i, err)
		}
		r.enter(i, x)
		r.marginals.addData(x, w, chosen.logRatio(), r.pair.Weight)
	}
	for i := range r.pair.Reference.N {
		x, w := r.pair.Reference.Row(i), rowWeight(r.pair.ReferenceWeights, i)
		if err := r.count(inReference, x, w); err != nil {
			return fmt.Errorf("row %d of the reference %w", i, err)
		}
		r.detail.addReference(chosen, w, r.units.u)
		r.marginals.addReference(x, w, chosen.logRatio())
	}
	return nil
}

// rowWeight returns the weight of a row relative to the others; 1 without weights.
func rowWeight(weights []float64, row int) float64 {
	if weights == nil {
		return 1
	}
	return weights[row]
}

// count adds a row of a sample, of a weight relative to the others, to the counts at every
// checkpoint.
func (r *reader) count(sample int, x []float64, weight float64) error {
	for j, v := range x {
		if v != 0 && v != 1 {
			r.graded[j] = true
		}
	}
	r.units.convert(x)
	for _, s := range r.scales {
		if err := s.look(r.units.z); err != nil {
			return err
		}
		s.count(sample, weight)
	}
	return nil
}

// enter takes a counted data row x into the detail.
func (r *reader) enter(row int, x []float64) {
	s, d := r.scales[r.chosen], &r.detail
	for j, sd := range r.units.sd {
		if sd == 0 && x[j] != r.units.mean[j] { // the standardizer is that of the reference alone
			r.differs[j] = true
		}
	}
	weight := rowWeight(r.pair.DataWeights, row)
	for j, u := range r.units.u {
		r.shift[j] += weight * u
	}
	for i := range r.kernels {
		phi := s.weight(i)
		d.distances[i].add(inData, s.distance[i], weight)
		d.addData(i, weight*phi, r.units.u)
		member := Member{Index: row, Distance: s.distance[i], InBall: s.inBall(i), Weight: phi,
			Contribution: s.Coefficients[i] * phi}
		d.list(i, ranked{member, s.logWeight[i]}, r.Nearest)
		if r.labels.of == nil || r.labels.of[row] < 0 {
			continue
		}
		k := i*len(r.labels.names) + r.labels.of[row]
		d.labels[k] += weight * phi
		if member.InBall {
			d.inBall[k]++
		}
	}
}

// findings returns what was counted.
func (r *reader) findings() Findings {
	chosen := r.scales[r.chosen]
	f := Findings{
		Schema: Schema, Checkpoint: r.checkpoints[r.chosen] + 1, Epoch: chosen.Epoch,
		Sigma: chosen.Sigma, Ridge: chosen.Ridge, T: chosen.T,
		DataRows: r.pair.Data.N, ReferenceRows: r.pair.Reference.N,
		Weight: r.pair.Weight, LengthUnit: "data", Warnings: r.warnings(),
		KernelNotes: r.kernelNotes(),
		FitWarnings: len(r.fit.Warnings),
	}
	f.EffectiveDataRows = EffectiveSize(r.pair.DataWeights)
	f.EffectiveReferenceRows = EffectiveSize(r.pair.ReferenceWeights)
	if r.fit.Standardizer != nil {
		f.LengthUnit, f.Scale = "standard deviations of the reference", r.fit.Standardizer.Scale()
	}
	for _, name := range r.Columns {
		f.Columns = append(f.Columns, ColumnName{Name: name})
	}
	for _, s := range r.scales {
		f.History = append(f.History, s.counts(r.pair.Weight))
	}
	for i := range r.kernels {
		f.Kernels = append(f.Kernels, r.finding(i))
	}
	f.Classes = r.labels.classes(f.Kernels)
	slices.SortStableFunc(f.Kernels, func(a, b Finding) int {
		return cmp.Compare(math.Abs(b.Soft.Z), math.Abs(a.Soft.Z))
	})
	if r.convex() {
		f.Kernels = r.listed(f.Kernels)
		if note, broad := r.convexNote(f.Kernels); broad {
			f.Warnings = append(f.Warnings, note)
		} else if note != "" {
			f.KernelNotes = append(f.KernelNotes, note)
		}
	}
	f.Marginals = r.marginals.largest(r.pair)
	switch r.dim {
	case 1:
		f.Histogram = newHistogram(r.pair)
	case 2:
		f.Data = thinned(r.pair.Data, r.pair.DataWeights)
		f.Reference = thinned(r.pair.Reference, r.pair.ReferenceWeights)
	}
	return f
}

// finding returns that of one kernel.
func (r *reader) finding(i int) Finding {
	s, d := r.scales[r.chosen], &r.detail
	f := Finding{
		Kernel: i, Coefficient: s.Coefficients[i], Ball: s.ballCount(i, r.pair.Weight),
		Soft: r.softCount(s.weightSums(i)), Centroid: r.units.original(s.centroid(i)),
		Distances: d.distances[i].distances(),
		Nearest:   r.members(d.nearest[i]), Bulk: []Feature{}, Local: []Feature{},
	}
	slices.SortFunc(d.others[i], func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.log, a.log), cmp.Compare(a.Index, b.Index))
	})
	f.Others = r.members(d.others[i])
	if f.Soft.EffectiveData > 0 && !s.far(i) {
		f.Noise = 1 / math.Sqrt(f.Soft.EffectiveData)
		f.Bulk, f.Local = r.features(r.sums(i), f.Soft)
	}
	f.Truth = r.truth(f)
	return f
}

// EffectiveSize returns the effective number of rows with weights, relative to each other as a
// [data.Pair] has them; 0 for rows without weights and for equal ones.
func EffectiveSize(weights []float64) float64 {
	if !data.Uneven(weights) {
		return 0
	}
	return data.EffectiveRows(weights)
}

// softCount returns the weighted count of sums.
func (r *reader) softCount(sums weightSums) SoftCount {
	c := sums.softCount(r.pair.Weight)
	if data.Uneven(r.pair.ReferenceWeights) && !sums.far() {
		c.Inflation = sums.inflation(r.pair.Weight)
	}
	return c
}
