package train

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"sparker/data"
)

// line returns a sample with the rows from, from+1, ...
func line(from, n int) data.Sample {
	s := data.Sample{N: n, D: 1}
	for i := range n {
		s.X = append(s.X, float64(from+i))
	}
	return s
}

func TestInitialCentroids(t *testing.T) {
	t.Parallel()
	pair := data.Pair{Data: line(0, 8), Reference: line(100, 12)}
	for _, c := range []struct {
		kind string
		from []float64 // the rows that may be drawn
	}{
		{"data", pair.Data.X},
		{"reference", pair.Reference.X},
		{"pooled", append(slices.Clone(pair.Data.X), pair.Reference.X...)},
		{"kmeans", pair.Data.X},
	} {
		counts := map[float64]int{}
		const draws = 4000
		for seed := range uint64(draws) {
			got, err := InitialCentroids(c.kind, pair, 3, rand.New(rand.NewPCG(seed, 1)))
			if err != nil {
				t.Fatal(err)
			}
			again, err := InitialCentroids(c.kind, pair, 3, rand.New(rand.NewPCG(seed, 1)))
			if err != nil || !slices.Equal(got, again) {
				t.Fatalf("%s: seed %d gives %v, then %v", c.kind, seed, got, again)
			}
			if len(got) != 3 || got[0] == got[1] || got[1] == got[2] || got[0] == got[2] {
				t.Fatalf("%s: centroids %v, want three distinct rows", c.kind, got)
			}
			for _, v := range got {
				counts[v]++
			}
		}
		for _, v := range c.from {
			// Uniform draws: the 40 counts are within 4.5 standard deviations, which fails in
			// 40·6.8e-6 = 3e-4 of runs with other seeds.
			p := 3 / float64(len(c.from))
			if sd := math.Sqrt(draws * p * (1 - p)); c.kind != "kmeans" &&
				math.Abs(float64(counts[v])-draws*p) > 4.5*sd {
				t.Errorf("%s: row %v drawn %d times of %d, want about %.0f", c.kind, v, counts[v],
					draws, draws*p)
			}
			delete(counts, v)
		}
		if len(counts) > 0 {
			t.Errorf("%s: rows drawn from elsewhere: %v", c.kind, counts)
		}
	}
	for _, kind := range []string{"data", "kmeans", "pooled", "reference"} {
		_, err := InitialCentroids(kind, data.Pair{}, 1, rand.New(rand.NewPCG(1, 1)))
		if !errors.Is(err, data.ErrTooFewRows) {
			t.Errorf("%s: no rows: %v", kind, err)
		}
	}
	far := data.Pair{Data: data.Sample{X: []float64{-1e300, 0, 1e300}, N: 3, D: 1}}
	var outside *data.RangeError
	if _, err := InitialCentroids("kmeans", far, 2, rand.New(rand.NewPCG(1, 1))); !errors.As(err,
		&outside) || outside.Low != 1e300 {
		t.Errorf("squares that overflow: %v", err)
	}
	if _, err := InitialCentroids("middle", pair, 2, rand.New(rand.NewPCG(1, 1))); err == nil {
		t.Error("an unknown initialization is accepted")
	}
}

// With fewer distinct rows than kernels, there is a starting point on each of them.
func TestInitialCentroidsOnFewRows(t *testing.T) {
	t.Parallel()
	pair := data.Pair{Data: data.Sample{X: []float64{2, 1, 1, 2, 1, 1, 2}, N: 7, D: 1},
		Reference: data.Sample{X: []float64{3, 2, 3, 3, 3, 3, 3}, N: 7, D: 1}}
	for kind, want := range map[string][]float64{"data": {1, 2}, "kmeans": {1, 2},
		"reference": {2, 3}, "pooled": {1, 2, 3}} {
		for seed := range uint64(20) {
			got, err := InitialCentroids(kind, pair, 5, rand.New(rand.NewPCG(seed, 1)))
			slices.Sort(got)
			if err != nil || !slices.Equal(got, want) {
				t.Fatalf("%s: %v, %v; want %v", kind, got, err, want)
			}
		}
	}
}

// D² sampling draws the second of two rows with a probability proportional to its squared distance
// from the first: from 0, the row at 3 is nine times as likely as the row at 1.
func TestSquaredDistanceSampling(t *testing.T) {
	t.Parallel()
	pair := data.Pair{Data: data.Sample{X: []float64{0, 1, 3}, N: 3, D: 1}}
	var first0, then3 int
	for seed := range uint64(6000) {
		got, err := InitialCentroids("kmeans", pair, 2, rand.New(rand.NewPCG(seed, 2)))
		if err != nil {
			t.Fatal(err)
		}
		if got[0] == 0 {
			first0++
			if got[1] == 3 {
				then3++
			}
		}
	}
	share, sd := float64(then3)/float64(first0), math.Sqrt(0.9*0.1/float64(first0))
	if math.Abs(share-0.9) > 4*sd {
		t.Errorf("row 3 after row 0 in %.3f of %d draws, want 0.9 ± %.3f", share, first0, sd)
	}
}

// Kernels start in proportion to the weights of rows, and never on a row of a weight of 0 or below.
// The bound of 5 standard deviations would fail for one seed in 2e6.
func TestStartsFollowTheWeights(t *testing.T) {
	t.Parallel()
	pair := data.Pair{Reference: data.Sample{X: []float64{10, 11, 12, 13}, N: 4, D: 1},
		Data:             data.Sample{X: []float64{0, 1, 2, 3, 4, 5}, N: 6, D: 1},
		ReferenceWeights: []float64{-1, 5, 0, 0}, DataWeights: []float64{0, 1, -1, 2, 1, 3}}
	r := rand.New(rand.NewPCG(3, 1))
	for _, kind := range []string{"data", "reference", "pooled", "kmeans", "kmeans_pooled"} {
		heavy, n := 0.0, 2000
		for range n {
			centroids, err := InitialCentroids(kind, pair, 1, r)
			if err != nil || len(centroids) != 1 {
				t.Fatal(kind, centroids, err)
			}
			if !slices.Contains([]float64{1, 3, 4, 5, 11}, centroids[0]) {
				t.Fatalf("%s: a kernel starts at %v", kind, centroids[0])
			}
			if centroids[0] == 5 {
				heavy++
			}
		}
		p := map[string]float64{"data": 3. / 7, "kmeans": 3. / 7, "kmeans_pooled": 3. / 7,
			"pooled": 3. / 12}[kind]
		if math.Abs(heavy-float64(n)*p) > 5*math.Sqrt(float64(n)*p*(1-p)) {
			t.Errorf("%s: the row of weight 3 is drawn %v times of %d, want a share of %.3f", kind,
				heavy, n, p)
		}
		if all, err := InitialCentroids(kind, pair, 5, r); err != nil ||
			slices.Contains(all, 0) || slices.Contains(all, 2) || slices.Contains(all, 10) {
			t.Errorf("%s: 5 kernels start at %v, %v", kind, all, err)
		}
	}
}
