package losses_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"sparker/graph"
	"sparker/graph/graphtest"
	"sparker/losses"
	"sparker/models"
)

// problem is the graph of a small ensemble under a loss, fed with random rows.
type problem struct {
	*graph.Program
	model    models.Ensemble
	rows     int
	wR, wD   []float64
	x, mu, a []float64
	sigma    float64
}

func newProblem(t *testing.T, m models.Ensemble, c losses.Config, rows int, seed uint64) problem {
	t.Helper()
	b := graph.NewBuilder()
	x := b.Input("x", rows, m.Dim)
	wR, wD := b.Input("wR", rows), b.Input("wD", rows)
	nodes := m.Build(b, x)
	loss, err := losses.New(c)
	if err != nil {
		t.Fatal(err)
	}
	total := loss.Build(b, nodes.LogRatio, wR, wD)
	if c.L2 > 0 {
		total = b.Add(total, losses.Penalty(b, c.L2, nodes.Coefficients))
	}
	p, err := b.Compile(total, map[string]graph.Node{"t": losses.Statistic(b, nodes.LogRatio, wR,
		wD), "f": nodes.LogRatio})
	if err != nil {
		t.Fatal(err)
	}
	q := problem{
		Program: p, model: m, rows: rows, sigma: 0.8,
		wR: p.Values("wR"), wD: p.Values("wD"), x: p.Values("x"),
		mu: p.Values(models.Centroids), a: p.Values(models.Coefficients),
	}
	r := rand.New(rand.NewPCG(seed, 1))
	for _, values := range [][]float64{q.x, q.mu, q.a} {
		for i := range values {
			values[i] = r.NormFloat64()
		}
	}
	for i := range rows {
		switch {
		case i < rows*3/4:
			q.wR[i] = 0.3
		case i < rows-1:
			q.wD[i] = 1
		} // the last row is padding
	}
	p.SetScalar(models.Sigma, q.sigma)
	return q
}

func (q problem) loss(t *testing.T) float64 {
	t.Helper()
	loss, err := q.Gradient()
	if err != nil {
		t.Fatal(err)
	}
	return loss
}

func (q problem) evaluate(t *testing.T) (statistic float64, f []float64) {
	t.Helper()
	if err := q.Evaluate(); err != nil {
		t.Fatal(err)
	}
	return q.Scalar("t"), q.Vector("f")
}

func everyProblem(t *testing.T, check func(t *testing.T, q problem, c losses.Config)) {
	for _, kind := range losses.Kinds {
		for _, softmax := range []bool{true, false} {
			for _, shape := range [][2]int{{1, 1}, {1, 5}, {2, 1}, {3, 4}, {20, 3}} {
				name := fmt.Sprintf("%s/softmax=%v/d=%d,M=%d", kind, softmax, shape[0], shape[1])
				t.Run(name, func(t *testing.T) {
					c := losses.Config{Kind: kind, L2: 0.2}
					m := models.Ensemble{Kernels: shape[1], Dim: shape[0], SoftMax: softmax}
					q := newProblem(t, m, c, 40, 11)
					if shape[0] > 5 {
						q.sigma = 4
						q.SetScalar(models.Sigma, q.sigma)
					}
					check(t, q, c)
				})
			}
		}
	}
}

func TestGradients(t *testing.T) {
	t.Parallel()
	everyProblem(t, func(t *testing.T, q problem, _ losses.Config) {
		graphtest.CheckGradient(t, q.Program, models.Centroids, 1e-7)
		graphtest.CheckGradient(t, q.Program, models.Coefficients, 1e-7)
	})
}

// The gradients agree with the chain rule: dL/df times the closed forms of df/da and df/dmu,
//
//	df/da_i  = p_i k_i                               (gated)    k_i                  (not gated)
//	df/dmu_i = p_i (2 a_i k_i - f)(x - mu_i)/sigma²  (gated)    a_i k_i (x - mu_i)/sigma²
func TestGradientsAgainstClosedForm(t *testing.T) {
	t.Parallel()
	everyProblem(t, func(t *testing.T, q problem, c losses.Config) {
		q.loss(t)
		gotMu := append([]float64(nil), q.GradientOf(models.Centroids)...)
		gotA := append([]float64(nil), q.GradientOf(models.Coefficients)...)
		M, d := q.model.Kernels, q.model.Dim
		wantMu, wantA := make([]float64, M*d), make([]float64, M)
		for n := range q.rows {
			x := q.x[n*d : (n+1)*d]
			k, sum := make([]float64, M), 0.
			for i := range k {
				for j, v := range x {
					k[i] -= (v - q.mu[i*d+j]) * (v - q.mu[i*d+j])
				}
				k[i] = math.Exp(k[i] / (2 * q.sigma * q.sigma))
				sum += k[i]
			}
			f := 0.
			for i := range k {
				if q.model.SoftMax {
					f += q.a[i] * k[i] * k[i] / sum
				} else {
					f += q.a[i] * k[i]
				}
			}
			s := 1 / (1 + math.Exp(-f))
			var g float64
			switch c.Kind {
			case "np":
				g = q.wR[n]*math.Exp(f) - q.wD[n]
			case "bce":
				g = q.wR[n]*s - q.wD[n]*(1-s)
			case "mse":
				g = 2*q.wR[n]*s*s*(1-s) - 2*q.wD[n]*(1-s)*s*(1-s)
			}
			for i := range k {
				da, dk := k[i], q.a[i]*k[i]
				if q.model.SoftMax {
					da, dk = k[i]*k[i]/sum, k[i]/sum*(2*q.a[i]*k[i]-f)
				}
				wantA[i] += g * da
				for j, v := range x {
					wantMu[i*d+j] += g * dk * (v - q.mu[i*d+j]) / (q.sigma * q.sigma)
				}
			}
		}
		for i, a := range q.a {
			wantA[i] += 2 * c.L2 * a
		}
		near(t, "a", gotA, wantA)
		near(t, "mu", gotMu, wantMu)
	})
}

