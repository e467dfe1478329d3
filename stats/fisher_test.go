package stats

import (
	"math"
	"testing"
)

// The p-values of FisherExact and FisherMore are sums of exact fractions (Python's math.comb and
// fractions.Fraction), which were rounded at the end.
func TestFisherExact(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		counts    Counts
		two, more float64
	}{
		{Counts{3, 4, 1, 4}, 0.4857142857142857, 0.24285714285714285}, // the lady tasting tea
		{Counts{0, 500, 60, 200}, 1.5579327943316293e-36, 1},
		{Counts{8, 150, 0, 500}, 6.946236284881656e-06, 6.946236284881656e-06},
		{Counts{1, 10, 9, 10}, 0.001093333910671372, 0.9999945874558878},
		{Counts{61, 1500, 0, 3000}, 3.43481636361409e-30, 3.43481636361409e-30},
		{Counts{5, 40, 12, 200}, 0.17182442092110012, 0.1318237652313696},
		{Counts{700, 1000, 5000, 9000}, 7.434364416896273e-19, 3.793624334991195e-19},
		{Counts{0, 7, 0, 9}, 1, 1},
		{Counts{7, 7, 9, 9}, 1, 1},
		{Counts{0, 0, 3, 9}, 1, 1},
	} {
		two, more := FisherExact(c.counts), FisherMore(c.counts)
		if math.Abs(two/c.two-1) > 1e-10 || math.Abs(more/c.more-1) > 1e-10 {
			t.Errorf("%+v: p %v and %v; want %v and %v", c.counts, two, more, c.two, c.more)
		}
		turned := Counts{c.counts.With2, c.counts.Rows2, c.counts.With1, c.counts.Rows1}
		if p := FisherExact(turned); math.Abs(p/two-1) > 1e-10 {
			t.Errorf("%+v: p %v, with the samples exchanged %v", c.counts, two, p)
		}
	}
	if p := FisherExact(Counts{2000, 2020, 0, 2000}); !(p > 0 && p < 1e-300) {
		t.Errorf("p = %v; want one that is very small and not 0", p)
	}
}
