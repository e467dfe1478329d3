package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"go/format"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

// call is one use of a function, with what it may write to.
type call struct {
	name  string
	args  []any    // pointer, int or float64
	lanes []output // compared lane by lane
	sums  []output // of which only the total over 8 lanes is compared
	rough []output // sums without lanes
}

type pointer int // a word of the memory

// output is a stretch of words; scale, for those that are rough, is what an error is relative to.
type output struct {
	at, n int
	scale float64
}

// encode gives the argument's 8 bytes.
func encode(a any) uint64 {
	switch a := a.(type) {
	case pointer:
		return base + 8*uint64(a)
	case int:
		return uint64(a)
	case float64:
		return math.Float64bits(a)
	}
	panic(fmt.Sprintf("argument %T", a))
}

// program is a memory and the calls that work on it, each function at least once, in the order of
// the package: every call uses what the ones before it wrote.
func program(seed uint64) (memory []uint64, calls []call) {
	r := rand.New(rand.NewPCG(seed, 1))
	reserve := func(n int, value func(i int) float64) pointer {
		at := len(memory)
		for i := range n {
			memory = append(memory, math.Float64bits(value(i)))
		}
		return pointer(at)
	}
	normal := func(int) float64 { return r.NormFloat64() }
	nothing := func(int) float64 { return 0 }
	const kernels = 6
	add := func(name string, args []any, lanes, sums, rough []output) {
		calls = append(calls, call{name, args, lanes, sums, rough})
	}
	out := func(p pointer, n int) []output { return []output{{int(p), n, 0}} }
	sum := func(p pointer, n int) []output {
		var list []output
		for i := range n {
			list = append(list, output{int(p) + 8*i, 8, 0})
		}
		return list
	}
	k, u := reserve(kernels*264, normal), reserve(kernels*264, normal)
	f, z, h := reserve(256, nothing), reserve(256, nothing), reserve(256, nothing)
	a, mu := reserve(kernels, func(int) float64 { return 12 * r.NormFloat64() }),
		reserve(kernels*1100, normal)
	wR := reserve(256, func(int) float64 { return max(0, r.NormFloat64()) })
	wD := reserve(256, func(int) float64 { return float64(r.IntN(2)) })
	x := reserve(32*1100, normal)
	for _, d := range []int{1, 2, 3, 8} {
		for _, gated := range []bool{true, false} {
			n := 16 * (1 + r.IntN(16))
			c := math.Exp(4*r.NormFloat64() - 1)
			column := func(p pointer, i int) pointer { return p + pointer(264*i) }
			for i := range kernels {
				args := []any{x, n, mu + pointer(i*d), c, column(k, i)}
				name := fmt.Sprint("kernels", d)
				if d > 2 {
					name, args = "kernels", []any{x, n, d, mu + pointer(i*d), c, column(k, i)}
				}
				add(name, args, out(column(k, i), n), nil, nil)
			}
			kind := "Free"
			if gated {
				kind = "Gated"
				add("gate", []any{k, n, kernels, a, f, z}, append(out(f, n), out(z, n)...), nil,
					nil)
			} else {
				add("sum", []any{k, n, kernels, a, f}, out(f, n), nil, nil)
			}
			for _, loss := range []string{"crossEntropy", "brier", "neymanPearson"} {
				sums := reserve(16, nothing)
				add(loss, []any{f, wR, wD, z, n, h, sums}, out(h, n), sum(sums, 2), nil)
			}
			for i := range kernels {
				sums := reserve(8*(1+d), nothing)
				weight := 12 * r.NormFloat64()
				args := []any{column(k, i), h}
				if gated {
					args = append(args, f)
				}
				args = append(args, n, weight)
				if d <= 2 {
					add(fmt.Sprintf("slopes%s%d", kind, d), append(args, x, mu+pointer(i*d), sums),
						nil, sum(sums, 1+d), nil)
				} else {
					add("slopes"+kind, append(args, column(u, i), sums), out(column(u, i), n),
						sum(sums, 1), nil)
					add("columnSums", []any{x, column(u, i), n, d, mu + pointer(i*d), sums + 8},
						nil, sum(sums+8, d), nil)
				}
				sums = reserve(8, nothing)
				add("slopes"+kind+"Frozen", []any{column(k, i), h, n, sums}, nil, sum(sums, 1), nil)
			}
		}
	}
	for _, d := range []int{16, 24, 104, 512, 1032} {
		n := 16 * (1 + r.IntN(2))
		stride := d + 8*r.IntN(2)
		for some := 1; some <= 5; some++ {
			from, distances := reserve(some*264, normal), reserve(some*264, normal)
			var rough []output
			for i := range some {
				rough = append(rough, output{int(distances) + 264*i, n, 2 * float64(d)})
			}
			add(fmt.Sprint("distances", some), []any{x, 8 * stride, n, mu, 8 * stride, d, from,
				distances, x}, nil, nil, rough)
		}
		squares := reserve(256, func(i int) float64 { return math.Exp(3 * r.NormFloat64()) })
		add("exponentials", []any{squares, n, math.Exp(r.NormFloat64())}, out(squares, n), nil, nil)
		factors := reserve(kernels*264, normal)
		for _, width := range []int{8, 16} {
			m := 1 + r.IntN(kernels)
			columns := d / width * width
			moments := reserve(m*stride, normal)
			var rough []output
			for i := range m {
				rough = append(rough, output{int(moments) + i*stride, columns, 100})
			}
			add(fmt.Sprint("moments", width), []any{x, 8 * stride, n, factors, m, mu, 8 * stride,
				columns, moments, x}, nil, nil, rough)
		}
	}
	calls = append(calls, tileCalls(r, reserve)...)
	return memory, calls
}

