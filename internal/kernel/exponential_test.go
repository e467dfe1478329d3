package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The exponentials of lists of every length around the size of a step are good to 1e-15, for
// numbers of both signs. The last one is too far below the largest to be a number above 0.
func TestExponentials(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for _, path := range allPaths() {
		for n := 1; n <= 3*step+1; n++ {
			x := make([]float64, n)
			for i := range x {
				x[i] = 2 * r.NormFloat64()
			}
			x[n-1] = -800
			e := append([]float64(nil), x...)
			exponentiate(path, e)
			for i, v := range x {
				if want := math.Exp(v); math.Abs(e[i]-want) > 1e-14*want {
					t.Errorf("%s: e^%v is %v; want %v", path.name(), v, e[i], want)
				}
			}
		}
	}
	if err := Exp(nil); err != nil {
		t.Error(err)
	}
}

// Every run of the NP loss sets wR e^min(f,20) of the rows, with and without a gate, also of a row
// that is clamped and of one that no kernel reaches.
func TestExpected(t *testing.T) {
	const n = 2*chunk + 37
	r := rand.New(rand.NewPCG(8, 8))
	x, weights := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], weights[i] = r.NormFloat64(), 1.5-r.Float64()
	}
	x[5], x[6] = 0, 1e3
	rows := Pack(x, n, 1)
	p := Parameters{Centroids: []float64{0, 1, -0.5}, Coefficients: []float64{30, -1, 2},
		Sigma: 0.4}
	for _, path := range allPaths() {
		for _, soft := range []bool{false, true} {
			w, err := newWorkspace(Config{Dim: 1, Kernels: 3, SoftMax: soft}, path)
			if err != nil {
				t.Fatal(err)
			}
			f, expected := make([]float64, n), make([]float64, n)
			w.logRatio(f, rows, p)
			parts := []SamplePart{{Rows: rows, References: weights, Expected: expected}}
			for range 2 {
				w.Gradient(parts, p)
				check := func() {
					for i, v := range expected {
						want := weights[i] * math.Exp(min(f[i], MaxExponent))
						if math.Abs(v-want) > 1e-13*want {
							t.Fatalf("%s, gate %v: row %d (f = %v) is expected %v times; want %v",
								path.name(), soft, i, f[i], v, want)
						}
					}
				}
				check()
				clear(expected)
				w.Statistic(parts, p)
				check()
			}
			if w.Clamped() == 0 {
				t.Fatal("no row is clamped")
			}
		}
	}
}
