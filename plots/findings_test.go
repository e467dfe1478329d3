package plots

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sparker/data"
	"sparker/experiments"
	"sparker/internal/rng"
	"sparker/losses"
	"sparker/models"
	"sparker/results"
	"sparker/train"
	"sparker/twosample"
)

// realFindings are those of a real fit: 1,000 data rows, the last 30 of them a cluster (in 2 dimensions two clusters of 30), over 5,000
// reference rows of correlated normals, in d dimensions.
func realFindings(t testing.TB, d int, seed uint64) results.Findings {
	t.Helper()
	r := rng.New(seed, "where", uint64(d))
	const nd, nr, cluster = 1000, 5000, 30
	pair := data.Pair{Weight: float64(nd) / nr}
	rows := func(n int) data.Sample {
		s := data.Sample{X: make([]float64, n*d), N: n, D: d}
		for i := range n {
			common := r.NormFloat64()
			for j := range d {
				s.Row(i)[j] = 50 + float64(j+1)*(0.6*common+0.8*r.NormFloat64())
			}
		}
		return s
	}
	pair.Reference, pair.Data = rows(nr), rows(nd)
	labels := make([]string, nd)
	plant := func(from int, label string, shift float64, columns int) {
		for i := from; i < from+cluster; i++ {
			labels[i] = label
			for j := d - columns; j < d; j++ {
				pair.Data.Row(i)[j] = 50 + float64(j+1)*(shift*float64(1-2*(j%2))+0.15*r.NormFloat64())
			}
		}
	}
	plant(nd-cluster, "first", 2.2, min(d, 4))
	if d == 2 {
		plant(nd-2*cluster, "second", -1.4, 2)
	}
	s := twosample.Settings{Model: models.Default(), Loss: losses.Default(), Train: train.Default(), Standardize: true, Dim: d}
	s.Model.Init, s.Loss.L2 = "kmeans", 1 // the recipe of `preset: lead`
	s.Train.Epochs, s.Train.Checkpoints.Count = 150, 6
	s.Train.Optimizer, s.Train.LearningRate.Centroids, s.Train.LearningRate.Unit = "newton", 0.2, "sigma"
	s.Train.Births = train.Births{Every: 5, Candidates: 16}
	s.Widths = train.Widths{Start: 4 * math.Sqrt(float64(d)), End: 0.2 + 0.5*math.Sqrt(float64(d)-1)}
	test, err := twosample.NewSparKer(s)
	if err != nil {
		t.Fatal(err)
	}
	fit, err := test.Fit(pair, rng.New(seed, "where/fit"), false)
	if err != nil {
		t.Fatal(err)
	}
	found, err := test.Find(pair, fit, twosample.FindOptions{Labels: labels, Checkpoint: 6})
	if err != nil {
		t.Fatal(err)
	}
	record, err := experiments.RecordFindings(pair, fit, found, experiments.RowNames{Labels: labels})
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// Real fits give figures whose texts neither overlap nor are cut off. With -regen they are written to docs/figures.
func TestFindingsOfRealFits(t *testing.T) {
	for _, d := range []int{1, 2, 16} {
		f := realFindings(t, d, 1)
		for name, draw := range map[string]func() (Figure, error){
			fmt.Sprintf("where-%d", d):         func() (Figure, error) { return Where(f) },
			fmt.Sprintf("where-%d-members", d): func() (Figure, error) { return Members(f, 0) },
		} {
			drawn, err := draw()
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			inspect(t, name, drawn)
			if *regen {
				if _, err := Write(filepath.Join("/tmp/where-figs"), name, drawn); err != nil {
					t.Error(err)
				}
			}
		}
		_ = slices.Max[[]int]
		_ = strings.Contains
	}
}
