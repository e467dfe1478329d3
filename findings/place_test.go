package findings

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/data"
	"sparker/graph"
	"sparker/internal/rng"
	"sparker/stats"
	"sparker/train"
	"sparker/twosample"
)

// shared returns a fit with the shares of its kernels in a pair, which has the units of the fit.
func shared(pair data.Pair, fit twosample.Fit) twosample.Fit {
	fit.Checkpoints = slices.Clone(fit.Checkpoints)
	for i, c := range fit.Checkpoints {
		sums := func(s data.Sample, weights []float64) *graph.FusedShares {
			m := len(c.Coefficients)
			all := graph.NewFusedShares(m, weights)
			k := make([]float64, m)
			for row := range s.N {
				for j := range m {
					r := data.Distance(s.Row(row), c.Centroids[j*s.D:(j+1)*s.D]) / c.Sigma
					k[j] = math.Exp(-r * r / 2)
				}
				w := 1.0
				if weights != nil {
					w = weights[row]
				}
				all.Add(k, w)
			}
			return all
		}
		fit.Checkpoints[i].Shares = &train.Shares{
			Data:      sums(pair.Data, pair.DataWeights),
			Reference: sums(pair.Reference, pair.ReferenceWeights)}
	}
	return fit
}

// cluster is a pair of normals in one column, the data with a cluster of 30 rows at 4.
func cluster() data.Pair {
	return planted(rng.New(5, "places"), rowCounts{300, 3000, 30}, 0.1, []float64{4})
}

// kernelsOf lists the kernels of each place of the first scale.
func kernelsOf(pair data.Pair, fit twosample.Fit) (list [][]int) {
	for _, c := range placeScales(shared(pair, fit), pair.Weight)[0].candidates {
		list = append(list, c.kernels)
	}
	return list
}

// Kernels at one spot are one place, which has the counts of one kernel there. Kernels that are
// far apart are places of their own, and a chain of overlaps is one place.
func TestKernelsThatHoldTheSameRowsAreOnePlace(t *testing.T) {
	t.Parallel()
	pair := cluster()
	one := []float64{1, 1}
	if got := kernelsOf(pair, made(0.5, one, 4, 0)); !cmp.Equal(got, [][]int{{0}, {1}}) {
		t.Errorf("two kernels far apart: places %v", got)
	}
	three := made(0.5, []float64{1, 1, -2}, 4, 0, 4)
	if got := kernelsOf(pair, three); !cmp.Equal(got, [][]int{{0, 2}, {1}}) {
		t.Errorf("two of three kernels at one spot: places %v", got)
	}
	// The third kernel is too far away to compete for the same rows.
	single := find(t, pair, shared(pair, made(0.5, one, 4, -9)), FindOptions{}).Places[0]
	twin := find(t, pair, shared(pair, made(0.5, []float64{1, 1, -2}, 4, -9, 4)),
		FindOptions{}).Places[0]
	if math.Abs(twin.Z-single.Z) > 1e-9 || math.Abs(twin.Data-single.Data) > 1e-9 ||
		math.Abs(twin.Expected-single.Expected) > 1e-9 {
		t.Errorf("two kernels at one spot: %v rows over %v, Z = %v; one: %v over %v, Z = %v",
			twin.Data, twin.Expected, twin.Z, single.Data, single.Expected, single.Z)
	}
	chain := made(1, make([]float64, 4), -0.6, 0, 0.6, 4)
	if got := kernelsOf(pair, chain); !cmp.Equal(got, [][]int{{0, 1, 2}, {3}}) {
		t.Errorf("a chain of kernels: places %v", got)
	}
}