// tileCalls are calls of the functions of tiles.
func tileCalls(r *rand.Rand, reserve func(int, func(int) float64) pointer) (calls []call) {
	const m, tiles = 8, 3
	normal := func(int) float64 { return r.NormFloat64() }
	nothing := func(int) float64 { return 0 }
	accumulators := func(at pointer, n int) (list []output) {
		for i := range n {
			list = append(list, output{int(at) + 8*i, 8, 0})
		}
		return list
	}
	k := reserve(m*264, func(int) float64 { return math.Exp2(-300 * r.Float64()) })
	z, phi := reserve(16, normal), reserve(tiles*m*tile, normal)
	for _, half := range []int{0, 16} {
		var filled []output
		for i := range m {
			filled = append(filled, output{int(phi) + i*tile + half, 16, 0})
		}
		to := phi + pointer(half)
		calls = append(calls, call{"tileFree", []any{k, m, to}, filled, nil, nil},
			call{"tileGated", []any{k, z, m, to}, filled, nil, nil})
	}
	a := reserve(m*tilePoints, normal)
	f, h := reserve(tile*tilePoints, nothing), reserve(tiles*tile, normal)
	for points := 1; points <= tilePoints; points++ {
		sums := reserve(m*tilePoints*8, nothing)
		next := phi + m*tile
		calls = append(calls, call{fmt.Sprint("tileValues", points), []any{next, m, a, f},
			[]output{{int(f), points * tile, 0}}, nil, nil},
			call{fmt.Sprint("tileSlopes", points), []any{next, m, f, sums, phi},
				nil,
				accumulators(sums, m*tilePoints), nil})
	}
	sums := reserve(16*8, nothing)
	return append(calls, call{"tileProducts", []any{phi, phi + 4*tile, h, tiles, 8 * m * tile,
		sums}, nil, accumulators(sums, 16), nil})
}

// run interprets the calls, and returns the memory after each.
func (m *machine) run(suffix string, memory []uint64, calls []call) (after [][]uint64) {
	m.memory = slices.Clone(memory)
	for _, c := range calls {
		var args []uint64
		for _, a := range c.args {
			args = append(args, encode(a))
		}
		m.call(c.name+suffix, args)
		after = append(after, slices.Clone(m.memory))
	}
	return after
}

// covered fails unless every function is called.
func (m *machine) covered(t *testing.T, suffix string, calls []call) {
	t.Helper()
	for name := range m.functions {
		if !slices.ContainsFunc(calls, func(c call) bool { return c.name+suffix == name }) {
			t.Errorf("%s is not called", name)
		}
	}
}

