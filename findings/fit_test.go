package findings

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"sparker/internal/rng"
	"sparker/train"
)

// A real fit finds a planted cluster in 1, 2 and 500 dimensions: its rows come first, and the
// columns that were shifted are those that set it apart.
func TestFindsAPlantedCluster(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		d, shifted, cluster int
		shift, sd           float64
		widths              train.Widths
	}{
		{1, 1, 40, 3.5, 0.1, train.Widths{Start: 4, End: 0.1}},
		{2, 2, 30, 2.5, 0.1, train.Widths{Start: 6, End: 0.15}},
		{500, 3, 40, 9, 0.3, train.Widths{Start: 60, End: 7}},
	} {
		t.Run(fmt.Sprint(c.d), func(t *testing.T) {
			t.Parallel()
			place := make([]float64, c.d)
			for j := range c.shifted {
				place[c.d-1-j] = c.shift
			}
			pair := planted(rng.New(1, "planted", uint64(c.d)), rowCounts{400, 2000, c.cluster},
				c.sd, place)
			s := settings(c.d)
			s.Standardize = true
			s.Train.Width.Start = train.Extent(c.widths.Start)
			s.Train.Width.End = train.Extent(c.widths.End)
			s.Model.Init, s.Train.Epochs = "kmeans", 200
			test := newTest(t, s)
			fit, err := test.Fit(pair, rng.New(2, "planted"))
			if err != nil {
				t.Fatal(err)
			}
			f := find(t, pair, fit, FindOptions{Checkpoint: 4})
			k := f.Kernels[0]
			if k.Coefficient <= 0 || k.Soft.Z < 5 || k.Truth.LabelPurity < 0.8 ||
				k.Truth.NearestPurity != 1 || !k.Truth.Found || k.Truth.SoftEfficiency < 0.3 {
				t.Errorf("%+v with %+v", k.Soft, k.Truth)
			}
			if len(f.Classes) != 1 || f.Classes[0].Label != InjectedLabel ||
				f.Classes[0].Rows != c.cluster || !slices.Contains(f.Classes[0].Kernels, k.Kernel) {
				t.Errorf("classes %+v", f.Classes)
			}
			for j := range c.shifted {
				if b := k.Bulk[j]; b.Column < c.d-c.shifted ||
					math.Abs(b.Mean-c.shift) > 0.35*c.shift || b.Bulk < 5*k.Noise {
					t.Errorf("column %d of the list: %+v, noise %v", j, b, k.Noise)
				}
			}
			if h := f.History; len(h) != 4 || h[3].Kernels[k.Kernel] != (KernelCounts{
				Coefficient: k.Coefficient, Data: k.Ball.Data, Expected: k.Ball.Expected,
				Z: k.Ball.Z, SoftData: k.Soft.Data, SoftExpected: k.Soft.Expected,
				SoftZ: k.Soft.Z}) {
				t.Errorf("history %+v", f.History)
			}
		})
	}
}

// Places that a fit chose are not independent of the data: in pure background, its most significant
// kernel is far beyond what a single place would show. The p-value of the test accounts for that,
// and findings do not.
func TestLocalSignificancesOfFittedPlaces(t *testing.T) {
	t.Parallel()
	const fits = 100
	s := settings(2)
	s.Train.Width.Start, s.Train.Width.End, s.Train.Epochs = 6, 0.3, 200
	test := newTest(t, s)
	var largest []float64
	for i := range uint64(fits) {
		pair := planted(rng.New(7, "fitted", i), rowCounts{200, 1000, 0}, 1, make([]float64, 2))
		fit, err := test.Fit(pair, rng.New(8, "fitted", i))
		if err != nil {
			t.Fatal(err)
		}
		largest = append(largest, math.Abs(find(t, pair, fit,
			FindOptions{Checkpoint: 4}).Kernels[0].Soft.Z))
	}
	slices.Sort(largest)
	t.Logf("largest |soft Z| of 5 kernels in %d fits of background: median %.1f, 90th "+
		"percentile %.1f", fits, largest[fits/2], largest[fits*9/10])
	if largest[fits/2] < 1.64 {
		t.Errorf("median %v: fitted places show no more than single ones, and the "+
			"documentation says that they do", largest[fits/2])
	}
}
