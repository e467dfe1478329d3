package sparker_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sparker"
	"sparker/data"
	"sparker/twosample"
	"sparker/twosample/baselines"
)

// rowsOf returns n rows whose values a function of the row and the stream gives.
func rowsOf(n int, r *rand.Rand, row func(i int, r *rand.Rand) []float64) sparker.Rows {
	rows := make(sparker.Rows, n)
	for i := range rows {
		rows[i] = row(i, r)
	}
	return rows
}

// newValues are pairs in which the data have values that the reference lacks, or other shares of
// the same few values. Each is beyond doubt: no permutation in a million is as extreme.
var newValues = map[string]struct {
	reference, data func(i int, r *rand.Rand) []float64
	warning         string
}{
	"a flag that only the data have": {
		func(i int, r *rand.Rand) []float64 { return []float64{r.NormFloat64(), 0} },
		func(i int, r *rand.Rand) []float64 { return []float64{r.NormFloat64(), 1} },
		"column x2 is constant (0) in the reference and differs in 60 of 60 data rows",
	},
	"a constant reference": {
		func(i int, r *rand.Rand) []float64 { return []float64{3} },
		func(i int, r *rand.Rand) []float64 { return []float64{4} },
		"column x is constant (3) in the reference and differs in 60 of 60 data rows",
	},
	"two values": {
		func(i int, r *rand.Rand) []float64 { return []float64{float64(min(i%10, 1))} },
		func(i int, r *rand.Rand) []float64 { return []float64{float64(min(i%3, 1))} }, "",
	},
	"a single value": {
		func(i int, r *rand.Rand) []float64 { return []float64{float64(i % 2), float64(i % 3)} },
		func(i int, r *rand.Rand) []float64 { return []float64{1, 2} }, "",
	},
}

func TestEveryMethodSeesNewValues(t *testing.T) {
	t.Parallel()
	const toys = 39
	for name, c := range newValues {
		for _, m := range twosample.Methods() {
			if m.Limit {
				continue
			}
			t.Run(fmt.Sprintf("%s/%s", name, m.Name), func(t *testing.T) {
				t.Parallel()
				r := rand.New(rand.NewPCG(1, 2))
				reference, observed := rowsOf(240, r, c.reference), rowsOf(60, r, c.data)
				if oneColumn := slices.Contains([]string{"ks", "ad", "cvm", "binned"},
					m.Name); oneColumn && len(reference[0]) > 1 {
					t.Skip("the method is for one column")
				}
				if name == "a single value" && m.Name == "mahalanobis" {
					t.Skip("the method sees outliers and a wider spread, not a narrower one")
				}
				o := sparker.Options{Method: m.Name, Recipe: quick(), Toys: toys}
				if m.Name == "network" {
					c := baselines.DefaultNetwork()
					c.Epochs, c.LearningRate = 600, 0.02
					o.MethodOptions = twosample.MethodOptions{"network": c}
				}
				res := mustTest(t, reference, observed, o)
				if res.P != 1./(toys+1) {
					t.Errorf("p = %v, want 1/%d", res.P, toys+1)
				}
				if c.warning != "" && !slices.Contains(res.Warnings, c.warning) {
					t.Errorf("warnings %q", res.Warnings)
				}
			})
		}
	}
}

// A code that 500 reference rows never have, in 8 of 150 data rows, has a probability of 7e-6 under
// the null hypothesis. It is found with more kernels than there are codes, with fewer, and by every
// recipe and start.
func TestNewCodeAmongFour(t *testing.T) {
	t.Parallel()
	codes := func(counts ...int) sparker.Rows {
		var rows sparker.Rows
		for code, n := range counts {
			for range n {
				rows = append(rows, []float64{float64(code * code)})
			}
		}
		return rows
	}
	reference, observed := codes(170, 195, 135), codes(45, 58, 39, 8)
	for _, c := range []struct {
		recipe  twosample.Recipe
		kernels int
		init    string
	}{
		{twosample.Lead(), 2, "kmeans"}, {twosample.Lead(), 3, "kmeans"},
		{twosample.Lead(), 5, "kmeans"}, {twosample.Lead(), 5, "reference"},
		{twosample.Lead(), 5, "pooled"}, {twosample.Paper(), 5, "data"},
	} {
		t.Run(fmt.Sprintf("%s/%d from %s", c.recipe.Name, c.kernels, c.init), func(t *testing.T) {
			t.Parallel()
			c.recipe.Model.Kernels, c.recipe.Model.Init = c.kernels, c.init
			c.recipe.Train.Epochs = 200
			res := mustTest(t, reference, observed, sparker.Options{Recipe: &c.recipe, Toys: 99})
			if res.P != 0.01 {
				t.Errorf("p = %v", res.P)
			}
			fit, err := sparker.Fit(t.Context(), reference, observed,
				&sparker.Options{Recipe: &c.recipe})
			if err != nil {
				t.Fatal(err)
			}
			f, err := fit.LogRatio(sparker.Rows{{0}, {9}})
			if err != nil || !(f[1] > f[0]) {
				t.Errorf("log-ratios %v at an old and the new code, %v", f, err)
			}
		})
	}
}