// near compares a gradient with its closed form, to 1e-12 of the largest component.
func near(t *testing.T, parameter string, got, want []float64) {
	t.Helper()
	scale := 0.
	for _, v := range want {
		scale = max(scale, math.Abs(v))
	}
	for i := range want {
		if !(math.Abs(got[i]-want[i]) <= 1e-12*scale) {
			t.Errorf("dL/d%s[%d] = %v, closed form %v", parameter, i, got[i], want[i])
		}
	}
}

// If the centroids are so far away that every kernel underflows, then f and t are 0 and the
// gradients are finite: 0 for the centroids, and that of the penalty for the coefficients.
func TestFarCentroids(t *testing.T) {
	t.Parallel()
	everyProblem(t, func(t *testing.T, q problem, c losses.Config) {
		for i := range q.mu {
			q.mu[i] = 1e4 * float64(1+i%3)
		}
		q.loss(t)
		for i, g := range q.GradientOf(models.Centroids) {
			if g != 0 {
				t.Errorf("dL/dmu[%d] = %v, want 0", i, g)
			}
		}
		for i, g := range q.GradientOf(models.Coefficients) {
			if want := 2 * c.L2 * q.a[i]; math.Abs(g-want) > 1e-15 {
				t.Errorf("dL/da[%d] = %v, want %v", i, g, want)
			}
		}
		statistic, f := q.evaluate(t)
		if statistic != 0 {
			t.Errorf("t = %v, want 0", statistic)
		}
		for n, v := range f {
			if v != 0 {
				t.Fatalf("f of row %d is %v, want 0", n, v)
			}
		}
	})
}

// Property: at a = 0, t is 0, there is no force on the centroids, and dL_NP/da_i is the difference
// of the sums of k_i over R and D.
func TestZeroCoefficients(t *testing.T) {
	t.Parallel()
	everyProblem(t, func(t *testing.T, q problem, c losses.Config) {
		clear(q.a)
		q.loss(t)
		for i, g := range q.GradientOf(models.Centroids) {
			if g != 0 {
				t.Errorf("dL/dmu[%d] = %v, want exactly 0", i, g)
			}
		}
		statistic, _ := q.evaluate(t)
		if statistic != 0 {
			t.Errorf("t = %v, want exactly 0", statistic)
		}
		if c.Kind != "np" || q.model.SoftMax {
			return
		}
		d := q.model.Dim
		for i, g := range q.GradientOf(models.Coefficients) {
			var want float64
			for n := range q.rows {
				var r2 float64
				for j := range d {
					delta := q.x[n*d+j] - q.mu[i*d+j]
					r2 += delta * delta
				}
				want += (q.wR[n] - q.wD[n]) * math.Exp(-r2/(2*q.sigma*q.sigma))
			}
			if math.Abs(g-want) > 1e-12 {
				t.Errorf("dL/da[%d] = %v, want Σ_R w k - Σ_D k = %v", i, g, want)
			}
		}
	})
}

// Property: a very wide kernel makes f a constant c. Then L_NP = N(R)(e^c - 1) - c N_D with N(R) =
// w N_R, the optimum is c = log(N_D/N(R)), and t there is 2 (N_D log(N_D/N(R)) - N_D + N(R)).
func TestConstantLogRatio(t *testing.T) {
	t.Parallel()
	for _, softmax := range []bool{true, false} {
		q := newProblem(t, models.Ensemble{Kernels: 1, Dim: 2, SoftMax: softmax},
			losses.Config{Kind: "np"}, 40, 12)
		q.SetScalar(models.Sigma, 1e9)
		nD, expected := 9., 30*0.3
		expected *= 0.5
		for i := range q.wR {
			q.wR[i] *= 0.5
		}
		c := math.Log(nD / expected)
		q.a[0] = c
		if got, want := q.loss(t), expected*math.Expm1(c)-c*nD; math.Abs(got-want) > 1e-12 {
			t.Errorf("L(f = %v) = %v, want %v", c, got, want)
		}
		if g := q.GradientOf(models.Coefficients)[0]; math.Abs(g) > 1e-12 {
			t.Errorf("dL/da = %v at the optimum", g)
		}
		statistic, _ := q.evaluate(t)
		if want := 2 * (nD*math.Log(nD/expected) - nD +
			expected); math.Abs(statistic-want) > 1e-12 {
			t.Errorf("t = %v, want %v", statistic, want)
		}
	}
}

