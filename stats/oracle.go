package stats

import (
	"errors"
	"fmt"
	"math"
)

// OracleInput describes two hypotheses to the ideal test by a sample of single events with their
// per-event log-ratios. The sample may be a quadrature grid, or come from any proposal density that
// covers both hypotheses; the result is as good as the sample where the two differ, so a good share
// of it should lie there.
type OracleInput struct {
	// Y holds y = log(n_alt(x)/n_0(x)) for each event of the sample, finite: of the densities
	// including the total counts when the number of events is Poisson, of the normalized ones when
	// it is fixed.
	Y []float64
	// NullWeight and AltWeight are the weights, none negative, that turn the sample into one of
	// either hypothesis: Σ NullWeight h(Y) is the mean of h over single events of the null, and
	// AltWeight likewise. Weights that sum to a number other than 1 are divided by their sum.
	NullWeight, AltWeight []float64
	// NullCount and AltCount are the expected numbers of events; if Fixed, the number itself, the
	// same for both.
	NullCount, AltCount float64
	// Fixed says that the number of events does not fluctuate; each event is then drawn
	// independently.
	Fixed bool
}

// OracleResult is what the ideal test achieves.
type OracleResult struct {
	// Power is the probability to reject under the alternative.
	Power float64
	// MedianZ is the significance of the p-value at the median of the statistic under the
	// alternative. It is not below 0: only a single value of the statistic that carries much
	// probability can bring the median p-value above one half.
	MedianZ float64
	// MedianZBound says that the p-value is too small to be computed: MedianZ is then a lower
	// bound.
	MedianZBound bool
}

// OraclePower returns the power at size alpha of the likelihood-ratio test of the true alternative,
// which no other test of that size exceeds (Neyman and Pearson, 1933), and its median significance.
//
// The statistic is T = Σ y over the events (the log-likelihood ratio up to a constant). Its
// distribution is that of a compound Poisson sum, or of a sum of a fixed number of terms, found
// through the characteristic function by FFT; nothing is simulated. The test rejects where P_0(T >=
// t) <= alpha, without randomization. Where T takes single values with appreciable probability,
// such as that of no event in a signal region with next to no background, the size is therefore
// below alpha and the power that of the smaller size; a randomized test of size alpha would have
// more.
//
// If the hypotheses do not differ (every y is 0, or the same for a fixed number of events), every
// test of size alpha has power alpha; that is returned, with a median Z of 0.
//
// The numerical error of the power is of the order of 1e-4; a Y that is a random sample adds its
// sampling error. It is an error if the slices differ in length or are empty, if a value is not
// finite or a weight negative, if all weights of a hypothesis are 0, if a count is outside (0,
// 1e12] (or, if Fixed, the counts are not one whole number), and if alpha is outside [1e-10, 1).
func OraclePower(o OracleInput, alpha float64) (OracleResult, error) {
	if err := o.check(); err != nil {
		return OracleResult{}, fmt.Errorf("stats: oracle power: %w", err)
	}
	if !(alpha >= 1e-10 && alpha < 1) {
		return OracleResult{}, fmt.Errorf("stats: oracle power: size %v is not in [1e-10, 1)",
			alpha)
	}
	y := o.Y
	if o.Fixed {
		y = shifted(y, o.NullWeight)
	}
	null := hypothesis{{o.NullCount, o.NullWeight, o.Fixed}}
	alternative := hypothesis{{o.AltCount, o.AltWeight, o.Fixed}}
	return likelihoodRatio(y, null, alternative, alpha)
}

// check returns what is wrong with the input.
func (o OracleInput) check() error {
	if len(o.Y) == 0 {
		return errors.New("there are no log-ratios")
	}
	if len(o.NullWeight) != len(o.Y) || len(o.AltWeight) != len(o.Y) {
		return fmt.Errorf("%d log-ratios, but %d null and %d alternative weights", len(o.Y),
			len(o.NullWeight), len(o.AltWeight))
	}
	for i, v := range o.Y {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("log-ratio %d is %v", i, v)
		}
	}
	for _, h := range []struct {
		name   string
		weight []float64
		count  float64
	}{{"null", o.NullWeight, o.NullCount}, {"alternative", o.AltWeight, o.AltCount}} {
		var sum float64
		for i, w := range h.weight {
			if !(w >= 0) {
				return fmt.Errorf("%s weight %d is %v", h.name, i, w)
			}
			sum += w
		}
		if !(sum > 0) || math.IsInf(sum, 0) {
			return fmt.Errorf("the %s weights sum to %v", h.name, sum)
		}
		if !(h.count > 0 && h.count <= 1e12) {
			return fmt.Errorf("the %s hypothesis expects %v events", h.name, h.count)
		}
	}
	if o.Fixed && (o.NullCount != o.AltCount || o.NullCount != math.Trunc(o.NullCount)) {
		return fmt.Errorf("a fixed number of events is one whole number, not %v and %v",
			o.NullCount, o.AltCount)
	}
	return nil
}

// shifted returns y less its value at the row of largest weight. A sum of a fixed number of terms
// only moves by a constant, and where most events share one value (no signal near them) that value
// becomes the node 0 of the grid, where it takes no part in the numerical work.
func shifted(y, weight []float64) []float64 {
	likeliest := 0
	for i, w := range weight {
		if w > weight[likeliest] {
			likeliest = i
		}
	}
	out := make([]float64, len(y))
	for i, v := range y {
		out[i] = v - y[likeliest]
	}
	return out
}

// likelihoodRatio compares the distributions of the sum of y under two hypotheses.
func likelihoodRatio(y []float64, null, alternative hypothesis, alpha float64) (OracleResult,
	error) {
	laws, err := sumDistributions(y, null, alternative)
	if err != nil {
		return OracleResult{}, fmt.Errorf("stats: oracle power: %w", err)
	}
	if laws == nil {
		return OracleResult{Power: alpha}, nil
	}
	p0, p1 := laws[0], laws[1]
	result := OracleResult{Power: p1.atLeast(p0.threshold(alpha))}
	p := p0.atLeast(p1.median())
	if p < p0.floor {
		p = p0.floor
		result.MedianZBound = true
	}
	result.MedianZ = max(0, Z(p))
	return result, nil
}
