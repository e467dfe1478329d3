package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Special numbers of coordinates.
const (
	general = 0  // any number, in a loop
	frozen  = -1 // none: the centroids have no gradient
)

// Adding 1.5·2^52 rounds a number to an integer, which is then in the low bits.
const shifter = 3 << 51

// dims is the suffix of a function for a number of coordinates.
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
			v = g.squaredDistances(x, mu, count)
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

// squaredDistances emits |x-mu|² of some rows over count columns, which is not changed.
func (g *assembler) squaredDistances(x, mu, count reg.GPVirtual) []reg.VecVirtual {
	v := g.zeros(g.count(rows))
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
	return v
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
