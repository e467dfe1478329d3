package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"

	"sparker/data"
)

// convexSetup returns convex fits of m kernels in d dimensions, at three widths and four ridges.
func convexSetup(engine string, softmax bool, m, d int) setup {
	s := small(engine)
	s.dim, s.widths = d, Widths{6, 0.5}
	s.model.Kernels, s.model.SoftMax, s.model.Centroids = m, softmax, "frozen"
	s.config.Epochs, s.config.Checkpoints.Count = 3, 3
	s.config.Optimizer, s.config.Ridges = "convex", []float64{1, 0.1, 0.01, 0.001}
	return s
}

// convexPair returns two standard normal samples, of which the data have a cluster of 5%.
func convexPair(nR, nD, d int) data.Pair {
	r := rand.New(rand.NewPCG(5, 5))
	sample := func(n, cluster int) data.Sample {
		s := data.Sample{X: make([]float64, n*d), N: n, D: d}
		for i := range s.X {
			s.X[i] = r.NormFloat64()
		}
		for i := range cluster * d {
			s.X[i] = 2 + 0.3*r.NormFloat64()
		}
		return s
	}
	return data.Pair{Reference: sample(nR, 0), Data: sample(nD, nD/20),
		Weight: float64(nD) / float64(nR)}
}

// eachConvex runs a test with and without a gate on both engines.
func eachConvex(t *testing.T, test func(t *testing.T, engine string, softmax bool)) {
	for _, engine := range Engines {
		for _, softmax := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/softmax=%v", engine, softmax), func(t *testing.T) {
				t.Parallel()
				test(t, engine, softmax)
			})
		}
	}
}

// convexFit fits a pair from rows of the data.
func convexFit(t *testing.T, s setup, pair data.Pair, start []float64) FitResult {
	t.Helper()
	f, err := s.newFitter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return fit(t, f, pair, start)
}

func startOf(t *testing.T, pair data.Pair, m int) []float64 {
	t.Helper()
	start, err := InitialCentroids("kmeans", pair, m, rand.New(rand.NewPCG(7, 7)))
	if err != nil {
		t.Fatal(err)
	}
	return start
}

// The loss at every width and ridge is the minimum that the Newton method of gonum finds from
// formulae of its own.
func TestConvexFindsTheOptimum(t *testing.T) {
	t.Parallel()
	eachConvex(t, func(t *testing.T, engine string, softmax bool) {
		const m, d = 12, 2
		pair := convexPair(600, 200, d)
		start := startOf(t, pair, m)
		result := convexFit(t, convexSetup(engine, softmax, m, d), pair, start)
		if len(result.Checkpoints) != 12 {
			t.Fatalf("%d checkpoints; want 3 widths of 4 ridges", len(result.Checkpoints))
		}
		for _, c := range result.Checkpoints {
			l := newConvexLoss(pair, start, c.Scale, softmax)
			minimum := l.minimum(t)
			if got := l.value(c.Coefficients); got > minimum+1e-8 {
				t.Errorf("sigma %.3g, ridge %g: the loss is %.12g; the minimum is %.12g", c.Sigma,
					c.Ridge, got, minimum)
			}
			want := -2 * (l.value(c.Coefficients) - c.Ridge*floats.Dot(c.Coefficients,
				c.Coefficients))
			if math.Abs(c.T-want) > 1e-8 {
				t.Errorf("sigma %.3g, ridge %g: t = %.12g; want %.12g", c.Sigma, c.Ridge, c.T, want)
			}
		}
	})
}

// convexLoss is L_NP + lambda Σ a² from the features of all rows.
type convexLoss struct {
	reference, data *mat.Dense
	weight, ridge   float64
}

func newConvexLoss(pair data.Pair, mu []float64, at Scale, softmax bool) convexLoss {
	features := func(s data.Sample) *mat.Dense {
		m := len(mu) / s.D
		phi := mat.NewDense(s.N, m, nil)
		for n := range s.N {
			row, sum := phi.RawRowView(n), 0.
			for i := range row {
				distance := data.Distance(s.Row(n), mu[i*s.D:(i+1)*s.D])
				row[i] = math.Exp(-distance * distance / (2 * at.Sigma * at.Sigma))
				sum += row[i]
			}
			for i, k := range row {
				if softmax && k > 0 {
					row[i] = k * k / sum
				}
			}
		}
		return phi
	}
	return convexLoss{features(pair.Reference), features(pair.Data), pair.Weight, at.Ridge}
}

func (l convexLoss) value(a []float64) float64 {
	f := mat.NewVecDense(len(a), a)
	var fR, fD mat.VecDense
	fR.MulVec(l.reference, f)
	fD.MulVec(l.data, f)
	loss := l.ridge*floats.Dot(a, a) - mat.Sum(&fD)
	for _, v := range fR.RawVector().Data {
		loss += l.weight * math.Expm1(v)
	}
	return loss
}

