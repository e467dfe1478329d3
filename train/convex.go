package train

import (
	"fmt"
	"math"
	"slices"

	"sparker/graph"
)

// convexRows is the number of reference rows per kernel from which the curvature at f = 0 is
// estimated. The curvature there does not need more accuracy: that at the optimum differs more.
const convexRows = 32

// convex finds the coefficients of frozen kernels at which L_NP + lambda Σ a² is smallest. The loss
// is convex in the coefficients.
//
// At a width, the features of the rows and a curvature are computed once. All ridges are then
// minimized side by side: one pass over the features serves every [ridgeDescent] that has not
// ended, and takes hardly longer for several than for one.
type convex struct {
	*state
	a         []float64 // the program's storage of the coefficients
	loss      held
	origin    graph.FusedPoint // f = 0
	products  []float64        // Σ_D phi phiᵀ
	curvature []float64        // M×M
	descents  []*ridgeDescent  // one for each ridge
}

// runConvex takes all ridges at every width. An epoch is a width.
func (s *state) runConvex() (FitResult, error) {
	a := s.variant.(*kernels).a
	m := len(a)
	c := &convex{state: s, a: a, loss: s.engine.(held),
		origin:   graph.FusedPoint{Coefficients: make([]float64, m), Gradient: make([]float64, m)},
		products: make([]float64, m*m), curvature: make([]float64, m*m)}
	for rest := s.scales; len(rest) > 0; {
		ridges := 1
		for ridges < len(rest) && rest[ridges].Epoch == rest[0].Epoch {
			ridges++
		}
		if err := c.width(rest[:ridges]); err != nil {
			return c.end(err)
		}
		rest = rest[ridges:]
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

// width minimizes the losses of all ridges at a width, and keeps the statistics.
func (c *convex) width(scales []Scale) error {
	if err := c.loss.hold(scales[0].Sigma); err != nil {
		return err
	}
	if err := c.begin(); err != nil {
		return err
	}
	for len(c.descents) < len(scales) {
		c.descents = append(c.descents, newRidgeDescent(len(c.a)))
	}
	descents := c.descents[:len(scales)]
	for i, d := range descents {
		d.begin(scales[i].Ridge, c.origin, c.curvature)
	}
	if err := c.minimize(descents); err != nil {
		return err
	}
	for i, d := range descents {
		if d.stop != nil {
			return d.stop
		}
		if err := c.keep(scales[i], d); err != nil {
			return err
		}
	}
	return nil
}

// begin computes the loss at f = 0 and a curvature for the way from there to the optimum. That is
// the mean of the second derivatives at both ends. At the optimum, where e^f is the ratio of the
// densities, they are nearly Σ_D phi phiᵀ. Newton's first step, with those at f = 0, would take the
// ratio itself for its logarithm.
func (c *convex) begin() error {
	if err := c.loss.losses([]*graph.FusedPoint{&c.origin}); err != nil {
		return err
	}
	rows := convexRows * len(c.a)
	if err := c.loss.lossCurvature(c.origin.Coefficients, rows, c.curvature); err != nil {
		return err
	}
	if err := c.loss.dataProducts(c.products); err != nil {
		return err
	}
	for i, v := range c.products {
		c.curvature[i] = (c.curvature[i] + v) / 2
	}
	return nil
}

// minimize takes steps until every descent ends.
func (c *convex) minimize(descents []*ridgeDescent) error {
	active := slices.Clone(descents)
	var points []*graph.FusedPoint
	for {
		active = slices.DeleteFunc(active, func(d *ridgeDescent) bool { return d.ended })
		if len(active) == 0 {
			return nil
		}
		points = points[:0]
		for _, d := range active {
			points = append(points, &d.trial)
		}
		if err := c.loss.losses(points); err != nil {
			return err
		}
		for _, d := range active {
			if d.take(); d.ended || !d.stale() {
				continue
			}
			if err := c.loss.lossCurvature(d.a, math.MaxInt, c.curvature); err != nil {
				return err
			}
			d.curve(c.curvature)
		}
	}
}

// keep takes the statistic at the optimum.
func (c *convex) keep(at Scale, d *ridgeDescent) error {
	copy(c.a, d.trial.Coefficients)
	t := -2 * d.trial.Loss
	if !finite(t) {
		return nonFinite("statistic")
	}
	clamped, err := c.loss.clamps(&d.trial)
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
