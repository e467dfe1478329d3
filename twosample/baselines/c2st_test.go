package baselines

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"sparker/data"
	"sparker/twosample/toytest"
)

// Under the null hypothesis the accuracy has mean ½ and variance (1/n_te + 1/m_te)/16, and the
// logit difference mean 0: within four standard errors over 400 pairs of different size (fixed
// seed).
func TestC2STNull(t *testing.T) {
	t.Parallel()
	test := must(NewC2ST(DefaultC2ST(), 2))
	var accuracy, logit []float64
	for seed := range uint64(400) {
		v := toytest.Statistics(t, test, normalPair(seed, 160, 40, 2, 0), seed)
		accuracy, logit = append(accuracy, v[0]), append(logit, v[1])
	}
	mean, sd := stat.MeanStdDev(accuracy, nil)
	want := math.Sqrt((1./80 + 1./20) / 16)
	if math.Abs(mean-0.5) > 4*want/20 {
		t.Errorf("mean accuracy %v", mean)
	}
	if math.Abs(sd/want-1) > 4/math.Sqrt(800) {
		t.Errorf("standard deviation of the accuracy %v, want %v", sd, want)
	}
	if mean, sd := stat.MeanStdDev(logit, nil); math.Abs(mean) > 4*sd/20 {
		t.Errorf("mean logit difference %v ± %v", mean, sd/20)
	}
}

// The logit of N(δ,1) against N(0,1) is δx - δ²/2: its means differ by δ², and the accuracy is
// Φ(δ/2). Three standard errors.
func TestC2STOnNormals(t *testing.T) {
	t.Parallel()
	cfg := DefaultC2ST()
	for _, features := range []string{"linear", "squares", "quadratic"} {
		cfg.Features = features
		v := toytest.Statistics(t, must(NewC2ST(cfg, 1)), normalPair(1, 8000, 4000, 1, 1), 1)
		if want := 0.5 * math.Erfc(-0.5/math.Sqrt2); math.Abs(v[0]-want) > 0.02 {
			t.Errorf("%s: accuracy %v, want %v", features, v[0], want)
		}
		if math.Abs(v[1]-1) > 0.12 {
			t.Errorf("%s: logit difference %v, want 1", features, v[1])
		}
	}
}

// Every kind of features sees what it can express: a smaller variance is invisible to linear ones.
func TestC2STFeatures(t *testing.T) {
	t.Parallel()
	pair := normalPair(2, 1000, 1000, 2, 0)
	for i := range pair.Data.X {
		pair.Data.X[i] *= 0.3
	}
	correlated := normalPair(3, 1000, 1000, 2, 0)
	for i := range correlated.Data.N {
		x := correlated.Data.Row(i)
		x[1] = 0.9*x[0] + math.Sqrt(1-0.81)*x[1]
	}
	for _, c := range []struct {
		features          string
		sees, seesProduct bool
	}{{"linear", false, false}, {"squares", true, false}, {"quadratic", true, true},
		{"fourier", true, true}} {
		cfg := DefaultC2ST()
		cfg.Features = c.features
		test := must(NewC2ST(cfg, 2))
		if got := toytest.Statistics(t, test, pair, 1)[0]; got > 0.6 != c.sees {
			t.Errorf("%s: accuracy %v for another variance", c.features, got)
		}
		if got := toytest.Statistics(t, test, correlated, 1)[0]; got > 0.6 != c.seesProduct {
			t.Errorf("%s: accuracy %v for a correlation", c.features, got)
		}
	}
}

// The gradient of the penalized likelihood, by finite differences of its definition, vanishes at
// the fit.
func TestLogisticIsStationary(t *testing.T) {
	t.Parallel()
	pair := normalPair(4, 60, 30, 3, 0.5)
	var l labeledRows
	for _, s := range []data.Sample{pair.Reference, pair.Data} {
		for i := range s.N {
			l.x = append(append(l.x, 1), s.Row(i)...)
			l.isData = append(l.isData, s.N == 30)
		}
	}
	var fit logistic
	if !fit.fit(l, 4, 2) {
		t.Fatal("no fit")
	}
	loss := func(b []float64) float64 {
		sum := b[1]*b[1] + b[2]*b[2] + b[3]*b[3] // ridge 2
		for i, isData := range l.isData {
			p := 1 / (1 + math.Exp(-floats.Dot(b, l.x[4*i:4*i+4])))
			if isData {
				sum -= math.Log(p)
			} else {
				sum -= 0.5 * math.Log(1-p)
			}
		}
		return sum
	}
	for j, g := range fd.Gradient(nil, loss, fit.b, &fd.Settings{Formula: fd.Central}) {
		if math.Abs(g) > 1e-4 {
			t.Errorf("∂loss/∂b_%d = %v at %v", j, g, fit.b)
		}
	}
}

// Samples that a line separates have an infinite likelihood; the ridge keeps the fit finite, and
// the accuracy is 1.
func TestC2STSeparated(t *testing.T) {
	t.Parallel()
	pair := normalPair(5, 50, 50, 1, 100)
	if v := toytest.Statistics(t, must(NewC2ST(DefaultC2ST(), 1)), pair, 1); v[0] != 1 ||
		v[1] < 1 ||
		v[1] > 100 {
		t.Errorf("separated samples: %v", v)
	}
}
