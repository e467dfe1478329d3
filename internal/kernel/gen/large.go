package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// line is the number of columns that the loops over a block's columns take at a time: a line of the
// cache.
const line = 8

// tiles gives the rows and kernels whose distances are summed together in registers.
func (g *assembler) tiles() [][2]int {
	if g.lanes == 8 { // 32 registers
		return [][2]int{{4, 1}, {4, 2}, {4, 3}, {4, 4}, {4, 5}}
	}
	return [][2]int{{4, 1}, {4, 2}, {4, 3}, {2, 4}, {2, 5}}
}

// distances emits the squared distances of a block's rows to some kernels.
func (g *assembler) distances(height, kernels int) {
	g.text(fmt.Sprintf("distances%d", kernels),
		"x *float64, stride int, n int, mu *float64, muStride int, d int, from *float64, r "+
			"*float64, ahead *float64",
		"sets r to from + |x-mu|² over d columns for the n rows of a block. Strides are in "+
			"bytes. It prefetches n·d/2 "+
			"numbers from ahead.")
	x, stride, n, mu, muStride, d, from, r, ahead := g.arg("x"), g.arg("stride"), g.arg("n"),
		g.arg("mu"), g.arg("muStride"), g.arg("d"), g.arg("from"), g.arg("r"), g.arg("ahead")
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
	inRegisters := height == 2 || g.lanes == 8
	g.loop("rows", n, height, func() {
		row, center, j := g.GP64(), g.GP64(), g.GP64()
		g.MOVQ(x, row)
		g.MOVQ(mu, center)
		g.MOVQ(d, j)
		sum := make([][]reg.VecVirtual, height*kernels)
		for i := range sum {
			sum[i] = g.zeros(sets)
		}
		g.loop("columns", j, line, func() {
			// to the second cache: the first has few places for lines under way
			for h := range height / 2 {
				g.PREFETCHT1(at(ahead, 8*line*h))
			}
			for p := range parts {
				offset := p * g.wide()
				var rowX []reg.VecVirtual
				if inRegisters {
					rowX = g.vectors(height)
					for h := range height {
						g.VMOVUPD(place(row, stride, stride3, h, offset), rowX[h])
					}
				}
				for i := range kernels {
					m := g.vector()
					g.VMOVUPD(place(center, muStride, muStride3, i, offset), m)
					for h := range height {
						t := g.vector()
						if inRegisters {
							g.VSUBPD(rowX[h], m, t)
						} else {
							g.VSUBPD(place(row, stride, stride3, h, offset), m, t)
						}
						g.VFMADD231PD(t, t, sum[h*kernels+i][p%sets])
					}
				}
			}
			g.ADDQ(operand.U32(8*line), row)
			g.ADDQ(operand.U32(8*line), center)
			g.ADDQ(operand.U32(8*line*uint32(height/2)), ahead)
		})
		results := g.lanes / 2
		for h := 0; h < height; h += results {
			for i := range kernels {
				v := make([]reg.VecVirtual, results)
				for r := range v {
					v[r] = g.fold(sum[(h+r)*kernels+i])
				}
				s, offset := g.across(v), i*kernelColumn+8*h
				g.VADDPD(at(from, offset), s, s)
				g.VMOVUPD(s, at(r, offset))
			}
		}
		g.ADDQ(operand.U32(8*uint32(height)), from)
		g.ADDQ(operand.U32(8*uint32(height)), r)
		for range height {
			g.ADDQ(stride, x)
		}
	})
	g.ret()
}

// across adds the lanes of each of two vectors of 4 lanes to a vector of 2, or of four vectors of 8
// lanes to one of 4.
func (g *assembler) across(v []reg.VecVirtual) reg.Register {
	if g.lanes == 4 {
		pairs, high := g.YMM(), g.XMM()
		g.VHADDPD(v[1].AsY(), v[0].AsY(), pairs)
		g.VEXTRACTF128(operand.U8(1), pairs, high)
		g.VADDPD(high, pairs.AsX(), high)
		return high
	}
	neighbors := func(v, w reg.VecVirtual) reg.VecVirtual {
		even, odd := g.vector(), g.vector()
		g.VUNPCKLPD(w, v, even)
		g.VUNPCKHPD(w, v, odd)
		g.VADDPD(even, odd, even)
		return even
	}
	quarters := func(v, w reg.VecVirtual) reg.VecVirtual {
		even, odd := g.vector(), g.vector()
		g.VSHUFF64X2(operand.U8(0x88), w, v, even) // quarters 0 and 2 of both
		g.VSHUFF64X2(operand.U8(0xdd), w, v, odd)  // 1 and 3
		g.VADDPD(even, odd, even)
		return even
	}
	all := quarters(neighbors(v[0], v[1]), neighbors(v[2], v[3]))
	return quarters(all, all).AsY()
}

// groups are the numbers of kernels whose moments are summed together in registers.
func (g *assembler) groups() []int {
	if g.lanes == 8 { // 32 registers
		return []int{5, 2, 1}
	}
	return []int{1}
}

