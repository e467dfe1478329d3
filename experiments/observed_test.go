package experiments

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"codeberg.org/sbinet/npyio"
	"gonum.org/v1/gonum/mat"

	"sparker/configs"
	"sparker/internal/rng"
	"sparker/stats"
)

// Tests of two samples of one distribution, as `sparker test` makes them, reject at alpha in a
// fraction alpha of the cases, and their p-values are uniform. With 39 permutations p is a multiple
// of 1/40. The count of rejections at 0.05 leaves its 99% interval, and Kolmogorov's distance its
// bound, for one seed in a hundred each.
func TestSizeOfATest(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("makes 200 tests of 40 fits")
	}
	const tests, permutations = 200, 39
	dir := t.TempDir()
	draw := func(name string, i, rows int) string {
		r := rng.New(1, name, uint64(i))
		x := mat.NewDense(rows, 2, nil)
		for j := range rows {
			x.SetRow(j, []float64{r.NormFloat64(), r.ExpFloat64()})
		}
		path := filepath.Join(dir, name+".npy")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := npyio.Write(f, x); err != nil {
			t.Fatal(err)
		}
		return path
	}
	rejected, sum, p := 0, 0.0, make([]float64, tests)
	for i := range tests {
		s, err := configs.LoadTest(configs.TestFiles{
			Reference: draw("reference", i, 150), Data: draw("data", i, 40),
			Calibration: "permutation", Toys: permutations,
		}, configs.Changes{Overrides: []string{"train.epochs=30", "record.fits=0"}})
		if err != nil {
			t.Fatal(err)
		}
		_, summary := runSweep(t, s, RunOptions{Dir: filepath.Join(dir, "run",
			string(rune('a'+i%26))+string(rune('a'+i/26)))})
		observed := *summary.Cells[0].Observed.P
		if k := observed * (permutations + 1); math.Abs(k-math.Round(k)) > 1e-9 || k < 1 {
			t.Fatalf("p = %v is not a multiple of 1/%d", observed, permutations+1)
		}
		// uniform if P is uniform on its grid
		p[i] = observed - rng.New(1, "ties", uint64(i)).Float64()/(permutations+1)
		sum += p[i]
		if observed <= 0.05 {
			rejected++
		}
	}
	if rejected < 3 || rejected > 19 { // binomial, 99%
		t.Errorf("%d of %d tests of equal distributions reject at 0.05", rejected, tests)
	}
	if u := stats.Uniformity(p); u.KSP < 0.01 {
		t.Errorf("p-values: Kolmogorov-Smirnov p %.2g, mean %.3f", u.KSP, sum/tests)
	}
}
