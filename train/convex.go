package train

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"sparker/models"
)

// The end of the minimization of a convex fit.
const (
	// convexTolerance is the Newton decrement g·H⁻¹g at which it ends. The loss is then about half
	// of that above its minimum.
	convexTolerance = 1e-9
	// convexSteps is the largest number of steps at one width and one ridge.
	convexSteps = 500
	// convexMemory is the number of steps whose change of the gradient corrects the curvature. If
	// so many do not reach the end, the curvature is computed anew.
	convexMemory = 10
)

// convex finds the coefficients of frozen kernels at which L_NP + lambda Σ a² is smallest. The loss
// is convex in the coefficients.
//
// The steps are those of L-BFGS (Nocedal and Wright, Numerical Optimization, 2006, algorithm 7.4).
// Its initial matrix is the inverse of the second derivatives at f = 0, which are nearly those at
// the optimum if anomalies are rare. Where they are not, the second derivatives at a later step
// replace them.
type convex struct {
	*state
	a         []float64 // the program's storage of the coefficients
	ridge     float64   // lambda
	probe     probe
	sigma     float64
	curvature *mat.SymDense // second derivatives of L_NP
	factor    mat.Cholesky  // of the same with the ridge

	loss                float64
	gradient            []float64
	moves, changes      [][]float64 // the last steps, and how the gradient changed in them
	direction, from, at []float64   // the present step; the coefficients and gradient before it
}

// runConvex takes the path of ridges at every width. An epoch is a width.
func (s *state) runConvex() (FitResult, error) {
	kernels := s.variant.(*kernels)
	c := &convex{state: s, a: kernels.a, probe: kernels.probe,
		gradient: make([]float64, len(kernels.a))}
	for i, scale := range s.scales {
		if i == 0 || s.scales[i-1].Epoch != scale.Epoch {
			s.program.SetScalar(models.Sigma, scale.Sigma)
			c.sigma = scale.Sigma
			clear(c.a)
			if err := c.curve(); err != nil {
				return c.end(err)
			}
		}
		if err := c.minimize(scale.Ridge); err != nil {
			return c.end(err)
		}
		if err := c.keep(scale); err != nil {
			return c.end(err)
		}
	}
	return c.end(nil)
}

// end completes the result. What stopped the fit becomes its status.
func (c *convex) end(err error) (FitResult, error) {
	r := &c.result
	if err != nil {
		at := c.scales[len(r.Checkpoints)]
		switch stop := err.(type) {
		case nonFinite:
			r.Status = NonFinite
		case notConverged:
			r.Status = NotConverged
		default:
			return FitResult{}, fmt.Errorf("train: width %.4g: %w", at.Sigma, stop)
		}
		r.Reason = fmt.Sprintf("%v at the width %.4g and the ridge %.4g", err, at.Sigma, at.Ridge)
	}
	c.variant.finish(r)
	return *r, nil
}

// curve computes the curvature at the present coefficients.
func (c *convex) curve() error {
	_, _, hessian, err := c.probe.curvature(c.sigma)
	if err != nil {
		return err
	}
	if !finite(hessian...) {
		return nonFinite("curvature")
	}
	c.curvature = mat.NewSymDense(len(c.a), slices.Clone(hessian))
	return nil
}

// factorize prepares steps with the present curvature and ridge.
func (c *convex) factorize() error {
	h := mat.NewSymDense(len(c.a), nil)
	h.CopySym(c.curvature)
	for i := range len(c.a) {
		h.SetSym(i, i, h.At(i, i)+2*c.ridge)
	}
	if !c.factor.Factorize(h) {
		return nonFinite("curvature")
	}
	c.moves, c.changes = c.moves[:0], c.changes[:0]
	return nil
}

