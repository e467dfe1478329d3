package train

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"sparker/data"
)

// tilted is a toy with two nuisance parameters: the logarithm of the scale of an exponential, with
// the second order of its log-ratio, and that of the rate. The data were drawn at nu.
func tilted(seed uint64, scale, norm float64) data.Pair {
	const rows, expected, sigma = 1500, 300, 0.1
	r := rand.New(rand.NewPCG(seed, 5))
	pair := toy(seed, rows, 0, 0, 1)
	pair.Weight = expected / float64(rows)
	for range int(expected*math.Exp(norm) + math.Sqrt(expected)*r.NormFloat64()) {
		pair.Data.X = append(pair.Data.X, r.ExpFloat64()*math.Exp(scale))
		pair.Data.N++
	}
	// log r = -nu + x (1 - e^-nu)
	slopes := func(s data.Sample) (first, second []float64) {
		for _, x := range s.X {
			first, second = append(first, x-1), append(second, -x)
		}
		return first, second
	}
	s := data.Nuisance{Name: "scale", Sigma: sigma, Measured: scale + sigma*r.NormFloat64()}
	s.Reference, s.ReferenceSecond = slopes(pair.Reference)
	s.Data, s.DataSecond = slopes(pair.Data)
	pair.Nuisances = []data.Nuisance{s,
		{Name: "rate", Sigma: sigma, Measured: norm + sigma*r.NormFloat64()}}
	return pair
}

// directLoss computes the loss of the formula, row by row.
func directLoss(pair data.Pair, f func(x float64) float64, nu []float64) (loss float64) {
	logRatio := func(x float64) float64 { return nu[0]*(x-1) - nu[0]*nu[0]/2*x + nu[1] }
	weight := func(list []float64, i int) float64 {
		if list == nil {
			return 1
		}
		return list[i]
	}
	for i, x := range pair.Reference.X {
		loss += pair.Weight * weight(pair.ReferenceWeights, i) * math.Expm1(f(x)+logRatio(x))
	}
	for i, x := range pair.Data.X {
		loss -= weight(pair.DataWeights, i) * (f(x) + logRatio(x))
	}
	for a, n := range pair.Nuisances {
		loss += (square(nu[a]-n.Measured) - square(n.Measured)) / (2 * n.Sigma * n.Sigma)
	}
	return loss
}

func square(x float64) float64 { return x * x }

// The fit of the nuisance parameters alone is at a minimum of the loss of the formula: the value
// agrees, and the loss rises in every direction. Weighted rows are in it.
func TestNullEstimate(t *testing.T) {
	weighted := tilted(3, 0.05, -0.1)
	r := rand.New(rand.NewPCG(3, 3))
	for range weighted.Reference.N {
		weighted.ReferenceWeights = append(weighted.ReferenceWeights, r.Float64())
	}
	for range weighted.Data.N {
		weighted.DataWeights = append(weighted.DataWeights, r.Float64())
	}
	var err error
	weighted.ReferenceWeights, err = data.RelativeWeights("reference", weighted.ReferenceWeights,
		weighted.Reference.N)
	if err != nil {
		t.Fatal(err)
	}
	weighted.DataWeights, err = data.RelativeWeights("data", weighted.DataWeights, weighted.Data.N)
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range []data.Pair{tilted(1, 0, 0), tilted(2, 0.15, 0.2), weighted} {
		null, err := EstimateNull(pair)
		if err != nil {
			t.Fatal(err)
		}
		flat := func(float64) float64 { return 0 }
		least := directLoss(pair, flat, null.Values)
		if math.Abs(-2*least-null.Delta) > 1e-9 {
			t.Errorf("Delta is %v; the formula gives %v", null.Delta, -2*least)
		}
		for a := range null.Values {
			const h = 1e-4
			moved := slices.Clone(null.Values)
			moved[a] += h
			up := directLoss(pair, flat, moved)
			moved[a] -= 2 * h
			down := directLoss(pair, flat, moved)
			// The slope is 0 up to the third derivative, and the curvature is a standard error.
			if slope := (up - down) / (2 * h); math.Abs(slope) > 1e-3 {
				t.Errorf("dL/dnu_%d is %v at the minimum", a, slope)
			}
			conditional := math.Sqrt(h * h / (up + down - 2*least))
			if e := null.Errors[a]; !(e >= 0.97*conditional && e < pair.Nuisances[a].Sigma) {
				t.Errorf("the error of nu_%d is %v; want between %v, at fixed others, and the "+
					"sigma %v", a, e, conditional, pair.Nuisances[a].Sigma)
			}
		}
	}
}

