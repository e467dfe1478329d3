package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Besides its own value, a number of coordinates can be one of these.
const (
	general = 0  // any number, in a loop
	frozen  = -1 // none: the centroids have no gradient
)

// What 1.5·2^52 is added to is rounded to an integer, which stands in the low bits.
const shifter = 3 << 51

func dims(d int) string {
	switch d {
	case general:
		return ""
	case frozen:
		return "Frozen"
	default:
		return fmt.Sprint(d)
	}
}

// kernels emits the first pass over a chunk, for one kernel: k = 2^-min(c·|x-mu|², 1023).
func (g *assembler) kernels(d int) {
	signature := "x *float64, n int, mu *float64, c float64, k *float64"
	if d == general {
		signature = "x *float64, n int, d int, mu *float64, c float64, k *float64"
	}
	g.text("kernels"+dims(d), signature, "sets k[:n] to 2^-min(c·|x-mu|², 1023) for the rows of "+
		"a chunk.")
	x, n, mu, k := g.arg("x"), g.arg("n"), g.arg("mu"), g.arg("k")
	var count reg.GPVirtual
	if d == general {
		count = g.arg("d")
	}
	c, err := g.Param("c").Resolve()
	if err != nil {
		panic(err)
	}
	e := g.newExp2(g.fill(c.Addr))
	var centers []reg.VecVirtual
	for j := range d {
		centers = append(centers, g.fill(at(mu, 8*j)))
	}
	g.loop("rows", n, rows, func() {
		var v []reg.VecVirtual
		if d == general {
			v = g.zeros(g.count(rows))
			column, center, j := g.GP64(), g.GP64(), g.GP64()
			g.MOVQ(x, column)
			g.MOVQ(mu, center)
			g.MOVQ(count, j)
			g.loop("columns", j, 1, func() {
				m := g.fill(at(center, 0))
				for u := range v {
					t := g.vector()
					g.VSUBPD(at(column, u*g.wide()), m, t)
					g.VFMADD231PD(t, t, v[u])
				}
				g.ADDQ(operand.U32(chunkColumn), column)
				g.ADDQ(operand.U32(8), center)
			})
		}
		for u := 0; u < g.count(rows); u += together {
			place := func(i int) operand.Mem { return at(k, (u+i)*g.wide()) }
			if d == general {
				e.store(v[u:u+together], place)
				continue
			}
			r := g.vectors(together)
			for j, m := range centers {
				for i := range r {
					t := g.vector()
					g.VSUBPD(at(x, j*chunkColumn+(u+i)*g.wide()), m, t)
					if j == 0 {
						g.VMULPD(t, t, r[i])
					} else {
						g.VFMADD231PD(t, t, r[i])
					}
				}
			}
			e.store(r, place)
		}
		g.ADDQ(operand.U32(8*rows), x)
		g.ADDQ(operand.U32(8*rows), k)
	})
	g.ret()
}

// exponentials emits the first pass over a block, after the distances.
func (g *assembler) exponentials() {
	g.text("exponentials", "k *float64, n int, c float64",
		"replaces squared distances r by 2^-min(c·r, 1023).")
	n, k := g.arg("n"), g.arg("k")
	c, err := g.Param("c").Resolve()
	if err != nil {
		panic(err)
	}
	e := g.newExp2(g.fill(c.Addr))
	g.loop("rows", n, rows, func() {
		for u := 0; u < g.count(rows); u += together {
			place := func(i int) operand.Mem { return at(k, (u+i)*g.wide()) }
			v := g.vectors(together)
			for i := range v {
				g.VMOVUPD(place(i), v[i])
			}
			e.store(v, place)
		}
		g.ADDQ(operand.U32(8*rows), k)
	})
	g.ret()
}

// exp2 emits 2^-min(c·v, 1023). At 1023 the exponent's bits become 0, and so does the result.
type exp2 struct {
	*assembler
	c, limit, magic reg.VecVirtual
}

func (g *assembler) newExp2(c reg.VecVirtual) exp2 {
	return exp2{assembler: g, c: c, limit: g.broadcast(1023), magic: g.broadcast(shifter)}
}

