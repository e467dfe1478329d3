package baselines

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"gopkg.in/yaml.v3"

	"sparker/data/sources"
	"sparker/internal/rng"
	"sparker/losses"
	"sparker/models"
	"sparker/train"
	"sparker/twosample"
	"sparker/twosample/toytest"
)

// trial is a method that the battery looks at, with some options.
type trial struct {
	name    string
	method  twosample.Method
	options twosample.MethodOptions
	// shape asks for shape-only counting.
	shape bool
	dims  []int
}

// others are options that the battery looks at as well.
var others = []struct {
	name, method, options string
	shape                 bool
	dims                  []int
}{
	{"mmd of few rows", "mmd", "{widths: [1], max_reference: 30}", false, []int{2}},
	{"mmdagg of powers", "mmdagg", "{kernels: [gaussian], range: powers, low: -1, high: 1}", false,
		[]int{2}},
	{"c2st fourier", "c2st", "{features: fourier}", false, []int{2}},
	{"c2st quadratic", "c2st", "{features: quadratic, max_reference: 50}", false, []int{2}},
	{"knn pooled", "knn", "{rows: pooled, k: [3]}", false, []int{2}},
	{"wasserstein of order 2", "sliced_wasserstein", "{order: 2}", false, []int{2}},
	{"binned shape", "binned", "{bins: fixed, low: 0, high: 5, count: 10}", true, []int{1}},
	{"mahalanobis unshrunk", "mahalanobis", "{shrinkage: 0}", false, []int{2}},
}

// quick are options that make slow methods quick, and give falkon two widths.
var quick = map[string]string{
	"network":      "{epochs: 20, learning_rate: 0.1}",
	"falkon":       "{centers: 20, lambda: 1e-3, widths: [0.5, 2]}",
	"falkon_multi": "{centers: 20, lambda: 1e-3}",
}

// rounding is how much the order of the rows may change a statistic, as a share of it. Methods that
// are missing sort the rows first.
var rounding = map[string]float64{twosample.DefaultMethod: 1e-9, "network": 1e-9}

// lenient are fits and scans. They may answer samples without rows with an error, and numbers that
// are not finite with a status.
var lenient = []string{twosample.DefaultMethod, "network", "falkon", "falkon_multi", "scan",
	"multiscan"}

// trials are all registered methods, some of them with several options.
func trials(t *testing.T) []trial {
	t.Helper()
	var all []trial
	for _, m := range twosample.Methods() {
		c := trial{name: m.Name, method: m, options: optionsOf(t, m.Name, quick[m.Name])}
		for _, dim := range []int{1, 2} {
			_, err := m.Prepare(c.setup(t, dim))
			var refused *twosample.SetupError
			switch {
			case err == nil:
				c.dims = append(c.dims, dim)
			case !errors.As(err, &refused) || refused.Part != twosample.PartDim:
				t.Fatal(err)
			}
		}
		all = append(all, c)
	}
	for _, o := range others {
		m, err := twosample.Lookup(o.method)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, trial{o.name, m, optionsOf(t, o.method, o.options), o.shape, o.dims})
	}
	return all
}

// eachTrial runs check for every trial in every dimension that it applies to, in parallel.
func eachTrial(t *testing.T, check func(t *testing.T, c trial, dim int)) {
	for _, c := range trials(t) {
		for _, dim := range c.dims {
			t.Run(fmt.Sprintf("%s in %d", c.name, dim), func(t *testing.T) {
				t.Parallel()
				check(t, c, dim)
			})
		}
	}
}

// optionsOf returns the options of a method with some keys changed, in YAML.
func optionsOf(t *testing.T, method, text string) twosample.MethodOptions {
	t.Helper()
	c := Default()
	if text == "" {
		return c.Options()
	}
	if err := yaml.Unmarshal([]byte(method+":\n  "+text), &c); err != nil {
		t.Fatal(err)
	}
	return c.Options()
}

// setup is that of a small experiment, with all that any method asks for.
func (c trial) setup(t *testing.T, dim int) twosample.Setup {
	t.Helper()
	s := twosample.Setup{
		Model: models.Default(), Loss: losses.Default(), Train: train.Default(),
		Statistics: twosample.Statistics, Options: c.options, FixedCount: c.shape,
		Signal: twosample.SignalShape{Width: 0.3}, Dim: dim,
		Background: small(t, dim).(sources.Alternative),
	}
	s.Train.Epochs, s.Train.Checkpoints.Count = 40, 4
	s.Train.Width.Start, s.Train.Width.End = 8, 0.2
	if dim == 1 {
		s.Signal.Support = twosample.HalfLine
	}
	for i := range s.Model.Kernels * dim {
		s.InitialCentroids = append(s.InitialCentroids, float64(i)/2)
	}
	r := rng.New(1, "distances")
	reference, err := small(t, dim).DrawReference(r, 100)
	if err != nil {
		t.Fatal(err)
	}
	if s.Distances, err = twosample.MeasureDistances(reference, r,
		twosample.DistanceOptions{Percentiles: c.method.Percentiles(s)}); err != nil {
		t.Fatal(err)
	}
	return s
}

func (c trial) prepare(t *testing.T, dim int) twosample.Prepared {
	t.Helper()
	p, err := c.method.Prepare(c.setup(t, dim))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (c trial) test(t *testing.T, dim int) twosample.Test {
	t.Helper()
	return must(c.prepare(t, dim).New())
}

func (c trial) isLenient() bool { return slices.Contains(lenient, c.method.Name) }

// smallConfig is that of small.
func smallConfig(dim int) sources.Config {
	c := sources.Default()
	c.Expected, c.Reference = 50, 100
	if dim > 1 {
		c.Source, c.Dim = "gaussian", dim
		c.Signal.Loc, c.Signal.Scale = sources.Vector{2, 2}, 0.3
	}
	return c
}

// small draws 50 expected events of an exponential or a Gaussian background, and a reference of 100
// rows.
func small(t testing.TB, dim int) sources.Source {
	t.Helper()
	return toytest.Source(t, smallConfig(dim))
}

// methodTest makes the test of a method with its default options.
func methodTest(t testing.TB, name string, dim int) twosample.Test {
	t.Helper()
	m, err := twosample.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return must(must(m.Prepare(twosample.Setup{Dim: dim})).New())
}
