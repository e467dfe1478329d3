package sparker_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sparker"
)

// simulated draws a reference of n rows that are uniform from 0 to 6, with the weights of an
// exponential distribution, and m rows of that distribution.
func simulated(seed uint64, n, m int) (reference sparker.Rows, weights []float64,
	data sparker.Rows) {
	r := rand.New(rand.NewPCG(seed, 2))
	for range n {
		x := 6 * r.Float64()
		reference, weights = append(reference, []float64{x}), append(weights, math.Exp(-x))
	}
	for len(data) < m {
		if x := r.ExpFloat64(); x < 6 {
			data = append(data, []float64{x})
		}
	}
	return reference, weights, data
}

// Data against a simulation whose rows have weights. Without the weights, the data differ from it.
func ExampleOptions_weights() {
	reference, weights, data := simulated(1, 4000, 100)
	o := sparker.Options{ReferenceWeights: weights, Method: "mahalanobis", Toys: 99}
	weighted, err := sparker.Test(context.Background(), reference, data, &o)
	if err != nil {
		log.Fatal(err)
	}
	o.ReferenceWeights = nil
	plain, err := sparker.Test(context.Background(), reference, data, &o)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("with weights p > 0.05: %v\n", weighted.P > 0.05)
	fmt.Printf("without them p < 0.05: %v\n", plain.P < 0.05)
	v := weighted.Verdict
	fmt.Printf("%d of %d rows, which count as %.0f\n", v.ReferenceRows, len(reference),
		v.EffectiveReference)
	// Output:
	// with weights p > 0.05: true
	// without them p < 0.05: true
	// 2000 of 4000 rows, which count as 673
}

// Weights that cannot be used are an error of their option.
func TestWeightOptions(t *testing.T) {
	t.Parallel()
	reference, weights, data := simulated(1, 200, 30)
	of := slices.Repeat([]float64{1}, 30)
	uneven := slices.Clone(of)
	uneven[0] = 2
	for _, c := range []struct {
		o           sparker.Options
		field, want string
	}{
		{sparker.Options{ReferenceWeights: weights[1:]}, "ReferenceWeights", "199 numbers for 200"},
		{sparker.Options{ReferenceWeights: make([]float64, 200)}, "ReferenceWeights", "all 0"},
		{sparker.Options{ReferenceWeights: append([]float64{math.NaN()}, weights[1:]...)},
			"ReferenceWeights", "row 0"},
		{sparker.Options{ReferenceWeights: append([]float64{-1e9}, weights[1:]...)},
			"ReferenceWeights", "above 0"},
		{sparker.Options{DataWeights: uneven}, "DataWeights", "ReferenceWeights is not"},
		{sparker.Options{ReferenceWeights: weights, RowsFDR: 0.1}, "RowsFDR", "not exchangeable"},
		{sparker.Options{DataWeights: of[1:]}, "DataWeights", "29 numbers for 30"},
	} {
		_, err := sparker.Test(context.Background(), reference, data, &c.o)
		var wrong *sparker.OptionError
		if !errors.As(err, &wrong) || wrong.Field != c.field ||
			!strings.Contains(err.Error(), c.want) {
			t.Errorf("%v; want an *OptionError of %s with %q", err, c.field, c.want)
		}
	}
}

// Equal weights of any scale are those of rows without weights, to the last bit.
func TestEqualWeightsAreNone(t *testing.T) {
	t.Parallel()
	reference, _, data := simulated(1, 200, 30)
	o := sparker.Options{Method: "mahalanobis", Toys: 19}
	plain, err := sparker.Test(context.Background(), reference, data, &o)
	if err != nil {
		t.Fatal(err)
	}
	o.ReferenceWeights = slices.Repeat([]float64{0.3}, 200)
	o.DataWeights = slices.Repeat([]float64{7}, 30)
	equal, err := sparker.Test(context.Background(), reference, data, &o)
	if err != nil {
		t.Fatal(err)
	}
	if plain.P != equal.P || !reflect.DeepEqual(plain.Null, equal.Null) {
		t.Errorf("p = %v without weights, %v with equal ones", plain.P, equal.P)
	}
}

// The p-value does not depend on the scale of the weights, up to rounding, nor on the number of
// workers.
func TestScaleOfWeights(t *testing.T) {
	t.Parallel()
	reference, weights, data := simulated(2, 600, 30)
	o := sparker.Options{Method: "mahalanobis", Toys: 19, ReferenceWeights: weights, Workers: 1}
	first, err := sparker.Test(context.Background(), reference, data, &o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range weights {
		weights[i] *= 8 // a power of two rounds nothing
	}
	o.Workers = 3
	second, err := sparker.Test(context.Background(), reference, data, &o)
	if err != nil {
		t.Fatal(err)
	}
	if first.P != second.P || !reflect.DeepEqual(first.Null, second.Null) {
		t.Errorf("p = %v and %v", first.P, second.P)
	}
}
