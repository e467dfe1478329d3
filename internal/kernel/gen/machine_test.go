package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/reg"
)

// machine interprets compiled functions: what each instruction that the generator uses does, after
// the manuals of Intel and AMD. Memory is a list of words of 8 bytes, the first at address base. It
// panics on anything that it does not know, and on addresses beyond its memory.
type machine struct {
	functions map[string]*ir.Function
	constants map[string][]uint64

	memory []uint64
	gp     [16]uint64
	vector [32][8]uint64
	mask   [8]uint8
	zero   bool
	less   bool
	args   []uint64
}

const base = 1 << 20

// newMachine compiles the functions of a target.
func newMachine(target string) (*machine, error) {
	g, err := newAssembler(target)
	if err != nil {
		return nil, err
	}
	g.all()
	file, err := g.Result()
	if err != nil {
		return nil, err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return nil, err
	}
	m := &machine{functions: map[string]*ir.Function{}, constants: map[string][]uint64{}}
	for _, section := range file.Sections {
		switch s := section.(type) {
		case *ir.Function:
			m.functions[s.Name] = s
		case *ir.Global:
			words := make([]uint64, s.Size/8)
			for _, d := range s.Data {
				words[d.Offset/8] = uint64(d.Value.(operand.U64))
			}
			m.constants[s.Symbol.Name] = words
		}
	}
	return m, nil
}

// call runs a function; every argument is 8 bytes.
func (m *machine) call(name string, args []uint64) {
	f, ok := m.functions[name]
	if !ok {
		panic("no function " + name)
	}
	if f.Signature.Params().At(len(args)-1) == nil || f.Signature.Bytes() != 8*len(args) {
		panic(fmt.Sprintf("%s does not take %d arguments", name, len(args)))
	}
	m.args = args
	for i := range m.vector { // what was there before must not matter
		for j := range m.vector[i] {
			m.vector[i][j] = math.Float64bits(math.NaN())
		}
	}
	labels := map[string]int{}
	var code []*ir.Instruction
	for _, n := range f.Nodes {
		switch n := n.(type) {
		case ir.Label:
			labels[string(n)] = len(code)
		case *ir.Instruction:
			code = append(code, n)
		}
	}
	for at := 0; ; at++ {
		i := code[at]
		switch i.Opcode {
		case "RET":
			return
		case "JMP", "JNZ", "JZ", "JLT":
			if map[string]bool{"JMP": true, "JNZ": !m.zero, "JZ": m.zero, "JLT": m.less}[i.Opcode] {
				at = labels[string(i.Operands[0].(operand.LabelRef))] - 1
			}
		default:
			m.step(i)
		}
	}
}

func index(r reg.Register) int { return int(reg.ToPhysical(r).PhysicalIndex()) }

func isParameter(o operand.Mem) bool { return o.Base == reg.FramePointer }

// address is where a memory operand lies.
func (m *machine) address(o operand.Mem) uint64 {
	a := m.gp[index(o.Base)] + uint64(o.Disp)
	if o.Index != nil {
		a += m.gp[index(o.Index)] * uint64(o.Scale)
	}
	return a
}

// word is the place of lane number lane of a memory operand.
func (m *machine) word(o operand.Mem, lane int) *uint64 {
	switch {
	case isParameter(o):
		return &m.args[o.Disp/8+lane]
	case o.Base == reg.StaticBase:
		return &m.constants[o.Symbol.Name][o.Disp/8+lane]
	}
	a := m.address(o) - base
	if a%8 != 0 {
		panic("address not of a word")
	}
	return &m.memory[a/8+uint64(lane)]
}

// width is the number of lanes of a register.
func width(o operand.Op) int { return int(o.(reg.Register).Size() / 8) }

// read returns the lanes of an operand; a broadcast repeats its first.
func (m *machine) read(o operand.Op, lanes int, broadcast bool) (v [8]uint64) {
	for l := range lanes {
		switch o := o.(type) {
		case operand.Mem:
			if broadcast {
				v[l] = *m.word(o, 0)
			} else {
				v[l] = *m.word(o, l)
			}
		case reg.Register:
			v[l] = m.vector[index(o)][l]
		}
	}
	return v
}

