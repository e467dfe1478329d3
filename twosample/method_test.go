package twosample_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sparker/data"
	"sparker/internal/rng"
	"sparker/losses"
	"sparker/models"
	"sparker/train"
	"sparker/twosample"
)

func aMethod(change func(*twosample.Method)) twosample.Method {
	m := twosample.Method{Name: "some_test", Title: "some test", About: "Nothing.", Cost: "O(1)",
		Source: "none", Prepare: func(twosample.Setup) (twosample.Prepared, error) {
			return twosample.Prepared{}, nil
		}}
	change(&m)
	return m
}

func TestRegisterPanics(t *testing.T) {
	t.Parallel()
	for want, m := range map[string]twosample.Method{
		"is not a name":  aMethod(func(m *twosample.Method) { m.Name = "Some test" }),
		"lacks a title":  aMethod(func(m *twosample.Method) { m.Source = "" }),
		"has no Prepare": aMethod(func(m *twosample.Method) { m.Prepare = nil }),
		"two methods":    aMethod(func(m *twosample.Method) { m.Name = twosample.DefaultMethod }),
	} {
		func() {
			defer func() {
				if said, _ := recover().(string); !strings.Contains(said, want) {
					t.Errorf("%q, want a panic with %q", said, want)
				}
			}()
			twosample.Register(m)
		}()
	}
}

// The default method comes first. Functions that a registration leaves out do nothing.
func TestMethods(t *testing.T) {
	t.Parallel()
	names := twosample.MethodNames()
	if names[0] != twosample.DefaultMethod || !slices.Contains(names, "mean") {
		t.Errorf("methods %q", names)
	}
	m, err := twosample.Lookup("mean")
	if err != nil {
		t.Fatal(err)
	}
	s := twosample.Setup{Dim: 3, Model: models.Default(),
		Options: twosample.MethodOptions{"mean": 1, "other": 2}}
	relevant := m.Relevant(s)
	if m.Check(s) != nil || m.Percentiles(s) != nil || len(relevant.Options) != 1 ||
		relevant.Options["mean"] != 1 || relevant.Dim != 0 || relevant.Model != (models.Config{}) {
		t.Errorf("relevant %+v, percentiles %v, check %v", relevant, m.Percentiles(s), m.Check(s))
	}
	if _, err := twosample.Lookup("maen"); err == nil ||
		!strings.Contains(err.Error(), `there is no test "maen"; the tests are sparker, mean`) {
		t.Errorf("an unknown name: %v", err)
	}
}

func TestOptionsOf(t *testing.T) {
	t.Parallel()
	o := twosample.MethodOptions{"a": 1.5}
	if c, err := twosample.OptionsOf(o, "a", 0.); err != nil || c != 1.5 {
		t.Errorf("%v, %v", c, err)
	}
	if c, err := twosample.OptionsOf(o, "b", 2.); err != nil || c != 2 {
		t.Errorf("by default %v, %v", c, err)
	}
	if _, err := twosample.OptionsOf(o, "a", 3); err == nil {
		t.Error("options of another type are accepted")
	}
}

// The scales of the prepared method are those of its tests: t at every checkpoint, then lead.
func TestPreparedSparKer(t *testing.T) {
	t.Parallel()
	m, err := twosample.Lookup(twosample.DefaultMethod)
	if err != nil {
		t.Fatal(err)
	}
	s := twosample.Setup{Model: models.Default(), Loss: losses.Default(), Train: train.Default(),
		Statistics: []string{twosample.StatisticLead, twosample.StatisticT}, Dim: 2}
	s.Train.Epochs, s.Train.Checkpoints.Count = 20, 2
	s.Distances.Q1, s.Distances.Q50, s.Distances.Q99 = 0.2, 2, 4
	p, err := m.Prepare(s)
	if err != nil {
		t.Fatal(err)
	}
	if p.Widths != (train.Widths{Start: 8, End: 0.1}) || len(p.Warnings) != 0 {
		t.Errorf("widths %v, warnings %q", p.Widths, p.Warnings)
	}
	last := twosample.StatisticScale{Epoch: 20, Sigma: p.Scales[1].Sigma}
	if len(p.Scales) != 4 || p.Scales[1] != last || p.Scales[3].Statistic != "lead" ||
		p.Scales[3].Sigma != last.Sigma {
		t.Errorf("scales %+v", p.Scales)
	}
	s.Distances.Q1 = 4 // the kernels stay wide
	if p, err = m.Prepare(s); err != nil || len(p.Warnings) != 1 {
		t.Errorf("warnings %q, %v", p.Warnings, err)
	}
	s.Statistics = []string{"u"}
	if _, err := m.Prepare(s); err == nil || !strings.Contains(err.Error(), "t, lead") {
		t.Errorf("an unknown statistic: %v", err)
	}
}

