// Package graphtest checks the gradients of compiled graphs against finite differences.
package graphtest

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/diff/fd"

	"sparker/graph"
)

// CheckGradient compares the gradient of the program's loss by a parameter with central differences
// of the loss, at the present inputs and parameters. It reports an error for each entry that
// deviates by more than tolerance times the largest entry of the gradient, or by more than the
// rounding of the loss explains if that is larger. It leaves the parameters as they were.
func CheckGradient(t testing.TB, p *graph.Program, parameter string, tolerance float64) {
	t.Helper()
	values := p.Values(parameter)
	start := append([]float64(nil), values...)
	loss, err := p.Gradient()
	if err != nil {
		t.Fatal(err)
	}
	got := append([]float64(nil), p.GradientOf(parameter)...)
	const step = 1e-5
	numeric := fd.Gradient(nil, func(x []float64) float64 {
		copy(values, x)
		loss, err := p.Gradient()
		if err != nil {
			t.Fatal(err)
		}
		return loss
	}, start, &fd.Settings{Formula: fd.Central, Step: step})
	copy(values, start)
	// The rounding of the loss limits the accuracy of a difference.
	scale := math.Abs(loss) * 1e-16 / step / tolerance
	for i := range got {
		scale = max(scale, math.Abs(got[i]), math.Abs(numeric[i]))
	}
	for i := range got {
		if !(math.Abs(got[i]-numeric[i]) <= tolerance*scale) {
			t.Errorf("dL/d%s[%d] = %v, but the central difference is %v (allowed deviation %.1g)",
				parameter, i, got[i], numeric[i], tolerance*scale)
		}
	}
}
