package kernel

import "math"

// portable is plain Go. Products are converted to float64 before they are added, which forbids
// fused multiply-add, so that the bits of the results do not depend on the machine.
type portable struct{}

func (portable) name() string { return "portable" }

// shifter is 1.5·2^44 + 1/2. Adding it rounds a number to a multiple of 1/256, whose integer part
// and fraction are then in the low bits. The half moves the index of the tables from -128 ... 127
// to 0 ... 255.
const shifter = 3<<43 + 0.5

// The coefficients of 2^-r = 1 + r P(r) for |r| <= 1/512, with a relative error of 5e-18, and of
// the Taylor series e^r = 1 + r + r² Q(r), which is as accurate for |r| <= log(2)/512.
const (
	p0, p1, p2, p3 = -0.6931471805599453, 0.24022650695910042, -0.05550411399824505,
		0.009618129723769712
	q0, q1, q2, q3 = 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120
)

// exp2 returns 2^-v for v in [0, 1023], and 0 above.
func exp2(v float64) float64 {
	if v > 1023 {
		return 0
	}
	t := shifter - v
	r := v + (t - shifter)
	b := math.Float64bits(t)
	s := math.Float64frombits(powers[b&255] + b>>8<<52)
	return s + float64(s*float64(r*(p0+float64(r*(p1+float64(r*(p2+float64(r*p3))))))))
}

func (portable) kernels(x []float64, n, d int, mu []float64, c float64, k []float64) {
	k = k[:n]
	switch d {
	case 1:
		x, m := x[:len(k)], mu[0]
		for i := range k {
			t := m - x[i]
			k[i] = exp2(c * float64(t*t))
		}
	case 2:
		x, y, m0, m1 := x[:len(k)], x[chunk : chunk+n][:len(k)], mu[0], mu[1]
		for i := range k {
			s, t := m0-x[i], m1-y[i]
			k[i] = exp2(c * (float64(s*s) + float64(t*t)))
		}
	default:
		clear(k)
		for j, m := range mu[:d] {
			x := x[j*chunk : j*chunk+n][:len(k)]
			for i := range k {
				t := m - x[i]
				k[i] += float64(t * t)
			}
		}
		for i, v := range k {
			k[i] = exp2(c * v)
		}
	}
}

func (portable) distances(kernels int, x []float64, stride, n int, mu []float64, columns int, from,
	k, _ []float64) {
	for i := range n {
		row := x[i*stride : i*stride+columns]
		for m := range kernels {
			center := mu[m*stride : m*stride+columns][:len(row)]
			var s0, s1, s2, s3 float64
			for j := 0; j+3 < len(row); j += 4 {
				t0, t1, t2, t3 := center[j]-row[j], center[j+1]-row[j+1], center[j+2]-row[j+2],
					center[j+3]-row[j+3]
				s0 += float64(t0 * t0)
				s1 += float64(t1 * t1)
				s2 += float64(t2 * t2)
				s3 += float64(t3 * t3)
			}
			k[m*kernelColumn+i] = from[m*kernelColumn+i] + ((s0 + s2) + (s1 + s3))
		}
	}
}

func (portable) exponentials(k []float64, n int, c float64) {
	k = k[:n]
	for i, v := range k {
		k[i] = exp2(c * v)
	}
}

func (portable) gate(k []float64, n, m int, a, f, z []float64) {
	f, z = f[:n], z[:n]
	clear(f)
	clear(z)
	for i, c := range a[:m] {
		k := k[i*kernelColumn : i*kernelColumn+n]
		for r, v := range k {
			z[r] += v
			f[r] += float64(c * float64(v*v))
		}
	}
	for r, v := range z {
		v = 1 / max(v, 0x1p-500)
		z[r] = v
		f[r] *= v
	}
}

func (portable) sum(k []float64, n, m int, a, f []float64) {
	f = f[:n]
	clear(f)
	for i, c := range a[:m] {
		k := k[i*kernelColumn : i*kernelColumn+n]
		for r, v := range k {
			f[r] += float64(c * v)
		}
	}
}

// exp returns e^y for y within ±708 in three parts: with e^y = s(1 + q), it returns s, s - 1 and s
// q.
func exp(y float64) (s, less, rest float64) {
	t := float64(y*math.Log2E) + shifter
	n := t - shifter
	r := y - float64(n*ln2High) - float64(n*ln2Low)
	q := r + float64(float64(r*r)*(q0+float64(r*(q1+float64(r*(q2+float64(r*q3)))))))
	b := math.Float64bits(t)
	scale := math.Float64frombits(0x3ff<<52 + b>>8<<52)
	s = math.Float64frombits(powers[b&255]) * scale
	return s, float64(scale*powersLess1[b&255]) + (scale - 1), float64(s * q)
}

