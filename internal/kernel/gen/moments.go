package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// groups are the numbers of kernels whose moments are summed together in registers.
func (g *assembler) groups() []int {
	if g.lanes == 8 { // 32 registers
		return []int{5, 2, 1}
	}
	return []int{1}
}

// momentsPass is the sums of dL/dmu over the rows of a block, for all kernels, in tiles of width
// columns.
type momentsPass struct {
	*assembler
	width, tile int // columns of a tile, and vectors of a row of it

	x, stride, mu, muStride, d, sums, ahead reg.GPVirtual
	factors, center, out, left, next        reg.GPVirtual
}

// moments emits the sums.
func (g *assembler) moments(width int) {
	g.text(fmt.Sprintf("moments%d", width),
		"x *float64, stride int, n int, u *float64, m int, mu *float64, muStride int, d int, "+
			"sums *float64, ahead *float64",
		fmt.Sprintf("adds Σ u (x-mu) over the n rows of a block to sums, for m kernels and d "+
			"columns, a multiple of %d. ", width)+
			"Strides are in bytes. It prefetches n·d/2 numbers from ahead.")
	// There are 15 registers: arguments that the inner loops do not need are loaded where they are
	// used.
	p := momentsPass{assembler: g, width: width, tile: g.count(width),
		x: g.arg("x"), stride: g.arg("stride"), mu: g.arg("mu"), muStride: g.arg("muStride"),
		d: g.arg("d"), sums: g.arg("sums"), ahead: g.arg("ahead")}
	g.loop("columns", p.d, width, func() {
		p.factors, p.center, p.out, p.left = g.GP64(), g.GP64(), g.GP64(), g.GP64()
		// Every group prefetches the same numbers, which costs nothing with several kernels to a
		// group. With one kernel to a group, only the first group prefetches.
		p.next = nil
		if g.groups()[0] > 1 {
			p.next = g.GP64()
		}
		g.Load(g.Param("u"), p.factors)
		g.MOVQ(p.mu, p.center)
		g.MOVQ(p.sums, p.out)
		p.allGroups()
		if p.next != nil {
			g.MOVQ(p.next, p.ahead)
		}
		g.ADDQ(operand.U32(8*uint32(width)), p.x)
		g.ADDQ(operand.U32(8*uint32(width)), p.mu)
		g.ADDQ(operand.U32(8*uint32(width)), p.sums)
	})
	g.ret()
}

// allGroups emits the groups of kernels of a tile, the largest first.
func (p *momentsPass) allGroups() {
	p.Load(p.Param("m"), p.left)
	groups := p.groups()
	if groups[0] == 1 {
		p.group("first", 1)
		p.SUBQ(operand.U8(1), p.left)
		p.JZ(operand.LabelRef("done"))
	}
	for i, kernels := range groups {
		label, next := fmt.Sprint("groups", kernels), "done"
		if i < len(groups)-1 {
			next = fmt.Sprint("groups", groups[i+1])
		}
		p.Label(label)
		if kernels > 1 {
			p.CMPQ(p.left, operand.U8(uint8(kernels)))
			p.JLT(operand.LabelRef(next))
		}
		p.group(fmt.Sprint("rows", kernels), kernels)
		p.SUBQ(operand.U8(uint8(kernels)), p.left)
		p.JNZ(operand.LabelRef(label))
		if next != "done" {
			p.JMP(operand.LabelRef("done"))
		}
	}
	p.Label("done")
}

// group emits the sums of some kernels over the rows.
func (p *momentsPass) group(label string, kernels int) {
	c, sum := make([][]reg.VecVirtual, kernels), make([][][]reg.VecVirtual, kernels)
	sets := max(1, 8/p.tile/kernels) // rows at a time, each with its own accumulators
	for i := range kernels {
		c[i], sum[i] = p.vectors(p.tile), make([][]reg.VecVirtual, p.tile)
		for t := range p.tile {
			p.VMOVUPD(at(p.center, t*p.wide()), c[i][t])
			sum[i][t] = p.zeros(sets)
		}
		p.ADDQ(p.muStride, p.center)
	}
	together := max(2, sets)
	row, k := p.GP64(), p.GP64()
	p.MOVQ(p.x, row)
	p.Load(p.Param("n"), k)
	from := p.ahead
	if p.next != nil {
		from = p.next
		p.MOVQ(p.ahead, p.next)
	}
	prefetch := p.next != nil || label == "first"
	p.loop(label, k, together, func() {
		for s := range together {
			if prefetch && s*p.width%(2*line) == 0 {
				p.PREFETCHT1(at(from, 4*p.width*s))
			}
			p.row(row, s, c, sum)
			p.ADDQ(p.stride, row)
		}
		if prefetch {
			p.ADDQ(operand.U32(4*uint32(p.width*together)), from)
		}
		p.ADDQ(operand.U32(8*uint32(together)), p.factors)
	})
	for i := range kernels {
		for t := range p.tile {
			p.accumulate(p.fold(sum[i][t]), at(p.out, t*p.wide()))
		}
		p.ADDQ(p.muStride, p.out)
	}
	p.Load(p.Param("n"), k) // back to the first row, on to the next kernels
	p.SHLQ(operand.U8(3), k)
	p.SUBQ(k, p.factors)
	p.ADDQ(operand.U32(kernelColumn*uint32(kernels)), p.factors)
}

// row adds one row, the s-th of an iteration, to the sums of the kernels with centroids c.
func (p *momentsPass) row(row reg.GPVirtual, s int, c [][]reg.VecVirtual,
	sum [][][]reg.VecVirtual) {
	v := p.vectors(p.tile)
	if len(c) > 1 {
		for t := range p.tile {
			p.VMOVUPD(at(row, t*p.wide()), v[t])
		}
	}
	for i := range c {
		f := p.fill(at(p.factors, 8*s+i*kernelColumn))
		for t := range p.tile {
			difference := p.vector()
			if len(c) > 1 {
				p.VSUBPD(v[t], c[i][t], difference)
			} else {
				p.VSUBPD(at(row, t*p.wide()), c[i][t], difference)
			}
			set := sum[i][t]
			p.VFNMADD231PD(difference, f, set[s%len(set)])
		}
	}
}
