package baselines

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"sparker/data"
)

// denseFalkon is the kernel test with dense matrices: it minimizes (1/N) Σ loss + lambda/2 aᵀ K_MM
// a over a by plain Newton steps. If every row is a center, the factor K of the gradient is left
// out of the equations, which makes them well conditioned.
type denseFalkon struct {
	pair          data.Pair
	centers       []float64
	width, lambda float64
	steps         int
}

// kernel is the matrix of the kernels between rows.
func (f denseFalkon) kernel(a, b []float64) *mat.Dense {
	d := f.pair.Reference.D
	k := mat.NewDense(len(a)/d, len(b)/d, nil)
	for i := range len(a) / d {
		for j := range len(b) / d {
			var r2 float64
			for l := range d {
				r2 += math.Pow(a[i*d+l]-b[j*d+l], 2)
			}
			k.Set(i, j, math.Exp(-r2/(2*f.width*f.width)))
		}
	}
	return k
}

// statistic returns t.
func (f denseFalkon) statistic(t *testing.T) float64 {
	t.Helper()
	d := f.pair.Reference.D
	x := slices.Concat(f.pair.Reference.X, f.pair.Data.X)
	n, m := len(x)/d, len(f.centers)/d
	centers := f.centers
	if m == n {
		centers = x
	}
	knm, kmm := f.kernel(x, centers), f.kernel(centers, centers)
	a := mat.NewVecDense(m, nil)
	values := mat.NewVecDense(n, nil)
	for range f.steps {
		values.MulVec(knm, a)
		delta, err := f.step(knm, kmm, values, a)
		if err != nil {
			t.Fatal(err)
		}
		a.SubVec(a, delta)
	}
	values.MulVec(knm, a)
	var sum float64
	for i := range n {
		if i < f.pair.Reference.N {
			sum -= f.pair.Weight * math.Expm1(values.AtVec(i))
		} else {
			sum += values.AtVec(i)
		}
	}
	return 2 * sum
}

// step is the Newton step at the coefficients a, where the log-ratio has some values.
func (f denseFalkon) step(knm, kmm *mat.Dense, values, a *mat.VecDense) (*mat.VecDense, error) {
	n, m := knm.Dims()
	slope, curved := mat.NewVecDense(n, nil), mat.NewDense(n, m, nil)
	for i := range n {
		s := 1 / (1 + math.Exp(-values.AtVec(i)))
		w := f.pair.Weight
		slope.SetVec(i, w*s/float64(n))
		if i >= f.pair.Reference.N {
			w = 1
			slope.SetVec(i, (s-1)/float64(n))
		}
		for j := range m {
			curved.Set(i, j, w*s*(1-s)*knm.At(i, j)/float64(n))
		}
	}
	var h mat.Dense
	var g, delta mat.VecDense
	if m == n {
		h.CloneFrom(curved)
		for i := range n {
			h.Set(i, i, h.At(i, i)+f.lambda)
		}
		g.AddScaledVec(slope, f.lambda, a)
	} else {
		h.Mul(knm.T(), curved)
		var ridge mat.Dense
		ridge.Scale(f.lambda, kmm)
		h.Add(&h, &ridge)
		g.MulVec(knm.T(), slope)
		var pull mat.VecDense
		pull.MulVec(kmm, a)
		g.AddScaledVec(&g, f.lambda, &pull)
	}
	err := delta.SolveVec(&h, &g)
	return &delta, err
}
