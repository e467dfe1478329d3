package train

import (
	"fmt"

	"sparker/graph"
	"sparker/models"
)

// held is L_NP of an ensemble as a function of its coefficients alone, at the program's centroids
// and a width. Engines that keep the features of the rows between calls make it fast.
type held interface {
	// hold fixes the width.
	hold(sigma float64) error
	// losses computes the loss and its gradient at some points.
	losses(points []*graph.FusedPoint) error
	// clamps reports whether f exceeds graph.MaxExponent on a row of the reference, at a point that
	// losses has computed.
	clamps(point *graph.FusedPoint) (bool, error)
	// lossCurvature sets hessian (M×M, row-major) to the second derivatives at coefficients a, or
	// to an estimate of them from at least so many reference rows.
	lossCurvature(a []float64, rows int, hessian []float64) error
	// dataProducts sets products (M×M, row-major) to Σ_D phi_i phi_j.
	dataProducts(products []float64) error
}

func (e *fused) hold(sigma float64) error {
	e.questions.Hold(e.at(sigma))
	return nil
}

func (e *fused) losses(points []*graph.FusedPoint) error {
	e.questions.Losses(points)
	return nil
}

func (e *fused) clamps(point *graph.FusedPoint) (bool, error) {
	return e.questions.Clamps(point), nil
}

func (e *fused) lossCurvature(a []float64, rows int, hessian []float64) error {
	e.questions.LossCurvature(a, rows, hessian)
	return nil
}

func (e *fused) dataProducts(products []float64) error {
	e.questions.DataProducts(products)
	return nil
}

func (e *composedKernels) hold(sigma float64) error {
	e.program.SetScalar(models.Sigma, sigma)
	e.held = sigma
	return nil
}

// losses runs the graph once for each point. The penalty of its loss has to be 0.
func (e *composedKernels) losses(points []*graph.FusedPoint) error {
	for _, p := range points {
		copy(e.program.Values(models.Coefficients), p.Coefficients)
		loss, err := e.program.Gradient()
		if err != nil {
			return fmt.Errorf("train: %w", err)
		}
		p.Loss = loss
		copy(p.Gradient, e.program.GradientOf(models.Coefficients))
	}
	return nil
}

func (e *composedKernels) clamps(p *graph.FusedPoint) (bool, error) {
	copy(e.program.Values(models.Coefficients), p.Coefficients)
	return e.clamped()
}

func (e *composedKernels) lossCurvature(a []float64, _ int, hessian []float64) error {
	copy(e.program.Values(models.Coefficients), a)
	_, _, h, err := e.curvature(e.held)
	copy(hessian, h)
	return err
}

func (e *composedKernels) dataProducts(products []float64) error {
	if err := e.evaluate(e.held); err != nil {
		return err
	}
	clear(products)
	m := e.ensemble.Kernels
	phi := e.program.Vector("phi")
	for row, w := range e.program.Values(dataInput) {
		features := phi[row*m : (row+1)*m]
		for i, p := range features {
			for j, q := range features {
				products[i*m+j] += w * p * q
			}
		}
	}
	return nil
}
