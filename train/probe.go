package train

import (
	"fmt"
	"math"

	"sparker/graph"
	"sparker/models"
)

// probe is what an engine knows of the pair that it was fed beyond the loss and its gradients. All
// of it is for the NP loss, at the program's present parameters and the given width; what it
// returns is overwritten by the next call.
type probe interface {
	// curvature is L_NP, its gradient by the coefficients (M), and its second derivatives by them
	// (M×M).
	curvature(sigma float64) (loss float64, gradient, hessian []float64, err error)
	// excess is, for a kernel at each of some points (rows of d), Σ_D k, Σ_R w e^f k and Σ_R w e^f
	// k².
	excess(sigma float64, points []float64) ([]float64, error)
	// singles sets values, slopes and curvatures (M each) to the NP loss of each kernel alone,
	// ungated, with its coefficient in a, and to the first two derivatives by it.
	singles(sigma float64, a, values, slopes, curvatures []float64) error
}

// composedKernels is the composed engine of an ensemble.
type composedKernels struct {
	*composed
	ensemble models.Ensemble
}

func (e *fused) curvature(sigma float64) (loss float64, gradient, hessian []float64, err error) {
	loss, gradient, hessian = e.questions.Curvature(e.program.Values(models.Centroids),
		e.program.Values(models.Coefficients), sigma)
	return loss, gradient, hessian, nil
}

func (e *fused) excess(sigma float64, points []float64) ([]float64, error) {
	return e.questions.Excess(e.program.Values(models.Centroids), e.program.Values(models.Coefficients),
		sigma, points), nil
}

func (e *fused) singles(sigma float64, a, values, slopes, curvatures []float64) error {
	e.questions.Singles(e.program.Values(models.Centroids), a, sigma, values, slopes, curvatures)
	return nil
}

// evaluate runs the graph at the present parameters.
func (e *composedKernels) evaluate(sigma float64) error {
	e.program.SetScalar(models.Sigma, sigma)
	if err := e.program.Evaluate(); err != nil {
		return fmt.Errorf("train: %w", err)
	}
	return nil
}

// curved is v = w e^f of a reference row, 0 where f is held.
func curved(w, f float64) float64 {
	if f > graph.MaxExponent {
		return 0
	}
	return w * math.Exp(f)
}

func (e *composedKernels) curvature(sigma float64) (loss float64, gradient, hessian []float64, err error) {
	if err := e.evaluate(sigma); err != nil {
		return 0, nil, nil, err
	}
	m := e.ensemble.Kernels
	gradient, hessian = make([]float64, m), make([]float64, m*m)
	f, phi := e.program.Vector("f"), e.program.Vector("phi")
	wR, wD := e.program.Values(referenceInput), e.program.Values(dataInput)
	for row, value := range f {
		v, features := curved(wR[row], value), phi[row*m:(row+1)*m]
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
	out := make([]float64, 3*len(points)/d)
	f, x := e.program.Vector("f"), e.program.Values(rowsInput)
	wR, wD := e.program.Values(referenceInput), e.program.Values(dataInput)
	for row, value := range f {
		v := curved(wR[row], value)
		for i := range len(points) / d {
			var r2 float64
			for j, center := range points[i*d : (i+1)*d] {
				t := x[row*d+j] - center
				r2 += t * t
			}
			k := math.Exp(-r2 / (2 * sigma * sigma))
			out[3*i] += wD[row] * k
			out[3*i+1] += v * k
			out[3*i+2] += v * k * k
		}
	}
	return out, nil
}

func (e *composedKernels) singles(sigma float64, a, values, slopes, curvatures []float64) error {
	if err := e.evaluate(sigma); err != nil {
		return err
	}
	m := e.ensemble.Kernels
	clear(values)
	clear(slopes)
	clear(curvatures)
	wR, wD := e.program.Values(referenceInput), e.program.Values(dataInput)
	for at, k := range e.program.Vector("k") {
		row, i := at/m, at%m
		y := a[i] * k
		v := curved(wR[row], y)
		values[i] += wR[row]*math.Expm1(min(y, graph.MaxExponent)) - wD[row]*y
		slopes[i] += (v - wD[row]) * k
		curvatures[i] += v * k * k
	}
	return nil
}