// features are the flags in /proc/cpuinfo that a target needs, and the names that avo gives to what
// an instruction needs.
var features = map[string]struct{ flags, isa []string }{
	"avx2":   {[]string{"avx2", "fma"}, []string{"AVX", "AVX2", "FMA3", "MMX+", "SSE"}},
	"avx512": {[]string{"avx512f", "avx512vl"}, []string{"AVX", "AVX512F", "MMX+", "SSE"}},
}

// The functions of a target need no more than what the package asks the processor for.
func TestFeatures(t *testing.T) {
	for target, f := range features {
		m, err := newMachine(target)
		if err != nil {
			t.Fatal(err)
		}
		for name, function := range m.functions {
			for _, isa := range function.ISA {
				if !slices.Contains(f.isa, isa) {
					t.Errorf("%s needs %s", name, isa)
				}
			}
		}
	}
}

// The interpreter and the processor leave the same bits in memory, after every call of every
// function.
func TestInterpreterAgainstProcessor(t *testing.T) {
	info, err := os.ReadFile("/proc/cpuinfo")
	if runtime.GOARCH != "amd64" || err != nil {
		t.Skip("needs Linux on amd64")
	}
	has := strings.Fields(string(info))
	for target, f := range features {
		t.Run(target, func(t *testing.T) {
			for _, flag := range f.flags {
				if !slices.Contains(has, flag) {
					t.Skip("needs a processor with", flag)
				}
			}
			m, err := newMachine(target)
			if err != nil {
				t.Fatal(err)
			}
			memory, calls := program(1)
			suffix := strings.ToUpper(target)
			m.covered(t, suffix, calls)
			want := m.run(suffix, memory, calls)
			got := execute(t, target, memory, calls)
			for i := range calls {
				for w := range want[i] {
					if got[i][w] != want[i][w] {
						t.Fatalf("call %d, %s: word %d is %v on the processor, %v interpreted", i,
							calls[i].name, w,
							math.Float64frombits(got[i][w]), math.Float64frombits(want[i][w]))
					}
				}
			}
		})
	}
}

// execute runs the calls on the committed assembly, in a program of its own.
func execute(t *testing.T, target string, memory []uint64, calls []call) (after [][]uint64) {
	t.Helper()
	folder := t.TempDir()
	write := func(name string, text []byte) {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{target + "_amd64.s", target + "_amd64.go"} {
		text, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		write(name, bytes.Replace(text, []byte("\npackage kernel\n"), []byte("\npackage main\n"),
			1))
	}
	write("go.mod", []byte("module execute\n\ngo 1.26.0\n"))
	var source bytes.Buffer
	source.WriteString("package main\n\nimport (\"encoding/binary\"; \"math\"; \"os\"; " +
		"\"unsafe\")\n\nvar memory []uint64\n\n")
	source.WriteString("func p(i int) *float64 { return (*float64)(unsafe.Pointer(&memory[i])) " +
		"}\n\nfunc b(v uint64) float64 { return math.Float64frombits(v) }\n\n")
	fmt.Fprintf(&source, "func main() {\nmemory = make([]uint64, "+
		"%d)\ncheck(binary.Read(os.Stdin, binary.LittleEndian, memory))\n", len(memory))
	for _, c := range calls {
		var args []string
		for _, a := range c.args {
			switch a := a.(type) {
			case pointer:
				args = append(args, fmt.Sprintf("p(%d)", a))
			case int:
				args = append(args, fmt.Sprint(a))
			case float64:
				args = append(args, fmt.Sprintf("b(%#x)", math.Float64bits(a)))
			}
		}
		fmt.Fprintf(&source, "%s%s(%s)\ncheck(binary.Write(os.Stdout, binary.LittleEndian, "+
			"memory))\n", c.name, strings.ToUpper(target), strings.Join(args, ", "))
	}
	source.WriteString("}\n\nfunc check(err error) {\nif err != nil {\npanic(err)\n}\n}\n")
	text, err := format.Source(source.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	write("main.go", text)
	var in, errors bytes.Buffer
	if err := binary.Write(&in, binary.LittleEndian, memory); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("go", "run", ".")
	command.Dir, command.Stdin, command.Stderr = folder, &in, &errors
	command.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	result, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, &errors)
	}
	for range calls {
		words := make([]uint64, len(memory))
		for i := range words {
			words[i] = binary.LittleEndian.Uint64(result[8*i:])
		}
		result = result[8*len(words):]
		after = append(after, words)
	}
	return after
}

