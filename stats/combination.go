package stats

import (
	"fmt"
	"math"
	"slices"
)

// Combination is a way to make one score out of the p-values p_1 ... p_m of m scales. A larger
// score is more anomalous. A score is not a p-value: it means something only once it is ranked
// among the scores of null toys, which [Calibration] does.
type Combination string

// The five combinations. The paper (arXiv:2511.03095) averages the minimum and the product of the
// p-values; Mix and Half are two readings of that.
const (
	// Mix is -½ log min_s p_s - ½ mean_s log p_s: the average of the minimum and of the product (as
	// the geometric mean) on the log scale. The default.
	Mix Combination = "mix"
	// Half is -log[(min_s p_s + Π_s p_s)/2]: the average of the minimum and the product taken
	// literally, which is nearly the minimum.
	Half Combination = "half"
	// Min is -log min_s p_s.
	Min Combination = "min"
	// Fisher is -Σ_s log p_s: the product.
	Fisher Combination = "fisher"
	// Cauchy is mean_s tan(π(½ - p_s)) (Liu and Xie, J. Am. Stat. Assoc. 115, 2020).
	Cauchy Combination = "cauchy"
)

// Combinations lists every combination, the default first.
func Combinations() []Combination { return []Combination{Mix, Half, Min, Fisher, Cauchy} }

// ParseCombination returns the combination of that name. The error of an unknown name lists the
// known ones.
func ParseCombination(name string) (Combination, error) {
	if c := Combination(name); slices.Contains(Combinations(), c) {
		return c, nil
	}
	return "", fmt.Errorf("stats: unknown combination %q: want one of %v", name, Combinations())
}

// Score combines the p-values of one row, each in (0, 1]. It is finite for them, and NaN for an
// empty p or a combination that is not one of [Combinations].
func (c Combination) Score(p []float64) float64 {
	row := newSums()
	for _, v := range p {
		row.add(c.term(v))
	}
	score, _ := row.score(c, len(p))
	return score
}

// term is what one scale adds: -log p, or for Cauchy the cotangent of πp.
func (c Combination) term(p float64) float64 {
	switch {
	case c != Cauchy:
		return 0 - math.Log(p) // 0, not -0, at p = 1
	case p < 0.5:
		return 1 / math.Tan(math.Pi*p) // full precision where p is small
	default:
		return math.Tan(math.Pi * (0.5 - p))
	}
}

// join makes the score of a row out of the sum and the largest of its m terms.
func (c Combination) join(total, largest float64, m int) float64 {
	if m == 0 {
		return math.NaN()
	}
	switch c {
	case Mix:
		return (largest + total/float64(m)) / 2
	case Half:
		// -log[(e^-largest + e^-total)/2], largest <= total
		return largest + math.Ln2 - math.Log1p(math.Exp(largest-total))
	case Min:
		return largest
	case Fisher:
		return total
	case Cauchy:
		return total / float64(m)
	}
	return math.NaN()
}

// sums gathers the terms of one row.
type sums struct{ total, magnitude, largest float64 }

func newSums() sums { return sums{largest: math.Inf(-1)} }

func (s *sums) add(term float64) {
	s.total += term
	s.magnitude += math.Abs(term)
	s.largest = max(s.largest, term)
}

// score returns the row's score, and the size of what was summed, to which rounding errors are
// relative. The two are the same but for Cauchy, whose terms have both signs.
func (s *sums) score(c Combination, m int) (score, size float64) {
	score = c.join(s.total, s.largest, m)
	if c == Cauchy {
		return score, s.magnitude / float64(m)
	}
	return score, score
}
