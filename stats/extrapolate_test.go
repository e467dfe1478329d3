package stats

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// A tail of quantiles of a generalized Pareto distribution has their shape, scale and survival.
func TestNewTail(t *testing.T) {
	t.Parallel()
	const n, toys = 2000, 10_000
	for _, shape := range []float64{0, 0.3, 0.8} {
		want := paretoTail{threshold: 5, share: float64(n) / toys, shape: shape, scale: 2}
		sorted := make([]float64, toys-n)
		for i := range n {
			above := 1 - (float64(i)+0.5)/n
			x := -math.Log(above) * 2
			if shape > 0 {
				x = 2 / shape * (math.Pow(above, -shape) - 1)
			}
			sorted = append(sorted, 5+x)
		}
		for i := range sorted[:toys-n] {
			sorted[i] = 5 - 0.0005*float64(toys-n-i)
		}
		got, ok := newTail(sorted, n, heavyShapes)
		if !ok || math.Abs(got.shape-shape) > 0.02 || math.Abs(got.scale-2) > 0.05 {
			t.Errorf("shape %v: the tail is %+v", shape, got)
		}
		for _, v := range []float64{6, 10, 20} {
			if a, b := got.survival(v), want.survival(v); math.Abs(math.Log(a/b)) > 0.15 {
				t.Errorf("shape %v: P(T > %v) = %v, want %v", shape, v, a, b)
			}
		}
	}
	if _, ok := newTail(make([]float64, 200), 40, heavyShapes); ok {
		t.Error("equal values have a tail")
	}
}

// The Anderson-Darling check refuses 5% of the exponential tails at 5%, and a uniform tail always.
// The count of 1,000 is within 3.3 standard deviations of 50 with a probability of 99.9%.
func TestGoodnessOfTail(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 1))
	refused := 0
	for range 1000 {
		sorted := make([]float64, 300)
		for i := range sorted {
			sorted[i] = r.ExpFloat64()
		}
		slices.Sort(sorted)
		tail, ok := newTail(sorted, 60, exponentialShape)
		if !ok {
			t.Fatal("the tail is missing")
		}
		if tail.goodness(sorted) < tailGoodness {
			refused++
		}
	}
	if math.Abs(float64(refused)-50) > 3.3*math.Sqrt(1000*0.05*0.95) {
		t.Errorf("%d of 1000 exponential tails are refused", refused)
	}
	sorted := make([]float64, 1000)
	for i := range sorted {
		sorted[i] = float64(i)
	}
	tail, _ := newTail(sorted, 200, exponentialShape)
	if p := tail.goodness(sorted); p >= 0.01 {
		t.Errorf("a uniform tail has p = %v", p)
	}
}

func TestSmoothNull(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	draws := map[string]func() float64{
		smoothChiSquare: func() float64 { return distuv.ChiSquared{K: 7, Src: r}.Rand() },
		smoothGamma:     func() float64 { return distuv.Gamma{Alpha: 3, Beta: 4, Src: r}.Rand() },
		smoothPareto:    func() float64 { return math.Exp(1.5 * r.NormFloat64()) },
		smoothRanks:     func() float64 { return 3 },
	}
	for want, draw := range draws {
		values := make([]float64, 400)
		for i := range values {
			values[i] = draw()
		}
		s := newSmoothNull(values, "")
		if s.method != want {
			t.Errorf("%s: smoothed by %s", want, s.method)
		}
		before := 1.0
		for _, v := range []float64{-1, 0, 0.5, 1, 2, 4, 10, 100, 1e4} {
			p := s.p(v, 0)
			if !(p > 0 && p < 1) || p > before {
				t.Errorf("%s: p = %v at %v, after %v", want, p, v, before)
			}
			before = p
		}
	}
}

// extrapolated returns 300 chi-square statistics as toys, extrapolated at a statistic.
func extrapolated(at float64) (Extrapolation, error) {
	r := rand.New(rand.NewPCG(2, 2))
	null := make([]NullToy, 300)
	for i := range null {
		null[i].T = []float64{distuv.ChiSquared{K: 5, Src: r}.Rand()}
	}
	return Extrapolate(null, []float64{at}, Group{Combine: Mix, Columns: []int{0}},
		Resampling{Sets: 50, Draw: r.IntN})
}

