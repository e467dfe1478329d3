package baselines

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"sparker/twosample/toytest"
)

// Without shrinkage the statistics are those of the inverse covariance (over N_R), computed in
// another way.
func TestMahalanobisEqualsBruteForce(t *testing.T) {
	t.Parallel()
	pair := normalPair(6, 40, 12, 3, 0.5)
	for i := range pair.Reference.N {
		x := pair.Reference.Row(i)
		x[1] += 2 * x[0]
		x[2] *= 100
	}
	var mean [3]float64
	for i := range pair.Reference.N {
		for j, v := range pair.Reference.Row(i) {
			mean[j] += v / 40
		}
	}
	var covariance mat.SymDense
	stat.CovarianceMatrix(&covariance, mat.NewDense(40, 3, pair.Reference.X), nil)
	covariance.ScaleSym(39./40, &covariance)
	var inverse mat.Dense
	if err := inverse.Inverse(&covariance); err != nil {
		t.Fatal(err)
	}
	var sum, largest float64
	for i := range pair.Data.N {
		x := mat.NewVecDense(3, slices.Clone(pair.Data.Row(i)))
		for j := range 3 {
			x.SetVec(j, x.AtVec(j)-mean[j])
		}
		q := mat.Inner(x, &inverse, x)
		sum += q
		largest = max(largest, q)
	}
	pair.Weight = 0.25
	got := toytest.Statistics(t, must(NewMahalanobis(MahalanobisConfig{}, 3)), pair, 1)
	closeTo(t, "sum", got[0], sum-0.25*40*3, 1e-6) // the reference's own mean square is d
	closeTo(t, "max", got[1], largest, 1e-6)
	// full shrinkage is the Euclidean distance in standard deviations
	got = toytest.Statistics(t, must(NewMahalanobis(MahalanobisConfig{Shrinkage: 1}, 3)), pair, 1)
	largest = 0
	for i := range pair.Data.N {
		var q float64
		for j, v := range pair.Data.Row(i) {
			q += (v - mean[j]) * (v - mean[j]) / covariance.At(j, j)
		}
		largest = max(largest, q)
	}
	closeTo(t, "max with full shrinkage", got[1], largest, 1e-6)
}

// The shrinkage of Ledoit and Wolf is strong if the covariance is unknown, and weak if it is well
// known. The largest distance of far rows in fifty columns from thirty rows of reference stays of
// the order of the Euclidean one.
func TestMahalanobisShrinks(t *testing.T) {
	t.Parallel()
	few := normalPair(7, 30, 10, 50, 0)
	if v := toytest.Statistics(t, must(NewMahalanobis(DefaultMahalanobis(), 50)), few,
		1); v[1] > 500 {
		t.Errorf("max %v in 50 columns from 30 rows", v[1])
	}
	if v := toytest.Statistics(t, must(NewMahalanobis(MahalanobisConfig{}, 50)), few,
		1); v[1] < 1e6 {
		t.Errorf("max %v without shrinkage of a singular covariance", v[1])
	}
	many := normalPair(8, 5000, 10, 2, 0)
	for i := range many.Reference.N {
		x := many.Reference.Row(i)
		x[1] = x[0] + 0.5*x[1]
	}
	a := toytest.Statistics(t, must(NewMahalanobis(DefaultMahalanobis(), 2)), many, 1)
	b := toytest.Statistics(t, must(NewMahalanobis(MahalanobisConfig{}, 2)), many, 1)
	closeTo(t, "max of a well-known covariance", a[1], b[1], 0.01)
}
