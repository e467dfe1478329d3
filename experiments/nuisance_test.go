package experiments

import (
	"math"
	"path/filepath"
	"testing"

	"sparker/configs"
	"sparker/data/sources"
	"sparker/results"
)

// The toys of an experiment with nuisance parameters are stored with their fits. Null toys do not
// depend on the values of the parameters in alternative toys, and these do.
func TestNuisancesAreStored(t *testing.T) {
	t.Parallel()
	toys := func(at float64) (null, alternative []results.Toy) {
		e := tiny()
		e.Toys = configs.ToysConfig{Null: 19, Alternative: 3, Signal: []float64{0}}
		e.Data.Nuisances = []sources.NuisanceConfig{{Name: "scale", Kind: "scale", Sigma: 0.3},
			{Name: "rate", Kind: "norm", Sigma: 0.3, At: at}}
		store, _ := run(t, e, RunOptions{Dir: filepath.Join(t.TempDir(), "run")})
		all, err := store.Toys()
		if err != nil {
			t.Fatal(err)
		}
		for _, toy := range all {
			if toy.Hypothesis == results.Null {
				null = append(null, toy)
			} else {
				alternative = append(alternative, toy)
			}
		}
		return null, alternative
	}
	null, alternative := toys(0)
	sameNull, moved := toys(3)
	for i, toy := range null {
		n := toy.Nuisances
		if n == nil || len(n.Fit) != len(toy.T) || len(n.Fit[0]) != 2 || len(n.FitErrors) != 4 ||
			len(n.Measured) != 2 || n.Names[1] != "rate" || !(n.NullErrors[0] < 0.3) {
			t.Fatalf("toy %d has the nuisance parameters %+v", i, n)
		}
		for k, v := range toy.T {
			if math.IsNaN(v) || math.IsNaN(n.Delta) {
				t.Errorf("toy %d: t is %v at scale %d, Delta %v", i, v, k, n.Delta)
			}
			if sameNull[i].T[k] != v || sameNull[i].Key != toy.Key {
				t.Errorf("null toy %d depends on the alternative", i)
			}
		}
	}
	for i, toy := range alternative {
		if moved[i].Nuisances.Null[1] < toy.Nuisances.Null[1]+0.5 {
			t.Errorf("the rate of alternative toy %d is %v, and %v at +3 sigma", i,
				toy.Nuisances.Null[1], moved[i].Nuisances.Null[1])
		}
	}
}
