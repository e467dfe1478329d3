package train

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"sparker/data"
	"sparker/graph"
)

// profile is the part of the NP loss that depends on the nuisance parameters nu of a pair, at a
// fixed f. With g = w e^f for the rows of the reference and the weights v of the data rows it is
//
//	F(nu) = Σ_R g r(x; nu) - Σ_D v log r(x; nu) + Σ_a ((nu_a - nu0_a)² - nu0_a²)/(2 sigma_a²),
//
// where r(x; nu) = n(x; nu)/n(x; 0). See [data.Nuisance]. F is convex if log r is linear in nu.
type profile struct {
	list          []data.Nuisance
	first, second []float64 // Σ_D v delta_a and Σ_D v delta2_a

	ratios []float64   // r of the reference rows at the values of the last call of tilt
	slopes [][]float64 // dlog r/dnu_a of them; nil where it is 1
	own    [][]float64 // storage for the slopes that depend on nu
	terms  []float64
}

// The minimization of F.
const (
	// nuisanceTolerance is the Newton decrement g·H⁻¹g at which it ends, after one more step.
	nuisanceTolerance = 1e-10
	nuisanceSteps     = 100
	nuisanceHalvings  = 30
	// nuisanceReach is the largest change of a parameter in a step, in units of its sigma.
	nuisanceReach = 1
)

func newProfile(pair data.Pair) *profile {
	n := len(pair.Nuisances)
	p := &profile{list: pair.Nuisances, first: make([]float64, n), second: make([]float64, n),
		ratios: make([]float64, pair.Reference.N), slopes: make([][]float64, n),
		own: make([][]float64, n), terms: make([]float64, pair.Reference.N)}
	total := float64(pair.Data.N)
	if pair.DataWeights != nil {
		total = floats.Sum(pair.DataWeights)
	}
	weighted := func(x []float64) float64 {
		if pair.DataWeights == nil {
			return floats.Sum(x)
		}
		return floats.Dot(x, pair.DataWeights)
	}
	for a, nuisance := range p.list {
		p.slopes[a] = nuisance.Reference
		if nuisance.ReferenceSecond != nil {
			p.own[a] = make([]float64, pair.Reference.N)
			p.slopes[a] = p.own[a]
			p.second[a] = weighted(nuisance.DataSecond)
		}
		p.first[a] = total
		if !nuisance.Norm() {
			p.first[a] = weighted(nuisance.Data)
		}
	}
	return p
}

// tilt computes r and the slopes of log r at nu.
func (p *profile) tilt(nu []float64) error {
	clear(p.ratios)
	var norm float64
	for a, n := range p.list {
		if n.Norm() {
			norm += nu[a]
		} else {
			floats.AddScaled(p.ratios, nu[a], n.Reference)
		}
		if n.ReferenceSecond != nil {
			floats.AddScaled(p.ratios, nu[a]*nu[a]/2, n.ReferenceSecond)
			copy(p.own[a], n.Reference)
			floats.AddScaled(p.own[a], nu[a], n.ReferenceSecond)
		}
	}
	for i, v := range p.ratios {
		p.ratios[i] = min(max(v+norm, -data.MaxTilt), data.MaxTilt)
	}
	return graph.Exp(p.ratios)
}

// penalty returns F(nu) without the sum over the reference.
func (p *profile) penalty(nu []float64) (sum float64) {
	for a, n := range p.list {
		sum -= nu[a]*p.first[a] + nu[a]*nu[a]/2*p.second[a]
		sum += nu[a] * (nu[a] - 2*n.Measured) / (2 * n.Sigma * n.Sigma)
	}
	return sum
}

