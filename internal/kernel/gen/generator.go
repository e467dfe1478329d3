package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
	"github.com/mmcloughlin/avo/x86"
)

// The layout that the package and its assembly share; rows.go of the package has the same
// numbers.
const (
	rows         = 16      // rows that a pass takes at a time
	chunkColumn  = 256 * 8 // bytes between the columns of a chunk
	kernelColumn = 264 * 8 // bytes between the kernels of a chunk's buffer
	accumulator  = 8 * 8   // bytes of one accumulator
)

// assembler emits the functions for vectors of a number of lanes.
type assembler struct {
	*build.Context
	suffix string
	lanes  int
	vector func() reg.VecVirtual

	table   operand.Mem
	entries map[datum]int
	size    int // of the table, in bytes
}

// datum is a number in the table, so many times over.
type datum struct {
	bits  uint64
	times int
}

func newAssembler(target string) (*assembler, error) {
	g := &assembler{Context: build.NewContext(), entries: map[datum]int{}}
	switch target {
	case "avx2":
		g.suffix, g.lanes, g.vector = "AVX2", 4, g.YMM
	case "avx512":
		g.suffix, g.lanes, g.vector = "AVX512", 8, g.ZMM
	default:
		return nil, fmt.Errorf("unknown target %q", target)
	}
	g.table = g.StaticGlobal("constants" + g.suffix)
	g.DataAttributes(attr.RODATA | attr.NOPTR)
	return g, nil
}

func (g *assembler) all() {
	for _, d := range []int{1, 2, general} {
		g.kernels(d)
	}
	g.exponentials()
	g.gate(true)
	g.gate(false)
	g.neymanPearson()
	g.logistic("crossEntropy")
	g.logistic("brier")
	for _, gated := range []bool{true, false} {
		for _, d := range []int{1, 2, general, frozen} {
			g.slopes(gated, d)
		}
	}
	g.columnSums()
	for _, s := range g.tiles() {
		g.distances(s[0], s[1])
	}
	g.moments(16)
	g.moments(8)
	g.tileFill(true)
	g.tileFill(false)
	for points := 1; points <= tilePoints; points++ {
		g.tileValues(points)
		g.tileSlopes(points)
	}
	g.tileProducts()
}

// constant returns the place of a number of 8 bytes.
func (g *assembler) constant(bits uint64) operand.Mem { return g.repeated(datum{bits, 1}) }

// full returns the place of a number that is repeated in every lane of a vector.
func (g *assembler) full(v float64) operand.Mem {
	return g.repeated(datum{math.Float64bits(v), g.lanes})
}

func (g *assembler) repeated(e datum) operand.Mem {
	at, ok := g.entries[e]
	if !ok {
		// a load that crosses lines of the cache is slow
		for ; g.size%(8*e.times) != 0; g.size += 8 {
			g.AddDatum(g.size, operand.U64(0))
		}
		at = g.size
		g.entries[e] = at
		for range e.times {
			g.AddDatum(g.size, operand.U64(e.bits))
			g.size += 8
		}
	}
	return g.table.Offset(at)
}

// broadcast fills a vector with one number.
func (g *assembler) broadcast(v float64) reg.VecVirtual {
	return g.fill(g.constant(math.Float64bits(v)))
}

func (g *assembler) fill(m operand.Mem) reg.VecVirtual {
	r := g.vector()
	g.VBROADCASTSD(m, r)
	return r
}

func (g *assembler) zero() reg.VecVirtual {
	r := g.vector()
	if g.lanes == 8 {
		i, err := x86.VPXORQ(r, r, r)
		if err != nil {
			panic(err)
		}
		i.CancellingInputs = true // avo does not know that the result does not depend on r
		g.Instruction(i)
	} else {
		g.VXORPD(r, r, r)
	}
	return r
}

// vectors makes n empty registers.
func (g *assembler) vectors(n int) []reg.VecVirtual {
	out := make([]reg.VecVirtual, n)
	for i := range out {
		out[i] = g.vector()
	}
	return out
}

func (g *assembler) zeros(n int) []reg.VecVirtual {
	out := make([]reg.VecVirtual, n)
	for i := range out {
		out[i] = g.zero()
	}
	return out
}

