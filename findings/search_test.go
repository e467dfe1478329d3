package findings

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/data"
	"sparker/internal/rng"
	"sparker/stats"
	"sparker/train"
	"sparker/twosample"
)

// searchedFits are fits to pairs of one column, and the search of the fits to null pairs.
type searchedFits struct {
	pairs  []data.Pair
	fits   []twosample.Fit
	search *stats.Search
}

// fitSearched fits some null toys, and as many pairs with clusters of 0, 3, 6, ... rows as asked.
func fitSearched(t *testing.T, toys, pairs int) (s searchedFits) {
	t.Helper()
	setup := settings(1)
	setup.Places = true
	test := newTest(t, setup)
	fit := func(pair data.Pair, stream uint64) twosample.Fit {
		fit, err := test.Fit(pair, rng.New(9, "searched", stream))
		if err != nil || fit.Status != train.OK {
			t.Fatal(fit.Status, err)
		}
		return fit
	}
	var null []stats.NullToy
	for i := range uint64(toys) {
		pair := planted(rng.New(10, "searched", i), rowCounts{200, 1000, 0}, 1, []float64{0})
		null = append(null, stats.NullToy{T: FindExtremes(pair, fit(pair, i)).Row()})
	}
	for i := range uint64(pairs) {
		pair := planted(rng.New(11, "searched", i), rowCounts{200, 1000, 3 * int(i%6)}, 0.1,
			[]float64{3})
		s.pairs, s.fits = append(s.pairs, pair), append(s.fits, fit(pair, i))
	}
	var err error
	if s.search, err = stats.NewSearch(null, 8); err != nil {
		t.Fatal(err)
	}
	return s
}

// The first place has the p-value that the search gives the pair as a whole, and p-values do not
// fall from place to place. An interval excludes 0 exactly if the p-value is at most 0.05, and
// holds the excess. No p-value is below that of the test.
func TestPlacesAreRankedAmongNullToys(t *testing.T) {
	t.Parallel()
	s := fitSearched(t, 59, 30)
	significant := 0
	for i, fit := range s.fits {
		global := []float64{0.03, 0.03, 0.06}[i%3]
		found := find(t, s.pairs[i], fit, FindOptions{Search: s.search, P: global})
		whole, err := s.search.Test(FindExtremes(s.pairs[i], fit).Row())
		if err != nil {
			t.Fatal(err)
		}
		last := whole.P
		for k, p := range found.Places {
			if k == 0 && *p.SearchP != whole.P || *p.SearchP < last ||
				*p.P != max(global, *p.SearchP) {
				t.Errorf("pair %d: place %d has p = %v and %v after %v", i, k, *p.P, *p.SearchP,
					last)
			}
			last = *p.SearchP
			if *p.P <= 0.05 {
				significant++
			}
			end, far := p.Interval.Low, *p.Interval.High
			if p.Kind == KindDeficit {
				end, far = p.Interval.High, *p.Interval.Low
			}
			if excludes := *end*p.Z > 0; excludes != (*p.P <= 0.05) {
				t.Errorf("pair %d: place %d, a %s with Z = %v, has p = %v and the interval %v to "+
					"%v", i, k, p.Kind, p.Z, *p.P, *end, far)
			}
			if p.Excess <= min(*end, far) || p.Excess >= max(*end, far) {
				t.Errorf("pair %d: the excess %v is outside %v to %v", i, p.Excess, *end, far)
			}
		}
	}
	if significant < 5 || significant > 60 {
		t.Errorf("%d places are significant", significant)
	}
}

// A place after one that is not significant is not significant either, and its interval holds 0.
func TestIntervalsOfLaterPlacesHoldZero(t *testing.T) {
	t.Parallel()
	number := func(x float64) *float64 { return &x }
	for _, c := range []struct{ low, high, wantLow, wantHigh *float64 }{
		{number(2), number(5), number(0), number(5)},
		{number(-5), number(-2), number(-5), number(0)},
		{number(-1), number(3), number(-1), number(3)},
		{nil, number(3), nil, number(3)},
	} {
		i := ExcessInterval{Low: c.low, High: c.high}
		i.holdZero()
		if !cmp.Equal(i.Low, c.wantLow) || !cmp.Equal(i.High, c.wantHigh) {
			t.Errorf("low %v, high %v", *i.Low, *i.High)
		}
	}
}

// With fewer than 19 null toys there is no end of the interval near 0, and with another number of
// scales the search is nil.
func TestPlacesWithFewToys(t *testing.T) {
	t.Parallel()
	s := fitSearched(t, 18, 6)
	found := find(t, s.pairs[5], s.fits[5], FindOptions{Search: s.search})
	p := found.Places[0]
	if *p.P < 1./19-1e-9 || p.Interval.Low != nil || p.Interval.High == nil {
		t.Errorf("p = %v, interval %+v", *p.P, p.Interval)
	}
	other, err := stats.NewSearch([]stats.NullToy{{T: []float64{1, 2}}}, 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Find(s.pairs[0], s.fits[0], FindOptions{Search: other}); err == nil {
		t.Error("a search of other scales: no error")
	}
}

// The purity of an excess is that of its place.
func TestExcessPurity(t *testing.T) {
	t.Parallel()
	s := fitSearched(t, 1, 6)
	purity, err := ExcessPurity(s.pairs[5], s.fits[5])
	if err != nil {
		t.Fatal(err)
	}
	p := find(t, s.pairs[5], s.fits[5], FindOptions{}).Places[0]
	if p.Truth.Purity < 0.5 || math.Abs(purity[p.Checkpoint-1]-p.Truth.Purity) > 1e-9 {
		t.Errorf("purities %v; the place has %v at scale %d", purity, p.Truth.Purity, p.Checkpoint)
	}
}

// A fit that was not asked for places has none, and neither has one that failed. The places of a
// test that fits no kernels are those of a member.
func TestWhosePlaces(t *testing.T) {
	t.Parallel()
	pair := cluster()
	own := made(0.5, []float64{1, 1}, 4, 0)
	if FindExtremes(pair, own) != nil || find(t, pair, own, FindOptions{}).Places != nil {
		t.Error("a fit without shares has places")
	}
	own = shared(pair, own)
	member := twosample.Fit{FitResult: train.FitResult{Status: train.OK},
		Members: []twosample.MemberFit{{Name: "other"}, {Name: "kernels", Fit: &own}}}
	extremes := FindExtremes(pair, member)
	if extremes == nil || extremes.Excess[0] != FindExtremes(pair, own).Excess[0] ||
		len(extremes.Row()) != 2 {
		t.Errorf("extremes %+v", extremes)
	}
	member.Status = train.NonFinite
	if e := FindExtremes(pair, member); e != nil {
		t.Errorf("a failed fit: %+v", e)
	}
}
