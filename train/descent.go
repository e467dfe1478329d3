package train

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"sparker/graph"
)

// The end of a descent.
const (
	// convexTolerance is the Newton decrement g·H⁻¹g at which it ends. The loss with the ridge is
	// then about half of that above its minimum. The statistic t is without the ridge, and not at a
	// minimum of its own: its error is about 2 (t g·H⁻¹g)^½ at most.
	convexTolerance = 1e-13
	// convexSteps is the largest number of steps.
	convexSteps = 500
	// convexMemory is the number of steps whose change of the gradient corrects the curvature. If
	// so many do not reach the end, the curvature is computed anew.
	convexMemory = 20
	// convexHalvings is the largest number of halvings of a step.
	convexHalvings = 40
)

// ridgeDescent is the minimization of L_NP + lambda Σ a² for one ridge lambda. Its owner computes
// the loss at its trial, and then calls take, until the descent has ended. The trial is then the
// optimum.
//
// The steps are those of L-BFGS (Nocedal and Wright, Numerical Optimization, 2006, algorithm 7.4).
// The inverse of a curvature is its initial matrix.
type ridgeDescent struct {
	ridge  float64 // lambda
	matrix *mat.SymDense
	factor mat.Cholesky // of the second derivatives, with the ridge

	trial    graph.FusedPoint // the next coefficients; the loss is without the ridge
	a        []float64        // the coefficients of the last step
	loss     float64          // there, with the ridge
	gradient []float64

	moves, changes [][]float64 // the last steps, and how the gradient changed in them
	direction      []float64   // of the next step
	decrement      float64     // the slope of the loss along it, with the other sign
	length         float64     // of the trial, in units of the direction
	steps          int
	halvings       int // of this step

	ended bool
	stop  error // the reason why it ended elsewhere than at the optimum
}

func newRidgeDescent(m int) *ridgeDescent {
	vector := func() []float64 { return make([]float64, m) }
	return &ridgeDescent{matrix: mat.NewSymDense(m, nil), a: vector(), gradient: vector(),
		direction: vector(), trial: graph.FusedPoint{Coefficients: vector(), Gradient: vector()}}
}

// begin sets the descent to f = 0, where the loss and its second derivatives are given.
func (d *ridgeDescent) begin(ridge float64, origin graph.FusedPoint, curvature []float64) {
	d.ridge, d.steps, d.ended, d.stop = ridge, 0, false, nil
	copy(d.trial.Coefficients, origin.Coefficients)
	copy(d.trial.Gradient, origin.Gradient)
	d.trial.Loss = origin.Loss
	loss, gradient := d.penalized()
	if !finite(loss) || !finite(gradient...) {
		d.end(nonFinite("loss"))
		return
	}
	d.accept(loss, gradient)
	d.curve(curvature)
}

// end ends the descent.
func (d *ridgeDescent) end(stop error) { d.ended, d.stop = true, stop }

// penalized returns the loss and its gradient at the trial, with the ridge.
func (d *ridgeDescent) penalized() (loss float64, gradient []float64) {
	a := d.trial.Coefficients
	gradient = slices.Clone(d.trial.Gradient)
	floats.AddScaled(gradient, 2*d.ridge, a)
	return d.trial.Loss + d.ridge*floats.Dot(a, a), gradient
}

// accept makes the trial the last step.
func (d *ridgeDescent) accept(loss float64, gradient []float64) {
	copy(d.a, d.trial.Coefficients)
	d.loss, d.gradient = loss, gradient
}

// stale reports whether the last step has used all of the memory.
func (d *ridgeDescent) stale() bool {
	return d.halvings == 0 && d.steps > 0 && d.steps%convexMemory == 0
}

// curve replaces the curvature by the second derivatives of L_NP at the last step, and aims from
// there.
func (d *ridgeDescent) curve(hessian []float64) {
	if !finite(hessian...) {
		d.end(nonFinite("curvature"))
		return
	}
	m := len(d.a)
	for i := range m {
		for j := i; j < m; j++ {
			d.matrix.SetSym(i, j, hessian[i*m+j])
		}
		d.matrix.SetSym(i, i, hessian[i*m+i]+2*d.ridge)
	}
	if !d.factor.Factorize(d.matrix) {
		d.end(nonFinite("curvature"))
		return
	}
	d.moves, d.changes = d.moves[:0], d.changes[:0]
	d.aim()
}

// take judges the trial, whose loss has been computed, and sets the next one: from there, or half
// as far.
func (d *ridgeDescent) take() {
	loss, gradient := d.penalized()
	if !d.descends(loss, gradient) {
		if d.halvings++; d.halvings > convexHalvings {
			d.end(nonFinite("loss"))
			return
		}
		d.length /= 2
		floats.AddScaledTo(d.trial.Coefficients, d.a, d.length, d.direction)
		return
	}
	if d.steps++; d.steps >= convexSteps {
		d.end(notConverged(convexSteps))
		return
	}
	d.remember(gradient)
	d.accept(loss, gradient)
	d.aim()
}

// descends reports whether the loss at the trial is low enough: if it has fallen by a share of what
// its slope promised (the rule of Armijo), or, where rounding hides that, if the slope has fallen
// by half (Hager and Zhang, SIAM J. Optim. 16, 170, 2005).
func (d *ridgeDescent) descends(loss float64, gradient []float64) bool {
	const share, rounding = 1e-4, 1e-10
	if !finite(loss) || !finite(gradient...) {
		return false
	}
	if loss <= d.loss-share*d.length*d.decrement {
		return true
	}
	slope := floats.Dot(gradient, d.direction)
	return loss <= d.loss+rounding*(math.Abs(d.loss)+1) && math.Abs(slope) <= d.decrement/2
}

// remember keeps the step to the trial, if the curvature along it is positive.
func (d *ridgeDescent) remember(gradient []float64) {
	move, change := slices.Clone(d.trial.Coefficients), slices.Clone(gradient)
	floats.Sub(move, d.a)
	floats.Sub(change, d.gradient)
	if floats.Dot(move, change) > 0 {
		d.moves, d.changes = append(d.moves, move), append(d.changes, change)
	}
}

// aim sets the direction to minus the inverse of the corrected curvature times the gradient, and
// the trial to a full step, unless the optimum is reached.
func (d *ridgeDescent) aim() {
	copy(d.direction, d.gradient)
	shares := make([]float64, len(d.moves))
	for i := len(d.moves) - 1; i >= 0; i-- {
		shares[i] = floats.Dot(d.moves[i], d.direction) / floats.Dot(d.moves[i], d.changes[i])
		floats.AddScaled(d.direction, -shares[i], d.changes[i])
	}
	v := mat.NewVecDense(len(d.direction), d.direction)
	if err := d.factor.SolveVecTo(v, v); err != nil && !finite(d.direction...) {
		d.end(nonFinite("curvature"))
		return
	}
	for i, move := range d.moves {
		share := floats.Dot(d.changes[i], d.direction) / floats.Dot(move, d.changes[i])
		floats.AddScaled(d.direction, shares[i]-share, move)
	}
	floats.Scale(-1, d.direction)
	d.decrement = -floats.Dot(d.gradient, d.direction)
	if d.decrement <= convexTolerance {
		d.end(nil)
		return
	}
	d.length, d.halvings = 1, 0
	floats.AddTo(d.trial.Coefficients, d.a, d.direction)
}

// notConverged is the number of steps after which a minimization was given up.
type notConverged int

func (n notConverged) Error() string {
	return fmt.Sprintf("the loss is not at its minimum after %d steps", int(n))
}
