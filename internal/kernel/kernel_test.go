package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// Rows in the thousands, hundreds of columns, dozens of kernels: every loop and every rest of a
// loop.
func TestAgainstReferenceLarge(t *testing.T) {
	shapes := [][3]int{ // d, M, N
		{1, 5, 5000}, {2, 5, 5000}, {3, 7, 2000}, {8, 64, 700}, {9, 5, 700}, {16, 70, 300},
		{17, 6, 300},
		{64, 8, 300}, {100, 5, 500}, {128, 9, 100}, {300, 20, 100}, {504, 4, 100}, {513, 3, 100},
		{1000, 5, 50},
		{1024, 2, 50}, {1030, 11, 40}, {4096, 1, 40},
	}
	for _, path := range allPaths() {
		for _, s := range shapes {
			t.Run(fmt.Sprintf("%s/d=%d/M=%d/N=%d", path.name(), s[0], s[1], s[2]),
				func(t *testing.T) {
					r := rand.New(rand.NewPCG(3, uint64(s[0])))
					for _, loss := range []LossKind{NP, BCE, MSE} {
						p := random(r, s[0], s[1], s[2])
						p.config.Loss, p.config.Frozen, p.config.SoftMax = loss, false,
							loss != BCE ||
								r.IntN(2) == 0
						p.sigma = math.Sqrt(float64(s[0])) // where most kernels count
						p.check(t, path, tolerance)
					}
				})
		}
	}
}

// The paths agree with one another as they agree with the reference.
func TestPathsAgree(t *testing.T) {
	paths := allPaths()
	if len(paths) < 2 {
		t.Skip("this processor has one path")
	}
	r := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		p := random(r, 1+r.IntN(300), 1+r.IntN(20), r.IntN(300))
		scale := p.reference()
		a, err := newWorkspace(p.config, paths[r.IntN(len(paths)-1)])
		if err != nil {
			t.Fatal(err)
		}
		b, err := newWorkspace(p.config, portable{})
		if err != nil {
			t.Fatal(err)
		}
		parts := p.parts()
		agree := func(what string, e estimate, got, other float64) {
			e.value = other
			e.check(t, what, got, tolerance)
		}
		agree("loss", scale.loss, a.Gradient(parts, p.at()),
			b.Gradient(parts, p.at()))
		for i, e := range scale.a {
			agree("dL/da", e, a.Coefficients()[i], b.Coefficients()[i])
		}
		for i := range a.Centroids() {
			agree("dL/dmu", scale.mu[i], a.Centroids()[i], b.Centroids()[i])
		}
		agree("t", scale.t, a.Statistic(parts, p.at()),
			b.Statistic(parts, p.at()))
	}
}

// One kernel on one row of each sample: every number can be written down.
func TestByHand(t *testing.T) {
	for _, path := range allPaths() {
		for _, d := range []int{1, 2, 3, 20} {
			x, mu := make([]float64, d), make([]float64, d)
			x[0] = 2 // at distance sigma, so that k = e^-1/2
			w, err := newWorkspace(Config{Dim: d, Kernels: 1, SoftMax: true}, path)
			if err != nil {
				t.Fatal(err)
			}
			k := math.Exp(-0.5)
			parts := []SamplePart{{Rows: Pack(x, 1, d), Reference: 3, Data: 1}}
			f := 1.5 * k
			g := 3*math.Exp(f) - 1
			close := func(what string, got, want float64) {
				t.Helper()
				if math.Abs(got-want) > 4e-15*(1+math.Abs(want)) {
					t.Errorf("%s, d = %d: %s is %v, want %v", path.name(), d, what, got, want)
				}
			}
			close("loss", w.Gradient(parts, Parameters{mu, []float64{1.5}, 2}), 3*math.Expm1(f)-f)
			close("dL/da", w.Coefficients()[0], g*k)
			close("dL/dmu", w.Centroids()[0], g*f*2/4)
			for _, v := range w.Centroids()[1:] {
				close("dL/dmu", v, 0)
			}
		}
	}
}

