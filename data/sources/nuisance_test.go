package sources

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"sparker/data"
)

// nuisanceConfig is the published benchmark of arXiv:2111.13633: a scale and a rate of 5% each.
func nuisanceConfig(source string, dim int, kinds ...string) Config {
	c := Default()
	c.Source, c.Dim = source, dim
	if source == sourceGaussian {
		c.Signal = Signal{Kind: kindGaussian, Loc: Vector{1}, Scale: 0.2}
	}
	for _, kind := range kinds {
		c.Nuisances = append(c.Nuisances, NuisanceConfig{Name: kind, Kind: kind, Sigma: 0.05})
	}
	return c
}

// The learned delta agrees with that of the formula: x - 1 for the scale of an exponential, |x|² -
// d for that of a normal, Σ x for a shift. The root of the mean square of the difference over the
// reference is at most 8% of that of the formula: at one sigma of 0.05, log r is known to 0.01. The
// samples that it is learned from have fixed seeds.
func TestLearnedDelta(t *testing.T) {
	sum := func(x []float64, power float64) (total float64) {
		for _, v := range x {
			total += math.Pow(v, power)
		}
		return total
	}
	for _, c := range []struct {
		source, kind string
		dim          int
		delta        func(x []float64) float64
	}{
		{sourceExponential, kindScale, 0, func(x []float64) float64 { return x[0] - 1 }},
		{sourceGaussian, kindScale, 1, func(x []float64) float64 { return sum(x, 2) - 1 }},
		{sourceGaussian, kindScale, 3, func(x []float64) float64 { return sum(x, 2) - 3 }},
		{sourceGaussian, kindShift, 2, func(x []float64) float64 { return sum(x, 1) }},
	} {
		source, err := New(nuisanceConfig(c.source, c.dim, c.kind, kindNorm))
		if err != nil {
			t.Fatal(err)
		}
		pair, err := source.Draw(rand.New(rand.NewPCG(1, 1)), 5)
		if err != nil {
			t.Fatal(err)
		}
		var squares, size float64
		for i, v := range pair.Nuisances[0].Reference {
			want := c.delta(pair.Reference.Row(i))
			squares += (v - want) * (v - want)
			size += want * want
		}
		n := float64(pair.Reference.N)
		rms, size := math.Sqrt(squares/n), math.Sqrt(size/n)
		t.Logf("%s, %s, %d-D: %.3f of %.3f", c.source, c.kind, c.dim, rms, size)
		if rms > 0.08*size {
			t.Errorf("%s, %s: delta differs by %v from the formula, whose size is %v", c.source,
				c.kind, rms, size)
		}
		if !pair.Nuisances[1].Norm() || len(pair.Nuisances[0].Data) != pair.Data.N {
			t.Errorf("%s, %s: %v", c.source, c.kind, pair.Nuisances[1])
		}
		if err := pair.CheckNuisances(); err != nil {
			t.Error(err)
		}
	}
}

// With samples at four values, the second order is learned as well: delta2 is -x for the scale of
// an exponential, where log r = -nu + x (1 - e^-nu). At nu = 0.4, log r is then within 0.03 of the
// formula (root of the mean square), and twice as far off without the second order.
func TestSecondOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	nominal := data.Sample{N: 20000, D: 1}
	for range nominal.N {
		nominal.X = append(nominal.X, r.ExpFloat64())
	}
	m, err := newTiltModel(r, nominal)
	if err != nil {
		t.Fatal(err)
	}
	scale := NuisanceConfig{Kind: kindScale}
	const a = 0.2
	s := tiltSamples{nominal: m.matrix(nominal), at: a, far: 2 * a,
		up: scale.apply(nominal, a), down: scale.apply(nominal, -a),
		up2: scale.apply(nominal, 2*a), down2: scale.apply(nominal, -2*a)}
	if err := m.learn(s); err != nil {
		t.Fatal(err)
	}
	first, second := m.deltas(nominal)
	var with, without float64
	for i, x := range nominal.X {
		const nu = 2 * a
		want := -nu + x*(1-math.Exp(-nu))
		linear := nu * first[0][i]
		without += (linear - want) * (linear - want)
		full := linear + nu*nu/2*second[0][i]
		with += (full - want) * (full - want)
	}
	n := float64(nominal.N)
	with, without = math.Sqrt(with/n), math.Sqrt(without/n)
	t.Logf("log r is %.4f off; %.4f without the second order", with, without)
	if with > 0.03 || without < 2*with {
		t.Errorf("log r is %v off with the second order, %v without", with, without)
	}
}

