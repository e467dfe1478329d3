package kernel

import (
	"math/rand/v2"
	"syscall"
	"testing"
	"unsafe"
)

// guarded returns a copy of x that ends where the memory of the process ends: a read or write
// beyond it, which the assembly would do unnoticed, is a fault.
func guarded(t *testing.T, x []float64) []float64 {
	t.Helper()
	page := syscall.Getpagesize()
	size := (8*len(x) + page - 1) / page * page
	memory, err := syscall.Mmap(-1, 0, size+page, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Skip("no mapping:", err)
	}
	t.Cleanup(func() {
		if err := syscall.Munmap(memory); err != nil {
			t.Error(err)
		}
	})
	if err := syscall.Mprotect(memory[size:], syscall.PROT_NONE); err != nil {
		t.Skip("no protection:", err)
	}
	if len(x) == 0 {
		return nil
	}
	out := unsafe.Slice((*float64)(unsafe.Pointer(&memory[size-8*len(x)])), len(x))
	copy(out, x)
	return out
}

func TestNothingBeyondSlices(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for _, path := range allPaths() {
		for _, d := range []int{1, 2, 3, 8, 9, 16, 24, 600} {
			for _, m := range []int{1, 2, 3, 4, 5, 7} {
				for _, n := range []int{1, 16, 31, 256, 300} {
					p := random(r, d, m, n)
					p.mu, p.a, p.wR, p.wD = guarded(t, p.mu), guarded(t, p.a), guarded(t, p.wR),
						guarded(t, p.wD)
					rows := Pack(p.x, n, d)
					rows.x = guarded(t, rows.x)
					w, err := newWorkspace(p.config, path)
					if err != nil {
						t.Fatal(err)
					}
					for _, s := range []*[]float64{&w.mu, &w.moments, &w.k, &w.u, &w.f, &w.z, &w.h,
						&w.sums, &w.reference.values, &w.data.values} {
						*s = guarded(t, *s)
					}
					w.Gradient([]SamplePart{{Rows: rows, References: p.wR, Counts: p.wD}}, p.at())
					w.Statistic([]SamplePart{{Rows: rows, Reference: 1, Data: 1}}, p.at())
				}
			}
		}
	}
}

func TestFeaturesTouchNothingBeyondSlices(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 4))
	for _, path := range allPaths() {
		for _, d := range []int{1, 2, 9, 600} {
			for _, m := range []int{1, 3, 4, 7} {
				for _, n := range []int{1, 16, 33, 300} {
					p := random(r, d, m, n)
					w, err := newWorkspace(p.config, path)
					if err != nil {
						t.Fatal(err)
					}
					f := w.NewFeatures()
					if n%2 == 0 {
						f.most = 0
					}
					rows := (n + tile - 1) / tile * tile
					f.phi, f.weights = make([]float64, rows*f.m), make([]float64, rows)
					f.buffer = make([]float64, chunk*f.m)
					f.a = make([]float64, 2*tilePoints*f.m)
					f.sums = make([]float64, 2*tilePoints*f.m*lanes)
					f.loss = make([]float64, 2*tilePoints*2*lanes)
					side := f.m / tileSquare
					f.squares = make([]float64, side*(side+1)/2*squareSize)
					for _, s := range []*[]float64{&f.phi, &f.weights, &f.buffer, &f.a, &f.sums,
						&f.loss, &f.squares, &f.counts, &f.f, &f.h, &f.slopes, &f.none} {
						*s = guarded(t, *s)
					}
					f.Hold([]SamplePart{{Rows: Pack(p.x, n, d), References: p.wR, Counts: p.wD}},
						p.at())
					var points []*LossPoint
					for range 5 {
						points = append(points,
							&LossPoint{Coefficients: p.a, Gradient: make([]float64, m)})
					}
					for i := range points {
						f.Losses(points[:i+1])
					}
					f.Curvature(p.a, n, make([]float64, m*m))
					f.DataProducts(make([]float64, m*m))
				}
			}
		}
	}
}