// Where f is tiny, so is each term, and none may be lost in 1 + f.
func TestSmallLogRatio(t *testing.T) {
	for _, path := range allPaths() {
		w, err := newWorkspace(Config{Dim: 1, Kernels: 1}, path)
		if err != nil {
			t.Fatal(err)
		}
		rows := Pack(make([]float64, 100), 100, 1)
		const a = 1e-9
		at := Parameters{[]float64{0}, []float64{a}, 1}
		got := w.Statistic([]SamplePart{{Rows: rows, Reference: 1, Data: 1}}, at)
		// -2·100·(e^a - 1 - a) = -100 a² (1 + a/3 + ...); each of the two sums is good to 1e-15 of
		// itself
		if want := -100.0 * a * a; math.Abs(got-want) > 200*a*1e-15 {
			t.Errorf("%s: t is %v, want %v", path.name(), got, want)
		}
		reference := w.Statistic([]SamplePart{{Rows: rows, Reference: 1}}, at)
		if want := -200 * math.Expm1(a); math.Abs(reference/want-1) > 1e-14 {
			t.Errorf("%s: t of the reference is %v, want %v", path.name(), reference, want)
		}
	}
}

func TestFarAway(t *testing.T) {
	for _, path := range allPaths() {
		for _, d := range []int{1, 2, 5, 40} {
			for _, gated := range []bool{true, false} {
				for _, distance := range []float64{1e3, 1e6, 1e100} {
					w, err := newWorkspace(Config{Dim: d, Kernels: 3, SoftMax: gated}, path)
					if err != nil {
						t.Fatal(err)
					}
					r := rand.New(rand.NewPCG(7, 7))
					x, mu := make([]float64, 50*d), make([]float64, 3*d)
					for i := range x {
						x[i] = r.NormFloat64()
					}
					fill(mu, distance)
					parts := []SamplePart{{Rows: Pack(x, 50, d), Reference: 0.1, Data: 1}}
					loss := w.Gradient(parts, Parameters{mu, []float64{1, -2, 30}, 1})
					if loss != 0 {
						t.Errorf("%s: loss %v", path.name(), loss)
					}
					for _, v := range append(w.Coefficients(), w.Centroids()...) {
						if v != 0 {
							t.Errorf("%s, d = %d, gated %v, distance %v: gradient %v", path.name(),
								d, gated, distance, v)
							break
						}
					}
				}
			}
		}
	}
}

// NaN and infinities do not come out as numbers, wherever they go in.
func TestNonFinite(t *testing.T) {
	for _, path := range allPaths() {
		for _, d := range []int{1, 2, 5, 40} {
			for _, config := range []Config{
				{Dim: d, Kernels: 2, SoftMax: true}, {Dim: d, Kernels: 2, Loss: BCE},
				{Dim: d, Kernels: 2, SoftMax: true, Loss: MSE, Frozen: true},
			} {
				for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e151} {
					for where := range 4 {
						n := 40
						x, mu, a, sigma := make([]float64, n*d), make([]float64, 2*d),
							[]float64{1, 2}, 1.0
						switch where {
						case 0:
							x[17*d+d-1] = bad
						case 1:
							mu[2*d-1] = bad
						case 2:
							a[1] = bad
						case 3:
							sigma = bad
						}
						if where >= 2 && bad == 1e151 {
							continue // large, but fine
						}
						w, err := newWorkspace(config, path)
						if err != nil {
							t.Fatal(err)
						}
						parts := []SamplePart{{Rows: Pack(x, n, d), Reference: 0.1, Data: 1}}
						f := make([]float64, n)
						w.logRatio(f, parts[0].Rows, Parameters{mu, a, sigma})
						at := Parameters{mu, a, sigma}
						results := append(f, w.lossAlone(parts, at), w.Statistic(parts, at),
							w.Gradient(parts, at))
						results = append(append(results, w.Coefficients()...), w.Centroids()...)
						for _, v := range results {
							if !math.IsNaN(v) {
								t.Fatalf("%s, %+v: %v in input %d gave %v", path.name(), config,
									bad, where, v)
							}
						}
					}
				}
				w, err := newWorkspace(config, path)
				if err != nil {
					t.Fatal(err)
				}
				parts := []SamplePart{{Rows: Pack(make([]float64, d), 1, d), Reference: 1}}
				for _, sigma := range []float64{0, -1, 1e-160} {
					at := Parameters{make([]float64, 2*d), []float64{1, 2}, sigma}
					if v := w.lossAlone(parts, at); !math.IsNaN(v) {
						t.Errorf("%s: sigma %v gave the loss %v", path.name(), sigma, v)
					}
				}
				// Weights that are not finite, and coefficients so large that f overflows.
				for _, p := range []SamplePart{{Reference: math.NaN()}, {Data: math.NaN()},
					{Reference: math.Inf(1)}, {Data: math.Inf(1)}} {
					p.Rows = parts[0].Rows
					at := Parameters{make([]float64, 2*d), []float64{1, 2}, 1}
					if v := w.lossAlone([]SamplePart{p}, at); !math.IsNaN(v) && !math.IsInf(v, 0) {
						t.Errorf("%s: weights %v, %v gave the loss %v", path.name(), p.Reference,
							p.Data, v)
					}
				}
			}
		}
	}
}