// store writes the results for some vectors v, which it overwrites.
func (e exp2) store(v []reg.VecVirtual, m func(u int) operand.Mem) {
	n := len(v)
	exponent := e.vectors(n)
	for u := range v {
		e.VMULPD(e.c, v[u], v[u])
		e.VMINPD(e.limit, v[u], v[u])
	}
	for u := range v {
		t := e.vector()
		e.VSUBPD(v[u], e.magic, exponent[u])
		e.VSUBPD(e.magic, exponent[u], t)
		e.VADDPD(t, v[u], v[u])
		e.VPSLLQ(operand.U8(52), exponent[u], exponent[u])
	}
	p := e.polynomial(v, append([]float64{1}, exp2Coefficients...))
	for u := range v {
		e.VPADDQ(exponent[u], p[u], p[u])
		e.VMOVUPD(p[u], m(u))
	}
}

// together is how many vectors are interleaved.
const together = 2

// gate emits the second pass: f, and the reciprocal of Z.
func (g *assembler) gate(gated bool) {
	name, signature := "sum", "k *float64, n int, m int, a *float64, f *float64"
	doc := "sets f[:n] to Σ a k."
	if gated {
		name, signature = "gate", signature+", z *float64"
		doc = "sets z[:n] to 1/Z, Z = max(Σ k, 2^-500), and f[:n] to Σ a k²/Z."
	}
	g.text(name, signature, doc)
	k, n, m, a, f := g.arg("k"), g.arg("n"), g.arg("m"), g.arg("a"), g.arg("f")
	var z reg.GPVirtual
	if gated {
		z = g.arg("z")
	}
	g.loop("rows", n, rows, func() {
		kernel, coefficient, i := g.GP64(), g.GP64(), g.GP64()
		g.MOVQ(k, kernel)
		g.MOVQ(a, coefficient)
		g.MOVQ(m, i)
		sum := g.zeros(g.count(rows))
		var total []reg.VecVirtual
		if gated {
			total = g.zeros(g.count(rows))
		}
		g.loop("kernels", i, 1, func() {
			c := g.fill(at(coefficient, 0))
			for u := range sum {
				if gated {
					t := g.vector()
					g.VMOVUPD(at(kernel, u*g.wide()), t)
					g.VADDPD(t, total[u], total[u])
					g.VMULPD(t, t, t)
					g.VFMADD231PD(t, c, sum[u])
				} else {
					g.VFMADD231PD(at(kernel, u*g.wide()), c, sum[u])
				}
			}
			g.ADDQ(operand.U32(kernelColumn), kernel)
			g.ADDQ(operand.U32(8), coefficient)
		})
		if gated {
			least, one := g.broadcast(math.Ldexp(1, -500)), g.broadcast(1)
			for u := range sum {
				g.VMAXPD(least, total[u], total[u])
				g.VDIVPD(total[u], one, total[u])
				g.VMOVUPD(total[u], at(z, u*g.wide()))
				g.VMULPD(total[u], sum[u], sum[u])
			}
			g.ADDQ(operand.U32(8*rows), z)
		}
		for u := range sum {
			g.VMOVUPD(sum[u], at(f, u*g.wide()))
		}
		g.ADDQ(operand.U32(8*rows), k)
		g.ADDQ(operand.U32(8*rows), f)
	})
	g.ret()
}

// exp reduces y (within ±708) to e^y = s(1+q): it returns s and q.
func (g *assembler) exp(y []reg.VecVirtual) (s, q []reg.VecVirtual) {
	n := len(y)
	s, q = g.vectors(n), g.vectors(n)
	magic, log2e := g.broadcast(shifter), g.broadcast(math.Log2E)
	high, low := g.broadcast(ln2High), g.broadcast(ln2Low)
	one := g.fill(g.constant(math.Float64bits(1)))
	for u, r := range y {
		g.VMOVAPD(magic, s[u])
		g.VFMADD231PD(log2e, r, s[u])
		g.VSUBPD(magic, s[u], q[u])
		g.VFNMADD231PD(high, q[u], r)
		g.VFNMADD231PD(low, q[u], r)
		g.VPSLLQ(operand.U8(52), s[u], s[u])
		g.VPADDQ(one, s[u], s[u])
	}
	q = g.polynomial(y, expm1Coefficients)
	for u, r := range y {
		t := g.vector()
		g.VMULPD(r, r, t)
		g.VFMADD213PD(r, t, q[u])
	}
	return s, q
}