// A rate alone has one unknown: N(R) e^nu - N_D + (nu - nu0)/sigma² = 0.
func TestNullEstimateOfRate(t *testing.T) {
	pair := tilted(4, 0, 0.3)
	pair.Nuisances = pair.Nuisances[1:]
	null, err := EstimateNull(pair)
	if err != nil {
		t.Fatal(err)
	}
	n, expected := pair.Nuisances[0], pair.Weight*float64(pair.Reference.N)
	low, high := -1., 1.
	for range 100 {
		middle := (low + high) / 2
		if expected*math.Exp(middle)-float64(pair.Data.N)+(middle-n.Measured)/square(n.Sigma) > 0 {
			high = middle
		} else {
			low = middle
		}
	}
	if math.Abs(null.Values[0]-low) > 1e-12 {
		t.Errorf("nu is %v; want %v", null.Values[0], low)
	}
}

// nuisanceSetup is a fit with births and the statistic lead.
func nuisanceSetup(engine string) setup {
	s := small(engine)
	s.model.Kernels, s.config.Epochs = 4, 80
	s.config.Births = Births{Every: 10, Candidates: 8}
	s.config.Checkpoints.Count = 4
	s.loss.L2 = 0.5
	return s
}

func (s setup) fitNuisances(t *testing.T, pair data.Pair, trace bool) FitResult {
	t.Helper()
	f, err := s.newFitter(func(o *FitOptions) { o.Lead = true })
	if err != nil {
		t.Fatal(err)
	}
	run := f.Fit
	if trace {
		run = f.Trace
	}
	start, err := InitialCentroids("data", pair, s.model.Kernels, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	result, err := run(pair, startAt(f, start), rand.New(rand.NewPCG(2, 2)))
	if err != nil {
		t.Fatal(err)
	}
	if result.Status != OK || len(result.Checkpoints) != s.config.Checkpoints.Count {
		t.Fatalf("status %s (%s), %d checkpoints", result.Status, result.Reason,
			len(result.Checkpoints))
	}
	return result
}

// At every checkpoint t = tau - Delta with the loss of the formula at its f and nu, nu is at the
// minimum there, and t is not below 0. Both engines agree, with every optimizer.
func TestNuisancesOfFit(t *testing.T) {
	for _, optimizer := range []string{"adam", "newton", "gd"} {
		pair := tilted(5, 0.1, 0.1)
		var results []FitResult
		for _, engine := range Engines {
			s := nuisanceSetup(engine)
			s.config.Optimizer = optimizer
			if optimizer == "gd" {
				s.config.LearningRate.Coefficients, s.config.LearningRate.Centroids = 1e-3, 1e-4
			}
			results = append(results, s.fitNuisances(t, pair, false))
		}
		fitter := nuisanceSetup("fused").fitter(t)
		for i, c := range results[0].Checkpoints {
			f := func(x float64) float64 {
				values, err := fitter.LogRatios(data.Sample{X: []float64{x}, N: 1, D: 1}, c)
				if err != nil {
					t.Fatal(err)
				}
				return values[0]
			}
			tau := -2 * directLoss(pair, cached(f), c.Nuisances.Values)
			if got := c.T + results[0].Null.Delta; math.Abs(got-tau) > 1e-8 {
				t.Errorf("%s: tau is %v at checkpoint %d; the formula gives %v", optimizer, got, i,
					tau)
			}
			for a := range c.Nuisances.Values {
				moved := slices.Clone(c.Nuisances.Values)
				for _, h := range []float64{1e-3, -2e-3} {
					moved[a] += h
					if other := -2 * directLoss(pair, cached(f), moved); other > tau {
						t.Errorf("%s: tau is %v, and %v at other nuisance parameters", optimizer,
							tau, other)
					}
				}
			}
			if c.T < -1e-9 {
				t.Errorf("%s: t is %v at checkpoint %d", optimizer, c.T, i)
			}
			other := results[1].Checkpoints[i]
			if !near(c.T, other.T, 1e-9) || !near(c.Lead, other.Lead, 1e-9) {
				t.Errorf("%s: t and lead are %v and %v fused, %v and %v composed", optimizer, c.T,
					c.Lead, other.T, other.Lead)
			}
			for a, v := range c.Nuisances.Values {
				if !near(v, other.Nuisances.Values[a], 1e-9) {
					t.Errorf("%s: nu is %v fused, %v composed", optimizer, c.Nuisances.Values,
						other.Nuisances.Values)
				}
			}
		}
	}
}

func near(a, b, relative float64) bool {
	return math.Abs(a-b) <= relative*(1+max(math.Abs(a), math.Abs(b)))
}

// cached keeps the values of a function.
func cached(f func(float64) float64) func(float64) float64 {
	known := map[float64]float64{}
	return func(x float64) float64 {
		v, there := known[x]
		if !there {
			v = f(x)
			known[x] = v
		}
		return v
	}
}

// A trace has the numbers of the fit.
func TestNuisancesOfTrace(t *testing.T) {
	eachEngine(t, func(t *testing.T, engine string) {
		pair := tilted(6, 0, 0)
		s := nuisanceSetup(engine)
		fit, trace := s.fitNuisances(t, pair, false), s.fitNuisances(t, pair, true)
		for i, c := range fit.Checkpoints {
			if other := trace.Checkpoints[i]; c.T != other.T || c.Lead != other.Lead {
				t.Errorf("t and lead are %v and %v, and %v and %v with a trace", c.T, c.Lead,
					other.T, other.Lead)
			}
			if last := trace.Trace[c.Epoch-1]; last.T != c.T {
				t.Errorf("the trace has t = %v at epoch %d, the checkpoint %v", last.T, c.Epoch,
					c.T)
			}
		}
	})
}

// A nuisance parameter without an effect changes nothing.
func TestNuisanceWithoutEffect(t *testing.T) {
	pair := tilted(7, 0, 0)
	pair.Nuisances = []data.Nuisance{{Name: "none", Sigma: 1, Measured: 0.5,
		Reference: make([]float64, pair.Reference.N), Data: make([]float64, pair.Data.N)}}
	with := nuisanceSetup("fused").fitNuisances(t, pair, false)
	pair.Nuisances = nil
	without := nuisanceSetup("fused").fitNuisances(t, pair, false)
	for i, c := range with.Checkpoints {
		if !near(c.T, without.Checkpoints[i].T, 1e-10) {
			t.Errorf("t is %v; without the parameter it is %v", c.T, without.Checkpoints[i].T)
		}
		if got := c.Nuisances.Values[0]; got != 0.5 {
			t.Errorf("nu is %v; it was measured as 0.5", got)
		}
	}
	if without.Null != nil || without.Checkpoints[0].Nuisances != nil {
		t.Error("a pair without nuisance parameters has values of them")
	}
}

// Fits that cannot have nuisance parameters are refused, and so are parameters without meaning.
func TestNuisancesRefused(t *testing.T) {
	pair := tilted(8, 0, 0)
	s := small("fused")
	s.loss.Kind = "bce"
	f := s.fitter(t)
	start := startAt(f, []float64{1, 2, 3, 4, 5}[:s.model.Kernels])
	_, err := f.Fit(pair, start, nil)
	var refused *NuisanceModelError
	if !errors.As(err, &refused) {
		t.Errorf("the loss bce: %v", err)
	}
	if err := CheckNuisances("convex", small("fused").loss); !errors.As(err, &refused) {
		t.Errorf("the optimizer convex: %v", err)
	}
	for what, spoil := range map[string]func(n []data.Nuisance){
		"sigma 0":    func(n []data.Nuisance) { n[0].Sigma = 0 },
		"name twice": func(n []data.Nuisance) { n[1].Name = n[0].Name },
		"NaN": func(n []data.Nuisance) {
			n[0].Data = slices.Repeat([]float64{math.NaN()}, pair.Data.N)
		},
		"fewer rows":   func(n []data.Nuisance) { n[0].Reference = n[0].Reference[1:] },
		"one sample":   func(n []data.Nuisance) { n[0].Data = nil },
		"not measured": func(n []data.Nuisance) { n[1].Measured = math.Inf(1) },
	} {
		spoiled := pair
		spoiled.Nuisances = slices.Clone(pair.Nuisances)
		spoil(spoiled.Nuisances)
		f := small("fused").fitter(t)
		_, err := f.Fit(spoiled, startAt(f, []float64{1, 2, 3, 4, 5}[:s.model.Kernels]), nil)
		var wrong *data.NuisanceError
		if !errors.As(err, &wrong) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