func TestExtremes(t *testing.T) {
	for _, path := range allPaths() {
		r := rand.New(rand.NewPCG(9, 1))
		for _, d := range []int{1, 2, 4, 30} {
			for n := range 6 {
				for _, sigma := range []float64{1e-150, 1e-9, 1e-3, 1e3, 1e9, 1e150} {
					p := random(r, d, 1+r.IntN(3), n)
					p.sigma = sigma
					if sigma == 1e-150 {
						for i := range p.x { // on the centroid or far beyond
							p.x[i] = p.mu[i%d] + math.Round(p.x[i])
						}
					}
					p.check(t, path, tolerance)
				}
			}
			p := random(r, d, 4, 30)
			clear(p.wR)
			clear(p.wD)
			p.check(t, path, tolerance)
			p = random(r, d, 4, 30)
			for i := range p.a { // beyond the clamp, both ways
				p.a[i] = 50 * r.NormFloat64()
			}
			p.sigma = 3 * math.Sqrt(float64(d))
			p.check(t, path, tolerance)
		}
	}
}

// The bits depend on the inputs alone: not on former calls, addresses, or how rows and weights are
// given.
func TestDeterminism(t *testing.T) {
	for _, path := range allPaths() {
		r := rand.New(rand.NewPCG(11, 1))
		for _, d := range []int{1, 2, 5, 9, 40, 600} {
			p := random(r, d, 6, 700)
			p.config.Frozen = false
			for i := range p.wR {
				p.wR[i], p.wD[i] = 0.3, 1
			}
			evaluate := func(w *Workspace, parts []SamplePart) []float64 {
				out := []float64{w.lossAlone(parts, p.at()),
					w.Statistic(parts, p.at()), w.Gradient(parts, p.at())}
				return append(append(out, w.Coefficients()...), w.Centroids()...)
			}
			w, err := newWorkspace(p.config, path)
			if err != nil {
				t.Fatal(err)
			}
			rows := Pack(p.x, p.n, d)
			want := evaluate(w, []SamplePart{{Rows: rows, Reference: 0.3, Data: 1}})
			if got := evaluate(w, []SamplePart{{Rows: rows, References: p.wR,
				Counts: p.wD}}); !slices.Equal(got, want) {
				t.Errorf("%s, d = %d: weights row by row change the result", path.name(), d)
			}
			for shift := range 4 {
				used, err := newWorkspace(p.config, path)
				if err != nil {
					t.Fatal(err)
				}
				other := random(r, d, 6, 900)
				again := Pack(other.x, other.n, d)
				// leaves traces
				evaluate(used, []SamplePart{{Rows: again, Reference: 7, Counts: other.wD}})
				again.Repack(append(make([]float64, shift), p.x...)[shift:], p.n)
				move := make([]float64, shift+len(again.x))
				copy(move[shift:], again.x)
				again.x = move[shift:]
				if got := evaluate(used, []SamplePart{{Rows: again, Reference: 0.3,
					Data: 1}}); !slices.Equal(got, want) {
					t.Errorf(
						"%s, d = %d, shift %d: another address or former use changes the result",
						path.name(), d, shift)
				}
			}
		}
	}
}

func TestNoAllocation(t *testing.T) {
	for _, path := range allPaths() {
		for _, d := range []int{1, 2, 5, 40} {
			p := random(rand.New(rand.NewPCG(13, 1)), d, 5, 600)
			w, err := newWorkspace(p.config, path)
			if err != nil {
				t.Fatal(err)
			}
			parts, f := p.parts(), make([]float64, p.n)
			rows := Pack(p.x, p.n, d)
			if n := testing.AllocsPerRun(20, func() {
				rows.Repack(p.x, p.n)
				w.Gradient(parts, p.at())
				w.lossAlone(parts, p.at())
				w.Statistic(parts, p.at())
				w.logRatio(f, rows, p.at())
			}); n != 0 {
				t.Errorf("%s, d = %d: %v allocations", path.name(), d, n)
			}
		}
	}
}