// derivatives sets the gradient, and the second derivatives unless they are nil.
func (l convexLoss) derivatives(gradient []float64, hessian *mat.SymDense, a []float64) {
	floats.ScaleTo(gradient, 2*l.ridge, a)
	n, m := l.reference.Dims()
	for i := range m {
		gradient[i] -= mat.Sum(l.data.ColView(i))
	}
	if hessian != nil {
		hessian.Zero()
		for i := range m {
			hessian.SetSym(i, i, 2*l.ridge)
		}
	}
	for row := range n {
		phi := l.reference.RawRowView(row)
		v := l.weight * math.Exp(floats.Dot(phi, a))
		floats.AddScaled(gradient, v, phi)
		if hessian != nil {
			hessian.SymRankOne(hessian, v, mat.NewVecDense(m, phi))
		}
	}
}

func (l convexLoss) minimum(t *testing.T) float64 {
	t.Helper()
	_, m := l.reference.Dims()
	problem := optimize.Problem{
		Func: l.value,
		Grad: func(gradient, a []float64) { l.derivatives(gradient, nil, a) },
		Hess: func(hessian *mat.SymDense, a []float64) {
			l.derivatives(make([]float64, m), hessian, a)
		},
	}
	settings := optimize.Settings{GradientThreshold: 1e-9, MajorIterations: 200}
	result, err := optimize.Minimize(problem, make([]float64, m), &settings, &optimize.Newton{})
	if err != nil && result == nil {
		t.Fatal(err)
	}
	gradient := make([]float64, m)
	l.derivatives(gradient, nil, result.X)
	if norm := floats.Norm(gradient, math.Inf(1)); norm > 1e-6 {
		t.Fatalf("gonum's Newton method ends with a gradient of %g: %v", norm, err)
	}
	return result.F
}

// A smaller ridge gives a larger t, at every width.
func TestConvexRidges(t *testing.T) {
	t.Parallel()
	eachConvex(t, func(t *testing.T, engine string, softmax bool) {
		pair := convexPair(600, 200, 3)
		result := convexFit(t, convexSetup(engine, softmax, 20, 3), pair, startOf(t, pair, 20))
		for i, c := range result.Checkpoints {
			if c.T < 0 {
				t.Errorf("t = %v at %+v; the optimum is not worse than f = 0", c.T, c.Scale)
			}
			if i%4 > 0 && c.T < result.Checkpoints[i-1].T-1e-7 {
				t.Errorf("t falls from %v to %v with the ridge, at %+v",
					result.Checkpoints[i-1].T, c.T, c.Scale)
			}
		}
	})
}

// The order of the rows and the engine change nothing beyond the tolerance of the optimum.
func TestConvexDependsOnTheRowsAlone(t *testing.T) {
	t.Parallel()
	for _, softmax := range []bool{true, false} {
		pair := convexPair(3000, 300, 3) // more rows than the first curvature takes
		start := startOf(t, pair, 20)
		want := convexFit(t, convexSetup("fused", softmax, 20, 3), pair, start).Checkpoints
		reversed := func(s data.Sample) data.Sample {
			x := make([]float64, 0, len(s.X))
			for i := s.N - 1; i >= 0; i-- {
				x = append(x, s.Row(i)...)
			}
			return data.Sample{X: x, N: s.N, D: s.D}
		}
		other := pair
		other.Reference, other.Data = reversed(pair.Reference), reversed(pair.Data)
		for name, got := range map[string][]Checkpoint{
			"other order": convexFit(t, convexSetup("fused", softmax, 20, 3), other,
				start).Checkpoints,
			"composed": convexFit(t, convexSetup("composed", softmax, 20, 3), pair,
				start).Checkpoints,
		} {
			for i, c := range got {
				if math.Abs(c.T-want[i].T) > 1e-7*(1+want[i].T) {
					t.Errorf("softmax %v, %s: t = %v at %+v; want %v", softmax, name, c.T, c.Scale,
						want[i].T)
				}
			}
		}
	}
}

func TestConvexOptions(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*setup){
		"ascending":  func(s *setup) { slices.Reverse(s.config.Ridges) },
		"zero":       func(s *setup) { s.config.Ridges = []float64{1, 0} },
		"trainable":  func(s *setup) { s.model.Centroids = "trainable" },
		"positive":   func(s *setup) { s.model.Coefficients = "positive" },
		"other loss": func(s *setup) { s.loss.Kind = "bce" },
		"penalty":    func(s *setup) { s.loss.L2 = 0.1 },
		"adam":       func(s *setup) { s.config.Optimizer = "adam" },
	} {
		s := convexSetup("fused", true, 5, 1)
		change(&s)
		if _, err := s.newFitter(nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