// Toys at nu = 0 have the samples that they have without nuisance parameters. Alternative toys have
// the rate and the scale of their config: over 50 toys of 2,000 events, the mean number and the
// mean value are within 4 standard errors of the truth (a false-failure rate of 1e-4).
func TestNuisanceToys(t *testing.T) {
	plain, err := New(nuisanceConfig(sourceExponential, 0))
	if err != nil {
		t.Fatal(err)
	}
	config := nuisanceConfig(sourceExponential, 0, kindScale, kindNorm)
	config.Nuisances[0].At, config.Nuisances[1].At = 2, -1
	config.Nuisances[1].Ignore = true
	varied, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := plain.Draw(rand.New(rand.NewPCG(4, 4)), 3)
	b, err := varied.Draw(rand.New(rand.NewPCG(4, 4)), 3)
	if err != nil || fmt.Sprint(a.Reference, a.Data) != fmt.Sprint(b.Reference, b.Data) {
		t.Errorf("toys at nu = 0 differ from those without nuisance parameters (%v)", err)
	}
	if len(b.Nuisances) != 1 || b.Nuisances[0].Name != kindScale {
		t.Errorf("an ignored parameter is in the pair: %v", b.Nuisances)
	}
	r := rand.New(rand.NewPCG(5, 5))
	const toys, expected, sigma = 50, 2000, 0.05
	var events, sum, measured float64
	for range toys {
		p, err := DrawAlternative(varied, r, 0)
		if err != nil {
			t.Fatal(err)
		}
		events += float64(p.Data.N)
		for _, x := range p.Data.X {
			sum += x
		}
		measured += p.Nuisances[0].Measured
	}
	scale, rate := math.Exp(2*sigma), toys*expected*math.Exp(-sigma)
	for _, c := range []struct {
		what             string
		got, want, error float64
	}{
		{"events", events, rate, math.Sqrt(rate)},
		{"mean", sum / events, scale, scale / math.Sqrt(rate)},
		{"measured nu", measured / toys, 2 * sigma, sigma / math.Sqrt(toys)},
	} {
		if math.Abs(c.got-c.want) > 4*c.error {
			t.Errorf("%s: %v; want %v ± %v", c.what, c.got, c.want, c.error)
		}
	}
}

// Impossible nuisance parameters are reported by their keys.
func TestNuisanceConfigProblems(t *testing.T) {
	for problem, spoil := range map[string]func(c *Config){
		"nuisances[0].sigma is 0": func(c *Config) { c.Nuisances[0].Sigma = 0 },
		"nuisances[1].name is":    func(c *Config) { c.Nuisances[1].Name = "scale" },
		"nuisances[0].name is":    func(c *Config) { c.Nuisances[0].Name = "" },
		"nuisances[0].kind is":    func(c *Config) { c.Nuisances[0].Kind = "jes" },
		"would move events below": func(c *Config) { c.Nuisances[0].Kind = kindShift },
		"fixes the number of":     func(c *Config) { c.Counting = countingShape },
		"nuisances[1].at is":      func(c *Config) { c.Nuisances[1].At = math.Inf(1) },
	} {
		c := nuisanceConfig(sourceExponential, 0, kindScale, kindNorm)
		spoil(&c)
		if _, err := New(c); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("want %q, got %v", problem, err)
		}
	}
}