const lossSignature = "f *float64, wR *float64, wD *float64, z *float64, n int, h *float64, " +
	"sums *float64"

// lossPass emits the loop that the losses share. The body gets the f of two vectors, and the
// addresses of the rest; it returns dL/df.
func (g *assembler) lossPass(name, doc string, body func(f, wR, wD func(u int) operand.Mem, sumR,
	sumD reg.VecVirtual, slope []reg.VecVirtual)) {
	g.text(name, lossSignature, doc+" It adds the parts of the loss to sums[:8] and sums[8:16], "+
		"and sets h[:n] to z·dL/df.")
	f, wR, wD, z, n, h := g.arg("f"), g.arg("wR"), g.arg("wD"), g.arg("z"), g.arg("n"), g.arg("h")
	sums := g.arg("sums")
	sumR, sumD := g.zero(), g.zero()
	const some = 8
	g.loop("rows", n, some, func() {
		address := func(r reg.Register) func(int) operand.Mem {
			return func(u int) operand.Mem { return at(r, u*g.wide()) }
		}
		slope := g.vectors(g.count(some))
		body(address(f), address(wR), address(wD), sumR, sumD, slope)
		for u, v := range slope {
			g.VMULPD(at(z, u*g.wide()), v, v)
			g.VMOVUPD(v, at(h, u*g.wide()))
		}
		for _, r := range []reg.Register{f, wR, wD, z, h} {
			g.ADDQ(operand.U32(8*some), r)
		}
	})
	g.accumulate(sumR, at(sums, 0))
	g.accumulate(sumD, at(sums, accumulator))
	g.ret()
}

func (g *assembler) neymanPearson() {
	g.lossPass("neymanPearson", "is the NP loss.", func(f, wR, wD func(int) operand.Mem, sumR,
		sumD reg.VecVirtual, slope []reg.VecVirtual) {
		y := g.vectors(len(slope))
		top, bottom := g.broadcast(20), g.broadcast(-700)
		for u := range y {
			g.VMOVUPD(f(u), y[u])
			g.VMINPD(top, y[u], y[u])
			g.VMAXPD(bottom, y[u], y[u])
		}
		s, q := g.exp(y)
		one, top := g.broadcast(1), g.broadcast(20)
		for u := range slope {
			w, d, value, t := g.vector(), g.vector(), g.vector(), g.vector()
			g.VMOVUPD(wR(u), w)
			g.VMOVUPD(wD(u), d)
			g.VMOVUPD(f(u), value)
			g.VFNMADD231PD(value, d, sumD)
			g.VSUBPD(one, s[u], t)
			g.VFMADD231PD(s[u], q[u], t)
			g.VFMADD231PD(t, w, sumR)
			g.VFMADD213PD(s[u], s[u], q[u])
			g.keep(lessOrEqual, top, value, q[u])
			g.VFMSUB213PD(d, w, q[u])
			g.VMOVAPD(q[u], slope[u])
		}
	})
}

// Predicates of VCMPPD.
const (
	lessOrEqual    = 2
	greaterOrEqual = 13
)

// keep zeroes the lanes of v where a is not in relation to b.
func (g *assembler) keep(relation uint8, b, a, v reg.VecVirtual) {
	if g.lanes == 8 {
		k := g.K()
		g.VCMPPD(operand.U8(relation), b, a, k)
		g.VMOVAPD_Z(v, k, v)
		return
	}
	m := g.vector()
	g.VCMPPD(operand.U8(relation), b, a, m)
	g.VANDPD(m, v, v)
}

// choose sets out to yes where a is at least b, to no elsewhere.
func (g *assembler) choose(b, a, yes, no, out reg.VecVirtual) {
	if g.lanes == 8 {
		k := g.K()
		g.VCMPPD(operand.U8(greaterOrEqual), b, a, k)
		g.VBLENDMPD(yes, no, k, out)
		return
	}
	m := g.vector()
	g.VCMPPD(operand.U8(greaterOrEqual), b, a, m)
	g.VBLENDVPD(m, yes, no, out)
}

