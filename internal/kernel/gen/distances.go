package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// line is the number of columns that the loops over a block's columns take at a time: a cache line.
const line = 8

// tiles are the numbers of rows and kernels whose distances are summed together in registers.
func (g *assembler) tiles() [][2]int {
	if g.lanes == 8 { // 32 registers
		return [][2]int{{4, 1}, {4, 2}, {4, 3}, {4, 4}, {4, 5}}
	}
	return [][2]int{{4, 1}, {4, 2}, {4, 3}, {2, 4}, {2, 5}}
}

// distancesPass is the squared distances of a block's rows to some kernels, for height rows at a
// time.
type distancesPass struct {
	*assembler
	height, kernels int

	x, stride, n, mu, muStride, d, from, r, ahead reg.GPVirtual
	stride3, muStride3                            reg.GPVirtual // three times a stride, if needed
}

// distances emits the squared distances.
func (g *assembler) distances(height, kernels int) {
	g.text(fmt.Sprintf("distances%d", kernels),
		"x *float64, stride int, n int, mu *float64, muStride int, d int, from *float64, r "+
			"*float64, ahead *float64",
		"sets r to from + |x-mu|² over d columns for the n rows of a block. Strides are in "+
			"bytes. It prefetches n·d/2 "+
			"numbers from ahead.")
	p := distancesPass{assembler: g, height: height, kernels: kernels,
		x: g.arg("x"), stride: g.arg("stride"), n: g.arg("n"), mu: g.arg("mu"),
		muStride: g.arg("muStride"), d: g.arg("d"), from: g.arg("from"), r: g.arg("r"),
		ahead: g.arg("ahead")}
	triple := func(s reg.GPVirtual) reg.GPVirtual {
		t := g.GP64()
		g.LEAQ(indexed(s, s, 2, 0), t)
		return t
	}
	if height > 2 {
		p.stride3 = triple(p.stride)
	}
	if kernels > 3 {
		p.muStride3 = triple(p.muStride)
	}
	g.loop("rows", p.n, height, func() {
		p.store(p.sums())
		g.ADDQ(operand.U32(8*uint32(height)), p.from)
		g.ADDQ(operand.U32(8*uint32(height)), p.r)
		for range height {
			g.ADDQ(p.stride, p.x)
		}
	})
	g.ret()
}

// strided is the address of row i from a base, at an offset; s and s3 are a stride and three of it.
func strided(base, s, s3 reg.GPVirtual, i, offset int) operand.Mem {
	switch i {
	case 0:
		return at(base, offset)
	case 1, 2, 4:
		return indexed(base, s, uint8(i), offset)
	default:
		return indexed(base, s3, 1, offset)
	}
}

// sums emits the sums over the columns, in several accumulators for each row and kernel.
func (p *distancesPass) sums() [][]reg.VecVirtual {
	parts := p.count(line)
	sets := 1
	if p.kernels == 1 {
		sets = parts // more independent chains of additions
	}
	row, center, j := p.GP64(), p.GP64(), p.GP64()
	p.MOVQ(p.x, row)
	p.MOVQ(p.mu, center)
	p.MOVQ(p.d, j)
	sum := make([][]reg.VecVirtual, p.height*p.kernels)
	for i := range sum {
		sum[i] = p.zeros(sets)
	}
	p.loop("columns", j, line, func() {
		// Prefetch to the second-level cache: the first has few buffers for pending lines.
		for h := range p.height / 2 {
			p.PREFETCHT1(at(p.ahead, 8*line*h))
		}
		for part := range parts {
			p.part(row, center, part, sum)
		}
		p.ADDQ(operand.U32(8*line), row)
		p.ADDQ(operand.U32(8*line), center)
		p.ADDQ(operand.U32(8*line*uint32(p.height/2)), p.ahead)
	})
	return sum
}

// part adds one vector of columns to the sums.
func (p *distancesPass) part(row, center reg.GPVirtual, part int, sum [][]reg.VecVirtual) {
	inRegisters := p.height == 2 || p.lanes == 8
	offset := part * p.wide()
	var rowX []reg.VecVirtual
	if inRegisters {
		rowX = p.vectors(p.height)
		for h := range p.height {
			p.VMOVUPD(strided(row, p.stride, p.stride3, h, offset), rowX[h])
		}
	}
	for i := range p.kernels {
		m := p.vector()
		p.VMOVUPD(strided(center, p.muStride, p.muStride3, i, offset), m)
		for h := range p.height {
			t := p.vector()
			if inRegisters {
				p.VSUBPD(rowX[h], m, t)
			} else {
				p.VSUBPD(strided(row, p.stride, p.stride3, h, offset), m, t)
			}
			set := sum[h*p.kernels+i]
			p.VFMADD231PD(t, t, set[part%len(set)])
		}
	}
}

// store emits the results.
func (p *distancesPass) store(sum [][]reg.VecVirtual) {
	results := p.lanes / 2
	for h := 0; h < p.height; h += results {
		for i := range p.kernels {
			v := make([]reg.VecVirtual, results)
			for r := range v {
				v[r] = p.fold(sum[(h+r)*p.kernels+i])
			}
			s, offset := p.across(v), i*kernelColumn+8*h
			p.VADDPD(at(p.from, offset), s, s)
			p.VMOVUPD(s, at(p.r, offset))
		}
	}
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