// For one seed, the true p-values are inside the intervals.
func TestExtrapolate(t *testing.T) {
	t.Parallel()
	for _, z := range []float64{3, 4} {
		p := distuv.UnitNormal.Survival(z)
		e, err := extrapolated(distuv.ChiSquared{K: 5}.Quantile(1 - p))
		if err != nil {
			t.Fatal(err)
		}
		if e.Interval[0] > p || e.Interval[1] < p || e.P < e.Interval[0] || e.P > e.Interval[1] ||
			e.Z != Z(e.P) || math.Abs(math.Log(e.P/p)) > math.Log(5) {
			t.Errorf("Z = %v: p = %v, interval %v, want %v", z, e.P, e.Interval, p)
		}
		if !slices.Equal(e.Methods, []string{smoothChiSquare}) || e.Exceedances > 60 ||
			e.Exceedances < fewestExceedances || e.Goodness < tailGoodness {
			t.Errorf("Z = %v: %+v", z, e)
		}
	}
}

func TestExtrapolateRefuses(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	group := Group{Combine: Mix, Columns: []int{0}}
	toys := func(n int, draw func() float64) []NullToy {
		null := make([]NullToy, n)
		for i := range null {
			null[i].T = []float64{draw()}
		}
		return null
	}
	failed := toys(200, r.NormFloat64)
	failed[3] = NullToy{Failed: true}
	for want, c := range map[string]struct {
		null []NullToy
		t    float64
	}{
		"there are 99 null toys":   {toys(99, r.NormFloat64), 9},
		"some null toys failed":    {failed, 9},
		"null toys are as extreme": {toys(200, r.NormFloat64), 1},
		"below 3.4e-06":            {toys(200, r.ExpFloat64), 40},
		"no generalized Pareto":    {toys(200, func() float64 { return float64(r.IntN(3)) }), 9},
		"an observed statistic is": {toys(200, r.NormFloat64), math.Inf(1)},
		"says next to nothing": {toys(200, func() float64 {
			return math.Exp(r.NormFloat64())
		}), 60},
	} {
		_, err := Extrapolate(c.null, []float64{c.t}, group, Resampling{Sets: 50, Draw: r.IntN})
		var refused *TailError
		if !errors.As(err, &refused) || !strings.Contains(refused.Reason, want) {
			t.Errorf("want %q, the error is %v", want, err)
		}
	}
	_, err := Extrapolate(toys(200, r.NormFloat64), []float64{math.NaN()}, group,
		Resampling{Sets: 50, Draw: r.IntN})
	if err == nil || errors.As(err, new(*TailError)) {
		t.Errorf("the error of NaN is %v", err)
	}
}

// Statistics in nested groups have a p-value near that of many more toys: within a factor of 10,
// for one seed.
func TestExtrapolateGroups(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(6, 6))
	group := Group{Combine: Harmonic, Groups: []Group{
		{Combine: Mix, Columns: []int{0, 1}}, {Combine: Cauchy, Weight: 2, Columns: []int{2, 3}}}}
	draw := func() NullToy {
		common := r.NormFloat64()
		row := make([]float64, 4)
		for i := range row {
			row[i] = (common + r.NormFloat64()) * (common + r.NormFloat64())
		}
		row[3] = math.Exp(row[3] / 2)
		return NullToy{T: row}
	}
	many := make([]NullToy, 20_000)
	for i := range many {
		many[i] = draw()
	}
	c, err := CalibrateGroups(many, 4, group)
	if err != nil {
		t.Fatal(err)
	}
	observed := []float64{14, 13, 9, 50}
	s, err := c.Test(observed)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Extrapolate(many[:400], observed, group, Resampling{Sets: 20, Draw: r.IntN})
	if err != nil {
		t.Fatal(err)
	}
	if s.ZBound || math.Abs(math.Log(e.P/s.P)) > math.Log(10) {
		t.Errorf("p = %v from 400 toys, %v from 20,000", e.P, s.P)
	}
}

func ExampleExtrapolate() {
	e, err := extrapolated(25)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("Z = %.1f, from %d exceedances of a %s distribution\n", e.Z, e.Exceedances,
		e.Methods[0])
	// Output:
	// Z = 3.7, from 60 exceedances of a chi-square distribution
}