// p is exact although the scales of columns, the number of kernels and the places where they are
// born depend on the pair: under the null hypothesis, with a flag that is often constant in one of
// the samples and a code of few values, P(p <= k/20) is k/20. With a continuous column there are
// no ties. Each count is within its central 99.9% binomial interval, 3.3 standard deviations; true
// uniformity would fail one of the six for one seed in about two hundred. The seed is fixed.
func TestExactWithRareValues(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("tests several hundred pairs")
	}
	row := func(_ int, r *rand.Rand) []float64 {
		flag, code := 0.0, float64(r.IntN(3))
		if r.IntN(30) == 0 {
			flag = 1
		}
		return []float64{r.NormFloat64(), flag, code}
	}
	const pairs = 300
	for _, method := range []string{"sparker", "energy"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			below, constant := map[int]int{}, 0
			for i := range uint64(pairs) {
				r := rand.New(rand.NewPCG(i, 7))
				o := sparker.Options{Method: method, Recipe: quick(), Toys: 19, Seed: i + 1,
					Workers: 1, Quantities: []int{0, 1, 2}}
				res := mustTest(t, rowsOf(40, r, row), rowsOf(15, r, row), o)
				for _, k := range []int{1, 5, 10} {
					if res.P*20 < float64(k)+0.5 {
						below[k]++
					}
				}
				if slices.ContainsFunc(res.Warnings, func(w string) bool {
					return strings.Contains(w, "is constant (0) in the reference")
				}) {
					constant++
				}
			}
			for k, n := range below {
				p := float64(k) / 20
				if sd := math.Sqrt(pairs * p * (1 - p)); math.Abs(float64(n)-pairs*p) > 3.3*sd {
					t.Errorf("p <= %v in %d of %d", p, n, pairs)
				}
			}
			if constant < pairs/20 {
				t.Errorf("the flag was new in %d pairs only", constant)
			}
		})
	}
}

// With few values alone there are ties, and p is conservative: P(p <= alpha) is at most alpha. The
// bound is alpha and 3.1 binomial standard deviations, which fails for one seed in a thousand at
// most. The seed is fixed.
func TestValidWithFewValues(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("tests several hundred pairs")
	}
	const pairs = 250
	for name, shares := range map[string][]float64{
		"two values": {0.7, 0.3}, "a rare value": {0.96, 0.04}, "codes": {0.5, 0.3, 0.17, 0.03},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row := func(_ int, r *rand.Rand) []float64 {
				u, value := r.Float64(), 0
				for ; value < len(shares)-1 && u >= shares[value]; value++ {
					u -= shares[value]
				}
				return []float64{float64(value * value)}
			}
			rejected, tested := 0, 0
			for i := range uint64(pairs) {
				r := rand.New(rand.NewPCG(i, 8))
				res, err := sparker.Test(t.Context(), rowsOf(60, r, row), rowsOf(20, r, row),
					&sparker.Options{Recipe: quick(), Toys: 19, Seed: i + 1, Workers: 1})
				if errors.Is(err, data.ErrTooFewRows) {
					continue // all rows have the same value
				}
				if err != nil {
					t.Fatal(err)
				}
				tested++
				if res.P < 0.051 {
					rejected++
				}
			}
			most := 0.05*float64(tested) + 3.1*math.Sqrt(float64(tested)*0.05*0.95)
			if tested < 200 || float64(rejected) > most {
				t.Errorf("%d of %d tests of equal distributions reject at 0.05", rejected, tested)
			}
		})
	}
}
