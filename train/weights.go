package train

import "slices"

// Negative weights
//
// The NP loss of rows with the weights w (reference) and v (data), of both signs, is
//
//	Σ_R w (e^f - 1) - Σ_D v f.
//
// Where reference rows of negative weight prevail, it falls without bound as f grows, and its
// second derivatives are not positive definite. Where such data rows prevail, it falls without
// bound as f falls. A fit moves the rows of negative weight to the other sample instead. With
// w = w⁺ - w⁻ and v = v⁺ - v⁻, it minimizes
//
//	L = Σ_R w⁺ (e^f - 1) + Σ_D v⁻ (e^f - 1) - Σ_D v⁺ f - Σ_R w⁻ f.
//
// Its minimum over all functions is at e^f = (d⁺ + r⁻)/(r⁺ + d⁻), if d and r are the densities of
// the data and of the reference. So f is 0 exactly where d⁺ - d⁻ = r⁺ - r⁻, which is the null
// hypothesis. At f = 0, the gradients of both losses are equal,
//
//	dL/da = Σ_R w phi - Σ_D v phi,
//
// and so are the variances of the gradient over toys. To second order in f, the statistics differ
// only in the curvature, Σ_R w⁺ phi phiᵀ + Σ_D v⁻ phi phiᵀ instead of Σ_R w phi phiᵀ. L is a sum of
// convex functions of f, as it is for positive weights, and has a lower bound where that of
// positive weights has one. No row is left out, and without negative weights both losses are the
// same. The losses of classification are split in the same way.
//
// The price is dilution: f is the logarithm of a ratio to which the canceling rows are added on
// both sides. It is nearer to 0 than that of the samples themselves.

// signedWeights are the weights of the rows of a sample by their signs.
type signedWeights struct {
	own   []float64 // w⁺; nil if the rows weigh the same
	moved []float64 // w⁻, in the other sample; nil if no row has a negative weight
}

// newSignedWeights splits the weights w·relative of rows, whose relative weights are nil if they
// are equal.
func newSignedWeights(w float64, relative, storage []float64) signedWeights {
	if relative == nil {
		return signedWeights{}
	}
	s := signedWeights{own: slices.Grow(storage[:0], len(relative))[:len(relative)]}
	for i, v := range relative {
		s.own[i] = w * max(v, 0)
		if v >= 0 {
			continue
		}
		if s.moved == nil {
			s.moved = make([]float64, len(relative))
		}
		s.moved[i] = -w * v
	}
	return s
}
