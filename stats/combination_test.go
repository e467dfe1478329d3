package stats

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Golden values: testdata/goldens.py, the formulas as they stand.
func TestScore(t *testing.T) {
	p := []float64{0.01, 0.2, 0.5, 0.9}
	for c, want := range map[Combination]float64{
		Mix:    3.1792245673240407,
		Half:   5.212139670306985,
		Min:    4.605170185988091,
		Fisher: 7.013115794639963,
		Cauchy: 7.529803584267443,

		Harmonic: (100 + 5 + 2 + 1/0.9) / 4,
	} {
		if got := c.Score(p); !near(got, want, 1e-12) {
			t.Errorf("%s: score %.16g, want %.16g", c, got, want)
		}
	}
}

// The product of many small p-values underflows; the scores do not.
func TestScoreUnderflow(t *testing.T) {
	p := slices.Repeat([]float64{1e-6}, 100)
	for c, want := range map[Combination]float64{
		Half:   6*math.Ln10 + math.Ln2,
		Fisher: 600 * math.Ln10,
	} {
		if got := c.Score(p); !near(got, want, 1e-12) {
			t.Errorf("%s: score %v, want %v", c, got, want)
		}
	}
}

func TestScoreEdges(t *testing.T) {
	for _, c := range Combinations() {
		if got := c.Score(nil); !math.IsNaN(got) {
			t.Errorf("%s: the score of no p-values is %v, want NaN", c, got)
		}
		if got := c.Score([]float64{0.5, math.NaN()}); !math.IsNaN(got) {
			t.Errorf("%s: the score of a NaN is %v, want NaN", c, got)
		}
		if got := c.Score([]float64{1, 1}); c != Cauchy && c != Harmonic &&
			(got != 0 || math.Signbit(got)) {
			t.Errorf("%s: the score of p = 1 is %v, want 0", c, got)
		} else if math.IsInf(got, 0) {
			t.Errorf("%s: the score of p = 1 is %v", c, got)
		}
	}
	if got := Combination("sum").Score([]float64{0.5}); !math.IsNaN(got) {
		t.Errorf("the score of an unknown combination is %v, want NaN", got)
	}
}

// A smaller p-value at any scale never lowers a score.
func TestScoreMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(1e-6, 1), 1, 12).Draw(t, "p")
		q := slices.Clone(p)
		q[rapid.IntRange(0, len(p)-1).Draw(t, "scale")] *= rapid.Float64Range(1e-3, 1).Draw(t,
			"factor")
		for _, c := range Combinations() {
			if a, b := c.Score(p), c.Score(q); b < a-1e-12*math.Abs(a) {
				t.Fatalf("%s: %v scores %v, %v scores %v", c, p, a, q, b)
			}
		}
	})
}

func TestParseCombination(t *testing.T) {
	for _, c := range Combinations() {
		if got, err := ParseCombination(string(c)); got != c || err != nil {
			t.Errorf("ParseCombination(%q) = %q, %v", c, got, err)
		}
	}
	_, err := ParseCombination("product")
	if err == nil || !strings.Contains(err.Error(), `"product"`) ||
		!strings.Contains(err.Error(), "mix half min fisher cauchy") {
		t.Errorf("the error must name what was given and what is known: %v", err)
	}
}