// logistic emits the two losses of s = sigmoid(f), with e = exp(-|f|).
func (g *assembler) logistic(name string) {
	entropy := name == "crossEntropy"
	g.lossPass(name, "is the loss of that name.", func(f, wR, wD func(int) operand.Mem, sumR,
		sumD reg.VecVirtual, slope []reg.VecVirtual) {
		n := len(slope)
		e := g.vectors(n)
		sign, bottom := g.fill(g.constant(1<<63)), g.broadcast(-700)
		for u := range e {
			if g.lanes == 8 {
				g.VPORQ(f(u), sign, e[u])
			} else {
				g.VORPD(f(u), sign, e[u])
			}
			g.VMAXPD(bottom, e[u], e[u])
		}
		s, q := g.exp(e)
		for u := range e {
			g.VFMADD213PD(s[u], s[u], q[u])
			g.VMOVAPD(q[u], e[u])
		}
		var log []reg.VecVirtual // log(1+e) = 2 atanh(z), z = e/(2+e)
		if entropy {
			z, square := g.vectors(n), g.vectors(n)
			two := g.broadcast(2)
			for u := range e {
				g.VADDPD(two, e[u], z[u])
				g.VDIVPD(z[u], e[u], z[u])
				g.VMULPD(z[u], z[u], square[u])
			}
			log = g.polynomial(square, atanhCoefficients)
			for u := range e {
				g.VMULPD(square[u], log[u], log[u])
				g.VFMADD213PD(z[u], z[u], log[u])
				g.VADDPD(log[u], log[u], log[u])
			}
		}
		zero, one := g.zero(), g.broadcast(1)
		high, low := g.vectors(n), g.vectors(n) // sigmoid(|f|) and sigmoid(-|f|)
		for u := range e {
			g.VADDPD(one, e[u], low[u])
			g.VDIVPD(low[u], one, high[u])
			g.VMULPD(high[u], e[u], low[u])
		}
		for u := range slope {
			value, r, d := g.vector(), g.vector(), g.vector()
			g.VMOVUPD(f(u), value)
			g.VMOVUPD(wR(u), r)
			g.VMOVUPD(wD(u), d)
			up, down := g.vector(), g.vector() // sigmoid(f) and sigmoid(-f)
			g.choose(zero, value, high[u], low[u], up)
			g.choose(zero, value, low[u], high[u], down)
			t := g.vector()
			if entropy {
				g.VMAXPD(zero, value, t)
				g.VADDPD(log[u], t, t)
				g.VFMADD231PD(t, r, sumR)
				g.VSUBPD(value, zero, t)
				g.VMAXPD(zero, t, t)
				g.VADDPD(log[u], t, t)
				g.VFMADD231PD(t, d, sumD)
				g.VMULPD(r, up, slope[u])
				g.VFNMADD231PD(d, down, slope[u])
				continue
			}
			// g = 2 s(f) s(-f) (wR s(f) - wD s(-f))
			g.VMULPD(up, r, r)
			g.VFMADD231PD(up, r, sumR)
			g.VMULPD(down, d, d)
			g.VFMADD231PD(down, d, sumD)
			g.VSUBPD(d, r, slope[u])
			g.VMULPD(up, down, t)
			g.VADDPD(t, t, t)
			g.VMULPD(t, slope[u], slope[u])
		}
	})
}