// derivatives returns the gradient of F, given the terms g r of its sum over the reference, and its
// second derivatives. Those of log r are left out where they are below 0, so that the matrix is
// positive definite.
func (p *profile) derivatives(terms, nu []float64) (gradient []float64, hessian *mat.SymDense) {
	n := len(p.list)
	gradient, hessian = make([]float64, n), mat.NewSymDense(n, nil)
	total := floats.Sum(terms)
	for a, nuisance := range p.list {
		with := terms
		sum := total
		if s := p.slopes[a]; s != nil {
			with = p.terms
			for i, v := range terms {
				with[i] = v * s[i]
			}
			sum = floats.Sum(with)
		}
		variance := nuisance.Sigma * nuisance.Sigma
		gradient[a] = sum - p.first[a] - nu[a]*p.second[a] + (nu[a]-nuisance.Measured)/variance
		for b := range a + 1 {
			v := sum
			if s := p.slopes[b]; s != nil {
				v = floats.Dot(with, s)
			}
			if a == b {
				v += 1/variance + p.bend(a, terms)
			}
			hessian.SetSym(a, b, v)
		}
	}
	return gradient, hessian
}

// bend returns what the second derivative of log r by a parameter adds to that of F, or 0 if it is
// below 0.
func (p *profile) bend(a int, terms []float64) float64 {
	second := p.list[a].ReferenceSecond
	if second == nil {
		return 0
	}
	return max(floats.Dot(terms, second)-p.second[a], 0)
}

// direction returns the Newton step of a gradient, shortened to the reach, and the decrement.
func (p *profile) direction(gradient []float64, hessian *mat.SymDense) (step []float64,
	decrement float64, err error) {
	var factor mat.Cholesky
	if !finite(gradient...) || !factor.Factorize(hessian) {
		return nil, 0, nonFinite("gradient of a nuisance parameter")
	}
	v := mat.NewVecDense(len(gradient), nil)
	if err := factor.SolveVecTo(v, mat.NewVecDense(len(gradient), gradient)); err != nil &&
		!finite(v.RawVector().Data...) {
		return nil, 0, nonFinite("curvature of a nuisance parameter")
	}
	step = v.RawVector().Data
	decrement = floats.Dot(step, gradient)
	longest := 0.0
	for a, n := range p.list {
		longest = max(longest, math.Abs(step[a])/n.Sigma)
	}
	floats.Scale(-min(1, nuisanceReach/max(longest, math.SmallestNonzeroFloat64)), step)
	return step, decrement, nil
}

// minimize moves nu to the minimum of F for some g. It returns the standard errors: the square
// roots of the diagonal of the inverse of the second derivatives. r is then that of the minimum.
func (p *profile) minimize(g, nu []float64) (errors []float64, err error) {
	terms := make([]float64, len(g))
	value := func() (float64, error) {
		err := p.tilt(nu)
		for i, v := range p.ratios {
			terms[i] = g[i] * v
		}
		return floats.Sum(terms) + p.penalty(nu), err
	}
	now, err := value()
	before := make([]float64, len(nu))
	for range nuisanceSteps {
		if err != nil {
			return nil, err
		}
		gradient, hessian := p.derivatives(terms, nu)
		step, decrement, err := p.direction(gradient, hessian)
		if err != nil {
			return nil, err
		}
		copy(before, nu)
		next := math.Inf(1)
		const rounding = 1e-12
		for range nuisanceHalvings {
			floats.AddTo(nu, before, step)
			if next, err = value(); err != nil {
				return nil, err
			}
			if next <= now+rounding*(1+math.Abs(now)) {
				break
			}
			floats.Scale(0.5, step)
		}
		if now = next; !finite(now) {
			return nil, nonFinite("loss of the nuisance parameters")
		}
		if decrement <= nuisanceTolerance {
			return standardErrors(hessian)
		}
	}
	return nil, notConverged(nuisanceSteps)
}

// standardErrors returns the square roots of the diagonal of the inverse of a matrix.
func standardErrors(hessian *mat.SymDense) ([]float64, error) {
	var factor mat.Cholesky
	var inverse mat.SymDense
	if !factor.Factorize(hessian) || factor.InverseTo(&inverse) != nil {
		return nil, nonFinite("curvature of a nuisance parameter")
	}
	errors := make([]float64, hessian.SymmetricDim())
	for a := range errors {
		errors[a] = math.Sqrt(inverse.At(a, a))
	}
	return errors, nil
}
