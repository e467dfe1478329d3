package stats

import (
	"fmt"
	"math"
	"slices"
)

// Combination names a function that combines the p-values p_1 ... p_m of m scales into one score. A
// larger score is more anomalous. A score is not a p-value: [Calibration] turns it into one by its
// rank among the scores of null toys.
type Combination string

// The six combinations. The paper (arXiv:2511.03095) averages the minimum and the product of the
// p-values. Mix and Half are two interpretations of this average.
const (
	// Mix is -½ log min_s p_s - ½ mean_s log p_s: the average of the minimum and of the product (as
	// the geometric mean) on the log scale. The default.
	Mix Combination = "mix"
	// Half is -log[(min_s p_s + Π_s p_s)/2]: the average of the minimum and the product themselves.
	// The product is far smaller, so that Half nearly equals Min.
	Half Combination = "half"
	// Min is -log min_s p_s (Tippett, The Methods of Statistics, 1931).
	Min Combination = "min"
	// Fisher is -Σ_s log p_s, minus the logarithm of the product (Fisher, Statistical Methods for
	// Research Workers, 1932).
	Fisher Combination = "fisher"
	// Cauchy is mean_s tan(π(½ - p_s)) (Liu and Xie, J. Am. Stat. Assoc. 115, 2020).
	Cauchy Combination = "cauchy"
	// Harmonic is mean_s 1/p_s, the inverse of the harmonic mean (Wilson, PNAS 116, 2019).
	Harmonic Combination = "harmonic"
)

// Combinations returns every combination, the default first.
func Combinations() []Combination { return []Combination{Mix, Half, Min, Fisher, Cauchy, Harmonic} }

// ParseCombination returns the combination of the given name. It returns an error that lists the
// known names if there is none.
func ParseCombination(name string) (Combination, error) {
	if c := Combination(name); slices.Contains(Combinations(), c) {
		return c, nil
	}
	return "", fmt.Errorf("stats: unknown combination %q: want one of %v", name, Combinations())
}

// Score returns the combination of the p-values of one row, each in (0, 1]. It is finite for such
// p-values, and NaN if p is empty or c is not one of [Combinations].
func (c Combination) Score(p []float64) float64 {
	row := newSums()
	for _, v := range p {
		row.add(c.term(v))
	}
	score, _ := row.score(c, len(p))
	return score
}

// term is what one scale adds: -log p, for Cauchy the cotangent of πp, and for Harmonic 1/p.
func (c Combination) term(p float64) float64 {
	switch {
	case c == Harmonic:
		return 1 / p
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
	case Cauchy, Harmonic:
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

// weigh adds a term with a weight, which divides the p-value in the largest term.
func (s *sums) weigh(term, weight float64) {
	s.total += weight * term
	s.magnitude += math.Abs(weight * term)
	s.largest = max(s.largest, term+math.Log(weight))
}

// score returns the row's score, and the size of the sum, to which rounding errors are relative.
// The two are the same except for Cauchy, whose terms have both signs.
func (s *sums) score(c Combination, m int) (score, size float64) {
	score = c.join(s.total, s.largest, m)
	if c == Cauchy {
		return score, s.magnitude / float64(m)
	}
	return score, score
}
