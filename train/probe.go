package train

import (
	"fmt"
	"math"

	"sparker/graph"
	"sparker/models"
)

// probe computes what births, Newton steps and the lead statistic need to know about the pair of an
// ensemble. All of it belongs to the NP loss, at the program's present parameters and the given
// width. The next call overwrites the returned slices.
type probe interface {
	// curvature returns L_NP, its gradient by the coefficients (M), and the matrix of its second
	// derivatives by them (M×M, row-major).
	curvature(sigma float64) (loss float64, gradient, hessian []float64, err error)
	// excess returns three sums for a kernel at each point (rows of d values): Σ_D k, Σ_R w e^f k
	// and Σ_R w e^f k².
	excess(sigma float64, points []float64) ([]float64, error)
	// singles sets the NP loss of each kernel as if it were the only one, ungated and with its
	// coefficient in a (M).
	singles(sigma float64, a []float64, at singles) error
	// shares returns the sums of the shares of the kernels in the rows of both samples.
	shares(sigma float64) (Shares, error)
	// reach returns what the kernels reach of both samples.
	reach(sigma float64) (reach, error)
}

// singles are the NP losses of single kernels with their first two derivatives by the coefficient,
// M numbers each.
type singles struct{ values, slopes, curvatures []float64 }

func newSingles(m int) singles {
	return singles{make([]float64, m), make([]float64, m), make([]float64, m)}
}

func (e *fused) curvature(sigma float64) (loss float64, gradient, hessian []float64, err error) {
	loss, gradient, hessian = e.questions.Curvature(e.at(sigma))
	return loss, gradient, hessian, nil
}

// at returns the program's present parameters at a width.
func (e *fused) at(sigma float64) graph.FusedParameters {
	return graph.FusedParameters{Centroids: e.program.Values(models.Centroids),
		Coefficients: e.program.Values(models.Coefficients), Sigma: sigma}
}

func (e *fused) excess(sigma float64, points []float64) ([]float64, error) {
	return e.questions.Excess(e.at(sigma), points), nil
}

func (e *fused) singles(sigma float64, a []float64, at singles) error {
	parameters := e.at(sigma)
	parameters.Coefficients = a
	e.questions.Singles(graph.FusedSingles{Values: at.values, Slopes: at.slopes,
		Curvatures: at.curvatures}, parameters)
	return nil
}

// composedKernels is the composed engine of an ensemble.
type composedKernels struct {
	*composed
	ensemble models.Ensemble
	held     float64 // the width of the last call of hold
}

// evaluate runs the graph at the present parameters.
func (e *composedKernels) evaluate(sigma float64) error {
	e.program.SetScalar(models.Sigma, sigma)
	if err := e.program.Evaluate(); err != nil {
		return fmt.Errorf("train: %w", err)
	}
	return nil
}

// second returns w e^f, the second derivative of the NP loss of a reference row by f. It is 0 where
// the exponential is held constant.
func second(w, f float64) float64 {
	if f > graph.MaxExponent {
		return 0
	}
	return w * math.Exp(f)
}

func (e *composedKernels) curvature(sigma float64) (loss float64, gradient, hessian []float64,
	err error) {
	if err := e.evaluate(sigma); err != nil {
		return 0, nil, nil, err
	}
	m := e.ensemble.Kernels
	gradient, hessian = make([]float64, m), make([]float64, m*m)
	f, phi := e.program.Vector("f"), e.program.Vector("phi")
	wR, wD := e.program.Values(referenceInput), e.program.Values(dataInput)
	for row, value := range f {
		v, features := second(wR[row], value), phi[row*m:(row+1)*m]
		for i, p := range features {
			gradient[i] += (v - wD[row]) * p
			for j, q := range features {
				hessian[i*m+j] += v * p * q
			}
		}
	}
	return -e.program.Scalar("t") / 2, gradient, hessian, nil
}

func (e *composedKernels) excess(sigma float64, points []float64) ([]float64, error) {
	if err := e.evaluate(sigma); err != nil {
		return nil, err
	}
	d := e.ensemble.Dim
	sums := make([]float64, 3*len(points)/d)
	f, x := e.program.Vector("f"), e.program.Values(rowsInput)
	wR, wD := e.program.Values(referenceInput), e.program.Values(dataInput)
	for row, value := range f {
		v := second(wR[row], value)
		for i := range len(points) / d {
			var r2 float64
			for j, center := range points[i*d : (i+1)*d] {
				t := x[row*d+j] - center
				r2 += t * t
			}
			k := math.Exp(-r2 / (2 * sigma * sigma))
			sums[3*i] += wD[row] * k
			sums[3*i+1] += v * k
			sums[3*i+2] += v * k * k
		}
	}
	return sums, nil
}

func (e *composedKernels) singles(sigma float64, a []float64, at singles) error {
	if err := e.evaluate(sigma); err != nil {
		return err
	}
	m := e.ensemble.Kernels
	clear(at.values)
	clear(at.slopes)
	clear(at.curvatures)
	wR, wD := e.program.Values(referenceInput), e.program.Values(dataInput)
	for n, k := range e.program.Vector("k") {
		row, i := n/m, n%m
		y := a[i] * k
		v := second(wR[row], y)
		at.values[i] += wR[row]*math.Expm1(min(y, graph.MaxExponent)) - wD[row]*y
		at.slopes[i] += (v - wD[row]) * k
		at.curvatures[i] += v * k * k
	}
	return nil
}