// A prepared reference changes no number.
func TestPreparedReference(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	draw := func(n int) data.Sample {
		s := data.Sample{N: n, D: 2}
		for range 2 * n {
			s.X = append(s.X, 10+3*r.NormFloat64())
		}
		return s
	}
	pair := data.Pair{Reference: draw(200), Data: draw(50), Weight: 0.25}
	other := data.Pair{Reference: draw(200), Data: pair.Data, Weight: 0.25}
	for _, standardize := range []bool{false, true} {
		s := settings(2)
		s.Standardize = standardize
		plain := newTest(t, s)
		s.Reference = twosample.NewPreparedReference(pair.Reference)
		if standardize {
			s.Reference = twosample.NewStandardizedReference(pair)
		}
		prepared := newTest(t, s)
		for _, p := range []data.Pair{pair, other} {
			a, err := plain.Statistics(p, rng.New(1, "test"))
			if err != nil {
				t.Fatal(err)
			}
			b, err := prepared.Statistics(p, rng.New(1, "test"))
			if err != nil || !slices.Equal(a.T, b.T) {
				t.Errorf("standardized %v: %v, with a prepared reference %v (%v)", standardize, a.T,
					b.T, err)
			}
		}
	}
}

// Distances are those of the columns, or of the standardized columns.
func TestMeasureDistances(t *testing.T) {
	t.Parallel()
	s := data.Sample{X: []float64{0, 5, 1, 5, 3, 5}, N: 3, D: 2}
	d, err := twosample.MeasureDistances(s, nil,
		twosample.DistanceOptions{Percentiles: []float64{0, 50}})
	if err != nil || d.Q50 != 2 || d.Percentiles[0] != 1 || d.Percentiles[50] != 2 ||
		len(d.Percentiles) != 2 || len(d.Warnings) != 0 {
		t.Errorf("%+v, %v", d, err)
	}
	scaled, err := twosample.MeasureDistances(s, nil, twosample.DistanceOptions{Standardize: true})
	const sd = 1.247219128924647
	if err != nil || math.Abs(scaled.Q50-2/sd) > 1e-12 || len(scaled.Warnings) != 1 {
		t.Errorf("standardized %+v, %v", scaled, err)
	}
	if _, err := twosample.MeasureDistances(data.Sample{X: []float64{1, 1}, N: 2, D: 1}, nil,
		twosample.DistanceOptions{}); err == nil {
		t.Error("one distinct row has distances")
	}
	if e := twosample.EqualDistances(3, 10); e.Q1 != 3 || e.Q99 != 3 || e.Percentiles[10] != 3 {
		t.Errorf("equal distances %+v", e)
	}
}

// Every recipe sets up SparKer.
func TestRecipes(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, r := range twosample.Recipes() {
		if names[r.Name] || r.About == "" {
			t.Errorf("%q is there twice, or has no description", r.Name)
		}
		names[r.Name] = true
		if _, err := twosample.NewSparKer(twosample.Setup{Model: r.Model, Loss: r.Loss,
			Train: r.Train, Statistics: r.Statistics, Dim: 2,
			Distances: twosample.EqualDistances(1)}); err != nil {
			t.Errorf("%s: %v", r.Name, err)
		}
	}
	if !names[twosample.DefaultRecipe] {
		t.Errorf("the default recipe %s is none of %v", twosample.DefaultRecipe, names)
	}
}