// minimize moves the coefficients to the optimum of a ridge, from where they are.
func (c *convex) minimize(ridge float64) error {
	c.ridge = ridge
	if err := c.factorize(); err != nil {
		return err
	}
	if err := c.evaluate(); err != nil {
		return err
	}
	for steps := range convexSteps {
		if steps > 0 && steps%convexMemory == 0 {
			if err := cmp.Or(c.curve(), c.factorize()); err != nil {
				return err
			}
		}
		if err := c.aim(); err != nil {
			return err
		}
		decrement := -floats.Dot(c.gradient, c.direction)
		if decrement <= convexTolerance {
			return nil
		}
		if err := c.step(decrement); err != nil {
			return err
		}
	}
	return notConverged(convexSteps)
}

// evaluate sets the loss, with the ridge, and its gradient at the present coefficients.
func (c *convex) evaluate() error {
	loss, err := c.program.Gradient()
	if err != nil {
		return err
	}
	copy(c.gradient, c.program.GradientOf(models.Coefficients))
	c.loss = loss + c.ridge*floats.Dot(c.a, c.a)
	floats.AddScaled(c.gradient, 2*c.ridge, c.a)
	if !finite(c.loss) || !finite(c.gradient...) {
		return nonFinite("loss")
	}
	return nil
}

// aim sets the direction to minus the inverse of the corrected curvature times the gradient.
func (c *convex) aim() error {
	c.direction = append(c.direction[:0], c.gradient...)
	shares := make([]float64, len(c.moves))
	for i := len(c.moves) - 1; i >= 0; i-- {
		shares[i] = floats.Dot(c.moves[i], c.direction) / floats.Dot(c.moves[i], c.changes[i])
		floats.AddScaled(c.direction, -shares[i], c.changes[i])
	}
	d := mat.NewVecDense(len(c.direction), c.direction)
	if err := c.factor.SolveVecTo(d, d); err != nil && !finite(c.direction...) {
		return nonFinite("curvature")
	}
	for i, move := range c.moves {
		share := floats.Dot(c.changes[i], c.direction) / floats.Dot(move, c.changes[i])
		floats.AddScaled(c.direction, shares[i]-share, move)
	}
	floats.Scale(-1, c.direction)
	return nil
}

// step moves along the direction, half as far again and again until the loss falls enough (the rule
// of Armijo), and remembers what it learned about the curvature.
func (c *convex) step(decrement float64) error {
	const halvings, share = 40, 1e-4
	c.from = append(c.from[:0], c.a...)
	c.at = append(c.at[:0], c.gradient...)
	before, rounding := c.loss, 1e-13*(math.Abs(c.loss)+1)
	length := 1.0
	for range halvings {
		floats.AddScaledTo(c.a, c.from, length, c.direction)
		err := c.evaluate()
		if err == nil && c.loss <= before-share*length*decrement+rounding {
			c.remember()
			return nil
		}
		if _, overflow := err.(nonFinite); err != nil && !overflow {
			return err
		}
		length /= 2
	}
	return nonFinite("loss")
}

// remember keeps the last step, if the curvature along it is positive.
func (c *convex) remember() {
	move, change := slices.Clone(c.a), slices.Clone(c.gradient)
	floats.Sub(move, c.from)
	floats.Sub(change, c.at)
	if !(floats.Dot(move, change) > 0) {
		return
	}
	c.moves, c.changes = append(c.moves, move), append(c.changes, change)
}

// keep takes the statistic at the optimum.
func (c *convex) keep(at Scale) error {
	t := -2 * (c.loss - c.ridge*floats.Dot(c.a, c.a))
	if !finite(t) {
		return nonFinite("statistic")
	}
	clamped, err := c.engine.clamped()
	if err != nil {
		return err
	}
	if clamped {
		c.result.ClampedEpochs++
	}
	checkpoint := Checkpoint{Scale: at, T: t + 0}
	if err := c.variant.keep(&checkpoint); err != nil {
		return err
	}
	c.result.Checkpoints = append(c.result.Checkpoints, checkpoint)
	return nil
}

// notConverged is the number of steps after which a minimization was given up.
type notConverged int

func (n notConverged) Error() string {
	return fmt.Sprintf("the loss is not at its minimum after %d steps", int(n))
}
