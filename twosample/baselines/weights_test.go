package baselines

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sparker/data"
	"sparker/internal/rng"
	"sparker/losses"
	"sparker/twosample"
)

// weightedPair is a toy whose rows have the integer weights 0, 1 and 2 in turn, with a mean of 1,
// and the same toy with its rows repeated.
func weightedPair(dim int) (weighted, repeated data.Pair) {
	pair := falkonToy(5, 90, 30, dim, 3)
	pair.Data.N = pair.Data.N / 3 * 3
	pair.Data.X = pair.Data.X[:pair.Data.N*dim]
	repeat := func(s data.Sample) (weights []float64, many data.Sample) {
		many.D = dim
		for i := range s.N {
			weights = append(weights, float64(i%3))
			for range i % 3 {
				many.X = append(many.X, s.Row(i)...)
				many.N++
			}
		}
		return weights, many
	}
	repeated = pair
	pair.ReferenceWeights, repeated.Reference = repeat(pair.Reference)
	pair.DataWeights, repeated.Data = repeat(pair.Data)
	return pair, repeated
}

// weightedTest returns a test by the name of its method, with the default options.
func weightedTest(t *testing.T, name string, dim int) twosample.Test {
	t.Helper()
	m, err := twosample.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	network := DefaultNetwork()
	network.Epochs, network.Checkpoints = 30, 1
	s := twosample.Setup{Dim: dim, Weighted: m.Weights, Loss: losses.Default(),
		Options:   twosample.MethodOptions{"network": network},
		Distances: twosample.EqualDistances(1, 5, 25, 50, 75, 90, 95)}
	p, err := twosample.Prepare(m, s)
	if err != nil {
		t.Fatal(err)
	}
	test, err := p.New()
	if err != nil {
		t.Fatal(err)
	}
	return test
}

// weightedMethods returns the names of the baselines with weights.
func weightedMethods() (names []string) {
	for _, m := range twosample.Methods() {
		if m.Weights && !m.Limit && !m.Fits {
			names = append(names, m.Name)
		}
	}
	return names
}

// Equal weights change no bit of a test.
func TestEqualWeightsAreNone(t *testing.T) {
	t.Parallel()
	for _, name := range weightedMethods() {
		pair := falkonToy(5, 90, 30, 1, 3)
		equal := pair
		equal.ReferenceWeights = slices.Repeat([]float64{1}, pair.Reference.N)
		equal.DataWeights = slices.Repeat([]float64{1}, pair.Data.N)
		var outcomes [2]twosample.Outcome
		for i, p := range []data.Pair{pair, equal} {
			var err error
			outcomes[i], err = weightedTest(t, name, 1).Statistics(p, rng.New(1, "equal"))
			if err != nil || outcomes[i].Status != twosample.OK {
				t.Fatal(name, outcomes[i], err)
			}
		}
		if !slices.Equal(outcomes[0].T, outcomes[1].T) {
			t.Errorf("%s: %v without weights, %v with equal ones", name, outcomes[0].T,
				outcomes[1].T)
		}
	}
}

// Rows of integer weights are tested as rows that are there so often, except where the test draws
// rows: that of kernels has its centers set.
func TestIntegerWeightsAreRepeatedRows(t *testing.T) {
	t.Parallel()
	for _, name := range weightedMethods() {
		if strings.HasPrefix(name, "falkon") {
			continue
		}
		for _, dim := range []int{1, 3} {
			if name == "binned" && dim > 1 {
				continue
			}
			weighted, repeated := weightedPair(dim)
			got, err := weightedTest(t, name, dim).Statistics(weighted, rng.New(1, "integer"))
			if err != nil {
				t.Fatal(name, err)
			}
			want, err := weightedTest(t, name, dim).Statistics(repeated, rng.New(1, "integer"))
			if err != nil {
				t.Fatal(name, err)
			}
			agree(t, name, got.T, want.T, 1e-10)
		}
	}
}

// agree fails the test unless two lists agree relative to their sizes.
func agree(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) || len(got) == 0 {
		t.Fatalf("%s: %v, want %v", what, got, want)
	}
	for i, v := range got {
		if !(math.Abs(v-want[i]) <= tolerance*(1+math.Abs(want[i]))) {
			t.Errorf("%s: statistic %d is %v, want %v", what, i, v, want[i])
		}
	}
}

// The kernel test of rows of integer weights is that of repeated rows, for the same centers.
func TestFalkonOfIntegerWeights(t *testing.T) {
	t.Parallel()
	var statistics [2]float64
	weighted, repeated := weightedPair(1)
	for i, pair := range []data.Pair{weighted, repeated} {
		test := newFalkon(t, newFalkonSettings(1, 0.7))
		test.pool(pair)
		test.centers = weighted.Reference.X[:8]
		var end ending
		var err error
		statistics[i], end, err = test.statistic(0.7)
		if err != nil || end.status != twosample.OK {
			t.Fatal(end, err)
		}
	}
	agree(t, "falkon", statistics[:1], statistics[1:], 1e-8) // the tolerance of its Newton steps
}

// The order of weighted rows does not matter, not even on the last bit. A tenth of the weights is
// negative.
func TestOrderOfSignedRows(t *testing.T) {
	t.Parallel()
	for _, name := range weightedMethods() {
		pair := falkonToy(6, 200, 40, 1, 3)
		weights := make([]float64, pair.Reference.N)
		for i := range weights {
			weights[i] = float64(1 + i%4)
			if i%10 == 7 {
				weights[i] = -1
			}
		}
		var err error
		pair.ReferenceWeights, err = data.RelativeWeights("reference", weights, len(weights))
		if err != nil {
			t.Fatal(err)
		}
		turned := pair
		turned.Reference.X = slices.Clone(pair.Reference.X)
		turned.ReferenceWeights = slices.Clone(pair.ReferenceWeights)
		rand.New(rand.NewPCG(1, 1)).Shuffle(len(weights), func(i, k int) {
			x, w := turned.Reference.X, turned.ReferenceWeights
			x[i], x[k], w[i], w[k] = x[k], x[i], w[k], w[i]
		})
		var outcomes [2]twosample.Outcome
		for i, p := range []data.Pair{pair, turned} {
			outcomes[i], err = weightedTest(t, name, 1).Statistics(p, rng.New(1, "order"))
			if err != nil || outcomes[i].Status != twosample.OK {
				t.Fatal(name, outcomes[i], err)
			}
		}
		agree(t, name, outcomes[1].T, outcomes[0].T, 1e-12)
	}
}

// A test that cannot take weights refuses them by name, before and with the rows.
func TestTestsWithoutWeightsRefuse(t *testing.T) {
	t.Parallel()
	m, err := twosample.Lookup("knn")
	if err != nil {
		t.Fatal(err)
	}
	var refused *twosample.UnweightedTestError
	for name, err := range map[string]error{
		"Check": twosample.Check(m, twosample.Setup{Weighted: true}),
		"member": twosample.Check(m, twosample.Setup{Weighted: true,
			Members: []twosample.MemberConfig{{Name: "one", Method: "c2st"}}}),
	} {
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), "mahalanobis") {
			t.Errorf("%s: %v", name, err)
		}
	}
	weighted, _ := weightedPair(1)
	if _, err := weightedTest(t, "knn", 1).Statistics(weighted, rng.New(1, "refuse")); err == nil ||
		!errors.As(err, &refused) || refused.Method != "knn" {
		t.Errorf("a weighted pair: %v", err)
	}
}
