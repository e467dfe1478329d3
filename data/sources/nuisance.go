package sources

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"sparker/data"
)

// NuisanceConfig is an element of `nuisances`: a parameter nu on which the null density of a
// generator depends. References are drawn at nu = 0. The test knows nu from an auxiliary
// measurement with a Gaussian error, which every toy draws anew, and fits nu to the data
// (arXiv:2111.13633).
type NuisanceConfig struct {
	// Name tells the parameter apart.
	Name string `yaml:"name"`
	// Kind says what nu does: norm (the expected number of background events is e^nu times as
	// large, in extended counting), scale (background events are multiplied by e^nu, about the
	// origin) or shift (nu is added to every coordinate; not for the exponential source, whose
	// events are not negative).
	Kind string `yaml:"kind"`
	// Sigma is the error of the auxiliary measurement of nu.
	Sigma float64 `yaml:"sigma"`
	// At is the true value of nu in the data of alternative toys, in units of sigma. It is 0 in
	// null toys. With N_S = 0, the power of such toys is the type-I error at that value.
	At float64 `yaml:"at"`
	// Ignore hides the parameter from the test, which then takes nu for 0.
	Ignore bool `yaml:"ignore"`
}

// NuisanceKinds are the words of the key nuisances.kind.
var NuisanceKinds = []string{kindNorm, kindScale, kindShift}

const kindNorm = "norm"

// The bounds of nuisance parameters: their number, sigma, and the true value in units of it. The
// number of events that a toy draws is at most e^5 times that of the config.
const (
	mostNuisances = 20
	mostSigma     = 1
	mostAt        = 5
)

// nuisances checks the nuisance parameters of a generator.
func (v validation) nuisances(c Config) {
	if len(c.Nuisances) > mostNuisances {
		v.say("nuisances", "has %d elements; want at most %d", len(c.Nuisances), mostNuisances)
	}
	for i, n := range c.Nuisances {
		path := "nuisances" + index(i)
		v.word(path+".kind", n.Kind, NuisanceKinds)
		if !(n.Sigma > 0 && n.Sigma <= mostSigma) {
			v.say(path+".sigma", "is %v; must be above 0 and at most %v", n.Sigma,
				float64(mostSigma))
		}
		if n.Name == "" {
			v.say(path+".name", "is missing; want a name")
		}
		same := func(other NuisanceConfig) bool { return other.Name == n.Name }
		if slices.IndexFunc(c.Nuisances, same) < i {
			v.say(path+".name", "is %q, as that of an earlier one; want different names", n.Name)
		}
		if !(math.Abs(n.At) <= mostAt) {
			v.say(path+".at", "is %v; must be at least -%d and at most %d", n.At, mostAt, mostAt)
		}
		switch {
		case n.Kind == kindNorm && c.Counting == countingShape:
			v.say(path+".kind", "is norm; shape-only counting fixes the number of events")
		case n.Kind == kindShift && c.Source == sourceExponential:
			v.say(path+".kind", "is shift, which would move events below 0, where the "+
				"exponential source has none")
		}
	}
}

// varied is the null density of a generator at some values of its nuisance parameters.
type varied struct {
	list []NuisanceConfig
	// tilt is the model of the parameters that are not of kind norm and not ignored. It is learned
	// when it is first needed.
	tilt func() (*tiltModel, error)
}

// newVaried returns the nuisance parameters of a generator.
func newVaried(list []NuisanceConfig, b background) varied {
	return varied{list: list, tilt: sync.OnceValues(func() (*tiltModel, error) {
		return fitTilts(list, b)
	})}
}

// tilts reports whether the parameter changes densities in a way that the test knows.
func (n NuisanceConfig) tilts() bool { return n.Kind != kindNorm && !n.Ignore }

// tiltReach is the value of nu, in units of sigma, at which samples are drawn to learn from.
const tiltReach = 2

// fitTilts learns how the density depends on the parameters. The samples are the same for all
// seeds. Those of a parameter are made of the same events, so that most of the noise cancels.
func fitTilts(list []NuisanceConfig, b background) (*tiltModel, error) {
	r := rand.New(rand.NewPCG(2, uint64(len(list))))
	n := min(mostTiltRows, maxTiltValues/b.dim)
	nominal := data.Sample{X: make([]float64, n*b.dim), N: n, D: b.dim}
	b.draw(r, nominal.X)
	m, err := newTiltModel(r, nominal)
	if err != nil {
		return nil, err
	}
	matrix := m.matrix(nominal)
	for _, parameter := range list {
		if !parameter.tilts() {
			continue
		}
		nu := tiltReach * parameter.Sigma
		s := tiltSamples{at: nu, nominal: matrix, up: parameter.apply(nominal, nu),
			down: parameter.apply(nominal, -nu)}
		if err := m.learn(s); err != nil {
			return nil, fmt.Errorf("learning the effect of %q: %w", parameter.Name, err)
		}
	}
	return m, nil
}

// maxTiltValues is the largest number of values of a sample to learn from.
const maxTiltValues = 2_000_000

// apply returns a copy of some events at a value of the parameter.
func (n NuisanceConfig) apply(s data.Sample, nu float64) data.Sample {
	x := slices.Clone(s.X)
	for i, v := range x {
		switch n.Kind {
		case kindScale:
			x[i] = v * math.Exp(nu)
		case kindShift:
			x[i] = v + nu
		}
	}
	return data.Sample{X: x, N: s.N, D: s.D}
}

// truths returns the values of the parameters in alternative toys.
func (v varied) truths() []float64 {
	var nu []float64
	for _, n := range v.list {
		nu = append(nu, n.At*n.Sigma)
	}
	return nu
}

// rate returns the factor of the expected number of background events.
func (v varied) rate(nu []float64) float64 {
	var sum float64
	for a, n := range v.list {
		if n.Kind == kindNorm {
			sum += nu[a]
		}
	}
	return math.Exp(sum)
}

// move moves background events that were drawn at 0.
func (v varied) move(s data.Sample, nu []float64) data.Sample {
	for a, n := range v.list {
		if nu[a] != 0 && n.Kind != kindNorm {
			s = n.apply(s, nu[a])
		}
	}
	return s
}

// add draws the auxiliary measurements of a toy, and adds the parameters to its pair.
func (v varied) add(r *rand.Rand, pair *data.Pair, nu []float64) error {
	var shapes []int
	for a, n := range v.list {
		measured := nu[a] + n.Sigma*r.NormFloat64()
		if n.Ignore {
			continue
		}
		if n.tilts() {
			shapes = append(shapes, len(pair.Nuisances))
		}
		pair.Nuisances = append(pair.Nuisances,
			data.Nuisance{Name: n.Name, Sigma: n.Sigma, Measured: measured})
	}
	if len(shapes) == 0 {
		return nil
	}
	m, err := v.tilt()
	if err != nil {
		return err
	}
	reference, referenceSecond := m.deltas(pair.Reference)
	sample, sampleSecond := m.deltas(pair.Data)
	for k, a := range shapes {
		n := &pair.Nuisances[a]
		n.Reference, n.ReferenceSecond = reference[k], referenceSecond[k]
		n.Data, n.DataSecond = sample[k], sampleSecond[k]
	}
	return nil
}

// DrawAlternative draws a toy of a source as its Draw does, but with the nuisance parameters at the
// values of the config.
func DrawAlternative(s Source, r *rand.Rand, signal float64) (data.Pair, error) {
	g, ok := s.(*generator)
	if !ok {
		return s.Draw(r, signal)
	}
	return g.drawAt(r, signal, g.varied.truths())
}
