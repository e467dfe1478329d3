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
