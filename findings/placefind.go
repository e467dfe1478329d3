package findings

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"sparker/data"
	"sparker/stats"
)

// placeFinder finds the places of a fit and reads what they hold.
type placeFinder struct {
	*reader
	softMax  bool // of the fit
	scales   []*placeScale
	censuses []*census // of the same scales; with shares, whether or not kernels compete
	held     heldPair
	found    []*foundPlace
}

// foundPlace is a place with what is gathered for it.
type foundPlace struct {
	Place
	*candidate
	heaviest         int // the kernel of the centroid
	detail           detail
	referenceWeights float64
	columns          [][]float64 // sums of the data in the bins of the columns
}

// places returns the places of the fit of the reader's pair. There are none if the fit was not
// asked for them.
func (r *reader) places(of namedFit) ([]Place, error) {
	f := &placeFinder{reader: r, softMax: of.fit.SoftMax,
		scales: placeScales(*of.fit, r.pair.Weight)}
	if len(f.scales) == 0 {
		return nil, nil
	}
	if s := r.Search; s != nil && s.Columns() != 2*len(f.scales) {
		return nil, fmt.Errorf("the search of null toys has %d columns, but the fit has %d scales "+
			"with places", s.Columns(), len(f.scales))
	}
	for _, s := range f.scales {
		f.censuses = append(f.censuses, newCensus(s.Checkpoint, r.dim, true))
	}
	if err := f.hold(); err != nil {
		return nil, err
	}
	if err := f.follow(); err != nil {
		return nil, err
	}
	return f.read()
}

// eachRow looks at the rows of a sample.
func (f *placeFinder) eachRow(name string, s data.Sample, do func(row int)) error {
	for i := range s.N {
		f.units.convert(s.Row(i))
		for _, c := range f.censuses {
			if err := c.look(f.units.z); err != nil {
				return fmt.Errorf("row %d of the %s %w", i, name, err)
			}
		}
		do(i)
	}
	return nil
}

// hold sets the rows of the candidates: those of the data, then those of the reference. Evenly
// spaced rows stand for a large reference.
func (f *placeFinder) hold() error {
	hold := func(row int) {
		for i, s := range f.scales {
			for _, c := range s.candidates {
				if w := math.Exp(f.censuses[i].logWeightOf(c.kernels)); w >= heldWeight {
					c.rows = append(c.rows, weightedRow{row, w})
				}
			}
		}
	}
	n, all := f.pair.Data.N, f.pair.Reference
	some := data.Sample{N: min(all.N, heldReference), D: all.D}
	for i := range some.N {
		some.X = append(some.X, all.Row(i*all.N/some.N)...)
	}
	f.held = heldPair{data: n, each: float64(all.N) / float64(some.N), reference: f.pair.Weight,
		left: slices.Repeat([]float64{1}, n+some.N), relative: make([]float64, n+some.N)}
	for i := range n {
		f.held.relative[i] = rowWeight(f.pair.DataWeights, i)
	}
	for i := range some.N {
		f.held.relative[n+i] = rowWeight(f.pair.ReferenceWeights, i*all.N/some.N)
	}
	return errors.Join(f.eachRow("data", f.pair.Data, hold),
		f.eachRow("reference", some, func(row int) { hold(n + row) }))
}

// follow makes places of the candidates. The most significant candidate of all scales is the first
// place. Those that hold the same rows as it, at any scale, are the same place. It takes its rows
// from the rest, of which the most significant one is the second place, and so on.
func (f *placeFinder) follow() error {
	var rest []*candidate
	for _, s := range f.scales {
		for _, c := range s.candidates {
			if c.soft.Z != 0 {
				rest = append(rest, c)
			}
		}
	}
	searched := 0.0 // the largest p-value of the search so far, which that of no place is below
	for len(rest) > 0 && len(f.found) < mostPlaces {
		next, row, result, err := f.first(rest)
		if err != nil {
			return err
		}
		place := f.newPlace(next)
		if f.Search != nil {
			searched = max(searched, result.P)
			p, search := max(f.P, searched), searched
			place.P, place.SearchP = &p, &search
			threshold := f.Search.Threshold(row, result.Column, searchAlpha)
			place.Interval = excessInterval(next.sums, f.pair.Weight, threshold)
			if p > searchAlpha { // by itself, by a place before it, or by the test
				place.Interval.holdZero()
			}
		}
		if len(f.found) >= fewPlaces && !place.isListed() {
			return nil
		}
		f.found = append(f.found, place)
		rest = place.follow(rest, &f.held)
		f.held.take(next)
		rest = slices.DeleteFunc(rest, func(c *candidate) bool {
			f.held.leave(c)
			return c.soft.Z == 0
		})
	}
	return nil
}