// Property: |f| is at most max|a| with the gate and Σ|a| without. Two equal kernels give the same f
// as one with the gate and twice that f without. A single kernel is the same with and without.
func TestBoundsOfTheLogRatio(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		for _, softmax := range []bool{true, false} {
			q := newProblem(t, models.Ensemble{Kernels: 4, Dim: 2, SoftMax: softmax},
				losses.Config{Kind: "np"}, 30, seed)
			bound := 0.
			for _, a := range q.a {
				if softmax {
					bound = max(bound, math.Abs(a))
				} else {
					bound += math.Abs(a)
				}
			}
			_, f := q.evaluate(t)
			for n, v := range f {
				if math.Abs(v) > bound*(1+1e-15) {
					t.Errorf("seed %d, softmax %v: |f| of row %d is %v, above %v", seed, softmax, n,
						math.Abs(v), bound)
				}
			}
		}
	}
	one := newProblem(t, models.Ensemble{Kernels: 1, Dim: 2, SoftMax: true},
		losses.Config{Kind: "np"}, 30, 5)
	two := newProblem(t, models.Ensemble{Kernels: 2, Dim: 2, SoftMax: true},
		losses.Config{Kind: "np"}, 30, 5)
	twice := newProblem(t, models.Ensemble{Kernels: 2, Dim: 2}, losses.Config{Kind: "np"}, 30, 5)
	plain := newProblem(t, models.Ensemble{Kernels: 1, Dim: 2}, losses.Config{Kind: "np"}, 30, 5)
	for _, q := range []problem{one, two, twice, plain} {
		for i := range q.a {
			q.a[i] = 1.3
			copy(q.mu[2*i:], []float64{0.2, -0.4})
		}
		copy(q.x, one.x)
	}
	_, f1 := one.evaluate(t)
	_, f2 := two.evaluate(t)
	_, f2u := twice.evaluate(t)
	_, f1u := plain.evaluate(t)
	for n := range f1 {
		if math.Abs(f2[n]-f1[n]) > 1e-15 || math.Abs(f2u[n]-2*f1[n]) > 1e-15 ||
			math.Abs(f1u[n]-f1[n]) > 1e-15 {
			t.Fatalf("row %d: one kernel %v (ungated %v), two on its place %v gated, %v ungated", n,
				f1[n], f1u[n], f2[n], f2u[n])
		}
	}
}

// Property: splitting a reference row into two rows of half the weight changes neither the loss nor
// its gradient, and rows of weight 0 do not contribute.
func TestWeightsOfRows(t *testing.T) {
	t.Parallel()
	everyProblem(t, func(t *testing.T, q problem, c losses.Config) {
		loss := q.loss(t)
		gradient := append([]float64(nil), q.GradientOf(models.Centroids)...)
		statistic, _ := q.evaluate(t)
		// the last row is padding: make it the other half of row 0
		d := q.model.Dim
		copy(q.x[(q.rows-1)*d:], q.x[:d])
		q.wR[0] /= 2
		q.wR[q.rows-1] = q.wR[0]
		if got := q.loss(t); math.Abs(got-loss) > 1e-13*math.Abs(loss) {
			t.Errorf("loss %v with row 0 split, %v before", got, loss)
		}
		for i, g := range q.GradientOf(models.Centroids) {
			if math.Abs(g-gradient[i]) > 1e-12*(1+math.Abs(gradient[i])) {
				t.Errorf("gradient %d is %v with row 0 split, %v before", i, g, gradient[i])
			}
		}
		if got, _ := q.evaluate(t); math.Abs(got-statistic) > 1e-12*(1+math.Abs(statistic)) {
			t.Errorf("t = %v with row 0 split, %v before", got, statistic)
		}
	})
}

// Property: BCE and MSE are symmetric under exchange of D and R (with w = 1) and f -> -f. NP is
// not.
func TestLabelSwap(t *testing.T) {
	t.Parallel()
	for _, kind := range losses.Kinds {
		q := newProblem(t, models.Ensemble{Kernels: 3, Dim: 2, SoftMax: true},
			losses.Config{Kind: kind}, 40, 3)
		for i := range q.wR {
			if q.wR[i] > 0 {
				q.wR[i] = 1
			}
		}
		loss := q.loss(t)
		for i := range q.wR {
			q.wR[i], q.wD[i] = q.wD[i], q.wR[i]
		}
		for i := range q.a {
			q.a[i] *= -1
		}
		swapped := q.loss(t)
		if symmetric := math.Abs(swapped-loss) < 1e-12*math.Abs(loss); symmetric != (kind != "np") {
			t.Errorf("%s: loss %v, with labels and f exchanged %v", kind, loss, swapped)
		}
	}
}