// write sets a register, whose higher lanes become 0, or memory.
func (m *machine) write(o operand.Op, lanes int, v [8]uint64) {
	if o, ok := o.(operand.Mem); ok {
		for l := range lanes {
			*m.word(o, l) = v[l]
		}
		return
	}
	r := &m.vector[index(o.(reg.Register))]
	*r = [8]uint64{}
	copy(r[:lanes], v[:lanes])
}

func (m *machine) scalar(o operand.Op) uint64 {
	switch o := o.(type) {
	case operand.Mem:
		return *m.word(o, 0)
	case operand.U8:
		return uint64(o)
	case operand.U32:
		return uint64(o)
	case reg.Register:
		return m.gp[index(o)]
	}
	panic(fmt.Sprintf("operand %T", o))
}

// step executes one instruction that does not jump. Operands are in the order of Go's assembler:
// the result last, and what Intel's manual calls the first source just before it.
func (m *machine) step(i *ir.Instruction) {
	o := i.Operands
	last := o[max(len(o)-1, 0):]
	float, bits := math.Float64frombits, math.Float64bits
	broadcast := len(i.Suffixes) > 0 && i.Suffixes[0] == "BCST"
	if len(i.Suffixes) > 0 && !broadcast && (i.Opcode != "VMOVAPD" || i.Suffixes[0] != "Z") {
		panic(fmt.Sprintf("%s with %v", i.Opcode, i.Suffixes))
	}
	binary := func(f func(second, first uint64) uint64) {
		n := width(last[0])
		second, first := m.read(o[0], n, broadcast), m.read(o[1], n, false)
		var out [8]uint64
		for l := range n {
			out[l] = f(second[l], first[l])
		}
		m.write(last[0], n, out)
	}
	fused := func(f func(third, second, destination float64) float64) {
		n := width(last[0])
		third, second, destination := m.read(o[0], n, broadcast), m.read(o[1], n, false),
			m.read(o[2], n, false)
		var out [8]uint64
		for l := range n {
			out[l] = bits(f(float(third[l]), float(second[l]), float(destination[l])))
		}
		m.write(last[0], n, out)
	}
	switch i.Opcode {
	case "MOVQ":
		m.gp[index(o[1].(reg.Register))] = m.scalar(o[0])
	case "LEAQ":
		m.gp[index(o[1].(reg.Register))] = m.address(o[0].(operand.Mem))
	case "ADDQ":
		m.gp[index(o[1].(reg.Register))] += m.scalar(o[0])
	case "SUBQ":
		r := &m.gp[index(o[1].(reg.Register))]
		*r -= m.scalar(o[0])
		m.zero = *r == 0
	case "SHLQ":
		m.gp[index(o[1].(reg.Register))] <<= m.scalar(o[0])
	case "CMPQ":
		a, b := int64(m.scalar(o[0])), int64(m.scalar(o[1]))
		m.zero, m.less = a == b, a < b
	case "PREFETCHT1":
		m.address(o[0].(operand.Mem))
	case "VZEROUPPER":
		for r := range 16 {
			clear(m.vector[r][2:])
		}
	case "VBROADCASTSD":
		n := width(last[0])
		m.write(last[0], n, m.read(o[0], n, true))
	case "VMOVUPD", "VMOVAPD":
		lanes := 0
		for _, p := range o {
			if r, ok := p.(reg.Register); ok && r.Kind() == reg.KindVector {
				lanes = width(r)
			}
		}
		if _, ok := o[0].(operand.Mem); ok && i.Opcode == "VMOVAPD" {
			panic("VMOVAPD of memory")
		}
		v := m.read(o[0], lanes, false)
		if len(i.Suffixes) > 0 {
			for l := range lanes {
				if m.mask[index(o[1].(reg.Register))]>>l&1 == 0 {
					v[l] = 0
				}
			}
		}
		m.write(last[0], lanes, v)
	case "VADDPD":
		binary(func(b, a uint64) uint64 { return bits(float(a) + float(b)) })
	case "VSUBPD":
		binary(func(b, a uint64) uint64 { return bits(float(a) - float(b)) })
	case "VMULPD":
		binary(func(b, a uint64) uint64 { return bits(float(a) * float(b)) })
	case "VDIVPD":
		binary(func(b, a uint64) uint64 { return bits(float(a) / float(b)) })
	case "VMINPD": // the second where they are equal or not ordered
		binary(func(b, a uint64) uint64 {
			if float(a) < float(b) {
				return a
			}
			return b
		})
	case "VMAXPD":
		binary(func(b, a uint64) uint64 {
			if float(a) > float(b) {
				return a
			}
			return b
		})
	case "VXORPD", "VPXORQ":
		binary(func(b, a uint64) uint64 { return a ^ b })
	case "VANDPD":
		binary(func(b, a uint64) uint64 { return a & b })
	case "VORPD", "VPORQ":
		binary(func(b, a uint64) uint64 { return a | b })
	case "VPADDQ":
		binary(func(b, a uint64) uint64 { return a + b })
	case "VPSLLQ":
		n := width(last[0])
		v := m.read(o[1], n, false)
		for l := range v {
			v[l] <<= o[0].(operand.U8)
		}
		m.write(last[0], n, v)
	case "VFMADD213PD":
		fused(func(c, b, a float64) float64 { return math.FMA(b, a, c) })
	case "VFMADD231PD":
		fused(func(c, b, a float64) float64 { return math.FMA(b, c, a) })
	case "VFNMADD231PD":
		fused(func(c, b, a float64) float64 { return math.FMA(-b, c, a) })
	case "VFMSUB213PD":
		fused(func(c, b, a float64) float64 { return math.FMA(b, a, -c) })
	case "VCMPPD":
		n := width(o[1])
		b, a := m.read(o[1], n, false), m.read(o[2], n, false)
		var out [8]uint64
		var mask uint8
		for l := range n {
			var yes bool
			switch o[0].(operand.U8) {
			case lessOrEqual:
				yes = float(a[l]) <= float(b[l])
			case greaterOrEqual:
				yes = float(a[l]) >= float(b[l])
			default:
				panic("unknown comparison")
			}
			if yes {
				out[l] = math.MaxUint64
				mask |= 1 << l
			}
		}
		if r := last[0].(reg.Register); r.Kind() == reg.KindVector {
			m.write(r, n, out)
		} else {
			m.mask[index(r)] = mask
		}
	case "VBLENDVPD": // mask, second source, first source, result
		n := width(last[0])
		mask, b, a := m.read(o[0], n, false), m.read(o[1], n, false), m.read(o[2], n, false)
		for l := range n {
			if mask[l]>>63 == 1 {
				a[l] = b[l]
			}
		}
		m.write(last[0], n, a)
	case "VBLENDMPD": // second source, first source, mask, result
		n := width(last[0])
		b, a := m.read(o[0], n, false), m.read(o[1], n, false)
		for l := range n {
			if m.mask[index(o[2].(reg.Register))]>>l&1 == 1 {
				a[l] = b[l]
			}
		}
		m.write(last[0], n, a)
	case "VUNPCKLPD", "VUNPCKHPD":
		n := width(last[0])
		b, a := m.read(o[0], n, false), m.read(o[1], n, false)
		var out [8]uint64
		odd := 0
		if i.Opcode == "VUNPCKHPD" {
			odd = 1
		}
		for l := 0; l < n; l += 2 {
			out[l], out[l+1] = a[l+odd], b[l+odd]
		}
		m.write(last[0], n, out)
	case "VSHUFF64X2": // two quarters of the first source, then two of the second
		choice, b, a := int(o[0].(operand.U8)), m.read(o[1], 8, false), m.read(o[2], 8, false)
		var out [8]uint64
		for q := range 4 {
			from := a
			if q >= 2 {
				from = b
			}
			at := 2 * (choice >> (2 * q) & 3)
			out[2*q], out[2*q+1] = from[at], from[at+1]
		}
		m.write(last[0], 8, out)
	case "VHADDPD":
		b, a := m.read(o[0], 4, false), m.read(o[1], 4, false)
		add := func(x, y uint64) uint64 { return bits(float(x) + float(y)) }
		m.write(last[0], 4, [8]uint64{add(a[0], a[1]), add(b[0], b[1]), add(a[2], a[3]),
			add(b[2], b[3])})
	case "VEXTRACTF128":
		v, half := m.read(o[1], 4, false), int(o[0].(operand.U8))
		m.write(last[0], 2, [8]uint64{v[2*half], v[2*half+1]})
	default:
		panic("unknown instruction " + i.Opcode)
	}
}