// moments emits the sums of dL/dmu over the rows of a block, for all kernels, in tiles of some
// columns.
func (g *assembler) moments(width int) {
	g.text(fmt.Sprintf("moments%d", width),
		"x *float64, stride int, n int, u *float64, m int, mu *float64, muStride int, d int, "+
			"sums *float64, ahead *float64",
		fmt.Sprintf("adds Σ u (x-mu) over the n rows of a block to sums, for m kernels and d "+
			"columns, a multiple of %d. ", width)+
			"Strides are in bytes. It prefetches n·d/2 numbers from ahead.")
	// What the inner loops do not need is loaded where it is used: there are 15 registers.
	x, stride, mu, muStride, d, sums, ahead := g.arg("x"), g.arg("stride"), g.arg("mu"),
		g.arg("muStride"), g.arg("d"), g.arg("sums"), g.arg("ahead")
	tile := g.count(width)
	g.loop("columns", d, width, func() {
		factors, center, out, left := g.GP64(), g.GP64(), g.GP64(), g.GP64()
		// Every group prefetches the same numbers, which costs nothing where there are several
		// kernels to a group. With one to a group, only the first prefetches.
		var next reg.GPVirtual
		if g.groups()[0] > 1 {
			next = g.GP64()
		}
		g.Load(g.Param("u"), factors)
		g.MOVQ(mu, center)
		g.MOVQ(sums, out)
		group := func(label string, kernels int) {
			c, sum := make([][]reg.VecVirtual, kernels), make([][][]reg.VecVirtual, kernels)
			sets := max(1, 8/tile/kernels) // so many rows at a time, each with its own accumulators
			for i := range kernels {
				c[i], sum[i] = g.vectors(tile), make([][]reg.VecVirtual, tile)
				for t := range tile {
					g.VMOVUPD(at(center, t*g.wide()), c[i][t])
					sum[i][t] = g.zeros(sets)
				}
				g.ADDQ(muStride, center)
			}
			together := max(2, sets)
			row, k := g.GP64(), g.GP64()
			g.MOVQ(x, row)
			g.Load(g.Param("n"), k)
			from := ahead
			if next != nil {
				from = next
				g.MOVQ(ahead, next)
			}
			prefetch := next != nil || label == "first"
			g.loop(label, k, together, func() {
				for s := range together {
					if prefetch && s*width%(2*line) == 0 {
						g.PREFETCHT1(at(from, 4*width*s))
					}
					v := g.vectors(tile)
					if kernels > 1 {
						for t := range tile {
							g.VMOVUPD(at(row, t*g.wide()), v[t])
						}
					}
					for i := range kernels {
						f := g.fill(at(factors, 8*s+i*kernelColumn))
						for t := range tile {
							difference := g.vector()
							if kernels > 1 {
								g.VSUBPD(v[t], c[i][t], difference)
							} else {
								g.VSUBPD(at(row, t*g.wide()), c[i][t], difference)
							}
							g.VFNMADD231PD(difference, f, sum[i][t][s%sets])
						}
					}
					g.ADDQ(stride, row)
				}
				if prefetch {
					g.ADDQ(operand.U32(4*uint32(width*together)), from)
				}
				g.ADDQ(operand.U32(8*uint32(together)), factors)
			})
			for i := range kernels {
				for t := range tile {
					g.accumulate(g.fold(sum[i][t]), at(out, t*g.wide()))
				}
				g.ADDQ(muStride, out)
			}
			g.Load(g.Param("n"), k) // back to the first row, on to the next kernels
			g.SHLQ(operand.U8(3), k)
			g.SUBQ(k, factors)
			g.ADDQ(operand.U32(kernelColumn*uint32(kernels)), factors)
		}
		g.Load(g.Param("m"), left)
		groups := g.groups()
		if groups[0] == 1 {
			group("first", 1)
			g.SUBQ(operand.U8(1), left)
			g.JZ(operand.LabelRef("done"))
		}
		for i, kernels := range groups {
			label, next := fmt.Sprint("groups", kernels), "done"
			if i < len(groups)-1 {
				next = fmt.Sprint("groups", groups[i+1])
			}
			g.Label(label)
			if kernels > 1 {
				g.CMPQ(left, operand.U8(uint8(kernels)))
				g.JLT(operand.LabelRef(next))
			}
			group(fmt.Sprint("rows", kernels), kernels)
			g.SUBQ(operand.U8(uint8(kernels)), left)
			g.JNZ(operand.LabelRef(label))
			if next != "done" {
				g.JMP(operand.LabelRef("done"))
			}
		}
		g.Label("done")
		if next != nil {
			g.MOVQ(next, ahead)
		}
		g.ADDQ(operand.U32(8*uint32(width)), x)
		g.ADDQ(operand.U32(8*uint32(width)), mu)
		g.ADDQ(operand.U32(8*uint32(width)), sums)
	})
	g.ret()
}
