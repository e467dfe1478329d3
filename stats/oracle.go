package stats

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// OracleInput describes two hypotheses by a sample of single events with their log-ratios. The
// sample may be a quadrature grid, or come from any proposal density that covers both hypotheses. A
// large share of it should lie where the hypotheses differ, which limits the accuracy of the
// result.
type OracleInput struct {
	// Y holds y = log(n_alt(x)/n_0(x)) for each event of the sample, all finite. The densities n
	// include the total counts if the number of events is Poisson, and are normalized if it is
	// fixed.
	Y []float64
	// NullWeight and AltWeight are weights, none negative, with which the sample represents each
	// hypothesis: Σ NullWeight h(Y) is the mean of h(y) over single events under the null, and
	// Σ AltWeight h(Y) that under the alternative. Both are normalized to a sum of 1.
	NullWeight, AltWeight []float64
	// NullCount and AltCount are the expected numbers of events. If Fixed, they are the number of
	// events, the same for both.
	NullCount, AltCount float64
	// Fixed reports that the number of events does not fluctuate, instead of being Poisson.
	Fixed bool
}

// OracleResult is the power and the median significance of the ideal test.
type OracleResult struct {
	// Power is the probability of a rejection under the alternative.
	Power float64
	// MedianZ is the significance of the p-value at the median of the statistic under the
	// alternative, and at least 0. (The median p-value exceeds one half only if a single value of
	// the statistic carries much probability.)
	MedianZ float64
	// MedianZBound reports that the p-value is too small to be computed. MedianZ is then a lower
	// bound.
	MedianZBound bool
}

// OraclePower returns the power at size alpha of the likelihood-ratio test of the true alternative
// and its median significance. No other test of that size has more power (Neyman and Pearson, Phil.
// Trans. R. Soc. A 231, 1933, 289).
//
// The statistic is the log-likelihood ratio up to a constant,
//
//	T = Σ y     over the events.
//
// Its distribution is that of a compound Poisson sum, or of a sum of a fixed number of terms. It is
// computed from the characteristic function by FFT, without simulation. The test rejects if P_0(T
// >= t) <= alpha, without randomization. If T takes single values with appreciable probability,
// such as that of no event in a signal region almost without background, the size is below alpha,
// and the power is that of the smaller size. A randomized test of size alpha has more power.
//
// If the hypotheses do not differ (every y is 0, or all are equal for a fixed number of events),
// every test of size alpha has power alpha. The result is then alpha, with a median Z of 0.
//
// An event whose log-ratio is so large that the null practically never yields it decides alone:
// every toy with such an event is rejected. Its probability enters the power in closed form.
//
// The numerical error of the power is about 1e-4; a random sample Y adds its sampling error.
// OraclePower returns the error of [OracleInput.Validate], and one if the result is not finite.
func OraclePower(o OracleInput, alpha float64) (OracleResult, error) {
	if err := o.Validate(alpha); err != nil {
		return OracleResult{}, fmt.Errorf("stats: oracle power: %w", err)
	}
	rest, none := o.withoutDecisive()
	if none < outside {
		return OracleResult{Power: 1, MedianZ: Z(smallestFloor), MedianZBound: true}, nil
	}
	y := rest.Y
	if o.Fixed {
		y = shifted(y, rest.NullWeight)
	}
	null := hypothesis{{rest.NullCount, rest.NullWeight, o.Fixed}}
	alternative := hypothesis{{rest.AltCount, rest.AltWeight, o.Fixed}}
	return mixedPower{y, null, alternative, none}.at(alpha)
}

