package main

import (
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// slopesPass is the third pass for one kernel: the sums of dL/da, and those of dL/dmu or, for a
// general number of coordinates, the factors of x - mu in them.
type slopesPass struct {
	*assembler
	gated bool
	d     int

	f, x, out reg.GPVirtual    // arguments that only some passes have
	a         reg.VecVirtual   // the coefficient, or twice the coefficient with a gate
	mu        []reg.VecVirtual // the centroid
	da        []reg.VecVirtual // accumulators of dL/da
	dmu       [][]reg.VecVirtual
}

// sets is the number of accumulators of each sum of a slopesPass.
const sets = 2

// slopes emits the third pass.
func (g *assembler) slopes(gated bool, d int) {
	p := slopesPass{assembler: g, gated: gated, d: d}
	name, signature, doc := p.declaration()
	g.text(name, signature, doc)
	k, h, n, sums := g.arg("k"), g.arg("h"), g.arg("n"), g.arg("sums")
	p.load()
	p.da = g.zeros(sets)
	p.dmu = make([][]reg.VecVirtual, max(d, 0))
	for j := range p.dmu {
		p.dmu[j] = g.zeros(sets)
	}
	g.loop("rows", n, rows, func() {
		for u := range g.count(rows) {
			p.add(k, h, u)
		}
		pointers := []reg.GPVirtual{k, h}
		if gated && d != frozen {
			pointers = append(pointers, p.f)
		}
		if d > 0 {
			pointers = append(pointers, p.x)
		}
		if d == general {
			pointers = append(pointers, p.out)
		}
		for _, pointer := range pointers {
			g.ADDQ(operand.U32(8*rows), pointer)
		}
	})
	g.accumulate(g.fold(p.da), at(sums, 0))
	for j := range p.dmu {
		g.accumulate(g.fold(p.dmu[j]), at(sums, (j+1)*accumulator))
	}
	g.ret()
}

// declaration is the name, the signature and the comment of the function.
func (p *slopesPass) declaration() (name, signature, doc string) {
	name, doc = "slopesFree", "adds Σ h k to sums[:8]"
	signature = "k *float64, h *float64"
	if p.gated {
		name, doc = "slopesGated", "adds Σ h k² to sums[:8]"
	}
	if p.gated && p.d != frozen {
		signature += ", f *float64"
	}
	signature += ", n int"
	if p.d != frozen {
		signature += ", a float64"
	}
	switch {
	case p.d > 0:
		signature += ", x *float64, mu *float64"
		doc += " and Σ u (x-mu)_j to sums[8(j+1):8(j+2)]"
	case p.d == general:
		signature += ", u *float64"
		doc += " and sets u[:n]"
	}
	if p.d != frozen {
		if p.gated {
			doc += "; u = h k (2 a k - f)"
		} else {
			doc += "; u = h k a"
		}
	}
	return name + dims(p.d), signature + ", sums *float64", doc + "."
}

// load loads the arguments that only some passes have.
func (p *slopesPass) load() {
	if p.gated && p.d != frozen {
		p.f = p.arg("f")
	}
	if p.d > 0 {
		p.x = p.arg("x")
		base := p.arg("mu")
		for j := range p.d {
			p.mu = append(p.mu, p.fill(at(base, 8*j)))
		}
	}
	if p.d == general {
		p.out = p.arg("u")
	}
	if p.d == frozen {
		return
	}
	a, err := p.Param("a").Resolve()
	if err != nil {
		panic(err)
	}
	p.a = p.fill(a.Addr)
	if p.gated {
		p.VADDPD(p.a, p.a, p.a)
	}
}

// add adds vector u of the rows to the accumulators.
func (p *slopesPass) add(k, h reg.GPVirtual, u int) {
	kernel, q := p.vector(), p.vector()
	p.VMOVUPD(at(k, u*p.wide()), kernel)
	p.VMULPD(at(h, u*p.wide()), kernel, q)
	if p.gated {
		p.VFMADD231PD(kernel, q, p.da[u%sets])
	} else {
		p.VADDPD(q, p.da[u%sets], p.da[u%sets])
	}
	if p.d == frozen {
		return
	}
	if p.gated {
		p.VFMSUB213PD(at(p.f, u*p.wide()), p.a, kernel)
		p.VMULPD(kernel, q, q)
	} else {
		p.VMULPD(p.a, q, q)
	}
	if p.d == general {
		p.VMOVUPD(q, at(p.out, u*p.wide()))
	}
	for j := range p.dmu {
		t := p.vector()
		p.VSUBPD(at(p.x, j*chunkColumn+u*p.wide()), p.mu[j], t)
		p.VFNMADD231PD(t, q, p.dmu[j][u%sets])
	}
}
