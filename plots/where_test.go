package plots

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/cmpimg"

	"sparker/data"
	"sparker/findings"
	"sparker/internal/rng"
	"sparker/losses"
	"sparker/models"
	"sparker/train"
	"sparker/twosample"
)

// realFindings are those of a real fit: 1,000 data rows, the last 30 of them a cluster (in 2
// dimensions two clusters of 30), over 5,000 reference rows of correlated normals, in d dimensions.
func realFindings(t testing.TB, d int, seed uint64) findings.Findings {
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
				pair.Data.Row(i)[j] = 50 +
					float64(j+1)*(shift*float64(1-2*(j%2))+0.15*r.NormFloat64())
			}
		}
	}
	plant(nd-cluster, "first", 2.2, min(d, 4))
	if d == 2 {
		plant(nd-2*cluster, "second", -1.4, 2)
	}
	s := twosample.Setup{Model: models.Default(), Loss: losses.Default(), Train: train.Default(),
		Standardize: true, Dim: d}
	s.Model.Init, s.Loss.L2 = "kmeans", 1 // the recipe of `preset: lead`
	s.Train.Epochs, s.Train.Checkpoints.Count = 150, 6
	s.Train.Optimizer, s.Train.LearningRate.Centroids, s.Train.LearningRate.Unit = "newton", 0.2,
		"sigma"
	s.Train.Births = train.Births{Every: 5, Candidates: 16}
	s.Train.Width.Start = train.Extent(4 * math.Sqrt(float64(d)))
	s.Train.Width.End = train.Extent(0.2 + 0.5*math.Sqrt(float64(d)-1))
	test, err := twosample.NewSparKer(s)
	if err != nil {
		t.Fatal(err)
	}
	fit, err := test.Fit(pair, rng.New(seed, "where/fit"))
	if err != nil {
		t.Fatal(err)
	}
	pair.Labels = labels
	found, err := findings.Find(pair, fit, findings.FindOptions{Checkpoint: 6})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Real fits give figures whose texts neither overlap nor are cut off. With -regen those of
