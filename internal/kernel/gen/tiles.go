package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The layout of tiles, which tiles.go of the package shares.
const (
	tile       = 32       // rows of a tile
	tileColumn = tile * 8 // bytes between the kernels of a tile
	tilePoints = 4        // coefficient vectors that a pass over a tile takes at most
	tileSquare = 4        // kernels of a square of products
	tileLeast  = -200     // exponent of the smallest kernel that is not taken as 0
)

// tileFill emits the features of some rows of a tile.
func (g *assembler) tileFill(gated bool) {
	name, signature := "tileFree", "k *float64, m int, phi *float64"
	doc := fmt.Sprintf("sets phi to k, or to 0 where k is below 2^%d, for %d rows of a tile and m "+
		"kernels.", tileLeast, rows)
	if gated {
		name, signature = "tileGated", "k *float64, z *float64, m int, phi *float64"
		doc = fmt.Sprintf("sets phi to z k², or to 0 where k is below 2^%d, for %d rows of a "+
			"tile and m kernels.", tileLeast, rows)
	}
	g.text(name, signature, doc)
	k, m, phi := g.arg("k"), g.arg("m"), g.arg("phi")
	least := g.broadcast(math.Ldexp(1, tileLeast))
	var z []reg.VecVirtual
	if gated {
		from := g.arg("z")
		z = g.vectors(g.count(rows))
		for u := range z {
			g.VMOVUPD(at(from, u*g.wide()), z[u])
		}
	}
	g.loop("kernels", m, 1, func() {
		for u := range g.count(rows) {
			v := g.vector()
			g.VMOVUPD(at(k, u*g.wide()), v)
			g.keep(greaterOrEqual, least, v, v)
			if gated {
				share := g.vector()
				g.VMULPD(z[u], v, share)
				g.VMULPD(share, v, v)
			}
			g.VMOVUPD(v, at(phi, u*g.wide()))
		}
		g.ADDQ(operand.U32(kernelColumn), k)
		g.ADDQ(operand.U32(tileColumn), phi)
	})
	g.ret()
}

// tileVectors is the number of vectors of a tile's rows that stay in registers together, for a
// number of coefficient vectors.
func (g *assembler) tileVectors(points int) int {
	if g.lanes == 8 { // 32 registers
		return g.count(tile)
	}
	return max(2, 8/points)
}

// tileValues emits f of a tile for some coefficient vectors.
func (g *assembler) tileValues(points int) {
	g.text(fmt.Sprintf("tileValues%d", points),
		"phi *float64, m int, a *float64, f *float64",
		fmt.Sprintf("sets f[p] to Σ a[i][p] phi[i] for the rows of a tile, m kernels and p < %d.",
			points))
	phi, m, a, f := g.arg("phi"), g.arg("m"), g.arg("a"), g.arg("f")
	some := g.tileVectors(points)
	for first := 0; first < g.count(tile); first += some {
		kernel, coefficient, i := g.GP64(), g.GP64(), g.GP64()
		g.MOVQ(phi, kernel)
		g.MOVQ(a, coefficient)
		g.MOVQ(m, i)
		sum := make([][]reg.VecVirtual, points)
		for p := range sum {
			sum[p] = g.zeros(some)
		}
		g.loop(fmt.Sprint("kernels", first), i, 1, func() {
			v := g.vectors(some)
			for u := range v {
				if points > 1 {
					g.VMOVUPD(at(kernel, (first+u)*g.wide()), v[u])
				}
			}
			for p := range sum {
				c := g.fill(at(coefficient, 8*p))
				for u := range v {
					if points > 1 {
						g.VFMADD231PD(v[u], c, sum[p][u])
					} else {
						g.VFMADD231PD(at(kernel, (first+u)*g.wide()), c, sum[p][u])
					}
				}
			}
			g.ADDQ(operand.U32(tileColumn), kernel)
			g.ADDQ(operand.U32(8*tilePoints), coefficient)
		})
		for p := range sum {
			for u := range sum[p] {
				g.VMOVUPD(sum[p][u], at(f, p*tileColumn+(first+u)*g.wide()))
			}
		}
	}
	g.ret()
}

