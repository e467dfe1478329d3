package baselines

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gopkg.in/yaml.v3"

	"sparker/losses"
	"sparker/twosample"
)

// Every block is the options of a registered method, whose defaults are possible and survive YAML.
func TestConfigHoldsOptionsOfMethods(t *testing.T) {
	t.Parallel()
	c := Default()
	for name, options := range c.Options() {
		m, err := twosample.Lookup(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if m.Limit {
			continue
		}
		s := twosample.Setup{Dim: 1, Loss: losses.Default(),
			Options: twosample.MethodOptions{name: options}}
		s.Distances = twosample.EqualDistances(1, m.Percentiles(s)...)
		usual, err := m.Prepare(twosample.Setup{Dim: 1, Loss: s.Loss,
			Distances: s.Distances})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if p, err := m.Prepare(s); err != nil || !slices.Equal(p.Scales, usual.Scales) {
			t.Errorf("%s: the config has other defaults than the method: %+v, %+v, %v", name,
				p.Scales,
				usual.Scales, err)
		}
	}
	c.Validate(func(path, message string) { t.Errorf("by default %s %s", path, message) })
	written, err := yaml.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var read Config
	if err := yaml.Unmarshal(written, &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, read, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("through YAML (-before +after):\n%s", diff)
	}
}

func TestConfigReportsUnderMethodNames(t *testing.T) {
	t.Parallel()
	c := Default()
	c.SlicedKS.Directions, c.MMDAgg.Bandwidths, c.Network.Hidden, c.Falkon.Lambda = 0, 1, 0, -1
	var paths []string
	c.Validate(func(path, _ string) { paths = append(paths, path) })
	if want := []string{"falkon.lambda", "network.hidden", "mmdagg.bandwidths",
		"sliced_ks.directions"}; !reflect.DeepEqual(paths, want) {
		t.Errorf("reported %v, want %v", paths, want)
	}
}

func TestConfigOnlyOfOneMethod(t *testing.T) {
	t.Parallel()
	c := Default()
	c.KNN.K = []int{3}
	c.Energy.MaxReference = 7
	want := Default()
	want.KNN.K = []int{3}
	if got := c.Only(c.Options().Only("knn")); !reflect.DeepEqual(got, want) {
		t.Errorf("of knn: %v, want %v", got, want)
	}
	if got := c.Only(c.Options().Only("ks")); !reflect.DeepEqual(got, Default()) {
		t.Errorf("of a method without options: %v", got)
	}
	if c.Energy.MaxReference != 7 {
		t.Error("the config was changed")
	}
}

// Every impossible value is reported by its path, and no test is made of it.
func TestImpossibleOptions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ method, options, path string }{
		{"mmd", "widths: []", "widths"},
		{"mmd", "widths: [1, 0]", "widths[1]"},
		{"mmd", "widths: [.inf]", "widths[0]"},
		{"mmd", "max_reference: 1", "max_reference"},
		{"nystroem_mmd", "landmarks: -1", "landmarks"},
		{"nystroem_mmd", "widths: [-1]", "widths[0]"},
		{"energy", "max_reference: -1", "max_reference"},
		{"mmdagg", "kernels: []", "kernels"},
		{"mmdagg", "kernels: [gauss]", "kernels[0]"},
		{"mmdagg", "kernels: [laplace, laplace]", "kernels[1]"},
		{"mmdagg", "bandwidths: 1", "bandwidths"},
		{"mmdagg", "range: wide", "range"},
		{"mmdagg", "{low: 3, high: 2}", "high"},
		{"mmdagg", "max_reference: 1", "max_reference"},
		{"mmdfuse", "bandwidths: 0", "bandwidths"},
		{"mmdfuse", "max_reference: 1", "max_reference"},
		{"c2st", "features: cubic", "features"},
		{"c2st", "fourier: 0", "fourier"},
		{"c2st", "ridge: 0", "ridge"},
		{"c2st", "train: 1", "train"},
		{"c2st", "max_reference: 3", "max_reference"},
		{"knn", "k: []", "k"},
		{"knn", "k: [0]", "k[0]"},
		{"knn", "rows: all", "rows"},
		{"knn", "max_reference: -1", "max_reference"},
		{"mahalanobis", "shrinkage: 2", "shrinkage"},
		{"mahalanobis", "shrinkage: .nan", "shrinkage"},
		{"sliced_ks", "directions: 0", "directions"},
		{"sliced_wasserstein", "order: 3", "order"},
		{"sliced_ks", "max_reference: -1", "max_reference"},
		{"binned", "bins: even", "bins"},
		{"binned", "count: 0", "count"},
		{"binned", "bins: fixed", "high"},
		{"binned", "{bins: fixed, low: 0, high: .inf}", "high"},
		{"binned", "high: 3", "low"},
	} {
		options := optionsOf(t, c.method, c.options)
		var paths []string
		options[c.method].(validator).Validate(func(path, message string) {
			if message == "" {
				t.Errorf("%s %s: no message", c.method, c.options)
			}
			paths = append(paths, path)
		})
		if !slices.Equal(paths, []string{c.path}) {
			t.Errorf("%s %s: reports %q, want %q", c.method, c.options, paths, c.path)
		}
		m, err := twosample.Lookup(c.method)
		if err != nil {
			t.Fatal(err)
		}
		_, err = m.Prepare(twosample.Setup{Dim: 1, Options: options})
		if err == nil || !strings.Contains(err.Error(), c.path) {
			t.Errorf("%s %s: %v", c.method, c.options, err)
		}
	}
}