// slopes emits the third pass, for one kernel: the sums of dL/da, and those of dL/dmu or, for a
// general number of coordinates, the factors of x - mu in them.
func (g *assembler) slopes(gated bool, d int) {
	name, doc := "slopesFree", "adds Σ h k to sums[:8]"
	signature := "k *float64, h *float64"
	if gated {
		name, doc = "slopesGated", "adds Σ h k² to sums[:8]"
	}
	if gated && d != frozen {
		signature += ", f *float64"
	}
	signature += ", n int"
	if d != frozen {
		signature += ", a float64"
	}
	switch {
	case d > 0:
		signature += ", x *float64, mu *float64"
		doc += " and Σ u (x-mu)_j to sums[8(j+1):8(j+2)]"
	case d == general:
		signature += ", u *float64"
		doc += " and sets u[:n]"
	}
	if d != frozen {
		if gated {
			doc += "; u = h k (2 a k - f)"
		} else {
			doc += "; u = h k a"
		}
	}
	signature += ", sums *float64"
	g.text(name+dims(d), signature, doc+".")
	k, h, n, sums := g.arg("k"), g.arg("h"), g.arg("n"), g.arg("sums")
	var f, x, out reg.GPVirtual
	if gated && d != frozen {
		f = g.arg("f")
	}
	var mu []reg.VecVirtual
	if d > 0 {
		x = g.arg("x")
		base := g.arg("mu")
		for j := range d {
			mu = append(mu, g.fill(at(base, 8*j)))
		}
	}
	if d == general {
		out = g.arg("u")
	}
	var a reg.VecVirtual
	if d != frozen {
		p, err := g.Param("a").Resolve()
		if err != nil {
			panic(err)
		}
		a = g.fill(p.Addr)
		if gated {
			g.VADDPD(a, a, a)
		}
	}
	const sets = 2
	da := g.zeros(sets)
	dmu := make([][]reg.VecVirtual, max(d, 0))
	for j := range dmu {
		dmu[j] = g.zeros(sets)
	}
	g.loop("rows", n, rows, func() {
		for u := range g.count(rows) {
			kernel, q := g.vector(), g.vector()
			g.VMOVUPD(at(k, u*g.wide()), kernel)
			g.VMULPD(at(h, u*g.wide()), kernel, q)
			if gated {
				g.VFMADD231PD(kernel, q, da[u%sets])
			} else {
				g.VADDPD(q, da[u%sets], da[u%sets])
			}
			if d == frozen {
				continue
			}
			if gated {
				g.VFMSUB213PD(at(f, u*g.wide()), a, kernel)
				g.VMULPD(kernel, q, q)
			} else {
				g.VMULPD(a, q, q)
			}
			if d == general {
				g.VMOVUPD(q, at(out, u*g.wide()))
			}
			for j := range dmu {
				t := g.vector()
				g.VSUBPD(at(x, j*chunkColumn+u*g.wide()), mu[j], t)
				g.VFNMADD231PD(t, q, dmu[j][u%sets])
			}
		}
		pointers := []reg.GPVirtual{k, h}
		if gated && d != frozen {
			pointers = append(pointers, f)
		}
		if d > 0 {
			pointers = append(pointers, x)
		}
		if d == general {
			pointers = append(pointers, out)
		}
		for _, p := range pointers {
			g.ADDQ(operand.U32(8*rows), p)
		}
	})
	g.accumulate(g.fold(da), at(sums, 0))
	for j := range dmu {
		g.accumulate(g.fold(dmu[j]), at(sums, (j+1)*accumulator))
	}
	g.ret()
}

// columnSums emits the sums of dL/dmu over the columns of a chunk.
func (g *assembler) columnSums() {
	g.text("columnSums", "x *float64, u *float64, n int, d int, mu *float64, sums *float64",
		"adds Σ u (x-mu)_j over the n rows of a chunk to sums[8j:8(j+1)].")
	x, factors, n, d, mu, sums := g.arg("x"), g.arg("u"), g.arg("n"), g.arg("d"), g.arg("mu"),
		g.arg("sums")
	g.loop("columns", d, 1, func() {
		column, factor, i := g.GP64(), g.GP64(), g.GP64()
		g.MOVQ(x, column)
		g.MOVQ(factors, factor)
		g.MOVQ(n, i)
		m := g.fill(at(mu, 0))
		sum := g.zeros(g.count(rows))
		g.loop("rows", i, rows, func() {
			for u := range sum {
				t := g.vector()
				g.VSUBPD(at(column, u*g.wide()), m, t)
				g.VFNMADD231PD(at(factor, u*g.wide()), t, sum[u])
			}
			g.ADDQ(operand.U32(8*rows), column)
			g.ADDQ(operand.U32(8*rows), factor)
		})
		g.accumulate(g.fold(sum), at(sums, 0))
		g.ADDQ(operand.U32(chunkColumn), x)
		g.ADDQ(operand.U32(8), mu)
		g.ADDQ(operand.U32(accumulator), sums)
	})
	g.ret()
}