// tileSlopes emits the gradients of a tile for some coefficient vectors.
func (g *assembler) tileSlopes(points int) {
	g.text(fmt.Sprintf("tileSlopes%d", points),
		"phi *float64, m int, h *float64, sums *float64, ahead *float64",
		fmt.Sprintf("adds Σ h[p] phi[i] over the rows of a tile to sums[i][p], for m kernels and "+
			"p < %d. It prefetches a tile from ahead.", points))
	phi, m, h, sums, ahead := g.arg("phi"), g.arg("m"), g.arg("h"), g.arg("sums"), g.arg("ahead")
	some := g.tileVectors(points)
	for first := 0; first < g.count(tile); first += some {
		kernel, out, i := g.GP64(), g.GP64(), g.GP64()
		g.MOVQ(phi, kernel)
		g.MOVQ(sums, out)
		g.MOVQ(m, i)
		slope := make([][]reg.VecVirtual, points)
		for p := range slope {
			slope[p] = g.vectors(some)
			for u, v := range slope[p] {
				g.VMOVUPD(at(h, p*tileColumn+(first+u)*g.wide()), v)
			}
		}
		g.loop(fmt.Sprint("kernels", first), i, 1, func() {
			sum := g.vectors(points)
			for p, v := range sum {
				g.VMOVUPD(at(out, p*accumulator), v)
			}
			if first == 0 { // the other vectors of the tile have the same kernels
				for line := 0; line < tileColumn; line += 64 {
					g.PREFETCHT1(at(ahead, line))
				}
				g.ADDQ(operand.U32(tileColumn), ahead)
			}
			for u := range some {
				v := g.vector()
				g.VMOVUPD(at(kernel, (first+u)*g.wide()), v)
				for p := range sum {
					g.VFMADD231PD(v, slope[p][u], sum[p])
				}
			}
			for p, v := range sum {
				g.VMOVUPD(v, at(out, p*accumulator))
			}
			g.ADDQ(operand.U32(tileColumn), kernel)
			g.ADDQ(operand.U32(accumulator*tilePoints), out)
		})
	}
	g.ret()
}

// tileProducts emits the products of one square of kernels.
func (g *assembler) tileProducts() {
	g.text("tileProducts",
		"left *float64, right *float64, v *float64, tiles int, stride int, sums *float64",
		fmt.Sprintf("adds Σ v left[i] right[j] over the rows of some tiles to sums[i][j], for %d "+
			"kernels i and as many j. The stride between tiles is in bytes.", tileSquare))
	left, right, v, tiles, stride, sums := g.arg("left"), g.arg("right"), g.arg("v"),
		g.arg("tiles"), g.arg("stride"), g.arg("sums")
	some := tileSquare // kernels j together
	if g.lanes == 4 {  // 16 registers
		some = tileSquare / 2
	}
	for first := 0; first < tileSquare; first += some {
		l, r, weight, n := g.GP64(), g.GP64(), g.GP64(), g.GP64()
		g.MOVQ(left, l)
		g.MOVQ(right, r)
		g.MOVQ(v, weight)
		g.MOVQ(tiles, n)
		sum := make([][]reg.VecVirtual, tileSquare)
		for i := range sum {
			sum[i] = g.zeros(some)
		}
		g.loop(fmt.Sprint("tiles", first), n, 1, func() {
			for u := range g.count(tile) {
				g.square(sum, func(i int) operand.Mem { return at(l, i*tileColumn+u*g.wide()) },
					func(j int) operand.Mem { return at(r, (first+j)*tileColumn+u*g.wide()) },
					at(weight, u*g.wide()))
			}
			g.ADDQ(stride, l)
			g.ADDQ(stride, r)
			g.ADDQ(operand.U32(tileColumn), weight)
		})
		for i := range sum {
			for j := range sum[i] {
				g.accumulate(sum[i][j], at(sums, (i*tileSquare+first+j)*accumulator))
			}
		}
	}
	g.ret()
}

// square adds the products of one vector of rows.
func (g *assembler) square(sum [][]reg.VecVirtual, left, right func(int) operand.Mem,
	weight operand.Mem) {
	heavy, w := g.vectors(len(sum)), g.vector()
	g.VMOVUPD(weight, w)
	for i, v := range heavy {
		g.VMULPD(left(i), w, v)
	}
	for j := range sum[0] {
		r := g.vector()
		g.VMOVUPD(right(j), r)
		for i, v := range heavy {
			g.VFMADD231PD(r, v, sum[i][j])
		}
	}
}
