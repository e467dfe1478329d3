package findings

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sparker/data"
	"sparker/internal/rng"
	"sparker/losses"
	"sparker/models"
	"sparker/train"
	"sparker/twosample"
)

// made is a fit with the gate and one checkpoint, as if it had ended there.
func made(sigma float64, coefficients []float64, centroids ...float64) twosample.Fit {
	return twosample.Fit{SoftMax: true, FitResult: train.FitResult{Status: train.OK,
		Checkpoints: []train.Checkpoint{
			{Scale: train.Scale{Epoch: 7, Sigma: sigma}, T: 3, Centroids: centroids,
				Coefficients: coefficients},
		}}}
}

func sampleOf(d int, x ...float64) data.Sample { return data.Sample{X: x, N: len(x) / d, D: d} }

// find is Find, which must not fail.
func find(t interface {
	Helper()
	Fatal(...any)
}, pair data.Pair, fit twosample.Fit, o FindOptions) Findings {
	t.Helper()
	f, err := Find(pair, fit, o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// of is the finding of a kernel.
func of(f Findings, kernel int) Finding {
	return f.Kernels[slices.IndexFunc(f.Kernels,
		func(k Finding) bool { return k.Kernel == kernel })]
}

// near compares numbers to 1e-9 of their size; NaN equals NaN.
var near = cmp.Options{cmpopts.EquateApprox(1e-9, 1e-9), cmpopts.EquateNaNs()}

// normal returns n rows of standard normals in d columns.
func normal(r *rand.Rand, n, d int) data.Sample {
	s := data.Sample{X: make([]float64, n*d), N: n, D: d}
	for i := range s.X {
		s.X[i] = r.NormFloat64()
	}
	return s
}

// rowCounts are the numbers of rows of a pair, and how many of the data are a cluster.
type rowCounts struct{ data, reference, cluster int }

// planted is a pair whose last rows are a cluster of the given standard deviation around a place.
func planted(r *rand.Rand, n rowCounts, sd float64, place []float64) data.Pair {
	d := len(place)
	pair := data.Pair{Reference: normal(r, n.reference, d), Data: normal(r, n.data, d),
		Weight: float64(n.data) / float64(n.reference), Injected: n.cluster}
	for i := n.data - n.cluster; i < n.data; i++ {
		for j, v := range pair.Data.Row(i) {
			pair.Data.Row(i)[j] = place[j] + sd*v
		}
	}
	return pair
}

// settings are those of SparKer's test with 40 epochs and 4 checkpoints.
func settings(dim int) twosample.Setup {
	s := twosample.Setup{
		Model: models.Default(), Loss: losses.Default(), Train: train.Default(), Dim: dim,
	}
	s.Train.Width.Start, s.Train.Width.End = 8, 0.2
	s.Train.Epochs, s.Train.Checkpoints.Count = 40, 4
	return s
}

func newTest(t *testing.T, s twosample.Setup) *twosample.SparKer {
	t.Helper()
	test, err := twosample.NewSparKer(s)
	if err != nil {
		t.Fatal(err)
	}
	return test
}

// standardizedFit is a fit whose centroids are rows of the data.
func standardizedFit(pair data.Pair, sigma float64, coefficients []float64,
	rows []int) twosample.Fit {
	standardizer, _ := data.NewStandardizer(data.Pair{Reference: pair.Reference})
	x := standardizer.Apply(pair.Data)
	var centroids []float64
	for _, i := range rows {
		centroids = append(centroids, x.Row(i)...)
	}
	fit := made(sigma, coefficients, centroids...)
	fit.Standardizer = &standardizer
	return fit
}

// clustered is a pair of normals in d columns with a cluster of five rows, and a fit with two
// kernels, one of them far from all rows.
func clustered(d int) (data.Pair, twosample.Fit) {
	r := rng.New(1, "findings")
	pair := data.Pair{Weight: 0.2, Injected: 5}
	for _, s := range []struct {
		to *data.Sample
		n  int
	}{{&pair.Data, 40}, {&pair.Reference, 200}} {
		*s.to = data.Sample{X: make([]float64, s.n*d), N: s.n, D: d}
		for i := range s.to.X {
			s.to.X[i] = 100 + 10*r.NormFloat64()
		}
	}
	for i := 35; i < 40; i++ {
		for j := range d {
			pair.Data.Row(i)[j] = 130 + 0.1*float64(i)
		}
	}
	standardizer, _ := data.NewStandardizer(data.Pair{Reference: pair.Reference})
	fit := twosample.Fit{Standardizer: &standardizer, SoftMax: true}
	fit.Status = train.OK
	centroids := append(standardizer.Apply(pair.Data).Row(36), make([]float64, d)...)
	for j := range d {
		centroids[d+j] = 1e4
	}
	for i, sigma := range []float64{2, 0.5} {
		fit.Checkpoints = append(fit.Checkpoints, train.Checkpoint{
			Scale: train.Scale{Epoch: 10 * (i + 1), Sigma: sigma}, T: float64(i),
			Centroids: centroids, Coefficients: []float64{2, 1},
		})
	}
	return pair, fit
}
