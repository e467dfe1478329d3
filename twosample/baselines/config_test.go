package baselines

import (
	"reflect"
	"slices"
	"testing"
)

// TestOptionsHoldEveryBaseline checks that every baseline has a block under its name with its own
// defaults, but for those whose only key is the statistic that their name says.
func TestOptionsHoldEveryBaseline(t *testing.T) {
	o := Default()
	for _, b := range Baselines() {
		got := o.Of(b.Name)
		if slices.Contains([]string{"ks", "ad", "cvm"}, b.Name) {
			if got != nil {
				t.Errorf("%s has options: %v", b.Name, got)
			}
			continue
		}
		if !reflect.DeepEqual(got, b.Default()) {
			t.Errorf("%s: options %v, default %v", b.Name, got, b.Default())
		}
		if _, err := b.New(got, 1); err != nil {
			t.Errorf("%s: %v", b.Name, err)
		}
	}
	o.Validate(func(path, message string) { t.Errorf("default options: %s %s", path, message) })
}

func TestOptionsReportUnderTheirNames(t *testing.T) {
	o := Default()
	o.SlicedKS.Directions, o.MMDAgg.Bandwidths, o.Network.Hidden, o.Falkon.Lambda = 0, 1, 0, -1
	var paths []string
	o.Validate(func(path, _ string) { paths = append(paths, path) })
	if want := []string{"falkon.lambda", "network.hidden", "mmdagg.bandwidths",
		"sliced_ks.directions"}; !reflect.DeepEqual(paths, want) {
		t.Errorf("reported %v, want %v", paths, want)
	}
}

func TestOptionsOnlyOfOneTest(t *testing.T) {
	o := Default()
	o.KNN.K = []int{3}
	o.Energy.MaxReference = 7
	want := Default()
	want.KNN.K = []int{3}
	if got := o.Only("knn"); !reflect.DeepEqual(got, want) {
		t.Errorf("of knn: %v, want %v", got, want)
	}
	if got := o.Only("ks"); !reflect.DeepEqual(got, Default()) {
		t.Errorf("of a test without options: %v", got)
	}
}
