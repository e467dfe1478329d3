package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// line is the number of columns that the loops over a block's columns take at a time: a line of the cache.
const line = 8

// tiles are the rows and kernels whose distances are summed together in registers.
var tiles = [][2]int{{4, 1}, {4, 2}, {4, 3}, {2, 4}, {2, 5}}

// distances emits the squared distances of a block's rows to some kernels.
func (g *generator) distances(height, kernels int) {
	g.text(fmt.Sprintf("distances%d", kernels),
		"x *float64, stride int, n int, mu *float64, muStride int, d int, r *float64, ahead int",
		"adds |x-mu|² over d columns to r for the n rows of a block. Strides are in bytes. It prefetches every "+
			"other row that lies ahead bytes further.")
	x, stride, n, mu, muStride, d, r, ahead := g.arg("x"), g.arg("stride"), g.arg("n"), g.arg("mu"), g.arg("muStride"), g.arg("d"), g.arg("r"), g.arg("ahead")
	triple := func(s reg.GPVirtual) reg.GPVirtual {
		t := g.GP64()
		g.LEAQ(indexed(s, s, 2, 0), t)
		return t
	}
	var stride3, muStride3 reg.GPVirtual
	if height > 2 {
		stride3 = triple(stride)
	}
	if kernels > 3 {
		muStride3 = triple(muStride)
	}
	place := func(base, s, s3 reg.GPVirtual, i, offset int) operand.Mem {
		switch i {
		case 0:
			return at(base, offset)
		case 1, 2, 4:
			return indexed(base, s, uint8(i), offset)
		default:
			return indexed(base, s3, 1, offset)
		}
	}
	parts := g.count(line)
	sets := 1
	if kernels == 1 {
		sets = parts // more chains of additions
	}
	g.loop("rows", n, height, func() {
		row, centre, j, next := g.GP64(), g.GP64(), g.GP64(), g.GP64()
		g.MOVQ(x, row)
		g.MOVQ(mu, centre)
		g.MOVQ(d, j)
		g.LEAQ(indexed(x, ahead, 1, 0), next)
		sum := make([][]reg.VecVirtual, height*kernels)
		for i := range sum {
			sum[i] = g.zeros(sets)
		}
		g.loop("columns", j, line, func() {
			for h := 0; h < height; h += 2 {
				g.PREFETCHT0(place(next, stride, stride3, h, 0))
			}
			for p := range parts {
				offset := p * g.wide()
				var rowX []reg.VecVirtual
				if height == 2 {
					rowX = g.vectors(height)
					for h := range height {
						g.VMOVUPD(place(row, stride, stride3, h, offset), rowX[h])
					}
				}
				for i := range kernels {
					m := g.vector()
					g.VMOVUPD(place(centre, muStride, muStride3, i, offset), m)
					for h := range height {
						t := g.vector()
						if height == 2 {
							g.VSUBPD(rowX[h], m, t)
						} else {
							g.VSUBPD(place(row, stride, stride3, h, offset), m, t)
						}
						g.VFMADD231PD(t, t, sum[h*kernels+i][p%sets])
					}
				}
			}
			g.ADDQ(operand.U32(8*line), row)
			g.ADDQ(operand.U32(8*line), centre)
			g.ADDQ(operand.U32(8*line), next)
		})
		for h := 0; h < height; h += 2 {
			for i := range kernels {
				s := g.across(g.fold(sum[h*kernels+i]), g.fold(sum[(h+1)*kernels+i]))
				m := at(r, i*kernelColumn+8*h)
				g.VADDPD(m, s, s)
				g.VMOVUPD(s, m)
			}
		}
		g.ADDQ(operand.U32(8*uint32(height)), r)
		for range height {
			g.ADDQ(stride, x)
		}
	})
	g.ret()
}

// across adds the lanes of two vectors, to two numbers.
func (g *generator) across(v, w reg.VecVirtual) reg.VecVirtual {
	if g.lanes == 8 {
		for _, p := range []*reg.VecVirtual{&v, &w} {
			half := g.YMM()
			g.VEXTRACTF64X4(operand.U8(1), *p, half)
			g.VADDPD(half, (*p).AsY(), half)
			*p = half
		}
	}
	pairs, high := g.YMM(), g.XMM()
	g.VHADDPD(w.AsY(), v.AsY(), pairs)
	g.VEXTRACTF128(operand.U8(1), pairs, high)
	g.VADDPD(high, pairs.AsX(), high)
	return high
}

// moments emits the sums of dL/dmu over the rows of a block, for all kernels, in tiles of some columns.
func (g *generator) moments(width int) {
	g.text(fmt.Sprintf("moments%d", width),
		"x *float64, stride int, n int, u *float64, m int, mu *float64, muStride int, d int, sums *float64, ahead int",
		fmt.Sprintf("adds Σ u (x-mu) over the n rows of a block to sums, for m kernels and d columns, a multiple of %d. ", width)+
			"Strides are in bytes. It prefetches every other row that lies ahead bytes further.")
	// What the inner loops do not need is loaded where it is used: there are 15 registers.
	x, stride, mu, muStride, d, sums, ahead := g.arg("x"), g.arg("stride"), g.arg("mu"), g.arg("muStride"), g.arg("d"), g.arg("sums"), g.arg("ahead")
	g.ADDQ(stride, ahead)
	tile := g.count(width)
	sets := 8 / tile // so many rows at a time, each with its own accumulators
	if g.lanes == 8 {
		sets = 4
	}
	g.loop("columns", d, width, func() {
		factors, centre, out, i := g.GP64(), g.GP64(), g.GP64(), g.GP64()
		g.Load(g.Param("u"), factors)
		g.MOVQ(mu, centre)
		g.MOVQ(sums, out)
		kernel := func(label string, prefetch bool) {
			c := g.vectors(tile)
			for t := range c {
				g.VMOVUPD(at(centre, t*g.wide()), c[t])
			}
			sum := make([][]reg.VecVirtual, tile)
			for t := range sum {
				sum[t] = g.zeros(sets)
			}
			row, factor, k := g.GP64(), g.GP64(), g.GP64()
			g.MOVQ(x, row)
			g.MOVQ(factors, factor)
			g.Load(g.Param("n"), k)
			g.loop(label, k, sets, func() {
				for s := range sets {
					f := g.fill(at(factor, 8*s))
					if prefetch && s%2 == 0 {
						for b := 0; b < 8*width; b += 64 {
							g.PREFETCHT0(indexed(row, ahead, 1, b))
						}
					}
					for t := range tile {
						v := g.vector()
						g.VSUBPD(at(row, t*g.wide()), c[t], v)
						g.VFNMADD231PD(v, f, sum[t][s])
					}
					g.ADDQ(stride, row)
				}
				g.ADDQ(operand.U32(8*uint32(sets)), factor)
			})
			for t := range sum {
				g.accumulate(g.fold(sum[t]), at(out, t*g.wide()))
			}
			g.ADDQ(operand.U32(kernelColumn), factors)
			g.ADDQ(muStride, centre)
			g.ADDQ(muStride, out)
		}
		kernel("first", true)
		g.Load(g.Param("m"), i)
		g.SUBQ(operand.U8(1), i)
		g.JZ(operand.LabelRef("done"))
		g.loop("kernels", i, 1, func() { kernel("rows", false) })
		g.Label("done")
		g.ADDQ(operand.U32(8*uint32(width)), x)
		g.ADDQ(operand.U32(8*uint32(width)), mu)
		g.ADDQ(operand.U32(8*uint32(width)), sums)
	})
	g.ret()
}
