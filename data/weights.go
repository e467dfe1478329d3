package data

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// WeightsError reports weights of rows that cannot be used.
type WeightsError struct {
	Sample string // "reference" or "data"
	Reason string
}

func (e *WeightsError) Error() string {
	return fmt.Sprintf("the weights of the rows of the %s %s", e.Sample, e.Reason)
}

// CheckWeights returns a [*WeightsError] unless the weights of both samples are nil, or finite
// numbers, one for each row, with a mean of 1.
func (p Pair) CheckWeights() error {
	for _, s := range []struct {
		sample  string
		weights []float64
		rows    int
	}{{"reference", p.ReferenceWeights, p.Reference.N}, {"data", p.DataWeights, p.Data.N}} {
		if s.weights == nil {
			continue
		}
		if err := checkWeights(s.sample, s.weights, s.rows); err != nil {
			return err
		}
		const rounding = 1e-9 // of a mean of many numbers
		if mean := sum(s.weights) / float64(s.rows); math.Abs(mean-1) > rounding {
			return &WeightsError{s.sample, fmt.Sprintf("have the mean %v; want 1", mean)}
		}
	}
	return nil
}

// RelativeWeights returns the weights of the n rows of a sample, "reference" or "data", divided by
// their mean, as a [Pair] holds them. It returns a [*WeightsError] for another number of weights,
// for one that is not a finite number, and for weights whose sum is not above 0. Equal weights give
// nil.
func RelativeWeights(sample string, weights []float64, n int) ([]float64, error) {
	if err := checkWeights(sample, weights, n); err != nil {
		return nil, err
	}
	if err := checkSum(sample, weights); err != nil {
		return nil, err
	}
	mean := sum(weights) / float64(n)
	relative := make([]float64, n)
	equal := true
	for i, w := range weights {
		relative[i] = w / mean
		equal = equal && w == weights[0]
	}
	if equal {
		return nil, nil
	}
	return relative, nil
}

// checkWeights returns an error unless there are n finite numbers.
func checkWeights(sample string, weights []float64, n int) error {
	if len(weights) != n {
		return &WeightsError{sample, fmt.Sprintf("are %d numbers for %d rows", len(weights), n)}
	}
	for i, w := range weights {
		if math.IsNaN(w) || math.IsInf(w, 0) {
			return &WeightsError{sample, fmt.Sprintf("must be finite numbers; that of row %d "+
				"(counted from 0) is %v", i, w)}
		}
	}
	return nil
}

// checkSum returns an error unless the sum of weights is above 0 and finite.
func checkSum(sample string, weights []float64) error {
	total := sum(weights)
	switch {
	case total > 0 && !math.IsInf(total, 0):
		return nil
	case largestSize(weights) == 0:
		return &WeightsError{sample, "are all 0"}
	}
	return &WeightsError{sample, fmt.Sprintf("have the sum %.4g; it must be above 0", total)}
}

// The p-values of a comparison of the weights of two samples below which CheckWeightLaws warns, and
// below which it returns an error.
const oddWeights, otherWeights = 0.05, 0.001

// CheckWeightLaws compares the weights of the rows of two samples whose rows keep their weights in
// permutations. These are exchangeable only if, under the null hypothesis, the weights of both have
// one distribution. If they do not, a permutation test finds the weights.
//
// The p-value is that of the two-sample Kolmogorov-Smirnov test, which is too large if many weights
// are equal. Below 0.05 there is a warning, and below 0.001 a [*WeightsError].
func CheckWeightLaws(reference, data []float64) (warning string, err error) {
	p := twoSampleP(reference, data)
	if p >= oddWeights {
		return "", nil
	}
	text := fmt.Sprintf("are distributed unlike those of the reference (Kolmogorov-Smirnov test: "+
		"p = %.2g); a permutation, in which rows keep their weights, tests them as well as the "+
		"values", p)
	if p < otherWeights {
		return "", &WeightsError{"data", text}
	}
	return (&WeightsError{"data", text}).Error(), nil
}

// twoSampleP returns the p-value of the two-sample Kolmogorov-Smirnov test, with the approximation
// of Stephens (J. R. Stat. Soc. B 32, 1970, 115).
func twoSampleP(a, b []float64) float64 {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	n, m := float64(len(a)), float64(len(b))
	root := math.Sqrt(n * m / (n + m))
	lambda := (root + 0.12 + 0.11/root) * stat.KolmogorovSmirnov(a, nil, b, nil)
	if lambda < 0.2 { // the series converges slowly to 1
		return 1
	}
	var p float64
	for k := 1; k < 100; k++ {
		term := 2 * math.Exp(-2*float64(k*k)*lambda*lambda)
		if k%2 == 0 {
			term = -term
		}
		p += term
	}
	return min(1, max(0, p))
}

// EffectiveRows returns (Σ w)²/Σ w², the number of rows of equal weight whose sum has the same
// relative error. It is 0 if all weights are 0.
func EffectiveRows(weights []float64) float64 {
	largest := largestSize(weights)
	if largest == 0 {
		return 0
	}
	var total, squares float64
	for _, w := range weights {
		w /= largest // squares neither overflow nor vanish
		total += w
		squares += w * w
	}
	return total * total / squares
}

func sum(x []float64) (total float64) {
	for _, v := range x {
		total += v
	}
	return total
}

// largestSize returns the largest absolute value.
func largestSize(x []float64) (largest float64) {
	for _, v := range x {
		largest = max(largest, math.Abs(v))
	}
	return largest
}