// A place has the counts of the sum of the shares of its kernels, worked out here row by row.
func TestPlaceHasTheCountsOfItsUnion(t *testing.T) {
	t.Parallel()
	pair := cluster()
	fit := shared(pair, made(0.5, []float64{1, 1, 1}, 3.9, 4.05, 0))
	place := find(t, pair, fit, FindOptions{}).Places[0]
	if !slices.Equal(place.Kernels, []int{0, 1}) {
		t.Fatalf("the place has kernels %v", place.Kernels)
	}
	sums := func(s data.Sample) (sum, square float64) {
		for _, x := range s.X {
			var k [3]float64
			for i, mu := range []float64{3.9, 4.05, 0} {
				k[i] = math.Exp(-(x - mu) * (x - mu) / 2 / 0.25)
			}
			weight := (k[0]*k[0] + k[1]*k[1]) / (k[0] + k[1] + k[2])
			sum += weight
			square += weight * weight
		}
		return sum, square
	}
	d, d2 := sums(pair.Data)
	r, r2 := sums(pair.Reference)
	unit := (d2 + r2) / (d + r)
	z, _ := stats.OnOff(d/unit, r/unit, pair.Weight)
	for _, c := range []struct {
		name      string
		got, want float64
	}{{"data", place.Data, d}, {"expected", place.Expected, pair.Weight * r}, {"Z", place.Z, z},
		{"excess", place.Excess, d - pair.Weight*r},
		{"effective data", place.EffectiveData, d * d / d2},
		{"effective reference", place.EffectiveReference, r * r / r2}} {
		if math.Abs(c.got-c.want) > 1e-9*(1+math.Abs(c.want)) {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
	if place.Kind != KindExcess || !place.IsExcess() || place.Truth.Purity < 0.9 ||
		len(place.Nearest) != 20 || place.Nearest[0].Weight < place.Nearest[19].Weight {
		t.Errorf("%+v", place)
	}
}

// Neither the order of the kernels nor that of the rows changes a place.
func TestPlacesHaveNoOrder(t *testing.T) {
	t.Parallel()
	pair := cluster()
	want := find(t, pair, shared(pair, made(0.5, []float64{1, 2, -1}, 4, 0, 3.9)), FindOptions{})
	r := rand.New(rand.NewPCG(1, 2))
	for name, other := range map[string]struct {
		pair data.Pair
		fit  twosample.Fit
	}{
		"kernels": {pair, made(0.5, []float64{2, -1, 1}, 0, 3.9, 4)},
		"rows":    {mixed(r, pair), made(0.5, []float64{1, 2, -1}, 4, 0, 3.9)},
	} {
		got := find(t, other.pair, shared(other.pair, other.fit), FindOptions{})
		if len(got.Places) != len(want.Places) {
			t.Fatalf("%s in another order: %d places, want %d", name, len(got.Places),
				len(want.Places))
		}
		for i, p := range got.Places {
			w := want.Places[i]
			if math.Abs(p.Z-w.Z) > 1e-9 || math.Abs(p.Data-w.Data) > 1e-9 ||
				len(p.Kernels) != len(w.Kernels) || p.Centroid[0] != w.Centroid[0] ||
				len(p.Persists) != len(w.Persists) {
				t.Errorf("%s in another order: place %d is %+v, want %+v", name, i, p, w)
			}
		}
	}
}

// mixed returns a pair of one column with the rows of both samples in another order.
func mixed(r *rand.Rand, pair data.Pair) data.Pair {
	pair.Injected = 0
	for _, s := range []*data.Sample{&pair.Data, &pair.Reference} {
		s.X = slices.Clone(s.X)
		r.Shuffle(len(s.X), func(i, j int) { s.X[i], s.X[j] = s.X[j], s.X[i] })
	}
	return pair
}

// A hole in the data is a deficit, whatever the sign of the coefficient, and is followed to other
// scales although it holds no data.
func TestDeficitsAreFollowed(t *testing.T) {
	t.Parallel()
	pair := planted(rng.New(6, "places"), rowCounts{500, 5000, 0}, 1, []float64{0})
	pair.Data.X = slices.DeleteFunc(pair.Data.X, func(x float64) bool {
		return math.Abs(x-0.5) < 0.35
	})
	pair.Data.N = len(pair.Data.X)
	fit := made(0.2, []float64{1, 1}, 0.5, 5)
	fit.Checkpoints = append(fit.Checkpoints, fit.Checkpoints[0])
	fit.Checkpoints[1].Epoch, fit.Checkpoints[1].Sigma = 9, 0.1
	found := find(t, pair, shared(pair, fit), FindOptions{})
	p := found.Places[0]
	if p.Kind != KindDeficit || p.Excess >= 0 || p.Z > -4 || len(p.Persists) != 2 ||
		p.Checkpoint != 1 || p.Interval != nil || p.P != nil || p.IsExcess() {
		t.Errorf("%+v", p)
	}
	for _, other := range found.Places[1:] {
		if slices.Contains(other.Kernels, 0) {
			t.Errorf("the deficit is listed again: %+v", other)
		}
	}
}

// The overlap of one half means what its documentation says, for evenly spread rows.
func TestPlaceOverlapMeans(t *testing.T) {
	t.Parallel()
	overlap := func(phi func(x, mu float64) float64, apart float64) float64 {
		var both, one float64
		for x := -8.0; x < 12; x += 1e-3 {
			both += min(phi(x, 0), phi(x, apart))
			one += phi(x, 0)
		}
		return both / one
	}
	gauss := func(x, mu float64) float64 { return math.Exp(-(x - mu) * (x - mu) / 2) }
	if o := overlap(gauss, 1.35); math.Abs(o-PlaceOverlap) > 0.005 {
		t.Errorf("two Gaussians 1.35 deviations apart: overlap %v", o)
	}
	const apart = 0.71
	share := func(x, mu float64) float64 {
		return gauss(x, mu) * gauss(x, mu) / (gauss(x, 0) + gauss(x, apart))
	}
	if o := overlap(share, apart); math.Abs(o-PlaceOverlap) > 0.01 {
		t.Errorf("shares of two kernels %v sigma apart: overlap %v", apart, o)
	}
}

// A place takes its rows from the places after it: a wide kernel around a cluster, which shares the
// cluster's rows with others and so does not overlap with the place by half, is not a place.
func TestPlacesLeaveTheirRows(t *testing.T) {
	t.Parallel()
	pair := cluster()
	fit := made(0.3, []float64{1, 1, 1, 1}, 4, -1, 0, 1)
	wide := fit.Checkpoints[0]
	wide.Scale = train.Scale{Epoch: 1, Sigma: 2}
	wide.Centroids = []float64{3.6, 3.4, 3.2, -1}
	fit.Checkpoints = []train.Checkpoint{wide, fit.Checkpoints[0]}
	fit = shared(pair, fit)
	f, err := Find(pair, fit, FindOptions{Checkpoint: 2})
	if err != nil {
		t.Fatal(err)
	}
	first := f.Places[0]
	if first.Checkpoint != 2 || first.Excess < 20 || first.Excess > 32 {
		t.Fatalf("the first place: %+v", first)
	}
	sum := 0.0
	for i, p := range f.Places {
		sum += p.Data
		if i > 0 && math.Abs(p.Z) > 3 {
			t.Errorf("place %d has Z = %v", p.Number, p.Z)
		}
	}
	if n := float64(pair.Data.N); sum > n {
		t.Errorf("%v rows in all places of %v", sum, n)
	}
	alone := 0.0 // the largest Z of a place with the wide kernels, with all of its rows
	for _, c := range placeScales(fit, pair.Weight)[0].candidates {
		alone = max(alone, c.soft.Z)
	}
	if alone < 4 {
		t.Errorf("the wide kernels see the cluster with Z = %v; the test shows nothing", alone)
	}
}