// Eight lanes do what four do: the same bits in each lane of what is not a sum, and the same sums
// except for the order of additions. Nothing else in memory changes.
func TestWidths(t *testing.T) {
	four, err := newMachine("avx2")
	if err != nil {
		t.Fatal(err)
	}
	eight, err := newMachine("avx512")
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(4) {
		memory, calls := program(seed)
		eight.covered(t, "AVX512", calls)
		worked := map[string]bool{}
		state := slices.Clone(memory)
		// each call from the same memory, so that differences do not spread
		for i, c := range calls {
			want := four.run("AVX2", state, calls[i:i+1])[0]
			got := eight.run("AVX512", state, calls[i:i+1])[0]
			worked[c.name] = worked[c.name] || compare(t,
				fmt.Sprintf("seed %d, call %d, %s", seed, i, c.name), c, state, want, got)
			if t.Failed() {
				return
			}
			state = want
		}
		for _, c := range calls {
			if !worked[c.name] {
				t.Errorf("%s did nothing", c.name)
			}
		}
	}
}

func compare(t *testing.T, what string, c call, before, want, got []uint64) (changed bool) {
	t.Helper()
	loose := make([]bool, len(want))
	near := func(a, b, scale float64) bool { return math.Abs(a-b) <= 1e-13*scale }
	for _, o := range c.rough {
		for i := o.at; i < o.at+o.n; i++ {
			loose[i] = true
			changed = changed || want[i] != before[i]
			if a, b := math.Float64frombits(want[i]), math.Float64frombits(got[i]); !near(a, b,
				o.scale) {
				t.Errorf("%s: word %d is %v, want %v", what, i, b, a)
			}
		}
	}
	for _, o := range c.sums {
		var a, b, scale float64
		for i := o.at; i < o.at+o.n; i++ {
			loose[i] = true
			changed = changed || want[i] != before[i]
			a += math.Float64frombits(want[i])
			b += math.Float64frombits(got[i])
			scale += math.Abs(math.Float64frombits(want[i]))
		}
		if !near(a, b, 100*scale) { // lanes may be sums that cancel
			t.Errorf("%s: the sum at %d is %v, want %v", what, o.at, b, a)
		}
	}
	for i := range want {
		if loose[i] {
			continue
		}
		changed = changed || want[i] != before[i]
		if got[i] != want[i] {
			t.Errorf("%s: word %d is %v, want %v", what, i, math.Float64frombits(got[i]),
				math.Float64frombits(want[i]))
			return changed
		}
	}
	return changed
}

// The committed files are what the generator writes.
func TestCommitted(t *testing.T) {
	name := filepath.Join(t.TempDir(), "tables.go")
	if err := writeTables(name); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../tables.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("tables.go is not what gen writes; run go generate")
	}
	for _, target := range []string{"avx2", "avx512"} {
		g, err := newAssembler(target)
		if err != nil {
			t.Fatal(err)
		}
		g.all()
		file, err := g.Result()
		if err != nil {
			t.Fatal(err)
		}
		if err := pass.Compile.Execute(file); err != nil {
			t.Fatal(err)
		}
		config := printer.Config{Name: "gen", Pkg: "kernel"}
		for name, p := range map[string]printer.Printer{"s": printer.NewGoAsm(config),
			"go": printer.NewStubs(config)} {
			name = fmt.Sprintf("../%s_amd64.%s", target, name)
			want, err := p.Print(file)
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			_, got, _ = bytes.Cut(got, []byte("\n")) // the first line has the command
			_, want, _ = bytes.Cut(want, []byte("\n"))
			if !bytes.Equal(got, want) {
				t.Errorf("%s is not what gen writes; run go generate", name)
			}
		}
	}
}