func TestSharedRows(t *testing.T) {
	for _, d := range []int{2, 40} {
		p := random(rand.New(rand.NewPCG(15, 1)), d, 5, 1000)
		parts := p.parts()
		var group sync.WaitGroup
		losses := make([]float64, 4)
		for i := range losses {
			group.Go(func() {
				w, err := New(p.config)
				if err != nil {
					t.Error(err)
					return
				}
				for range 20 {
					losses[i] = w.Gradient(parts, p.at())
				}
			})
		}
		group.Wait()
		for _, v := range losses[1:] {
			if v != losses[0] {
				t.Errorf("d = %d: losses %v", d, losses)
			}
		}
	}
}

func TestRepack(t *testing.T) {
	for _, d := range []int{1, 3, 11} {
		r := rand.New(rand.NewPCG(17, 1))
		rows := Pack(nil, 0, d)
		for _, n := range []int{5, 300, 20, 1000, 0, 17} {
			x := make([]float64, n*d)
			for i := range x {
				x[i] = r.NormFloat64()
			}
			rows.Repack(x, n)
			if rows.N() != n || rows.Dim() != d {
				t.Errorf("%d rows in %d dimensions, want %d in %d", rows.N(), rows.Dim(), n, d)
			}
			if !slices.Equal(rows.x, Pack(x, n, d).x) {
				t.Errorf("d = %d: %d rows repacked differ from rows packed", d, n)
			}
		}
	}
}

func TestConfigErrors(t *testing.T) {
	for _, c := range []Config{{Dim: 0, Kernels: 1}, {Dim: 1, Kernels: 0},
		{Dim: 1, Kernels: 1, Loss: 3}, {Dim: 1, Kernels: 1, Loss: -1}} {
		if _, err := New(c); err == nil {
			t.Errorf("%+v makes a workspace", c)
		}
	}
}

func TestMisfits(t *testing.T) {
	w, err := New(Config{Dim: 2, Kernels: 1})
	if err != nil {
		t.Fatal(err)
	}
	zeros := func(mu, a int) Parameters {
		return Parameters{make([]float64, mu), make([]float64, a), 1}
	}
	for name, f := range map[string]func(){
		"rows":      func() { Pack(make([]float64, 5), 2, 2) },
		"dimension": func() { Pack(nil, 0, 0) },
		"mu":        func() { w.lossAlone(nil, zeros(3, 1)) },
		"a":         func() { w.lossAlone(nil, zeros(2, 2)) },
		"part":      func() { w.lossAlone([]SamplePart{{Rows: Pack(nil, 0, 3)}}, zeros(2, 1)) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func TestChoose(t *testing.T) {
	if p, err := choose("off"); err != nil || p.name() != "portable" {
		t.Errorf("off gives %v, %v", p, err)
	}
	for _, wish := range []string{"avx3", "AVX2", "on"} {
		if p, err := choose(wish); err == nil {
			t.Errorf("%s gives %v", wish, p.name())
		}
	}
	best, err := choose("")
	if err != nil {
		t.Fatal(err)
	}
	if want := allPaths()[0].name(); best.name() != want {
		t.Errorf("without a wish the path is %s, want %s", best.name(), want)
	}
	for _, wish := range []string{"avx2", "avx512"} {
		has := slices.ContainsFunc(vectorPaths(), func(p passes) bool { return p.name() == wish })
		if p, err := choose(wish); (err == nil) != has || err == nil && p.name() != wish {
			t.Errorf("%s gives %v, %v", wish, p, err)
		}
	}
}

func FuzzKernel(f *testing.F) {
	f.Add(uint64(1), uint16(1), uint8(5), uint16(20), 1.0)
	f.Add(uint64(2), uint16(2), uint8(1), uint16(300), 1e-3)
	f.Add(uint64(3), uint16(100), uint8(20), uint16(40), 10.0)
	f.Add(uint64(4), uint16(7), uint8(6), uint16(0), 1e300)
	f.Fuzz(func(t *testing.T, seed uint64, d uint16, m uint8, n uint16, sigma float64) {
		r := rand.New(rand.NewPCG(seed, 0))
		p := random(r, 1+int(d%300), 1+int(m%24), int(n%400))
		p.sigma = sigma
		if !(math.Abs(math.Log(sigma)) < 345) { // beyond 1e150 either way
			t.Skip()
		}
		for _, path := range allPaths() {
			p.check(t, path, tolerance)
		}
	})
}
