package main

import (
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// exp emits e^y = s(1+q) for y within ±708, and returns s and q.
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

// lossPass emits the loop that the losses share. The body gets the addresses of f, wR and wD. It adds
// to the two parts of the loss, and sets slope to dL/df.
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

// neymanPearson emits the NP loss.
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

// keep zeroes the lanes of v in which a is not in the relation to b.
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

// choose sets the lanes of out to yes if a is at least b, and to no otherwise.
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
		e := g.expOfMinusAbs(f, n)
		var log []reg.VecVirtual
		if entropy {
			log = g.log1p(e)
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

// expOfMinusAbs emits e^-|f| for n vectors.
func (g *assembler) expOfMinusAbs(f func(int) operand.Mem, n int) []reg.VecVirtual {
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
	return e
}

// log1p emits log(1+e) = 2 atanh(z), z = e/(2+e).
func (g *assembler) log1p(e []reg.VecVirtual) []reg.VecVirtual {
	z, square := g.vectors(len(e)), g.vectors(len(e))
	two := g.broadcast(2)
	for u := range e {
		g.VADDPD(two, e[u], z[u])
		g.VDIVPD(z[u], e[u], z[u])
		g.VMULPD(z[u], z[u], square[u])
	}
	log := g.polynomial(square, atanhCoefficients)
	for u := range e {
		g.VMULPD(square[u], log[u], log[u])
		g.VFMADD213PD(z[u], z[u], log[u])
		g.VADDPD(log[u], log[u], log[u])
	}
	return log
}