// withoutDecisive returns the hypotheses without their decisive events, and the probability that a
// sample of the alternative has none of them.
//
// An event is decisive if its y is at least b = 128 + log(1 + N) with N the expected number of
// events of the alternative. Let D be the difference of the expected numbers. The density of T
// under the alternative is e^(T-D) times that under the null. T of the null therefore exceeds D +
// 37 with a probability below e^-37, and the sum of the other events of an alternative sample falls
// below D - 37 - E with such a probability, if E decisive events are expected. A number m of them
// has a probability below e^-37 unless E is at most 37 + m (1 + log E). Then m b exceeds 74 + E,
// and the sample exceeds every sample of the null. The null itself has a decisive event with a
// probability of at most N e^-b. A fixed number of events gives the same bound.
func (o OracleInput) withoutDecisive() (rest OracleInput, none float64) {
	bound := 128 + math.Log1p(o.AltCount)
	rest = o
	if !slices.ContainsFunc(o.Y, func(y float64) bool { return y >= bound }) {
		return rest, 1
	}
	rest.Y, rest.NullWeight, rest.AltWeight = nil, nil, nil
	var nullBelow, nullAbove, altBelow, altAbove float64
	for i, y := range o.Y {
		if y >= bound {
			nullAbove, altAbove = nullAbove+o.NullWeight[i], altAbove+o.AltWeight[i]
			continue
		}
		nullBelow, altBelow = nullBelow+o.NullWeight[i], altBelow+o.AltWeight[i]
		rest.Y = append(rest.Y, y)
		rest.NullWeight = append(rest.NullWeight, o.NullWeight[i])
		rest.AltWeight = append(rest.AltWeight, o.AltWeight[i])
	}
	decisive := altAbove / (altBelow + altAbove)
	if o.Fixed {
		none = math.Exp(o.AltCount * math.Log1p(-decisive))
	} else {
		none = math.Exp(-o.AltCount * decisive)
		rest.NullCount *= nullBelow / (nullBelow + nullAbove)
		rest.AltCount *= altBelow / (altBelow + altAbove)
	}
	if altBelow == 0 { // no event is left, of whichever weights
		rest.AltWeight = rest.NullWeight
	}
	return rest, none
}

// Validate returns an error if the slices differ in length or are empty, if a value is not finite,
// if a weight is negative, if all weights of a hypothesis are 0, if a count is outside (0, 1e12],
// if the size alpha is outside [1e-10, 1), or, if Fixed, unless both counts are one integer.
func (o OracleInput) Validate(alpha float64) error {
	if !(alpha >= 1e-10 && alpha < 1) {
		return fmt.Errorf("size %v is not in [1e-10, 1)", alpha)
	}
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
		return fmt.Errorf("a fixed number of events is one integer, not %v and %v",
			o.NullCount, o.AltCount)
	}
	return nil
}

// shifted returns y less its value at the row of largest weight. This shifts a sum of a fixed
// number of terms by a constant. If most events share one value (no signal near them), that value
// moves to node 0 of the grid, where it causes no rounding errors.
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

// mixedPower compares the distributions of the sum of y under two hypotheses. A sample of the
// alternative is one of these sums with probability none, and lies above every sample of the null
// otherwise.
type mixedPower struct {
	y                 []float64
	null, alternative hypothesis
	none              float64
}

// at returns the power at size alpha and the median significance.
func (m mixedPower) at(alpha float64) (OracleResult, error) {
	laws, err := sumDistributions(m.y, m.null, m.alternative)
	if err != nil {
		return OracleResult{}, fmt.Errorf("stats: oracle power: %w", err)
	}
	above := 1 - m.none
	result := OracleResult{Power: above + m.none*alpha}
	floor := smallestFloor
	p := 0.0 // of the median of the alternative
	if laws != nil {
		p0, p1 := laws[0], laws[1]
		result.Power = above + m.none*p1.atLeast(p0.threshold(alpha))
		floor = p0.floor
		if above < 0.5 {
			p = p0.atLeast(p1.quantile(0.5 / m.none))
		}
	} else if above < 0.5 {
		return result, nil
	}
	if p < floor {
		p = floor
		result.MedianZBound = true
	}
	result.MedianZ = max(0, Z(p))
	if math.IsNaN(result.Power) || math.IsNaN(result.MedianZ) {
		return OracleResult{}, errors.New("stats: oracle power: the result is not a number")
	}
	return result, nil
}