// count is the number of vectors that hold n numbers.
func (g *assembler) count(n int) int { return n / g.lanes }

// wide is the number of bytes of a vector.
func (g *assembler) wide() int { return 8 * g.lanes }

// text opens a function.
func (g *assembler) text(name, signature, doc string) {
	name += g.suffix
	g.Function(name)
	g.Attributes(attr.NOSPLIT)
	g.SignatureExpr("func(" + signature + ")")
	g.Pragma("noescape")
	g.Doc(name + " " + doc)
}

func (g *assembler) arg(name string) reg.GPVirtual {
	r := g.GP64()
	g.Load(g.Param(name), r)
	return r
}

func at(base reg.Register, offset int) operand.Mem { return operand.Mem{Base: base, Disp: offset} }

func indexed(base, index reg.Register, scale uint8, offset int) operand.Mem {
	return operand.Mem{Base: base, Index: index, Scale: scale, Disp: offset}
}

// loop repeats the body n times, counting the register down by the step; n must be a positive
// multiple.
func (g *assembler) loop(label string, n reg.Register, step int, body func()) {
	g.Label(label)
	body()
	g.SUBQ(operand.U32(uint32(step)), n)
	g.JNZ(operand.LabelRef(label))
}

// polynomial evaluates c[0] + x c[1] + x² c[2] + ... for some vectors. Even and odd powers are
// summed apart, for shorter chains of operations. The constants stay in memory: AVX2 has 16
// registers.
func (g *assembler) polynomial(x []reg.VecVirtual, c []float64) []reg.VecVirtual {
	square, even, odd := g.vectors(len(x)), g.vectors(len(x)), g.vectors(len(x))
	last := len(c) - 1
	if last%2 == 0 {
		even, odd = odd, even
	}
	for u := range x {
		g.VMULPD(x[u], x[u], square[u])
		if g.lanes == 8 {
			g.VBROADCASTSD(g.constant(math.Float64bits(c[last])), odd[u])
			g.VBROADCASTSD(g.constant(math.Float64bits(c[last-1])), even[u])
		} else {
			g.VMOVUPD(g.full(c[last]), odd[u])
			g.VMOVUPD(g.full(c[last-1]), even[u])
		}
	}
	for i := last - 2; i >= 0; i-- {
		sum := odd
		if (last-i)%2 == 1 {
			sum = even
		}
		for u := range x {
			if g.lanes == 8 {
				g.VFMADD213PD_BCST(g.constant(math.Float64bits(c[i])), square[u], sum[u])
			} else {
				g.VFMADD213PD(g.full(c[i]), square[u], sum[u])
			}
		}
	}
	if last%2 == 0 {
		even, odd = odd, even
	}
	for u := range x {
		g.VFMADD231PD(odd[u], x[u], even[u])
	}
	return even
}

// fold adds the accumulators to the first, pairwise.
func (g *assembler) fold(v []reg.VecVirtual) reg.VecVirtual {
	for len(v) > 1 {
		h := len(v) / 2
		for i := range h {
			g.VADDPD(v[i+h], v[i], v[i])
		}
		v = v[:h]
	}
	return v[0]
}

// accumulate adds a vector to an accumulator in memory.
func (g *assembler) accumulate(v reg.VecVirtual, m operand.Mem) {
	g.VADDPD(m, v, v)
	g.VMOVUPD(v, m)
}

// ret closes a function. The upper halves of the registers are cleared, for the scalar code that
// follows.
func (g *assembler) ret() {
	g.VZEROUPPER()
	g.RET()
}

// checkRegisters is a pass over compiled functions. The allocator of avo may use the registers 16
// to 31, which only AVX-512 has.
func (g *assembler) checkRegisters(f *ir.Function) error {
	if g.lanes == 8 {
		return nil
	}
	for _, i := range f.Instructions() {
		for _, r := range append(i.InputRegisters(), i.OutputRegisters()...) {
			if p := reg.ToPhysical(r); p != nil && p.Kind() == reg.KindVector &&
				p.PhysicalIndex() > 15 {
				return fmt.Errorf("%s: register %s is beyond %s", f.Name, p.Asm(), g.suffix)
			}
		}
	}
	return nil
}