// first returns the most significant candidate. With null toys, it also returns the largest local
// significances of all, and what the search says of them.
func (f *placeFinder) first(rest []*candidate) (next *candidate, row []float64, of stats.Found,
	err error) {
	if f.Search == nil {
		return slices.MaxFunc(rest, func(a, b *candidate) int {
			return cmp.Compare(math.Abs(a.soft.Z), math.Abs(b.soft.Z))
		}), nil, of, nil
	}
	row = make([]float64, f.Search.Columns())
	best := make([]*candidate, len(row))
	for _, c := range rest {
		column := c.scale
		if c.soft.Z < 0 {
			column += len(f.scales)
		}
		if z := math.Abs(c.soft.Z); z > row[column] {
			row[column], best[column] = z, c
		}
	}
	of, err = f.Search.Test(row)
	if err != nil {
		return nil, nil, of, err
	}
	if best[of.Column] == nil { // nothing is above what most toys have
		of.Column = slices.IndexFunc(best, func(c *candidate) bool { return c != nil })
	}
	return best[of.Column], row, of, nil
}

// newPlace returns the place of a candidate with what the counts say.
func (f *placeFinder) newPlace(c *candidate) *foundPlace {
	s := c.soft
	place := &foundPlace{candidate: c, detail: newDetail(1, f.dim, len(f.labels.names)),
		columns: f.marginals.newSums(),
		Place: Place{Number: len(f.found) + 1, Kind: KindExcess, Z: s.Z, Data: s.Data,
			Expected: s.Expected, Excess: s.Data - s.Expected, EffectiveData: s.EffectiveData,
			EffectiveReference: s.EffectiveReference, Inflation: f.softCount(c.sums).Inflation,
			Checkpoint: c.at.checkpoint + 1,
			Epoch:      c.at.Epoch, Sigma: c.at.Sigma, Kernels: c.kernels}}
	if s.Z < 0 {
		place.Kind = KindDeficit
	}
	sums := c.at.Shares.Data.Sums
	place.heaviest = slices.MaxFunc(c.kernels, func(a, b int) int {
		return cmp.Compare(sums[a], sums[b])
	})
	place.Centroid = f.units.original(f.censuses[c.scale].centroid(place.heaviest))
	return place
}

// isListed reports whether a place is significant enough to be listed after the first few.
func (p *foundPlace) isListed() bool {
	if p.Place.P == nil {
		return math.Abs(p.Z) >= listedZ
	}
	return *p.Place.P <= listedP
}

// follow takes note of the scales at which the place is found among some candidates, and returns
// the candidates that are not this place.
func (p *foundPlace) follow(rest []*candidate, held *heldPair) (others []*candidate) {
	strongest := map[int]*candidate{p.scale: p.candidate}
	for _, c := range rest {
		if c != p.candidate && !held.samePlace(p.candidate, c) {
			others = append(others, c)
			continue
		}
		known := strongest[c.scale]
		if c.soft.Z*p.Z > 0 && (known == nil ||
			known != p.candidate && math.Abs(c.soft.Z) > math.Abs(known.soft.Z)) {
			strongest[c.scale] = c
		}
	}
	for _, c := range strongest {
		p.Persists = append(p.Persists, PlaceScale{Checkpoint: c.at.checkpoint + 1,
			Epoch: c.at.Epoch, Sigma: c.at.Sigma, Z: c.soft.Z})
	}
	slices.SortFunc(p.Persists, func(a, b PlaceScale) int {
		return cmp.Compare(a.Checkpoint, b.Checkpoint)
	})
	return others
}

// holdZero widens an interval that does not hold 0 up to 0.
func (i *ExcessInterval) holdZero() {
	if i.Low != nil {
		*i.Low = min(*i.Low, 0)
	}
	if i.High != nil {
		*i.High = max(*i.High, 0)
	}
}

// excessInterval returns the interval of the excess of a place, for reference rows of weight w. The
// threshold is that of its column.
//
// The significance of the data above an excess e is taken as Root(e) plus the difference between
// OnOff's Z and Root at e = 0, so that it is Z there. The difference is that between an exact test
// of the counts and the likelihood ratio, which is too significant at few rows.
func excessInterval(sums weightSums, w, threshold float64) *ExcessInterval {
	count, unit := sums.onOff(w)
	z, root := count.Z(), count.Root(0)
	interval := &ExcessInterval{Level: intervalLevel}
	end := func(root float64) *float64 {
		e := unit * count.Excess(root)
		return &e
	}
	near := math.Copysign(threshold, z) - (z - root)
	if z > 0 {
		interval.High = end(-localRoot)
	} else {
		interval.Low = end(localRoot)
	}
	switch {
	case math.IsInf(threshold, 0):
	case z > 0:
		interval.Low = end(near)
	default:
		interval.High = end(near)
	}
	return interval
}
