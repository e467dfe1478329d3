package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

const digits = 160 // of the exact values, in bits

// exactExp is e^x.
func exactExp(x *big.Float) *big.Float {
	const halvings = 20
	small := new(big.Float).SetPrec(2*digits).SetMantExp(x, -halvings)
	sum, term := big.NewFloat(1).SetPrec(2*digits), big.NewFloat(1).SetPrec(2*digits)
	for i := 1; i < 30; i++ {
		term.Mul(term, small)
		term.Quo(term, big.NewFloat(float64(i)))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}

// exactLog1p is log(1+e): one step of Newton's method from a float64 squares its error.
func exactLog1p(e *big.Float) *big.Float {
	one := big.NewFloat(1).SetPrec(2 * digits)
	guess, _ := e.Float64()
	start := new(big.Float).SetPrec(2 * digits).SetFloat64(math.Log1p(guess))
	ratio := new(big.Float).Add(one, e)
	ratio.Quo(ratio, exactExp(start))
	return start.Add(start, ratio.Sub(ratio, one))
}

func ln2() *big.Float {
	sum, power := new(big.Float).SetPrec(2*digits), big.NewFloat(1).SetPrec(2*digits) // Σ 1/(n 2^n)
	for n := 1; n < 2*digits; n++ {
		power.Quo(power, big.NewFloat(2))
		sum.Add(sum, new(big.Float).Quo(power, big.NewFloat(float64(n))))
	}
	return sum
}

// ulps is the distance between a number and an exact value, in units of the number's last place.
func ulps(got float64, want *big.Float) float64 {
	value, _ := want.Float64()
	unit := math.Nextafter(math.Abs(value), math.Inf(1)) - math.Abs(value)
	difference, _ := new(big.Float).Sub(new(big.Float).SetPrec(2*digits).SetFloat64(got),
		want).Float64()
	return math.Abs(difference) / unit
}

// 2^-v is good to 2 units in the last place, exact for integers, 0 from 1023 on.
func TestExp2(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	two := ln2()
	v := []float64{0, math.SmallestNonzeroFloat64, 1e-300, 1e-17, 1e-9, 0.5, math.Nextafter(0.5, 0),
		math.Nextafter(0.5, 1), 1.5, 2.5, 1021.4, 0}
	for len(v) < 1600 {
		v = append(v, 1021.4*r.Float64(), r.Float64(), math.Exp(-40*r.Float64()),
			float64(r.IntN(1022*512))/512)
	}
	for _, path := range allPaths() {
		var worst float64
		for start := 0; start < len(v); start += step {
			k := append([]float64(nil), v[start:start+step]...)
			path.exponentials(k, step, 1)
			for i, got := range k {
				x := v[start+i]
				if x == math.Trunc(x) && got != math.Ldexp(1, -int(x)) {
					t.Errorf("%s: 2^-%v is %v", path.name(), x, got)
				}
				product := new(big.Float).SetPrec(2 * digits).SetFloat64(-x)
				worst = max(worst, ulps(got, exactExp(product.Mul(product, two))))
			}
		}
		t.Logf("%s: %.3f ulp", path.name(), worst)
		if worst > 2 {
			t.Errorf("%s: %v units in the last place", path.name(), worst)
		}
		// Close to where it ends there is no precision left, but nothing may be large.
		k := []float64{1021.5, 1021.9, 1022, 1022.4, 1022.5, 1022.6, 1022.9, 1023, 1024, 2000, 1e10,
			1e300, math.Inf(1), math.MaxFloat64, 1023.5, 4096}
		end := append([]float64(nil), k...)
		path.exponentials(k, step, 1)
		for i, got := range k {
			if got < 0 || got > 0x1p-1021 || end[i] >= 1023 && got != 0 {
				t.Errorf("%s: 2^-%v is %v", path.name(), end[i], got)
			}
		}
	}
}

// Through single rows, the functions of f in the losses: e^f - 1, log(1 + e^f), the sigmoid
// squared, and the derivatives.
func TestLossFunctions(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	f := []float64{0, 1e-60, -1e-60, 1e-16, -1e-16, 1e-8, -1e-8, 19.99, 20, -36, -40, -600,
		math.Log(2) / 2, -math.Log(2) / 2}
	for len(f) < 1200 {
		sign := float64(1 - 2*r.IntN(2))
		f = append(f, 20-60*r.Float64(), 0.2*r.NormFloat64(), sign*math.Exp(-40*r.Float64()))
	}
	one, zero, z, h := make([]float64, step), make([]float64, step), make([]float64, step),
		make([]float64, step)
	one[0], z[0] = 1, 1
	row, sums := make([]float64, step), make([]float64, 2*lanes)
	exact := func(v float64) *big.Float { return new(big.Float).SetPrec(2 * digits).SetFloat64(v) }
	for _, path := range allPaths() {
		worst := map[string]float64{}
		evaluate := func(kind LossKind, v float64, wR, wD []float64) (loss, slope float64) {
			row[0] = v
			clear(sums)
			path.loss(kind, row, wR, wD, z, step, h, sums)
			return total(sums[:lanes]) + total(sums[lanes:]), h[0]
		}
		note := func(name string, got float64, want *big.Float) {
			worst[name] = max(worst[name],
				ulps(got, want))
		}
		for _, v := range f {
			e := exactExp(exact(v))
			up := new(big.Float).Quo(e, new(big.Float).Add(e, exact(1)))
			down := new(big.Float).Quo(exact(1), new(big.Float).Add(e, exact(1)))
			mul := func(a, b *big.Float) *big.Float { return new(big.Float).Mul(a, b) }

			loss, slope := evaluate(NP, v, one, zero)
			note("e^f - 1", loss, new(big.Float).Sub(e, exact(1)))
			note("e^f", slope, e)

			loss, slope = evaluate(BCE, v, one, zero)
			note("log(1 + e^f)", loss, exactLog1p(e))
			note("sigmoid", slope, up)
			loss, slope = evaluate(BCE, v, zero, one)
			note("log(1 + e^f)", loss, exactLog1p(new(big.Float).Quo(exact(1), e)))
			note("sigmoid", -slope, down)

			loss, slope = evaluate(MSE, v, one, zero)
			note("sigmoid squared", loss, mul(up, up))
			note("its derivative", slope, mul(exact(2), mul(up, mul(up, down))))
			loss, slope = evaluate(MSE, v, zero, one)
			note("sigmoid squared", loss, mul(down, down))
			note("its derivative", -slope, mul(exact(2), mul(up, mul(down, down))))
		}
		t.Logf("%s: units in the last place: %.3v", path.name(), worst)
		for name, bound := range map[string]float64{"e^f - 1": 3, "log(1 + e^f)": 4, "e^f": 2,
			"sigmoid": 4, "sigmoid squared": 8, "its derivative": 10} {
			if worst[name] > bound {
				t.Errorf("%s: %s is off by %v units in the last place", path.name(), name,
					worst[name])
			}
		}
		for _, v := range []float64{-1e3, -1e300, 1e3, 1e300} {
			for _, kind := range []LossKind{NP, BCE, MSE} {
				loss, slope := evaluate(kind, v, one, zero)
				if math.IsNaN(loss) || math.IsNaN(slope) || slope < 0 || kind == NP && v > 0 &&
					(slope != 0 || math.Abs(loss/math.Expm1(20)-1) > 1e-15) {
					t.Errorf("%s: loss %d at %v is %v, with the derivative %v", path.name(), kind,
						v, loss, slope)
				}
			}
		}
	}
}
