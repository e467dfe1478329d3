package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"sparker/results"
	"sparker/stats"
)

// madeArm returns an arm whose statistic is t at a single scale.
func madeArm(t *testing.T, null, alternative []float64, alpha float64) arm {
	t.Helper()
	var rows [][]float64
	for _, v := range null {
		rows = append(rows, []float64{v})
	}
	c, err := stats.NewCalibration(rows, stats.Min)
	if err != nil {
		t.Fatal(err)
	}
	a := arm{}
	a.summary.Alpha = alpha
	a.scores = map[int]float64{}
	for i, s := range c.NullScores() {
		a.scores[i] = s
	}
	for i, v := range alternative {
		s, err := c.Test([]float64{v})
		if err != nil {
			t.Fatal(err)
		}
		a.tested = append(a.tested, toyResult{
			&results.Toy{Index: i, Status: results.StatusOK}, s.P, s.Z})
	}
	return a
}

// With normal statistics, the noise of a calibration on B null toys is (dpower/dalpha) sqrt(alpha
// (1-alpha)/B) for one arm: sqrt(2) times that for the difference of two that share nothing, and
// none for an arm against itself.
func TestCalibrationNoise(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	const b, n, shift, alpha = 1000, 4000, 1.5, 0.05
	draw := func(n int, mean float64) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = mean + r.NormFloat64()
		}
		return x
	}
	normal := distuv.UnitNormal
	z := normal.Quantile(1 - alpha)
	want := math.Sqrt2 * normal.Prob(z-shift) / normal.Prob(z) * math.Sqrt(alpha*(1-alpha)/b)
	var sum float64
	const tries = 12
	for range tries {
		first, second := madeArm(t, draw(b, 0), draw(n, shift), alpha),
			madeArm(t, draw(b, 0), draw(n, shift), alpha)
		second.record.NullKey = "other"
		sum += calibrationNoise(tests{first, first.tested}, tests{second, second.tested},
			false) / tries
		if own := calibrationNoise(tests{first, first.tested}, tests{first, first.tested},
			true); own != 0 {
			t.Errorf("an arm against itself has noise %v", own)
		}
	}
	// each is an estimate from one set of null toys: the mean is good to about 7%
	if math.Abs(sum/want-1) > 0.2 {
		t.Errorf("noise %.4f, want %.4f", sum, want)
	}
}