// log(2) in two parts. The product of the high part with an integer of up to 21 bits is exact.
const (
	ln2High = 0x1.62e42fee00000p-1
	ln2Low  = 0x1.a39ef35793c76p-33
)

func (portable) loss(kind LossKind, f, wR, wD, z []float64, n int, h, sums []float64) {
	f, wR, wD, z, h = f[:n], wR[:n], wD[:n], z[:n], h[:n]
	var sumR, sumD float64
	for i, v := range f {
		r, d := wR[i], wD[i]
		if kind == NP {
			s, less, rest := exp(max(min(v, MaxExponent), -700))
			sumR += float64(r * (less + rest))
			sumD -= float64(d * v)
			g := float64(r * (s + rest))
			if v > MaxExponent {
				g = 0
			}
			h[i] = z[i] * (g - d)
			continue
		}
		s, _, rest := exp(max(-math.Abs(v), -700))
		e := s + rest
		up := 1 / (1 + e) // sigmoid(f)
		down := e * up    // sigmoid(-f)
		if v < 0 {
			up, down = down, up
		}
		if kind == BCE {
			l := log1p(e)
			sumR += float64(r * (max(v, 0) + l))
			sumD += float64(d * (max(-v, 0) + l))
			h[i] = z[i] * (float64(r*up) - float64(d*down))
			continue
		}
		r *= up
		d *= down
		sumR += float64(r * up)
		sumD += float64(d * down)
		h[i] = z[i] * (2 * float64(up*down) * (r - d))
	}
	sums[0] += sumR
	sums[lanes] += sumD
}

// log1p returns log(1+e) for e in [0, 1], as 2 atanh(t) with t = e/(2+e). The relative error of the
// polynomial is 2.1e-18.
func log1p(e float64) float64 {
	t := e / (2 + e)
	s := t * t
	p := 0.07815288900461426
	for _, c := range [...]float64{
		0.03746071897775383, 0.05422589197440007, 0.05867139530651599, 0.06667589315724629,
		0.07692271982430275,
		0.09090909948981357, 0.11111111099118386, 0.1428571428580005, 0.19999999999999762,
		0.3333333333333333,
	} {
		p = float64(p*s) + c
	}
	return 2 * (t + float64(t*float64(s*p)))
}

// factors sets u, whose length is the number of rows, and returns the sum of dL/da.
func factors(gated bool, k, h, f []float64, a float64, u []float64) float64 {
	k, h, f = k[:len(u)], h[:len(u)], f[:len(u)]
	var sum float64
	if !gated {
		for i, v := range k {
			q := float64(h[i] * v)
			sum += q
			u[i] = q * a
		}
		return sum
	}
	a *= 2
	for i, v := range k {
		q := float64(h[i] * v)
		sum += float64(q * v)
		u[i] = q * (float64(a*v) - f[i])
	}
	return sum
}

func (portable) slopesOnly(gated bool, k, h, f []float64, n int, a float64, u, sums []float64) {
	sums[0] += factors(gated, k, h, f, a, u[:n])
}

func (portable) slopes(gated bool, k, h, f []float64, n int, a float64, x []float64, d int, mu, u,
	sums []float64) {
	u = u[:n]
	sums[0] += factors(gated, k, h, f, a, u)
	for j, m := range mu[:d] {
		x := x[j*chunk : j*chunk+n]
		var s0, s1, s2, s3 float64
		for i := 0; i+3 < len(x) && i+3 < len(u); i += 4 {
			s0 += float64(u[i] * (x[i] - m))
			s1 += float64(u[i+1] * (x[i+1] - m))
			s2 += float64(u[i+2] * (x[i+2] - m))
			s3 += float64(u[i+3] * (x[i+3] - m))
		}
		sums[(j+1)*lanes] += (s0 + s2) + (s1 + s3)
	}
}

func (portable) slopesFrozen(gated bool, k, h []float64, n int, sums []float64) {
	k, h = k[:n], h[:n]
	var sum float64
	for i, v := range k {
		q := float64(h[i] * v)
		if gated {
			q *= v
		}
		sum += q
	}
	sums[0] += sum
}

func (portable) moments(x []float64, stride, n int, u []float64, m int, mu []float64, columns int,
	sums, _ []float64) {
	for i := range m {
		center := mu[i*stride : i*stride+columns]
		sum := sums[i*stride : i*stride+columns][:len(center)]
		for r, g := range u[i*kernelColumn : i*kernelColumn+n] {
			if g == 0 {
				continue
			}
			row := x[r*stride : r*stride+columns][:len(center)]
			for j, c := range center {
				sum[j] += float64(g * (row[j] - c))
			}
		}
	}
}