// docs/guide/read-findings.md are written anew; with -v the numbers that it quotes are shown.
func TestFindingsOfRealFits(t *testing.T) {
	t.Parallel()
	for _, d := range []int{1, 2, 16} {
		f := realFindings(t, d, 1)
		if k := f.Kernels[0]; !k.Truth.Found || k.Coefficient <= 0 {
			t.Errorf("d = %d: the most significant kernel has %+v", d, k.Truth)
		}
		for _, k := range f.Kernels {
			t.Logf("d = %d, kernel %d: a = %.2f, ball %d over %.1f (Z = %.1f), soft %.1f over "+
				"%.1f (Z = %.1f), effective rows %.0f and %.0f; %s: purity %.2f, nearest %.2f, "+
				"efficiency %.2f, found %v", d,
				k.Kernel, k.Coefficient, k.Ball.Data, k.Ball.Expected, k.Ball.Z, k.Soft.Data,
				k.Soft.Expected, k.Soft.Z, k.Soft.EffectiveData, k.Soft.EffectiveReference,
				k.Truth.Label, k.Truth.LabelPurity, k.Truth.NearestPurity, k.Truth.Efficiency,
				k.Truth.Found)
			for _, q := range k.Bulk[:min(len(k.Bulk), 4)] {
				t.Logf("    %s: mean %.1f, of R %.1f ± %.1f, bulk %+.2f, local %+.2f", q.Name,
					q.Mean, q.ReferenceMean, q.ReferenceSD, q.Bulk, optional(q.Local))
			}
		}
		t.Logf("classes %+v, warnings %q", f.Classes, f.Warnings)
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
			svg, err := drawn.SVG()
			if err != nil {
				t.Fatal(err)
			}
			if *cmpimg.GenerateTestData && slices.Contains(
				[]string{"where-2", "where-16", "where-16-members"}, name) {
				if err := os.WriteFile(filepath.Join("..", "docs", "figures", name+".svg"), svg,
					0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// edgeFindings are changes of findings after which they can still be drawn.
var edgeFindings = map[string]func(*findings.Findings){
	"as made": func(*findings.Findings) {},
	"standardized": func(f *findings.Findings) {
		f.LengthUnit = "standard deviations of the reference"
		for range f.Columns {
			f.Scale = append(f.Scale, 0.5)
		}
	},
	"no deviations": func(
		f *findings.Findings) {
		f.LengthUnit = "standard deviations of the reference"
	},
	"no rows":         func(f *findings.Findings) { f.Data, f.Reference = nil, nil },
	"a narrow kernel": func(f *findings.Findings) { f.Sigma = 1e-60 },
	"a wide kernel":   func(f *findings.Findings) { f.Sigma = 1e60 },
	"far away":        func(f *findings.Findings) { f.Kernels[0].Centroid[0] = 1e6 },
	"one place": func(f *findings.Findings) {
		for i := range f.Kernels {
			copy(f.Kernels[i].Centroid, f.Kernels[0].Centroid)
		}
	},
	"names": func(f *findings.Findings) {
		for i := range f.Columns {
			f.Columns[i].Name = strings.Repeat("a very long name ", 9)
		}
		for i := range f.Kernels {
			for j := range f.Kernels[i].Bulk {
				f.Kernels[i].Bulk[j].Name = []string{strings.Repeat("a very long name ", 9),
					"質量\x00_{", ""}[j%3]
			}
		}
	},
	"zeros": func(f *findings.Findings) {
		for i := range f.Kernels {
			k := &f.Kernels[i]
			k.Coefficient, k.Noise, k.Soft, k.Ball = 0, 0, findings.SoftCount{},
				findings.BallCount{}
			for j := range k.Bulk {
				k.Bulk[j] = findings.Feature{Name: "zero"}
			}
			clear(k.Distances.Data)
			clear(k.Distances.Reference)
		}
		if f.Histogram != nil {
			clear(f.Histogram.Data)
			clear(f.Histogram.Reference)
		}
	},
	"large numbers": func(f *findings.Findings) {
		for i := range f.Kernels {
			k := &f.Kernels[i]
			k.Coefficient, k.Soft.Data, k.Soft.Expected, k.Soft.Z, k.Bulk[0].Bulk = -1234.5678,
				1e90, 1e-90, 1e5, 1e80
		}
	},
	"one value": func(f *findings.Findings) {
		if f.Histogram != nil {
			f.Histogram.High = f.Histogram.Low
		}
	},
	"one bin": func(f *findings.Findings) {
		f.Kernels[0].Distances = findings.Distances{First: 400, Width: 1. / 8, Data: []float64{0},
			Reference: []float64{1}}
	},
	"warnings": func(f *findings.Findings) {
		f.Warnings = []string{strings.Repeat("beware ", 60),
			"b", "c", "d"}
	},
}

// Findings at the edges of what a record can hold give figures whose texts neither overlap nor are
// cut off, and which can be rendered. The short test renders a third of them.
func TestFindingsAtTheEdges(t *testing.T) {
	t.Parallel()
	for name, change := range edgeFindings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, kernels := range []int{1, 3, 20} {
				for _, d := range []int{1, 2, 3, 12} {
					f := findingsOf(kernels, d)
					change(&f)
					for figure, draw := range map[string]func() (Figure, error){
						"where":   func() (Figure, error) { return Where(f) },
						"members": func() (Figure, error) { return Members(f, 0) },
						"last":    func() (Figure, error) { return Members(f, kernels-1) },
					} {
						what := fmt.Sprintf("%s, %s, %d kernels, %d columns", name, figure,
							kernels, d)
						drawn, err := draw()
						if err != nil {
							t.Errorf("%s: %v", what, err)
							continue
						}
						inspect(t, what, drawn)
						if testing.Short() && kernels != 3 {
							continue
						}
						if _, err := drawn.PNG(15); err != nil {
							t.Errorf("%s: %v", what, err)
						}
					}
				}
			}
		})
	}
}

func TestWhereAndMembersRefuse(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for _, c := range []struct {
		d      int
		change func(*findings.Findings)
		what   string
	}{
		{1, func(f *findings.Findings) { f.Kernels = nil }, "no kernels"},
		{1, func(f *findings.Findings) { f.Sigma = 0 }, "sigma"},
		{1, func(f *findings.Findings) { f.Weight = nan }, "weight"},
		{1, func(f *findings.Findings) { f.T = nan }, "t is NaN"},
		{2, func(f *findings.Findings) { f.Kernels[1].Centroid = nil },
			"kernel 1: centroid has 0 entries"},
		{2, func(f *findings.Findings) { f.Kernels[0].Soft.Z = nan }, "kernel 2"},
		{3, func(f *findings.Findings) { f.Kernels[0].Bulk[0].Local = &nan }, "kernel 2: feature"},
	} {
		f := findingsOf(3, c.d)
		c.change(&f)
		_, err := Where(f)
		refused(t, err, c.what)
		_, err = Members(f, 0)
		refused(t, err, c.what)
	}
	for _, c := range []struct {
		d      int
		change func(*findings.Findings)
		what   string
	}{
		{1, func(f *findings.Findings) { f.Histogram = nil }, "no histogram"},
		{1, func(f *findings.Findings) { f.Histogram.High = -9 }, "from -3 to -9"},
		{1, func(f *findings.Findings) { f.Histogram.Low = nan }, "histogram"},
		{2, func(f *findings.Findings) { f.Data[3] = nil }, "data, row 3"},
		{3, func(f *findings.Findings) {
			for i := range f.Kernels {
				f.Kernels[i].Bulk = nil
			}
		}, "no kernel has members"},
	} {
		f := findingsOf(3, c.d)
		c.change(&f)
		_, err := Where(f)
		refused(t, err, c.what)
	}
	f := findingsOf(3, 2)
	for _, place := range []int{-1, 3} {
		_, err := Members(f, place)
		refused(t, err, "there are 3")
	}
	f.Kernels[0].Distances.Data = nil
	_, err := Members(f, 0)
	refused(t, err, "hold no rows")
	f = findingsOf(3, 2)
	f.Kernels[0].Distances.Width = 0
	_, err = Members(f, 0)
	refused(t, err, "width of bins")
}

// The most significant kernels come first, and what is left out is said.
func TestWhereSays(t *testing.T) {
	t.Parallel()
	f := findingsOf(9, 12)
	f.Kernels[8].Bulk = nil
	drawn, err := Where(f)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(inspect(t, "where", drawn).words()), " ")
	for _, want := range []string{"kernel 8: a = +2 (excess) 15 over 4, Z = 5.0", "column 0",
		"2 kernels of less significance not shown", "Without members: kernel 0.",
		"without a correction"} {
		if !strings.Contains(text, want) {
			t.Errorf("the figure does not say %q; it says %q", want, text)
		}
	}
	if strings.Contains(text, "kernel 2:") {
		t.Error("a seventh panel is drawn")
	}
	drawn, err = Members(f, 1)
	if err != nil {
		t.Fatal(err)
	}
	text = strings.Join(strings.Fields(inspect(t, "members", drawn).words()), " ")
	for _, want := range []string{"Rows around kernel 7 (a = −0.5, deficit)",
		"19 data rows over 3 expected, Z = 4.0", "farther away"} {
		if !strings.Contains(text, want) {
			t.Errorf("the figure does not say %q; it says %q", want, text)
		}
	}
}
